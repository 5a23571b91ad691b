//! What of the page is in view: the analysis that is open below the stage, the part of the stage that a phone shows, and
//! the panel gone to.

use crate::presentation::{STAGE, TABS, Tab, tab_of};
use crate::ui::app::address;
use crate::ui::app::context::Page;
use crate::ui::browser::layout;
use leptos::prelude::*;

/// The part of the stage that a phone shows when a run is over: the first of the analyses in its place.
pub const VERDICT: &str = "verdict";

/// Opens a tab that the user chose, and has the link say so; on a phone it covers the window.
pub fn choose(page: Page, tab: &'static Tab) {
    page.tab.set(tab.key);
    page.sheet.set(layout::is_phone());
    let first = tab.key == TABS[0].key;
    page.presentation.update(|shown| shown.panel = (!first).then_some(tab.panels[0]));
    address::publish(page);
}

/// Opens the tab of a panel, or on a phone the part of the stage that it is.
pub fn open_tab_of(page: Page, panel: &str) {
    if let Some(tab) = tab_of(panel) {
        page.tab.set(tab.key);
        let first = tab.key == TABS[0].key;
        page.sheet.set(!first && layout::is_phone());
        if first {
            page.stage.set(VERDICT);
        }
    } else if let Some(part) = STAGE.into_iter().find(|part| *part == panel) {
        page.stage.set(part);
    }
}

/// Shows a phone the verdict of a run that is over.
pub fn show_verdict(page: Page) {
    page.tab.set(TABS[0].key);
    page.sheet.set(false);
    page.stage.set(VERDICT);
}

/// Goes to a panel, in whatever tab it is; false where there is none.
pub fn show(page: Page, panel: &str) -> bool {
    open_tab_of(page, panel);
    layout::go_to(panel)
}
