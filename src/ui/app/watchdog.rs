//! Notices an engine that goes on without a word: while a run is under way it reports several times a second.

use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::state::alerts::ErrorKind;
use crate::ui::state::run_state::RunState;
use gloo::timers::callback::Interval;
use leptos::prelude::*;

/// How often it looks, in milliseconds.
const LOOK_MS: u32 = 2_500;
/// Looks without a word after which the user is told: ten seconds. They are counted, so that a computer that slept is not
/// taken for a silent engine.
const SILENT_LOOKS: u32 = 4;

/// Watches from now on.
pub fn watch(page: Page) {
    Interval::new(LOOK_MS, move || look(page)).forget();
}

fn look(page: Page) {
    let running = page.run_state.with_untracked(RunState::running);
    let looks = page.client.try_update_value(|client| {
        client.silent_looks = if running { client.silent_looks + 1 } else { 0 };
        client.silent_looks
    });
    if looks == Some(SILENT_LOOKS) {
        let sentences = vec![
            "The engine has not answered for ten seconds.".into(),
            "It may be at a step that takes long on this device: then wait. Otherwise start it again; what is on screen stays, \
             and the run begins anew."
                .into(),
        ];
        alerts::show(page, ErrorKind::Silent, sentences);
    }
}

/// Notes that the engine has said something.
pub fn heard(page: Page) {
    let silent = page.client.try_update_value(|client| std::mem::take(&mut client.silent_looks));
    if silent.is_some_and(|looks| looks >= SILENT_LOOKS) {
        alerts::dismiss(page, ErrorKind::Silent);
    }
}
