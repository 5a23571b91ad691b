//! 2-D tasks, generated from the seed: moons, a spiral, rings and blobs, all with Gaussian
//! scatter so that the classes overlap a little and soft labels have something to say near the border.

use super::{Dataset, Split, rng};
use crate::config::{Config, Task};
use crate::data::example::Form;
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use std::f32::consts::{PI, TAU};
use std::rc::Rc;

/// Points the teacher trains on.
pub const TRAIN: usize = Config::POINTS_TRAIN;
/// Points everything is measured on.
pub const TEST: usize = 1_000;

/// The data of a task of points; `None` for other tasks.
pub fn generated(task: Task, seed: u32) -> Option<Dataset> {
    match task {
        Task::Moons => Some(moons(seed)),
        Task::Spiral => Some(spiral(seed)),
        Task::Rings => Some(rings(seed)),
        Task::Blobs => Some(blobs(seed)),
        // A test holds that every task of points is above.
        _ => None,
    }
}

/// Two moons: class 0 the upper, class 1 the lower half circle, centred on the origin; scatter 0.2 (radius 1).
pub fn moons(seed: u32) -> Dataset {
    generate(Task::Moons, seed, vec!["upper moon", "lower moon"], |class, rng| {
        let angle = rng.random::<f32>() * PI;
        let (x, y) =
            if class == 0 { (angle.cos() - 0.5, angle.sin() - 0.25) } else { (0.5 - angle.cos(), 0.25 - angle.sin()) };
        (x, y, 0.2)
    })
}

/// Three spiral arms of one turn each, radius 0.15 to 1.5; scatter 0.08.
pub fn spiral(seed: u32) -> Dataset {
    generate(Task::Spiral, seed, vec!["first arm", "second arm", "third arm"], |class, rng| {
        let along = rng.random::<f32>();
        let radius = 0.15 + 1.35 * along;
        let angle = TAU * (0.7 * along + f32::from(class) / 3.0);
        (radius * angle.cos(), radius * angle.sin(), 0.08)
    })
}

/// A disc of radius 0.4, a ring about 0.9 and a ring about 1.4; scatter 0.1.
pub fn rings(seed: u32) -> Dataset {
    generate(Task::Rings, seed, vec!["disc", "inner ring", "outer ring"], |class, rng| {
        let angle = TAU * rng.random::<f32>();
        // Evenly over the disc's area.
        let radius = if class == 0 { 0.4 * rng.random::<f32>().sqrt() } else { 0.4 + 0.5 * f32::from(class) };
        (radius * angle.cos(), radius * angle.sin(), 0.1)
    })
}

/// Four Gaussian blobs at the corners of a square of side 1.4, scatter 0.5: the best anyone can do is about 84 %.
pub fn blobs(seed: u32) -> Dataset {
    generate(Task::Blobs, seed, vec!["north-east", "north-west", "south-west", "south-east"], |class, _| {
        let (x, y) = [(0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7), (0.7, -0.7)][usize::from(class)];
        (x, y, 0.5)
    })
}

/// Points of evenly mixed classes; `place` gives a point on the class's curve and the scatter about it.
fn generate(
    task: Task,
    seed: u32,
    classes: Vec<&'static str>,
    place: impl Fn(u8, &mut rand_chacha::ChaCha8Rng) -> (f32, f32, f32),
) -> Dataset {
    let split = |purpose, n: usize| {
        let mut rng = rng::stream(seed, purpose, 0);
        let mut labels: Vec<u8> = (0..n).map(|i| (i % classes.len()) as u8).collect();
        rng::shuffle(&mut rng, &mut labels);
        let mut points = Vec::with_capacity(2 * n);
        for &class in &labels {
            let (x, y, scatter) = place(class, &mut rng);
            let (dx, dy): (f32, f32) = (StandardNormal.sample(&mut rng), StandardNormal.sample(&mut rng));
            points.extend([x + scatter * dx, y + scatter * dy]);
        }
        Split { numbers: points, labels, bytes: Vec::new() }
    };
    let (train, test) = (split("points-train", TRAIN), split("points-test", TEST));
    let classes = classes.into_iter().map(String::from).collect();
    Dataset {
        task,
        dimensions: 2,
        form: Form::Plane,
        moments: Vec::new(),
        classes,
        train: train.into(),
        test,
        unlabelled: Rc::default(),
        given: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_of_points_is_generated_and_no_other() {
        for &task in <Task as crate::config::Options>::ALL {
            assert_eq!(generated(task, 1).is_some(), task.is_plane(), "{task:?}");
        }
    }

    #[test]
    fn the_seed_decides_the_points() {
        assert_eq!(moons(1), moons(1));
        assert_ne!(moons(1).train.numbers, moons(2).train.numbers);
    }

    #[test]
    fn classes_are_balanced_and_the_test_set_is_another_draw() {
        for data in [moons(1), spiral(1), rings(1), blobs(1)] {
            assert_eq!(data.task.classes(), Some(data.classes.len()));
            for class in 0..data.classes.len() {
                let count = data.train.labels.iter().filter(|&&l| usize::from(l) == class).count();
                assert!(count.abs_diff(TRAIN / data.classes.len()) <= 1);
            }
            assert_ne!(data.train.numbers, data.test.numbers);
            assert_eq!(data.test.numbers.len(), 2 * TEST);
        }
    }

    #[test]
    fn the_moons_lie_on_their_sides() {
        let data = moons(1);
        let mean_y = |class| {
            let ys: Vec<f32> =
                (0..TRAIN).filter(|&i| data.train.labels[i] == class).map(|i| data.train.numbers[2 * i + 1]).collect();
            ys.iter().sum::<f32>() / ys.len() as f32
        };
        assert!(mean_y(0) > 0.2 && mean_y(1) < -0.2);
    }
}
