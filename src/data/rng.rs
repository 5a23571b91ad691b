//! All chance comes from one seed, through named sub-streams: adding a draw to one place changes no other.
//!
//! ChaCha is used because its stream is specified, so that a link reproduces its run on any machine.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator of one purpose (`"init"`, `"batches"` …) and one index (a replicate, say) under the seed.
pub fn stream(seed: u32, purpose: &str, index: usize) -> ChaCha8Rng {
    // FNV-1a (Fowler, Noll & Vo): spreads the purpose over ChaCha's 64-bit stream number.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in purpose.bytes().chain((index as u64).to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(u64::from(seed));
    rng.set_stream(hash);
    rng
}

/// Shuffles in place (Fisher & Yates).
pub fn shuffle<T>(rng: &mut ChaCha8Rng, items: &mut [T]) {
    for i in (1..items.len()).rev() {
        items.swap(i, rng.random_range(0..=i as u32) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_the_same_every_time_and_unlike_its_neighbours() {
        let draw = |seed, purpose, index| stream(seed, purpose, index).random::<u64>();
        assert_eq!(draw(1, "init", 0), draw(1, "init", 0));
        assert_ne!(draw(1, "init", 0), draw(1, "init", 1));
        assert_ne!(draw(1, "init", 0), draw(1, "batches", 0));
        assert_ne!(draw(1, "init", 0), draw(2, "init", 0));
    }

    #[test]
    fn a_shuffle_keeps_every_item() {
        let mut items: Vec<u32> = (0..100).collect();
        shuffle(&mut stream(3, "test", 0), &mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
