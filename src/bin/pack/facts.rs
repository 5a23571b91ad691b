//! Writes `src/data/manifest.rs`, which holds length, checksum and shape of each packed file for the page.

use std::fmt::Write as _;

use crate::files::sha256;
use crate::images::{CLASSES, Packed};
use crate::names::Text;

/// The Rust source.
pub fn facts(files: &[Packed], text: &Text) -> String {
    let mut out = String::from(
        "//! What the page knows of the packed files in `www/data` before it has fetched them.
//!
//! Written by `src/bin/pack/`, where the format is described; run `scripts/fetch-data` instead of editing this.

/// A gzip file, served beside the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataFile {
    /// Where it is, relative to the page's own address.
    pub path: &'static str,
    /// Its length as served, still gzipped, in bytes.
    pub bytes: usize,
    /// SHA-256 of the file as served, in hexadecimal.
    pub sha256: &'static str,
}

/// Names, one a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedText {
    /// The file.
    pub file: DataFile,
    /// How many there are.
    pub names: usize,
}

/// Labelled images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedFile {
    /// The file.
    pub file: DataFile,
    /// Training images in it.
    pub n_train: usize,
    /// Test images in it.
    pub n_test: usize,
    /// Pixels a row.
    pub width: usize,
    /// Rows an image.
    pub height: usize,
    /// Classes; labels run from 0 to one less.
    pub classes: usize,
}
",
    );
    for file in files {
        write!(
            out,
            "
/// {title}.
pub const {constant}: PackedFile = PackedFile {{
    file: DataFile {{
        path: \"{path}\",
        bytes: {bytes},
        sha256: \"{sha256}\",
    }},
    n_train: {n_train},
    n_test: {n_test},
    width: {width},
    height: {height},
    classes: {CLASSES},
}};
",
            title = file.source.title,
            constant = file.source.constant,
            path = file.source.path,
            bytes = thousands(file.gzip.len()),
            sha256 = sha256(&file.gzip),
            n_train = thousands(file.n_train),
            n_test = thousands(file.n_test),
            width = file.width,
            height = file.height,
        )
        .expect("writing to memory cannot fail");
    }
    write!(
        out,
        "
/// First names of the 1990 census of the United States.
pub const NAMES: PackedText = PackedText {{
    file: DataFile {{
        path: \"{path}\",
        bytes: {bytes},
        sha256: \"{sha256}\",
    }},
    names: {names},
}};
",
        path = Text::PATH,
        bytes = thousands(text.gzip.len()),
        sha256 = sha256(&text.gzip),
        names = thousands(text.count),
    )
    .expect("writing to memory cannot fail");
    let images: String = files.iter().map(|file| format!("&{}.file, ", file.source.constant)).collect();
    write!(
        out,
        "
/// Every file, named after its task's key in the link.
pub const FILES: &[&DataFile] = &[{images}&NAMES.file];
"
    )
    .expect("writing to memory cannot fail");
    out
}

/// A Rust literal that a user can take in: `10_000`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(thousands(28), "28");
        assert_eq!(thousands(10_000), "10_000");
        assert_eq!(thousands(1_234_567), "1_234_567");
    }
}
