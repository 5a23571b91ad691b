//! The soft-label panel: a soft label and the temperature.
//!
//! It is computed on the page from the last measured logits of teacher and students, or from the user's own, so that moving
//! the slider needs no worker.

mod bars;
mod custom_logits;

use crate::config::{Arm, parameter};
use crate::lab::probability::{entropy_bits, mean_softmax, softmax, top_two};
use crate::ui::app::context::Page;
use crate::ui::app::lens;
use crate::ui::panels::soft_labels::bars::{Bars, SoftBars, SoftLegend};
use crate::ui::panels::soft_labels::custom_logits::{CustomLogits, CustomLogitsInput};
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{EngineState, ExampleSet, Shared};
use crate::ui::text::soft_labels;
use crate::ui::text::units::percent;
use crate::ui::widgets::example_view::{SelectedExample, selected_index};
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::save_chart::SaveChart;
use crate::ui::widgets::slider::Slider;
use leptos::prelude::*;

/// Selects one network's shares from the bars.
type Shares = fn(&Bars) -> &Vec<f64>;

/// Bars of an example at temperature `t`.
fn bars_of(view: &ExampleSet, example: usize, t: f64) -> Bars {
    let students = |arm| mean_softmax(view.students(arm, example), t);
    Bars {
        classes: view.setup.classes.clone(),
        label: view.examples.get(example).map(|e| e.label),
        plain: softmax(view.teacher(example), 1.0),
        soft: softmax(view.teacher(example), t),
        hard: students(Arm::Hard),
        distilled: students(Arm::Distilled),
    }
}

/// Caption of the bars; `custom` is true for custom logits.
fn sentence(bars: &Bars, t: f64, custom: bool) -> String {
    let Some((first, second, _)) = top_two(&bars.soft) else { return String::new() };
    let name = |i: usize| bars.classes.get(i).map_or("", |c| c.as_str());
    let lead = if custom { "your logits give" } else { "the teacher gives" };
    let of = |i: usize| (name(i), bars.soft[i], bars.plain[i]);
    let mut text = soft_labels::two_most_probable(t, lead, of(first), of(second));
    if let Some((d, _, _)) = top_two(&bars.distilled) {
        text.push_str(&format!(" The distilled student gives {} ({})", name(d), percent(bars.distilled[d])));
    }
    if let Some((h, _, _)) = top_two(&bars.hard) {
        text.push_str(&format!(", the hard-label student {} ({})", name(h), percent(bars.hard[h])));
    }
    if !bars.distilled.is_empty() {
        text.push('.');
    }
    text.push_str(" Per cent on a square-root scale, so that small probabilities show.");
    text
}

/// The soft-label panel.
#[component]
pub fn SoftLabelsPanel() -> impl IntoView {
    let page = Page::here();
    let soft: ReadSignal<Option<Shared<ExampleSet>>> = page.run_state.soft;
    let engine = memo(move || (page.run_state.engine.get(), page.run_state.warming_up.get()));
    let temperature = lens::temperature(page);
    let custom = CustomLogits::new(page);
    // The user has chosen custom logits although there is a teacher.
    let custom_requested = RwSignal::new(false);
    let is_custom = memo(move || custom_requested.get() || soft.with(Option::is_none));

    let bars = memo(move || {
        let t = temperature.get();
        match soft.get().filter(|_| !is_custom.get()) {
            Some(view) => bars_of(&view, selected_index(page, &view), t),
            None => custom.logits.with(|z| Bars {
                classes: custom.classes.get(),
                label: None,
                plain: softmax(z, 1.0),
                soft: softmax(z, t),
                ..Bars::default()
            }),
        }
    });
    let why = move || {
        if soft.with(Option::is_some) {
            return "These are yours, not a network’s.".to_string();
        }
        match engine.get() {
            (EngineState::Open, true) => "A teacher is warming up: its real soft labels take this place in a moment.",
            (EngineState::Open, false) => {
                "Press Train: the teacher’s real soft labels take this place as soon as it has begun to learn."
            }
            (EngineState::Resting, _) => {
                "Press Train: it starts the engine, and a teacher’s real soft labels take this place."
            }
            (EngineState::Down | EngineState::NoData, _) => "No teacher can train just now; these are yours alone.",
            _ => "The engine is loading; a teacher’s real soft labels take this place once it has begun to learn.",
        }
        .to_string()
    };
    let trained_at = page.setting(|c| c.distilled.temperature);
    let plain_help = parameter("t").map_or("", |parameter| parameter.help);
    // The slot is as high with either.
    let lens_help = Signal::derive(move || {
        let own = trained_at.get();
        if (temperature.get() - f64::from(own)).abs() < 1e-3 {
            plain_help.to_string()
        } else {
            format!("Only looking: in this lesson the students train at T = {own}.")
        }
    });
    let shown_t = memo(move || format!("{:.1}", temperature.get()));
    let stat = move |measure: fn(&[f64]) -> String, of: Shares| {
        move || bars.with(|b| if of(b).is_empty() { "–".to_string() } else { measure(of(b)) })
    };
    let stats = [
        ("Entropy, bits", (|p: &[f64]| format!("{:.2}", entropy_bits(p))) as fn(&[f64]) -> String),
        ("1st − 2nd, points", |p: &[f64]| {
            top_two(p).map_or("–".into(), |(_, _, gap)| format!("{:.1}", 100.0 * gap))
        }),
    ];
    let columns: [(&str, Shares); 3] =
        [("T = 1", |b| &b.plain), ("at T", |b| &b.soft), ("distilled", |b| &b.distilled)];
    view! {
        <section class="card p-soft" aria-labelledby="h-soft" data-own=move || is_custom.get().to_string()>
            <div class="head">
                <h2 id="h-soft"><b>"3"</b>"Soft labels"</h2>
                {move || {
                    soft.with(Option::is_some)
                        .then(|| {
                            view! {
                                <button class="quiet" on:click=move |_| custom_requested.update(|w| *w = !*w)>
                                    {move || if custom_requested.get() { "Back to the teacher" } else { "Try your own logits" }}
                                </button>
                            }
                        })
                }}
            </div>
            <div class="hero">
                <div class="big-t" aria-hidden="true"><i>"T"</i>" = "{shown_t}</div>
                <Slider key="t" bare=true help=lens_help />
            </div>
            <figure class="soft-figure" class:few=move || !is_custom.get() && bars.with(|b| b.classes.len() < 5)>
                {move || {
                    if is_custom.get() {
                        view! { <CustomLogitsInput custom why=Signal::derive(why) /> }.into_any()
                    } else {
                        view! { <SelectedExample soft /> }.into_any()
                    }
                }}
                <div class="chart">
                    <SoftBars bars described_by="soft-sentence" />
                    <SoftLegend
                        students=Signal::derive(move || bars.with(|b| !b.distilled.is_empty()))
                        source=Signal::derive(move || if is_custom.get() { "softmax" } else { "teacher" })
                        temperature=shown_t
                    />
                </div>
                <table class="stats" aria-label="Soft label figures">
                    <thead>
                        <tr>
                            <td></td>
                            {columns.map(|(name, _)| view! { <th scope="col">{name}</th> }).collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {stats
                            .map(|(name, measure)| {
                                view! {
                                    <tr>
                                        <th scope="row">{name}</th>
                                        {columns.map(|(_, of)| view! { <td>{stat(measure, of)}</td> }).collect_view()}
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
                <figcaption id="soft-sentence">{move || bars.with(|b| sentence(b, temperature.get(), is_custom.get()))}</figcaption>
            </figure>
            <SaveChart chart=".soft-figure" name="Soft labels" />
            <GlossaryTerms keys=&["soft-label", "temperature", "logits", "entropy"] />
        </section>
    }
}
