//! Starting and ending the engine's worker, and the custom data that every new worker has to be sent.

use super::commands;
use crate::config::DeviceChoice;
use crate::protocol::{Command, Purpose, Upload};
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::browser::{gpu_probe, url};
use crate::ui::state::alerts::ErrorKind;
use crate::ui::state::run_state::{EngineState, RunState};
use crate::worker_client::{WorkerClient, WorkerMessage};
use leptos::prelude::*;

/// Starts the worker that the settings ask for, unless the user has started one, or a benchmark needs the device.
pub fn start_unasked(page: Page) {
    if page.client.with_value(|r| r.generation == 0)
        && page.run_state.with_untracked(|m| m.engine == EngineState::Starting)
    {
        start(page);
    }
}

/// Ends the worker, if there is one, and starts the one for the device asked for.
pub fn start(page: Page) {
    let mut generation = 0;
    page.client.update_value(|r| generation = r.disconnect());
    page.files.not_imported();
    for kind in [ErrorKind::Device, ErrorKind::Data, ErrorKind::Engine, ErrorKind::Silent] {
        alerts::dismiss(page, kind);
    }
    page.run_state.update(|model| {
        model.lost();
        model.engine = EngineState::Starting;
    });
    let asked = page.config.with_untracked(|c| c.device);
    leptos::task::spawn_local(async move {
        let choice = gpu_probe::choose(asked).await;
        if page.client.with_value(|r| r.generation) == generation {
            spawn(page, generation, choice);
        }
    });
}

/// Starts the worker of a device.
pub fn spawn(page: Page, generation: u32, choice: gpu_probe::DeviceDecision) {
    page.device_reason.set(choice.reason);
    page.client.update_value(|r| r.gpu = choice.gpu);
    let script = url::engine(if choice.gpu { "worker_gpu.js" } else { "worker.js" });
    let listen = move |news: WorkerMessage| {
        if page.client.try_with_value(|r| r.generation) == Some(generation) {
            (page.hooks.engine_message)(page, news);
        }
    };
    match WorkerClient::spawn(&script, listen) {
        Ok(host) => {
            let config = page.config.get_untracked();
            page.client.update_value(|r| (r.host, r.sent) = (Some(host), Some(config.clone())));
            if let Some(own) = page.client.with_value(|r| r.custom_data.clone()) {
                send_custom_data(page, own, false);
            }
            if let Some(own) = page.client.try_update_value(|r| r.pending_data.take()).flatten() {
                send_custom_data(page, own, true);
            }
            let purpose = Purpose::Run { warm_up: !gpu_probe::saves_data() };
            commands::send(page, Command::Open { config, base: url::base(), purpose });
        }
        Err(fault) => (page.hooks.engine_message)(page, Err(fault)),
    }
}

/// Sends the engine custom data that are to become the task; starts an engine where there is none.
pub fn load_custom_data(page: Page, upload: Upload) {
    if page.client.with_value(|r| r.host.is_some()) {
        return send_custom_data(page, upload, true);
    }
    page.client.update_value(|r| r.pending_data = Some(upload));
    // One that is being started is given them when it is there.
    let coming = page.client.with_value(|r| r.generation > 0)
        && page.run_state.with_untracked(|m| m.engine == EngineState::Starting);
    if !coming {
        start(page);
    }
}

/// Sends custom data; `new` if they are to become the task.
pub fn send_custom_data(page: Page, upload: Upload, new: bool) {
    page.client.update_value(|r| r.unanswered.push_back(new.then(|| upload.clone())));
    commands::send(page, Command::LoadCustomData(upload));
}

/// Falls back to the CPU where the device was chosen automatically and WebGPU failed; whether it did.
pub fn fall_back(page: Page, reason: &str) -> bool {
    let auto = page.config.with_untracked(|c| c.device == DeviceChoice::Auto);
    if !auto || !page.client.with_value(|r| r.gpu) {
        return false;
    }
    let generation = page.client.with_value(|r| r.generation);
    page.run_state.update(|model| model.engine = EngineState::Starting);
    spawn(page, generation, gpu_probe::DeviceDecision { gpu: false, reason: Some(reason.into()) });
    true
}

/// Ends the worker for good; late messages of it are ignored.
pub fn end(page: Page) {
    page.queued.set(false);
    let alive = page.run_state.with_untracked(|m| m.device.is_some());
    page.client.update_value(|r| {
        r.disconnect();
        // Data at which it has perished would end the next one, too.
        if alive {
            r.pending_data = None;
        }
    });
    page.files.not_imported();
    page.run_state.update(RunState::lost);
}
