//! Brings panels into view, and has what is off screen laid out.

use crate::presentation::panel_of;
use crate::ui::browser::schedule::{in_turn, when_drawn};
use wasm_bindgen::JsCast;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// Widest window that shows one part of the stage at a time, in CSS pixels; as in the style sheet.
const NARROW: f64 = 1_000.0;

/// Widest window in which an analysis covers all, in CSS pixels; as in the style sheet.
const PHONE: f64 = 640.0;

fn is_at_most(limit: f64) -> bool {
    let width = web_sys::window().and_then(|window| window.inner_width().ok()).and_then(|width| width.as_f64());
    width.is_some_and(|width| width <= limit)
}

/// Whether the window shows one part of the stage at a time.
pub fn is_narrow() -> bool {
    is_at_most(NARROW)
}

/// Whether an analysis covers the window when it is opened.
pub fn is_phone() -> bool {
    is_at_most(PHONE)
}

/// Scrolls to a panel, opens it where it is folded, and gives it the focus; false where there is none.
pub fn go_to(key: &str) -> bool {
    let found = panel_of(key).and_then(|panel| document()?.query_selector(panel.selector).ok().flatten());
    let Some(found) = found else { return false };
    if found.tag_name() == "DETAILS" {
        let _ = found.set_attribute("open", "");
    }
    let _ = found.set_attribute("tabindex", "-1");
    bring_into_view(&found, "at-once");
    if let Ok(element) = found.dyn_into::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
    true
}

/// Marks a panel as the one that is talked about, and brings it into view; `None` for none.
pub fn point_at(key: Option<&str>) {
    let Some(document) = document() else { return };
    if let Ok(Some(before)) = document.query_selector("[data-pointed]") {
        let _ = before.remove_attribute("data-pointed");
    }
    let found = key.and_then(panel_of).and_then(|panel| document.query_selector(panel.selector).ok().flatten());
    if let Some(found) = found {
        let _ = found.set_attribute("data-pointed", "");
        bring_into_view(&found, "gently");
    }
}

/// Has everything laid out that was left out while the page was made because it was off screen: card by card, each in a
/// turn after that one. From then on no height is an estimate, and all text can be found and read out.
pub fn lay_out_all(after: u32) {
    let Some(document) = document() else { return };
    let Ok(cards) = document.query_selector_all(".grid .card:not([data-laid-out])") else { return };
    for (card, turn) in (0..cards.length()).filter_map(|i| cards.item(i)).zip(after..) {
        in_turn(turn, move || {
            if let Ok(card) = card.dyn_into::<web_sys::Element>() {
                let _ = card.set_attribute("data-laid-out", "");
            }
        });
    }
    in_turn(after + cards.length(), move || {
        if let Some(root) = document.document_element() {
            let _ = root.set_attribute("data-laid-out", "");
        }
    });
}

/// Scrolls to it. As long as the page is being made, what is off screen has an estimated height: for the frames in which the
/// way is measured, everything is laid out (the style sheet's `data-whole`).
fn bring_into_view(element: &web_sys::Element, how: &str) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = root.set_attribute("data-whole", how);
    element.scroll_into_view();
    let element = element.clone();
    when_drawn(move || {
        when_drawn(move || {
            // A disclosure opened for this has its contents now.
            element.scroll_into_view();
            let _ = root.remove_attribute("data-whole");
        });
    });
}
