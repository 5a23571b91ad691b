//! The moments at which a run's students were measured, and the best of each: what stopping early would have given, had the
//! moment been chosen on other examples than those it is measured on.

use crate::experiment::BestMoment;

/// Accuracies of all students at every measurement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Step, and each student's accuracy on the even and the odd test examples ([`metrics::halves`](crate::engine::metrics::halves)).
    measured: Vec<(usize, Vec<[f64; 2]>)>,
}

impl Moments {
    /// Forgets them all.
    pub fn clear(&mut self) {
        self.measured.clear();
    }

    /// A measurement; those of a later step, of students that have since begun anew, are forgotten.
    pub fn add(&mut self, step: usize, halves: Vec<[f64; 2]>) {
        self.measured.retain(|(before, of)| *before < step && of.len() == halves.len());
        self.measured.push((step, halves));
    }

    /// Every student at its best moment, chosen on one half and measured on the other, both ways; of equal ones the earliest.
    /// `examples` are those of the test set.
    pub fn best(&self, examples: usize) -> Vec<BestMoment> {
        let students = self.measured.first().map_or(0, |(_, halves)| halves.len());
        let sizes = [examples.div_ceil(2) as f64, (examples / 2) as f64];
        let of = |student: usize| {
            let chosen = [0, 1].map(|half| {
                let mut moments = self.measured.iter().map(|(step, halves)| (*step, halves[student]));
                let first = moments.next().unwrap_or_default();
                moments.fold(first, |best, moment| if moment.1[half] > best.1[half] { moment } else { best })
            });
            // The half that a step was chosen on says nothing of it.
            let right = sizes[1] * chosen[0].1[1] + sizes[0] * chosen[1].1[0];
            BestMoment { step: (chosen[0].0 + chosen[1].0) as f64 / 2.0, accuracy: right / (examples.max(1) as f64) }
        };
        (0..students).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_chosen_on_one_half_is_measured_on_the_other() {
        let mut moments = Moments::default();
        moments.add(10, vec![[0.5, 0.9]]);
        moments.add(20, vec![[0.8, 0.4]]);
        moments.add(30, vec![[0.8, 0.6]]);
        // By the even examples step 20 (the earlier of two), where the odd ones have 0.4; by the odd ones step 10: 0.5.
        let [best] = moments.best(100)[..] else { panic!("one student") };
        assert!((best.accuracy - 0.45).abs() < 1e-12 && best.step == 15.0, "{best:?}");
        // Of three examples two are even.
        assert!((moments.best(3)[0].accuracy - (0.4 + 2.0 * 0.5) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn students_that_begin_anew_forget_what_was_measured() {
        let mut moments = Moments::default();
        moments.add(10, vec![[1.0, 1.0]]);
        moments.add(20, vec![[0.2, 0.2]]);
        moments.add(10, vec![[0.3, 0.3]]);
        assert_eq!(moments.best(10), [BestMoment { step: 10.0, accuracy: 0.3 }]);
        moments.add(20, vec![[0.1, 0.1]; 2]);
        assert_eq!(moments.best(10).len(), 2, "another number of students");
        assert!(Moments::default().best(10).is_empty());
    }
}
