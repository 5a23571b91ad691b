//! The selected test example: its input, why it was selected, and buttons to the next and previous ones.

use crate::config::thousands;
use crate::data::example::{Example, Input};
use crate::lab::number_format::decimals;
use crate::ui::app::context::Page;
use crate::ui::app::examples;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{ExampleSet, Shared};
use crate::ui::text::examples as text;
use crate::ui::widgets::input_view::{Picture, Plane, Row};
use leptos::prelude::*;

/// Index of the selected example in a set, clamped to its length.
pub fn selected_index(page: Page, view: &ExampleSet) -> usize {
    page.example.get().min(view.examples.len().saturating_sub(1))
}

/// The selected example with its description and buttons.
#[component]
pub fn SelectedExample(
    /// The examples with the networks' logits.
    soft: ReadSignal<Option<Shared<ExampleSet>>>,
) -> impl IntoView {
    let page = Page::here();
    // Depends on the example only: new logits must not redraw the picture.
    let example = memo(move || {
        let view = soft.get()?;
        let at = selected_index(page, &view);
        let example = view.examples.get(at)?.clone();
        Some((example, view.setup.clone(), at, view.examples.len()))
    });
    let go = move |step: isize| examples::select_next(page, step);
    let keys = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "ArrowLeft" => go(-1),
        "ArrowRight" => go(1),
        _ => {}
    };
    let picture = move || {
        let (example, setup, ..) = example.get()?;
        let label = setup.classes.get(example.label).cloned().unwrap_or_default();
        Some(match example.input.clone() {
            Input::Image(levels) => {
                let size = setup.form.image_size().unwrap_or((28, 28));
                view! { <Picture levels size name=format!("Test image of class {label}") /> }.into_any()
            }
            Input::Point(x, y) => {
                let at = |v| decimals(f64::from(v), 2);
                let name = format!("Point ({}, {}) of class {label} among the points of the test set", at(x), at(y));
                let highlighted: Example = example;
                view! { <Plane points=setup.plane.clone() highlighted name /> }.into_any()
            }
            Input::Numbers(row) => view! { <Row row form=setup.form.clone() /> }.into_any(),
            Input::Text(text) => {
                view! { <p class="text-input">{text}<span aria-hidden="true">"?"</span></p> }.into_any()
            }
        })
    };
    let description = move || {
        let (example, setup, at, count) = example.get()?;
        let label = setup.classes.get(example.label).cloned().unwrap_or_default();
        let kind = text::noun(setup.config.task, 1.0);
        Some(view! {
            <p class="what">{label}</p>
            <p class="why">{text::reason(example.why)}</p>
            <p class="help">{format!("Test {kind} {} · {} of {count}", thousands(example.index as f64), at + 1)}</p>
        })
    };
    view! {
        <div class="example">
            {picture}
            <div class="about" aria-live="polite">{description}</div>
            <div class="nav" on:keydown=keys>
                <button aria-label="Previous example" on:click=move |_| go(-1)>"◂"</button>
                <button aria-label="Next example" on:click=move |_| go(1)>"▸"</button>
            </div>
        </div>
    }
}
