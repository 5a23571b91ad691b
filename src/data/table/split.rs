//! Which rows are for testing.

use crate::data::rng;
use std::collections::BTreeMap;

/// Rows of a class that are tested on: the fifth that is nearest, at least one.
fn share(rows: usize) -> usize {
    ((rows + 2) / 5).max(1)
}

/// Four fifths of every class to learn from, one to be tested on (as near as whole rows come, at least one), by the seed. `[N]`
/// whether each is for testing.
pub fn split(labels: &[u8], classes: usize, seed: u32) -> Vec<bool> {
    let mut test = vec![false; labels.len()];
    let mut rng = rng::stream(seed, "own-split", 0);
    for class in 0..classes {
        let mut members: Vec<usize> = (0..labels.len()).filter(|&i| usize::from(labels[i]) == class).collect();
        rng::shuffle(&mut rng, &mut members);
        members.iter().take(share(members.len())).for_each(|&i| test[i] = true);
    }
    test
}

/// The same with all rows of a group in one part: of the groups whose commonest class is the same, some to be tested on until
/// they have a fifth of the rows, at least one group and not all of several. `groups` `[N]`.
pub fn split_groups(labels: &[u8], classes: usize, groups: &[u32], seed: u32) -> Vec<bool> {
    let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, &group) in groups.iter().enumerate() {
        members.entry(group).or_default().push(row);
    }
    let common = |rows: &[usize]| -> usize {
        let count = |class: usize| rows.iter().filter(|&&i| usize::from(labels[i]) == class).count();
        (0..classes).rev().max_by_key(|&class| count(class)).unwrap_or(0)
    };
    let mut by_class: Vec<Vec<&Vec<usize>>> = vec![Vec::new(); classes.max(1)];
    members.values().for_each(|rows| by_class[common(rows)].push(rows));
    let mut test = vec![false; labels.len()];
    let mut rng = rng::stream(seed, "own-split", 1);
    for mut of_class in by_class {
        rng::shuffle(&mut rng, &mut of_class);
        let wanted = share(of_class.iter().map(|rows| rows.len()).sum());
        let most = of_class.len().saturating_sub(1);
        let mut taken = 0;
        for rows in of_class.iter().take(most) {
            if taken >= wanted {
                break;
            }
            taken += rows.len();
            rows.iter().for_each(|&i| test[i] = true);
        }
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_in_both_parts() {
        let labels: Vec<u8> = (0..50).map(|i| u8::from(i < 5)).collect();
        let test = split(&labels, 2, 3);
        assert_eq!(test[..5].iter().filter(|t| **t).count(), 1);
        assert_eq!(test[5..].iter().filter(|t| **t).count(), 9);
    }

    #[test]
    fn a_class_is_tested_on_the_fifth_that_is_nearest() {
        for (rows, tested) in [(5, 1), (6, 1), (7, 1), (8, 2), (12, 2), (13, 3), (60, 12)] {
            assert_eq!(split(&vec![0; rows], 1, 1).iter().filter(|t| **t).count(), tested, "{rows}");
        }
    }

    #[test]
    fn groups_stay_whole_and_about_a_fifth_is_tested_on() {
        let groups: Vec<u32> = (0..600).map(|i| i / 10).collect();
        let labels: Vec<u8> = groups.iter().map(|g| (g % 2) as u8).collect();
        for seed in 1..20 {
            let test = split_groups(&labels, 2, &groups, seed);
            assert!(test.chunks(10).all(|group| group.iter().all(|t| *t == group[0])));
            let tested = |class: u8| test.iter().zip(&labels).filter(|(t, l)| **t && **l == class).count();
            assert_eq!((tested(0), tested(1)), (60, 60));
        }
        assert_ne!(split_groups(&labels, 2, &groups, 1), split_groups(&labels, 2, &groups, 2));
        assert_eq!(split_groups(&[0; 9], 1, &[7; 9], 1), [false; 9], "one group alone cannot be tested on");
    }
}
