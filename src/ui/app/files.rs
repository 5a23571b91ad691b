//! Files out and in: what they are written of, and what becomes of those that are read. Weights and data only the engine
//! knows, so it is asked for them first; everything else the page has itself.

use crate::ui::app::files_chunk;
use crate::ui::app::context::Page;
use crate::ui::app::files_chunk::Refused;
use crate::ui::app::run_history::kept_run;
use crate::ui::browser::download;
use crate::ui::state::run_state::EngineState;
use crate::config::Config;
use crate::files::codec::{Read, Script, Writing};
use crate::files::run::RunDetails;
use crate::runs::SavedRun;
use crate::protocol::{Command, Export, Packed};
use leptos::prelude::*;
use web_sys::File;

/// Most bytes of a file that is taken in.
const MAX_BYTES: f64 = 300e6;

/// What the page knows of files under way.
#[derive(Clone, Copy)]
pub struct FileTransfer {
    /// Whether the dialog is open.
    pub open: RwSignal<bool>,
    /// Why the last file could not be had or used.
    pub trouble: RwSignal<Option<String>>,
    imported: StoredValue<ImportState>,
}

/// Whether the run that is about to finish was trained here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ImportState {
    /// It was.
    No,
    /// It was not, and is about to be set up.
    Told,
    /// It was not, and is set up: whatever is set up next is another.
    Open,
}

impl FileTransfer {
    /// Nothing under way.
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), trouble: RwSignal::new(None), imported: StoredValue::new(ImportState::No) }
    }

    /// Whether the run that has just finished came from a file; asked once.
    pub(in crate::ui) fn was_imported(self) -> bool {
        let imported = self.imported.get_value();
        self.not_imported();
        imported != ImportState::No
    }

    /// A run is set up.
    pub(in crate::ui) fn opened(self) {
        self.imported.update_value(|imported| {
            *imported = if *imported == ImportState::Told { ImportState::Open } else { ImportState::No };
        });
    }

    /// The run that finishes next is trained here.
    pub(in crate::ui) fn not_imported(self) {
        self.imported.set_value(ImportState::No);
    }
}

impl Page {
    /// Has a file written of what only the engine knows.
    pub fn export(self, export: Export) {
        self.files.trouble.set(None);
        if self.model.with_untracked(|m| m.device.is_none()) {
            return self.file_trouble("What this file is written of only the engine knows, and it is not running. Start it, and try again.".into());
        }
        self.send(Command::Export(export));
    }

    /// The engine has told what a file is written of, or why it cannot.
    pub(in crate::ui) fn exported(self, told: Result<Packed, String>) {
        match told {
            Ok(Packed(payload)) => self.write(Writing::ExportPayload(payload)),
            Err(why) => self.file_trouble(why),
        }
    }

    /// Saves a script that is the same for every run.
    pub fn export_script(self, script: Script) {
        self.write(Writing::Script(script));
    }

    /// Saves the finished run on screen.
    pub fn export_shown_run(self, table: bool) {
        let told = self.model.with_untracked(|model| {
            let results = &model.results;
            let outcome = results.outcome.as_ref()?;
            let teacher_curve = results.teacher_curve.iter().map(|&(step, v)| (step as f32, v as f32)).collect();
            Some((kept_run(model)?, RunDetails { outcome: (**outcome).clone(), teacher_curve }))
        });
        let Some((mut run, details)) = told else { return };
        // It is the one that is kept, where it is.
        let at = self.runs.list.with_untracked(|list| {
            list.iter().find(|other| SavedRun { at: other.at, ..run.clone() } == ***other).map(|other| other.at)
        });
        run.at = at.unwrap_or(run.at);
        self.write(Writing::Run { run: Box::new(run), details: Some(Box::new(details)), table });
    }

    /// Saves a kept run.
    pub fn export_kept_run(self, run: &SavedRun, table: bool) {
        self.write(Writing::Run { run: Box::new(run.clone()), details: None, table });
    }

    /// Writes a file and saves it.
    fn write(self, writing: Writing) {
        self.files.trouble.set(None);
        leptos::task::spawn_local(async move {
            match files_chunk::write(writing).await {
                Ok(file) => {
                    download::bytes(&file.name, &file.bytes);
                    self.remark(format!("{} is among your downloads.", file.name));
                }
                Err(Refused(why)) => self.file_trouble(why),
            }
        });
    }

    /// Takes in a file that was exported.
    pub fn import(self, file: File) {
        self.files.trouble.set(None);
        if file.size() > MAX_BYTES {
            return self.file_trouble(format!("“{}” has {:.0} MB, more than any file that this page writes.", file.name(), file.size() / 1e6));
        }
        leptos::task::spawn_local(async move {
            let Ok(bytes) = download::read(&file).await else {
                return self.file_trouble(format!("“{}” could not be read. Choose it again.", file.name()));
            };
            match files_chunk::read(bytes).await {
                Ok(Read::Run(run)) => self.import_run(&run),
                Ok(Read::Networks(packed)) => self.import_networks(packed),
                Err(Refused(why)) => self.file_trouble(format!("{why} Nothing was changed.")),
            }
        });
    }

    fn import_run(self, run: &SavedRun) {
        self.files.open.set(false);
        self.runs.import(run.clone());
        self.open_run(run);
        self.remark("The run is in “Your runs”, and its settings are set; press Train to run them again.");
    }

    /// The engine sets up their run, measures them, and says so ([`Self::adopted`]).
    fn import_networks(self, packed: Vec<u8>) {
        if self.model.with_untracked(|m| m.device.is_none() || m.engine == EngineState::Down) {
            return self.file_trouble("The engine measures the networks of a file, and it is not running. Start it, and try again.".into());
        }
        self.send(Command::Import(Packed(packed)));
    }

    /// The engine has taken networks in, of a run of these settings, or says why not.
    pub(in crate::ui) fn imported(self, told: &Result<Box<Config>, String>) {
        match told {
            Ok(config) => {
                self.files.open.set(false);
                self.files.imported.set_value(ImportState::Told);
                let device = self.config.with_untracked(|c| c.device);
                self.engine_has(Config { device, ..(**config).clone() });
                self.remark("The networks of that file are here, and were measured anew.");
            }
            Err(why) => self.file_trouble(format!("{why} Nothing was changed.")),
        }
    }

    fn file_trouble(self, why: String) {
        if !self.files.open.get_untracked() {
            self.remark(why.clone());
        }
        self.files.trouble.set(Some(why));
    }
}
