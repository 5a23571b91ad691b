//! Reliability diagram of one network: of each bin of confidence, how many answers it holds and how many of these are right.

use crate::experiment::Reading;
use crate::lab::number_format::share;
use crate::lab::reliability::{Bar, bars, range, sentence};
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::Results;
use leptos::prelude::*;

/// The diagram of one network or of an arm's students together: its name, bars and sentence.
type Diagram = (String, Vec<Bar>, String);

/// Those of the teacher and of every arm of a finished run.
fn diagrams(results: &Results) -> Vec<Diagram> {
    let (Some(setup), Some(outcome)) = (&results.setup, &results.outcome) else { return Vec::new() };
    let (Some((teacher, students)), arms) = (outcome.readings.split_first(), setup.arms.len()) else {
        return Vec::new();
    };
    let diagram = |name: String, readings: Vec<&Reading>| {
        let (networks, (bars, bins)) = (readings.len(), bars(readings.into_iter()));
        let sentence = sentence(&name, &bars, bins, networks)?;
        Some((name, bars, sentence))
    };
    let of_arm = |(place, &arm): (usize, &crate::config::Arm)| {
        diagram(outcome.config.arm_name(arm), students.iter().skip(place).step_by(arms.max(1)).collect())
    };
    diagram("Teacher".into(), vec![teacher])
        .into_iter()
        .chain(setup.arms.iter().enumerate().filter_map(of_arm))
        .collect()
}

/// The diagrams, folded away; nothing before a run is over.
#[component]
pub fn Reliability() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let all = memo(move || results.with(|results| diagrams(results)));
    let chosen = RwSignal::new(0_usize);
    let shown = memo(move || all.with(|all| all.get(chosen.get()).or_else(|| all.first()).cloned()));
    let options = move || {
        let option = |(place, (name, ..)): (usize, Diagram)| {
            view! { <option value=place.to_string() prop:selected=move || chosen.get() == place>{name}</option> }
        };
        all.get().into_iter().enumerate().map(option).collect_view()
    };
    let row = |bar: Bar| {
        let position = |share: f64| format!("{share:.4}");
        view! {
            <tr>
                <th scope="row">{range(&bar)}</th>
                <td>{format!("{:.0}", bar.answers)}</td>
                <td>{share(bar.confidence)}</td>
                <td>{share(bar.right)}</td>
                <td class="reliability" aria-hidden="true">
                    <div class="share"><i style=("--p", position(bar.right))></i><b style=("--p", position(bar.confidence))></b></div>
                </td>
            </tr>
        }
    };
    let table = move || {
        shown.get().map(|(_, bars, sentence)| {
            view! {
                <div class="scroll" tabindex="0" role="group" aria-label="Reliability, can be scrolled sideways">
                    <table class="plain" aria-label="Reliability" aria-describedby="reliability-note">
                        <thead>
                            <tr>
                                <th scope="col">"Confidence"</th>
                                <th scope="col">"Answers"</th>
                                <th scope="col">"Mean confidence"</th>
                                <th scope="col">"Right"</th>
                                <td></td>
                            </tr>
                        </thead>
                        <tbody>{bars.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
                <p class="help" id="reliability-note">
                    {sentence}
                    " Bins are equal, from 0 to 100\u{a0}% of confidence. A bar is the share that is right, its dashed mark the mean confidence: of a calibrated network the mark is at the bar’s end."
                </p>
            }
        })
    };
    move || {
        all.with(|all| !all.is_empty()).then(|| {
            view! {
                <details class="more">
                    <summary>"Reliability: is it right as often as it is sure?"</summary>
                    <div class="knob-head">
                        <label for="reliability-of">"Network"</label>
                        <select
                            id="reliability-of" aria-label="Network of the reliability diagram"
                            on:change:target=move |event| {
                                if let Ok(place) = event.target().value().parse() {
                                    chosen.set(place);
                                }
                            }
                        >
                            {options}
                        </select>
                    </div>
                    {table}
                </details>
            }
        })
    }
}
