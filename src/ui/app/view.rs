//! What of the page is in view: the analysis that is open below the stage, the part of the stage that a phone shows, and
//! the panel gone to.

use crate::presentation::{STAGE, TABS, Tab, tab_of};
use crate::ui::app::address;
use crate::ui::app::context::Page;
use crate::ui::browser::layout;
use leptos::prelude::*;

/// Opens a tab that the user chose, and has the link say so.
pub fn choose(page: Page, tab: &'static Tab) {
    page.tab.set(tab.key);
    let first = tab.key == TABS[0].key;
    page.presentation.update(|shown| shown.panel = (!first).then_some(tab.panels[0]));
    address::publish(page);
}

/// Opens the tab of a panel, or on a phone the part of the stage that it is.
pub fn open_tab_of(page: Page, panel: &str) {
    if let Some(tab) = tab_of(panel) {
        page.tab.set(tab.key);
    } else if let Some(part) = STAGE.into_iter().find(|part| *part == panel) {
        page.stage.set(part);
    }
}

/// Goes to a panel, in whatever tab it is; false where there is none.
pub fn show(page: Page, panel: &str) -> bool {
    open_tab_of(page, panel);
    layout::go_to(panel)
}
