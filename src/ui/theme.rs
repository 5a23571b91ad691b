//! Light or dark: what the system prefers, unless the reader chose; the choice is remembered.

use gloo::storage::{LocalStorage, Storage};
use leptos::prelude::*;

const KEY: &str = "softlabel-theme";

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

fn system_is_dark() -> bool {
    let query = web_sys::window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|q| q.matches())
}

/// Puts the remembered choice into force.
pub fn recall() {
    // No storage, or nothing stored: the system's preference holds.
    if let Ok(theme) = LocalStorage::get::<String>(KEY) {
        apply(theme == "dark");
    }
}

fn apply(dark: bool) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// The button that turns light into dark and back.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let chosen = root().and_then(|r| r.get_attribute("data-theme"));
    let dark = RwSignal::new(chosen.map_or_else(system_is_dark, |theme| theme == "dark"));
    let toggle = move |_| {
        dark.update(|d| *d = !*d);
        apply(dark.get_untracked());
        let name = if dark.get_untracked() { "dark" } else { "light" };
        // Without storage the choice holds for this visit.
        let _ = LocalStorage::set(KEY, name.to_string());
    };
    view! {
        <button
            class="icon" aria-label="Dark theme" aria-pressed=move || dark.get().to_string()
            title="Light or dark" on:click=toggle
        >
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.8"></circle>
                <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"></path>
            </svg>
        </button>
    }
}
