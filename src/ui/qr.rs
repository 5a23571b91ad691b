//! A link as a QR code, for a class to point its phones at.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// Empty modules around the code that readers need (ISO/IEC 18004: four).
const QUIET: i32 = 4;

/// The code of a link, or why there is none.
pub fn code(link: &str) -> AnyView {
    let Ok(code) = QrCode::encode_text(link, QrCodeEcc::Low) else {
        return view! { <p class="help">"This link is too long for a QR code: it sets very many things."</p> }.into_any();
    };
    let side = code.size() + 2 * QUIET;
    let mut dark = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
            dark.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    view! {
        <svg class="qr" role="img" aria-label="The link as a QR code" viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
            <rect width=side height=side fill="#fff"></rect>
            <path d=dark fill="#000"></path>
        </svg>
    }
    .into_any()
}
