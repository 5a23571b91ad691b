//! Several workers side by side, each with one job at a time. A worker is started when it is first needed; dropping the
//! pool ends them all at once.

use crate::experiment::Job;
use crate::protocol::Command;
use crate::worker_client::{WorkerClient, WorkerError, WorkerMessage};
use std::rc::Rc;

/// A place for one worker.
#[derive(Default)]
struct Slot {
    host: Option<WorkerClient>,
    job: Option<u32>,
}

/// The workers.
pub struct Pool {
    script: String,
    open: Vec<Command>,
    listener: Rc<dyn Fn(usize, WorkerMessage)>,
    slots: Vec<Slot>,
}

impl Pool {
    /// A pool of `size` workers of a script, each sent the commands `open` first; `listener` receives their messages with their index.
    pub fn new(
        script: String,
        open: Vec<Command>,
        size: usize,
        listener: impl Fn(usize, WorkerMessage) + 'static,
    ) -> Self {
        Self { script, open, listener: Rc::new(listener), slots: (0..size).map(|_| Slot::default()).collect() }
    }

    /// A place without a job.
    pub fn idle(&self) -> Option<usize> {
        self.slots.iter().position(|slot| slot.job.is_none())
    }

    /// Number of the job at a place.
    pub fn job(&self, at: usize) -> Option<u32> {
        self.slots.get(at).and_then(|slot| slot.job)
    }

    /// Gives a job to the worker at a place, which is started if need be.
    ///
    /// # Errors
    /// When the browser refuses to make a worker.
    pub fn give(&mut self, at: usize, job: Job) -> Result<(), WorkerError> {
        let Some(slot) = self.slots.get_mut(at) else { return Ok(()) };
        slot.job = Some(job.id);
        let host = match slot.host.take() {
            Some(host) => host,
            None => {
                let listener = Rc::clone(&self.listener);
                let host = WorkerClient::spawn(&self.script, move |news| listener(at, news))?;
                self.open.iter().for_each(|command| host.send(command.clone()));
                host
            }
        };
        host.send(Command::Job(job));
        slot.host = Some(host);
        Ok(())
    }

    /// The job at a place is over; its worker waits for the next.
    pub fn free(&mut self, at: usize) {
        if let Some(slot) = self.slots.get_mut(at) {
            slot.job = None;
        }
    }

    /// Ends the worker at a place; the next job there gets a fresh one.
    pub fn end(&mut self, at: usize) {
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::default();
        }
    }
}
