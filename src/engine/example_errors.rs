//! Uncertainty of comparisons that comes from the draw of the test examples.
//!
//! A measure is written as a mean over examples of a value that each contributes. Of two arms, what an example contributes to
//! the difference (its mean over replicates) varies over the examples; its standard error is what another test set of the
//! same size would change. Balanced accuracy and macro-F1 are not means; their values are influence functions (Hampel 1974),
//! the linear part of how the measure changes when an example is weighed more.

use crate::engine::metrics::log_softmax;
use crate::experiment::ExampleErrors;
use crate::losses::argmax;

/// What a measurement of all students on the test set gives to work with.
#[derive(Clone, Copy)]
pub struct Predictions<'a> {
    /// Logits `[R][A]` of `[N, C]` flattened, row-major.
    pub networks: &'a [Vec<f32>],
    /// Arms A.
    pub arms: usize,
    /// True classes `[N]`.
    pub labels: &'a [u8],
    /// Classes C.
    pub classes: usize,
    /// First row of each cluster of rows that are not independent (characters of a text), ascending; empty where each row is
    /// independent.
    pub clusters: &'a [usize],
}

/// What each example contributes to the four measures, `[N]` each.
struct Contributions {
    accuracy: Vec<f64>,
    balanced: Vec<f64>,
    f1: Vec<f64>,
    nll: Vec<f64>,
}

/// Contributions of one network: the mean of each over the examples is the measure itself.
fn contributions(logits: &[f32], labels: &[u8], classes: usize) -> Contributions {
    let n = labels.len() as f64;
    let answers: Vec<usize> = logits.chunks_exact(classes.max(1)).map(argmax).collect();
    let log_q = log_softmax(logits, classes);
    let (mut support, mut predicted, mut correct) = (vec![0.0; classes], vec![0.0; classes], vec![0.0; classes]);
    for (&answer, &label) in answers.iter().zip(labels) {
        let label = usize::from(label);
        support[label] += 1.0;
        predicted[answer] += 1.0;
        correct[label] += f64::from(u8::from(answer == label));
    }
    let present = support.iter().filter(|&&count| count > 0.0).count().max(1) as f64;
    // F1 of class c is 2 · correct / (support + predicted), of classes that are in the test set.
    let f1 = |c: usize| 2.0 * correct[c] / (support[c] + predicted[c]);
    let balanced = (0..classes).filter(|&c| support[c] > 0.0).map(|c| correct[c] / support[c]).sum::<f64>() / present;
    let macro_f1 = (0..classes).filter(|&c| support[c] > 0.0).map(f1).sum::<f64>() / present;
    let mut out = Contributions { accuracy: vec![], balanced: vec![], f1: vec![], nll: vec![] };
    for (i, (&answer, &label)) in answers.iter().zip(labels).enumerate() {
        let label = usize::from(label);
        let hit = f64::from(u8::from(answer == label));
        out.accuracy.push(hit);
        out.balanced.push(balanced + n * (hit - correct[label] / support[label]) / (present * support[label]));
        // Derivative of the ratio: (2 · hit − F1 · (is of the class + answered as the class)) / denominator.
        let of_label = (2.0 * hit - f1(label)) / (support[label] + predicted[label]);
        let of_answer = if support[answer] > 0.0 { -f1(answer) / (support[answer] + predicted[answer]) } else { 0.0 };
        out.f1.push(macro_f1 + n * (of_label + of_answer) / present);
        out.nll.push(-log_q[i * classes + label]);
    }
    out
}

/// Standard error of a mean over examples; clusters of examples count as one each, by their sums.
fn standard_error(values: &[f64], clusters: &[usize]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sums: Vec<f64> = if clusters.is_empty() {
        values.iter().map(|v| v - mean).collect()
    } else {
        let ends = clusters.iter().skip(1).copied().chain([values.len()]);
        clusters.iter().zip(ends).map(|(&start, end)| values[start..end].iter().map(|v| v - mean).sum()).collect()
    };
    let count = sums.len() as f64;
    if count < 2.0 {
        return f64::NAN;
    }
    (sums.iter().map(|sum| sum * sum).sum::<f64>() * count / (count - 1.0)).sqrt() / n
}

/// Standard errors of all differences between arms.
pub fn example_errors(of: Predictions<'_>) -> ExampleErrors {
    let (n, arms) = (of.labels.len(), of.arms);
    if n == 0 || arms == 0 || of.networks.is_empty() {
        return ExampleErrors::default();
    }
    let replicates = (of.networks.len() / arms).max(1) as f64;
    // Sums over replicates, by measure, [A] of [N].
    let mut sums: [Vec<Vec<f64>>; 4] = std::array::from_fn(|_| vec![vec![0.0; n]; arms]);
    for (place, logits) in of.networks.iter().enumerate() {
        let c = contributions(logits, of.labels, of.classes);
        for (sums, values) in sums.iter_mut().zip([c.accuracy, c.balanced, c.f1, c.nll]) {
            sums[place % arms].iter_mut().zip(values).for_each(|(sum, value)| *sum += value / replicates);
        }
    }
    let [accuracy, balanced_accuracy, macro_f1, nll] = sums.map(|of_arms| {
        let mut errors = vec![0.0; arms * arms];
        for a in 0..arms {
            for b in 0..a {
                let difference: Vec<f64> = of_arms[a].iter().zip(&of_arms[b]).map(|(a, b)| a - b).collect();
                let error = standard_error(&difference, of.clusters);
                (errors[a * arms + b], errors[b * arms + a]) = (error, error);
            }
        }
        errors
    });
    let examples = if of.clusters.is_empty() { n } else { of.clusters.len() };
    ExampleErrors { examples, accuracy, balanced_accuracy, macro_f1, nll }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits that answer these classes.
    fn answering(answers: &[usize], classes: usize) -> Vec<f32> {
        answers.iter().flat_map(|&answer| (0..classes).map(move |c| if c == answer { 2.0 } else { 0.0 })).collect()
    }

    #[test]
    fn the_error_of_a_difference_is_that_of_the_paired_examples() {
        // Arm 0 right on all four; arm 1 right on the first two: differences 0, 0, 1, 1; s = 0.577, over √4.
        let networks = [answering(&[0, 1, 0, 1], 2), answering(&[0, 1, 1, 0], 2)];
        let labels = [0, 1, 0, 1];
        let all = Predictions { networks: &networks, arms: 2, labels: &labels, classes: 2, clusters: &[] };
        let errors = example_errors(all);
        assert_eq!((errors.examples, errors.accuracy.len()), (4, 4));
        assert!((errors.accuracy[1] - (1.0_f64 / 3.0).sqrt() / 2.0).abs() < 1e-12, "{errors:?}");
        assert_eq!((errors.accuracy[0], errors.accuracy[1]), (0.0, errors.accuracy[2]));
        // Balanced classes: balanced accuracy is accuracy.
        assert!((errors.balanced_accuracy[1] - errors.accuracy[1]).abs() < 1e-12);
        // Two texts of two characters each: cluster sums −1, 1 around the mean ½.
        let clustered = example_errors(Predictions { clusters: &[0, 2], ..all });
        assert_eq!(clustered.examples, 2);
        assert!((clustered.accuracy[1] - (2.0_f64 * 2.0).sqrt() / 4.0).abs() < 1e-12, "{clustered:?}");
    }

    #[test]
    fn contributions_average_to_the_measures() {
        let (labels, answers) = ([0, 0, 0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 2, 1, 0, 2]);
        let c = contributions(&answering(&answers, 4), &labels, 4);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / 8.0;
        assert!((mean(&c.accuracy) - 5.0 / 8.0).abs() < 1e-12);
        assert!((mean(&c.balanced) - (3.0 / 5.0 + 1.0 / 2.0 + 1.0) / 3.0).abs() < 1e-12);
        // F1: class 0: 2·3/(5+4), class 1: 2·1/(2+2), class 2: 2·1/(1+2).
        assert!((mean(&c.f1) - (6.0 / 9.0 + 0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn influences_are_what_one_example_more_changes() {
        // Duplicate an example and compare the measure's change with the influence over n + 1.
        let labels: Vec<u8> = (0..300).map(|i| [0, 0, 0, 1, 1, 2][i % 6]).collect();
        let answers: Vec<usize> = (0..300).map(|i| (i * 7 + i / 5) % 3).collect();
        let measure = |labels: &[u8], answers: &[usize]| {
            let c = contributions(&answering(answers, 3), labels, 3);
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            (mean(&c.balanced), mean(&c.f1), c)
        };
        let (balanced, f1, c) = measure(&labels, &answers);
        for i in [0, 3, 5, 17, 100] {
            let (mut more_labels, mut more_answers) = (labels.clone(), answers.clone());
            more_labels.push(labels[i]);
            more_answers.push(answers[i]);
            let (more_balanced, more_f1, _) = measure(&more_labels, &more_answers);
            for (more, before, influence) in [(more_balanced, balanced, c.balanced[i]), (more_f1, f1, c.f1[i])] {
                let change = (influence - before) / 301.0;
                assert!((more - before - change).abs() < 0.03 * change.abs() + 2e-5, "{i}: {} {change}", more - before);
            }
        }
    }

    #[test]
    fn nothing_measured_gives_nothing() {
        let nothing = Predictions { networks: &[], arms: 2, labels: &[], classes: 2, clusters: &[] };
        assert_eq!(example_errors(nothing), ExampleErrors::default());
    }
}
