//! Saving: bytes become a file among the user's downloads. Nothing leaves the machine.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

/// How long the browser may take to begin a download before its bytes are let go, in milliseconds.
const HELD_MS: u32 = 20_000;

/// Saves bytes under a name.
pub fn bytes(name: &str, bytes: &[u8]) {
    let kind = match name.rsplit('.').next() {
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("csv") => "text/csv",
        Some("py") => "text/x-python",
        _ => "application/octet-stream",
    };
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    if let Ok(made) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        blob(name, &made);
    }
}

/// Saves a blob under a name.
pub fn blob(name: &str, blob: &Blob) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    let document = web_sys::window().and_then(|w| w.document());
    let anchor = document.and_then(|d| d.create_element("a").ok()).and_then(|a| a.dyn_into::<HtmlElement>().ok());
    if let Some(anchor) = anchor {
        let _ = anchor.set_attribute("href", &url);
        let _ = anchor.set_attribute("download", name);
        anchor.click();
    }
    Timeout::new(HELD_MS, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
}

/// The bytes of a file that the user chose.
///
/// # Errors
/// When the browser cannot read it.
pub async fn read(file: &web_sys::File) -> Result<Vec<u8>, JsValue> {
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
