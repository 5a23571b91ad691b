//! Exporting and importing files. Weights and data are known to the engine alone, so it is asked for them first; everything else
//! the page has itself.

use crate::config::Config;
use crate::files::codec::{Read, Script, Writing};
use crate::files::run::RunDetails;
use crate::protocol::{Command, Export, Packed};
use crate::runs::SavedRun;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::files_chunk;
use crate::ui::app::files_chunk::Refused;
use crate::ui::app::run_history;
use crate::ui::app::settings;
use crate::ui::browser::download;
use crate::ui::state::files::ImportState;
use crate::ui::state::run_history::kept_run;
use crate::ui::state::run_state::EngineState;
use leptos::prelude::*;
use web_sys::File;

/// Most bytes of a file that is imported.
const MAX_BYTES: f64 = 300e6;

/// Has a file written of what only the engine knows.
pub fn export(page: Page, export: Export) {
    page.files.error.set(None);
    if page.run_state.with_untracked(|m| m.device.is_none()) {
        return show_error(
            page,
            "Only the engine can write this file, and it is not running. Start it and try again.".into(),
        );
    }
    engine::send(page, Command::Export(export));
}

/// Handles the engine's payload of a file, or the reason why there is none.
pub fn exported(page: Page, reply: Result<Packed, String>) {
    match reply {
        Ok(Packed(payload)) => write(page, Writing::ExportPayload(payload)),
        Err(why) => show_error(page, why),
    }
}

/// Saves a script that is the same for every run.
pub fn export_script(page: Page, script: Script) {
    write(page, Writing::Script(script));
}

/// Saves the finished run on screen.
pub fn export_shown_run(page: Page, table: bool) {
    let shown = page.run_state.with_untracked(|model| {
        let results = &model.results;
        let outcome = results.outcome.as_ref()?;
        let teacher_curve = results.teacher_curve.iter().map(|&(step, v)| (step as f32, v as f32)).collect();
        Some((kept_run(model)?, RunDetails { outcome: (**outcome).clone(), teacher_curve }))
    });
    let Some((mut run, details)) = shown else { return };
    // It is the one that is kept, where it is.
    let at = page.runs.list.with_untracked(|list| {
        list.iter().find(|other| SavedRun { at: other.at, ..run.clone() } == ***other).map(|other| other.at)
    });
    run.at = at.unwrap_or(run.at);
    write(page, Writing::Run { run: Box::new(run), details: Some(Box::new(details)), table });
}

/// Saves a kept run.
pub fn export_kept_run(page: Page, run: &SavedRun, table: bool) {
    write(page, Writing::Run { run: Box::new(run.clone()), details: None, table });
}

/// Writes a file and saves it.
pub fn write(page: Page, writing: Writing) {
    page.files.error.set(None);
    leptos::task::spawn_local(async move {
        match files_chunk::write(writing).await {
            Ok(file) => {
                download::bytes(&file.name, &file.bytes);
                alerts::remark(page, format!("{} is in your downloads.", file.name));
            }
            Err(Refused(why)) => show_error(page, why),
        }
    });
}

/// Takes in a file that was exported.
pub fn import(page: Page, file: File) {
    page.files.error.set(None);
    if file.size() > MAX_BYTES {
        return show_error(
            page,
            format!(
                "“{}” is {:.0} MB large, more than any file that this page writes.",
                file.name(),
                file.size() / 1e6
            ),
        );
    }
    leptos::task::spawn_local(async move {
        let Ok(bytes) = download::read(&file).await else {
            return show_error(page, format!("“{}” could not be read. Choose it again.", file.name()));
        };
        match files_chunk::read(bytes).await {
            Ok(Read::Run(run)) => import_run(page, &run),
            Ok(Read::Networks(packed)) => import_networks(page, packed),
            Err(Refused(why)) => show_error(page, format!("{why} Nothing was changed.")),
        }
    });
}

pub fn import_run(page: Page, run: &SavedRun) {
    page.files.open.set(false);
    page.runs.import(run.clone());
    run_history::open(page, run);
    alerts::remark(page, "The run is in “Runs”, and the page has its settings; press Train to run it again.");
}

/// Sends imported networks to the engine, which sets up their run, evaluates them and replies ([`imported`]).
pub fn import_networks(page: Page, packed: Vec<u8>) {
    if page.run_state.with_untracked(|m| m.device.is_none() || m.engine == EngineState::Down) {
        return show_error(
            page,
            "The engine measures the networks of a file, and it is not running. Start it and try again.".into(),
        );
    }
    engine::send(page, Command::Import(Packed(packed)));
}

/// Handles the engine's reply to imported networks: the settings of their run, or the reason why they cannot be used.
pub fn imported(page: Page, reply: &Result<Box<Config>, String>) {
    match reply {
        Ok(config) => {
            page.files.open.set(false);
            page.files.imported.set_value(ImportState::Expected);
            let device = page.config.with_untracked(|c| c.device);
            let config = Config { device, ..(**config).clone() };
            engine::note_settings(page, config.clone());
            settings::replace(page, config);
            alerts::remark(page, "The networks of that file are loaded and were measured again.");
        }
        Err(why) => show_error(page, format!("{why} Nothing was changed.")),
    }
}

pub fn show_error(page: Page, why: String) {
    if !page.files.open.get_untracked() {
        alerts::remark(page, why.clone());
    }
    page.files.error.set(Some(why));
}
