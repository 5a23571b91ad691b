//! The page's side of the worker: spawn, post, listen, watch, terminate.
//!
//! Written by hand on `web_sys::Worker`: whatever can go wrong with a worker (its script missing, its program not
//! starting, a panic later, a message that cannot be read, no answer at all) arrives as one [`Fault`], and dropping
//! a [`Host`] ends its worker at once, whatever that was doing.

pub mod pool;

use crate::protocol::{self, Command, DecodeError, Event};
use gloo::timers::callback::Timeout;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker};

/// Longest wait for a worker's first [`Event`], in milliseconds: its program may have to come over a slow line.
const FIRST_ANSWER_MS: u32 = 60_000;

/// Why a worker is of no use any more.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum Fault {
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

/// What a worker tells the page.
pub type News = Result<Event, Fault>;

/// A running worker. Dropping it terminates the worker.
pub struct Host {
    worker: Worker,
    /// Commands held back until the worker listens; `None` from then on.
    held: Rc<RefCell<Option<Vec<Command>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
    _on_garbled: Closure<dyn FnMut()>,
    _watchdog: Rc<Cell<Option<Timeout>>>,
}

impl Host {
    /// Starts the worker of that script; `tell` gets all it says, the first fault last.
    ///
    /// # Errors
    /// [`Fault::Spawn`] when the browser refuses to make a worker.
    pub fn spawn(script: &str, tell: impl Fn(News) + 'static) -> Result<Self, Fault> {
        let worker = Worker::new(script).map_err(|error| Fault::Spawn(words(&error)))?;
        let held = Rc::new(RefCell::new(Some(Vec::new())));
        let over = Rc::new(Cell::new(false));
        let watchdog = Rc::new(Cell::new(None));
        let tell: Rc<dyn Fn(News)> = Rc::new(move |news: News| {
            if !over.get() {
                over.set(news.is_err());
                tell(news);
            }
        });

        let on_message = Closure::new({
            let (tell, held, watchdog, worker) = (tell.clone(), held.clone(), watchdog.clone(), worker.clone());
            move |message: MessageEvent| {
                // Before its program runs, the worker's script tells how much of it has arrived.
                if let Some(parts) = message.data().dyn_ref::<js_sys::Array>() {
                    let number = |i| parts.get(i).as_f64().unwrap_or(0.0) as u32;
                    return tell(Ok(Event::Arriving { loaded: number(0), total: number(1) }));
                }
                let bytes = js_sys::Uint8Array::new(&message.data()).to_vec();
                let early = held.borrow_mut().take();
                early.into_iter().flatten().for_each(|command| post(&worker, &command));
                if bytes != protocol::LISTENING {
                    watchdog.take();
                    tell(protocol::decode(&bytes).map_err(Fault::from));
                }
            }
        });
        let on_error = Closure::new({
            let tell = tell.clone();
            move |event: web_sys::Event| {
                // A script that cannot be loaded gives a plain event without a message.
                let said = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|m| !m.is_empty());
                let said = said.map(|m| m.trim_start_matches("Uncaught ").trim_end_matches('.').to_string());
                tell(Err(Fault::Uncaught(said.unwrap_or_else(|| "its program could not be loaded".into()))));
            }
        });
        let on_garbled = Closure::new({
            let tell = tell.clone();
            move || tell(Err(Fault::Unreadable(DecodeError::Malformed)))
        });
        watchdog.set(Some(Timeout::new(FIRST_ANSWER_MS, move || tell(Err(Fault::Silent)))));

        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_garbled.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            held,
            _on_message: on_message,
            _on_error: on_error,
            _on_garbled: on_garbled,
            _watchdog: watchdog,
        })
    }

    /// Sends a command, or keeps it until the worker listens.
    pub fn send(&self, command: Command) {
        match &mut *self.held.borrow_mut() {
            Some(held) => held.push(command),
            None => post(&self.worker, &command),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

fn post(worker: &Worker, command: &Command) {
    let bytes = js_sys::Uint8Array::from(protocol::encode(command).as_slice());
    let transfer = js_sys::Array::of1(&bytes.buffer());
    // Refused only for data that cannot be cloned or is already transferred; a fresh buffer is neither.
    let _ = worker.post_message_with_transfer(&bytes, &transfer);
}

/// A JavaScript error in words.
pub fn words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| "no reason given".into())
}
