//! The moment of labelling, seen: the teacher's soft label of the example shown goes over to the students.

use crate::lab::probability::softmax;
use crate::protocol::Phase;
use crate::ui::app::context::Page;
use crate::ui::state::run_state::RunState;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long it is on the page, in milliseconds: its animation, and a little more.
const SHOWN_MS: u32 = 2_200;

/// True from the moment the students begin.
fn students_begun(model: &RunState) -> bool {
    model.running() && model.report.as_ref().is_some_and(|r| r.phase == Phase::Students)
}

/// The bars on their way; nothing at other times, nor for who wants no motion (style sheet).
#[component]
pub fn Flow() -> impl IntoView {
    let page = Page::here();
    let begun = page.part(students_begun);
    let bars = RwSignal::new(Vec::<f64>::new());
    let over = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<bool>| {
        let now = begun.get();
        if now && before == Some(false) {
            let t = page.config.with_untracked(|c| f64::from(c.distilled.temperature));
            let soft = page.model.with_untracked(|m| m.soft.clone());
            let label = soft.map(|view| {
                let at = page.example.get_untracked().min(view.examples.len().saturating_sub(1));
                softmax(view.teacher(at), t)
            });
            bars.set(label.unwrap_or_default());
            over.set_value(Some(Timeout::new(SHOWN_MS, move || bars.set(Vec::new()))));
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
