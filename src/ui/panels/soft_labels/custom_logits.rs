//! Custom logits, set with sliders: shown until there is a teacher, and on request.

use crate::lab::number_format::tenths;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Range of the sliders.
const RANGE: (f32, f32) = (-4.0, 10.0);

/// Custom logits with their classes.
#[derive(Clone, Copy)]
pub struct CustomLogits {
    /// The logits, one per class.
    pub logits: RwSignal<Vec<f32>>,
    /// Names of the classes.
    pub classes: Memo<Vec<String>>,
}

impl CustomLogits {
    /// Initial logits of the current task, reset when the task changes.
    pub fn new(page: Page) -> Self {
        let task = page.setting(|c| c.task);
        let classes = memo(move || task.get().starting_logits().0.iter().map(|c| (*c).to_string()).collect::<Vec<_>>());
        let logits = RwSignal::new(task.get_untracked().starting_logits().1.to_vec());
        Effect::watch(move || task.get(), move |task, _, _| logits.set(task.starting_logits().1.to_vec()), false);
        Self { logits, classes }
    }
}

/// One slider per class.
#[component]
pub fn CustomLogitsInput(
    /// The logits.
    custom: CustomLogits,
    /// Why custom logits are shown, a sentence.
    #[prop(into)]
    why: Signal<String>,
) -> impl IntoView {
    let logit = move |i: usize| custom.logits.with(|z| z.get(i).copied().unwrap_or(0.0));
    let slider = move |(i, class): (usize, String)| {
        let set = move |text: String| {
            if let Ok(value) = text.parse::<f32>() {
                custom.logits.update(|z| {
                    if let Some(z) = z.get_mut(i) {
                        *z = value
                    }
                });
            }
        };
        view! {
            <label class="own">
                <span>{class.clone()}</span>
                <b aria-hidden="true">{move || tenths(logit(i).into())}</b>
                <input
                    type="range" min=RANGE.0 max=RANGE.1 step="0.1" aria-label=format!("Your logit of {class}")
                    prop:value=move || logit(i).to_string() on:input:target=move |event| set(event.target().value())
                />
            </label>
        }
    };
    view! {
        <div class="example">
            <p class="what">"Your own logits"</p>
            <p class="help">
                "Drag them: a network’s last layer gives one such score per class, and the softmax turns them into probabilities."
            </p>
            {move || custom.classes.get().into_iter().enumerate().map(slider).collect_view()}
            <p class="help">{why}</p>
        </div>
    }
}
