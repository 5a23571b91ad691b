//! The transfer set: what the students learn from, and the label noise that teacher and students share.
//!
//! A transfer set need not match production: classes can be missing, inputs can come from elsewhere or be mixed, and
//! an unlabelled pool can stand beside it for those who ask the teacher. All from the seed.

use super::{Dataset, Split, distort, rng};
use crate::config::{Config, NoiseKind, Sampling, Shift};
use crate::data::example::Form;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the students of all replicates learn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// Inputs made for it, with their true classes; `None` where it consists of training inputs as they are.
    pub made: Option<Split>,
    /// Label of every row, as training sees it: of the rows made, or of the training set.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// Rows with labels, `[R][N]`.
    pub labelled: Vec<Vec<usize>>,
    /// Rows of the pool that has no labels, `[R][M]`.
    pub pool: Vec<Vec<usize>>,
}

/// Training labels as training sees them: a share of `config.label_noise` replaced by another class.
///
/// Exactly `round(noise · N)` labels are wrong, so that the share is what the page says it is.
pub fn noisy_labels(data: &Dataset, config: &Config) -> Vec<u8> {
    let mut labels = data.train.labels.clone();
    let wrong = (f64::from(config.label_noise) * labels.len() as f64).round() as usize;
    if wrong == 0 {
        return labels;
    }
    let classes = data.classes.len() as u8;
    let mut rng = rng::stream(config.seed, "label-noise", 0);
    let mut order: Vec<usize> = (0..labels.len()).collect();
    rng::shuffle(&mut rng, &mut order);
    let nearest = match config.noise_kind {
        NoiseKind::Uniform => Vec::new(),
        NoiseKind::Similar => most_similar(data),
    };
    for &i in order.iter().take(wrong) {
        // One of the other classes, each as likely, or the nearest.
        let shift = rng.random_range(1..u32::from(classes)) as u8;
        labels[i] = nearest.get(usize::from(labels[i])).copied().unwrap_or((labels[i] + shift) % classes);
    }
    labels
}

/// For each class the one whose mean input is nearest (squared Euclidean distance, inputs as networks take them).
pub fn most_similar(data: &Dataset) -> Vec<u8> {
    let (d, classes) = (data.dimensions, data.classes.len());
    let inputs = data.encode(&data.train);
    let mut means = vec![vec![0.0_f64; d]; classes];
    let mut counts = vec![0_usize; classes];
    for (row, &label) in inputs.chunks(d).zip(&data.train.labels) {
        counts[usize::from(label)] += 1;
        means[usize::from(label)].iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    for (mean, &count) in means.iter_mut().zip(&counts) {
        mean.iter_mut().for_each(|sum| *sum /= count.max(1) as f64);
    }
    let apart = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    (0..classes)
        .map(|own| {
            let others = (0..classes).filter(|&other| other != own && counts[other] > 0);
            let nearest =
                others.min_by(|&a, &b| apart(&means[own], &means[a]).total_cmp(&apart(&means[own], &means[b])));
            nearest.unwrap_or((own + 1) % classes) as u8
        })
        .collect()
}

/// Every replicate's transfer set. `labels` are the training labels as training sees them; `other` is the other image
/// task, where the transfer set comes from there.
pub fn draw(data: &Dataset, other: Option<&Dataset>, labels: &[u8], config: &Config) -> Transfer {
    let mut transfer = Transfer { labels: labels.to_vec(), ..Transfer::default() };
    for r in 0..config.replicates {
        let labelled = sample(data, labels, config, r);
        transfer.pool.push(pool(data, labels, config, r, &labelled));
        transfer.labelled.push(labelled);
    }
    if config.alters_inputs() && config.shift != Shift::Written {
        transfer = altered(transfer, data, other, config);
    }
    transfer
}

/// Training indices whose class the transfer set does not leave out, added points apart.
fn eligible(data: &Dataset, labels: &[u8], config: &Config) -> Vec<usize> {
    let out = |label: u8| config.left_out.contains(&usize::from(label));
    let drawn = labels.len() - config.added.len().min(labels.len());
    (0..drawn).filter(|&i| !out(labels[i]) && !out(data.train.labels[i])).collect()
}

/// Indices into the training set of one replicate's transfer set, in shuffled order: as many as asked for, or all
/// there are; balanced over the labels that training sees as evenly as they allow, or as they come; whole texts;
/// and every point that the user added.
pub fn sample(data: &Dataset, labels: &[u8], config: &Config, replicate: usize) -> Vec<usize> {
    let mut rng = rng::stream(config.seed, "transfer", replicate);
    let mut eligible = eligible(data, labels, config);
    let size = config.transfer_size.min(eligible.len());
    let mut chosen = Vec::with_capacity(size);
    if let Form::Text(context) = data.form {
        let starts: Vec<usize> = super::names::starts(&data.train, context);
        let mut texts: Vec<(usize, usize)> =
            starts.iter().zip(starts.iter().skip(1).chain([&labels.len()])).map(|(&a, &b)| (a, b)).collect();
        rng::shuffle(&mut rng, &mut texts);
        let kept = |i: &usize| eligible.binary_search(i).is_ok();
        chosen.extend(texts.into_iter().flat_map(|(a, b)| a..b).filter(kept).take(size));
    } else if config.sampling == Sampling::AsItComes {
        rng::shuffle(&mut rng, &mut eligible);
        chosen.extend(eligible.iter().take(size));
    } else {
        let mut by_class: Vec<Vec<usize>> = vec![Vec::new(); data.classes.len()];
        for &i in &eligible {
            by_class[usize::from(labels[i])].push(i);
        }
        for members in &mut by_class {
            rng::shuffle(&mut rng, members);
        }
        let mut round = 0;
        while chosen.len() < size {
            // A round takes one of each class, in an order of its own, so that a remainder favours no class.
            let mut turn: Vec<usize> = (0..by_class.len()).collect();
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
    }
    chosen.extend(labels.len() - config.added.len().min(labels.len())..labels.len());
    rng::shuffle(&mut rng, &mut chosen);
    chosen
}

/// The replicate's pool: as they come, from what its transfer set has left.
fn pool(data: &Dataset, labels: &[u8], config: &Config, replicate: usize, taken: &[usize]) -> Vec<usize> {
    if config.pool == 0 {
        return Vec::new();
    }
    let mut is_taken = vec![false; labels.len()];
    taken.iter().for_each(|&i| is_taken[i] = true);
    let mut left: Vec<usize> = eligible(data, labels, config).into_iter().filter(|&i| !is_taken[i]).collect();
    rng::shuffle(&mut rng::stream(config.seed, "pool", replicate), &mut left);
    left.truncate(config.pool);
    left
}

/// The same transfer sets with their inputs shifted or mixed, as many as the settings say.
fn altered(plain: Transfer, data: &Dataset, other: Option<&Dataset>, config: &Config) -> Transfer {
    let Transfer { labels, labelled, pool, .. } = plain;
    let shift = config.shift;
    let mut made = Split::default();
    let mut given: Vec<u8> = Vec::new();
    // An input that several replicates have drawn is made once.
    let mut rows: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    let share = |share: f32, n: usize| (f64::from(share) * n as f64).round() as usize;
    let mut remade = |replicate: usize, indices: &[usize], mixable: bool| -> Vec<usize> {
        // Which of them is drawn by lot, so that a part of them is seen wherever one looks.
        let mut lot: Vec<usize> = (0..indices.len()).collect();
        rng::shuffle(&mut rng::stream(config.seed, "altered", replicate), &mut lot);
        let shifted = if shift == Shift::None { 0 } else { share(config.shift_share, indices.len()) };
        let mixed = if mixable { share(config.mixup, indices.len()) } else { 0 };
        let mut out: Vec<usize> = Vec::with_capacity(indices.len());
        for (place, &i) in indices.iter().enumerate() {
            let is_shifted = lot[place] < shifted;
            out.push(*rows.entry((i, is_shifted)).or_insert_with(|| {
                let mut rng = rng::stream(config.seed, "shift", i);
                if is_shifted
                    && shift == Shift::OtherTask
                    && let Some(other) = other
                {
                    // Whoever labelled these had no right answer: they keep the number of their own class.
                    let j = rng.random_range(0..other.train.len() as u32) as usize;
                    distort::append(other, &other.train, j, Shift::None, 0.0, &mut rng, &mut made);
                    let label = other.train.labels[j] % data.classes.len() as u8;
                    made.labels.push(label);
                    given.push(label);
                } else {
                    let amount = if is_shifted { config.shift_amount } else { 0.0 };
                    distort::append(data, &data.train, i, shift, amount, &mut rng, &mut made);
                    made.labels.push(data.train.labels[i]);
                    given.push(labels[i]);
                }
                given.len() - 1
            }));
        }
        let before = out.clone();
        let mut rng = rng::stream(config.seed, "mixup", replicate);
        for place in (0..indices.len()).filter(|&place| lot[place] >= indices.len() - mixed) {
            let partner = before[rng.random_range(0..before.len() as u32) as usize];
            // λ uniform, Beta(1, 1) of Zhang et al. 2018; the heavier input gives the hard label, since these cannot mix.
            let weight = 0.5 + 0.5 * rng.random::<f32>();
            distort::append_mixed(data, before[place], partner, weight, &mut made);
            made.labels.push(made.labels[before[place]]);
            given.push(given[before[place]]);
            out[place] = given.len() - 1;
        }
        out
    };
    let labelled = labelled.iter().enumerate().map(|(r, indices)| remade(r, indices, true)).collect();
    let pool = pool.iter().enumerate().map(|(r, indices)| remade(r, indices, false)).collect();
    Transfer { made: Some(made), labels: given, labelled, pool }
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

    /// Settings of a spiral with that transfer set size.
    fn of(n: usize) -> Config {
        Config { transfer_size: n, replicates: 2, ..Config::for_task(crate::config::Task::Spiral) }
    }

    #[test]
    fn the_share_of_wrong_labels_is_what_was_asked() {
        let data = points::spiral(1);
        for kind in [NoiseKind::Uniform, NoiseKind::Similar] {
            let noisy = noisy_labels(&data, &Config { label_noise: 0.3, noise_kind: kind, ..of(20) });
            let wrong = noisy.iter().zip(&data.train.labels).filter(|(a, b)| a != b).count();
            assert_eq!(wrong, 300);
        }
        assert_eq!(noisy_labels(&data, &of(20)), data.train.labels);
    }

    #[test]
    fn similar_noise_takes_the_nearest_class() {
        // The middle of a disc and of the rings around it is the same; of blobs at a square's corners it is not.
        let data = points::blobs(1);
        let nearest = most_similar(&data);
        for (own, &other) in nearest.iter().enumerate() {
            assert_ne!(own, usize::from(other));
            assert_ne!((own + 2) % 4, usize::from(other), "the opposite corner is farther than a neighbour");
        }
        let config = Config { label_noise: 0.5, noise_kind: NoiseKind::Similar, ..of(20) };
        for (noisy, &label) in noisy_labels(&data, &config).iter().zip(&data.train.labels) {
            assert!(*noisy == label || *noisy == nearest[usize::from(label)]);
        }
    }

    #[test]
    fn a_sample_is_balanced_has_no_repeats_and_differs_by_replicate() {
        let data = points::spiral(1);
        let sample = |r| sample(&data, &data.train.labels, &of(100), r);
        let s = sample(0);
        let mut unique = s.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), 100);
        for class in 0..3 {
            let count = s.iter().filter(|&&i| data.train.labels[i] == class).count();
            assert!((33..=34).contains(&count));
        }
        assert_eq!(s, sample(0));
        assert_ne!(s, sample(1));
    }

    #[test]
    fn a_sample_larger_than_the_set_is_the_set() {
        let data = points::moons(1);
        assert_eq!(sample(&data, &data.train.labels, &of(10_000), 0).len(), points::TRAIN);
    }

    #[test]
    fn a_class_left_out_is_in_neither_sample_nor_pool() {
        let data = points::spiral(1);
        let config = Config { left_out: vec![1], pool: 300, ..of(100) };
        let t = draw(&data, None, &data.train.labels, &config);
        assert_eq!((t.labelled[0].len(), t.pool[0].len()), (100, 300));
        assert!(t.labelled.iter().chain(&t.pool).flatten().all(|&i| t.labels[i] != 1));
        assert!(t.labelled[0].iter().all(|i| !t.pool[0].contains(i)), "the pool is of other examples");
        assert_eq!(
            draw(&data, None, &data.train.labels, &Config { left_out: vec![0, 1, 2], ..of(100) }).labelled[0].len(),
            0
        );
    }

    #[test]
    fn an_unlooked_at_sample_may_miss_balance_and_has_its_size() {
        let data = points::blobs(1);
        let s = sample(&data, &data.train.labels, &Config { sampling: Sampling::AsItComes, ..of(40) }, 0);
        let counts: Vec<usize> = (0..4).map(|c| s.iter().filter(|&&i| data.train.labels[i] == c).count()).collect();
        assert_eq!(s.len(), 40);
        assert_ne!(counts, [10; 4]);
    }

    #[test]
    fn the_shifted_share_is_what_was_asked_and_the_rest_is_as_it_was() {
        let data = points::moons(1);
        let config = Config { shift: Shift::Moved, shift_amount: 1.0, shift_share: 0.25, ..of(40) };
        let t = draw(&data, None, &data.train.labels, &config);
        let made = t.made.as_ref().unwrap();
        let plain = draw(&data, None, &data.train.labels, &of(40));
        let moved = t.labelled[0].iter().zip(&plain.labelled[0]).filter(|&(&new, &old)| {
            let at = |split: &Split, i: usize| split.numbers[2 * i];
            (at(made, new) - at(&data.train, old)).abs() > 0.5
        });
        assert_eq!(moved.count(), 10);
        assert_eq!(draw(&data, None, &data.train.labels, &Config { shift_amount: 0.0, ..config }).made, None);
    }

    #[test]
    fn mixed_inputs_lie_between_two_of_the_transfer_set() {
        let data = points::moons(1);
        let t = draw(&data, None, &data.train.labels, &Config { mixup: 0.5, ..of(40) });
        let made = t.made.as_ref().unwrap();
        let plain = draw(&data, None, &data.train.labels, &of(40));
        let at = |split: &Split, i: usize| [split.numbers[2 * i], split.numbers[2 * i + 1]];
        let mut whole = 0;
        for (&new, &old) in t.labelled[0].iter().zip(&plain.labelled[0]) {
            let (p, a) = (at(made, new), at(&data.train, old));
            assert_eq!(t.labels[new], data.train.labels[old], "the heavier input gives the label");
            whole += usize::from(p == a);
            // p = w · a + (1 − w) · b with some other input b of the sample, and w at least a half.
            let between = plain.labelled[0].iter().any(|&i| {
                let b = at(&data.train, i);
                let length = (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2);
                let w = if length > 0.0 {
                    ((p[0] - b[0]) * (a[0] - b[0]) + (p[1] - b[1]) * (a[1] - b[1])) / length
                } else {
                    1.0
                };
                let off = (0..2).map(|k| (w * a[k] + (1.0 - w) * b[k] - p[k]).abs()).fold(0.0, f32::max);
                off < 1e-4 && (0.4999..=1.0001).contains(&w)
            });
            assert!(between, "{p:?} lies between {a:?} and another");
        }
        assert!((20..=22).contains(&whole), "half are mixed; one mixed with itself stays what it was: {whole}");
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
