//! Presenting: slides that take the window, to be projected. With a lesson open they are its states, from the question to
//! why; without, the stage from the data to the verdict. They show the same live state as the page behind them.
//!
//! Type is at least 24 px, and every slide fits in 1024 x 768 (`.slides` in the style sheet).

mod lesson;
mod points;
mod stage;

use crate::ui::app::context::Page;
use crate::ui::app::slides;
use crate::ui::browser::focus;
use crate::ui::shell::alerts::Alerts;
use crate::ui::shell::shortcuts;
use crate::ui::shell::slides::lesson::{Guess, LessonVerdict, Question, Run, RunEnd, Why};
use crate::ui::shell::slides::stage::{Data, SoftLabels, Students, Teacher, Verdict};
use crate::ui::state::help;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use crate::ui::state::sharing::number;
use crate::ui::state::slides::{Slide, slides as all_slides, turned};
use crate::ui::text::status;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Controls that have a use of their own for arrows, Home and End.
const USES_ARROWS: &str = "input, select, textarea, .nav";
/// Controls that have a use of their own for Space.
const USES_SPACE: &str = "button, input, select, textarea, a, summary";

/// Identifier of the heading, which has the focus while no control is in use.
const TITLE: &str = "slide-title";

/// Whether the focus is in one of these.
fn in_use(event: &KeyboardEvent, controls: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|e| e.closest(controls).is_ok_and(|found| found.is_some()))
}

/// The dialog of the slides; closed while nothing is presented.
#[component]
pub fn Slides() -> impl IntoView {
    let page = Page::here();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let at = memo(move || page.presentation.with(|shown| shown.slide));
    let presenting = memo(move || at.get().is_some());
    let runs = memo(move || page.lesson.with(|open| open.as_ref().map(|open| open.runs().len())));
    let count = move || all_slides(runs.get()).len();
    let place = memo(move || at.get().map(|at| at.min(count() - 1)));
    let slide = memo(move || place.get().map(|place| all_slides(runs.get())[place]));

    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if presenting.get() && !dialog.open() {
            // Fails only if it is open already or not in the document.
            let _ = dialog.show_modal();
        } else if !presenting.get() && dialog.open() {
            dialog.close();
        }
    });
    // The event comes a frame after closing, when the dialog may be open again.
    let on_close = move |_| {
        if dialog.get_untracked().is_none_or(|dialog| !dialog.open()) {
            slides::show(page, None);
        }
    };
    let keys = move |event: KeyboardEvent| {
        let Some(place) = place.get_untracked() else { return };
        if event.default_prevented() || !shortcuts::is_shortcut(&event) {
            return;
        }
        let key = event.key();
        if let Some(to) = turned(&key, place, untrack(count), in_use(&event, USES_ARROWS)) {
            slides::show(page, Some(to));
        } else if !help::keys_remembered() || in_use(&event, "input[type='text'], textarea") {
            return;
        } else if key == " " && !event.repeat() && !in_use(&event, USES_SPACE) {
            slides::train_or_pause(page);
        } else if !shortcuts::look(page, &key) {
            return;
        }
        event.prevent_default();
    };
    // After a mouse or a finger the arrows turn slides again; after a key they are still the control's.
    let give_back = move |event: web_sys::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let in_control = target.is_some_and(|e| e.closest("label, .track").is_ok_and(|found| found.is_some()));
        if in_control && event.detail() > 0 {
            request_animation_frame(|| focus::to(TITLE));
        }
    };
    view! {
        <dialog
            class="slides" aria-label="Presentation" node_ref=dialog on:close=on_close on:keydown=keys on:click=give_back
        >
            {move || {
                presenting
                    .get()
                    .then(|| {
                        view! {
                            <Title slide />
                            <Alerts />
                            // It scrolls where a window is smaller than a projector, and then by keys, too.
                            <div class="slide" role="region" aria-label="Slide" tabindex="0">{move || slide.get().map(body)}</div>
                            <Foot place count=Signal::derive(count) />
                        }
                    })
            }}
        </dialog>
    }
}

fn body(slide: Slide) -> AnyView {
    match slide {
        Slide::Data => view! { <Data /> }.into_any(),
        Slide::Teacher => view! { <Teacher /> }.into_any(),
        Slide::SoftLabels => view! { <SoftLabels /> }.into_any(),
        Slide::Students => view! { <Students /> }.into_any(),
        Slide::Verdict => view! { <Verdict /> }.into_any(),
        Slide::Question => view! { <Question /> }.into_any(),
        Slide::Guess => view! { <Guess /> }.into_any(),
        Slide::Run => view! { <Run /> }.into_any(),
        Slide::RunEnd(run) => view! { <RunEnd run /> }.into_any(),
        Slide::LessonVerdict => view! { <LessonVerdict /> }.into_any(),
        Slide::Why => view! { <Why /> }.into_any(),
    }
}

/// Name of the lesson and of the slide. It takes the focus with every slide, so that the slide is read out.
#[component]
fn Title(slide: Memo<Option<Slide>>) -> impl IntoView {
    let page = Page::here();
    let title: NodeRef<html::H2> = NodeRef::new();
    let lesson = memo(move || page.lesson.with(|open| open.as_ref().and_then(LessonProgress::lesson).map(|l| l.key)));
    let of = move || {
        let lesson = crate::lab::lessons::lesson(lesson.get()?)?;
        Some(format!("Lesson {}. {}", number(lesson), lesson.title))
    };
    Effect::new(move |_| {
        if let Some(title) = title.get().filter(|_| slide.get().is_some()) {
            let _ = title.focus();
        }
    });
    view! {
        <header class="slide-head">
            <h2 id=TITLE tabindex="-1" node_ref=title>{move || slide.get().map(Slide::name)}</h2>
            <p>{of}</p>
        </header>
    }
}

/// Which slide it is, how far training is, Train, and the way out.
#[component]
fn Foot(place: Memo<Option<usize>>, count: Signal<usize>) -> impl IntoView {
    let page = Page::here();
    let run = page.run_state;
    let go = move |by: isize| {
        let place = place.get_untracked().unwrap_or(0);
        let to = place.saturating_add_signed(by).min(count.get_untracked().saturating_sub(1));
        slides::show(page, Some(to));
    };
    let line = memo(move || {
        run.track_progress();
        let queued = page.queued.get();
        let remark = page.remark.get();
        if !remark.is_empty() {
            return remark;
        }
        run.with_untracked(|state| page.config.with(|c| status::status(state, c, queued)))
    });
    let judged = memo(move || page.lesson.with(|open| open.as_ref().map(|open| open.judgement.verdict.is_some())));
    let train = move || match (run.running.get() || page.queued.get(), judged.get()) {
        (true, _) => "Pause",
        (false, Some(true)) => "Run again",
        (false, _) => "Train",
    };
    view! {
        <div class="slide-foot">
            <button aria-label="Previous slide" disabled=move || place.get() == Some(0) on:click=move |_| go(-1)>"◂"</button>
            <span class="slide-place">{move || format!("{} of {}", place.get().unwrap_or(0) + 1, count.get())}</span>
            <button aria-label="Next slide" disabled=move || place.get().is_some_and(|at| at + 1 == count.get()) on:click=move |_| go(1)>"▸"</button>
            <p class="slide-line" translate="no">{line}</p>
            <button class="strong" on:click=move |_| slides::train_or_pause(page)>{train}</button>
            <button title="Esc" on:click=move |_| slides::show(page, None)>"Leave"</button>
        </div>
    }
}
