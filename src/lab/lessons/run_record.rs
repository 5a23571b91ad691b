//! What a run of a lesson has given, and the questions that judges ask of it.

use crate::config::{Arm, Config, Measure, Method};
use crate::experiment::{Metrics, Outcome};
use crate::lab::bias;
use crate::lab::comparison::{Comparison, ExampleError};
use crate::lab::measured;
use crate::lab::verdict;
use serde::{Deserialize, Serialize};

/// A finished run. What is kept of it for later is all but the logits, which only judges need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// What it left.
    pub outcome: Outcome,
    /// Names of the classes.
    pub classes: Vec<String>,
    /// Each arm's mean accuracy (per cent) at every measurement: step and mean.
    pub curves: Vec<Vec<(f64, f64)>>,
    /// The teacher's logits on the test set, `[N][C]` flattened, row-major.
    #[serde(skip)]
    pub teacher_logits: Vec<f32>,
    /// The students', `[R][A][N][C]` flattened, row-major; empty for texts.
    #[serde(skip)]
    pub student_logits: Vec<f32>,
    /// True classes of the test set, `[N]`.
    #[serde(skip)]
    pub labels: Vec<u8>,
    /// Examples in a transfer set.
    pub transfer_examples: usize,
    /// How often a student of each arm had the teacher asked.
    pub queries: Vec<usize>,
}

impl RunRecord {
    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.outcome.config
    }

    /// The first extra arm with that method.
    pub fn extra_arm(&self, method: Method) -> Option<Arm> {
        self.config().extra_arms.iter().position(|supervision| supervision.method == method).map(Arm::Extra)
    }

    /// Values of a metric, one a replicate.
    pub fn values(&self, arm: Arm, metric: fn(&Metrics) -> f64) -> Vec<f64> {
        verdict::arm_values(&self.outcome.evaluation.students, &self.config().arms(), arm, metric)
    }

    /// Mean of a metric over the replicates.
    pub fn mean(&self, arm: Arm, metric: fn(&Metrics) -> f64) -> f64 {
        verdict::mean(&self.values(arm, metric))
    }

    /// Mean accuracy in per cent.
    pub fn accuracy(&self, arm: Arm) -> f64 {
        self.mean(arm, |m| 100.0 * m.accuracy)
    }

    /// The teacher's accuracy in per cent.
    pub fn teacher(&self) -> f64 {
        100.0 * self.outcome.evaluation.teacher.accuracy
    }

    /// One arm's advantage over another with its intervals, in points of accuracy; `None` with fewer than two replicates.
    pub fn compare(&self, arm: Arm, of: Arm) -> Option<Comparison> {
        measured::compare(&self.outcome, arm, of, Measure::Accuracy)
    }

    /// The highest point of an arm's mean curve: step and per cent.
    pub fn peak(&self, arm: Arm) -> Option<(f64, f64)> {
        let place = self.config().arms().iter().position(|&a| a == arm)?;
        self.curves.get(place)?.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Logits of every replicate's student of an arm, each `[N][C]` flattened, row-major.
    pub fn logits(&self, arm: Arm) -> impl Iterator<Item = &[f32]> {
        let arms = self.config().arms();
        let place = arms.iter().position(|&a| a == arm).unwrap_or(usize::MAX);
        let each = (self.labels.len() * self.classes.len()).max(1);
        self.student_logits
            .chunks_exact(each)
            .enumerate()
            .filter_map(move |(i, l)| (i % arms.len() == place).then_some(l))
    }

    /// An arm's mean accuracy on one class, and over all, in per cent: as trained, and with each student's best bias on that
    /// class, chosen and measured on different halves of the test set; and the mean of these biases. `None` where there are no
    /// logits.
    pub fn with_bias(&self, arm: Arm, class: usize) -> Option<Biased> {
        let mut sum = Biased::default();
        let mut n = 0.0;
        for logits in self.logits(arm) {
            let plain = bias::right(logits, &self.labels, class, 0.0);
            let (best, right) = bias::cross_fitted(logits, &self.labels, class);
            sum.class += plain.on_class();
            sum.all += plain.accuracy();
            sum.class_best += right.on_class();
            sum.all_best += right.accuracy();
            sum.bias += f64::from(best);
            sum.each.push(right.on_class());
            sum.examples = right.of_class;
            n += 1.0;
        }
        (n > 0.0).then(|| Biased {
            class: sum.class / n,
            all: sum.all / n,
            class_best: sum.class_best / n,
            all_best: sum.all_best / n,
            bias: sum.bias / n,
            ..sum
        })
    }
}

/// Means over the students of an arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Biased {
    /// Right on the class, as trained, per cent.
    pub class: f64,
    /// Right over all, as trained, per cent.
    pub all: f64,
    /// Right on the class with the best bias, per cent.
    pub class_best: f64,
    /// Right over all with the best bias, per cent.
    pub all_best: f64,
    /// That bias, logits.
    pub bias: f64,
    /// Right on the class with the best bias, per cent, one a student.
    pub each: Vec<f64>,
    /// Test examples of the class.
    pub examples: usize,
}

impl Biased {
    /// What is right on the class with the best bias, with its interval over students and test examples (binomial).
    pub fn estimate(&self) -> Option<Comparison> {
        // With two right and two wrong answers more, so that 30 of 30 are not certain (Agresti & Coull 1998).
        let n = self.examples as f64 + 4.0;
        let share = (self.class_best / 100.0 * self.examples as f64 + 2.0) / n;
        let error = 100.0 * (share * (1.0 - share) / n).sqrt();
        let of_examples = ExampleError { error, examples: self.examples };
        Comparison::of(&self.each, &vec![0.0; self.each.len()], Some(of_examples))
    }
}
