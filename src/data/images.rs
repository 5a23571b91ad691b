//! Image tasks: the packed files of `www/data` (made by `src/bin/pack/main.rs`, which documents the format), read and
//! standardised.

use super::{Dataset, Split};
use crate::config::Task;
use crate::data::example::Form;
use std::rc::Rc;

/// Names of Fashion-MNIST's classes (Xiao et al. 2017, table 2), shortened where shown.
const FASHION: [&str; 10] =
    ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// First bytes of a packed file.
const MAGIC: &[u8; 4] = b"SLB1";
/// Magic and five 32-bit numbers.
const HEADER: usize = 24;

/// A packed file that is not what it should be.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum UnpackError {
    /// It does not begin as it should.
    #[error("it does not begin like a packed data file")]
    Magic,
    /// Its length does not fit its header.
    #[error("it is {found} bytes long instead of {expected}")]
    Length {
        /// Bytes there are.
        found: usize,
        /// Bytes the header asks for.
        expected: usize,
    },
    /// A label is not a class.
    #[error("it holds a label ({0}) that is no class")]
    Label(u8),
}

/// Reads a packed file (after gunzip) of an image task.
///
/// Pixels are standardised with the training set's mean and standard deviation over all pixels.
///
/// # Errors
/// [`UnpackError`] when the bytes are not such a file.
pub fn unpack(task: Task, bytes: &[u8]) -> Result<Dataset, UnpackError> {
    if bytes.len() < HEADER || &bytes[..4] != MAGIC {
        return Err(UnpackError::Magic);
    }
    let number =
        |i: usize| u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]) as usize;
    let (n_train, n_test, width, height, n_classes) = (number(1), number(2), number(3), number(4), number(5));
    let classes = (if task == Task::Fashion { FASHION } else { DIGITS }).map(String::from).to_vec();
    let area = width.saturating_mul(height);
    let expected = n_train.saturating_add(n_test).saturating_mul(area.saturating_add(1)).saturating_add(HEADER);
    if bytes.len() != expected || n_classes != classes.len() || n_train == 0 || n_test == 0 || area == 0 {
        return Err(UnpackError::Length { found: bytes.len(), expected });
    }
    let mut rest = &bytes[HEADER..];
    let mut take = |n: usize| {
        let (head, tail) = rest.split_at(n);
        rest = tail;
        head.to_vec()
    };
    let (train_pixels, train_labels) = (take(n_train * area), take(n_train));
    let (test_pixels, test_labels) = (take(n_test * area), take(n_test));
    if let Some(&label) = train_labels.iter().chain(&test_labels).find(|&&label| usize::from(label) >= n_classes) {
        return Err(UnpackError::Label(label));
    }
    Ok(Dataset {
        task,
        dimensions: area,
        form: Form::Image(width as u32, height as u32),
        moments: vec![moments(&train_pixels)],
        classes,
        train: Rc::new(Split { numbers: Vec::new(), bytes: train_pixels, labels: train_labels }),
        test: Split { numbers: Vec::new(), bytes: test_pixels, labels: test_labels },
        unlabelled: Rc::default(),
        given: None,
    })
}

/// Mean and standard deviation of grey levels; the deviation of a blank set counts as 1.
pub fn moments(pixels: &[u8]) -> (f64, f64) {
    let n = pixels.len() as f64;
    let (sum, squares) =
        pixels.iter().fold((0u64, 0u64), |(s, q), &p| (s + u64::from(p), q + u64::from(p) * u64::from(p)));
    let mean = sum as f64 / n;
    let variance = squares as f64 / n - mean * mean;
    (mean, if variance > 0.0 { variance.sqrt() } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Part;

    fn packed(n_train: u32, n_test: u32) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [n_train, n_test, 2, 3, 10] {
            bytes.extend(number.to_le_bytes());
        }
        for n in [n_train, n_test] {
            bytes.extend((0..n * 6).map(|i| (i * 37 % 256) as u8));
            bytes.extend((0..n).map(|i| (i % 10) as u8));
        }
        bytes
    }

    #[test]
    fn a_packed_file_is_read_and_standardised() {
        let data = unpack(Task::Fashion, &packed(20, 5)).unwrap();
        assert_eq!((data.train.len(), data.test.len(), data.dimensions), (20, 5, 6));
        let inputs = data.inputs(Part::Train);
        let mean = inputs.iter().sum::<f32>() / 120.0;
        let variance = inputs.iter().map(|x| x * x).sum::<f32>() / 120.0;
        assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
        assert_eq!(data.test.labels, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_truncated_or_foreign_file_is_refused() {
        let good = packed(20, 5);
        assert_eq!(unpack(Task::Mnist, &good[..100]), Err(UnpackError::Length { found: 100, expected: good.len() }));
        assert_eq!(unpack(Task::Mnist, b"<!doctype html><html>..."), Err(UnpackError::Magic));
        assert_eq!(unpack(Task::Mnist, &[]), Err(UnpackError::Magic));
        let mut huge = good.clone();
        huge[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(unpack(Task::Mnist, &huge), Err(UnpackError::Length { .. })));
        let mut wrong = good.clone();
        *wrong.last_mut().unwrap() = 99;
        assert_eq!(unpack(Task::Mnist, &wrong), Err(UnpackError::Label(99)));
    }
}
