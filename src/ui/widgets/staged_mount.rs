//! Panels are made one after another, from the top of the page to its end, each in a task and a frame of its own: on a slow
//! phone the page can be used the sooner, and never stands still for long.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// How long a frame is waited for, in milliseconds: a tab in the background draws none.
const LATEST_MS: u32 = 100;

/// Acts that wait for their turn, the first first.
type Queue = BTreeMap<u32, Vec<Box<dyn FnOnce()>>>;

thread_local! {
    static WAITING: RefCell<Queue> = const { RefCell::new(BTreeMap::new()) };
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// Does it when what is there now is on screen, or will not be soon.
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

/// Does it when those of earlier turns are done.
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

/// What is in it comes when it is its turn.
#[component]
pub fn Turn(
    /// How many come before.
    after: u32,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let due = RwSignal::new(false);
    in_turn(after, move || due.set(true));
    move || due.get().then(|| children())
}

/// A fold of the page whose contents are made when it is first opened.
#[component]
pub fn Disclosure(
    /// Its class.
    class: &'static str,
    /// Whether something has it open.
    #[prop(optional, into)]
    open: Signal<bool>,
    /// What stands there while it is shut.
    summary: AnyView,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let toggled = move |event: web_sys::Event| {
        let shut = event.target().is_some_and(|t| js_sys::Reflect::get(&t, &"open".into()).is_ok_and(|open| !open.is_truthy()));
        if !shut && !opened.get_untracked() {
            opened.set(true);
        }
    };
    let made = crate::ui::widgets::memo::memo(move || opened.get() || open.get());
    view! {
        <details class=class prop:open=move || open.get() on:toggle=toggled>
            <summary>{summary}</summary>
            {move || made.get().then(|| children())}
        </details>
    }
}
