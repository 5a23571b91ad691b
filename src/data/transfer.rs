//! The transfer set: what the students learn from, and the label noise that teacher and students share.
//!
//! A transfer set need not match production: classes can be missing, inputs can come from elsewhere or be mixed, and
//! an unlabelled pool can stand beside it for those who ask the teacher. All from the seed.

use super::{Dataset, Split, distort, rng};
use crate::config::{Config, Method, NoiseKind, Sampling, Shift};
use crate::data::example::Form;
use rand::RngExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the students of all replicates learn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transfer {
    /// Inputs made for it, with their true classes; `None` where it consists of training inputs as they are.
    pub made: Option<Split>,
    /// Label of every row, as training sees it: of the rows made, or of the training set and, without meaning, of the inputs
    /// that have none.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// Rows with labels, `[R][N]`.
    pub labelled: Vec<Vec<usize>>,
    /// Rows of the pool that has no labels, `[R][M]`; rows beyond the training set are those of [`Dataset::unlabelled`].
    pub pool: Vec<Vec<usize>>,
    /// Rows of the training set (whatever the transfer set is made of) that an arm on all labels learns from; empty without one.
    pub all: Vec<usize>,
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
    let on_all = |arm: crate::config::Arm| config.supervision(arm).is_some_and(|s| s.method == Method::AllLabels);
    if config.arms().into_iter().any(on_all) {
        transfer.all = eligible(data, labels, config);
        transfer.all.extend(labels.len() - config.added.len().min(labels.len())..labels.len());
    }
    for r in 0..config.replicates {
        let labelled = sample(data, labels, config, r);
        transfer.pool.push(pool(data, labels, config, r, &labelled));
        transfer.labelled.push(labelled);
    }
    transfer.labels.extend(&data.unlabelled.labels);
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
/// there are; balanced over the labels that training sees as evenly as they allow, in proportion to them, or as they come; whole texts;
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
        if config.sampling == Sampling::Stratified {
            let counts: Vec<usize> = by_class.iter().map(Vec::len).collect();
            for (members, share) in by_class.iter().zip(proportional(&counts, size)) {
                chosen.extend(&members[..share]);
            }
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

/// Shares of `size` in proportion to the counts, by the largest remainder; at least one of every class there is, where that
/// many are asked for. `size` is at most the sum of the counts.
fn proportional(counts: &[usize], size: usize) -> Vec<usize> {
    let all: usize = counts.iter().sum();
    let present = counts.iter().filter(|&&count| count > 0).count();
    let least = usize::from(size >= present);
    let exact = |count: usize| size as f64 * count as f64 / all.max(1) as f64;
    let mut shares: Vec<usize> =
        counts.iter().map(|&count| (exact(count) as usize).max(least.min(count)).min(count)).collect();
    // What is owed to each class decides who gets one more, or gives one up.
    let owed = |shares: &[usize], class: usize| exact(counts[class]) - shares[class] as f64;
    while shares.iter().sum::<usize>() < size {
        let open = (0..counts.len()).filter(|&class| shares[class] < counts[class]);
        let Some(class) = open.max_by(|&a, &b| owed(&shares, a).total_cmp(&owed(&shares, b)).then(b.cmp(&a))) else {
            break;
        };
        shares[class] += 1;
    }
    while shares.iter().sum::<usize>() > size {
        let open = (0..counts.len()).filter(|&class| shares[class] > least.min(counts[class]));
        let Some(class) = open.min_by(|&a, &b| owed(&shares, a).total_cmp(&owed(&shares, b)).then(a.cmp(&b))) else {
            break;
        };
        shares[class] -= 1;
    }
    shares
}

/// The replicate's pool: the inputs that have no label, then as they come from what its transfer set has left.
fn pool(data: &Dataset, labels: &[u8], config: &Config, replicate: usize, taken: &[usize]) -> Vec<usize> {
    if config.pool == 0 {
        return Vec::new();
    }
    let mut is_taken = vec![false; labels.len()];
    taken.iter().for_each(|&i| is_taken[i] = true);
    let mut left: Vec<usize> = eligible(data, labels, config).into_iter().filter(|&i| !is_taken[i]).collect();
    let mut rng = rng::stream(config.seed, "pool", replicate);
    rng::shuffle(&mut rng, &mut left);
    let mut pool: Vec<usize> = (labels.len()..labels.len() + data.unlabelled.len()).collect();
    rng::shuffle(&mut rng, &mut pool);
    pool.append(&mut left);
    pool.truncate(config.pool);
    pool
}

/// Training rows that one replicate's students learn from, whatever is made of them: its transfer set and its pool.
pub fn learned_from(data: &Dataset, labels: &[u8], config: &Config, replicate: usize) -> Vec<usize> {
    let mut rows = sample(data, labels, config, replicate);
    rows.extend(pool(data, labels, config, replicate, &rows));
    rows
}

/// The same transfer sets with their inputs shifted or mixed, as many as the settings say.
fn altered(plain: Transfer, data: &Dataset, other: Option<&Dataset>, config: &Config) -> Transfer {
    let Transfer { labels, labelled, pool, all, .. } = plain;
    let shift = config.shift;
    let mut made = Split::default();
    let mut given: Vec<u8> = Vec::new();
    // An input that several replicates have drawn is made once.
    let mut rows: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    let share = |share: f32, n: usize| (f64::from(share) * n as f64).round() as usize;
    let mut remade = |replicate: usize, indices: &[usize], mixable: bool| -> Vec<usize> {
        // Drawn at random, so that any excerpt of the set shows some of them.
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
                    let (split, place) = data.row(i);
                    distort::append(data, split, place, shift, amount, &mut rng, &mut made);
                    made.labels.push(split.labels[place]);
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
    Transfer { made: Some(made), labels: given, labelled, pool, all }
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
mod tests;
