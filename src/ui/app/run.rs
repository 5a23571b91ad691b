//! The Train button.

use crate::protocol::Command;
use crate::ui::app::context::Page;
use crate::ui::app::{engine, lesson};
use crate::ui::state::run_state::RunState;
use leptos::prelude::*;

/// Train, or Pause.
pub fn train_or_pause(page: Page) {
    if page.run_state.with_untracked(RunState::running) {
        engine::send(page, Command::Pause);
    } else if page.queued.get_untracked() {
        page.queued.set(false);
    } else {
        lesson::begin(page);
        engine::train(page);
    }
}
