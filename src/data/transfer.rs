//! The transfer set: what the students learn from, and the label noise that teacher and students share.

use super::{Dataset, rng};
use rand::RngExt;

/// Training labels as training sees them: a share of `noise` replaced by another class, uniformly.
///
/// Exactly `round(noise · N)` labels are wrong, so that the share is what the page says it is.
pub fn noisy_labels(data: &Dataset, noise: f32, seed: u32) -> Vec<u8> {
    let mut labels = data.train.labels.clone();
    let classes = data.classes.len() as u8;
    let mut rng = rng::stream(seed, "label-noise", 0);
    let mut order: Vec<usize> = (0..labels.len()).collect();
    rng::shuffle(&mut rng, &mut order);
    let wrong = (f64::from(noise) * labels.len() as f64).round() as usize;
    for &i in order.iter().take(wrong) {
        // One of the other classes, each as likely.
        let shift = rng.random_range(1..u32::from(classes)) as u8;
        labels[i] = (labels[i] + shift) % classes;
    }
    labels
}

/// Indices into the training set of one replicate's transfer set: `size` of them (all, if there are fewer),
/// balanced over the labels that training sees as evenly as they allow, in shuffled order.
pub fn sample(labels: &[u8], classes: usize, size: usize, seed: u32, replicate: usize) -> Vec<usize> {
    let mut rng = rng::stream(seed, "transfer", replicate);
    let mut by_class: Vec<Vec<usize>> = vec![Vec::new(); classes];
    for (i, &label) in labels.iter().enumerate() {
        by_class[usize::from(label)].push(i);
    }
    for members in &mut by_class {
        rng::shuffle(&mut rng, members);
    }
    let mut chosen = Vec::with_capacity(size.min(labels.len()));
    let mut round = 0;
    while chosen.len() < size.min(labels.len()) {
        // A round takes one of each class, in an order of its own, so that a remainder favours no class.
        let mut turn: Vec<usize> = (0..classes).collect();
        rng::shuffle(&mut rng, &mut turn);
        for class in turn {
            if chosen.len() < size
                && let Some(&i) = by_class[class].get(round)
            {
                chosen.push(i);
            }
        }
        round += 1;
    }
    rng::shuffle(&mut rng, &mut chosen);
    chosen
}

/// Endless batches of one network or replicate: passes over `0..n`, each in a new order. A batch may span two
/// passes, so that every batch is full.
pub struct Batches {
    rng: rand_chacha::ChaCha8Rng,
    order: Vec<usize>,
    next: usize,
}

impl Batches {
    /// Batches over `0..n` (n > 0) for that purpose and index under the seed.
    pub fn new(n: usize, seed: u32, purpose: &str, index: usize) -> Self {
        let mut rng = rng::stream(seed, purpose, index);
        let mut order: Vec<usize> = (0..n.max(1)).collect();
        rng::shuffle(&mut rng, &mut order);
        Self { rng, order, next: 0 }
    }

    /// Appends the next `size` indices to `out`.
    pub fn extend(&mut self, size: usize, out: &mut Vec<usize>) {
        for _ in 0..size {
            if self.next == self.order.len() {
                rng::shuffle(&mut self.rng, &mut self.order);
                self.next = 0;
            }
            out.push(self.order[self.next]);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::points;
    use super::*;

    #[test]
    fn the_share_of_wrong_labels_is_what_was_asked() {
        let data = points::spiral(1);
        let noisy = noisy_labels(&data, 0.3, 1);
        let wrong = noisy.iter().zip(&data.train.labels).filter(|(a, b)| a != b).count();
        assert_eq!(wrong, 300);
        assert_eq!(noisy_labels(&data, 0.0, 1), data.train.labels);
    }

    #[test]
    fn a_sample_is_balanced_has_no_repeats_and_differs_by_replicate() {
        let data = points::spiral(1);
        let s = sample(&data.train.labels, 3, 100, 1, 0);
        let mut unique = s.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 100);
        for class in 0..3 {
            let count = s.iter().filter(|&&i| data.train.labels[i] == class).count();
            assert!((33..=34).contains(&count));
        }
        assert_eq!(s, sample(&data.train.labels, 3, 100, 1, 0));
        assert_ne!(s, sample(&data.train.labels, 3, 100, 1, 1));
    }

    #[test]
    fn a_sample_larger_than_the_set_is_the_set() {
        let data = points::moons(1);
        assert_eq!(sample(&data.train.labels, 2, 10_000, 1, 0).len(), points::TRAIN);
    }

    #[test]
    fn batches_pass_over_everything_before_they_repeat() {
        let mut batches = Batches::new(10, 1, "batches", 0);
        let mut first = Vec::new();
        batches.extend(4, &mut first);
        batches.extend(6, &mut first);
        first.sort_unstable();
        assert_eq!(first, (0..10).collect::<Vec<_>>());
        let mut more = Vec::new();
        batches.extend(25, &mut more);
        assert_eq!(more.len(), 25);
    }
}
