//! A worker, from the side that made it: spawn, post, listen, terminate.
//!
//! Built directly on `web_sys::Worker`, so that a worker can be terminated at any time and every failure becomes an event. The
//! page uses it for its engine, an engine for its pool workers.

use crate::protocol;
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions};

/// What comes from a worker.
pub enum ChannelEvent {
    /// Sent by its script before its program runs.
    Script(Array),
    /// It listens from now on; what was held back is on its way.
    Listening,
    /// A message.
    Message(Vec<u8>),
    /// A message that the browser could not bring.
    Garbled,
    /// An uncaught error, as text: a script or program that did not load, or a panic.
    Uncaught(String),
}

/// A running worker. Dropping it terminates the worker.
pub struct WorkerChannel {
    worker: Worker,
    /// Messages held back until the worker listens; `None` from then on.
    held: Rc<RefCell<Option<Vec<Uint8Array>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
    _on_garbled: Closure<dyn FnMut()>,
}

impl WorkerChannel {
    /// Starts a worker of that script and name; `listener` receives its events.
    ///
    /// # Errors
    /// Why the browser refused to start one, as text.
    pub fn spawn(script: &str, name: &str, listener: impl Fn(ChannelEvent) + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_name(name);
        let worker = Worker::new_with_options(script, &options).map_err(|error| describe(&error))?;
        let held = Rc::new(RefCell::new(Some(Vec::new())));
        let listener: Rc<dyn Fn(ChannelEvent)> = Rc::new(listener);

        let on_message = Closure::new({
            let (listener, held, worker) = (listener.clone(), held.clone(), worker.clone());
            move |message: MessageEvent| {
                if let Ok(text) = message.data().dyn_into::<Array>() {
                    return listener(ChannelEvent::Script(text));
                }
                let bytes = Uint8Array::new(&message.data()).to_vec();
                let early = held.borrow_mut().take();
                early.into_iter().flatten().for_each(|message| post(&worker, &message));
                listener(if bytes == protocol::LISTENING {
                    ChannelEvent::Listening
                } else {
                    ChannelEvent::Message(bytes)
                });
            }
        });
        let on_error = Closure::new({
            let listener = listener.clone();
            move |event: web_sys::Event| {
                // It is dealt with here, and is no error of whoever made the worker.
                event.prevent_default();
                // A script that cannot be loaded gives a plain event without a message.
                let text = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|m| !m.is_empty());
                let text = text.map(|m| m.trim_start_matches("Uncaught ").trim_end_matches('.').to_string());
                listener(ChannelEvent::Uncaught(text.unwrap_or_else(|| "its program could not be loaded".into())));
            }
        });
        let on_garbled = Closure::new(move || listener(ChannelEvent::Garbled));

        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_garbled.as_ref().unchecked_ref()));
        Ok(Self { worker, held, _on_message: on_message, _on_error: on_error, _on_garbled: on_garbled })
    }

    /// Sends a message, or keeps it until the worker listens.
    pub fn send(&self, message: &impl Serialize) {
        let bytes = Uint8Array::from(protocol::encode(message).as_slice());
        match &mut *self.held.borrow_mut() {
            Some(held) => held.push(bytes),
            None => post(&self.worker, &bytes),
        }
    }

    /// Gives its script something at once, before its program runs.
    ///
    /// # Errors
    /// Why that cannot be given away, as text.
    pub fn give(&self, value: &JsValue) -> Result<(), String> {
        self.worker.post_message(value).map_err(|error| describe(&error))
    }
}

impl Drop for WorkerChannel {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

fn post(worker: &Worker, bytes: &Uint8Array) {
    // Refused only for data that cannot be cloned or is already transferred; a fresh buffer is neither.
    let _ = worker.post_message_with_transfer(bytes, &Array::of1(&bytes.buffer()));
}

/// A JavaScript error as text.
pub fn describe(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|m| m.as_string());
    message.or_else(|| error.as_string()).unwrap_or_else(|| "no reason given".into())
}
