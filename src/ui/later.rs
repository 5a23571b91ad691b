//! Panels are made one after another, from the top of the page to its end, each in a task of its own: on a slow phone the
//! page can be used the sooner, and never stands still for long.

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Between one panel and the next, in milliseconds; the browser draws in between.
const APART_MS: u32 = 12;

/// What is in it comes when it is its turn.
#[component]
pub fn Later(
    /// How many come before.
    turn: u32,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let due = RwSignal::new(false);
    Timeout::new(turn * APART_MS, move || due.set(true)).forget();
    move || due.get().then(|| children())
}
