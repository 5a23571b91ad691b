//! The third part of the page's program: what writes and reads files ([`crate::files`]). It is fetched when the first
//! file is written or read; one that did not arrive is fetched again at the next.

use crate::files::codec;
use crate::files::codec::{Read, Writing, Written};
use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// Why a file was not written or read: what, why, and what to do.
pub struct Refused(pub String);

impl From<SplitLoaderError> for Refused {
    fn from(_: SplitLoaderError) -> Self {
        Self(
            "The part of this page that writes and reads files did not arrive: the network or the server failed. Try again \
             when the network is back."
                .into(),
        )
    }
}

/// Writes a file.
#[wasm_split(files, wasm_split_path = leptos::wasm_split, fallible)]
pub fn write(writing: Writing) -> Result<Written, Refused> {
    codec::write(writing).map_err(|error| Refused(error.to_string()))
}

/// Reads a file.
#[wasm_split(files, wasm_split_path = leptos::wasm_split, fallible)]
pub fn read(bytes: Vec<u8>) -> Result<Read, Refused> {
    codec::read(&bytes).map_err(|error| Refused(error.to_string()))
}
