//! Files out and in, as the page asks for them: the engine writes and reads, the page saves and shows.

use super::{
    model::Engine,
    page::Page,
    runs_kept::kept,
    save,
};
use crate::config::Config;
use crate::lab::runs::Run;
use crate::protocol::{Command, Event, Export, Imported, RunDetails, Script};
use leptos::prelude::*;
use web_sys::File;

/// Most bytes of a file that is taken in.
const MOST_BYTES: f64 = 300e6;

/// What the page knows of files under way.
#[derive(Clone, Copy)]
pub struct Filing {
    /// Whether the dialog is open.
    pub open: RwSignal<bool>,
    /// Why the last file could not be had or used.
    pub trouble: RwSignal<Option<String>>,
    /// The run that is about to finish was not trained here.
    adopted: StoredValue<bool>,
}

impl Filing {
    /// Nothing under way.
    pub fn new() -> Self {
        Self { open: RwSignal::new(false), trouble: RwSignal::new(None), adopted: StoredValue::new(false) }
    }

    /// Whether the run that has just finished came from a file; asked once.
    pub(super) fn was_adopted(self) -> bool {
        let adopted = self.adopted.get_value();
        self.adopted.set_value(false);
        adopted
    }
}

impl Page {
    /// Has the engine write a file.
    pub fn export(self, export: Export) {
        self.files.trouble.set(None);
        if self.model.with_untracked(|m| m.device.is_none()) {
            return self.file_trouble("The engine writes the files, and it is not running. Start it, and try again.".into());
        }
        self.send(Command::Export(export));
    }

    /// Has a script written.
    pub fn export_script(self, script: Script) {
        self.export(Export::Script(script));
    }

    /// The finished run on screen.
    pub fn export_shown_run(self, table: bool) {
        let told = self.model.with_untracked(|model| {
            let results = &model.results;
            let outcome = results.outcome.as_ref()?;
            let curves = results.arm_curves.iter().map(|curve| kept(curve)).collect();
            let teacher_curve = results.teacher_curve.iter().map(|&(step, v)| (step as f32, v as f32)).collect();
            let run = Run::of(outcome, curves, js_sys::Date::now());
            Some((run, RunDetails { outcome: (**outcome).clone(), teacher_curve }))
        });
        let Some((mut run, details)) = told else { return };
        // It is the one that is kept, where it is.
        let at = self.runs.list.with_untracked(|list| {
            list.iter().find(|other| Run { at: other.at, ..run.clone() } == ***other).map(|other| other.at)
        });
        run.at = at.unwrap_or(run.at);
        self.export(Export::Run { record: run.encode(), details: Some(Box::new(details)), table });
    }

    /// A kept run.
    pub fn export_kept_run(self, run: &Run, table: bool) {
        self.export(Export::Run { record: run.encode(), details: None, table });
    }

    /// Takes in a file that was exported.
    pub fn import(self, file: File) {
        self.files.trouble.set(None);
        if self.model.with_untracked(|m| m.device.is_none() || m.engine == Engine::Down) {
            return self.file_trouble("The engine reads the files, and it is not running. Start it, and try again.".into());
        }
        if file.size() > MOST_BYTES {
            return self.file_trouble(format!("“{}” has {:.0} MB, more than any file that this page writes.", file.name(), file.size() / 1e6));
        }
        leptos::task::spawn_local(async move {
            match save::read(&file).await {
                Ok(bytes) => self.send(Command::Import(bytes)),
                Err(_) => self.file_trouble(format!("“{}” could not be read. Choose it again.", file.name())),
            }
        });
    }

    fn file_trouble(self, why: String) {
        if !self.files.open.get_untracked() {
            self.remark(why.clone());
        }
        self.files.trouble.set(Some(why));
    }

    /// What the engine says of files.
    pub(super) fn hear_of_file(self, event: &Event) {
        match event {
            Event::Exported(Ok(file)) => {
                save::bytes(&file.name, &file.bytes);
                self.remark(format!("{} is among your downloads.", file.name));
            }
            Event::Exported(Err(why)) => self.file_trouble(why.clone()),
            Event::Imported(Err(why)) => self.file_trouble(format!("{why} Nothing was changed.")),
            Event::Imported(Ok(Imported::Run(record))) => match Run::decode(record) {
                Some(run) => {
                    self.files.open.set(false);
                    self.runs.import(run.clone());
                    self.open_run(&run);
                    self.remark("The run is in “Your runs”, and its settings are set; press Train to run them again.");
                }
                None => self.file_trouble("The run in that file cannot be read. Nothing was changed.".into()),
            },
            Event::Imported(Ok(Imported::Weights(config))) => {
                self.files.open.set(false);
                self.files.adopted.set_value(true);
                let device = self.config.with_untracked(|c| c.device);
                self.engine_has(Config { device, ..(**config).clone() });
                self.remark("The networks of that file are here, and were measured anew.");
            }
            _ => {}
        }
    }
}
