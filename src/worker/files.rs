//! Files out and in: what the page asks to be saved, and what it brings back.

use super::{Inbox, Worker, post};
use crate::config::{Config, Task};
use crate::engine::session::Session;
use crate::files::{FileError, run, weights};
use crate::lab::runs::Run;
use crate::protocol::{Event, Export, Imported, Written};

impl Worker {
    /// Writes a file and sends it, or says why it cannot be had.
    pub(super) async fn export(&self, export: Export) {
        let written = match (export, &self.session) {
            (Export::Run { record, details, table }, _) => {
                Run::decode(&record).map(|kept| saved_run(&kept, details.as_deref(), table)).ok_or_else(|| {
                    "The run cannot be read, so there is nothing to save of it. Train it again.".to_string()
                })
            }
            (_, None) => Err("No run is set up yet: wait until the task’s data are there.".into()),
            (Export::Weights, Some(session)) => session.weights_file().await,
            (Export::Data, Some(session)) => session.data_file().await,
            (Export::Script(script), Some(session)) => Ok(session.script(script)),
        };
        post(&Event::Exported(written));
    }

    /// Takes a file in. What cannot be used changes nothing.
    pub(super) async fn import(&mut self, bytes: &[u8], inbox: &mut Inbox) {
        let looks_like_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let done = if looks_like_json {
            run::read(bytes).map(|run| Imported::Run(run.encode())).map_err(|error| error.to_string())
        } else {
            return self.import_weights(bytes, inbox).await;
        };
        post(&Event::Imported(done));
    }

    /// Sets up the run of those weights, with them in it.
    async fn import_weights(&mut self, bytes: &[u8], inbox: &mut Inbox) {
        match self.session_of(bytes, inbox).await {
            Ok(session) => {
                post(&Event::Imported(Ok(Imported::Weights(Box::new(session.config().clone())))));
                post(&Event::Opened(session.setup()));
                post(&Event::Report(session.report()));
                self.session = Some(session);
            }
            Err(why) => {
                // Where data were fetched for it, the page has to be told that the run before is still there.
                if let Some(session) = &self.session {
                    post(&Event::Opened(session.setup()));
                    post(&Event::Report(session.report()));
                }
                post(&Event::Imported(Err(why)));
            }
        }
    }

    async fn session_of(&mut self, bytes: &[u8], inbox: &mut Inbox) -> Result<Session, String> {
        let opened = weights::open(bytes).map_err(|error| error.to_string())?;
        let device = self.session.as_ref().map(|session| session.config().device);
        let config = Config { device: device.unwrap_or(opened.config.device), ..opened.config.clone() };
        if config.task == Task::Own && self.own.is_none() {
            return Err("These weights are of somebody’s own data, which are not here. Choose “Your own data” as the \
                        task, open the same file there, and import the weights again."
                .into());
        }
        let Some((device, gpu)) = self.device() else {
            return Err("The engine has no device to compute on yet. Try again when it is there.".into());
        };
        let missing = || "The data that these weights belong to could not be had, so they were not opened.".to_string();
        let other = self.other(&config, inbox).await.ok_or_else(missing)?;
        let data = self.data(&config, inbox).await.ok_or_else(missing)?;
        let own = config.task == Task::Own;
        let mut session = Session::new(device, gpu, data, config);
        if let Some(other) = other {
            session.lend(other);
        }
        session.adopt(&opened).map_err(|error| match error {
            FileError::OtherData(_) | FileError::Shape(_) if own => {
                "These weights are of other data than your own here. Open the file that they were trained on, and \
                 import them again."
                    .into()
            }
            error => error.to_string(),
        })?;
        Ok(session)
    }
}

fn saved_run(kept: &Run, details: Option<&crate::protocol::RunDetails>, table: bool) -> Written {
    use crate::config::Choice;
    let task = crate::link::parse_settings(&kept.link).0.task.key();
    if table {
        Written { name: format!("softlabel-{task}-run.csv"), bytes: run::csv(kept, details) }
    } else {
        Written { name: format!("softlabel-{task}-run.json"), bytes: run::json(kept, details) }
    }
}
