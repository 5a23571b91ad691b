//! The data of a run: generated, cached, custom, or fetched.

use crate::config::{Config, Shift, Task};
use crate::data::{Dataset, images, manifest, names, test_shift, validation};
use crate::protocol::{Command, Event, Failure, FailureKind};
use crate::worker::{Inbox, Worker, custom_data, fetch, post};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use std::pin::pin;
use std::rc::Rc;

impl Worker {
    /// The other image task's data, where the transfer set comes from there; `None` as [`Self::data`].
    pub(super) async fn other(&mut self, config: &Config, inbox: &mut Inbox) -> Option<Option<Rc<Dataset>>> {
        match config.task.other_images().filter(|_| config.shift == Shift::OtherTask) {
            None => Some(None),
            Some(task) => {
                let other = Config { task, ..Config::for_task(task) };
                self.base_data(&other, inbox).await.map(Some)
            }
        }
    }

    /// The data of a run: its task's, with production as the settings say; `None` as [`Self::base_data`].
    pub(super) async fn data(&mut self, config: &Config, inbox: &mut Inbox) -> Option<Rc<Dataset>> {
        self.base_data(config, inbox).await.map(|base| test_shift::prepare(base, config))
    }

    /// The data of a job: a validation set in place of the test set, so that settings are not chosen on the latter; `None` as
    /// [`Self::base_data`].
    pub(super) async fn validation_data(&mut self, config: &Config, inbox: &mut Inbox) -> Option<Rc<Dataset>> {
        let base = self.base_data(config, inbox).await?;
        Some(test_shift::prepare(Rc::new(validation::hold_out(&base, config.seed)), config))
    }

    /// A task's data: generated, kept from before, or fetched; `None` when it could not be had or another was asked for.
    async fn base_data(&mut self, config: &Config, inbox: &mut Inbox) -> Option<Rc<Dataset>> {
        if let Some(data) = Dataset::generated(config) {
            return Some(Rc::new(data));
        }
        if config.task == Task::Own {
            return match custom_data::dataset(self.own.as_ref(), config.seed) {
                Ok(data) => Some(Rc::new(data)),
                Err(message) => {
                    self.waiting.clear();
                    post(&Event::Failed(Failure { kind: FailureKind::Data, message }));
                    None
                }
            };
        }
        if !self.fetched.iter().any(|(task, _)| *task == config.task) {
            let fetched = self.fetch(config.task, inbox).await?;
            self.fetched.push((config.task, fetched));
        }
        let (_, fetched) = self.fetched.iter().find(|(task, _)| *task == config.task)?;
        match fetched {
            Fetched::Images(data) => Some(Rc::clone(data)),
            Fetched::Names(text) => match names::dataset(text, config.context, config.seed) {
                Ok(data) => Some(Rc::new(data)),
                Err(error) => {
                    let message = format!("The list of names cannot be used: {error}. Choose another task.");
                    post(&Event::Failed(Failure { kind: FailureKind::Data, message }));
                    None
                }
            },
        }
    }

    /// A task's file; `None` when it could not be had or another was asked for.
    async fn fetch(&mut self, task: Task, inbox: &mut Inbox) -> Option<Fetched> {
        let base = self.base.clone();
        let progress = |loaded, total| post(&Event::Loading { loaded: loaded as u32, total: total as u32 });
        let mut fetching = pin!(fetch::data(task, &base, progress, |bytes| Fetched::read(task, bytes)));
        loop {
            match select(fetching.as_mut(), inbox.next()).await {
                Either::Left((Ok(fetched), _)) => return Some(fetched),
                Either::Left((Err(message), _)) => {
                    // What waited for the data has nothing to act on.
                    self.waiting.clear();
                    post(&Event::Failed(Failure { kind: FailureKind::Data, message }));
                    return None;
                }
                Either::Right((None, _)) => return None,
                Either::Right((Some(message), _)) => {
                    let Ok(command) = message else { continue };
                    let other = asks_for(&command).is_some_and(|(wanted, too)| wanted != task && too != Some(task));
                    self.waiting.push_back(command);
                    if other {
                        return None;
                    }
                }
            }
        }
    }
}

/// A file as it was fetched.
pub(super) enum Fetched {
    /// Images.
    Images(Rc<Dataset>),
    /// A list of names.
    Names(String),
}

impl Fetched {
    /// What an unpacked file holds.
    fn read(task: Task, bytes: Vec<u8>) -> Result<Self, String> {
        if task == Task::Names {
            let text = String::from_utf8(bytes).map_err(|_| "it is not text".to_string())?;
            names::dataset(&text, 1, 1).map_err(|error| error.to_string())?;
            let (found, expected) = (text.lines().count(), manifest::NAMES.names);
            if found != expected {
                return Err(format!("it holds {found} names instead of {expected}"));
            }
            return Ok(Self::Names(text));
        }
        images::unpack(task, &bytes).map(|data| Self::Images(Rc::new(data))).map_err(|error| error.to_string())
    }
}

/// The task that a command sets up, and the other one whose images it needs.
fn asks_for(command: &Command) -> Option<(Task, Option<Task>)> {
    match command {
        Command::Open { config, .. } | Command::Configure { config, .. } => {
            Some((config.task, config.task.other_images().filter(|_| config.shift == Shift::OtherTask)))
        }
        _ => None,
    }
}
