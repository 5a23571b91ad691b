//! The one writer of the settings on screen. A change by the user goes through [`change`], which writes the link and sends the
//! engine what it needs: live changes within a frame, others when the control has come to rest.

use crate::config::{Config, Invalidates, Parameter, Task};
use crate::ui::app::context::Page;
use crate::ui::app::{address, engine};
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Number of examples that the teacher learns from: that of the run that is set up, or else of the settings; 0 while unknown.
pub fn teacher_examples(page: Page) -> Memo<usize> {
    memo(move || {
        let (task, expected) = page.config.with(|c| (c.task, c.teacher_examples()));
        let known = page
            .run_state
            .setup
            .with(|setup| setup.as_ref().filter(|s| s.config.task == task).map(|s| s.teacher_examples));
        match (known, task) {
            (Some(known), Task::Own) => known,
            (None, Task::Own) => 0,
            _ => expected,
        }
    })
}

/// Number of examples in a transfer set: that of the run that is set up with these settings, or else of the settings.
pub fn transfer_examples(page: Page) -> Memo<usize> {
    let examples = teacher_examples(page);
    memo(move || {
        let config = page.config.get();
        let known = page.run_state.setup.with(|setup| {
            let setup =
                setup.as_ref().filter(|s| config.effect_since(&s.config).is_none_or(|e| e == Invalidates::Live));
            setup.map(|s| s.transfer_examples)
        });
        known.unwrap_or_else(|| config.transfer_size.min(examples.get()))
    })
}

/// Training rows of the custom data that the engine has read; 0 without any.
fn custom_rows(page: Page) -> usize {
    page.run_state
        .custom_data
        .with_untracked(|data| data.as_ref().and_then(|data| data.as_ref().ok()).map_or(0, |own| own.train))
}

/// Replaces the settings as a whole, by those of a run that was imported or of new custom data; the caller sees to the engine.
pub fn replace(page: Page, config: Config) {
    page.lesson.set(None);
    page.lens.set(None);
    page.config.set(config);
    address::publish(page);
}

/// Sets a parameter, snapped to its steps.
pub fn set(page: Page, parameter: &Parameter, value: f64) {
    let (set, value) = (parameter.set, parameter.snap(value));
    change(page, |config| set(config, value));
}

/// Changes settings, writes the link, and sends the engine the change.
pub fn change(page: Page, change: impl FnOnce(&mut Config)) {
    let before = page.config.get_untracked();
    let mut after = before.clone();
    change(&mut after);
    if after == before {
        return;
    }
    let (other_device, other_task) = (after.device != before.device, after.task != before.task);
    if other_task || page.address.with_value(|address| address.following) {
        after = after.fitted(custom_rows(page));
    }
    address::leave_behind(page, other_task);
    page.config.set(after);
    address::publish(page);
    if other_device { engine::start(page) } else { engine::send_settings(page) }
}
