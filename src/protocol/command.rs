//! Commands of the page to the engine.

use super::BenchSpec;
use crate::config::Config;
use crate::experiment::Job;
use serde::{Deserialize, Serialize};

/// A command of the page to the engine.
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
    /// ([`crate::config::Invalidates`]), fetches another task's data if need be.
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
    /// Stop after the step under way; answered by a [`Report`](super::Report) with `running: false`.
    Pause,
    /// One optimizer step of whatever is due, evaluated and reported.
    Step,
    /// Back to the same initial weights, teacher and students.
    Reset,
    /// Whether reports carry the gradient's decomposition ([`Report::gradient_terms`](super::Report::gradient_terms)).
    Decompose(bool),
    /// Bring with every evaluation, and at once, how the networks compute that one of the chosen examples
    /// ([`Event::Activations`](super::Event::Activations)); `None` ends it.
    Watch(Option<usize>),
    /// Run this job to its end, beside a run that is set up (which waits); answered by [`Event::Job`](super::Event::Job)s.
    Job(Job),
    /// Measure milliseconds and launches per step; answered by three [`Event::Bench`](super::Event::Bench).
    Bench(BenchSpec),
    /// Predict this image: grey levels, as many as the task's inputs have; answered by [`Event::Predicted`](super::Event::Predicted).
    Predict(Vec<u8>),
    /// Custom data ([`crate::config::Task::Own`]), kept until others come; answered by [`Event::CustomDataRead`](super::Event::CustomDataRead).
    LoadCustomData(Upload),
    /// Send the payload of a file; answered by [`Event::Exported`](super::Event::Exported).
    Export(Export),
    /// Set up the run of imported networks, and put them in it: a packed [`crate::export::ImportPayload`];
    /// answered by [`Event::Imported`](super::Event::Imported).
    Import(Packed),
}

/// Files that need the engine; their payload is [`crate::export::ExportPayload`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// Every network of the finished run.
    Weights,
    /// Training, transfer and test sets of the run that is set up.
    Data,
    /// What the training script needs of the run that is set up.
    Training,
}

/// Opaque nested payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed(#[serde(with = "serde_bytes")] pub Vec<u8>);

/// Files that the user chose.
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
    Images(Vec<Picture>),
}

/// An image file that the user chose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Its path, folders and all, as far as the browser reports it.
    pub path: String,
    /// Its bytes, in any format that the browser reads.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// Purpose of a worker.
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
