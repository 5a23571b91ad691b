//! Labelled images: read, thinned and packed.

use crate::error::PackError;
use crate::files::{gzip, read_idx};
use crate::idx::Idx;
use crate::sources::{Source, Upstream};
use std::path::Path;

/// The first bytes of an unpacked file: Softlabel, format 1.
const MAGIC: &[u8; 4] = b"SLB1";
/// How many of the 60,000 upstream training images are kept: the first ones.
pub const KEEP_TRAIN: usize = 10_000;
/// Of the 10,000 upstream test images every fifth is kept: 2,000, spread over the whole file, because the second half of
/// MNIST's test set was written by other people than the first.
const TEST_STRIDE: usize = 5;
/// Both tasks have ten classes.
pub const CLASSES: u8 = 10;

/// Labelled images, as read or as kept.
struct Split {
    height: usize,
    width: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Split {
    fn read(source: &Source, directory: &Path, images: &Upstream, labels: &Upstream) -> Result<Self, PackError> {
        let images: Idx<3> = read_idx(directory, images)?;
        let labels: Idx<1> = read_idx(directory, labels)?;
        let title = source.title;
        let [count, height, width] = images.shape;
        if count != labels.shape[0] {
            return Err(PackError::Unpaired { title, images: count, labels: labels.shape[0] });
        }
        if let Some(&label) = labels.data.iter().find(|&&label| label >= CLASSES) {
            return Err(PackError::Label { title, label });
        }
        Ok(Self { height, width, pixels: images.data, labels: labels.data })
    }

    /// Keeps every `stride`th image, at most `limit` of them.
    fn thin(&self, stride: usize, limit: usize) -> Self {
        let images = self.pixels.chunks_exact(self.height * self.width);
        Self {
            height: self.height,
            width: self.width,
            pixels: images.step_by(stride).take(limit).flatten().copied().collect(),
            labels: self.labels.iter().step_by(stride).take(limit).copied().collect(),
        }
    }
}

/// A packed file, ready to be written.
pub struct Packed {
    pub source: &'static Source,
    pub gzip: Vec<u8>,
    pub n_train: usize,
    pub n_test: usize,
    pub width: usize,
    pub height: usize,
}

impl Packed {
    /// The task of that source, from upstream files in a directory.
    ///
    /// # Errors
    /// [`PackError`] where they are not the pinned ones or do not fit together.
    pub fn make(source: &'static Source, directory: &Path) -> Result<Self, PackError> {
        let train = Split::read(source, directory, &source.train_images, &source.train_labels)?;
        let test = Split::read(source, directory, &source.test_images, &source.test_labels)?;
        let title = source.title;
        if train.labels.len() < KEEP_TRAIN {
            let found = train.labels.len();
            return Err(PackError::TooFew { title, found });
        }
        if (train.width, train.height) != (test.width, test.height) {
            return Err(PackError::Size { title });
        }
        let train = train.thin(1, KEEP_TRAIN);
        let test = test.thin(TEST_STRIDE, usize::MAX);
        Ok(Self {
            source,
            gzip: gzip(&encode(&train, &test)),
            n_train: train.labels.len(),
            n_test: test.labels.len(),
            width: train.width,
            height: train.height,
        })
    }
}

/// The packed format, before gzip.
fn encode(train: &Split, test: &Split) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let counts = [train.labels.len(), test.labels.len(), train.width, train.height, CLASSES.into()];
    for count in counts {
        let count = u32::try_from(count).expect("an IDX size is a u32");
        out.extend(count.to_le_bytes());
    }
    for split in [train, test] {
        out.extend(&split.pixels);
        out.extend(&split.labels);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(labels: &[u8]) -> Split {
        Split {
            height: 1,
            width: 2,
            pixels: labels.iter().flat_map(|&label| [label, 100 + label]).collect(),
            labels: labels.to_vec(),
        }
    }

    #[test]
    fn thinning_keeps_images_and_labels_together() {
        let all: Vec<u8> = (0..9).collect();
        let kept = split(&all).thin(4, 2);
        assert_eq!(kept.labels, [0, 4]);
        assert_eq!(kept.pixels, [0, 100, 4, 104]);
    }

    #[test]
    fn the_packed_format_is_the_documented_one() {
        let packed = encode(&split(&[1, 2]), &split(&[3]));
        let mut expected = b"SLB1".to_vec();
        expected.extend([2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 0]);
        expected.extend([1, 101, 2, 102, 1, 2, 3, 103, 3]);
        assert_eq!(packed, expected);
    }
}
