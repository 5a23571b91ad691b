//! Puts into force how a link wants the page shown: theme, type size, what is hidden, the panel it opens at.

use crate::presentation::{Presentation, tab_of};
use crate::ui::app::context::Page;
use crate::ui::app::view;
use crate::ui::browser::theme;
use crate::ui::state::memo::memo;
use leptos::prelude::*;
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
            // Slides have a size of their own.
            let large = now.large && now.slide.is_none();
            let attributes =
                [("data-large", large), ("data-embed", !now.embed.is_empty()), ("data-present", now.slide.is_some())];
            for (name, is) in attributes {
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
        let bench = page.bench_request.with(Option::is_some).then_some("bench");
        page.presentation.with(|p| p.panel).or(bench)
    });
    // Whether the panels were there the last time, and the panel that was gone to.
    Effect::new(move |before: Option<(bool, Option<&'static str>)>| {
        let (panel, there) = (panel.get(), page.lazy_chunk.all_made.get());
        let (was_there, before) = before.unwrap_or_default();
        if !there {
            return (false, before);
        }
        let Some(panel) = panel.filter(|panel| before != Some(*panel)) else { return (true, panel) };
        // A tab that the user has just opened is in view already.
        let opened = tab_of(panel).is_some_and(|tab| page.tab.get_untracked() == tab.key);
        if was_there && opened {
            return (true, Some(panel));
        }
        // One of a part that has not arrived is gone to when it has.
        (true, view::show(page, panel).then_some(panel))
    });
}

/// A style sheet for the rules of what is hidden, in force. (A `style` element would not pass a strict content policy.)
fn hiding() -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    let sheets = js_sys::Array::of1(&sheet);
    js_sys::Reflect::set(document()?.as_ref(), &"adoptedStyleSheets".into(), &sheets).ok()?;
    Some(sheet)
}
