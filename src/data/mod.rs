//! Tasks: what is to be learned. A [`Dataset`] holds the inputs as networks take them, the labels, the class
//! names, and can give any input back in drawable form. Pure: no burn, no browser.

pub mod distort;
pub mod images;
pub mod packed;
pub mod points;
pub mod rng;
pub mod transfer;

use crate::config::{Config, Task};
use crate::protocol::{Example, Input, Why};

/// A part of a data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Split {
    /// Coordinates `[N, 2]` in one row of points; empty for images.
    pub points: Vec<f32>,
    /// Grey levels `[N, H · W]` of images as they came; empty for points.
    pub pixels: Vec<u8>,
    /// True classes `[N]`.
    pub labels: Vec<u8>,
}

/// A task's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Which task.
    pub task: Task,
    /// Length D of one input.
    pub dimensions: usize,
    /// Width and height of an image; `None` for points.
    pub image_size: Option<(usize, usize)>,
    /// Mean and standard deviation of the training set's grey levels (images), with which they are standardised.
    pub moments: (f64, f64),
    /// Names of the classes.
    pub classes: Vec<&'static str>,
    /// What teachers and students may learn from.
    pub train: Split,
    /// The production distribution: what everything is measured on.
    pub test: Split,
}

/// Which part of a data set an index points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The training set.
    Train,
    /// The test set.
    Test,
}

impl Split {
    /// Number of examples N.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

impl Dataset {
    /// The data of a generated task; `None` for tasks whose file must be fetched ([`images::unpack`]).
    pub fn generated(config: &Config) -> Option<Self> {
        match config.task {
            Task::Moons => Some(points::moons(config.seed)),
            Task::Spiral => Some(points::spiral(config.seed)),
            Task::Fashion | Task::Mnist => None,
        }
    }

    /// A part of it.
    pub fn part(&self, part: Part) -> &Split {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// The inputs as networks take them, `[N, D]` in one row: standardised pixels, or coordinates. (Made when
    /// asked for: four bytes a pixel are worth not keeping twice on a phone.)
    pub fn inputs(&self, part: Part) -> Vec<f32> {
        let split = self.part(part);
        if self.image_size.is_none() {
            return split.points.clone();
        }
        let (mean, deviation) = self.moments;
        let table: Vec<f32> = (0..=255).map(|grey| ((f64::from(grey) - mean) / deviation) as f32).collect();
        split.pixels.iter().map(|&grey| table[usize::from(grey)]).collect()
    }

    /// One example for the page to draw. `given` is the label that training sees.
    pub fn example(&self, part: Part, index: usize, given: u8, why: Option<Why>) -> Example {
        let split = self.part(part);
        let input = match self.image_size {
            Some((w, h)) => Input::Image(split.pixels[index * w * h..(index + 1) * w * h].to_vec()),
            None => Input::Point(split.points[2 * index], split.points[2 * index + 1]),
        };
        Example { index, input, label: usize::from(split.labels[index]), given: usize::from(given), why }
    }
}
