//! The address bar and other addresses: the link's hash, where the engine stands, where the data stands.

use web_sys::{Url, window};

/// The hash of the address, with its `#`; empty of none.
pub fn hash() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// Writes a hash into the address without a new entry in the history.
pub fn replace(hash: &str) {
    // A page opened from a file may not rewrite its address; the link can still be shared.
    let history = window().and_then(|w| w.history().ok());
    let _ = history.map(|h| h.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&link(hash))));
}

/// The same as a new entry, so that the user can go back.
pub fn push(hash: &str) {
    let history = window().and_then(|w| w.history().ok());
    let _ = history.map(|h| h.push_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&link(hash))));
}

/// The link to the settings on screen.
pub fn link(hash: &str) -> String {
    let href = window().and_then(|w| w.location().href().ok()).unwrap_or_default();
    let bare = href.split('#').next().unwrap_or_default();
    if hash.is_empty() { bare.to_string() } else { format!("{bare}#{hash}") }
}

/// Address under which the page and its data stand.
pub fn base() -> String {
    let document = window().and_then(|w| w.document());
    let address = document.and_then(|d| d.base_uri().ok().flatten()).unwrap_or_default();
    Url::new_with_base(".", &address).map_or(address, |url| url.href())
}

/// Address of one of the engine's scripts; the page's `<meta name="softlabel-engine">` names their folder.
pub fn engine(script: &str) -> String {
    let document = window().and_then(|w| w.document());
    let meta = document.and_then(|d| d.query_selector("meta[name=softlabel-engine]").ok().flatten());
    let folder = meta.and_then(|m| m.get_attribute("content")).unwrap_or_default();
    format!("{}{folder}{script}", base())
}
