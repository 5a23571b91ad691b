//! Puts into force how a link wants the page shown: theme, type size, what is hidden, the panel it opens at.

use crate::ui::app::context::Page;
use crate::ui::shell::theme;
use crate::ui::widgets::memo::memo;
use crate::ui::widgets::staged_mount::{in_turn, when_drawn};
use crate::presentation::{Presentation, panel_of};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::CssStyleSheet;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// From now on the document is shown as the page's presentation says.
pub fn follow(page: Page) {
    let sheet = StoredValue::new_local(hiding());
    Effect::new(move |before: Option<Presentation>| {
        let now = page.presentation.get();
        let before = before.unwrap_or_default();
        let Some(document) = document() else { return now };
        if let Some(root) = document.document_element() {
            for (name, is) in [("data-large", now.large), ("data-embed", !now.embed.is_empty())] {
                let _ = if is { root.set_attribute(name, "") } else { root.remove_attribute(name) };
            }
        }
        sheet.with_value(|sheet| sheet.as_ref().map(|sheet| sheet.replace_sync(&now.rules())));
        if now.theme != before.theme {
            theme::force(now.theme);
            page.dark.set(theme::is_dark());
        }
        now
    });
    // To the panel asked for, when it is there: panels are made one after another.
    let panel = memo(move || {
        let bench = page.bench.with(Option::is_some).then_some("bench");
        page.presentation.with(|p| p.panel).or(bench)
    });
    Effect::new(move |went_to: Option<Option<&'static str>>| {
        let (panel, there) = (panel.get(), page.rest.all_made.get());
        if !there {
            return went_to.flatten();
        }
        // One of a part that has not arrived is gone to when it has.
        let found = panel.is_none_or(|panel| went_to.flatten() == Some(panel) || go_to(panel));
        if found { panel } else { None }
    });
}

/// A style sheet for the rules of what is hidden, in force. (A `style` element would not pass a strict content policy.)
fn hiding() -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    let sheets = js_sys::Array::of1(&sheet);
    js_sys::Reflect::set(document()?.as_ref(), &"adoptedStyleSheets".into(), &sheets).ok()?;
    Some(sheet)
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
            // A fold that was opened for this has its contents now.
            element.scroll_into_view();
            let _ = root.remove_attribute("data-whole");
        });
    });
}
