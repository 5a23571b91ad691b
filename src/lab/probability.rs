//! Soft labels from logits at any temperature, for the page.
//!
//! The engine sends logits once; the page then follows every move of the temperature slider within a frame.

use crate::lab::argsort::descending;

/// Softmax of `logits / temperature`, safe for any finite logits.
pub fn softmax(logits: &[f32], temperature: f64) -> Vec<f64> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: Vec<f64> = logits.iter().map(|&z| (f64::from(z - top) / temperature).exp()).collect();
    let sum: f64 = exps.iter().sum();
    exps.into_iter().map(|e| e / sum).collect()
}

/// Mean of the softmaxes of several networks' logits on one input; empty of none.
pub fn mean_softmax<'a>(networks: impl Iterator<Item = &'a [f32]>, temperature: f64) -> Vec<f64> {
    let mut total: Vec<f64> = Vec::new();
    let mut count = 0.0;
    for logits in networks {
        let p = softmax(logits, temperature);
        total.resize(p.len(), 0.0);
        total.iter_mut().zip(&p).for_each(|(t, p)| *t += p);
        count += 1.0;
    }
    total.iter_mut().for_each(|t| *t /= count);
    total
}

/// Entropy in bits: 0 for certainty, log₂ C for no idea.
pub fn entropy_bits(p: &[f64]) -> f64 {
    p.iter().filter(|&&p| p > 0.0).map(|p| -p * p.log2()).sum()
}

/// The two most likely classes and the difference of their probabilities; `None` with fewer than two.
pub fn top_two(p: &[f64]) -> Option<(usize, usize, f64)> {
    match descending(p)[..] {
        [first, second, ..] => Some((first, second, p[first] - p[second])),
        _ => None,
    }
}

/// KL(p ‖ q) in nats; terms with p = 0 are 0.
pub fn kl(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q.max(f64::MIN_POSITIVE)).ln()).sum()
}

/// Cross-entropy of the true class in nats.
pub fn cross_entropy(q: &[f64], class: usize) -> f64 {
    q.get(class).map_or(f64::NAN, |q| -q.max(f64::MIN_POSITIVE).ln())
}

/// Mean soft label of each true class at a temperature, `[C][C]`; `logits` is `[N, C]`, flattened.
/// The row of a class without examples is all zero.
pub fn mean_by_class(logits: &[f32], labels: &[u8], classes: usize, temperature: f64) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; classes]; classes];
    let mut counts = vec![0.0_f64; classes];
    for (row, &label) in logits.chunks_exact(classes.max(1)).zip(labels) {
        let Some(sum) = sums.get_mut(usize::from(label)) else { continue };
        sum.iter_mut().zip(softmax(row, temperature)).for_each(|(s, p)| *s += p);
        counts[usize::from(label)] += 1.0;
    }
    for (row, count) in sums.iter_mut().zip(counts) {
        row.iter_mut().for_each(|v| *v /= count.max(1.0));
    }
    sums
}

/// Every pair of classes that both have examples, the most alike first, with what each lends the other of its soft
/// label: the mean of both directions, of rows as from [`mean_by_class`].
pub fn alike(rows: &[Vec<f64>]) -> Vec<(usize, usize, f64)> {
    let has_examples = |i: usize| rows[i].iter().any(|&v| v > 0.0);
    let pairs: Vec<(usize, usize, f64)> = (0..rows.len())
        .filter(|&i| has_examples(i))
        .flat_map(|i| (i + 1..rows.len()).map(move |j| (i, j)))
        .filter(|&(_, j)| has_examples(j))
        .map(|(i, j)| (i, j, 0.5 * (rows[i][j] + rows[j][i])))
        .collect();
    let shares: Vec<f64> = pairs.iter().map(|pair| pair.2).collect();
    descending(&shares).into_iter().map(|i| pairs[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_alike_pair_is_that_of_both_directions() {
        // The largest single share is 0 to 2; 0 and 1 lend each other more.
        let rows = vec![vec![0.5, 0.2, 0.3], vec![0.3, 0.6, 0.1], vec![0.1, 0.0, 0.9]];
        let pairs = alike(&rows);
        assert_eq!((pairs.len(), pairs[0]), (3, (0, 1, 0.25)));
        assert!(close(pairs[1].2, 0.2) && (pairs[1].0, pairs[1].1) == (0, 2));
        // A class without examples is no half of a pair: its own direction is not known.
        assert_eq!(alike(&[vec![0.4, 0.6], vec![0.0, 0.0]]), []);
        assert_eq!(alike(&[]), []);
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn a_softmax_sums_to_one_whatever_the_logits() {
        for logits in [[0.0, 0.0, 0.0], [1000.0, -1000.0, 3.0], [-5e8, -5e8, -5e8]] {
            for t in [0.5, 1.0, 20.0] {
                let p = softmax(&logits, t);
                assert!(close(p.iter().sum(), 1.0) && p.iter().all(|p| p.is_finite()), "{logits:?} {t}");
            }
        }
    }

    #[test]
    fn a_temperature_divides_the_logits() {
        assert!(close(softmax(&[4.0, 0.0], 2.0)[0], 1.0 / (1.0 + (-2.0_f64).exp())));
    }

    #[test]
    fn a_higher_temperature_raises_the_entropy() {
        let logits = [5.0, 2.0, 1.0, -3.0];
        let bits: Vec<f64> = [0.5, 1.0, 3.0, 20.0].iter().map(|&t| entropy_bits(&softmax(&logits, t))).collect();
        assert!(bits.windows(2).all(|w| w[0] < w[1]), "{bits:?}");
        assert!(bits[3] < 2.0);
        assert!(close(entropy_bits(&[0.25; 4]), 2.0));
    }

    #[test]
    fn the_two_most_likely_classes_are_found_in_order() {
        let (a, b, gap) = top_two(&[0.1, 0.2, 0.6, 0.1]).unwrap();
        assert_eq!((a, b), (2, 1));
        assert!(close(gap, 0.4));
        assert_eq!(top_two(&[1.0]), None);
    }

    #[test]
    fn a_mean_softmax_is_the_mean_of_the_softmaxes() {
        let (a, b) = ([2.0_f32, 0.0], [0.0_f32, 1.0]);
        let mean = mean_softmax([&a[..], &b[..]].into_iter(), 1.0);
        assert!(close(mean[0], (softmax(&a, 1.0)[0] + softmax(&b, 1.0)[0]) / 2.0));
        assert!(mean_softmax(std::iter::empty(), 1.0).is_empty());
    }

    #[test]
    fn kl_is_zero_for_equals_and_cross_entropy_is_the_log_of_the_share() {
        let p = softmax(&[1.0, 2.0, 3.0], 1.0);
        assert!(close(kl(&p, &p), 0.0));
        assert!(close(kl(&[1.0, 0.0], &[0.5, 0.5]), 2.0_f64.ln()));
        assert!(close(cross_entropy(&[0.25, 0.75], 0), 4.0_f64.ln()));
    }

    #[test]
    fn mean_soft_labels_are_grouped_by_true_class() {
        let logits = [9.0, 0.0, 0.0, 9.0, 0.0, 0.0];
        let rows = mean_by_class(&logits, &[0, 1, 1], 2, 1.0);
        assert!(rows[0][0] > 0.99);
        assert!(close(rows[1].iter().sum(), 1.0) && rows[1][0] > 0.2 && rows[1][0] < 0.3);
        assert_eq!(mean_by_class(&[], &[], 2, 1.0), vec![vec![0.0; 2]; 2]);
    }
}
