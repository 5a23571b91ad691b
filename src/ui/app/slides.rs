//! Presenting: the slide that is shown, and Train as a presenter means it.

use crate::ui::app::address;
use crate::ui::app::context::Page;
use crate::ui::app::{lesson, run};
use crate::ui::state::run_state::RunState;
use leptos::prelude::*;

/// Shows a slide, or with `None` the page again.
pub fn show(page: Page, slide: Option<usize>) {
    if page.presentation.with_untracked(|shown| shown.slide != slide) {
        page.presentation.update(|shown| shown.slide = slide);
        address::publish(page);
    }
}

/// Train, or Pause; with a lesson open, a lesson that is over or whose settings were left begins again.
pub fn train_or_pause(page: Page) {
    let going = page.queued.get_untracked() || page.run_state.with_untracked(RunState::running);
    let bigger = page.lesson.with_untracked(|open| {
        let open = open.as_ref()?;
        let anew = page.config.with_untracked(|c| open.place(c).is_none() || open.too_early(c));
        (anew || open.judgement.verdict.is_some()).then_some(open.bigger)
    });
    match bigger.filter(|_| !going) {
        Some(bigger) => lesson::run(page, bigger),
        None => run::train_or_pause(page),
    }
}
