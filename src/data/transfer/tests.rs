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

#[test]
fn shares_are_in_proportion_and_no_class_is_missed() {
    assert_eq!(proportional(&[970, 30], 100), [97, 3]);
    assert_eq!(proportional(&[970, 30], 10), [9, 1], "a rare class is there");
    assert_eq!(proportional(&[970, 30], 1), [1, 0], "not where there is room for one only");
    assert_eq!(proportional(&[1, 1, 1], 2).iter().sum::<usize>(), 2);
    assert_eq!(proportional(&[5, 0, 3], 8), [5, 0, 3], "all there are");
    assert_eq!(proportional(&[333, 333, 334], 100), [33, 33, 34]);
    assert_eq!(proportional(&[0, 0], 0), [0, 0]);
    for size in 0..=60 {
        let shares = proportional(&[40, 1, 2, 17], size);
        assert_eq!(shares.iter().sum::<usize>(), size);
        assert!(shares.iter().zip([40, 1, 2, 17]).all(|(&share, count)| share <= count), "{shares:?}");
    }
}
