//! What the page remembers between visits, in this browser; nothing where the browser stores nothing.
//!
//! By hand on `web_sys::Storage`: gloo's storage brings a JSON parser, for a yes and a name.

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What was remembered under that key.
pub fn recall(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Remembers it; without storage it holds for this visit only.
pub fn remember(key: &str, value: &str) {
    let _ = storage().map(|storage| storage.set_item(key, value));
}
