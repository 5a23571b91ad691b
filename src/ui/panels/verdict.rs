//! The verdict on a finished run: one sentence with the gain and its interval, and the paired differences.

use crate::chart::strip::Strip;
use crate::config::{Arm, Measure, Options};
use crate::lab::measured::values;
use crate::lab::number_format::signed_decimals;
use crate::lab::verdict::{Finding, Verdict, judge_by};
use crate::ui::app::address;
use crate::ui::app::context::Page;
use crate::ui::panels::splits::RepeatedSplits;
use crate::ui::state::memo::memo;
use crate::ui::text::accuracy;
use crate::ui::widgets::save_chart::SaveChart;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// A verdict with the paired differences behind it, in points.
#[derive(Clone, Debug, PartialEq)]
struct Judged {
    verdict: Verdict,
    differences: Vec<f64>,
}

/// The sentence with its gain or loss emphasised.
fn emphasised(sentence: &str) -> impl IntoView + use<> {
    let (before, points, after) = accuracy::split_at_points(sentence);
    view! { {before.to_string()} <em>{points.to_string()}</em> {after.to_string()} }
}

/// The verdict panel.
#[component]
pub fn VerdictPanel() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let running = page.run_state.running;
    let judged = memo(move || {
        let results = results.get();
        let (outcome, setup) = (results.outcome.as_ref()?, results.setup.as_ref()?);
        let verdict = judge_by(outcome, page.presentation.with(|p| p.measure), &setup.classes)?;
        // Positive where the distilled student is better.
        let sign = if verdict.measure.in_nats() { -1.0 } else { 1.0 };
        let of = |arm| values(outcome, arm, verdict.measure);
        let differences = of(Arm::Distilled).iter().zip(of(Arm::Hard)).map(|(d, h)| sign * (d - h)).collect();
        Some(Judged { verdict, differences })
    });
    let words = move || {
        match judged.get() {
        Some(j) => Some(
            view! {
                {j.verdict.cautions.into_iter().map(|caution| view! { <p class="caution">{caution}</p> }).collect_view()}
                <p class="say">{emphasised(&j.verdict.sentence)}</p>
                <p class="sub">{j.verdict.detail}</p>
            }
            .into_any(),
        ),
        None => running.get().then(|| view! { <p class="sub">"Training is under way."</p> }.into_any()),
    }
    };
    // Settings changed during training affect the result.
    let settings_changed = memo(move || results.with(|r| r.outcome.is_some() && r.moved));
    let caution = move || {
        settings_changed.get().then(|| {
            view! {
                <p class="help">{accuracy::SETTINGS_MOVED}</p>
            }
        })
    };
    let small_test_set = memo(move || {
        let results = results.get();
        let setup = results.setup.as_ref().filter(|_| results.outcome.is_some())?;
        accuracy::small_test_set(setup.test_examples, accuracy::arm_accuracy(&results, Arm::Distilled)? / 100.0)
    });
    let finding = move || {
        judged.get().map(|j| match j.verdict.finding {
            Finding::Gain => "gain",
            Finding::NoSignificantGain => "none",
            Finding::Loss => "loss",
        })
    };
    let hint = move || {
        (judged.get().is_none() && !running.get()).then(|| {
            let replicates = page.config.with(|c| c.replicates);
            view! {
                <p class="hint">
                    {format!(
                        "When a run is over, this says whether soft labels taught the student more than hard labels did, \
                         with the 95\u{a0}% interval over {replicates} paired replicates. “No significant gain” is an answer too.",
                    )}
                </p>
            }
        })
    };
    view! {
        <section class="card p-verdict" aria-labelledby="h-verdict" data-finding=finding>
            <div class="head">
                <h2 id="h-verdict"><b>"5"</b>"Verdict"</h2>
                <StaleBadge />
            </div>
            // A translation by the browser would keep the words of an earlier run.
            <div role="status" aria-label="Verdict" translate="no">{words}</div>
            {caution}
            {move || judged.with(Option::is_some).then(|| view! { <ChooseMeasure /> })}
            {move || small_test_set.get().map(|words| view! { <p class="help">{words}</p> })}
            {hint}
            {move || judged.get().map(|judged| view! { <Differences judged /> })}
            <RepeatedSplits />
        </section>
    }
}

/// Combobox of the measure that the verdict goes by.
#[component]
fn ChooseMeasure() -> impl IntoView {
    let page = Page::here();
    let current = memo(move || page.presentation.with(|p| p.measure));
    let option = move |measure: &Measure| {
        let measure = *measure;
        view! { <option value=measure.key() prop:selected=move || current.get() == measure>{measure.label()}</option> }
    };
    view! {
        <div class="knob-head">
            <label for="judge">{Measure::NAME}</label>
            <select
                id="judge" aria-label=Measure::NAME
                on:change:target=move |event| {
                    if let Some(measure) = Measure::from_key(&event.target().value()) {
                        page.presentation.update(|p| p.measure = measure);
                        address::publish(page);
                    }
                }
            >
                {Measure::ALL.iter().map(option).collect_view()}
            </select>
        </div>
    }
}

/// Strip chart of the paired differences: a dot per replicate, and the interval of their mean.
#[component]
fn Differences(judged: Judged) -> impl IntoView {
    let Judged { verdict, differences } = judged;
    // The interval that the verdict goes by.
    let interval = verdict.gain.wider();
    let strip = Strip::around(differences.iter().copied().chain([interval.low, interval.high]));
    let position = |value: f64| format!("{:.4}", strip.at(value));
    let digits = if verdict.measure.in_nats() { 3 } else { 1 };
    let listed: Vec<String> = differences.iter().map(|&d| signed_decimals(d, digits)).collect();
    let unit = if verdict.measure.in_nats() { "nats of log-loss, better to the right" } else { "points" };
    let name = format!("Distilled minus hard-label student, in {unit}, one dot per replicate: {}", listed.join(", "));
    view! {
        <figure class="strip-figure">
            <div class="strip" role="img" aria-label=name>
                {strip
                    .ticks
                    .iter()
                    .map(|&tick| {
                        let label = if tick == 0.0 { "0".to_string() } else { signed_decimals(tick, digits).trim_end_matches('0').trim_end_matches('.').to_string() };
                        view! { <span class="tick" class:zero=tick == 0.0 style=("--p", position(tick))>{label}</span> }
                    })
                    .collect_view()}
                <span
                    class="interval" style=("--p", position(interval.low)) style=("--q", position(interval.high))
                ></span>
                <span class="centre" style=("--p", position(interval.mean))></span>
                {differences.iter().map(|&d| view! { <span class="dot" style=("--p", position(d))></span> }).collect_view()}
            </div>
            <figcaption>
                {format!(
                    "Distilled minus hard-label student, in {unit} ({}): one dot per replicate, the bar is the wider 95\u{a0}% interval of \
                     their mean.",
                    verdict.measure.label(),
                )}
            </figcaption>
        </figure>
        <SaveChart chart=".strip-figure" name="Paired differences" />
    }
}
