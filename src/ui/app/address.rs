//! The link to what is on screen, and how it gets into the address bar.

use crate::link;
use crate::presentation::Presentation;
use crate::ui::app::context::Page;
use crate::ui::browser::url;
use crate::ui::state::lesson::LessonProgress;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Milliseconds after which a change is written: browsers limit how often a page may rewrite its address (Safari: 100 times
/// in 30 s).
const ADDRESS_MS: u32 = 350;

/// Before a step that the user may want to go back from: what is on screen stays in the history.
pub fn leave_behind(page: Page, is_step: bool) {
    if is_step && !page.address.with_value(|r| r.following || r.new_entry) {
        url::replace(&hash(page));
        page.address.update_value(|r| r.new_entry = true);
    }
}

/// The hash of what is on screen.
pub fn hash(page: Page) -> String {
    let open = page.lesson.with_untracked(|p| p.as_ref().and_then(LessonProgress::lesson));
    let shown = presented(page);
    page.config.with_untracked(|config| link::format_all(open, config, &shown))
}

/// The hash of the same settings on the whole page.
pub fn whole_page_hash(page: Page) -> String {
    let shown = Presentation { embed: Vec::new(), panel: None, wait_at: None, slide: None, ..presented(page) };
    page.config.with_untracked(|config| link::format_all(None, config, &shown))
}

/// How the page is shown, the example among it.
pub fn presented(page: Page) -> Presentation {
    Presentation { example: page.example.get_untracked(), ..page.presentation.get_untracked() }
}

/// Writes the link to the address bar: discrete changes at once, as a new history entry; continuous ones after a while.
pub fn publish(page: Page) {
    if page.address.try_update_value(|r| std::mem::take(&mut r.new_entry)) == Some(true) {
        page.address.update_value(|r| r.pending = None);
        return url::push(&hash(page));
    }
    let write = Timeout::new(ADDRESS_MS, move || {
        url::replace(&hash(page));
    });
    page.address.update_value(|r| r.pending = Some(write));
}
