//! Animation of labelling: the teacher's soft label of the selected example moves to the students.

use crate::lab::probability::softmax;
use crate::protocol::Phase;
use crate::ui::app::context::Page;
use crate::ui::app::run_signals::RunSignals;
use crate::ui::state::memo::memo;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Time on the page in milliseconds: slightly longer than the animation.
const SHOWN_MS: u32 = 2_200;

/// True while the students train.
fn students_training(run: RunSignals) -> bool {
    run.running.get() && run.report.with(|report| report.as_ref().is_some_and(|r| r.phase == Phase::Students))
}

/// The moving bars; empty at other times. The style sheet hides them if reduced motion is preferred.
#[component]
pub fn LabelAnimation() -> impl IntoView {
    let page = Page::here();
    let training = memo(move || students_training(page.run_state));
    let bars = RwSignal::new(Vec::<f64>::new());
    let timeout = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<bool>| {
        let now = training.get();
        if now && before == Some(false) {
            let t = page.config.with_untracked(|c| f64::from(c.distilled.temperature));
            let soft = page.run_state.soft.get_untracked();
            let label = soft.map(|view| {
                let at = page.example.get_untracked().min(view.examples.len().saturating_sub(1));
                softmax(view.teacher(at), t)
            });
            bars.set(label.unwrap_or_default());
            timeout.set_value(Some(Timeout::new(SHOWN_MS, move || bars.set(Vec::new()))));
        }
        now
    });
    let shown = move || {
        let bars = bars.get();
        (!bars.is_empty()).then(|| {
            let bar = |(i, p): (usize, f64)| {
                view! { <i style=("--i", i.to_string()) style=("--w", format!("{:.3}", p.sqrt()))></i> }
            };
            view! { <div class="flow" aria-hidden="true">{bars.into_iter().take(10).enumerate().map(bar).collect_view()}</div> }
        })
    };
    view! { {shown} }.into_any()
}
