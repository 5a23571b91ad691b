//! The button that opens the share dialog.

use crate::ui::app::address;
use crate::ui::app::clipboard::copy;
use crate::ui::app::context::Page;
use crate::ui::browser::url;
use crate::ui::shell::lazy_panels::{Later, LazyPart};
use crate::ui::widgets::dialog::Dialog;
use leptos::prelude::*;

/// The button, and what it opens.
#[component]
pub fn Share() -> impl IntoView {
    let page = Page::here();
    let open = RwSignal::new(false);
    let share = move |_| {
        copy(page, url::link(&address::hash(page)), "Link copied");
        open.set(true);
    };
    // A presentation begins from the dialog.
    let presenting = page.presentation;
    Effect::new(move |_| {
        if presenting.with(|shown| shown.slide.is_some()) {
            open.set(false);
        }
    });
    view! {
        <button on:click=share>"Share"</button>
        <Dialog open name="Share" class="share-dialog">
            <Later part=LazyPart::Share />
        </Dialog>
    }
}
