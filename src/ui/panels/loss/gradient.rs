//! Gradient decomposition, on request: it costs the engine two more gradients at each report.

use crate::config::Arm;
use crate::lab::gradient::{Parts, parts};
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::EngineState;
use crate::ui::text::loss;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// The toggle and the latest decomposition.
#[component]
pub fn GradientDecomposition() -> impl IntoView {
    let page = Page::here();
    let open = memo(move || page.run_state.engine.get() == EngineState::Open);
    // Step has no effect once a run is done.
    let run_done = page.run_state.done;
    let measured = memo(move || {
        let setup = page.run_state.setup.get()?;
        let report = page.run_state.report.get().filter(|r| !r.gradient_terms.is_empty())?;
        let position = setup.arms.iter().position(|&arm| arm == Arm::Distilled)?;
        Some((report.gradient_terms, setup.arms.len(), position, report.student_step))
    });
    let current = memo(move || {
        let (gradient_terms, arms, position, step) = measured.get()?;
        let supervision = page.config.with(|c| loss::at_step(&c.distilled, step, c.student_steps));
        let scale = loss::t_squared(&supervision);
        let parts = parts(&gradient_terms, arms, position, f64::from(supervision.soft_weight), scale)?;
        Some((parts, supervision))
    });
    let content = move || {
        page.decompose.get().then(|| match current.get() {
            None => view! {
                <p class="help">
                    {move || {
                        if run_done.get() {
                            "This run is over: Train starts its students again, and it is measured at their reports."
                        } else {
                            "Train, or take a step of the students: it is measured at their next report."
                        }
                    }}
                </p>
            }
            .into_any(),
            Some((parts, supervision)) => {
                let caption = loss::decomposition(&parts, &supervision);
                view! { <Decomposition parts alpha=f64::from(supervision.soft_weight) caption /> }.into_any()
            }
        })
    };
    view! {
        <div class="anatomy">
            <button
                aria-pressed=move || page.decompose.get().to_string() disabled=move || !open.get()
                aria-describedby="help-dissect" on:click=move |_| engine::decompose(page, !page.decompose.get_untracked())
            >
                "Split the gradient"
            </button>
            <p class="help" id="help-dissect">
                "Measures each term’s own pull on the weights at every report. Training is slower meanwhile."
            </p>
            {content}
        </div>
    }
}

/// The decomposition as a bar, a table and a caption.
#[component]
fn Decomposition(parts: Parts, alpha: f64, caption: String) -> impl IntoView {
    let row =
        |name: &'static str, value: String| view! { <tr><th scope="row">{name}</th><td class="num">{value}</td></tr> };
    let position = |share: f64| format!("{share:.4}");
    view! {
        <figure>
            <div class="share" role="img" aria-label=format!("Soft term {:.0}\u{a0}% of the gradient", 100.0 * parts.share)>
                <i style=("--p", position(parts.share))></i>
                {parts.share_without.map(|without| view! { <b style=("--p", position(without))></b> })}
            </div>
            <table class="stats" aria-label="Anatomy of the gradient">
                <tbody>
                    {row("Length of the soft term’s gradient", format!("{:.4}", parts.soft))}
                    {row("Length of the hard term’s gradient", format!("{:.4}", parts.hard))}
                    {row("Cosine between them", format!("{:.2}", parts.cosine).replace('-', "−"))}
                    {row("Soft share, weighed by α", format!("{:.0}\u{a0}%", 100.0 * parts.share))}
                    {parts
                        .share_without
                        .filter(|_| alpha > 0.0 && alpha < 1.0)
                        .map(|without| row("The same without T²", format!("{:.0}\u{a0}%", 100.0 * without)))}
                </tbody>
            </table>
            <figcaption>{caption} " Distilled student, mean over replicates, at its last report."</figcaption>
        </figure>
        <SaveChart chart=".anatomy figure" name="Gradient anatomy" />
    }
}
