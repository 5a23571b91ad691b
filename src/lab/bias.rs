//! A bias on one class of a trained network: what Hinton et al. (2015, §3) turn to bring back a class that the transfer
//! set left out. Works on logits, so that it acts at once.

use std::ops::RangeInclusive;

/// Biases that are tried and offered, in logits.
pub const BIASES: RangeInclusive<i32> = -20..=80;
/// Logits of one of these steps.
pub const STEP: f32 = 0.1;

/// What a network gets right, as counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Right {
    /// Correct predictions.
    pub all: usize,
    /// Of so many.
    pub of_all: usize,
    /// Right answers on the class in question.
    pub class: usize,
    /// Of so many.
    pub of_class: usize,
}

impl Right {
    /// Per cent right, over all.
    pub fn accuracy(&self) -> f64 {
        100.0 * self.all as f64 / self.of_all.max(1) as f64
    }

    /// Per cent right on the class in question.
    pub fn on_class(&self) -> f64 {
        100.0 * self.class as f64 / self.of_class.max(1) as f64
    }
}

/// The classes that have examples: with the others there is nothing to be right on.
pub fn with_examples(labels: &[u8]) -> Vec<usize> {
    let mut any = [false; 256];
    labels.iter().for_each(|&label| any[usize::from(label)] = true);
    (0..any.len()).filter(|&class| any[class]).collect()
}

/// The class to begin with: the first that was left out and has examples; `None` where there is none.
pub fn missing(left_out: &[usize], labels: &[u8]) -> Option<usize> {
    let known = with_examples(labels);
    left_out.iter().copied().find(|class| known.contains(class))
}

/// What one network (`logits` `[N, C]` flattened, row-major) gets right with `bias` added to the logit of `class`.
pub fn right(logits: &[f32], labels: &[u8], class: usize, bias: f32) -> Right {
    let classes = logits.len() / labels.len().max(1);
    let mut right = Right::default();
    for (row, &label) in logits.chunks_exact(classes.max(1)).zip(labels) {
        let at = |i: usize| row[i] + if i == class { bias } else { 0.0 };
        let mut answer = 0;
        for i in 1..classes {
            if at(i) > at(answer) {
                answer = i;
            }
        }
        let of_class = usize::from(label) == class;
        let good = answer == usize::from(label);
        right.of_all += 1;
        right.all += usize::from(good);
        right.of_class += usize::from(of_class);
        right.class += usize::from(of_class && good);
    }
    right
}

/// The bias with the most correct predictions over all classes on these examples, as the paper chooses it, and what comes of
/// it; of equals the one nearest to 0.
pub fn best(logits: &[f32], labels: &[u8], class: usize) -> (f32, Right) {
    // An example is right from one bias on, up to one, or always, or never: two passes count all biases.
    let classes = logits.len() / labels.len().max(1);
    let steps = (BIASES.end() - BIASES.start() + 1) as usize;
    let mut gains = vec![0_i32; steps + 1];
    let place = |margin: f32| {
        // The first step whose bias lifts the class above `margin`.
        let first = (margin / STEP).floor() as i32 + 1;
        (first - BIASES.start()).clamp(0, steps as i32) as usize
    };
    for (row, &label) in logits.chunks_exact(classes.max(1)).zip(labels) {
        let label = usize::from(label);
        let others = (0..classes).filter(|&i| i != class);
        let Some(extra_arm) = others.max_by(|&a, &b| row[a].total_cmp(&row[b])) else { continue };
        let from = place(row[extra_arm] - row[class]);
        if label == class {
            gains[from] += 1;
        } else if extra_arm == label {
            gains[0] += 1;
            gains[from] -= 1;
        }
    }
    let (mut sum, mut most, mut at) = (0, i32::MIN, 0);
    for (i, gain) in gains.iter().take(steps).enumerate() {
        sum += gain;
        let away = |place: usize| (BIASES.start() + place as i32).abs();
        if sum > most || (sum == most && away(i) < away(at)) {
            (most, at) = (sum, i);
        }
    }
    let bias = (BIASES.start() + at as i32) as f32 * STEP;
    (bias, right(logits, labels, class, bias))
}

/// The best bias chosen on one half of the examples and measured on the other, both ways: no example is measured with a bias
/// that it had a part in choosing. Mean of the two biases, and what they get right on all examples together.
pub fn cross_fitted(logits: &[f32], labels: &[u8], class: usize) -> (f32, Right) {
    let classes = logits.len() / labels.len().max(1);
    let half = |which: usize| {
        let of = |i: &usize| i % 2 == which;
        let rows: Vec<f32> =
            (0..labels.len()).filter(of).flat_map(|i| &logits[i * classes..(i + 1) * classes]).copied().collect();
        (rows, (0..labels.len()).filter(of).map(|i| labels[i]).collect::<Vec<u8>>())
    };
    let (even, odd) = (half(0), half(1));
    let (from_even, from_odd) = (best(&even.0, &even.1, class).0, best(&odd.0, &odd.1, class).0);
    let (a, b) = (right(&odd.0, &odd.1, class, from_even), right(&even.0, &even.1, class, from_odd));
    let sum = Right {
        all: a.all + b.all,
        of_all: a.of_all + b.of_all,
        class: a.class + b.class,
        of_class: a.of_class + b.of_class,
    };
    ((from_even + from_odd) / 2.0, sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rng;
    use rand::RngExt;

    #[test]
    fn a_bias_turns_answers_towards_its_class() {
        let logits = [1.0, 0.0, 0.5, 0.2, 1.0, 0.4];
        let labels = [0, 1];
        assert_eq!(right(&logits, &labels, 1, 0.0), Right { all: 2, of_all: 2, class: 1, of_class: 1 });
        assert_eq!(right(&logits, &labels, 2, 0.55), Right { all: 1, of_all: 2, class: 0, of_class: 0 });
        assert_eq!(right(&logits, &labels, 1, 2.0), Right { all: 1, of_all: 2, class: 1, of_class: 1 });
    }

    #[test]
    fn a_class_without_examples_is_not_offered() {
        assert_eq!(with_examples(&[4, 1, 1, 4]), [1, 4]);
        assert_eq!(missing(&[0, 4, 1], &[4, 1, 1, 4]), Some(4));
        assert_eq!((missing(&[0], &[1, 2]), missing(&[], &[1, 2])), (None, None));
    }

    #[test]
    fn the_best_bias_is_the_best_of_all_that_are_tried() {
        let mut rng = rng::stream(1, "test", 0);
        let logits: Vec<f32> = (0..300 * 5).map(|_| 4.0 * rng.random::<f32>()).collect();
        let labels: Vec<u8> = (0..300).map(|i| (i % 5) as u8).collect();
        for class in 0..5 {
            let tried = BIASES.map(|step| right(&logits, &labels, class, step as f32 * STEP).all);
            assert_eq!(best(&logits, &labels, class).1.all, tried.max().unwrap());
        }
    }

    #[test]
    fn of_equally_good_biases_the_one_nearest_to_none_is_chosen() {
        // Two sure networks: no bias up to 5 changes an answer.
        let logits = [9.0, 0.0, 0.0, 9.0];
        assert_eq!(best(&logits, &[0, 1], 1).0, 0.0);
        assert_eq!(best(&[], &[], 0).0, 0.0);
    }

    #[test]
    fn a_cross_fitted_bias_is_not_measured_where_it_was_chosen() {
        let mut rng = rng::stream(2, "test", 0);
        // Nothing to be known: whatever bias is chosen does no better than chance on the other half.
        let logits: Vec<f32> = (0..4_000).map(|_| rng.random::<f32>()).collect();
        let labels: Vec<u8> = (0..2_000).map(|i| (i / 2 % 2) as u8).collect();
        let (chosen, measured) = (best(&logits, &labels, 1).1, cross_fitted(&logits, &labels, 1).1);
        assert_eq!((measured.of_all, measured.of_class), (2_000, 1_000));
        assert!(measured.accuracy() < chosen.accuracy(), "{measured:?} {chosen:?}");
    }
}
