//! Work that is done after the next frame, or in a fixed order with a frame between: on a slow phone the page can be used the
//! sooner, and never stands still for long.

use gloo::timers::callback::Timeout;
use leptos::prelude::request_animation_frame;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// Longest wait for a frame, in milliseconds: a background tab draws none.
const LATEST_MS: u32 = 100;

/// Pending callbacks by turn, lowest first.
type Queue = BTreeMap<u32, Vec<Box<dyn FnOnce()>>>;

thread_local! {
    static WAITING: RefCell<Queue> = const { RefCell::new(BTreeMap::new()) };
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// Calls `act` after the next frame is drawn, or after [`LATEST_MS`].
pub fn when_drawn(act: impl FnOnce() + 'static) {
    let act = Rc::new(Cell::new(Some(act)));
    let once = move || {
        if let Some(act) = act.take() {
            act();
        }
    };
    let drawn = once.clone();
    // After the frame: in a task of its own.
    request_animation_frame(move || {
        Timeout::new(0, drawn).forget();
    });
    Timeout::new(LATEST_MS, once).forget();
}

/// Calls `act` after all callbacks of earlier turns.
pub fn in_turn(turn: u32, act: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.entry(turn).or_default().push(Box::new(act)));
    if !UNDER_WAY.replace(true) {
        when_drawn(next);
    }
}

fn next() {
    let first = WAITING.with_borrow_mut(BTreeMap::pop_first);
    match first {
        Some((_, acts)) => {
            acts.into_iter().for_each(|act| act());
            when_drawn(next);
        }
        None => UNDER_WAY.set(false),
    }
}
