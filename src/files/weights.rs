//! Weights as safetensors, in PyTorch's layout (`[out, in]`), with the settings and what the page measured.
//!
//! | tensor | shape | of |
//! |---|---|---|
//! | `teacher.{m}.layers.{l}.weight` | `[out, in]` | member m of the teacher: an ensemble has several, else there is 0 alone |
//! | `second_teacher.layers.{l}.weight` | `[out, in]` | the independent second teacher |
//! | `student.{r}.{arm}.layers.{l}.weight` | `[out, in]` | the student of an arm in replicate r |
//! | `….layers.{l}.bias` | `[out]` | the same networks |
//!
//! Everything is counted from 0; all numbers are float32. Arms are named by [`super::about::arm_keys`].

use super::about::Run;
use super::tensors::{self, File, Tensor};
use super::{FORMAT, FileError};
use crate::config::{Config, DeviceChoice};
use crate::link;
use crate::protocol::Metrics;
use serde::{Deserialize, Serialize};

/// One network's layers from the input on: weight `[in, out]` in one row, bias `[out]`.
pub type Layers = Vec<(Vec<f32>, Vec<f32>)>;

/// The networks of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Networks {
    /// Members of the teacher that teaches.
    pub teacher: Vec<Layers>,
    /// The independent second teacher, where there is one.
    pub second: Option<Layers>,
    /// The students, `[R][A]` in one row.
    pub students: Vec<Layers>,
}

/// The architecture that settings ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Layer widths of the teacher, input to output.
    pub teacher: Vec<usize>,
    /// Members of the teacher.
    pub members: usize,
    /// Whether there is a second teacher.
    pub second: bool,
    /// Layer widths of a student.
    pub student: Vec<usize>,
    /// Replicates.
    pub replicates: usize,
    /// Names of the arms.
    pub arms: Vec<String>,
}

impl Shape {
    /// Names of all networks with their widths: the teacher's members, the second teacher, the students.
    fn names(&self) -> impl Iterator<Item = (String, &[usize])> {
        let teacher = (0..self.members).map(|m| (format!("teacher.{m}"), &self.teacher[..]));
        let second = self.second.then(|| ("second_teacher".to_string(), &self.teacher[..]));
        let students = (0..self.replicates)
            .flat_map(move |r| self.arms.iter().map(move |arm| (format!("student.{r}.{arm}"), &self.student[..])));
        teacher.chain(second).chain(students)
    }
}

/// What the page measured of one network, or of an ensemble as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Its name.
    pub name: String,
    /// The networks it consists of; of several, the mean of their probabilities at T = 1 is meant.
    pub members: Vec<String>,
    /// Right answers on the test set.
    pub right: usize,
    /// All measures; shares from 0 to 1, natural logarithms.
    pub metrics: Metrics,
}

/// What the page measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// The teacher as a whole.
    pub teacher: Metrics,
    /// The second teacher.
    pub second: Option<Metrics>,
    /// The earlier teachers of a chain, of whom no weights are left.
    pub chain: Vec<Metrics>,
    /// The students, `[R][A]` in one row.
    pub students: Vec<Metrics>,
    /// Seconds of training.
    pub seconds: f64,
}

/// The description of a weights file.
#[derive(Serialize)]
struct About<'a> {
    #[serde(flatten)]
    run: &'a Run,
    teacher_widths: &'a [usize],
    student_widths: &'a [usize],
    arms: &'a [String],
    arm_names: &'a [String],
    replicates: usize,
    networks: Vec<Measured>,
    chain: &'a [Metrics],
    seconds: f64,
}

/// The file.
///
/// # Errors
/// [`FileError::Shape`] when networks and shape do not fit.
pub fn write(
    run: &Run,
    shape: &Shape,
    networks: &Networks,
    measures: &Measures,
    arm_names: &[String],
) -> Result<Vec<u8>, FileError> {
    let layers = networks.teacher.iter().chain(&networks.second).chain(&networks.students);
    let all: Vec<(String, &[usize])> = shape.names().collect();
    if all.len() != layers.clone().count() {
        return Err(FileError::Shape("there are more or fewer networks than the settings say".into()));
    }
    let tensors: Vec<Tensor> = all
        .iter()
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
        run,
        teacher_widths: &shape.teacher,
        student_widths: &shape.student,
        arms: &shape.arms,
        arm_names,
        replicates: shape.replicates,
        networks: measured(run, shape, measures),
        chain: &measures.chain,
        seconds: measures.seconds,
    };
    tensors::write(&tensors, &about)
}

fn measured(run: &Run, shape: &Shape, measures: &Measures) -> Vec<Measured> {
    let one = |name: String, members: Vec<String>, metrics: Metrics| {
        let right = (metrics.accuracy * run.test_examples as f64).round() as usize;
        Measured { name, members, right, metrics }
    };
    let members = (0..shape.members).map(|m| format!("teacher.{m}")).collect();
    let mut out = vec![one("teacher".into(), members, measures.teacher)];
    let mut names = shape.names().skip(shape.members);
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
struct Head {
    format: u32,
    kind: String,
    link: String,
    test_sha256: String,
    #[serde(default)]
    chain: Vec<Metrics>,
    #[serde(default)]
    seconds: f64,
}

/// A weights file whose description is understood.
pub struct Opened<'a> {
    file: File<'a>,
    /// The settings of its run; the device is for whoever opens it to say.
    pub config: Config,
    /// [`Run::test_sha256`] of the data it was measured on.
    pub test_sha256: String,
    /// Metrics of the earlier teachers of its chain.
    pub chain: Vec<Metrics>,
    /// Seconds that its training took.
    pub seconds: f64,
}

/// Opens a file; its tensors are read by [`Opened::networks`], when the data have told how long an input is.
///
/// # Errors
/// Any [`FileError`] but [`FileError::Shape`] and [`FileError::NotFinite`].
pub fn open(bytes: &[u8]) -> Result<Opened<'_>, FileError> {
    let file = tensors::read(bytes)?;
    let head: Head = serde_json::from_str(&file.about).map_err(|error| FileError::Damaged(error.to_string()))?;
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
    Ok(Opened { file, config, test_sha256: head.test_sha256, chain, seconds })
}

impl Opened<'_> {
    /// The networks, which must be of that shape.
    ///
    /// # Errors
    /// [`FileError::Shape`] and [`FileError::NotFinite`].
    pub fn networks(&self, shape: &Shape) -> Result<Networks, FileError> {
        let mut all = Vec::new();
        for (name, widths) in shape.names() {
            let mut layers = Layers::new();
            for (l, w) in widths.windows(2).enumerate() {
                let weight = self.file.floats(&format!("{name}.layers.{l}.weight"), &[w[1], w[0]])?;
                let bias = self.file.floats(&format!("{name}.layers.{l}.bias"), &[w[1]])?;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;
    use crate::data::points;

    fn shape() -> Shape {
        Shape {
            teacher: vec![2, 3, 2],
            members: 2,
            second: true,
            student: vec![2, 2],
            replicates: 2,
            arms: vec!["hard".into(), "distilled".into()],
        }
    }
    fn layers(widths: &[usize], from: f32) -> Layers {
        widths.windows(2).map(|w| ((0..w[0] * w[1]).map(|i| from + i as f32).collect(), vec![from; w[1]])).collect()
    }
    fn networks() -> Networks {
        Networks {
            teacher: vec![layers(&[2, 3, 2], 1.0), layers(&[2, 3, 2], 2.0)],
            second: Some(layers(&[2, 3, 2], 3.0)),
            students: (0..4).map(|i| layers(&[2, 2], i as f32)).collect(),
        }
    }
    fn file(config: &Config, kind: &'static str) -> Vec<u8> {
        let metrics = Metrics { accuracy: 0.75, ..Metrics::default() };
        let measures =
            Measures { teacher: metrics, second: Some(metrics), students: vec![metrics; 4], ..Measures::default() };
        let run = Run::of(kind, config, &points::moons(1));
        write(&run, &shape(), &networks(), &measures, &["A".into(), "B".into()]).unwrap()
    }

    #[test]
    fn networks_are_read_back_bit_for_bit() {
        let config = Config { seed: 5, replicates: 2, ..Config::for_task(Task::Moons) };
        let bytes = file(&config, "weights");
        let opened = open(&bytes).unwrap();
        assert_eq!(opened.config, config);
        assert_eq!(opened.networks(&shape()), Ok(networks()));
        let more = Shape { replicates: 3, ..shape() };
        assert!(matches!(opened.networks(&more), Err(FileError::Shape(why)) if why.contains("student.2.hard")));
    }

    #[test]
    fn weights_lie_as_pytorch_has_them() {
        let bytes = file(&Config::for_task(Task::Moons), "weights");
        let file = tensors::read(&bytes).unwrap();
        assert_eq!(file.floats("teacher.0.layers.0.weight", &[3, 2]), Ok(vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]));
    }

    #[test]
    fn other_files_of_this_page_and_other_versions_are_told_apart() {
        let config = Config::for_task(Task::Moons);
        assert_eq!(open(&file(&config, "data")).err(), Some(FileError::Data));
        let about = |json: serde_json::Value| tensors::write(&[], &json).unwrap();
        let head = |format: u32, link: &str| {
            about(serde_json::json!({ "format": format, "kind": "weights", "link": link, "test_sha256": "" }))
        };
        assert_eq!(open(&head(2, "")).err(), Some(FileError::Format(2)));
        assert!(matches!(open(&head(1, "t=99999")).err(), Some(FileError::Settings(_))));
        assert!(matches!(open(&about(serde_json::json!([1]))).err(), Some(FileError::Damaged(_))));
    }
}
