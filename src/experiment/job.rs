//! A part of a sweep, as it is given to a worker.

use crate::config::{Config, Method};
use serde::{Deserialize, Serialize};

/// A part of a sweep: one stack, from a teacher to measured students.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The page's number for it.
    pub id: u32,
    /// Settings; its arms are its extra arms and, with `baseline`, the hard-label student before them.
    pub config: Config,
    /// Whether there is a hard-label arm.
    pub baseline: bool,
    /// The teacher's logits, if another worker trained it already.
    pub taught: Option<TrainedTeacher>,
    /// Whether to send the teacher's logits back for other workers (`JobNews::TrainedTeacher`).
    pub share: bool,
    /// Whether it is measured on the test set: it confirms, and chooses nothing. Otherwise on a validation set.
    pub on_test: bool,
}

impl Job {
    /// Whether its teacher's logits on the training set are not all that its students ask for: hints need the hidden layer,
    /// and inputs that are made for the students have answers of their own. Such a job trains its teacher itself.
    pub fn trains_own(&self) -> bool {
        self.config.alters_inputs()
            || self.config.extra_arms.iter().any(|supervision| supervision.method == Method::Hint)
    }
}

/// All that students need to know of a teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedTeacher {
    /// Its logits on the whole training set and the unlabelled rows after it, `[N][C]` flattened, row-major.
    pub train: Vec<f32>,
    /// Its logits on the whole test set, in the same form.
    pub test: Vec<f32>,
}
