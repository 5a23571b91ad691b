//! The test distribution that the settings ask for, and the user's points in the training set.

use super::{Dataset, GivenTeacher, Split, distort, rng};
use crate::config::{Config, ProductionClasses, Shift};
use std::rc::Rc;

/// The data set of a run: its task's, with added points and the test distribution of the settings.
pub fn prepare(base: Rc<Dataset>, config: &Config) -> Rc<Dataset> {
    let shift = config.production.shift();
    let shifted = shift != Shift::None && config.production_amount > 0.0;
    let kept = config.production_classes == ProductionClasses::Kept && !config.left_out.is_empty();
    if !shifted && !kept && config.added.is_empty() {
        return base;
    }
    let mut data = Dataset::clone(&base);
    if !config.added.is_empty() {
        let mut train = Split::clone(&base.train);
        for point in config.added.iter().filter(|point| usize::from(point.class) < data.classes.len()) {
            train.numbers.extend([f32::from(point.x) / 100.0, f32::from(point.y) / 100.0]);
            train.labels.push(point.class);
        }
        data.train = Rc::new(train);
    }
    if shifted || kept {
        let amount = if shifted { config.production_amount } else { 0.0 };
        let mut test = Split::default();
        let mut given: Vec<f32> = Vec::new();
        let classes = base.classes.len();
        for (i, &label) in base.test.labels.iter().enumerate() {
            if kept && config.left_out.contains(&usize::from(label)) {
                continue;
            }
            let mut rng = rng::stream(config.seed, "production", i);
            distort::append(&base, &base.test, i, shift, amount, &mut rng, &mut test);
            test.labels.push(label);
            // Said of inputs as they were: a session refuses to go on where they were shifted.
            given.extend(base.given.iter().flat_map(|teacher| &teacher.test[i * classes..(i + 1) * classes]));
        }
        // Production without anything in it is none: then it stays as it was.
        if !test.is_empty() {
            data.test = test;
            data.given = base
                .given
                .as_ref()
                .map(|teacher| Rc::new(GivenTeacher { test: given, ..GivenTeacher::clone(teacher) }));
        }
    }
    Rc::new(data)
}

#[cfg(test)]
mod tests {
    use super::super::points;
    use super::*;
    use crate::config::{AddedPoint, ProductionShift, Task};

    fn plain() -> Config {
        Config::for_task(Task::Blobs)
    }

    #[test]
    fn production_as_it_was_is_the_same_data() {
        let base = Rc::new(points::blobs(1));
        assert!(Rc::ptr_eq(&base, &prepare(base.clone(), &plain())));
    }

    #[test]
    fn a_shift_of_production_leaves_the_training_set_alone() {
        let base = Rc::new(points::blobs(1));
        let config = Config { production: ProductionShift::Moved, production_amount: 0.5, ..plain() };
        let data = prepare(base.clone(), &config);
        assert_eq!(data.train, base.train);
        assert!((data.test.numbers[0] - base.test.numbers[0] - 0.5).abs() < 1e-6);
        assert_eq!(data.test.labels, base.test.labels);
    }

    #[test]
    fn production_of_the_kept_classes_has_only_these() {
        let base = Rc::new(points::blobs(1));
        let config = Config { production_classes: ProductionClasses::Kept, left_out: vec![0, 2], ..plain() };
        let data = prepare(base.clone(), &config);
        assert_eq!(data.test.len(), 500);
        assert!(data.test.labels.iter().all(|l| [1, 3].contains(l)));
        let nothing = Config { left_out: vec![0, 1, 2, 3], ..config };
        assert_eq!(prepare(base.clone(), &nothing).test, base.test);
    }

    #[test]
    fn added_points_join_the_training_set_at_its_end() {
        let base = Rc::new(points::blobs(1));
        let added = vec![AddedPoint { x: 150, y: -20, class: 3 }];
        let data = prepare(base.clone(), &Config { added, ..plain() });
        assert_eq!(data.train.len(), base.train.len() + 1);
        assert_eq!((&data.train.numbers[2_000..], data.train.labels[1_000]), (&[1.5, -0.2][..], 3));
    }
}
