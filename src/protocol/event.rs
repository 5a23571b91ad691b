//! Events of the engine for the page.

use super::{BenchRow, JobNews, Packed, Report};
use crate::config::Config;
use crate::data::example::Example;
use crate::experiment::{Activations, Outcome, Setup};
use serde::{Deserialize, Serialize};

/// An event of the engine for the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Bytes of the engine's program so far. (Sent by the worker's script: the engine is not there yet.)
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
        /// `[N][C]` flattened, row-major.
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
        /// `[R][A][N][C]` flattened, row-major.
        logits: Vec<f32>,
        /// True classes, `[N]`.
        labels: Vec<u8>,
    },
    /// Logits over the plane (tasks of points), with every evaluation.
    Regions(Regions),
    /// How the networks compute the example of [`Command::Watch`](super::Command::Watch).
    Activations(Activations),
    /// Texts that the networks have written (tasks of texts), with every measurement.
    Samples {
        /// The teacher's.
        teacher: Vec<String>,
        /// One list an arm, by the first replicate's students; none while the teacher trains.
        arms: Vec<Vec<String>>,
    },
    /// The start of the first replicate's transfer set, where the teacher has written it.
    TransferTexts(Vec<Example>),
    /// Predictions for the image of [`Command::Predict`](super::Command::Predict).
    Predicted {
        /// The teacher's logits, `[C]`.
        teacher: Vec<f32>,
        /// The students', `[R][A][C]` flattened, row-major; empty before there are students.
        students: Vec<f32>,
    },
    /// Summary of the custom data that were read, or sentences that say why they cannot be used.
    CustomDataRead(Result<CustomDataInfo, String>),
    /// The payload of the file asked for, a packed [`crate::export::ExportPayload`], or why it cannot be had, in
    /// sentences.
    Exported(Result<Packed, String>),
    /// The run of these settings is set up next, with imported networks, evaluated and reported like any other; or sentences
    /// that say why they cannot be used, and nothing has changed.
    Imported(Result<Box<Config>, String>),
    /// Something went wrong; what was reported before stands.
    Failed(Failure),
    /// News of the job of that number.
    Job(u32, JobNews),
    /// One row of the benchmark.
    Bench(BenchRow),
}

/// Summary of custom data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomDataInfo {
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
    /// The teacher's, `[G·G][C]` flattened, row-major.
    pub teacher: Vec<f32>,
    /// The first replicate's students', `[A][G·G][C]` flattened, row-major; empty while the teacher trains.
    pub arms: Vec<f32>,
}

/// Which device computes, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceInUse {
    /// True for WebGPU, false for the CPU.
    pub gpu: bool,
    /// The device as text, e.g. `CPU` or `WebGPU (Apple M2)`.
    pub name: String,
    /// Why this one, a clause: `no WebGPU in this browser`.
    pub reason: String,
}

/// Something that went wrong: what, why, and what to do, each a sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Kind of failure, which decides the remedy that the page offers.
    pub kind: FailureKind,
    /// The sentences.
    pub message: String,
}

/// Kinds of failure, by remedy.
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
