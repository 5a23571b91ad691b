//! The temperature that calibrates a network (Guo et al. 2017, §4.2), and how well it does with it.
//!
//! One number is fitted, so little data suffices; but what is fitted on an example must not be measured on it. Each half of the
//! test set is measured at the temperature that the other half chose.

use crate::experiment::Calibration;
use crate::losses::argmax;

/// Bounds of 1/T.
const INVERSE: (f64, f64) = (0.01, 100.0);
/// Most Newton steps: the function is convex, and a few suffice.
const STEPS: usize = 30;
/// Change of 1/T, relative, that ends the search.
const ENOUGH: f64 = 1e-6;

/// Mean negative log-likelihood at inverse temperature b, nats, and its first and second derivative by b, over the rows `i` with
/// i mod 2 = `half`; logits `[N, C]` flattened, row-major.
fn likelihood(logits: &[f32], labels: &[u8], classes: usize, half: usize, b: f64) -> [f64; 3] {
    let (mut sums, mut n) = ([0.0; 3], 0.0);
    for (row, &label) in logits.chunks_exact(classes).zip(labels).skip(half).step_by(2) {
        let most = f64::from(row[argmax(row)]);
        let (mut mass, mut mean, mut square) = (0.0, 0.0, 0.0);
        for &z in row {
            // Relative to the largest: what is added to all logits cancels.
            let z = f64::from(z) - most;
            let weight = (b * z).exp();
            mass += weight;
            mean += weight * z;
            square += weight * z * z;
        }
        let (mean, square) = (mean / mass, square / mass);
        let own = f64::from(row[usize::from(label)]) - most;
        sums[0] += mass.ln() - b * own;
        sums[1] += mean - own;
        sums[2] += square - mean * mean;
        n += 1.0;
    }
    sums.map(|sum| sum / n)
}

/// The inverse temperature with the least negative log-likelihood on one half: Newton steps on a convex function, within bounds.
fn fit(logits: &[f32], labels: &[u8], classes: usize, half: usize) -> f64 {
    let (mut low, mut high) = INVERSE;
    let mut b = 1.0;
    for _ in 0..STEPS {
        let [_, slope, curvature] = likelihood(logits, labels, classes, half, b);
        if slope > 0.0 {
            high = b
        } else {
            low = b
        }
        let newton = b - slope / curvature;
        // Outside of the bounds known, or without a curvature: by halves.
        let next = if newton > low && newton < high { newton } else { (low * high).sqrt() };
        let done = (next - b).abs() <= ENOUGH * b;
        b = next;
        if done {
            break;
        }
    }
    b
}

/// The calibrating temperature of a network by its logits on the test set `[N, C]`, flattened, row-major.
pub fn calibrate(logits: &[f32], labels: &[u8], classes: usize) -> Calibration {
    if labels.len() < 2 || classes == 0 || !logits.iter().all(|z| z.is_finite()) {
        return Calibration::default();
    }
    let fitted = [0, 1].map(|half| fit(logits, labels, classes, half));
    // Each half at the temperature of the other, weighed by their sizes.
    let sizes = [labels.len().div_ceil(2) as f64, (labels.len() / 2) as f64];
    let nll = [0, 1].map(|half| sizes[half] * likelihood(logits, labels, classes, half, fitted[1 - half])[0]);
    Calibration { temperature: 0.5 / fitted[0] + 0.5 / fitted[1], nll: (nll[0] + nll[1]) / labels.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    /// Logits whose softmax is the distribution of the labels, times `scale`: calibrated by T = `scale`.
    fn drawn(scale: f32, n: usize) -> (Vec<f32>, Vec<u8>) {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let (mut logits, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let row: Vec<f64> = (0..4).map(|_| 3.0 * rng.random::<f64>()).collect();
            let mass: f64 = row.iter().map(|z| z.exp()).sum();
            let mut left = rng.random::<f64>() * mass;
            let label = row.iter().position(|z| {
                left -= z.exp();
                left <= 0.0
            });
            labels.push(label.unwrap_or(3) as u8);
            logits.extend(row.iter().map(|&z| scale * z as f32));
        }
        (logits, labels)
    }

    #[test]
    fn the_temperature_of_overconfident_logits_is_found() {
        for scale in [0.5, 1.0, 4.0] {
            let (logits, labels) = drawn(scale, 20_000);
            let found = calibrate(&logits, &labels, 4);
            assert!((found.temperature / f64::from(scale) - 1.0).abs() < 0.05, "{scale}: {found:?}");
            let (plain, plain_labels) = drawn(1.0, 20_000);
            let best = likelihood(&plain, &plain_labels, 4, 0, 1.0)[0];
            assert!((found.nll - best).abs() < 0.03, "{scale}: {found:?} {best}");
        }
    }

    #[test]
    fn the_slope_is_that_of_the_likelihood() {
        let (logits, labels) = drawn(2.0, 200);
        let at = |b: f64| likelihood(&logits, &labels, 4, 1, b);
        for b in [0.2, 1.0, 3.0] {
            let h = 1e-5;
            assert!(((at(b + h)[0] - at(b - h)[0]) / (2.0 * h) - at(b)[1]).abs() < 1e-6);
            assert!(((at(b + h)[1] - at(b - h)[1]) / (2.0 * h) - at(b)[2]).abs() < 1e-5);
        }
    }

    #[test]
    fn networks_that_are_always_or_never_right_stay_within_bounds() {
        let (right, labels) = (vec![5.0, 0.0, 0.0, 5.0], vec![0, 1]);
        let sure = calibrate(&right, &labels, 2);
        assert!(sure.temperature > 0.0 && sure.temperature < 0.5 && sure.nll.is_finite(), "{sure:?}");
        let wrong = calibrate(&right, &[1, 0], 2);
        assert!(wrong.temperature > 10.0 && wrong.nll < 1.0, "{wrong:?}");
        assert_eq!(calibrate(&[f32::NAN; 4], &labels, 2), Calibration::default());
        assert_eq!(calibrate(&[], &[], 2), Calibration::default());
    }
}
