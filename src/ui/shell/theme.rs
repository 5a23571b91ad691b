//! Light or dark: what the system prefers, unless the reader chose; the choice is remembered.

use crate::ui::app::context::Page;
use crate::ui::browser::storage;
use crate::presentation::Theme;
use leptos::prelude::*;

const KEY: &str = "softlabel-theme";
/// As remembered: JSON, which the script in the page's head reads too.
const DARK: &str = "\"dark\"";
/// As remembered.
const LIGHT: &str = "\"light\"";

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
    if let Some(theme) = storage::recall(KEY) {
        apply(theme == DARK);
    }
}

/// Puts a link's theme into force, or the reader's again.
pub fn force(theme: Option<Theme>) {
    match theme {
        Some(theme) => apply(theme == Theme::Dark),
        None => {
            if let Some(root) = root() {
                let _ = root.remove_attribute("data-theme");
            }
            recall();
        }
    }
}

fn apply(dark: bool) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// Light instead of dark, or dark instead of light, from now on and on later visits.
pub fn toggle(page: Page) {
    let dark = !page.dark.get_untracked();
    page.dark.set(dark);
    if page.presentation.with_untracked(|p| p.theme.is_some()) {
        page.presentation.update(|p| p.theme = None);
        page.publish();
    }
    apply(dark);
    storage::remember(KEY, if dark { DARK } else { LIGHT });
}

/// Whether the page is dark now.
pub fn is_dark() -> bool {
    let chosen = root().and_then(|r| r.get_attribute("data-theme"));
    chosen.map_or_else(system_is_dark, |theme| theme == "dark")
}

/// The button that turns light into dark and back.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let page = Page::here();
    view! {
        <button
            class="icon" aria-label="Dark theme" aria-pressed=move || page.dark.get().to_string()
            title="Light or dark" on:click=move |_| toggle(page)
        >
            <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
                <circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.8"></circle>
                <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"></path>
            </svg>
        </button>
    }
}
