//! The page's side of its engine: what comes of a worker's messages, and when it is given up.
//!
//! Whatever can go wrong with a worker (its script missing, its program not starting, a panic later, a message that cannot
//! be read, no answer at all) arrives as one [`WorkerError`], and dropping a [`WorkerClient`] ends its worker at once, whatever that was
//! doing.

pub mod pool;

use crate::protocol::{self, Command, DecodeError, Event};
use crate::worker_channel::{ChannelEvent, WorkerChannel};
use gloo::timers::callback::Timeout;
use std::{cell::Cell, rc::Rc};

/// Longest wait for a worker's first sign of life, or the next before its first [`Event`], in milliseconds: its program may
/// have to come over a slow line, and says how much of it has.
const FIRST_ANSWER_MS: u32 = 60_000;

/// Why a worker is of no use any more.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum WorkerError {
    /// The browser would not even make a worker.
    #[error("this browser did not start a worker ({0})")]
    Spawn(String),
    /// An uncaught error: a script or program that did not load, or a panic.
    #[error("{0}")]
    Uncaught(String),
    /// No answer in time.
    #[error("it did not answer within {} seconds", FIRST_ANSWER_MS / 1000)]
    Silent,
    /// A message that is none.
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
    /// Starts the worker of that script; `tell` receives its messages, the first error last.
    ///
    /// # Errors
    /// [`WorkerError::Spawn`] when the browser refuses to make a worker.
    pub fn spawn(script: &str, tell: impl Fn(WorkerMessage) + 'static) -> Result<Self, WorkerError> {
        let over = Cell::new(false);
        let tell: Rc<dyn Fn(WorkerMessage)> = Rc::new(move |news: WorkerMessage| {
            if !over.get() {
                over.set(news.is_err());
                tell(news);
            }
        });
        let watchdog = Rc::new(Cell::new(None));
        let watch = {
            let (tell, watchdog) = (tell.clone(), watchdog.clone());
            move || {
                let tell = tell.clone();
                watchdog.set(Some(Timeout::new(FIRST_ANSWER_MS, move || tell(Err(WorkerError::Silent)))));
            }
        };
        let hear = {
            let (tell, watchdog, watch) = (tell.clone(), watchdog.clone(), watch.clone());
            let answered = Cell::new(false);
            move |heard| match heard {
                // How much of its program has arrived.
                ChannelEvent::Script(parts) => {
                    if !answered.get() {
                        watch();
                    }
                    let number = |i| parts.get(i).as_f64().unwrap_or(0.0) as u32;
                    tell(Ok(Event::Arriving { loaded: number(0), total: number(1) }));
                }
                ChannelEvent::Listening => {
                    if !answered.get() {
                        watch();
                    }
                }
                ChannelEvent::Message(bytes) => {
                    answered.set(true);
                    watchdog.take();
                    tell(protocol::decode(&bytes).map_err(WorkerError::from));
                }
                ChannelEvent::Garbled => tell(Err(WorkerError::Unreadable(DecodeError::Malformed))),
                ChannelEvent::Uncaught(why) => tell(Err(WorkerError::Uncaught(why))),
            }
        };
        let wire = WorkerChannel::spawn(script, "engine", hear).map_err(WorkerError::Spawn)?;
        watch();
        Ok(Self { wire, _watchdog: watchdog })
    }

    /// Sends a command, or keeps it until the worker listens.
    pub fn send(&self, command: Command) {
        self.wire.send(&command);
    }
}
