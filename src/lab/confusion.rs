//! Confusion: how often each true class is answered with each class, as shares of the true class.

/// Shares by true class (rows) and answer (columns), mean over networks that answered the same test set.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// `[C][C]`; the row of a class without examples is all zero.
    pub shares: Vec<Vec<f64>>,
}

impl Confusion {
    /// The mean of several networks' counts, each `[C][C]` in one row; `None` of none, or of another size.
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

    /// Share of a class that is answered rightly.
    pub fn right(&self, class: usize) -> f64 {
        self.shares.get(class).and_then(|row| row.get(class)).copied().unwrap_or(0.0)
    }

    /// The most frequent mistake: true class, answer, share.
    pub fn worst(&self) -> Option<(usize, usize, f64)> {
        let rows = self.shares.iter().enumerate();
        let cells = rows.flat_map(|(i, row)| row.iter().enumerate().map(move |(j, &v)| (i, j, v)));
        cells.filter(|(i, j, v)| i != j && *v > 0.0).max_by(|a, b| a.2.total_cmp(&b.2))
    }

    /// The class that is answered rightly least often, and how often.
    pub fn hardest(&self) -> Option<(usize, f64)> {
        (0..self.shares.len()).map(|i| (i, self.right(i))).min_by(|a, b| a.1.total_cmp(&b.1))
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
        assert_eq!((mean.right(1), mean.worst(), mean.hardest()), (0.95, Some((0, 1, 0.3)), Some((0, 0.7))));
    }

    #[test]
    fn of_nothing_nothing_is_said() {
        assert_eq!(Confusion::mean(std::iter::empty(), 3), None);
        assert_eq!(Confusion::mean([&[1, 2][..]].into_iter(), 2), None, "another size is no confusion of two classes");
        let empty = Confusion::mean([&[0, 0, 0, 3][..]].into_iter(), 2).unwrap();
        assert_eq!(empty.shares[0], vec![0.0, 0.0]);
    }
}
