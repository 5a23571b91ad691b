//! Deferred mounting: panels one after another from the top of the page, and disclosures when first opened.

use crate::ui::browser::schedule::in_turn;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Mounts its children when the queue of staged mounts reaches them.
#[component]
pub fn StagedMount(
    /// Number of mounts before this one.
    after: u32,
    /// Contents.
    children: ChildrenFn,
) -> impl IntoView {
    let due = RwSignal::new(false);
    in_turn(after, move || due.set(true));
    move || due.get().then(|| children())
}

/// A `<details>` element whose contents are mounted when it is first opened.
#[component]
pub fn Disclosure(
    /// CSS class.
    class: &'static str,
    /// Opens it from outside while true.
    #[prop(optional, into)]
    open: Signal<bool>,
    /// Contents of the `<summary>`.
    summary: AnyView,
    /// Contents.
    children: ChildrenFn,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let on_toggle = move |event: web_sys::Event| {
        let closed = event
            .target()
            .is_some_and(|t| js_sys::Reflect::get(&t, &"open".into()).is_ok_and(|open| !open.is_truthy()));
        if !closed && !opened.get_untracked() {
            opened.set(true);
        }
    };
    let mounted = memo(move || opened.get() || open.get());
    view! {
        <details class=class prop:open=move || open.get() on:toggle=on_toggle>
            <summary>{summary}</summary>
            {move || mounted.get().then(|| children())}
        </details>
    }
}
