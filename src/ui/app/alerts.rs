//! Remarks that pass, and alerts that stay until they are dismissed.

use crate::ui::app::context::Page;
use crate::ui::state::alerts::{Alert, ErrorKind};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long a remark stays, in milliseconds.
const REMARK_MS: u32 = 6_000;

/// Shows a remark for a while.
pub fn remark(page: Page, words: impl Into<String>) {
    page.remark.set(words.into());
    let fade = Timeout::new(REMARK_MS, move || page.remark.set(String::new()));
    page.remark_timer.set_value(Some(fade));
}

/// Shows an alert, in place of one of its sort.
pub fn show(page: Page, kind: ErrorKind, sentences: Vec<String>) {
    page.alerts.update(|alerts| {
        alerts.retain(|a| a.kind != kind);
        alerts.push(Alert { kind, sentences });
    });
}

/// Takes an alert away.
pub fn dismiss(page: Page, kind: ErrorKind) {
    page.alerts.update(|alerts| alerts.retain(|a| a.kind != kind));
}

pub fn notices(page: Page, notices: Vec<String>) {
    if notices.is_empty() { dismiss(page, ErrorKind::Link) } else { show(page, ErrorKind::Link, notices) }
}
