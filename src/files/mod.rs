//! The files that a run is taken away in, and brought back from: weights and data as safetensors, the run as JSON and
//! CSV, and the scripts that go with them. Pure: bytes in, bytes out; no burn, no browser.
//!
//! The page writes and reads them, in a part of its program that is fetched when the first file is ([`desk`] is all that
//! part lets in and out). What only the engine knows, its weights and its data, it tells as [`crate::export`]; so it has
//! to know nothing of the files' forms, and nobody who only looks at a run downloads them.

pub mod codec;
pub mod data;
pub mod metadata;
pub mod run;
pub mod scripts;
pub mod tensors;
pub mod weights;

/// Raised whenever a file changes its form.
pub const FORMAT: u32 = 1;

/// A file that cannot be taken in. Each says what is wrong and what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FileError {
    /// Neither safetensors nor JSON of this page's.
    #[error(
        "This is not a file of weights (.safetensors) or a run (.json) that this page wrote. A CSV is for spreadsheets and cannot be brought back; bring back the JSON of the run or its weights."
    )]
    Foreign,
    /// It breaks off, or its parts do not fit together.
    #[error("The file is damaged ({0}): it cannot be used. Export it again, or choose another copy.")]
    Damaged(String),
    /// It holds something else of this page's.
    #[error(
        "This file holds the data of a run, and there is nothing to open in them: choose weights (.safetensors) or a run (.json)."
    )]
    Data,
    /// Another version's.
    #[error("The file is of another version of this page (format {0} instead of {FORMAT}). Open it with that version.")]
    Format(u32),
    /// Its settings are not all known.
    #[error("The file’s settings cannot all be used here. {0}")]
    Settings(String),
    /// A tensor is missing, or of another shape than the settings ask for.
    #[error("The file does not fit its own settings: {0}. It cannot be used; export it again.")]
    Shape(String),
    /// A weight is not a number.
    #[error("The file holds a weight that is not a finite number (in “{0}”), so its networks cannot be used.")]
    NotFinite(String),
    /// What the engine has told is not what it should be.
    #[error("What the engine told of the run cannot be read, so there is no file of it. Reload the page.")]
    ExportPayload,
}
