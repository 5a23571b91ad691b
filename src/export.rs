//! Export payloads, from which the page writes files of a run, and import payloads, which bring networks back from a file.
//!
//! Plain data without burn, [`pack`]ed within [`crate::protocol`]'s messages: only the code that writes and reads files knows
//! its form, and that is a lazily loaded part of the page.

pub mod int8;
mod origin;
mod student;

pub use origin::Origin;
pub use student::{FEWEST_VALIDATION_ROWS, StudentPayload, Validation, choose};

use crate::config::{Architecture, Config, RunNetworks};
use crate::data::transfer::Transfer;
use crate::data::{GivenTeacher, Split};
use crate::experiment::{Metrics, StateDict};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The weights of all networks of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Networks {
    /// Members of the teacher that the students learn from.
    pub teacher: Vec<StateDict>,
    /// The independent second teacher, where there is one.
    pub second: Option<StateDict>,
    /// The students, `[R·A]`.
    pub students: Vec<StateDict>,
}

impl Networks {
    /// Whether their number and architectures are those of a run.
    pub fn fit(&self, run: &RunNetworks) -> bool {
        self.teacher.len() == run.members
            && self.second.is_some() == run.second
            && self.students.len() == run.replicates * run.arms
            && self.teacher.iter().chain(&self.second).all(|network| network.fits(&run.teacher))
            && self.students.iter().all(|network| network.fits(&run.student))
    }
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// The teacher as a whole.
    pub teacher: Metrics,
    /// The second teacher.
    pub second: Option<Metrics>,
    /// The earlier teachers of a chain, whose weights are not kept.
    pub chain: Vec<Metrics>,
    /// The students, `[R·A]`.
    pub students: Vec<Metrics>,
    /// Seconds of training.
    pub seconds: f64,
}

/// Payload of a weights file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightsPayload {
    /// The run.
    pub origin: Origin,
    /// Its networks.
    pub networks: Networks,
    /// Their metrics.
    pub measures: Measures,
}

/// Payload of a data file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataPayload {
    /// The run.
    pub origin: Origin,
    /// Training set of the teachers, with its true labels.
    pub train: Split,
    /// The training labels, wrong ones among them, `[N]`.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// Test set.
    pub test: Split,
    /// Transfer sets of the students.
    pub transfer: Transfer,
    /// Inputs that have no label.
    pub unlabelled: Split,
    /// The teacher that came with the data.
    pub given: Option<GivenTeacher>,
}

/// Settings of one teacher's training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeacherRun {
    /// Its name on the page.
    pub name: String,
    /// Its architecture.
    pub architecture: Architecture,
    /// Networks whose mean it is.
    pub members: usize,
    /// Label smoothing ε.
    pub smoothing: f32,
    /// Examples a step.
    pub batch: usize,
    /// Peak learning rate.
    pub lr: f32,
    /// Steps to take.
    pub steps: usize,
    /// Steps over which the learning rate decays.
    pub decay: usize,
}

/// Payload of the training script.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptPayload {
    /// The settings; of a finished run those it ended with.
    pub config: Config,
    /// D, the length of an input.
    pub dimensions: usize,
    /// Number of classes.
    pub classes: usize,
    /// The teachers, trained one after another.
    pub teachers: Vec<TeacherRun>,
    /// Metrics of the teacher and of the students, `[R·A]`, if the run is over.
    pub measured: Option<(Metrics, Vec<Metrics>)>,
}

/// Payload of an export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ExportPayload {
    /// [`crate::protocol::Export::Weights`].
    Weights(Box<WeightsPayload>),
    /// [`crate::protocol::Export::Data`].
    Data(Box<DataPayload>),
    /// [`crate::protocol::Export::Training`].
    Training(Box<ScriptPayload>),
    /// [`crate::protocol::Export::Student`].
    Student(Box<StudentPayload>),
}

/// Networks of a file, of the architectures that its settings specify.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPayload {
    /// The settings of their run; the device is chosen where the run is set up.
    pub config: Config,
    /// [`Origin::test_sha256`] of the data they were measured on.
    pub test_sha256: String,
    /// Metrics of the earlier teachers of the chain.
    pub chain: Vec<Metrics>,
    /// Seconds that the training took.
    pub seconds: f64,
    /// The networks.
    pub networks: Networks,
}

/// A payload as bytes.
pub fn pack<M: Serialize>(payload: &M) -> Vec<u8> {
    // Serialising plain data to memory cannot fail; of an empty message nothing is made.
    postcard::to_allocvec(payload).unwrap_or_default()
}

/// The payload of those bytes; `None` if they are not one.
pub fn unpack<M: DeserializeOwned>(bytes: &[u8]) -> Option<M> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;

    fn weights(network: &Architecture) -> StateDict {
        StateDict::new(network, network.tensors().iter().map(|tensor| vec![0.5; tensor.shape.iter().product()]))
    }

    #[test]
    fn only_networks_of_the_run_fit() {
        let config = Config { replicates: 2, ..Config::for_task(Task::Moons) };
        let run = config.run_networks(2, 2);
        let networks = Networks {
            teacher: vec![weights(&run.teacher)],
            second: None,
            students: vec![weights(&run.student); 2 * run.arms],
        };
        assert!(networks.fit(&run));
        assert!(!networks.fit(&config.run_networks(3, 2)) && !networks.fit(&config.run_networks(2, 3)));
        let fewer = Networks { students: networks.students[1..].to_vec(), ..networks.clone() };
        let more = Networks { second: Some(weights(&run.teacher)), ..networks.clone() };
        assert!(!fewer.fit(&run) && !more.fit(&run) && !Networks::default().fit(&run));
    }

    #[test]
    fn a_payload_is_unpacked_whole_or_not_at_all() {
        let data = crate::data::points::moons(1);
        let origin = Origin {
            config: Config::for_task(Task::Moons),
            form: data.form.clone(),
            dimensions: 2,
            moments: vec![(0.5, 2.0)],
            classes: data.classes.clone(),
            test_examples: data.test.len(),
            test_sha256: "00".into(),
            given_teacher: false,
        };
        let transfer = Transfer { labelled: vec![vec![3, 70_000]], pool: vec![Vec::new()], ..Transfer::default() };
        let data_payload = DataPayload {
            origin,
            train: (*data.train).clone(),
            labels: vec![0, 255],
            test: data.test.clone(),
            transfer,
            unlabelled: Split::default(),
            given: None,
        };
        let payload = ExportPayload::Data(Box::new(data_payload));
        let bytes = pack(&payload);
        assert_eq!(unpack(&bytes), Some(payload));
        for end in 0..bytes.len().min(4_000) {
            assert_eq!(unpack::<ExportPayload>(&bytes[..end]), None, "cut at {end}");
        }
        assert_eq!(unpack::<ExportPayload>(&[0xff; 64]), None);
    }
}
