//! A run that is set up: what it is made of, and what its inputs look like.

pub use crate::config::Arm;
use crate::config::Config;
use serde::{Deserialize, Serialize};

/// A run that is set up, before its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The settings it is set up for.
    pub config: Config,
    /// Names of the classes, in the order of the logits.
    pub classes: Vec<String>,
    /// What an input is.
    pub form: Form,
    /// Examples that the teacher trains on.
    pub teacher_examples: usize,
    /// Examples in the test set.
    pub test_examples: usize,
    /// Trainable parameters of the teacher.
    pub teacher_parameters: usize,
    /// Trainable parameters of one student.
    pub student_parameters: usize,
    /// Multiply–accumulates of one prediction by the teacher.
    pub teacher_macs: usize,
    /// Multiply–accumulates of one prediction by one student.
    pub student_macs: usize,
    /// Optimizer steps of all teachers of the run.
    pub teacher_steps: usize,
    /// The teachers one after another: the first (one network or an ensemble), then the chain; the last one teaches.
    pub stages: Vec<Stage>,
    /// How often a student of each arm has the teacher asked, in all.
    pub queries: Vec<usize>,
    /// The start of the first replicate's transfer set (images), or all of it (points), as the student sees it.
    pub transfer: Vec<Example>,
    /// The start of the first replicate's pool without labels.
    pub pool: Vec<Example>,
    /// Examples in a transfer set.
    pub transfer_examples: usize,
    /// Examples in a pool.
    pub pool_examples: usize,
    /// The start of the test set, as production sends it.
    pub production: Vec<Example>,
    /// Points of the test set, at most 300 (2-D tasks only), to draw the plane with.
    pub plane: Vec<Example>,
    /// The arms, in the order of [`Evaluation::students`](super::Evaluation::students).
    pub arms: Vec<Arm>,
}

/// One teacher of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Its name: `Teacher`, `Generation 2`, `Assistant (64 units)`.
    pub name: String,
    /// Optimizer steps it takes.
    pub steps: usize,
    /// Trainable parameters.
    pub parameters: usize,
}

/// One input with its label, for the page to draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Index in its set (test set or training set).
    pub index: usize,
    /// The input itself.
    pub input: Input,
    /// True class.
    pub label: usize,
    /// The label that training sees where noise made it another.
    pub given: usize,
    /// Why it was chosen, where it was chosen.
    pub why: Option<Why>,
}

/// An input in drawable form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// Grey levels row by row, 0 black.
    Image(Vec<u8>),
    /// A place in the plane.
    Point(f32, f32),
    /// A row of a table, in its own units.
    Numbers(Vec<f32>),
    /// The characters before the one to be foretold, `·` where there are none.
    Text(String),
}

/// What the inputs of a task are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Form {
    /// Grey images of that width and height in pixels.
    Image(u32, u32),
    /// Places in the plane.
    Plane,
    /// Rows of numbers; names of the columns.
    Numbers(Vec<String>),
    /// So many characters.
    Text(usize),
}

impl Setup {
    /// Who teaches the students: the last of several teachers by its name (an assistant is not what a reader takes for the
    /// teacher), else "Teacher".
    pub fn teaches(&self) -> String {
        self.stages
            .last()
            .filter(|_| self.stages.len() > 1)
            .map_or_else(|| "Teacher".into(), |stage| stage.name.clone())
    }

    /// Parameters of the teacher whose width is set, the first of several.
    pub fn first_teacher_parameters(&self) -> usize {
        self.stages.first().map_or(self.teacher_parameters, |stage| stage.parameters)
    }
}

impl Form {
    /// Width and height of images.
    pub fn image_size(&self) -> Option<(u32, u32)> {
        match self {
            Self::Image(w, h) => Some((*w, *h)),
            _ => None,
        }
    }
}

/// Why an example is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Among those the teacher is least sure about (highest entropy).
    Unsure,
    /// The teacher is sure, and wrong.
    ConfidentMistake,
    /// Among the surest right answers of its class.
    Prototype,
}
