//! What the networks of a text task write: a few names by each, as they learn.

use crate::lab::verdict::{arm_values, mean};
use crate::ui::app::context::Page;
use crate::ui::state::probes::Of;
use crate::ui::state::run_state::same_run;
use crate::ui::text::arms;
use crate::ui::widgets::stale_badge::StaleOutputBadge;
use leptos::prelude::*;

/// The panel; nothing on other tasks.
#[component]
pub fn TextsPanel() -> impl IntoView {
    let page = Page::here();
    let text = page.part(|m| m.setup.as_ref().is_some_and(|s| matches!(s.form, crate::data::example::Form::Text(_))));
    let looked = page.part(|m| m.probes.texts.clone());
    let measured = page.part(|m| (m.results.clone(), m.teacher.map(|m| m.nll)));
    let line = |style: &'static str, name: String, texts: &[String], nats: Option<f64>| {
        let texts: Vec<String> = texts
            .iter()
            .map(|text| {
                let mut letters = text.chars();
                let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
                if capital.is_empty() { "(nothing)".into() } else { capital }
            })
            .collect();
        view! {
            <tr class=style>
                <th scope="row"><span class="swatch"></span> {name}</th>
                <td>{texts.join(", ")}</td>
                <td class="number">{nats.map(|n| format!("{n:.2}"))}</td>
                <td class="number">{nats.map(|n| format!("{:.1}", n.exp()))}</td>
            </tr>
        }
    };
    let rows = move || {
        let Of { setup, said: texts } = looked.get()?;
        let (results, warm) = measured.get();
        // Figures beside texts are those of their run.
        let of_run = results.setup.as_ref().is_some_and(|of| same_run(&of.config, &setup.config));
        let of_arm = |arm| {
            let values = arm_values(&results.students, &setup.arms, arm, |m| m.nll);
            (of_run && !values.is_empty()).then(|| mean(&values))
        };
        let teacher = if of_run { results.teacher.map(|m| m.nll) } else { warm };
        let mut rows = vec![line("teacher", "Teacher".into(), &texts.teacher, teacher)];
        rows.extend(
            setup
                .arms
                .iter()
                .zip(&texts.arms)
                .map(|(&arm, texts)| line(arms::class(arm), setup.config.arm_name(arm), texts, of_arm(arm))),
        );
        Some(rows.collect_view())
    };
    move || {
        text.get().then(|| {
            view! {
                <section class="card p-texts" aria-labelledby="h-texts">
                    <div class="head">
                        <h2 id="h-texts">"What they write"</h2>
                        <StaleOutputBadge setup=Signal::derive(move || looked.get().map(|l| l.setup)) />
                    </div>
                    <div class="scroll" tabindex="0" role="group" aria-label="What they write, can be scrolled sideways">
                    <table class="figures" aria-label="Names that the networks write">
                        <thead>
                            <tr>
                                <th scope="col">"Network"</th>
                                <th scope="col">"Six names"</th>
                                <th scope="col" class="number">"Nats a character"</th>
                                <th scope="col" class="number">"Perplexity"</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                    </div>
                    <p class="help">
                        "Six names by each network, a character at a time at T = 1, the same dice for all. The students are the first \
                         replicate’s. Nats a character and perplexity (their exponential) are measured on names that nobody has shown them; of the \
                         students, the mean over the replicates."
                    </p>
                </section>
            }
        })
    }
}
