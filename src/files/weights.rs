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
use crate::config::{Config, DeviceChoice, Shape};
use crate::experiment::Metrics;
use crate::export::{ImportPayload, Layers, Measures, Networks, WeightsPayload};
use crate::files::metadata::{RunMetadata, arm_keys};
use crate::link;
use serde::{Deserialize, Serialize};

/// Names of all networks with their widths: the teacher's members, the second teacher, the students.
fn names<'a>(shape: &'a Shape, arms: &'a [String]) -> impl Iterator<Item = (String, &'a [usize])> {
    let teacher = (0..shape.members).map(|m| (format!("teacher.{m}"), &shape.teacher[..]));
    let second = shape.second.then(|| ("second_teacher".to_string(), &shape.teacher[..]));
    let students = (0..shape.replicates)
        .flat_map(move |r| arms.iter().map(move |arm| (format!("student.{r}.{arm}"), &shape.student[..])));
    teacher.chain(second).chain(students)
}

/// What the page measured of one network, or of an ensemble as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasuredNetwork {
    /// Its name.
    pub name: String,
    /// The networks it consists of; of several, the mean of their probabilities at T = 1 is meant.
    pub members: Vec<String>,
    /// Right answers on the test set.
    pub right: usize,
    /// All measures; shares from 0 to 1, natural logarithms.
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
}

/// The file.
///
/// # Errors
/// [`FileError::Shape`] when networks and settings do not fit.
pub fn write(trained: &WeightsPayload) -> Result<Vec<u8>, FileError> {
    let WeightsPayload { origin, networks, measures } = trained;
    let (config, shape, run) = (&origin.config, origin.shape(), RunMetadata::of("weights", origin));
    if !networks.fit(&shape) {
        return Err(FileError::Shape("there are more or fewer networks than the settings say, or others".into()));
    }
    let arms = config.arms();
    let keys = arm_keys(config, &arms);
    let layers = networks.teacher.iter().chain(&networks.second).chain(&networks.students);
    let tensors: Vec<Tensor<'_>> = names(&shape, &keys)
        .zip(layers)
        .flat_map(|((name, widths), layers)| {
            let tensors = widths.windows(2).zip(layers).enumerate().flat_map(move |(l, (w, (weight, bias)))| {
                let named = |part: &str| format!("{name}.layers.{l}.{part}");
                [
                    Tensor::floats(named("weight"), vec![w[1], w[0]], &turned(weight, w[0], w[1])),
                    Tensor::floats(named("bias"), vec![w[1]], bias),
                ]
            });
            tensors.collect::<Vec<_>>()
        })
        .collect();
    let about = About {
        run: &run,
        teacher_widths: &shape.teacher,
        student_widths: &shape.student,
        arms: &keys,
        arm_names: &arms.iter().map(|&arm| config.arm_name(arm)).collect::<Vec<_>>(),
        replicates: shape.replicates,
        networks: measured(&run, &shape, &keys, measures),
        chain: &measures.chain,
        seconds: measures.seconds,
    };
    tensors::write(&tensors, &about)
}

fn measured(run: &RunMetadata, shape: &Shape, arms: &[String], measures: &Measures) -> Vec<MeasuredNetwork> {
    let one = |name: String, members: Vec<String>, metrics: Metrics| {
        let right = (metrics.accuracy * run.test_examples as f64).round() as usize;
        MeasuredNetwork { name, members, right, metrics }
    };
    let members = (0..shape.members).map(|m| format!("teacher.{m}")).collect();
    let mut out = vec![one("teacher".into(), members, measures.teacher)];
    let mut names = names(shape, arms).skip(shape.members);
    if let (true, Some(metrics)) = (shape.second, measures.second)
        && let Some((name, _)) = names.next()
    {
        out.push(one(name.clone(), vec![name], metrics));
    }
    out.extend(names.zip(&measures.students).map(|((name, _), &metrics)| one(name.clone(), vec![name], metrics)));
    out
}

/// A matrix `[rows, columns]` in one row as `[columns, rows]`.
fn turned(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|c| (0..rows).map(move |r| matrix[r * columns + c])).collect()
}

/// What is read of a description; the rest is measured again.
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
}

/// The networks of a file, with all that is known of them. How long an input is and how many classes there are, the file
/// itself tells; whoever has the data compares.
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
    let networks = networks(&file, &config)?;
    Ok(ImportPayload { config, test_sha256: head.test_sha256, chain, seconds, networks })
}

fn networks(file: &File<'_>, config: &Config) -> Result<Networks, FileError> {
    // As wide as its first teacher says at both ends: all others must be, and it must be one itself.
    let last = config.shape(0, 0).teacher.len().saturating_sub(2);
    let dimensions = file.shape("teacher.0.layers.0.weight")?.last().copied().unwrap_or(0);
    let classes = file.shape(&format!("teacher.0.layers.{last}.bias"))?.last().copied().unwrap_or(0);
    let shape = config.shape(dimensions, classes);
    let keys = arm_keys(config, &config.arms());
    let mut all = Vec::new();
    for (name, widths) in names(&shape, &keys) {
        let mut layers = Layers::new();
        for (l, w) in widths.windows(2).enumerate() {
            let weight = file.floats(&format!("{name}.layers.{l}.weight"), &[w[1], w[0]])?;
            let bias = file.floats(&format!("{name}.layers.{l}.bias"), &[w[1]])?;
            layers.push((turned(&weight, w[1], w[0]), bias));
        }
        all.push(layers);
    }
    let mut all = all.into_iter();
    Ok(Networks {
        teacher: all.by_ref().take(shape.members).collect(),
        second: if shape.second { all.next() } else { None },
        students: all.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{SecondTeacher, Task};
    use crate::data::example::Form;

    fn layers(widths: &[usize], from: f32) -> Layers {
        widths.windows(2).map(|w| ((0..w[0] * w[1]).map(|i| from + i as f32).collect(), vec![from; w[1]])).collect()
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
        };
        let shape = origin.shape();
        let networks = Networks {
            teacher: vec![layers(&shape.teacher, 1.0), layers(&shape.teacher, 2.0)],
            second: Some(layers(&shape.teacher, 3.0)),
            students: (0..2 * shape.arms).map(|i| layers(&shape.student, i as f32)).collect(),
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
        let (weight, bias) = &networks.teacher[0][0];
        let wide = bias.len();
        let some = [
            Tensor::floats(&names[0], vec![wide, 2], &turned(weight, 2, wide)),
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
        let wide = trained.origin.shape().teacher[1];
        let bytes = write(&trained).unwrap();
        let lying = tensors::read(&bytes).unwrap().floats("teacher.0.layers.0.weight", &[wide, 2]).unwrap();
        // Of the first unit the weights of both inputs, then the second's.
        assert_eq!(lying[..4], [1.0, 1.0 + wide as f32, 2.0, 2.0 + wide as f32]);
    }

    #[test]
    fn other_files_of_this_page_and_other_versions_are_told_apart() {
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
