//! Light or dark: what the system prefers, unless the user chose; the choice is remembered.

use crate::presentation::Theme;
use crate::ui::browser::storage;

const KEY: &str = "softlabel-theme";
/// As remembered: JSON, which the script in the page's head reads too.
const DARK: &str = "\"dark\"";
/// As remembered.
const LIGHT: &str = "\"light\"";

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

fn system_is_dark() -> bool {
    let query = web_sys::window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    query.is_some_and(|q| q.matches())
}

/// Puts the remembered choice into force.
pub fn recall() {
    // No storage, or nothing stored: the system's preference holds.
    if let Some(theme) = storage::recall(KEY) {
        apply(theme == DARK);
    }
}

/// Puts a link's theme into force, or the user's again.
pub fn force(theme: Option<Theme>) {
    match theme {
        Some(theme) => apply(theme == Theme::Dark),
        None => {
            if let Some(root) = root() {
                let _ = root.remove_attribute("data-theme");
            }
            recall();
        }
    }
}

pub fn apply(dark: bool) {
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
    }
}

/// Puts a choice into force and remembers it for later visits.
pub fn choose(dark: bool) {
    apply(dark);
    storage::remember(KEY, if dark { DARK } else { LIGHT });
}

/// Whether the page is dark now.
pub fn is_dark() -> bool {
    let chosen = root().and_then(|r| r.get_attribute("data-theme"));
    chosen.map_or_else(system_is_dark, |theme| theme == "dark")
}
