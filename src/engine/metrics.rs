//! Metrics of a network from its logits, in float64 on the host, at T = 1 with natural logarithms.

use crate::experiment::{ConfidenceBin, Metrics, Reading, TOP_FIVE_CLASSES};
use crate::losses::argmax;

/// Bins of the expected calibration error (Naeini et al. 2015; Guo et al. 2017).
const BINS: usize = 15;

/// log softmax of each row of `logits` `[N, C]`, flattened (row-major), in float64.
pub fn log_softmax(logits: &[f32], classes: usize) -> Vec<f64> {
    let mut out = Vec::with_capacity(logits.len());
    for row in logits.chunks(classes) {
        let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f64 = row.iter().map(|&z| f64::from(z - max).exp()).sum();
        let log_sum = sum.ln();
        out.extend(row.iter().map(|&z| f64::from(z - max) - log_sum));
    }
    out
}

/// Entropy of a distribution given by its logarithms, nats.
pub fn entropy(log_p: &[f64]) -> f64 {
    -log_p.iter().map(|&l| if l > f64::NEG_INFINITY { l.exp() * l } else { 0.0 }).sum::<f64>()
}

/// The metrics of one network against labels and teacher. `student` and `teacher` are logits `[N, C]`, flattened;
/// `teacher_log` is [`log_softmax`] of the latter (the same for every student, so the caller keeps it).
///
/// ECE: Σ over 15 equal bins (lo, hi] of the top probability: share · |accuracy − mean confidence|.
pub fn metrics(student: &[f32], teacher: &[f32], teacher_log: &[f64], labels: &[u8], classes: usize) -> Metrics {
    let log_q = log_softmax(student, classes);
    let n = labels.len() as f64;
    let mut sums = Metrics::default();
    let mut bins = [(0.0_f64, 0.0_f64, 0.0_f64); BINS];
    for (i, &label) in labels.iter().enumerate() {
        let row = i * classes..(i + 1) * classes;
        let (log_q, log_p, label) = (&log_q[row.clone()], &teacher_log[row.clone()], usize::from(label));
        let answer = argmax(&student[row.clone()]);
        let correct = f64::from(u8::from(answer == label));
        sums.accuracy += correct;
        sums.agreement += f64::from(u8::from(answer == argmax(&teacher[row])));
        sums.nll -= log_q[label];
        for c in 0..classes {
            let (p, q) = (log_p[c].exp(), log_q[c].exp());
            if p > 0.0 {
                sums.kl_to_teacher += p * (log_p[c] - log_q[c]);
            }
            sums.entropy -= q * log_q[c].max(f64::MIN);
            sums.brier += (q - if c == label { 1.0 } else { 0.0 }).powi(2);
        }
        let confidence = log_q[answer].exp();
        let bin = bin(confidence);
        bins[bin].0 += 1.0;
        bins[bin].1 += correct;
        bins[bin].2 += confidence;
    }
    Metrics {
        accuracy: sums.accuracy / n,
        agreement: sums.agreement / n,
        kl_to_teacher: sums.kl_to_teacher / n,
        nll: sums.nll / n,
        brier: sums.brier / n,
        entropy: sums.entropy / n,
        ece: bins.iter().map(|(_, correct, confidence)| (correct - confidence).abs()).sum::<f64>() / n,
    }
}

/// The bin (lo, hi] of a confidence.
fn bin(confidence: f64) -> usize {
    ((confidence * BINS as f64).ceil() as usize).clamp(1, BINS) - 1
}

/// How sure a network is, and its five likeliest answers; `logits` are `[N, C]`, flattened. Of equal logits the lower class is
/// the likelier, as in [`argmax`].
pub fn reading(logits: &[f32], labels: &[u8], classes: usize) -> Reading {
    let many = classes >= TOP_FIVE_CLASSES;
    let mut reading =
        Reading { bins: vec![ConfidenceBin::default(); BINS], in_top_five: vec![0; if many { classes } else { 0 }] };
    let log_q = log_softmax(logits, classes);
    for ((row, log_q), &label) in logits.chunks_exact(classes).zip(log_q.chunks_exact(classes)).zip(labels) {
        let (answer, label) = (argmax(row), usize::from(label));
        let confidence = log_q[answer].exp();
        let bin = &mut reading.bins[bin(confidence)];
        bin.examples += 1;
        bin.right += u32::from(answer == label);
        bin.confidence += confidence;
        if many {
            let likelier = |&other: &usize| row[other] > row[label] || (row[other] == row[label] && other < label);
            reading.in_top_five[label] += u32::from((0..classes).filter(likelier).count() < 5);
        }
    }
    reading
}

/// Share of correct predictions on the even and on the odd examples; `logits` are `[N, C]`, flattened. 0 of none.
pub fn halves(logits: &[f32], labels: &[u8], classes: usize) -> [f64; 2] {
    let mut right = [0.0_f64; 2];
    for (i, (row, &label)) in logits.chunks_exact(classes).zip(labels).enumerate() {
        right[i % 2] += f64::from(u8::from(argmax(row) == usize::from(label)));
    }
    [right[0] / labels.len().div_ceil(2).max(1) as f64, right[1] / (labels.len() / 2).max(1) as f64]
}

/// Confusion matrix `[C, C]`, flattened: counts of true class (row) and predicted class (column). `logits` are `[N, C]`.
pub fn confusion(logits: &[f32], labels: &[u8], classes: usize) -> Vec<u32> {
    let mut counts = vec![0; classes * classes];
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        counts[usize::from(label) * classes + argmax(row)] += 1;
    }
    counts
}

/// The logits of an ensemble: log of the mean of its members' probabilities at T = 1 (Hinton et al. 2015, §4: the
/// arithmetic mean), each `[N, C]` flattened. The logits of a single network stay as they are.
pub fn ensemble(members: &[Vec<f32>], classes: usize) -> Vec<f32> {
    if let [one] = members {
        return one.clone();
    }
    let logs: Vec<Vec<f64>> = members.iter().map(|logits| log_softmax(logits, classes)).collect();
    let n = members.first().map_or(0, Vec::len);
    (0..n)
        .map(|i| {
            let most = logs.iter().map(|l| l[i]).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = logs.iter().map(|l| (l[i] - most).exp()).sum();
            (most + (sum / logs.len() as f64).ln()) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ensembles_probabilities_are_the_mean_of_its_members() {
        let (a, b) = (vec![2.0, 0.0, -1.0], vec![-3.0, 1.0, 40.0]);
        let mean = log_softmax(&ensemble(&[a.clone(), b.clone()], 3), 3);
        let (a, b) = (log_softmax(&a, 3), log_softmax(&b, 3));
        for c in 0..3 {
            assert!((mean[c].exp() - (a[c].exp() + b[c].exp()) / 2.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_confusion_counts_true_classes_by_row() {
        // True 0 answered 0; true 1 answered 0; true 1 answered 1.
        let logits = [1.0, 0.0, 3.0, 2.0, 0.0, 5.0];
        assert_eq!(confusion(&logits, &[0, 1, 1], 2), [1, 0, 1, 1]);
    }

    /// Made-up logits of so many examples of `classes`, and labels.
    fn made_up(n: usize, classes: usize) -> (Vec<f32>, Vec<u8>) {
        let logits = (0..n * classes).map(|i| 4.0 * (i as f32 * 1.7).sin() + (i % 5) as f32).collect();
        (logits, (0..n).map(|i| (i * 7 % classes) as u8).collect())
    }

    #[test]
    fn the_bins_of_confidence_are_those_of_the_calibration_error() {
        let (logits, labels) = made_up(500, 4);
        let reading = reading(&logits, &labels, 4);
        let metrics = metrics(&logits, &logits, &log_softmax(&logits, 4), &labels, 4);
        let sum = |of: fn(&ConfidenceBin) -> f64| reading.bins.iter().map(of).sum::<f64>() / 500.0;
        assert!((sum(|bin| (f64::from(bin.right) - bin.confidence).abs()) - metrics.ece).abs() < 1e-12);
        assert!((sum(|bin| bin.right.into()) - metrics.accuracy).abs() < 1e-12);
        assert_eq!((reading.bins.len(), sum(|bin| bin.examples.into())), (BINS, 1.0));
        for (i, bin) in reading.bins.iter().enumerate().filter(|(_, bin)| bin.examples > 0) {
            let mean = bin.confidence / f64::from(bin.examples);
            assert!(mean > i as f64 / 15.0 && mean <= (i + 1) as f64 / 15.0 + 1e-9, "{i}: {bin:?}");
        }
        assert!(reading.in_top_five.is_empty(), "of four classes five are no choice");
    }

    #[test]
    fn the_five_likeliest_are_counted_of_many_classes() {
        let (logits, labels) = made_up(300, 30);
        let found = reading(&logits, &labels, 30).in_top_five;
        // By sorting, a way of its own.
        let mut expected = vec![0; 30];
        for (row, &label) in logits.chunks(30).zip(&labels) {
            let mut order: Vec<usize> = (0..30).collect();
            order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
            expected[usize::from(label)] += u32::from(order[..5].contains(&usize::from(label)));
        }
        assert_eq!(found, expected);
        assert!(found.iter().sum::<u32>() > 0);
        let level = reading(&[0.0; 30], &[4], 30).in_top_five;
        assert_eq!((level[4], reading(&[0.0; 30], &[5], 30).in_top_five[5]), (1, 0), "ties go to the lower class");
    }

    #[test]
    fn the_halves_are_the_even_and_the_odd_examples() {
        let logits = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0];
        assert_eq!(halves(&logits, &[0, 0, 1], 2), [0.5, 0.0]);
        assert_eq!(halves(&[], &[], 2), [0.0, 0.0]);
    }

    #[test]
    fn no_idea_has_the_entropy_of_all_classes() {
        let logits = [0.0; 4];
        let log = log_softmax(&logits, 4);
        let m = metrics(&logits, &logits, &log, &[2], 4);
        assert!((m.entropy - 4.0_f64.ln()).abs() < 1e-12);
        assert!((entropy(&log) - m.entropy).abs() < 1e-12);
    }
}
