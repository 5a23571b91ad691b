//! Confusion: how often each true class is answered with each class, as shares of the true class.

/// Shares by true class (rows) and answer (columns), mean over networks that answered the same test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// `[C][C]`; the row of a class without examples is all zero.
    pub shares: Vec<Vec<f64>>,
}

impl Confusion {
    /// The mean of several networks' counts, each `[C][C]` flattened, row-major; `None` of none, or of another size.
    pub fn mean<'a>(counts: impl Iterator<Item = &'a [u32]>, classes: usize) -> Option<Self> {
        let mut sums = vec![0_u64; classes * classes];
        let mut any = false;
        for one in counts.filter(|one| one.len() == classes * classes && classes > 0) {
            sums.iter_mut().zip(one).for_each(|(sum, &n)| *sum += u64::from(n));
            any = true;
        }
        let share = |row: &[u64]| {
            let all = row.iter().sum::<u64>().max(1) as f64;
            row.iter().map(|&n| n as f64 / all).collect()
        };
        any.then(|| Self { shares: sums.chunks(classes).map(share).collect() })
    }

    /// Share of a class that is answered rightly; `None` of a class without examples, on which nothing is known.
    pub fn right(&self, class: usize) -> Option<f64> {
        let row = self.shares.get(class).filter(|row| row.iter().any(|&v| v > 0.0))?;
        row.get(class).copied()
    }

    /// The largest share of a class that is taken for another one: true class, answer, share.
    pub fn worst(&self) -> Option<(usize, usize, f64)> {
        let rows = self.shares.iter().enumerate();
        let cells = rows.flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &v)| (i, j, v)));
        cells.filter(|(i, j, v)| i != j && *v > 0.0).max_by(|a, b| a.2.total_cmp(&b.2))
    }

    /// The class that is answered rightly least often, how often, and how many others are so no more often. Of the
    /// classes with examples alone.
    pub fn hardest(&self) -> Option<(usize, f64, usize)> {
        let known = || (0..self.shares.len()).filter_map(|i| Some((i, self.right(i)?)));
        let (class, least) = known().min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((class, least, known().filter(|(_, right)| *right == least).count() - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_shares_of_the_true_class() {
        let one = [8, 2, 0, 10];
        let two = [6, 4, 1, 9];
        let mean = Confusion::mean([&one[..], &two[..]].into_iter(), 2).unwrap();
        assert_eq!(mean.shares, vec![vec![0.7, 0.3], vec![0.05, 0.95]]);
        assert_eq!((mean.right(1), mean.worst()), (Some(0.95), Some((0, 1, 0.3))));
        assert_eq!(mean.hardest(), Some((0, 0.7, 0)));
    }

    #[test]
    fn a_class_without_examples_is_not_the_hardest_one() {
        // No example of class 1; 2 and 3 are never right.
        let counts = [3, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 2, 0, 0, 0];
        let mean = Confusion::mean([&counts[..]].into_iter(), 4).unwrap();
        assert_eq!([0, 1, 2].map(|i| mean.right(i)), [Some(0.75), None, Some(0.0)]);
        assert_eq!(mean.hardest(), Some((2, 0.0, 1)));
    }

    #[test]
    fn of_nothing_nothing_is_said() {
        assert_eq!(Confusion::mean(std::iter::empty(), 3), None);
        assert_eq!(Confusion::mean([&[1, 2][..]].into_iter(), 2), None, "another size is no confusion of two classes");
        let empty = Confusion::mean([&[0, 0, 0, 3][..]].into_iter(), 2).unwrap();
        assert_eq!(empty.shares[0], vec![0.0, 0.0]);
        assert_eq!(Confusion::mean([&[0; 4][..]].into_iter(), 2).unwrap().hardest(), None);
    }
}
