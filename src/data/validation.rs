//! A validation set: examples of the training set that neither teacher nor students learn from, to choose settings on, so that
//! the test set stays unseen until a choice is made.

use super::example::Form;
use super::{Dataset, GivenTeacher, Split, names, rng};
use std::rc::Rc;

/// Share of the training examples that are held out.
const SHARE: f64 = 0.15;
/// Most examples that are held out.
const MAX_EXAMPLES: usize = 2_000;

/// Examples that are held out of so many, about: whole classes' shares and whole texts may make it a few more or less.
pub fn held_out(examples: usize) -> usize {
    ((examples as f64 * SHARE).round() as usize).min(MAX_EXAMPLES)
}

/// The same task with the held-out examples in place of the test set, and without them in the training set. Of every class its
/// share is held out, at least one where it has several; of texts whole ones.
pub fn hold_out(data: &Dataset, seed: u32) -> Dataset {
    let train = &data.train;
    let wanted = held_out(train.len());
    let share = wanted as f64 / train.len().max(1) as f64;
    let mut is_held_out = vec![false; train.len()];
    let mut rng = rng::stream(seed, "validation", 0);
    if let Form::Text(context) = data.form {
        let starts = names::starts(train, context);
        let ends = starts.iter().skip(1).copied().chain([train.len()]);
        let mut texts: Vec<(usize, usize)> = starts.iter().copied().zip(ends).collect();
        rng::shuffle(&mut rng, &mut texts);
        let mut taken = 0;
        for (start, end) in texts.into_iter().take_while(|&(start, end)| {
            taken += end - start;
            taken <= wanted
        }) {
            is_held_out[start..end].fill(true);
        }
    } else {
        for class in 0..data.classes.len() {
            let mut members: Vec<usize> = (0..train.len()).filter(|&i| usize::from(train.labels[i]) == class).collect();
            rng::shuffle(&mut rng, &mut members);
            let count = (share * members.len() as f64).round() as usize;
            let count = count.max(usize::from(members.len() > 1));
            members.iter().take(count).for_each(|&i| is_held_out[i] = true);
        }
    }
    let given = data.given.as_ref().map(|given| {
        let classes = data.classes.len();
        let of = |wanted: bool| -> Vec<f32> {
            let rows = given.train.chunks(classes.max(1)).zip(&is_held_out).filter(|(_, held)| **held == wanted);
            rows.flat_map(|(row, _)| row).copied().collect()
        };
        Rc::new(GivenTeacher { train: of(false), test: of(true), ..GivenTeacher::clone(given) })
    });
    Dataset {
        train: Rc::new(part(train, &is_held_out, false)),
        test: part(train, &is_held_out, true),
        given,
        ..data.clone()
    }
}

/// The rows of a split that are held out, or those that are not.
fn part(split: &Split, held_out: &[bool], wanted: bool) -> Split {
    let n = split.len().max(1);
    let rows = || (0..split.len()).filter(|&i| held_out[i] == wanted);
    let (numbers, bytes) = (split.numbers.len() / n, split.bytes.len() / n);
    Split {
        numbers: rows().flat_map(|i| &split.numbers[i * numbers..(i + 1) * numbers]).copied().collect(),
        bytes: rows().flat_map(|i| &split.bytes[i * bytes..(i + 1) * bytes]).copied().collect(),
        labels: rows().map(|i| split.labels[i]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Task};

    #[test]
    fn held_out_examples_are_in_one_part_alone_and_in_proportion() {
        let data = Dataset::generated(&Config::for_task(Task::Blobs)).unwrap();
        let held = hold_out(&data, 1);
        assert_eq!(held.train.len() + held.test.len(), data.train.len());
        assert!((140..=160).contains(&held.test.len()), "{}", held.test.len());
        let rows = |split: &Split| -> Vec<[u32; 2]> {
            split.numbers.chunks(2).map(|p| [p[0].to_bits(), p[1].to_bits()]).collect()
        };
        let train = rows(&held.train);
        assert!(rows(&held.test).iter().all(|row| !train.contains(row)), "no point is in both");
        for class in 0..4 {
            assert!(held.test.labels.iter().filter(|&&label| label == class).count() >= 30);
        }
        assert_eq!(hold_out(&data, 1), held, "the seed decides");
        assert_ne!(hold_out(&data, 2).test, held.test);
        assert_eq!((&held.classes, held.dimensions, &held.moments), (&data.classes, data.dimensions, &data.moments));
    }

    #[test]
    fn texts_stay_whole() {
        let list: String = (0..6_000_u32)
            .map(|i| format!("n{}\n", i.to_string().bytes().map(|d| char::from(d + 49)).collect::<String>()))
            .collect();
        let data = names::dataset(&list, 3, 1).unwrap();
        let held = hold_out(&data, 1);
        assert_eq!(held.train.len() + held.test.len(), data.train.len());
        assert!(held.test.len() > 1_800 && held.test.len() <= MAX_EXAMPLES, "{}", held.test.len());
        // Both parts begin with the first character of a text; the held-out part ends with the end of one. (The last text of the
        // training set is cut where that is full.)
        for split in [&*held.train, &held.test] {
            assert_eq!(names::starts(split, 3).first(), Some(&0));
        }
        let ends = |split: &Split| split.labels.iter().filter(|&&label| label == 0).count();
        assert_eq!(ends(&held.train) + ends(&held.test), ends(&data.train));
        assert_eq!(ends(&held.test), names::starts(&held.test, 3).len(), "every text is whole");
    }
}
