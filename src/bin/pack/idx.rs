//! IDX, the format that MNIST and its kin come in: a header of big-endian sizes, then bytes.

/// What can be wrong with an IDX file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdxError {
    #[error("not an IDX file of bytes with {dimensions} dimensions: it starts with {found:#010x}")]
    BadMagic { dimensions: u8, found: u32 },
    #[error("cut off: {found} bytes where {expected} are needed")]
    Truncated { expected: usize, found: usize },
    #[error("{0} bytes after the end")]
    Trailing(usize),
}

/// Bytes in the shape that the file states: `[N]` for labels, `[N, height, width]` for images.
#[derive(Debug, PartialEq, Eq)]
pub struct Idx<const D: usize> {
    pub shape: [usize; D],
    pub data: Vec<u8>,
}

impl<const D: usize> Idx<D> {
    /// Reads `00 00 08 D`, then D big-endian sizes, then the bytes.
    pub fn parse(file: &[u8]) -> Result<Self, IdxError> {
        let word = |index: usize| {
            let at = 4 * index;
            file.get(at..at + 4)
                .and_then(|bytes| bytes.try_into().ok())
                .map(u32::from_be_bytes)
                .ok_or(IdxError::Truncated { expected: 4 * (D + 1), found: file.len() })
        };
        let found = word(0)?;
        if found != 0x0800 | D as u32 {
            return Err(IdxError::BadMagic { dimensions: D as u8, found });
        }
        let mut shape = [0; D];
        for (index, size) in shape.iter_mut().enumerate() {
            *size = word(index + 1)? as usize;
        }
        let header = 4 * (D + 1);
        let expected = shape
            .iter()
            .try_fold(1, |product: usize, &size| product.checked_mul(size))
            .and_then(|length| length.checked_add(header))
            .unwrap_or(usize::MAX);
        match file.len() {
            found if found < expected => Err(IdxError::Truncated { expected, found }),
            found if found > expected => Err(IdxError::Trailing(found - expected)),
            _ => Ok(Self { shape, data: file[header..].to_vec() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two images of 1 × 3 pixels.
    const IMAGES: [u8; 22] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 11, 12, 20, 21, 22];

    #[test]
    fn an_idx_file_gives_its_shape_and_bytes() {
        let parsed = Idx::<3>::parse(&IMAGES).expect("it is well formed");
        assert_eq!(parsed.shape, [2, 1, 3]);
        assert_eq!(parsed.data, [10, 11, 12, 20, 21, 22]);
    }

    #[test]
    fn labels_are_not_taken_for_images() {
        let labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
        assert_eq!(Idx::<1>::parse(&labels).map(|labels| labels.data), Ok(vec![7, 9]));
        assert_eq!(Idx::<3>::parse(&labels), Err(IdxError::BadMagic { dimensions: 3, found: 0x0801 }));
    }

    #[test]
    fn a_bad_magic_number_is_refused() {
        let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0];
        assert_eq!(Idx::<1>::parse(&gzip), Err(IdxError::BadMagic { dimensions: 1, found: 0x1f8b_0800 }));
    }

    #[test]
    fn every_proper_prefix_is_refused_as_truncated() {
        for length in 0..IMAGES.len() {
            let result = Idx::<3>::parse(&IMAGES[..length]);
            assert!(
                matches!(result, Err(IdxError::Truncated { found, .. }) if found == length),
                "{length} bytes: {result:?}"
            );
        }
    }

    #[test]
    fn bytes_after_the_end_are_refused() {
        let mut file = IMAGES.to_vec();
        file.extend([1, 2]);
        assert_eq!(Idx::<3>::parse(&file), Err(IdxError::Trailing(2)));
    }

    #[test]
    fn sizes_whose_product_overflows_are_refused() {
        let mut file = vec![0, 0, 8, 3];
        file.extend([0xff; 12]);
        assert!(matches!(Idx::<3>::parse(&file), Err(IdxError::Truncated { .. })));
    }
}
