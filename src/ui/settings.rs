//! Every knob that has no place among the main controls.

use super::choice::{NumberField, choice};
use crate::config::KNOBS;
use leptos::prelude::*;

/// "More settings".
#[component]
pub fn MoreSettings() -> impl IntoView {
    view! {
        <details class="card p-more">
            <summary>"More settings"</summary>
            <div class="fields">
                {choice(|c| c.optimizer, |c, v| c.optimizer = v)}
                {KNOBS.iter().filter(|knob| !knob.main).map(|knob| view! { <NumberField knob /> }).collect_view()}
            </div>
        </details>
    }
}
