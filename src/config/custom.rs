//! Sizes that fit custom data: how many passes and how large batches make a network learn from as many rows as there are.

use super::{Config, Method, PARAMETERS, Supervision, Task};

/// Steps that a teacher of custom data is to take, about: enough for a small network to converge.
const TEACHER_STEPS: usize = 1_000;

impl Config {
    /// With an arm on all labels, where there is none and room for one: of the user's own data the first question is what labelling
    /// all of it would bring. Not the task's default, so that a link from before such arms has the arms that it had.
    pub fn with_all_labels(mut self) -> Self {
        let on_all = |supervision: &Supervision| supervision.method == Method::AllLabels;
        if self.extra_arms.len() < Self::MAX_EXTRA_ARMS && !self.extra_arms.iter().any(on_all) {
            self.extra_arms.push(Supervision::of(Method::AllLabels));
        }
        self
    }

    /// Settings of custom data with `rows` training rows: sizes that are still the task's defaults become those that fit; what
    /// the user or a link has set otherwise stays. Settings of other tasks stay as they are.
    pub fn fitted(mut self, rows: usize) -> Self {
        if self.task != Task::Own || rows == 0 {
            return self;
        }
        let defaults = Self::for_task(Task::Own);
        let transfer = self.transfer_size.min(rows);
        let batch = |examples: usize, large: usize| match examples {
            0..200 => 16,
            200..1_000 => 32,
            _ => large,
        };
        if self.student_batch == defaults.student_batch {
            self.student_batch = batch(transfer, 64);
        }
        if self.teacher_batch == defaults.teacher_batch {
            self.teacher_batch = batch(rows, 128);
        }
        if self.teacher_epochs == defaults.teacher_epochs {
            self.teacher_epochs = (TEACHER_STEPS * self.teacher_batch).div_ceil(rows).clamp(5, 100);
        }
        // As the controls of the page can be set.
        for parameter in PARAMETERS.iter().filter(|p| ["batch", "teacher_batch", "epochs"].contains(&p.key)) {
            let value = (parameter.get)(&self);
            (parameter.set)(&mut self, parameter.snap(value));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teacher_of_few_rows_takes_many_passes() {
        // wine.csv: 142 of 178 rows.
        let wine = Config::for_task(Task::Own).fitted(142);
        let steps = wine.teacher_epochs * 142_usize.div_ceil(wine.teacher_batch);
        assert!((400..=1_500).contains(&steps), "{steps} steps");
        let large = Config::for_task(Task::Own).fitted(16_000);
        assert!(large.teacher_epochs * 16_000 / large.teacher_batch >= 600, "{large:?}");
        assert_eq!((large.teacher_batch, large.student_batch), (128, 64));
    }

    #[test]
    fn what_was_set_otherwise_stays_and_fitting_twice_changes_nothing() {
        let set = Config { teacher_epochs: 7, student_batch: 8, ..Config::for_task(Task::Own) };
        let fitted = set.fitted(142);
        assert_eq!((fitted.teacher_epochs, fitted.student_batch), (7, 8));
        assert_eq!(fitted.clone().fitted(142), fitted);
        let other = Config::default();
        assert_eq!(other.clone().fitted(142), other, "another task");
        assert_eq!(Config::for_task(Task::Own).fitted(0), Config::for_task(Task::Own), "nothing known");
    }

    #[test]
    fn an_arm_on_all_labels_is_added_once_and_is_there_where_the_transfer_set_has_fewer() {
        let config = Config::for_task(Task::Own).with_all_labels();
        assert_eq!(config.clone().with_all_labels(), config);
        assert_eq!(config.arms().len(), 3, "all rows: the hard-label student has them");
        assert_eq!(Config { transfer_size: 140, ..config.clone() }.arms().len(), 4);
        let full = Config { extra_arms: vec![Supervision::of(Method::Jsd); Config::MAX_EXTRA_ARMS], ..config };
        assert_eq!(full.clone().with_all_labels(), full);
    }

    #[test]
    fn all_rows_are_the_transfer_set_unless_fewer_are_asked_for() {
        assert!(Config::for_task(Task::Own).transfer_size >= 10_000);
    }
}
