//! The result in the run bar: what each arm reaches and the gain, from the first measurement on. Nobody scrolls for it.

use crate::lab::verdict::{Finding, judge_by};
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::text::arms::class;
use crate::ui::text::result_line::result_line;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// The line.
#[component]
pub fn Result() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let line = memo(move || {
        results.with(|results| {
            let verdict =
                results.outcome.as_ref().zip(results.setup.as_ref()).and_then(|(outcome, setup)| {
                    judge_by(outcome, page.presentation.with(|p| p.measure), &setup.classes)
                });
            result_line(results, verdict.as_ref())
        })
    });
    let finding = move || {
        line.with(|line| {
            line.as_ref().and_then(|line| line.finding).map(|finding| match finding {
                Finding::Gain => "gain",
                Finding::NoSignificantGain => "none",
                Finding::Loss => "loss",
            })
        })
    };
    let shown = move || {
        let Some(line) = line.get() else {
            return view! { <p class="sub">"The result appears here while it trains."</p> }.into_any();
        };
        let arms = line.arms.into_iter().map(|arm| {
            view! {
                <span class=class(arm.arm)><i class="swatch" aria-hidden="true"></i>{arm.name}" "<b>{arm.value}</b></span>" "
            }
        });
        view! {
            <p class="result-arms">{arms.collect_view()}</p>
            <p class="result-gain"><b>{line.gain}</b></p>
        }
        .into_any()
    };
    // The verdict is announced once; these figures change several times a second.
    view! { <div class="result" role="group" aria-label="Result" data-finding=finding translate="no">{shown}<StaleBadge /></div> }
}
