//! Links that are opened, typed or gone back to.

use crate::link;
use crate::ui::app::context::Page;
use crate::ui::app::{alerts, engine, lesson, settings};
use crate::ui::browser::url;
use crate::ui::state::benchmark;
use gloo::events::EventListener;
use leptos::prelude::*;

/// Follows the address when the user edits it or goes back.
pub fn listen(page: Page) {
    if let Some(window) = web_sys::window() {
        EventListener::new(&window, "hashchange", move |_| follow(page, &url::hash())).forget();
    }
}

/// The settings of a link that was opened, typed or gone back to.
pub fn follow(page: Page, hash: &str) {
    if let Some((asked, notices)) = benchmark::requested_by(hash) {
        alerts::notices(page, notices);
        page.bench_request.set(Some(asked));
        return;
    }
    let read = link::parse(hash);
    alerts::notices(page, read.notices);
    page.address.update_value(|r| r.following = true);
    page.example.set(read.presentation.example);
    if page.presentation.with_untracked(|p| *p != read.presentation) {
        if page.presentation.with_untracked(|p| p.wait_at) != read.presentation.wait_at {
            page.client.update_value(|r| r.demonstrated = false);
        }
        page.presentation.set(read.presentation);
    }
    if page.lesson.with_untracked(|p| p.as_ref().map(|p| p.key) != read.lesson) {
        lesson::switch(page, read.lesson);
    }
    if page.config.with_untracked(|config| *config != read.config) {
        settings::change(page, |config| *config = read.config);
    }
    page.address.update_value(|r| r.following = false);
    // Settings that differ are set up first, and the demonstration follows.
    if page.client.with_value(|r| r.sent.as_ref().is_some_and(|sent| page.config.with_untracked(|now| sent == now))) {
        engine::demonstrate(page);
    }
}
