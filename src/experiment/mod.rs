//! An experiment: the run that is set up, the jobs of a sweep, and what was measured. Plain data that engine, laboratory, files
//! and page share.

mod activations;
mod job;
mod results;
mod setup;
mod state_dict;

pub use activations::{Activations, Connection, NetworkActivations};
pub use job::{Job, TrainedTeacher};
pub use results::{Calibration, Evaluation, ExampleErrors, ExampleLogits, GradientTerms, Metrics, Outcome};
pub use setup::{Setup, Stage};
pub use state_dict::{NamedTensor, StateDict};
