//! Bar chart of soft labels: each class's probability by the teacher at T = 1 and at T, and by the students at T.
//!
//! The axis is a fixed square-root scale from 0 to 100 %: at T = 1 the small probabilities of a soft label are a few
//! thousandths, and their growth with the temperature must be visible.

use crate::chart::scale::root;
use crate::ui::state::memo::memo;
use crate::ui::text::units::percent;
use leptos::prelude::*;

/// Gridlines, as shares.
const GRID: [f64; 6] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0];

/// Classes that a phone shows, beside the true one: the likeliest.
const PHONE_ROWS: usize = 5;

/// How many classes are likelier than one.
fn rank(shares: &[f64], class: usize) -> usize {
    let own = shares.get(class).copied().unwrap_or(0.0);
    shares.iter().filter(|&&share| share > own).count()
}

/// Data of the bars; each vector has one share per class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// True class, if known.
    pub label: Option<usize>,
    /// The teacher at T = 1.
    pub plain: Vec<f64>,
    /// The teacher at T.
    pub soft: Vec<f64>,
    /// Hard-label student at T, mean over replicates; empty without students.
    pub hard: Vec<f64>,
    /// Distilled student at T, mean over replicates; empty without students.
    pub distilled: Vec<f64>,
}

/// The bars of all classes, one row each.
#[component]
pub fn SoftBars(
    /// Data of the bars.
    bars: Memo<Bars>,
    /// Id of the sentence that describes them.
    described_by: &'static str,
) -> impl IntoView {
    let classes = memo(move || bars.with(|b| b.classes.clone()));
    let position = |share: Option<f64>| format!("{:.4}", root(share.unwrap_or(0.0)));
    let row = move |(i, name): (usize, String)| {
        let plain = move || position(bars.with(|b| b.plain.get(i).copied()));
        let soft = move || position(bars.with(|b| b.soft.get(i).copied()));
        let hard = move || position(bars.with(|b| b.hard.get(i).copied()));
        let distilled = move || position(bars.with(|b| b.distilled.get(i).copied()));
        let students = move || bars.with(|b| !b.distilled.is_empty());
        // The order of the classes is the same at every temperature: no row comes or goes while it is changed.
        let minor = move || bars.with(|b| b.label != Some(i) && rank(&b.plain, i) >= PHONE_ROWS);
        view! {
            <div
                class="bar-row" class:truth=move || bars.with(|b| b.label == Some(i)) class:minor=minor data-class=name.clone()
            >
                <span class="name">{name.clone()}</span>
                <span class="lane" class:two=students>
                    <span class="soft" style=("--p", soft)></span>
                    <span class="plain" style=("--p", plain)></span>
                    <span class="distilled" style=("--p", distilled)></span>
                    <span class="hard" style=("--p", hard)></span>
                </span>
                <span class="value">{move || bars.with(|b| b.soft.get(i).copied().map_or(String::new(), percent))}</span>
            </div>
        }
    };
    view! {
        <div
            class="bars" role="img" aria-label="Soft labels" aria-describedby=described_by
            style=("--rows", move || classes.with(Vec::len).to_string())
        >
            <div class="grid-lines">
                {GRID
                    .iter()
                    .map(|&share| {
                        view! { <span style=("--p", format!("{:.4}", root(share)))>{format!("{:.0}", 100.0 * share)}</span> }
                    })
                    .collect_view()}
            </div>
            {move || classes.get().into_iter().enumerate().map(row).collect_view()}
        </div>
    }
}

/// Legend of the bars.
#[component]
pub fn SoftLegend(
    /// True if students are drawn.
    #[prop(into)]
    students: Signal<bool>,
    /// Source of the logits: `teacher`, or `softmax` for custom logits.
    #[prop(into)]
    source: Signal<&'static str>,
    /// Temperature as shown.
    #[prop(into)]
    temperature: Signal<String>,
) -> impl IntoView {
    view! {
        <ul class="key">
            <li><i class="k-soft"></i>{move || format!("{} at T = {}", source.get(), temperature.get())}</li>
            <li><i class="k-plain"></i>{move || format!("{} at T = 1", source.get())}</li>
            {move || {
                students
                    .get()
                    .then(|| {
                        view! {
                            <li><i class="k-distilled"></i>"distilled student"</li>
                            <li><i class="k-hard"></i>"hard-label student"</li>
                        }
                    })
            }}
        </ul>
    }
}
