//! The button that opens the export dialog.

use crate::ui::app::context::Page;
use crate::ui::shell::lazy_panels::{Later, LazyPart};
use crate::ui::widgets::dialog::Dialog;
use leptos::prelude::*;

/// The button and its dialog.
#[component]
pub fn ExportButton() -> impl IntoView {
    let page = Page::here();
    let open = page.files.open;
    let show = move |_| {
        page.files.error.set(None);
        open.set(true);
    };
    view! {
        <button aria-haspopup="dialog" on:click=show>"Export"</button>
        <Dialog open name="Export" class="export">
            <Later part=LazyPart::Export />
        </Dialog>
    }
}
