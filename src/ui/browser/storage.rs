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

fn session() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Bytes that were kept for this visit under that key.
pub fn recall_bytes(key: &str) -> Option<Vec<u8>> {
    let text = session()?.get_item(key).ok().flatten()?;
    // A character a byte, as `keep_bytes` writes them; anything else is not ours.
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// Keeps bytes for this visit, a reload included; not where storage is full or refused.
pub fn keep_bytes(key: &str, bytes: &[u8]) {
    let text: String = bytes.iter().map(|&byte| char::from(byte)).collect();
    let _ = session().map(|storage| storage.set_item(key, &text));
}
