//! What is measured of the networks of a run, and what a finished run leaves.

use crate::config::Config;
use serde::{Deserialize, Serialize};

/// How well one network does on the test set, at T = 1; natural logarithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of correct predictions, 0 to 1.
    pub accuracy: f64,
    /// Share of answers equal to the teacher's (top-1 fidelity), 0 to 1.
    pub agreement: f64,
    /// Mean KL(teacher ‖ student), nats.
    pub kl_to_teacher: f64,
    /// Mean negative log-likelihood of the true class, nats.
    pub nll: f64,
    /// Mean squared distance of the probabilities from the one-hot truth.
    pub brier: f64,
    /// Expected calibration error over 15 equal bins of confidence, 0 to 1.
    pub ece: f64,
    /// Mean entropy of the answers, nats.
    pub entropy: f64,
}

/// Measurements on the whole test set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The teacher's metrics; agreement and KL to itself are trivially 1 and 0.
    pub teacher: Metrics,
    /// Each student's metrics, `[R][A]` flattened, row-major; empty while the teacher trains.
    pub students: Vec<Metrics>,
    /// The earlier teachers of the chain that are trained, in their order; empty without a chain.
    pub chain: Vec<Metrics>,
    /// The independent second teacher's, where there is one.
    pub second_teacher: Option<Metrics>,
    /// Logits of the [`Example`](crate::data::example::Example)s last sent.
    pub examples: ExampleLogits,
}

/// Logits on the chosen examples, for the page to soften at any T.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExampleLogits {
    /// The teacher's, `[E][C]` flattened, row-major.
    pub teacher: Vec<f32>,
    /// The students', `[R][A][E][C]` flattened, row-major; empty while the teacher trains.
    pub students: Vec<f32>,
}

/// The two terms in one student's gradient with respect to all its parameters, before their weights α and 1 − α
/// (the soft term with its T², where that is on).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GradientTerms {
    /// Euclidean norm of the soft term's gradient.
    pub soft: f32,
    /// Euclidean norm of the hard term's gradient.
    pub hard: f32,
    /// Cosine of the angle between them; 0 where one is nothing.
    pub cosine: f32,
}

/// Standard errors of differences between arms over the draw of the test examples: by how much the mean difference, over all
/// replicates, would vary with another test set of the same size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExampleErrors {
    /// Independent test examples: rows, or texts where the rows are their characters. 0 where nothing is known.
    pub examples: usize,
    /// Of accuracy, 0 to 1; `[A][A]` flattened, row-major, symmetric.
    pub accuracy: Vec<f64>,
    /// Of balanced accuracy, 0 to 1, in the same form.
    pub balanced_accuracy: Vec<f64>,
    /// Of macro-averaged F1, 0 to 1, in the same form.
    pub macro_f1: Vec<f64>,
    /// Of the negative log-likelihood, nats, in the same form.
    pub nll: Vec<f64>,
}

/// The temperature that calibrates a network, chosen on one half of the test set and measured on the other, both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// It; 0 where it is not known. Above 1 for a network that is too sure.
    pub temperature: f64,
    /// Mean negative log-likelihood of the true class with it, nats.
    pub nll: f64,
}

/// Classes from which on the five likeliest are counted, too.
pub const TOP_FIVE_CLASSES: usize = 24;

/// The test examples that a network answers with a confidence between two bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfidenceBin {
    /// How many there are.
    pub examples: u32,
    /// How many of them are answered rightly.
    pub right: u32,
    /// Sum of the probabilities of the answers.
    pub confidence: f64,
}

/// How sure a network is of its answers on the test set, and which it has among its likeliest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// By confidence, in equal bins (lo, hi] from 0 to 1: those of [`Metrics::ece`].
    pub bins: Vec<ConfidenceBin>,
    /// Of each class, how many examples have it among the five likeliest answers; empty below [`TOP_FIVE_CLASSES`] classes.
    pub in_top_five: Vec<u32>,
}

/// A student stopped at the best of the moments at which it was measured: chosen on one half of the test set and measured on
/// the other, both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BestMoment {
    /// The step chosen, mean of both choices.
    pub step: f64,
    /// Share of correct predictions on the half that the step was not chosen on, over both.
    pub accuracy: f64,
}

/// What a finished run leaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The settings it ran with (T and α as last changed).
    pub config: Config,
    /// The last measurement.
    pub evaluation: Evaluation,
    /// How often each class (rows) was answered with each class (columns) on the test set, `[C][C]` flattened, row-major: the
    /// teacher's.
    pub teacher_confusion: Vec<u32>,
    /// The same of each student, `[R][A]`.
    pub student_confusions: Vec<Vec<u32>>,
    /// Median time of one prediction by the teacher on the device in use, milliseconds.
    pub teacher_latency_ms: f64,
    /// The same by one student.
    pub student_latency_ms: f64,
    /// Seconds of training, teacher and students, pauses left out.
    pub seconds: f64,
    /// Labelled examples that the teacher learned from: all that there are. 0 where it is not known.
    #[serde(default)]
    pub teacher_examples: usize,
    /// Labelled examples that each student learned from.
    #[serde(default)]
    pub transfer_examples: usize,
    /// Examples without labels that those learned from besides who ask the teacher.
    #[serde(default)]
    pub pool_examples: usize,
    /// What the draw of the test examples adds to the uncertainty of a comparison.
    #[serde(default)]
    pub example_errors: ExampleErrors,
    /// The networks' calibrating temperatures: the teacher's, then the students', `[R][A]` flattened, row-major.
    #[serde(default)]
    pub calibrations: Vec<Calibration>,
    /// The networks' confidence: the teacher's, then the students', `[R][A]` flattened, row-major.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// The students' best moments, `[R][A]` flattened, row-major.
    #[serde(default)]
    pub best_moments: Vec<BestMoment>,
    /// Whether the teacher came with the data, so that none was trained.
    #[serde(default)]
    pub given_teacher: bool,
    /// Whether no label is true: accuracy is agreement with the given teacher's answers.
    #[serde(default)]
    pub without_truth: bool,
}
