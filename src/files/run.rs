//! A finished run as JSON, which this page reads back, and as a table (CSV).
//!
//! What is kept of every run (settings, curves, accuracies, verdict: [`SavedRun`]) can be written at any time; the measures
//! of every network only while the run's results are on screen.

use super::{FORMAT, FileError};
use crate::config::{Arm, Config, OPTIONS, Options, PARAMETERS, Task};
use crate::experiment::{Metrics, Outcome};
use crate::lab::verdict::Finding;
use crate::link;
use crate::runs::{KeptArm, Point, SavedRun, finding};
use serde::{Deserialize, Serialize};

/// Most points of a curve, and most characters of a text, that are taken in: several times what the page writes.
const MAX: usize = 1_000;
/// Latest time that a date can have, milliseconds since 1970 (ECMA-262, time values).
const LATEST: f64 = 8.64e15;

/// What of a finished run is not kept with it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDetails {
    /// All measures.
    pub outcome: Outcome,
    /// The teacher's accuracy, per cent, at its steps.
    pub teacher_curve: Vec<(f32, f32)>,
}

/// `kind` of the files.
const KIND: &str = "run";

/// A run, as its file describes it. Accuracies of curves and arms are per cent; of networks, shares from 0 to 1.
#[derive(Serialize, Deserialize)]
struct File {
    format: u32,
    kind: String,
    /// The settings as a link has them.
    link: String,
    /// The same, every one.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    config: Option<Config>,
    /// When it was over, milliseconds since 1970.
    at: f64,
    seconds: f32,
    finding: Option<Finding>,
    verdict: String,
    teacher: f32,
    arms: Vec<KeptArm>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    teacher_curve: Vec<(f32, f32)>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    networks: Vec<Network>,
}

/// One network's measures.
#[derive(Clone, Serialize)]
struct Network {
    name: String,
    /// Replicate, from 1; of teachers none.
    replicate: Option<usize>,
    metrics: Metrics,
    /// How often each class (rows) was answered with each class (columns).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    confusion: Vec<u32>,
}

fn networks(details: &RunDetails) -> Vec<Network> {
    let outcome = &details.outcome;
    let (config, evaluation) = (&outcome.config, &outcome.evaluation);
    let teacher = |name: String, metrics, confusion| Network { name, replicate: None, metrics, confusion };
    let mut all = vec![teacher("Teacher".into(), evaluation.teacher, outcome.teacher_confusion.clone())];
    let chain = evaluation.chain.iter().enumerate();
    all.extend(chain.map(|(i, &metrics)| teacher(format!("Earlier teacher {}", i + 1), metrics, Vec::new())));
    all.extend(evaluation.second_teacher.map(|metrics| teacher("Second teacher".into(), metrics, Vec::new())));
    let arms = config.arms();
    for (place, &metrics) in evaluation.students.iter().enumerate() {
        let confusion = outcome.student_confusions.get(place).cloned().unwrap_or_default();
        let name = config.arm_name(arms[place % arms.len()]);
        all.push(Network { name, replicate: Some(place / arms.len() + 1), metrics, confusion });
    }
    all
}

/// The run as JSON.
pub fn json(run: &SavedRun, details: Option<&RunDetails>) -> Vec<u8> {
    let file = File {
        format: FORMAT,
        kind: KIND.into(),
        link: run.link.clone(),
        config: Some(link::parse_settings(&run.link).0),
        at: run.at,
        seconds: run.seconds,
        finding: run.finding,
        verdict: run.sentence.clone(),
        teacher: run.teacher,
        arms: run.arms.clone(),
        teacher_curve: details.map(|d| d.teacher_curve.clone()).unwrap_or_default(),
        networks: details.map(networks).unwrap_or_default(),
    };
    // What is made of numbers, strings and lists alone can always be written.
    serde_json::to_vec_pretty(&file).unwrap_or_default()
}

/// The run of a JSON file.
///
/// # Errors
/// [`FileError`], with what is wrong.
pub fn read(bytes: &[u8]) -> Result<SavedRun, FileError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
        kind: String,
    }
    let head: Head = serde_json::from_slice(bytes).map_err(|error| {
        // What is no JSON at all breaks off at its first byte.
        if bytes.first() == Some(&b'{') && error.is_eof() {
            FileError::Damaged("it breaks off".into())
        } else {
            FileError::Foreign
        }
    })?;
    match head.kind.as_str() {
        KIND if head.format == FORMAT => {}
        KIND => return Err(FileError::Format(head.format)),
        _ => return Err(FileError::Foreign),
    }
    let file: File = serde_json::from_slice(bytes).map_err(|error| FileError::Damaged(error.to_string()))?;
    let (config, notices) = link::parse_settings(&file.link);
    if !notices.is_empty() {
        return Err(FileError::Settings(notices.join(" ")));
    }
    let point = |p: &Point| [p.step, p.mean, p.low, p.high].iter().all(|v| v.is_finite());
    let arm = |arm: &KeptArm| {
        arm.accuracy.is_finite() && arm.name.len() <= MAX && arm.curve.len() <= MAX && arm.curve.iter().all(point)
    };
    let order: Vec<Arm> = file.arms.iter().map(|kept| kept.arm).collect();
    let numbers = [f64::from(file.seconds), f64::from(file.teacher)].iter().all(|v| v.is_finite());
    let dated = (0.0..=LATEST).contains(&file.at);
    if order != config.arms() || !file.arms.iter().all(arm) || !numbers || !dated || file.verdict.len() > MAX {
        return Err(FileError::Shape(
            "its arms are not those of its settings, or a value is none that a run has".into(),
        ));
    }
    Ok(SavedRun {
        at: file.at,
        link: link::format(&config),
        seconds: file.seconds,
        teacher: file.teacher,
        arms: file.arms,
        finding: file.finding,
        sentence: file.verdict,
    })
}

/// The run as a table: one value a row, with what it is of.
pub fn csv(run: &SavedRun, details: Option<&RunDetails>) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let mut row = |cells: [String; 6]| drop(table.write_record(cells));
    let cell = |text: &str| text.to_string();
    row(["what", "network", "replicate", "step", "measure", "value"].map(cell));
    let mut fact = |what: &str, measure: &str, value: String| {
        row([cell(what), String::new(), String::new(), String::new(), cell(measure), value]);
    };
    let config = link::parse_settings(&run.link).0;
    fact("run", "link", format!("#{}", run.link));
    fact("run", "ended (ms since 1970)", run.at.to_string());
    fact("run", "training (s)", run.seconds.to_string());
    fact("verdict", "finding", cell(finding(run.finding)));
    fact("verdict", "sentence", run.sentence.clone());
    fact("setting", Task::NAME, cell(config.task.label()));
    for slot in OPTIONS {
        fact("setting", slot.name, cell((slot.label)(&config)));
    }
    for parameter in PARAMETERS {
        let unit = if parameter.unit.is_empty() { String::new() } else { format!(" ({})", parameter.unit.trim()) };
        fact("setting", &format!("{}{unit}", parameter.name), parameter.snap((parameter.get)(&config)).to_string());
    }
    let mut point = |name: &str, step: f32, measure: &str, value: f32| {
        row([cell("curve"), cell(name), String::new(), step.to_string(), cell(measure), value.to_string()]);
    };
    for &(step, accuracy) in details.iter().flat_map(|d| &d.teacher_curve) {
        point("Teacher", step, "accuracy (%)", accuracy);
    }
    for arm in &run.arms {
        for p in &arm.curve {
            point(&arm.name, p.step, "mean accuracy (%)", p.mean);
            point(&arm.name, p.step, "lowest accuracy (%)", p.low);
            point(&arm.name, p.step, "highest accuracy (%)", p.high);
        }
    }
    let mut result = |name: &str, replicate: String, measure: &str, value: String| {
        row([cell("result"), cell(name), replicate, String::new(), cell(measure), value]);
    };
    result("Teacher", String::new(), "accuracy (%)", run.teacher.to_string());
    for arm in &run.arms {
        result(&arm.name, String::new(), "mean accuracy (%)", arm.accuracy.to_string());
    }
    for network in details.map(networks).unwrap_or_default() {
        let replicate = network.replicate.map_or(String::new(), |r| r.to_string());
        let m = network.metrics;
        for (measure, value) in [
            ("accuracy", m.accuracy),
            ("agreement", m.agreement),
            ("KL to teacher (nats)", m.kl_to_teacher),
            ("NLL (nats)", m.nll),
            ("Brier", m.brier),
            ("ECE", m.ece),
            ("entropy (nats)", m.entropy),
        ] {
            result(&network.name, replicate.clone(), measure, value.to_string());
        }
    }
    table.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Evaluation, ExampleErrors, ExampleLogits};

    fn details() -> RunDetails {
        let metrics = |accuracy| Metrics { accuracy, nll: 0.1 + accuracy, ..Metrics::default() };
        let config = Config { replicates: 2, ..Config::for_task(Task::Spiral) };
        RunDetails {
            outcome: Outcome {
                config,
                evaluation: Evaluation {
                    teacher: metrics(0.98),
                    students: [0.71, 0.72, 0.8, 0.69, 0.73, 0.82].map(metrics).to_vec(),
                    chain: Vec::new(),
                    second_teacher: Some(metrics(0.97)),
                    examples: ExampleLogits::default(),
                },
                teacher_confusion: vec![5, 1, 0, 6],
                student_confusions: Vec::new(),
                teacher_latency_ms: 0.1,
                student_latency_ms: 0.1,
                seconds: 1.5,
                teacher_examples: 10_000,
                transfer_examples: 100,
                pool_examples: 0,
                example_errors: ExampleErrors::default(),
                calibrations: Vec::new(),
                readings: Vec::new(),
                best_moments: Vec::new(),
                given_teacher: false,
                without_truth: false,
            },
            teacher_curve: vec![(10.0, 50.0), (20.0, 98.0)],
        }
    }
    fn run() -> SavedRun {
        let point = Point { step: 40.0, mean: 70.1, low: 69.0, high: 71.0 };
        SavedRun::of(&details().outcome, vec![vec![point]; 3], 1.764e12)
    }

    #[test]
    fn a_run_is_read_back_from_its_json() {
        assert_eq!(read(&json(&run(), Some(&details()))), Ok(run()));
        assert_eq!(read(&json(&run(), None)), Ok(run()));
    }

    #[test]
    fn json_and_table_hold_every_measure_of_every_network() {
        let file: serde_json::Value = serde_json::from_slice(&json(&run(), Some(&details()))).unwrap();
        assert_eq!(file["networks"].as_array().map(Vec::len), Some(8));
        assert_eq!(file["networks"][7]["metrics"]["accuracy"], 0.82);
        assert_eq!(
            (&file["networks"][7]["name"], &file["networks"][7]["replicate"]),
            (&"Distilled student".into(), &2.into())
        );
        let table = String::from_utf8(csv(&run(), Some(&details()))).unwrap();
        for line in [
            "result,Distilled student,2,,accuracy,0.82",
            "result,Second teacher,,,accuracy,0.97",
            "curve,Teacher,,20,accuracy (%),98",
            "curve,Hard-label student,,40,lowest accuracy (%),69",
            "setting,,,,Temperature,3",
            "run,,,,link,#task=spiral&replicates=2",
        ] {
            assert!(table.lines().any(|l| l == line), "{line} is not in\n{table}");
        }
    }

    #[test]
    fn what_is_no_run_is_refused_in_words() {
        let whole = json(&run(), Some(&details()));
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "cut at {end}");
        }
        assert_eq!(read(b"[1, 2]"), Err(FileError::Foreign));
        assert_eq!(read(br#"{"format":1,"kind":"x"}"#), Err(FileError::Foreign));
        assert_eq!(read(br#"{"format":9,"kind":"run"}"#), Err(FileError::Format(9)));
        let text = String::from_utf8(whole).unwrap();
        assert!(matches!(
            read(text.replace("replicates=2", "replicates=9999").as_bytes()),
            Err(FileError::Settings(_))
        ));
        assert!(matches!(read(text.replace("1764000000000.0", "1e300").as_bytes()), Err(FileError::Shape(_))));
        assert!(matches!(read(text.replace("\"Hard\"", "\"Distilled\"").as_bytes()), Err(FileError::Shape(_))));
    }
}
