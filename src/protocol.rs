//! The messages between page and worker: what the page may ask, and what the engine tells.
//!
//! One message is one `postcard`-encoded [`Command`] or [`Event`] in a transferred buffer, behind the version
//! byte [`VERSION`]. Page and worker are two files that a host may cache apart, so a message of another version
//! is refused in words ([`decode`]) instead of being misread.

use crate::config::Config;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Raised whenever a message changes shape.
pub const VERSION: u8 = 1;

/// The worker's first message, sent as soon as it listens: an empty buffer. A worker loses what is posted to it
/// while its program is still loading, so the page holds its commands back until this arrives.
pub const LISTENING: &[u8] = &[];

/// What the page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// First message: choose the device and fetch the task's data. With `warm_up`, train the teacher for one
    /// epoch unasked, so that the temperature slider has real soft labels to move.
    Open {
        /// The settings.
        config: Config,
        /// Address under which the data files stand, e.g. `https://host/softlabel/`.
        base: String,
        /// Train one epoch unasked.
        warm_up: bool,
    },
    /// Take over changed settings without training: redraws the transfer set, resets what must start again
    /// ([`crate::config::Effect`]), fetches another task's data if need be.
    Configure {
        /// The settings.
        config: Config,
        /// As in [`Command::Open`].
        warm_up: bool,
    },
    /// Go on to the verdict; a finished run starts its students again.
    Train,
    /// Stop after the step under way; answered by a [`Report`] with `running: false`.
    Pause,
    /// One optimizer step of whatever is due, evaluated and reported.
    Step,
    /// Back to the same initial weights, teacher and students.
    Reset,
    /// Temperature and soft weight for the steps to come.
    Tune {
        /// Temperature T.
        temperature: f32,
        /// Soft weight α.
        soft_weight: f32,
    },
}

/// What the engine tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The engine is there and computes on this device.
    Ready(DeviceInUse),
    /// Bytes of the task's data so far.
    Loading {
        /// Bytes received.
        loaded: u32,
        /// Bytes in all.
        total: u32,
    },
    /// The data is there; the run of `config` is set up.
    Opened(Setup),
    /// How far training is; at most ten a second, and at every change of phase.
    Report(Report),
    /// Examples chosen for being instructive; sent when the teacher has learned enough to choose by.
    Examples(Vec<Example>),
    /// The teacher is trained: its logits on the whole test set, for the page to soften and average at any T.
    TeacherTrained {
        /// `[N][C]` in one row.
        logits: Vec<f32>,
        /// True classes, `[N]`.
        labels: Vec<u8>,
    },
    /// The run is over.
    Finished(Outcome),
    /// Something went wrong; what was reported before stands.
    Failed(Failure),
}

/// Which device computes, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInUse {
    /// True for WebGPU, false for the CPU.
    pub gpu: bool,
    /// The device in words, e.g. `CPU` or `WebGPU (Apple M2)`.
    pub name: String,
    /// Why this one, a clause: `no WebGPU in this browser`.
    pub reason: String,
}

/// A run that is set up, before its first step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The settings it is set up for.
    pub config: Config,
    /// Names of the classes, in the order of the logits.
    pub classes: Vec<String>,
    /// Width and height in pixels of an image task; `None` for 2-D points.
    pub image_size: Option<(u32, u32)>,
    /// Examples that the teacher trains on.
    pub teacher_examples: usize,
    /// Examples in the test set.
    pub test_examples: usize,
    /// Trainable parameters of the teacher.
    pub teacher_parameters: usize,
    /// Trainable parameters of one student.
    pub student_parameters: usize,
    /// Optimizer steps of the teacher.
    pub teacher_steps: usize,
    /// The start of the first replicate's transfer set (images), or all of it (points), as the student sees it.
    pub transfer: Vec<Example>,
    /// Points of the test set, at most 300 (2-D tasks only), to draw the plane with.
    pub plane: Vec<Example>,
    /// The arms, in the order of [`Report::students`].
    pub arms: Vec<Arm>,
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

/// One student's supervision; arms of a replicate differ in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arm {
    /// Hard labels: the baseline.
    Hard,
    /// The teacher's most likely class as the label.
    Argmax,
    /// The soft term at T with weight α, the hard term with 1 − α.
    Distilled,
}

impl Arm {
    /// Row header of the results table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Hard => "Hard-label student",
            Self::Argmax => "Argmax student",
            Self::Distilled => "Distilled student",
        }
    }
}

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
    /// Milliseconds a step, over the last moments of this phase; 0 before there are any.
    pub ms_per_step: f32,
    /// The teacher's training loss at its last step, in nats.
    pub teacher_loss: Option<f32>,
    /// The students' training losses at their last step, in nats, `[R][A]` in one row.
    pub student_losses: Vec<f32>,
    /// What was measured on the test set, where this report brings a new measurement.
    pub evaluation: Option<Evaluation>,
}

/// Measurements on the whole test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The teacher's metrics; agreement and KL to itself are trivially 1 and 0.
    pub teacher: Metrics,
    /// Each student's metrics, `[R][A]` in one row; empty while the teacher trains.
    pub students: Vec<Metrics>,
    /// Logits of the [`Example`]s last sent.
    pub examples: ExampleLogits,
}

/// Logits on the chosen examples, for the page to soften at any T.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExampleLogits {
    /// The teacher's, `[E][C]` in one row.
    pub teacher: Vec<f32>,
    /// The students', `[R][A][E][C]` in one row; empty while the teacher trains.
    pub students: Vec<f32>,
}

/// How well one network does on the test set, at T = 1; natural logarithms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Share of right answers, 0 to 1.
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
}

/// What a finished run leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The settings it ran with (T and α as last tuned).
    pub config: Config,
    /// The last measurement.
    pub evaluation: Evaluation,
    /// Median time of one prediction by the teacher on the device in use, milliseconds.
    pub teacher_latency_ms: f64,
    /// The same by one student.
    pub student_latency_ms: f64,
    /// Seconds of training, teacher and students, pauses left out.
    pub seconds: f64,
}

/// Something that went wrong: what, why, and what to do, each a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What sort of trouble, for the way on that the page offers.
    pub kind: FailureKind,
    /// The sentences.
    pub message: String,
}

/// Sorts of trouble, by the way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// The device cannot be used: go on with the CPU.
    Device,
    /// The data could not be had: try again.
    Data,
    /// A loss is not finite: go back to the default learning rates.
    Diverged,
    /// The engine itself failed: start it again.
    Engine,
}

/// A message that cannot be read.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum DecodeError {
    /// Page and worker are of different versions.
    #[error("page and engine are of different versions ({found} and {VERSION}); reload the page")]
    Version {
        /// The other side's version.
        found: u8,
    },
    /// Not a message at all.
    #[error("a message between page and engine cannot be read; reload the page")]
    Malformed,
}

/// The bytes of a message.
pub fn encode<M: Serialize>(message: &M) -> Vec<u8> {
    // Serialising plain data to memory cannot fail; an empty message is refused by the other side.
    postcard::to_extend(message, vec![VERSION]).unwrap_or_default()
}

/// The message of those bytes.
///
/// # Errors
/// [`DecodeError`] when the version differs or the bytes are no message.
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, DecodeError> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| DecodeError::Malformed),
        Some((&found, _)) => Err(DecodeError::Version { found }),
        None => Err(DecodeError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_as_it_was_sent() {
        let command = Command::Open { config: Config::default(), base: "./".into(), warm_up: true };
        assert_eq!(decode::<Command>(&encode(&command)), Ok(command));
    }

    #[test]
    fn another_version_is_refused_in_words() {
        let mut bytes = encode(&Command::Train);
        bytes[0] = VERSION + 1;
        let error = decode::<Command>(&bytes).unwrap_err();
        assert_eq!(error, DecodeError::Version { found: VERSION + 1 });
        assert!(error.to_string().contains("reload"));
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(decode::<Command>(&[]), Err(DecodeError::Malformed));
        assert_eq!(decode::<Command>(&[VERSION, 255, 255]), Err(DecodeError::Malformed));
    }
}
