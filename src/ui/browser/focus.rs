//! Where the focus goes when the control that had it takes itself away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The button that everything else serves.
pub const TRAIN: &str = ".train";

/// At once, to the element of that id.
pub fn to(id: &str) {
    let found = web_sys::window().and_then(|window| window.document()).and_then(|d| d.get_element_by_id(id));
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// When the page has changed: to the first that the selector finds, if the focus is nowhere by then.
pub fn then_to(selector: &'static str) {
    request_animation_frame(move || {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let nowhere = document.active_element().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body"));
        let found =
            document.query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
        if let Some(found) = found.filter(|_| nowhere) {
            let _ = found.focus();
        }
    });
}
