//! Commands to the engine, and the settings that go before them.

use crate::config::{Config, Invalidates, Task};
use crate::data::files;
use crate::protocol::Command;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::browser::gpu_probe;
use crate::ui::state::alerts::ErrorKind;
use crate::ui::state::run_state::{EngineState, RunState};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long a control must rest before the engine is set up anew, in milliseconds.
const SETTLE_MS: u32 = 250;

/// Whether the task is custom data.
pub fn is_custom_task(page: Page) -> bool {
    page.config.with_untracked(|c| c.task == Task::Own)
}

/// Pauses a run that is training; anything else stays as it is.
pub fn pause(page: Page) {
    page.queued.set(false);
    if page.run_state.with_untracked(RunState::running) {
        send(page, Command::Pause);
    }
}

/// Pauses all training, an unasked warm-up included.
pub fn pause_all(page: Page) {
    pause(page);
    if page.run_state.with_untracked(RunState::warming_up) {
        send(page, Command::Pause);
    }
}

/// One step.
pub fn step(page: Page) {
    if ready(page) {
        send(page, Command::Step);
    }
}

/// Back to the initial weights.
pub fn reset(page: Page) {
    page.queued.set(false);
    if ready(page) {
        page.files.not_imported();
        send(page, Command::Reset);
    }
}

/// Switches the decomposition of the gradient on or off.
pub fn decompose(page: Page, on: bool) {
    page.decompose.set(on);
    send(page, Command::Decompose(on));
}

/// True when a run is set up and the engine listens; pending changes are sent first.
pub fn ready(page: Page) -> bool {
    if page.run_state.with_untracked(|m| m.engine != EngineState::Open) {
        return false;
    }
    page.client.update_value(|r| r.pending_change = None);
    configure(page);
    true
}

/// Sends the engine what has changed since its last settings, now or when the control has come to rest.
pub fn send_settings(page: Page) {
    let config = page.config.get_untracked();
    let other_task = page.client.with_value(|r| r.sent.as_ref().is_some_and(|sent| sent.task != config.task));
    match page.run_state.with_untracked(|m| m.engine) {
        EngineState::Open => {}
        // Another task gives a download up, and may have better luck where one failed.
        EngineState::Loading(_) | EngineState::NoData if other_task => {
            alerts::dismiss(page, ErrorKind::Data);
            return configure(page);
        }
        // Settings that need other data may need no more than what is there.
        EngineState::NoData => {
            let needs = page.client.with_value(|r| r.sent.as_ref().map(files::addresses));
            if needs == Some(files::addresses(&config)) {
                return;
            }
            let rest = Timeout::new(SETTLE_MS, move || configure(page));
            return page.client.update_value(|r| r.pending_change = Some(rest));
        }
        // Other changes are sent when the run is set up.
        _ => return,
    }
    let Some(sent) = page.client.with_value(|r| r.sent.clone()) else { return };
    match config.effect_since(&sent) {
        None => {}
        Some(Invalidates::Live) => {
            let frame = gloo::render::request_animation_frame(move |_| configure(page));
            page.client.update_value(|c| c.pending_live_change = Some(frame));
        }
        Some(_) => {
            if page.run_state.with_untracked(RunState::running) {
                send(page, Command::Pause);
                alerts::remark(page, "Settings changed: training is paused, and Train starts afresh with them.");
            }
            let rest = Timeout::new(SETTLE_MS, move || configure(page));
            page.client.update_value(|r| r.pending_change = Some(rest));
        }
    }
}

/// Sends the settings on screen, if they differ from those last sent.
pub fn configure(page: Page) {
    let config = page.config.get_untracked();
    let same = page.client.with_value(|r| r.sent.as_ref().is_some_and(|sent| config.effect_since(sent).is_none()));
    if !same {
        page.client.update_value(|r| r.sent = Some(config.clone()));
        send(page, Command::Configure { config, warm_up: !gpu_probe::saves_data() });
    }
}

/// Notes the settings of a run that the engine has set up by itself as sent.
pub fn note_settings(page: Page, config: Config) {
    page.client.update_value(|r| (r.sent, r.pending_change, r.pending_live_change) = (Some(config), None, None));
}

/// Sends the settings on screen, whatever was sent before.
pub fn reconfigure(page: Page) {
    page.client.update_value(|r| r.sent = None);
    configure(page);
}

/// Sends a command and takes note of it.
pub fn send(page: Page, command: Command) {
    let config = page.config.get_untracked();
    page.run_state.update(|model| model.sent(&command, &config));
    page.client.with_value(|r| {
        if let Some(host) = &r.host {
            host.send(command);
        }
    });
}

/// Has the engine tell how the networks compute the example that is shown.
pub fn watch(page: Page) {
    let at = page.example.get_untracked();
    if page.run_state.with_untracked(|m| m.engine == EngineState::Open) {
        send(page, Command::Watch(Some(at)));
    }
}

/// Begins the demonstration that the link asks for, once; whether it did.
pub fn demonstrate(page: Page) -> bool {
    let wait_at = page.presentation.with_untracked(|p| p.wait_at);
    let Some(step) = wait_at.filter(|_| !page.client.with_value(|r| r.demonstrated) && ready(page)) else {
        return false;
    };
    page.client.update_value(|r| r.demonstrated = true);
    page.queued.set(false);
    send(page, Command::TrainTo(step));
    true
}
