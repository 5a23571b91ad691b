//! Measures by class from a confusion matrix, and what they warn of: classes of unequal size, networks that answer one class.

use crate::experiment::Outcome;

/// Ratio of the largest class to the smallest above which accuracy alone misleads.
pub const IMBALANCED: f64 = 1.5;
/// Share of the test set above which a network is said to answer one class.
const ONE_CLASS: f64 = 0.99;

/// Counts of true classes (rows) and predicted classes (columns) on the test set.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    /// `[C][C]` flattened, row-major.
    counts: &'a [u32],
    classes: usize,
}

/// The largest class of an imbalanced test set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imbalance {
    /// The class.
    pub majority: usize,
    /// Its share of the test set, 0 to 1: the accuracy of always answering it.
    pub share: f64,
    /// How many times as large as the smallest class it is.
    pub ratio: f64,
}

impl<'a> Counts<'a> {
    /// Of a confusion matrix; `None` if it is empty or not square.
    pub fn new(counts: &'a [u32]) -> Option<Self> {
        let classes = counts.len().isqrt();
        let any = counts.iter().any(|&n| n > 0);
        (any && classes * classes == counts.len()).then_some(Self { counts, classes })
    }

    fn at(&self, class: usize, answer: usize) -> f64 {
        f64::from(self.counts[class * self.classes + answer])
    }

    /// Test examples of a class.
    pub fn support(&self, class: usize) -> f64 {
        (0..self.classes).map(|answer| self.at(class, answer)).sum()
    }

    /// Test examples answered with a class.
    pub fn answered(&self, answer: usize) -> f64 {
        (0..self.classes).map(|class| self.at(class, answer)).sum()
    }

    /// Share of a class that is answered with it; `None` of a class without examples.
    pub fn recall(&self, class: usize) -> Option<f64> {
        let support = self.support(class);
        (support > 0.0).then(|| self.at(class, class) / support)
    }

    /// Share of the answers of a class that are right; `None` if it is never answered.
    pub fn precision(&self, class: usize) -> Option<f64> {
        let answered = self.answered(class);
        (answered > 0.0).then(|| self.at(class, class) / answered)
    }

    /// Harmonic mean of precision and recall; 0 if the class is never answered; `None` of a class without examples.
    pub fn f1(&self, class: usize) -> Option<f64> {
        let support = self.support(class);
        (support > 0.0).then(|| 2.0 * self.at(class, class) / (support + self.answered(class)))
    }

    /// Mean recall over the classes with examples: the accuracy if all were equally common.
    pub fn balanced_accuracy(&self) -> f64 {
        mean((0..self.classes).filter_map(|class| self.recall(class)))
    }

    /// Mean F1 over the classes with examples.
    pub fn macro_f1(&self) -> f64 {
        mean((0..self.classes).filter_map(|class| self.f1(class)))
    }

    /// The class that nearly all test examples are answered with, where the test set has others.
    pub fn one_class(&self) -> Option<usize> {
        let all: f64 = (0..self.classes).map(|class| self.support(class)).sum();
        let several = (0..self.classes).filter(|&class| self.support(class) > 0.0).count() > 1;
        (0..self.classes).find(|&answer| several && self.answered(answer) >= ONE_CLASS * all)
    }

    /// The largest class, where classes differ in size so much that accuracy alone misleads.
    pub fn imbalance(&self) -> Option<Imbalance> {
        let sizes = (0..self.classes).map(|class| self.support(class)).filter(|&size| size > 0.0);
        let (smallest, all) = sizes.clone().fold((f64::INFINITY, 0.0), |(low, sum), n| (n.min(low), sum + n));
        let majority =
            (0..self.classes).max_by(|&a, &b| self.support(a).total_cmp(&self.support(b)).then(b.cmp(&a)))?;
        let largest = self.support(majority);
        let ratio = largest / smallest;
        (ratio > IMBALANCED).then_some(Imbalance { majority, share: largest / all, ratio })
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    sum / n
}

/// Confusion matrices of an arm's students, in the order of the replicates.
pub fn of_arm(outcome: &Outcome, place: usize, arms: usize) -> impl Iterator<Item = Counts<'_>> {
    outcome.student_confusions.iter().skip(place).step_by(arms.max(1)).filter_map(|counts| Counts::new(counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 90 of class 0, 10 of class 1.
    const ALWAYS: [u32; 4] = [90, 0, 10, 0];
    const SOME: [u32; 4] = [81, 9, 4, 6];

    #[test]
    fn measures_are_those_of_their_definitions() {
        let some = Counts::new(&SOME).unwrap();
        assert_eq!((some.recall(0), some.recall(1)), (Some(0.9), Some(0.6)));
        assert!((some.balanced_accuracy() - 0.75).abs() < 1e-12);
        assert_eq!(some.precision(1), Some(0.4));
        // F1: 162 / 175 and 12 / 25.
        assert!((some.macro_f1() - (162.0 / 175.0 + 0.48) / 2.0).abs() < 1e-12);
        assert_eq!((some.support(1), some.answered(1)), (10.0, 15.0));
    }

    #[test]
    fn a_network_that_answers_one_class_is_recognised() {
        let always = Counts::new(&ALWAYS).unwrap();
        assert_eq!((always.one_class(), always.balanced_accuracy()), (Some(0), 0.5));
        assert_eq!((always.precision(1), always.f1(1)), (None, Some(0.0)));
        assert_eq!(Counts::new(&SOME).unwrap().one_class(), None);
        assert_eq!(Counts::new(&[50, 0, 0, 0]).unwrap().one_class(), None, "the test set has no other class");
    }

    #[test]
    fn an_imbalanced_test_set_is_recognised() {
        let imbalance = Counts::new(&SOME).unwrap().imbalance().unwrap();
        assert_eq!(imbalance, Imbalance { majority: 0, share: 0.9, ratio: 9.0 });
        assert_eq!(Counts::new(&[15, 0, 0, 10]).unwrap().imbalance(), None, "1.5 times is not over 1.5");
        let absent = Counts::new(&[10, 0, 0, 0, 10, 0, 0, 0, 0]).unwrap();
        assert_eq!((absent.imbalance(), absent.recall(2)), (None, None), "a class without examples does not count");
    }

    #[test]
    fn no_counts_have_no_measures() {
        assert!(Counts::new(&[]).is_none() && Counts::new(&[0; 4]).is_none() && Counts::new(&[1, 2, 3]).is_none());
    }
}
