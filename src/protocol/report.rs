//! How a run goes, and what it leaves.

use crate::experiment::{Evaluation, GradientTerms};
use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Not begun, or the teacher is training.
    Teacher,
    /// The teacher labels the transfer set.
    Labelling,
    /// The students are training.
    Students,
    /// All is done.
    Done,
}

/// A momentary view of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Where it stands.
    pub phase: Phase,
    /// Whether it goes on by itself.
    pub running: bool,
    /// True while the unasked first epoch runs.
    pub warming_up: bool,
    /// Steps taken by the teacher.
    pub teacher_step: usize,
    /// Steps taken by the students.
    pub student_step: usize,
    /// Milliseconds per step, over the last moments of this phase; 0 before there are any.
    pub ms_per_step: f32,
    /// Workers that share the students' training; 1 where nobody does.
    pub workers: usize,
    /// The teacher's training loss at its last step, in nats.
    pub teacher_loss: Option<f32>,
    /// The students' training losses at their last step, in nats, `[R][A]` flattened, row-major.
    pub student_losses: Vec<f32>,
    /// What each student's gradient is made of at its last step, `[R][A]` flattened, row-major; empty unless asked for.
    pub gradient_terms: Vec<GradientTerms>,
    /// What was measured on the test set, where this report brings a new measurement.
    pub evaluation: Option<Evaluation>,
}
