//! Pool workers in the browser: further workers of the same program, each on a core of its own, that train a part of the
//! students on the CPU ([`crate::engine::parallel::pool`]).
//!
//! Both ends are here. A pool worker runs the same script as its owner and recognises its role by its name. It receives the
//! program as the browser has compiled it, so that it fetches nothing and starts within a moment.

use super::{now, post_bytes, scope};
use crate::engine::parallel::pool::{ReplyFuture, Transport, WorkerCommand, WorkerLost, WorkerPool, WorkerReply};
use crate::engine::parallel::worker::PoolWorker;
use crate::engine::session::Session;
use crate::protocol;
use crate::worker_channel::{ChannelEvent, WorkerChannel};
use burn::tensor::Device;
use futures_channel::mpsc::{UnboundedReceiver, unbounded};
use futures_util::{
    FutureExt, StreamExt,
    future::{Either, select},
};
use js_sys::Promise;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use wasm_bindgen::{JsCast, prelude::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, WorkerNavigator};

/// Workers that train a run's students on the CPU, one per core: the pool workers and their owner.
pub(super) fn workers() -> usize {
    let cores = scope().navigator().unchecked_into::<WorkerNavigator>().hardware_concurrency();
    (cores as usize).clamp(1, MAX + 1)
}

/// Name by which a worker knows that it is a pool worker.
pub(super) const NAME: &str = "pool-worker";

/// Most pool workers, however many cores there are: each has a part of the data in memory, and two students or more to train in
/// the default run.
const MAX: usize = 7;

/// Longest wait for pool workers once there is work for them, in milliseconds; workers that are not there by then are left out.
const PATIENCE_MS: f64 = 1_000.0;

/// Longest wait for a pool worker's reply, in milliseconds. A reply takes a few tens; without a limit, a worker that the browser
/// suspended or ended without an event would be awaited for ever.
const LATEST_MS: i32 = 60_000;

/// A reply with the number of its command, or why there will be no more.
type Reply = Result<(u32, WorkerReply), String>;

/// A pool worker, seen from its owner.
pub(super) struct Place {
    wire: WorkerChannel,
    listens: Rc<Cell<bool>>,
    mail: RefCell<UnboundedReceiver<Result<(u32, WorkerReply), WorkerLost>>>,
}

impl Place {
    fn new(script: &str) -> Result<Self, String> {
        let listens = Rc::new(Cell::new(false));
        let (sender, mail) = unbounded();
        let hear = {
            let listens = Rc::clone(&listens);
            move |heard| {
                let reply: Reply = match heard {
                    ChannelEvent::Script(_) => return,
                    ChannelEvent::Listening => return listens.set(true),
                    ChannelEvent::Message(bytes) => {
                        protocol::decode(&bytes).unwrap_or_else(|error| Err(error.to_string()))
                    }
                    ChannelEvent::Garbled => Err("a message was lost".into()),
                    ChannelEvent::Uncaught(why) => Err(why),
                };
                // The receiver lives as long as the pool worker.
                let _ = sender.unbounded_send(reply.map_err(|why| {
                    web_sys::console::warn_1(&format!("a hand of the engine is lost: {why}").into());
                    WorkerLost
                }));
            }
        };
        let wire = WorkerChannel::spawn(script, NAME, hear)?;
        wire.give(&wasm_bindgen::module())?;
        Ok(Self { wire, listens, mail: RefCell::new(mail) })
    }
}

/// Future of a timeout; dropping it cancels the timer.
struct Alarm {
    timer: i32,
    over: JsFuture,
}

impl Alarm {
    fn in_ms(ms: i32) -> Self {
        let mut timer = 0;
        let over = Promise::new(&mut |resolve, _| {
            // Refused only where there are no timers.
            timer = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms).unwrap_or_default();
        });
        Self { timer, over: JsFuture::from(over) }
    }
}

impl Future for Alarm {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.over.poll_unpin(context).map(|_| ())
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        scope().clear_timeout_with_handle(self.timer);
    }
}

/// The pool workers that have started.
struct Places(Vec<Place>);

impl Transport for Places {
    fn pool_workers(&self) -> usize {
        self.0.len()
    }

    fn send(&self, pool_worker: usize, number: u32, order: WorkerCommand) {
        if let Some(place) = self.0.get(pool_worker) {
            place.wire.send(&(number, order));
        }
    }

    fn hear(&self, pool_worker: usize) -> ReplyFuture<'_> {
        Box::pin(async move {
            let mail = &self.0.get(pool_worker).ok_or(WorkerLost)?.mail;
            let answer = poll_fn(|context| mail.borrow_mut().poll_next_unpin(context));
            match select(answer, Alarm::in_ms(LATEST_MS)).await {
                Either::Left((answer, _)) => answer.unwrap_or(Err(WorkerLost)),
                Either::Right(_) => Err(WorkerLost),
            }
        })
    }
}

/// The pool workers of this worker.
#[derive(Default)]
pub(super) enum ParallelWorkers {
    /// Not asked for yet.
    #[default]
    None,
    /// Starting, since that moment.
    Starting(Vec<Place>, Option<f64>),
    /// Listening; none where there is one core only.
    There(Option<WorkerPool>),
}

impl ParallelWorkers {
    /// Starts them, if that has not happened.
    pub(super) fn call(&mut self) {
        if matches!(self, Self::None) {
            let script = scope().location().href();
            // Where the browser refuses another worker, fewer do.
            let places = (1..workers()).map_while(|_| Place::new(&script).ok()).collect();
            *self = Self::Starting(places, None);
        }
    }

    /// Gives a session the workers that have started, or starts them where there is work for them. False while they start and
    /// the session has nothing to do but wait.
    pub(super) fn man(&mut self, session: &mut Session) -> bool {
        if !session.wants_worker_pool() {
            session.join(None);
            return true;
        }
        self.call();
        // While the teacher trains, there is no need to wait for them.
        let settled = if session.shares_next() { self.settled() } else { true };
        session.join(self.worker_pool());
        settled
    }

    /// True when they have started, or will not.
    pub(super) fn settled(&mut self) -> bool {
        if let Self::Starting(places, since) = self {
            let late = now() - *since.get_or_insert_with(now) > PATIENCE_MS;
            if late || places.iter().all(|place| place.listens.get()) {
                let places: Vec<Place> =
                    std::mem::take(places).into_iter().filter(|place| place.listens.get()).collect();
                *self = Self::There((!places.is_empty()).then(|| WorkerPool::new(Rc::new(Places(places)))));
            }
        }
        !matches!(self, Self::Starting(..))
    }

    /// Those that have started. Once one was lost, none is used any more.
    pub(super) fn worker_pool(&mut self) -> Option<WorkerPool> {
        let Self::There(worker_pool) = self else { return None };
        worker_pool.take_if(|worker_pool| worker_pool.dismissed());
        worker_pool.clone()
    }
}

/// The other end: carries out commands until it is terminated.
pub(super) async fn serve() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        reply(&Err(super::brief(info)));
    }));
    let (sender, mut inbox) = unbounded();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let bytes = js_sys::Uint8Array::new(&message.data()).to_vec();
        // The receiver lives as long as the worker.
        let _ = sender.unbounded_send(protocol::decode::<(u32, WorkerCommand)>(&bytes));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post_bytes(protocol::LISTENING);
    let mut pool_worker = PoolWorker::new(Device::flex());
    while let Some(order) = inbox.next().await {
        let done = match order {
            Ok((number, order)) => match pool_worker.handle(order).await {
                Ok(answer) => answer.map(|answer| Ok((number, answer))),
                Err(error) => Some(Err(error.to_string())),
            },
            Err(error) => Some(Err(error.to_string())),
        };
        done.iter().for_each(reply);
    }
}

fn reply(reply: &Reply) {
    post_bytes(&protocol::encode(reply));
}
