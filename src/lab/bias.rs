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

/// The bias with the most correct predictions over all classes on these examples (the smallest of equals), as the paper
/// chooses it, and what comes of it.
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
        if sum > most {
            (most, at) = (sum, i);
        }
    }
    let bias = (BIASES.start() + at as i32) as f32 * STEP;
    (bias, right(logits, labels, class, bias))
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
}
