//! Bias slider for a class omitted from the transfer set: adds a bias to its logit (Hinton et al. 2015, §3). Computed on the
//! page from the trained students' logits on the test set.

use crate::config::Arm;
use crate::experiment::Setup;
use crate::lab::bias::{BIASES, STEP, best, missing, right, with_examples};
use crate::lab::number_format::per_cent;
use crate::lab::verdict::signed;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::Shared;
use crate::ui::text::arms;
use crate::ui::widgets::glossary::GlossaryTerms;
use leptos::prelude::*;

/// Row of one arm: style class, name, accuracy on the class and overall in per cent, and the best bias.
type ArmRow = (&'static str, String, f64, f64, f64);

/// The panel; empty unless a class of the test set is left out and students are trained.
#[component]
pub fn BiasPanel() -> impl IntoView {
    let page = Page::here();
    let finished = memo(move || {
        let setup = page.run_state.results.with(|results| results.setup.clone())?;
        page.run_state.students.get().map(|students| (setup, students))
    });
    let left_out = move || finished.get().and_then(|(setup, s)| missing(&setup.config.left_out, &s.labels));
    let class = RwSignal::new(0_usize);
    Effect::new(move |_| {
        if let Some(first) = left_out() {
            class.set(first);
        }
    });
    let step = RwSignal::new(0_i32);
    let arm_rows = memo(move || {
        let (setup, students) = finished.get()?;
        let (class, bias) = (class.get(), step.get() as f32 * STEP);
        Some(arm_rows(&setup, &students.logits, &students.labels, class, bias))
    });
    let set_best = move |_| {
        let wanted = arm_rows.with_untracked(|l| l.as_ref().and_then(|l| l.last().map(|line| line.4)));
        if let Some(bias) = wanted {
            step.set((bias / f64::from(STEP)).round() as i32);
        }
    };
    let bias_text = move || signed(f64::from(step.get() as f32 * STEP));
    let body = move || {
        let arm_rows = arm_rows.get()?;
        let rows = arm_rows.into_iter().map(|(style, name, on_class, all, best)| {
            view! {
                <tr class=style>
                    <th scope="row">{name}</th>
                    <td>{per_cent(on_class)}</td>
                    <td>{per_cent(all)}</td>
                    <td>{signed(best)}</td>
                </tr>
            }
        });
        Some(rows.collect_view())
    };
    let options = move || {
        let (setup, students) = finished.get()?;
        let option = |i: usize| {
            let name = setup.classes.get(i)?.clone();
            Some(view! { <option value=i.to_string() prop:selected=move || class.get() == i>{name}</option> })
        };
        Some(with_examples(&students.labels).into_iter().map(option).collect_view())
    };
    let shown = memo(move || left_out().is_some());
    move || {
        shown.get().then(|| {
            view! {
                <section class="card p-bias" aria-labelledby="h-bias">
                    <h2 id="h-bias">"A bias for the missing class"</h2>
                    <div class="row">
                        <label class="stacked">
                            "Class"
                            <select
                                on:change:target=move |event| {
                                    if let Ok(i) = event.target().value().parse() {
                                        class.set(i);
                                    }
                                }
                            >
                                {options}
                            </select>
                        </label>
                        <label class="stacked grow">
                            <span>"Bias " <b>{bias_text}</b></span>
                            <input
                                type="range" aria-label="Bias" min=BIASES.start().to_string() max=BIASES.end().to_string()
                                step="1" aria-valuetext=bias_text prop:value=move || step.get().to_string()
                                on:input:target=move |event| {
                                    if let Ok(value) = event.target().value().parse() {
                                        step.set(value);
                                    }
                                }
                            />
                        </label>
                        <button on:click=set_best>"Best bias"</button>
                    </div>
                    <table class="figures wide" aria-label="With that bias">
                        <thead>
                            <tr>
                                <th scope="col">"Student"</th>
                                <th scope="col">"Right on the class"</th>
                                <th scope="col">"Right on all"</th>
                                <th scope="col">"Best bias"</th>
                            </tr>
                        </thead>
                        <tbody>{body}</tbody>
                    </table>
                    <p class="help">
                        "The bias is the same in every student; figures are means over the replicates. The best bias has the most right answers on the test set, as in the paper: a choice that has seen the test set."
                    </p>
                    <GlossaryTerms keys=&["bias", "logits"] />
                </section>
            }
        })
    }
}

/// Rows of all arms at a bias, means over replicates; `logits` is `[R][A][N][C]`, flattened (row-major).
fn arm_rows(setup: &Shared<Setup>, logits: &[f32], labels: &[u8], class: usize, bias: f32) -> Vec<ArmRow> {
    let logits_per_network = (labels.len() * setup.classes.len()).max(1);
    let count = setup.arms.len().max(1);
    let line = |(place, &arm): (usize, &Arm)| {
        let networks: Vec<&[f32]> = logits.chunks_exact(logits_per_network).skip(place).step_by(count).collect();
        let n = networks.len().max(1) as f64;
        let mean = |of: &dyn Fn(&[f32]) -> f64| networks.iter().map(|l| of(l)).sum::<f64>() / n;
        (
            arms::class(arm),
            setup.config.arm_name(arm),
            mean(&|l| right(l, labels, class, bias).on_class()),
            mean(&|l| right(l, labels, class, bias).accuracy()),
            mean(&|l| f64::from(best(l, labels, class).0)),
        )
    };
    setup.arms.iter().enumerate().map(line).collect()
}
