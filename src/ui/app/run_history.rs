//! Keeping finished runs, and opening their settings again.

use crate::config::Config;
use crate::link;
use crate::runs::{SavedRun, time_after};
use crate::ui::app::context::Page;
use crate::ui::app::{address, alerts, lesson, settings};
use crate::ui::state::run_history::kept_run;
use leptos::prelude::*;

/// A run is over: it is kept.
pub fn keep(page: Page) {
    let run = page.run_state.with_untracked(kept_run);
    if let Some(mut run) = run {
        run.at = page.runs.list.with_untracked(|all| time_after(run.at, all.iter().map(|other| other.at)));
        page.runs.forgotten.set(Vec::new());
        page.runs.take_in(vec![run.clone()], &[run]);
    }
}

/// The settings of a kept run; the device stays the user's, and a lesson that is open is closed.
pub fn open(page: Page, run: &SavedRun) {
    let read = link::parse(&run.link);
    lesson::switch(page, None);
    settings::change(page, |config| *config = Config { device: config.device, ..read.config });
    address::publish(page);
    alerts::remark(
        page,
        if read.notices.is_empty() {
            "The page has the settings of that run; press Train to run it again."
        } else {
            "The page has the settings of that run, except some that this version does not know."
        },
    );
}
