//! The run that a payload belongs to.

use crate::config::{Config, RunNetworks};
use crate::data::example::Form;
use serde::{Deserialize, Serialize};

/// The run that a payload belongs to: what all of its files state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Its settings; of a finished run those it ended with.
    pub config: Config,
    /// What an input is.
    pub form: Form,
    /// D, the length of an input.
    pub dimensions: usize,
    /// As in [`crate::data::Dataset::moments`].
    pub moments: Vec<(f64, f64)>,
    /// Names of the classes, in the order of the logits.
    pub classes: Vec<String>,
    /// Examples in the test set.
    pub test_examples: usize,
    /// SHA-256 of the test set: labels, then inputs, as the data file stores them; hexadecimal.
    pub test_sha256: String,
    /// Whether the teacher came with the data: its networks are nowhere.
    pub given_teacher: bool,
}

impl Origin {
    /// The networks of the run.
    pub fn run_networks(&self) -> RunNetworks {
        self.config.run_networks(self.dimensions, self.classes.len()).with_teacher(!self.given_teacher)
    }
}
