//! Data sets of the tasks. A [`Dataset`] holds the inputs as networks take them, the labels, the class
//! names, and can give any input back in drawable form. Pure: no burn, no browser.

pub mod card;
#[cfg(feature = "tables")]
pub mod custom_images;
pub mod distort;
pub mod example;
pub mod files;
#[cfg(feature = "engine")]
pub mod fingerprint;
pub mod images;
pub mod manifest;
pub mod names;
pub mod points;
pub mod rng;
#[cfg(feature = "tables")]
pub mod table;
pub mod test_shift;
pub mod transfer;
pub mod validation;

use crate::config::{Config, Task};
use example::{Example, Form, Input, Why};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// A part of a data set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// Numbers `[N, D]` flattened, row-major: coordinates of points, standardised columns of a table; else empty.
    pub numbers: Vec<f32>,
    /// Bytes `[N, W]` flattened, row-major: grey levels of images as they came, characters of texts; else empty.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// True classes `[N]`.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
}

/// A task's data.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// Which task.
    pub task: Task,
    /// Length D of one input.
    pub dimensions: usize,
    /// What an input is, and how it is drawn.
    pub form: Form,
    /// Mean and standard deviation with which inputs are standardised: of all grey levels (images, one pair), of each
    /// column (tables); empty for points and texts.
    pub moments: Vec<(f64, f64)>,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// What teachers and students may learn from.
    pub train: Rc<Split>,
    /// The production distribution: what everything is measured on.
    pub test: Split,
    /// Inputs of a table that have no label (theirs here say nothing): the first of the unlabelled pool.
    pub unlabelled: Rc<Split>,
    /// The teacher that a table brings: none is trained then.
    pub given: Option<Rc<GivenTeacher>>,
}

/// A teacher that is given by what it says, each `[N][C]` flattened, row-major: logits, or log-probabilities, which are logits, too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GivenTeacher {
    /// Of the training set.
    pub train: Vec<f32>,
    /// Of the inputs without a label.
    pub unlabelled: Vec<f32>,
    /// Of the test set.
    pub test: Vec<f32>,
    /// Whether the labels are true ones. Else they are this teacher's answers.
    pub has_truth: bool,
}

/// The place of the largest logit, the first of equal ones.
#[cfg(feature = "tables")]
fn argmax(logits: &[f32]) -> usize {
    let mut best = 0;
    for (class, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = class;
        }
    }
    best
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
        points::generated(config.task, config.seed)
    }

    /// The split that a row of the transfer set is in, and its place there: rows beyond the training set are those without a
    /// label.
    pub fn row(&self, row: usize) -> (&Split, usize) {
        match row.checked_sub(self.train.len()) {
            None => (&self.train, row),
            Some(row) => (&self.unlabelled, row),
        }
    }

    /// A part of it.
    pub fn part(&self, part: Part) -> &Split {
        match part {
            Part::Train => &self.train,
            Part::Test => &self.test,
        }
    }

    /// The inputs as networks take them, `[N, D]` flattened, row-major. (Made when asked for: four bytes a pixel are worth not
    /// keeping twice on a phone.)
    pub fn inputs(&self, part: Part) -> Vec<f32> {
        self.encode(self.part(part))
    }

    /// The inputs of any split of this task as networks take them, `[N, D]` flattened, row-major: standardised pixels, numbers,
    /// or one-hot characters.
    pub fn encode(&self, split: &Split) -> Vec<f32> {
        match &self.form {
            Form::Plane | Form::Numbers(_) => split.numbers.clone(),
            Form::Image(..) => {
                let (mean, deviation) = self.moments.first().copied().unwrap_or((0.0, 1.0));
                let table: Vec<f32> = (0..=255).map(|grey| ((f64::from(grey) - mean) / deviation) as f32).collect();
                split.bytes.iter().map(|&grey| table[usize::from(grey)]).collect()
            }
            Form::Text(context) => {
                let characters = self.dimensions / context.max(&1);
                let mut out = vec![0.0; split.bytes.len() * characters];
                for (one, &character) in out.chunks_mut(characters).zip(&split.bytes) {
                    one[usize::from(character)] = 1.0;
                }
                out
            }
        }
    }

    /// One example for the page to draw. `given` is the label that training sees.
    pub fn example(&self, part: Part, index: usize, given: u8, why: Option<Why>) -> Example {
        let split = self.part(part);
        let (input, label) = (self.input(split, index), usize::from(split.labels[index]));
        Example { index, input, label, given: usize::from(given), why }
    }

    /// One example of any split of this task, with the label it has there.
    pub fn example_of(&self, split: &Split, index: usize) -> Example {
        let label = usize::from(split.labels[index]);
        Example { index, input: self.input(split, index), label, given: label, why: None }
    }

    /// One input of a split in drawable form.
    pub fn input(&self, split: &Split, index: usize) -> Input {
        match &self.form {
            Form::Image(w, h) => {
                let area = (w * h) as usize;
                Input::Image(split.bytes[index * area..(index + 1) * area].to_vec())
            }
            Form::Plane => Input::Point(split.numbers[2 * index], split.numbers[2 * index + 1]),
            Form::Numbers(_) => {
                let row = &split.numbers[index * self.dimensions..(index + 1) * self.dimensions];
                let own = |(z, (mean, deviation)): (&f32, &(f64, f64))| (f64::from(*z) * deviation + mean) as f32;
                Input::Numbers(row.iter().zip(&self.moments).map(own).collect())
            }
            Form::Text(context) => {
                let codes = &split.bytes[index * context..(index + 1) * context];
                Input::Text(codes.iter().map(|&code| names::character(code)).collect())
            }
        }
    }
}
