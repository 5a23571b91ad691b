//! A run that is set up: what it is made of, and what its inputs look like.

use crate::config::{Arm, Config};
use crate::data::example::{Example, Form};
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
    /// Whether the teacher comes with the data: none is trained.
    pub given_teacher: bool,
    /// Whether no label is true: they are a given teacher's answers.
    pub without_truth: bool,
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
    /// Multiply–accumulates of one prediction, of all members.
    pub macs: usize,
}

impl Setup {
    /// The students' teacher: the last of several by its name (an assistant is not what a user takes for the
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
