//! Target variants that arms learn from: the teacher's logits, and targets made from them.

use crate::config::{Supervision, Targets};
use crate::data::rng;
use crate::engine::metrics::log_softmax;
use crate::engine::session::supervision::GroupSupervision;
use crate::losses::argmax;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// A logit so low that its probability is 0 in float32 at any temperature, and still finite.
const NEVER: f32 = -1e5;

/// The table `[R·N, V·C]`, flattened (row-major): for every example of every replicate the logits and a variant for each
/// arm that needs its own. `logits` are the teacher's on those examples, `[R][N·C]`, from replicate number `first` on.
pub fn table(
    logits: &[Vec<f32>],
    first: usize,
    classes: usize,
    group_supervision: &GroupSupervision,
    seed: u32,
) -> Vec<f32> {
    let mut out = Vec::new();
    for (r, logits) in (first..).zip(logits) {
        let variants: Vec<Vec<f32>> = group_supervision
            .variants()
            .map(|(_, supervision)| variant(supervision, logits, classes, seed, r))
            .collect();
        for (i, row) in logits.chunks_exact(classes).enumerate() {
            out.extend_from_slice(row);
            for variant in &variants {
                out.extend_from_slice(&variant[i * classes..(i + 1) * classes]);
            }
        }
    }
    out
}

/// One arm's target variant of one replicate's examples. Chance depends on the replicate alone, so that arms stay paired, and an
/// arm is the same whatever others stand beside it.
fn variant(supervision: &Supervision, logits: &[f32], classes: usize, seed: u32, replicate: usize) -> Vec<f32> {
    match supervision.method.targets() {
        Targets::Sampled => {
            let mut rng = rng::stream(seed, "sampled-labels", replicate);
            let log_p = log_softmax(logits, classes);
            log_p.chunks_exact(classes).flat_map(|log_p| drawn(log_p, supervision.samples, &mut rng)).collect()
        }
        Targets::Permuted => {
            let mut rng = rng::stream(seed, "shuffled-doubts", replicate);
            logits.chunks_exact(classes).flat_map(|row| permuted(row, &mut rng)).collect()
        }
        // They have no variant of their own ([`GroupSupervision::variants`]): the logits themselves.
        Targets::Distribution
        | Targets::Logits
        | Targets::TopK
        | Targets::Argmax
        | Targets::Hint
        | Targets::HardLabels
        | Targets::AllLabels => logits.to_vec(),
    }
}

/// A class drawn from the distribution given by its logarithms.
pub fn answer(log_p: &[f64], rng: &mut ChaCha8Rng) -> usize {
    let mut left: f64 = rng.random();
    for (class, log_p) in log_p.iter().enumerate() {
        left -= log_p.exp();
        if left < 0.0 {
            return class;
        }
    }
    log_p.len().saturating_sub(1)
}

/// Logarithms of the shares of `samples` labels drawn from the distribution.
fn drawn(log_p: &[f64], samples: usize, rng: &mut ChaCha8Rng) -> Vec<f32> {
    let mut counts = vec![0_u32; log_p.len()];
    for _ in 0..samples.max(1) {
        counts[answer(log_p, rng)] += 1;
    }
    let n = samples.max(1) as f32;
    counts.iter().map(|&count| if count == 0 { NEVER } else { (count as f32 / n).ln() }).collect()
}

/// The logits with all but the largest in another order: its confidence without its relations (Furlanello et al. 2018,
/// DKPP). Shuffling logits shuffles the probabilities at every temperature.
fn permuted(row: &[f32], rng: &mut ChaCha8Rng) -> Vec<f32> {
    let top = argmax(row);
    let mut others: Vec<f32> = row.iter().enumerate().filter(|(i, _)| *i != top).map(|(_, &z)| z).collect();
    rng::shuffle(rng, &mut others);
    let mut others = others.into_iter();
    (0..row.len()).map(|i| if i == top { row[top] } else { others.next().unwrap_or(NEVER) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Method;

    const LOGITS: [f32; 4] = [0.0, 3.0, 1.0, -1.0];

    #[test]
    fn without_special_arms_the_table_is_the_logits() {
        let group_supervision = GroupSupervision::new(vec![None, Some(Supervision::of(Method::ForwardKl))], 2);
        let logits = vec![LOGITS.to_vec(), LOGITS.iter().map(|z| z + 1.0).collect()];
        assert_eq!(table(&logits, 0, 4, &group_supervision, 1), logits.concat());
    }

    #[test]
    fn views_stand_beside_the_logits_of_their_example() {
        let arms = [Method::Sampled, Method::Permuted].map(|m| Some(Supervision::of(m)));
        let out = table(&[[LOGITS, LOGITS].concat()], 0, 4, &GroupSupervision::new(arms.to_vec(), 1), 1);
        assert_eq!(out.len(), 2 * 3 * 4);
        for example in out.chunks(12) {
            assert_eq!(example[..4], LOGITS);
            assert_eq!(example[4..8].iter().filter(|&&z| z == 0.0).count(), 1, "one label was drawn");
            assert_eq!(example[9], 3.0, "the answer keeps its place");
        }
    }

    #[test]
    fn drawn_labels_come_as_often_as_the_teacher_says() {
        let mut rng = rng::stream(1, "test", 0);
        let log_p = log_softmax(&LOGITS, 4);
        let shares = drawn(&log_p, 20_000, &mut rng);
        for (share, log_p) in shares.iter().zip(&log_p) {
            assert!((f64::from(share.exp()) - log_p.exp()).abs() < 0.01, "{share} {log_p}");
        }
    }

    #[test]
    fn a_share_of_nothing_is_no_probability_and_still_finite() {
        let p = log_softmax(&drawn(&[0.0, f64::NEG_INFINITY], 5, &mut rng::stream(1, "test", 0)), 2);
        assert_eq!((p[0].exp(), p[1].exp()), (1.0, 0.0));
        assert!(NEVER.is_finite());
    }

    #[test]
    fn permuted_probabilities_keep_the_argmax_and_every_probability() {
        let mut orders = std::collections::BTreeSet::new();
        let mut rng = rng::stream(1, "test", 0);
        for _ in 0..100 {
            let row = permuted(&LOGITS, &mut rng);
            assert_eq!(row[1], 3.0);
            let mut sorted = row.clone();
            sorted.sort_by(f32::total_cmp);
            assert_eq!(sorted, [-1.0, 0.0, 1.0, 3.0]);
            orders.insert(row.iter().map(|z| z.to_bits()).collect::<Vec<_>>());
        }
        assert_eq!(orders.len(), 6, "all orders of three come up");
    }
}
