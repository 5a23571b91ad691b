//! What comes from the engine, and what it leads to: the run that is kept, the lesson that goes on, the file that is saved,
//! and the way out of a failure.

use crate::protocol::{Command, CustomDataInfo, Event, Failure, FailureKind};
use crate::ui::app::context::Page;
use crate::ui::app::{alerts, custom_data, engine, files, lesson, run_history, watchdog};
use crate::ui::state::alerts::ErrorKind;
use crate::ui::state::run_state::RunState;
use crate::worker_client::WorkerMessage;
use leptos::prelude::*;

/// Handles the engine's reply to custom data.
pub fn custom_data_answered(page: Page, reply: Result<CustomDataInfo, String>) {
    let given = page.client.try_update_value(|r| r.unanswered.pop_front()).flatten().flatten();
    // Data that were accepted before stay, where these cannot be used.
    if let (Some(upload), Ok(own)) = (given, reply) {
        page.client.update_value(|r| r.custom_data = Some(upload));
        alerts::dismiss(page, ErrorKind::Data);
        // What a run has shown is of the data before.
        page.run_state.update(RunState::forget);
        page.custom_data_version.update(|n| *n += 1);
        custom_data::select_task(page, &own);
    }
}

/// Handles a message from the engine's worker, or its end.
pub fn handle_message(page: Page, message: WorkerMessage) {
    watchdog::heard(page);
    match message {
        Ok(Event::Failed(failure)) => {
            page.run_state.update(|model| model.apply(Event::Failed(failure.clone())));
            handle_failure(page, failure);
        }
        Ok(Event::Exported(reply)) => files::exported(page, reply),
        Ok(event) => {
            let opened = matches!(event, Event::Opened(_));
            let finished = matches!(event, Event::Finished(_));
            let custom_data = if let Event::CustomDataRead(reply) = &event { Some(reply.clone()) } else { None };
            if let Event::Imported(reply) = &event {
                files::imported(page, reply);
            }
            page.run_state.update(|model| model.apply(event));
            if let Some(reply) = custom_data {
                custom_data_answered(page, reply);
            }
            if finished && !page.files.was_imported() {
                run_history::keep(page);
                lesson::run_finished(page);
            }
            if opened {
                page.files.opened();
                // Errors of the previous settings do not concern these.
                for kind in [ErrorKind::Data, ErrorKind::Settings, ErrorKind::Diverged] {
                    alerts::dismiss(page, kind);
                }
                engine::send_settings(page);
                // A new session has forgotten it.
                if page.decompose.get_untracked() {
                    engine::send(page, Command::Decompose(true));
                }
                engine::watch(page);
                if !engine::demonstrate(page) && page.queued.get_untracked() && engine::ready(page) {
                    page.queued.set(false);
                    engine::send(page, Command::Train);
                }
            }
        }
        Err(fault) => {
            let never_came = page.run_state.with_untracked(|m| m.device.is_none());
            engine::end(page);
            if never_came && engine::fall_back(page, "the WebGPU engine did not start") {
                return;
            }
            if never_came && page.client.with_value(|r| r.gpu) {
                let sentence = format!("The WebGPU engine could not start: {fault}. The CPU works in every browser.");
                return alerts::show(page, ErrorKind::Device, vec![sentence]);
            }
            let (what, then) = if never_came {
                (
                    "The engine could not start",
                    "Start it again, or reload the page; until then the sliders move your own logits.",
                )
            } else {
                ("The engine has stopped", "What it showed stays on screen; start it again to go on.")
            };
            alerts::show(page, ErrorKind::Engine, vec![format!("{what}: {fault}."), then.into()]);
        }
    }
}

/// Handles a failure that the engine reports.
pub fn handle_failure(page: Page, failure: Failure) {
    let kind = match failure.kind {
        FailureKind::Device => {
            engine::end(page);
            if engine::fall_back(page, "WebGPU failed") {
                return;
            }
            ErrorKind::Device
        }
        // The Data panel shows it, where the files are chosen.
        FailureKind::Data if engine::is_custom_task(page) => {
            if page.queued.get_untracked() {
                engine::ask_for_file(page);
            }
            return;
        }
        FailureKind::Data => {
            // Changes made while the data were being fetched have not been sent.
            engine::send_settings(page);
            ErrorKind::Data
        }
        FailureKind::Settings => ErrorKind::Settings,
        FailureKind::Diverged => ErrorKind::Diverged,
        FailureKind::Engine => {
            engine::end(page);
            ErrorKind::Engine
        }
    };
    alerts::show(page, kind, vec![failure.message]);
}
