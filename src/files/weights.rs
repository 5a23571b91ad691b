//! Weights as safetensors, in PyTorch's layout (`[out, in]`), with the settings and what the page measured.
//!
//! | tensor | shape | of |
//! |---|---|---|
//! | `teacher.{m}.layers.{l}.weight` | `[out, in]` | member m of the teacher: an ensemble has several, else there is 0 alone |
//! | `second_teacher.layers.{l}.weight` | `[out, in]` | the independent second teacher |
//! | `student.{r}.{arm}.layers.{l}.weight` | `[out, in]` | the student of an arm in replicate r |
//! | `….layers.{l}.bias` | `[out]` | the same networks |
//!
//! Everything is counted from 0; all numbers are float32. Arms are named by [`crate::files::metadata::arm_keys`].

use super::tensors::{self, File, Tensor};
use super::{FORMAT, FileError};
use crate::config::{Architecture, Config, DeviceChoice, RunNetworks};
use crate::experiment::{Metrics, StateDict};
use crate::export::{ImportPayload, Measures, Networks, WeightsPayload};
use crate::files::metadata::{RunMetadata, arm_keys};
use crate::link;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Names and architectures of all networks: the teacher's members, the second teacher, the students.
fn names<'a>(run: &'a RunNetworks, arms: &'a [String]) -> impl Iterator<Item = (String, &'a Architecture)> {
    let teacher = (0..run.members).map(|m| (format!("teacher.{m}"), &run.teacher));
    let second = run.second.then(|| ("second_teacher".to_string(), &run.teacher));
    let students =
        (0..run.replicates).flat_map(move |r| arms.iter().map(move |arm| (format!("student.{r}.{arm}"), &run.student)));
    teacher.chain(second).chain(students)
}

/// Layer widths, as the description states an architecture.
fn widths(architecture: &Architecture) -> &[usize] {
    match architecture {
        Architecture::Mlp { widths } => widths,
    }
}

/// Metrics of one network, or of an ensemble as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasuredNetwork {
    /// Its name.
    pub name: String,
    /// The networks it consists of; several are evaluated as the mean of their probabilities at T = 1.
    pub members: Vec<String>,
    /// Correct predictions on the test set.
    pub right: usize,
    /// All metrics; shares from 0 to 1, natural logarithms.
    pub metrics: Metrics,
}

/// The description of a weights file.
#[derive(Serialize)]
struct About<'a> {
    #[serde(flatten)]
    run: &'a RunMetadata,
    teacher_widths: &'a [usize],
    student_widths: &'a [usize],
    arms: &'a [String],
    arm_names: &'a [String],
    replicates: usize,
    networks: Vec<MeasuredNetwork>,
    chain: &'a [Metrics],
    seconds: f64,
    /// Whether the teacher came with the data: it has no networks here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    given_teacher: bool,
}

/// The file.
///
/// # Errors
/// [`FileError::Shape`] when networks and settings do not fit.
pub fn write(trained: &WeightsPayload) -> Result<Vec<u8>, FileError> {
    let WeightsPayload { origin, networks, measures } = trained;
    let (config, networks_of_run, run) = (&origin.config, origin.run_networks(), RunMetadata::of("weights", origin));
    if !networks.fit(&networks_of_run) {
        return Err(FileError::Shape("there are more or fewer networks than the settings say, or others".into()));
    }
    let arms = config.arms();
    let keys = arm_keys(config, &arms);
    let weights = networks.teacher.iter().chain(&networks.second).chain(&networks.students);
    let mut tensors = Vec::new();
    for ((name, _), weights) in names(&networks_of_run, &keys).zip(weights) {
        for tensor in weights.tensors() {
            let (shape, values) = transposed(&tensor.shape, &tensor.values);
            tensors.push(Tensor::floats(format!("{name}.{}", tensor.name), shape, &values));
        }
    }
    let about = About {
        run: &run,
        teacher_widths: widths(&networks_of_run.teacher),
        student_widths: widths(&networks_of_run.student),
        arms: &keys,
        arm_names: &arms.iter().map(|&arm| config.arm_name(arm)).collect::<Vec<_>>(),
        replicates: networks_of_run.replicates,
        networks: measured(&run, &networks_of_run, &keys, measures),
        chain: &measures.chain,
        seconds: measures.seconds,
        given_teacher: origin.given_teacher,
    };
    tensors::write(&tensors, &about)
}

fn measured(run: &RunMetadata, networks: &RunNetworks, arms: &[String], measures: &Measures) -> Vec<MeasuredNetwork> {
    let one = |name: String, members: Vec<String>, metrics: Metrics| {
        let right = (metrics.accuracy * run.test_examples as f64).round() as usize;
        MeasuredNetwork { name, members, right, metrics }
    };
    let members = (0..networks.members).map(|m| format!("teacher.{m}")).collect();
    let mut out = vec![one("teacher".into(), members, measures.teacher)];
    // One that came with the data has no networks by which it could be measured again.
    if networks.members == 0 {
        out.clear();
    }
    let mut names = names(networks, arms).skip(networks.members);
    if let (true, Some(metrics)) = (networks.second, measures.second)
        && let Some((name, _)) = names.next()
    {
        out.push(one(name.clone(), vec![name], metrics));
    }
    out.extend(names.zip(&measures.students).map(|((name, _), &metrics)| one(name.clone(), vec![name], metrics)));
    out
}

/// A tensor between the layout of [`Architecture::tensors`] and that of files: a matrix is transposed, anything else stays
/// as it is. `values` are flattened (row-major).
fn transposed<'a>(shape: &[usize], values: &'a [f32]) -> (Vec<usize>, Cow<'a, [f32]>) {
    match *shape {
        [rows, columns] => {
            let turned = (0..columns).flat_map(|c| (0..rows).map(move |r| values[r * columns + c]));
            (vec![columns, rows], turned.collect())
        }
        _ => (shape.to_vec(), values.into()),
    }
}

/// The part of a description that is read; the rest is measured again.
#[derive(Deserialize)]
struct Header {
    format: u32,
    kind: String,
    link: String,
    test_sha256: String,
    #[serde(default)]
    chain: Vec<Metrics>,
    #[serde(default)]
    seconds: f64,
    #[serde(default)]
    given_teacher: bool,
}

/// The networks of a file with their settings and measurements. Length of an input and number of classes are taken from the
/// file's own tensors; the caller compares them with its data.
///
/// # Errors
/// [`FileError`], with what is wrong.
pub fn read(bytes: &[u8]) -> Result<ImportPayload, FileError> {
    let file = tensors::read(bytes)?;
    let head: Header = serde_json::from_str(&file.about).map_err(|error| FileError::Damaged(error.to_string()))?;
    if head.format != FORMAT {
        return Err(FileError::Format(head.format));
    }
    match head.kind.as_str() {
        "weights" => {}
        "data" => return Err(FileError::Data),
        _ => return Err(FileError::Foreign),
    }
    let (config, notices) = link::parse_settings(&head.link);
    if !notices.is_empty() {
        return Err(FileError::Settings(notices.join(" ")));
    }
    let config = Config { device: DeviceChoice::Auto, ..config };
    let finite = |m: &Metrics| {
        [m.accuracy, m.agreement, m.kl_to_teacher, m.nll, m.brier, m.ece, m.entropy].iter().all(|v| v.is_finite())
    };
    let chain: Vec<Metrics> = head.chain.into_iter().filter(finite).collect();
    let seconds = if head.seconds.is_finite() { head.seconds.max(0.0) } else { 0.0 };
    let networks = networks(&file, &config, !head.given_teacher)?;
    Ok(ImportPayload { config, test_sha256: head.test_sha256, chain, seconds, networks })
}

fn networks(file: &File<'_>, config: &Config, teacher: bool) -> Result<Networks, FileError> {
    // The first network's first and last tensor give the sizes of input and output, for it and all others.
    let unsized_run = config.run_networks(0, 0).with_teacher(teacher);
    let unsized_keys = arm_keys(config, &config.arms());
    let Some((first, architecture)) = names(&unsized_run, &unsized_keys).next() else {
        return Err(FileError::Shape("there is no network in it".into()));
    };
    let tensors = architecture.tensors();
    let size = |spec: Option<&crate::config::TensorSpec>| -> Result<usize, FileError> {
        let name = spec.map(|spec| format!("{first}.{}", spec.name)).unwrap_or_default();
        Ok(file.shape(&name)?.last().copied().unwrap_or(0))
    };
    let (inputs, classes) = (size(tensors.first())?, size(tensors.last())?);
    let run = config.run_networks(inputs, classes).with_teacher(teacher);
    let keys = arm_keys(config, &config.arms());
    let mut all = Vec::new();
    for (name, architecture) in names(&run, &keys) {
        let mut values = Vec::new();
        for spec in architecture.tensors() {
            let shape: Vec<usize> = spec.shape.iter().rev().copied().collect();
            let read = file.floats(&format!("{name}.{}", spec.name), &shape)?;
            values.push(transposed(&shape, &read).1.into_owned());
        }
        all.push(StateDict::new(architecture, values));
    }
    let mut all = all.into_iter();
    Ok(Networks {
        teacher: all.by_ref().take(run.members).collect(),
        second: if run.second { all.next() } else { None },
        students: all.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{SecondTeacher, Task};
    use crate::data::example::Form;

    fn weights(network: &Architecture, from: f32) -> StateDict {
        let values = |spec: &crate::config::TensorSpec| match spec.shape[..] {
            [rows, columns] => (0..rows * columns).map(|i| from + i as f32).collect(),
            _ => vec![from; spec.shape[0]],
        };
        StateDict::new(network, network.tensors().iter().map(values))
    }
    fn config() -> Config {
        let plain = Config::for_task(Task::Moons);
        Config { seed: 5, replicates: 2, ensemble: 2, second_teacher: SecondTeacher::On, ..plain }
    }
    fn trained() -> WeightsPayload {
        let origin = crate::export::Origin {
            config: config(),
            form: Form::Plane,
            dimensions: 2,
            moments: Vec::new(),
            classes: vec!["one".into(), "two".into()],
            test_examples: 1_000,
            test_sha256: "5a".into(),
            given_teacher: false,
        };
        let run = origin.run_networks();
        let networks = Networks {
            teacher: vec![weights(&run.teacher, 1.0), weights(&run.teacher, 2.0)],
            second: Some(weights(&run.teacher, 3.0)),
            students: (0..2 * run.arms).map(|i| weights(&run.student, i as f32)).collect(),
        };
        let metrics = Metrics { accuracy: 0.75, ..Metrics::default() };
        let students = vec![metrics; networks.students.len()];
        let measures =
            Measures { teacher: metrics, second: Some(metrics), students, seconds: 2.5, ..Measures::default() };
        WeightsPayload { origin, networks, measures }
    }

    #[test]
    fn networks_are_read_back_bit_for_bit() {
        let trained = trained();
        let imported = read(&write(&trained).unwrap()).unwrap();
        assert_eq!((&imported.config, imported.test_sha256.as_str(), imported.seconds), (&config(), "5a", 2.5));
        assert_eq!(imported.networks, trained.networks);
    }

    #[test]
    fn networks_that_are_not_those_of_the_settings_are_neither_written_nor_read() {
        let mut fewer = trained();
        fewer.networks.students.pop();
        assert!(matches!(write(&fewer), Err(FileError::Shape(_))));
        // The file of two replicates, with settings that say three.
        let text = write(&trained()).unwrap();
        let file = tensors::read(&text).unwrap();
        let about: serde_json::Value =
            serde_json::from_str(&file.about.replace("replicates=2", "replicates=3")).unwrap();
        let networks = trained().networks;
        let names = ["weight", "bias"].map(|part| format!("teacher.0.layers.0.{part}"));
        let [weight, bias] = ["layers.0.weight", "layers.0.bias"].map(|name| networks.teacher[0].values(name));
        let wide = bias.len();
        let some = [
            Tensor::floats(&names[0], vec![wide, 2], &transposed(&[2, wide], weight).1),
            Tensor::floats(&names[1], vec![wide], bias),
        ];
        let cut = tensors::write(&some, &about).unwrap();
        assert!(matches!(read(&cut), Err(FileError::Shape(why)) if why.contains("missing")));
        // A teacher that is not even a matrix.
        let flat = [Tensor::floats(&names[0], vec![2 * wide], weight), Tensor::floats(&names[1], vec![wide], bias)];
        assert!(read(&tensors::write(&flat, &about).unwrap()).is_err());
    }

    #[test]
    fn weights_lie_as_pytorch_has_them() {
        let trained = trained();
        let wide = trained.origin.run_networks().teacher.first_hidden_units().unwrap();
        let bytes = write(&trained).unwrap();
        let lying = tensors::read(&bytes).unwrap().floats("teacher.0.layers.0.weight", &[wide, 2]).unwrap();
        // Of the first unit the weights of both inputs, then the second's.
        assert_eq!(lying[..4], [1.0, 1.0 + wide as f32, 2.0, 2.0 + wide as f32]);
    }

    #[test]
    fn other_files_of_this_page_and_other_versions_are_recognised() {
        let about = |json: serde_json::Value| tensors::write(&[], &json).unwrap();
        let head = |format: u32, kind: &str, link: &str| {
            about(serde_json::json!({ "format": format, "kind": kind, "link": link, "test_sha256": "" }))
        };
        assert_eq!(read(&head(1, "data", "")).err(), Some(FileError::Data));
        assert_eq!(read(&head(1, "song", "")).err(), Some(FileError::Foreign));
        assert_eq!(read(&head(2, "weights", "")).err(), Some(FileError::Format(2)));
        assert!(matches!(read(&head(1, "weights", "t=99999")).err(), Some(FileError::Settings(_))));
        assert!(matches!(read(&head(1, "weights", "")).err(), Some(FileError::Shape(why)) if why.contains("missing")));
        assert!(matches!(read(&about(serde_json::json!([1]))).err(), Some(FileError::Damaged(_))));
    }
}
