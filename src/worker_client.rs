//! The page's connection to an engine worker: decodes its messages and detects its failure.
//!
//! Every failure of a worker (script missing, program not starting, panic, unreadable message, no answer) arrives as one
//! [`WorkerError`]. Dropping a [`WorkerClient`] terminates its worker.

pub mod pool;

use crate::protocol::{self, Command, DecodeError, Event};
use crate::worker_channel::{ChannelEvent, WorkerChannel};
use gloo::timers::callback::Timeout;
use std::{cell::Cell, rc::Rc};

/// Longest wait for a worker's first message, or the next before its first [`Event`], in milliseconds: its program may load
/// over a slow line, and reports its progress.
const FIRST_ANSWER_MS: u32 = 60_000;

/// Why a worker can no longer be used.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum WorkerError {
    /// The browser did not create a worker.
    #[error("this browser did not start a worker ({0})")]
    Spawn(String),
    /// An uncaught error: a script or program that did not load, or a panic.
    #[error("{0}")]
    Uncaught(String),
    /// No answer in time.
    #[error("it did not answer within {} seconds", FIRST_ANSWER_MS / 1000)]
    Silent,
    /// A message that cannot be decoded.
    #[error(transparent)]
    Unreadable(#[from] DecodeError),
}

/// A message of a worker to the page, or the end of it.
pub type WorkerMessage = Result<Event, WorkerError>;

/// A running worker. Dropping it terminates the worker.
pub struct WorkerClient {
    wire: WorkerChannel,
    _watchdog: Rc<Cell<Option<Timeout>>>,
}

impl WorkerClient {
    /// Starts the worker of that script; `listener` receives its messages, the first error last.
    ///
    /// # Errors
    /// [`WorkerError::Spawn`] when the browser refuses to make a worker.
    pub fn spawn(script: &str, listener: impl Fn(WorkerMessage) + 'static) -> Result<Self, WorkerError> {
        let over = Cell::new(false);
        let listener: Rc<dyn Fn(WorkerMessage)> = Rc::new(move |news: WorkerMessage| {
            if !over.get() {
                over.set(news.is_err());
                listener(news);
            }
        });
        let watchdog = Rc::new(Cell::new(None));
        let watch = {
            let (listener, watchdog) = (listener.clone(), watchdog.clone());
            move || {
                let listener = listener.clone();
                watchdog.set(Some(Timeout::new(FIRST_ANSWER_MS, move || listener(Err(WorkerError::Silent)))));
            }
        };
        let listener = {
            let (listener, watchdog, watch) = (listener.clone(), watchdog.clone(), watch.clone());
            let answered = Cell::new(false);
            move |event| match event {
                // How much of its program has arrived.
                ChannelEvent::Script(parts) => {
                    if !answered.get() {
                        watch();
                    }
                    let number = |i| parts.get(i).as_f64().unwrap_or(0.0) as u32;
                    listener(Ok(Event::Arriving { loaded: number(0), total: number(1) }));
                }
                ChannelEvent::Listening => {
                    if !answered.get() {
                        watch();
                    }
                }
                ChannelEvent::Message(bytes) => {
                    answered.set(true);
                    watchdog.take();
                    listener(protocol::decode(&bytes).map_err(WorkerError::from));
                }
                ChannelEvent::Garbled => listener(Err(WorkerError::Unreadable(DecodeError::Malformed))),
                ChannelEvent::Uncaught(why) => listener(Err(WorkerError::Uncaught(why))),
            }
        };
        let wire = WorkerChannel::spawn(script, "engine", listener).map_err(WorkerError::Spawn)?;
        watch();
        Ok(Self { wire, _watchdog: watchdog })
    }

    /// Sends a command, or keeps it until the worker listens.
    pub fn send(&self, command: Command) {
        self.wire.send(&command);
    }
}
