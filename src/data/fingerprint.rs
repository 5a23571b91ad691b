//! Fingerprints of sets of examples.

use super::Split;
use sha2::{Digest, Sha256};

/// SHA-256 of labels and inputs, in hexadecimal.
pub fn fingerprint(split: &Split) -> String {
    let mut hash = Sha256::new();
    hash.update(&split.labels);
    hash.update(&split.bytes);
    for number in &split.numbers {
        hash.update(number.to_le_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::points::moons;

    #[test]
    fn other_examples_have_another_fingerprint() {
        let (a, again, b) = (fingerprint(&moons(1).test), fingerprint(&moons(1).test), fingerprint(&moons(2).test));
        assert_eq!((a.len(), a == b, a == again), (64, false, true));
    }
}
