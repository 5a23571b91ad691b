//! The star: a soft label, and the temperature that reveals it.
//!
//! Works on logits that are already here, so a move of the slider needs no worker: the teacher's and the students'
//! as last measured, or the reader's own.

mod bars;
mod custom_logits;

use crate::config::Arm;
use crate::lab::probability::{entropy_bits, mean_softmax, softmax, top_two};
use crate::ui::app::context::Page;
use crate::ui::panels::soft_labels::bars::{Bars, SoftBars, SoftKey};
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

/// Picks one network's shares out of the bars.
type Shares = fn(&Bars) -> &Vec<f64>;

fn of_view(view: &ExampleSet, example: usize, t: f64) -> Bars {
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

/// What the bars show now, in words.
fn sentence(bars: &Bars, t: f64, own: bool) -> String {
    let Some((first, second, _)) = top_two(&bars.soft) else { return String::new() };
    let name = |i: usize| bars.classes.get(i).map_or("", |c| c.as_str());
    let whose = if own { "your logits give" } else { "the teacher gives" };
    let of = |i: usize| (name(i), bars.soft[i], bars.plain[i]);
    let mut text = soft_labels::likeliest(t, whose, of(first), of(second));
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
pub fn SoftLabels() -> impl IntoView {
    let page = Page::here();
    let soft: Memo<Option<Shared<ExampleSet>>> = page.part(|m| m.soft.clone());
    let engine = page.part(|m| (m.engine, m.warming_up()));
    let temperature = page.setting(|c| f64::from(c.distilled.temperature));
    let own = CustomLogits::new(page);
    // The reader asked for own logits although there is a teacher.
    let wanted = RwSignal::new(false);
    let is_own = memo(move || wanted.get() || soft.with(Option::is_none));

    let bars = memo(move || {
        let t = temperature.get();
        match soft.get().filter(|_| !is_own.get()) {
            Some(view) => of_view(&view, selected_index(page, &view), t),
            None => own.logits.with(|z| Bars {
                classes: own.classes.get(),
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
            _ => "The engine is on its way; a teacher’s real soft labels take this place when it has begun to learn.",
        }
        .to_string()
    };
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
        <section class="card p-soft" aria-labelledby="h-soft" data-own=move || is_own.get().to_string()>
            <div class="head">
                <h2 id="h-soft"><b>"3"</b>"Soft labels"</h2>
                {move || {
                    soft.with(Option::is_some)
                        .then(|| {
                            view! {
                                <button class="quiet" on:click=move |_| wanted.update(|w| *w = !*w)>
                                    {move || if wanted.get() { "Back to the teacher" } else { "Try your own logits" }}
                                </button>
                            }
                        })
                }}
            </div>
            <div class="hero">
                <div class="big-t" aria-hidden="true"><i>"T"</i>" = "{shown_t}</div>
                <Slider key="t" bare=true />
            </div>
            <figure class="soft-figure" class:few=move || !is_own.get() && bars.with(|b| b.classes.len() < 5)>
                {move || {
                    if is_own.get() {
                        view! { <CustomLogitsInput own why=Signal::derive(why) /> }.into_any()
                    } else {
                        view! { <SelectedExample soft /> }.into_any()
                    }
                }}
                <div class="chart">
                    <SoftBars bars described_by="soft-sentence" />
                    <SoftKey
                        students=Signal::derive(move || bars.with(|b| !b.distilled.is_empty()))
                        whose=Signal::derive(move || if is_own.get() { "softmax" } else { "teacher" })
                        temperature=shown_t
                    />
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
                </div>
                <figcaption id="soft-sentence">{move || bars.with(|b| sentence(b, temperature.get(), is_own.get()))}</figcaption>
            </figure>
            <SaveChart chart=".soft-figure" name="Soft labels" />
            <GlossaryTerms keys=&["soft-label", "temperature", "logits", "entropy"] />
        </section>
    }
}
