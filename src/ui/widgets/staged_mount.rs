//! Panels are mounted one after another, from the top of the page to its end.

use crate::ui::browser::schedule::in_turn;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

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
        let shut = event
            .target()
            .is_some_and(|t| js_sys::Reflect::get(&t, &"open".into()).is_ok_and(|open| !open.is_truthy()));
        if !shut && !opened.get_untracked() {
            opened.set(true);
        }
    };
    let made = memo(move || opened.get() || open.get());
    view! {
        <details class=class prop:open=move || open.get() on:toggle=toggled>
            <summary>{summary}</summary>
            {move || made.get().then(|| children())}
        </details>
    }
}
