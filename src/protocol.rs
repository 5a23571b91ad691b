//! The messages between page and worker: what the page may ask, and what the engine tells.
//!
//! One message is one `postcard`-encoded [`Command`] or [`Event`] in a transferred buffer, behind the version
//! byte [`VERSION`]. Page and worker are two files that a host may cache apart, so a message of another version
//! is refused in words ([`decode`]) instead of being misread.

pub use crate::config::Arm;
use crate::config::Config;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Raised whenever a message changes shape.
pub const VERSION: u8 = 6;

/// The worker's first message, sent as soon as it listens: an empty buffer. A worker loses what is posted to it
/// while its program is still loading, so the page holds its commands back until this arrives.
pub const LISTENING: &[u8] = &[];

/// What the page asks of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// First message: choose the device, and set up what the worker is for.
    Open {
        /// The settings.
        config: Config,
        /// Address under which the data files stand, e.g. `https://host/softlabel/`.
        base: String,
        /// What the worker is for.
        purpose: Purpose,
    },
    /// Take over changed settings without training: redraws the transfer set, resets what must start again
    /// ([`crate::config::Effect`]), fetches another task's data if need be.
    Configure {
        /// The settings.
        config: Config,
        /// As in [`Purpose::Run`].
        warm_up: bool,
    },
    /// Go on to the verdict; a finished run starts its students again.
    Train,
    /// Go on to that step of the students and wait there, for a demonstration; 0 waits with the soft labels ready.
    TrainTo(usize),
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
    /// Whether reports shall tell the anatomy of the gradient ([`Report::anatomy`]).
    Dissect(bool),
    /// Run this job to its end, beside a run that is set up (which waits); answered by [`Event::Job`]s.
    Job(Job),
    /// Measure milliseconds and launches a step; answered by three [`Event::Bench`].
    Bench(BenchSpec),
    /// What do the networks say of this image? Grey levels, as long as the task's; answered by [`Event::Answered`].
    Ask(Vec<u8>),
    /// The reader's own data ([`crate::config::Task::Own`]), kept until others come; answered by [`Event::Taken`].
    Own(Upload),
    /// Tell what a file is written of; answered by [`Event::Exported`].
    Export(Export),
    /// Set up the run of networks that a file brought back, and put them in it: a packed [`crate::material::Brought`];
    /// answered by [`Event::Adopted`].
    Adopt(Packed),
}

/// Files that need the engine: what they are written of is [`crate::material::Material`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// Every network of the finished run.
    Weights,
    /// What the run that is set up learns from and is measured on.
    Data,
    /// The script that trains as the run that is set up does.
    Training,
}

/// Bytes that only those unpack who know what they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// Files of the reader's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Upload {
    /// A table of comma-separated values, as it is in its file.
    Table {
        /// Name of the file.
        name: String,
        /// Its bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Images.
    Pictures(Vec<Picture>),
}

/// An image file of the reader's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Its path, folders and all, as far as the browser tells.
    pub path: String,
    /// Its bytes, in any format that the browser reads.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What a worker is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The run that the page shows: fetches the task's data and sets it up.
    Run {
        /// Train the teacher for one epoch unasked, so that the temperature slider has real soft labels to move.
        warm_up: bool,
    },
    /// Jobs and benchmarks, when they come.
    Errands,
}

/// A part of a sweep: one stack, from a teacher to measured students.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The page's number for it.
    pub id: u32,
    /// Settings; its arms are its rivals and, with `baseline`, the hard-label student before them.
    pub config: Config,
    /// Whether there is a hard-label arm.
    pub baseline: bool,
    /// The teacher's logits, if another worker trained it already.
    pub taught: Option<Taught>,
    /// Whether to send the teacher's logits back for other workers ([`JobNews::Taught`]).
    pub share: bool,
}

/// All that students need to know of a teacher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taught {
    /// Its logits on the whole training set, `[N][C]` in one row.
    pub train: Vec<f32>,
    /// Its logits on the whole test set, in the same form.
    pub test: Vec<f32>,
}

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum JobNews {
    /// Steps taken and to take.
    Progress {
        /// Taken.
        taken: usize,
        /// In all.
        all: usize,
    },
    /// The teacher is there.
    Taught(Taught),
    /// The students as measured so far or at last, `[R][A]` in one row.
    Measured {
        /// The teacher's metrics.
        teacher: Metrics,
        /// The students'.
        students: Vec<Metrics>,
        /// True for the last measurement: the job is done.
        done: bool,
    },
}

/// What to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchSpec {
    /// Layer widths of the teacher, input to output.
    pub teacher: Vec<usize>,
    /// Layer widths of a student, input to output.
    pub student: Vec<usize>,
    /// Examples a step.
    pub batch: usize,
    /// Steps timed.
    pub steps: usize,
}

impl BenchSpec {
    /// Steps before the clock starts: kernels are compiled, memory is claimed.
    pub const WARM_UP: usize = 20;
}

/// One row of the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchRow {
    /// What was trained.
    pub subject: BenchSubject,
    /// Mean milliseconds a step.
    pub ms: f64,
    /// Kernel launches a step; 0 on the CPU.
    pub launches: f64,
}

/// What a benchmark trains, in the order it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BenchSubject {
    /// One teacher, on hard labels.
    Teacher,
    /// One distilled student.
    Student,
    /// Eight distilled students in one stack.
    Students8,
}

/// What the engine tells the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Bytes of the engine's program so far. (Said by the worker's script, not by the engine, which is not there yet.)
    Arriving {
        /// Bytes received, unpacked.
        loaded: u32,
        /// Bytes in all.
        total: u32,
    },
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
    /// The teacher's logits on the whole test set, for the page to soften and average at any T: sent after the
    /// unasked first epoch and when the teacher is trained.
    TeacherLogits {
        /// `[N][C]` in one row.
        logits: Vec<f32>,
        /// True classes, `[N]`.
        labels: Vec<u8>,
        /// True when the teacher is trained.
        trained: bool,
    },
    /// The run is over.
    Finished(Outcome),
    /// The students' logits on the whole test set, sent before [`Event::Finished`] (not of texts, which are many).
    StudentLogits {
        /// `[R][A][N][C]` in one row.
        logits: Vec<f32>,
        /// True classes, `[N]`.
        labels: Vec<u8>,
    },
    /// What the networks say of every place in the plane (tasks of points), with every measurement.
    Regions(Regions),
    /// Texts that the networks have written (tasks of texts), with every measurement.
    Samples {
        /// The teacher's.
        teacher: Vec<String>,
        /// One list an arm, by the first replicate's students; none while the teacher trains.
        arms: Vec<Vec<String>>,
    },
    /// The start of the first replicate's transfer set, where the teacher has written it.
    Written(Vec<Example>),
    /// What the networks say of the image that was asked about.
    Answered {
        /// The teacher's logits, `[C]`.
        teacher: Vec<f32>,
        /// The students', `[R][A][C]` in one row; empty before there are students.
        students: Vec<f32>,
    },
    /// The reader's own data as understood, or why they cannot be used, in sentences.
    Taken(Result<OwnData, String>),
    /// What the file asked for is written of, a packed [`crate::material::Material`], or why it cannot be had, in
    /// sentences.
    Exported(Result<Packed, String>),
    /// The run of these settings is about to be set up, measured and told like any other, with the networks of a file in
    /// it; or why they cannot be used, in sentences: then everything is as it was.
    Adopted(Result<Box<Config>, String>),
    /// Something went wrong; what was reported before stands.
    Failed(Failure),
    /// News of the job of that number.
    Job(u32, JobNews),
    /// One row of the benchmark.
    Bench(BenchRow),
}

/// The reader's own data, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnData {
    /// Name of the file, or of the first of the images' folders.
    pub name: String,
    /// Examples in the training set.
    pub train: usize,
    /// Examples in the test set.
    pub test: usize,
    /// Columns of a table, pixels of an image.
    pub dimensions: usize,
    /// Names of the classes.
    pub classes: Vec<String>,
}

/// Logits over a square of the plane, row by row from the lower left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regions {
    /// Half the square's side: it reaches from −half to +half in both directions.
    pub half: f32,
    /// Places along a side, G.
    pub side: usize,
    /// The teacher's, `[G·G][C]` in one row.
    pub teacher: Vec<f32>,
    /// The first replicate's students', `[A][G·G][C]` in one row; empty while the teacher trains.
    pub arms: Vec<f32>,
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
    /// The arms, in the order of [`Evaluation::students`].
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
    /// What each student's gradient is made of at its last step, `[R][A]` in one row; empty unless asked for.
    pub anatomy: Vec<Anatomy>,
    /// What was measured on the test set, where this report brings a new measurement.
    pub evaluation: Option<Evaluation>,
}

/// The two terms in one student's gradient with respect to all its parameters, before their weights α and 1 − α
/// (the soft term with its T², where that is on).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Anatomy {
    /// Euclidean norm of the soft term's gradient.
    pub soft: f32,
    /// Euclidean norm of the hard term's gradient.
    pub hard: f32,
    /// Cosine of the angle between them; 0 where one is nothing.
    pub cosine: f32,
}

/// Measurements on the whole test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The teacher's metrics; agreement and KL to itself are trivially 1 and 0.
    pub teacher: Metrics,
    /// Each student's metrics, `[R][A]` in one row; empty while the teacher trains.
    pub students: Vec<Metrics>,
    /// The earlier teachers of the chain that are trained, in their order; empty without a chain.
    pub chain: Vec<Metrics>,
    /// The independent second teacher's, where there is one.
    pub second_teacher: Option<Metrics>,
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
    /// Mean entropy of the answers, nats.
    pub entropy: f64,
}

/// What a finished run leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The settings it ran with (T and α as last tuned).
    pub config: Config,
    /// The last measurement.
    pub evaluation: Evaluation,
    /// How often each class (rows) was answered with each class (columns) on the test set, `[C][C]` in one row: the
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
    /// The settings ask for what cannot be: change them.
    Settings,
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
        let command =
            Command::Open { config: Config::default(), base: "./".into(), purpose: Purpose::Run { warm_up: true } };
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
