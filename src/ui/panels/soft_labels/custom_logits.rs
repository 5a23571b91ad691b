//! Logits that the reader drags: the panel's explanation before there is a teacher, and whenever it is wanted.

use crate::lab::number_format::tenths;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Smallest and largest logit that can be dragged.
const RANGE: (f32, f32) = (-4.0, 10.0);

/// Logits of the reader's own, with the classes they stand for.
#[derive(Clone, Copy)]
pub struct CustomLogits {
    /// The logits, one a class.
    pub logits: RwSignal<Vec<f32>>,
    /// Their classes.
    pub classes: Memo<Vec<String>>,
}

impl CustomLogits {
    /// The start of the task on screen.
    pub fn new(page: Page) -> Self {
        let task = page.setting(|c| c.task);
        let classes = memo(move || task.get().starting_logits().0.iter().map(|c| (*c).to_string()).collect::<Vec<_>>());
        let logits = RwSignal::new(task.get_untracked().starting_logits().1.to_vec());
        Effect::watch(move || task.get(), move |task, _, _| logits.set(task.starting_logits().1.to_vec()), false);
        Self { logits, classes }
    }
}

/// One slider a class.
#[component]
pub fn CustomLogitsInput(
    /// The logits.
    own: CustomLogits,
    /// Why the reader's own are shown, a sentence.
    #[prop(into)]
    why: Signal<String>,
) -> impl IntoView {
    let logit = move |i: usize| own.logits.with(|z| z.get(i).copied().unwrap_or(0.0));
    let slider = move |(i, class): (usize, String)| {
        let set = move |text: String| {
            if let Ok(value) = text.parse::<f32>() {
                own.logits.update(|z| {
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
                "Drag them: a network’s last layer gives one such score a class, and the softmax turns them into probabilities."
            </p>
            {move || own.classes.get().into_iter().enumerate().map(slider).collect_view()}
            <p class="help">{why}</p>
        </div>
    }
}
