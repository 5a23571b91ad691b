//! Copying to the clipboard.

use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use wasm_bindgen_futures::JsFuture;

/// Copies text to the clipboard and confirms it with a remark.
pub fn copy(page: Page, words: String, done: &'static str) {
    leptos::task::spawn_local(async move {
        // Not in an insecure context, and the user may refuse.
        let clipboard = web_sys::window().filter(|w| w.is_secure_context()).map(|w| w.navigator().clipboard());
        let copied = match clipboard {
            Some(clipboard) => JsFuture::from(clipboard.write_text(&words)).await.is_ok(),
            None => false,
        };
        alerts::remark(
            page,
            if copied { done } else { "The browser did not allow copying: select the text and copy it." },
        );
    });
}
