//! Why files cannot be packed.

use crate::idx::IdxError;
use crate::images::{CLASSES, KEEP_TRAIN};
use std::io;
use std::path::PathBuf;

/// Why files cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("usage: pack [--check] --fashion DIR --mnist DIR --names DIR")]
    Usage,
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
    #[error("{path}: SHA-256 is {found}, not the pinned {expected}")]
    Checksum { path: PathBuf, expected: &'static str, found: String },
    #[error("{path}: {error}")]
    Idx { path: PathBuf, error: IdxError },
    #[error("{title}: {images} images, but {labels} labels")]
    Unpaired { title: &'static str, images: usize, labels: usize },
    #[error("{title}: label {label} is not below {CLASSES}")]
    Label { title: &'static str, label: u8 },
    #[error("{title}: the test images are not of the training images' size")]
    Size { title: &'static str },
    #[error("{title}: {found} training images, fewer than {KEEP_TRAIN}")]
    TooFew { title: &'static str, found: usize },
    #[error("{path}: line {line} is not a name and its figures")]
    Name { path: PathBuf, line: usize },
    #[error("{path} is not what `scripts/fetch-data` makes; run it")]
    Stale { path: PathBuf },
}
