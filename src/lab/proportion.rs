//! The interval of a share that was counted on a few examples.

/// Two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_964;

/// 95 % interval of a share `share` (0 to 1) counted on `n` examples (Wilson 1927): unlike ± of the normal approximation it stays
/// within 0 and 1, and 30 of 30 are not certain.
pub fn wilson(share: f64, n: usize) -> (f64, f64) {
    let n = n as f64;
    let centre = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_the_published_ones() {
        // Newcombe (1998), table I: method 3.
        for (correct, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let (a, b) = wilson(f64::from(correct) / f64::from(n), n as usize);
            assert!((a - low).abs() < 1e-4 && (b - high).abs() < 1e-4, "{correct} of {n}: {a} {b}");
        }
        let (low, high) = wilson(1.0, 30);
        assert!((low - 0.8865).abs() < 1e-4 && high == 1.0, "{low} {high}");
    }
}
