//! The mark on results that are not those of the settings on screen.

use super::memo::memo;
use super::{model::Stale, page::Page};
use leptos::prelude::*;

/// Why the results on screen are stale, if they are.
pub fn stale(page: Page) -> Memo<Option<Stale>> {
    memo(move || page.model.with(|m| page.config.with(|c| m.stale(c))))
}

/// "from earlier settings – press Train".
#[component]
pub fn StaleMark() -> impl IntoView {
    let stale = stale(Page::here());
    let words = move || match stale.get()? {
        Stale::Settings(_) => Some("from earlier settings – press Train"),
        Stale::Interrupted => Some("from a run that was cut short – press Train"),
    };
    move || words().map(|words| view! { <span class="stale-mark">{words}</span> })
}
