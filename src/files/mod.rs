//! Export and import of a run: weights and data as safetensors, the run as JSON and CSV, and the scripts that go with them.
//! Pure: bytes in, bytes out; no burn, no browser.
//!
//! The page writes and reads them in a lazily loaded part of its program, whose interface is [`codec`]. Weights and data come
//! from the engine as payloads of [`crate::export`], so that the engine does not depend on file formats.

pub mod codec;
pub mod data;
pub mod deploy;
pub mod metadata;
pub mod run;
pub mod scripts;
pub mod tensors;
pub mod weights;

/// Version of the file formats.
pub const FORMAT: u32 = 1;

/// Reason why a file cannot be read. Each message says what is wrong and what to do.
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
    /// It holds the data of a run.
    #[error(
        "This file holds the data of a run, and there is nothing to open in them: choose weights (.safetensors) or a run (.json)."
    )]
    Data,
    /// Written by another version.
    #[error("The file is of another version of this page (format {0} instead of {FORMAT}). Open it with that version.")]
    Format(u32),
    /// Some of its settings are not known.
    #[error("The file’s settings cannot all be used here. {0}")]
    Settings(String),
    /// A tensor is missing or has another shape than the settings require.
    #[error("The file does not fit its own settings: {0}. It cannot be used; export it again.")]
    Shape(String),
    /// A weight is not finite.
    #[error("The file holds a weight that is not a finite number (in “{0}”), so its networks cannot be used.")]
    NotFinite(String),
    /// The engine's payload cannot be unpacked.
    #[error("What the engine told of the run cannot be read, so there is no file of it. Reload the page.")]
    ExportPayload,
}
