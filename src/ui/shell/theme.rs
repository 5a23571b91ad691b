//! The button that turns light into dark and back.

use crate::ui::app::address;
use crate::ui::app::context::Page;
use crate::ui::browser::theme;
use leptos::prelude::*;

/// Light instead of dark, or dark instead of light, from now on and on later visits.
pub fn toggle(page: Page) {
    let dark = !page.dark.get_untracked();
    page.dark.set(dark);
    if page.presentation.with_untracked(|p| p.theme.is_some()) {
        page.presentation.update(|p| p.theme = None);
        address::publish(page);
    }
    theme::choose(dark);
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
