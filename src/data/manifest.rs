//! What the page knows of the packed files in `www/data` before it has fetched them.
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

/// Fashion-MNIST.
pub const FASHION: PackedFile = PackedFile {
    file: DataFile {
        path: "data/fashion.bin.gz",
        bytes: 5_161_147,
        sha256: "6029db294c2584b276b7875e14df52ad6889a5b0ecdbcf672358ddee2170b331",
    },
    n_train: 10_000,
    n_test: 2_000,
    width: 28,
    height: 28,
    classes: 10,
};

/// MNIST.
pub const MNIST: PackedFile = PackedFile {
    file: DataFile {
        path: "data/mnist.bin.gz",
        bytes: 1_837_089,
        sha256: "093c1007c4ffe82220bb04693c0e448f365ce323b020202398ac3d4dbea3ae2e",
    },
    n_train: 10_000,
    n_test: 2_000,
    width: 28,
    height: 28,
    classes: 10,
};

/// First names of the 1990 census of the United States.
pub const NAMES: PackedText = PackedText {
    file: DataFile {
        path: "data/names.txt.gz",
        bytes: 10_412,
        sha256: "8304cb67da3c3e4fdc65f3879ba41e34e6f6ad507c9910c87d829dd2566e516b",
    },
    names: 5_163,
};

/// Every file, named after its task's key in the link.
pub const FILES: &[&DataFile] = &[&FASHION.file, &MNIST.file, &NAMES.file];
