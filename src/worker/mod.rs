//! The worker: binds messages to the engine's session. Knows the browser, but no DOM.
//!
//! It trains in slices of about 30 ms and yields through a macrotask between them, so that a Pause is always answered
//! at once. Commands that come while a task's data is on its way are kept until it has arrived, except one that asks
//! for another task: that gives the download up.

mod custom_data;
mod data;
mod device;
mod errands;
mod fetch;
mod files;
mod parallel;
#[cfg(feature = "gpu")]
mod timestamps;
#[cfg(feature = "gpu")]
pub mod webgpu;

use crate::config::{Config, Task};
use crate::engine::device::SelectedDevice;
use crate::engine::session::{Session, job};
use crate::protocol::{self, Command, DecodeError, Event, Failure, FailureKind, Purpose};
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::StreamExt;
use js_sys::{Array, Promise, Uint8Array};
use parallel::ParallelWorkers;
use std::collections::VecDeque;
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

type Inbox = UnboundedReceiver<Result<Command, DecodeError>>;

/// The worker's global scope.
fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Starts to listen, as an engine or as a pool worker of one. `gpu` says whether this binary may use WebGPU.
pub fn start(gpu: bool) {
    if scope().name() == parallel::NAME {
        return spawn_local(parallel::serve());
    }
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // The page shows this and offers a new engine; the trap that follows ends this one.
        post(&Event::Failed(Failure {
            kind: FailureKind::Engine,
            message: format!(
                "The engine stopped because of a fault in it ({}). Start it again; what is on screen stays.",
                brief(info)
            ),
        }));
    }));
    let (sender, inbox) = unbounded();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let bytes = Uint8Array::new(&message.data()).to_vec();
        // The receiver lives as long as the worker.
        let _ = sender.unbounded_send(protocol::decode(&bytes));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post_bytes(protocol::LISTENING);
    spawn_local(serve(gpu, inbox));
}

/// The message of a panic, without its place in the source.
fn brief(info: &std::panic::PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text =
        payload.downcast_ref::<&str>().map(ToString::to_string).or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no reason given".into()).chars().take(200).collect()
}

fn post(event: &Event) {
    post_bytes(&protocol::encode(event));
}

fn post_bytes(bytes: &[u8]) {
    let bytes = Uint8Array::from(bytes);
    // Refused only for data that cannot be cloned or is already transferred; a fresh buffer is neither.
    let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}

/// Milliseconds since the worker began.
fn now() -> f64 {
    scope().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

/// Waits for the next macrotask, so that messages get their turn. (A timer would wait 4 ms and more.)
async fn breathe(channel: &MessageChannel) {
    let promise = Promise::new(&mut |resolve, _| channel.port2().set_onmessage(Some(&resolve)));
    if channel.port1().post_message(&wasm_bindgen::JsValue::NULL).is_ok() {
        let _ = JsFuture::from(promise).await;
    }
}

/// Waits so many milliseconds.
async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        // Refused only where there are no timers.
        let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(promise).await;
}

/// What the worker holds between commands.
struct Worker {
    gpu: bool,
    chosen: Option<SelectedDevice>,
    pool_workers: ParallelWorkers,
    base: String,
    /// Files fetched so far.
    fetched: Vec<(Task, data::Fetched)>,
    /// Custom data.
    own: Option<custom_data::CustomData>,
    session: Option<Session>,
    /// A job under way; the session waits for it.
    job: Option<job::Running>,
    /// Commands that wait for the data.
    waiting: VecDeque<Command>,
    /// Data for another run could not be had: the page does not know that the session is still there.
    unopened: bool,
}

async fn serve(gpu: bool, mut inbox: Inbox) {
    let Ok(channel) = MessageChannel::new() else { return };
    let mut worker = Worker {
        gpu,
        chosen: None,
        pool_workers: ParallelWorkers::default(),
        base: String::new(),
        fetched: Vec::new(),
        own: None,
        session: None,
        job: None,
        waiting: VecDeque::new(),
        unopened: false,
    };
    loop {
        while let Ok(message) = inbox.try_recv() {
            worker.take(message, &mut inbox).await;
        }
        if worker.job.is_some() {
            worker.work().await;
            breathe(&channel).await;
            continue;
        }
        match &mut worker.session {
            Some(session) if session.busy() => {
                if !worker.pool_workers.man(session) {
                    sleep(10).await;
                    continue;
                }
                if let Err(failure) = session.advance(&now, &mut |event| post(&event)).await {
                    post(&Event::Report(session.report()));
                    post(&Event::Failed(failure));
                }
                breathe(&channel).await;
            }
            _ => match inbox.next().await {
                Some(message) => worker.take(message, &mut inbox).await,
                None => return,
            },
        }
    }
}

impl Worker {
    /// One message, and those that came in while it was obeyed.
    async fn take(&mut self, message: Result<Command, DecodeError>, inbox: &mut Inbox) {
        match message {
            Ok(command) => self.waiting.push_back(command),
            Err(error) => {
                let message = format!("The page and its engine do not understand each other: {error}.");
                post(&Event::Failed(Failure { kind: FailureKind::Engine, message }));
            }
        }
        while let Some(command) = self.waiting.pop_front() {
            self.handle(command, inbox).await;
        }
    }

    async fn handle(&mut self, command: Command, inbox: &mut Inbox) {
        match command {
            Command::Open { config, base, purpose } => {
                self.base = base;
                if self.chosen.is_none() {
                    match device::choose(self.gpu, &config).await {
                        Ok(chosen) => {
                            post(&Event::Ready(chosen.in_use.clone()));
                            self.chosen = Some(chosen);
                        }
                        Err(failure) => return post(&Event::Failed(failure)),
                    }
                }
                if let Purpose::Run { warm_up } = purpose {
                    self.open(config, warm_up, inbox).await;
                }
            }
            Command::Configure { config, warm_up } => {
                let Some(other) = self.other(&config, inbox).await else {
                    self.unopened = true;
                    return;
                };
                match &mut self.session {
                    Some(session) if session.config().same_data(&config) => {
                        if let Some(other) = other {
                            session.lend(other);
                        }
                        if session.configure(config) | std::mem::take(&mut self.unopened) {
                            post(&Event::Opened(session.setup()));
                            if warm_up {
                                session.warm_up();
                            }
                        }
                        post(&Event::Report(session.report()));
                    }
                    _ => self.open(config, warm_up, inbox).await,
                }
            }
            Command::Train => self.with_session(Session::train),
            Command::TrainTo(step) => self.with_session(|session| session.train_to(step)),
            Command::Pause => self.with_session(Session::pause),
            Command::Step => self.with_session(Session::step),
            Command::Reset => {
                self.with_session(Session::reset);
                if let Some(session) = &self.session {
                    post(&Event::Opened(session.setup()));
                    post(&Event::Report(session.report()));
                }
            }
            Command::Decompose(decompose) => {
                if let Some(session) = &mut self.session {
                    session.decompose(decompose);
                }
            }
            Command::Watch(example) => {
                if let Some(session) = &mut self.session
                    && let Err(failure) = session.watch(example, &mut |event| post(&event)).await
                {
                    post(&Event::Failed(failure));
                }
            }
            Command::Job(job) => self.begin(job, inbox).await,
            Command::Bench(spec) => self.bench(&spec).await,
            Command::Predict(levels) => {
                if let Some(session) = &mut self.session {
                    match session.ask_about(levels).await {
                        Ok(answer) => answer.iter().for_each(post),
                        Err(failure) => post(&Event::Failed(failure)),
                    }
                }
            }
            Command::LoadCustomData(upload) => match custom_data::take(upload).await {
                Ok((own, summary)) => {
                    self.own = Some(own);
                    // The run of the data before is not one of these.
                    self.session = self.session.take().filter(|session| session.config().task != Task::Own);
                    post(&Event::CustomDataRead(Ok(summary)));
                }
                Err(why) => post(&Event::CustomDataRead(Err(why))),
            },
            Command::Export(export) => self.export(export).await,
            Command::Import(packed) => self.import(&packed, inbox).await,
        }
    }

    fn device(&self) -> Option<(burn::tensor::Device, bool)> {
        self.chosen.as_ref().map(|chosen| (chosen.device.clone(), chosen.in_use.gpu))
    }

    /// Does it and reports.
    fn with_session(&mut self, act: impl FnOnce(&mut Session)) {
        if let Some(session) = &mut self.session {
            act(session);
            post(&Event::Report(session.report()));
        }
    }

    /// Sets up a run, with its data.
    async fn open(&mut self, config: Config, warm_up: bool, inbox: &mut Inbox) {
        let Some((device, gpu)) = self.device() else { return };
        self.session = None;
        self.unopened = true;
        let Some(other) = self.other(&config, inbox).await else { return };
        let Some(data) = self.data(&config, inbox).await else { return };
        self.unopened = false;
        let mut session = Session::new(device, gpu, data, config);
        if let Some(other) = other {
            session.lend(other);
        }
        post(&Event::Opened(session.setup()));
        if warm_up {
            session.warm_up();
        }
        post(&Event::Report(session.report()));
        self.session = Some(session);
    }
}
