//! Training to the verdict.

use super::{commands, lifecycle};
use crate::protocol::Command;
use crate::ui::app::alerts;
use crate::ui::app::context::{ActiveWork, Page};
use crate::ui::state::alerts::ErrorKind;
use crate::ui::state::run_state::EngineState;
use leptos::prelude::*;

/// Goes on to the verdict, as soon as the engine is there.
pub fn train(page: Page) {
    page.active_work.set(ActiveWork::Run);
    if commands::ready(page) {
        alerts::dismiss(page, ErrorKind::Settings);
        alerts::dismiss(page, ErrorKind::Diverged);
        commands::send(page, Command::Train);
    } else if page.run_state.with_untracked(|m| m.engine == EngineState::NoData) && commands::is_custom_task(page) {
        ask_for_file(page);
    } else {
        page.queued.set(true);
        // Data that could not be had may be there by now.
        let nothing_comes = page.run_state.with_untracked(|m| m.engine == EngineState::NoData);
        if nothing_comes || page.client.with_value(|r| r.host.is_none()) {
            lifecycle::start(page);
        }
    }
}

/// Asks for a file: custom data do not arrive by themselves, so there is nothing to wait for.
pub fn ask_for_file(page: Page) {
    page.queued.set(false);
    alerts::remark(page, "There is nothing to learn from yet: choose a table or images under Data, then press Train.");
}
