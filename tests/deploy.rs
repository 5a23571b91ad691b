//! A student that is deployed answers outside the browser as it did in the engine: `student.onnx` in onnxruntime, `predict.py`
//! in Python and `predict.js` in Node, on every test row, with probabilities within 1e-5. The archive goes the way it goes
//! between engine and page: packed into messages.

mod common;
mod external;

use common::{Driver, fashion};
use external::{python, skip};
use futures_util::FutureExt;
use serde_json::{Value, json};
use softlabel::config::{Arm, Config, Method, Sampling, Supervision, Task};
use softlabel::data::{Dataset, names, table};
use softlabel::experiment::Outcome;
use softlabel::export::{ExportPayload, StudentPayload, pack, unpack};
use softlabel::files::codec::{self, Writing};
use softlabel::files::deploy;
use softlabel::protocol::{self, Event, Export, Packed};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

const WINE: &[u8] = include_bytes!("data/wine.csv");

fn small(task: Task) -> Config {
    Config { student_steps: 60, teacher_epochs: 3, replicates: 3, ..Config::for_task(task) }
}

/// A finished run, what it measured, and the logits of all students on the test set, `[S][N][C]` flattened (row-major).
struct Run {
    driver: Driver,
    outcome: Outcome,
    logits: Vec<f32>,
    data: Rc<Dataset>,
}

fn trained(data: Dataset, config: Config) -> Run {
    let data = Rc::new(data);
    let mut driver = Driver::new(data.clone(), config);
    driver.session.train();
    let events = driver.finish().expect("it trains");
    let of_event = |event: &Event| match event {
        Event::StudentLogits { logits, .. } => Some(logits.clone()),
        _ => None,
    };
    let logits = events.iter().filter_map(of_event).next_back().unwrap_or_default();
    let outcome = common::outcome(&events).expect("it ends");
    Run { driver, outcome, logits, data }
}

/// The engine's payload, as it comes out of its message; or why there is none.
fn payload(run: &Driver, arm: Arm) -> Result<StudentPayload, String> {
    let payload = run.session.payload(Export::Student(arm)).now_or_never().expect("the CPU does not wait");
    let message = protocol::encode(&Event::Exported(payload.map(|payload| Packed(pack(&payload)))));
    let Ok(Event::Exported(reply)) = protocol::decode(&message) else { panic!("another event") };
    reply.map(|packed| match unpack(&packed.0) {
        Some(ExportPayload::Student(student)) => *student,
        other => panic!("{other:?}"),
    })
}

fn archive(student: &StudentPayload) -> Vec<u8> {
    let packed = pack(&ExportPayload::Student(Box::new(student.clone())));
    let file = codec::write(Writing::ExportPayload(packed)).expect("an archive");
    assert!(file.name.ends_with("-student.zip"), "{}", file.name);
    file.bytes
}

/// A folder with the student's files.
fn folder(name: &str, student: &StudentPayload) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("deploy-{name}"));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in deploy::files(student).expect("files") {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    folder
}

/// Test rows of a table as they stand in its file, under its header; labels are in the last column.
fn raw_rows(text: &[u8], seed: u32) -> String {
    let text = std::str::from_utf8(text).unwrap();
    let (header, rows) = text.trim_end().split_once('\n').unwrap();
    let column = header.split(',').count() - 1;
    let rows: Vec<&str> = rows.lines().collect();
    let words: Vec<&str> = rows.iter().map(|row| row.trim_end().split(',').nth(column).unwrap()).collect();
    let mut classes = words.clone();
    classes.sort_unstable();
    classes.dedup();
    let labels: Vec<u8> = words.iter().map(|word| classes.iter().position(|c| c == word).unwrap() as u8).collect();
    let test = table::split::split(&labels, classes.len(), seed);
    let kept = rows.iter().zip(test).filter(|(_, is_test)| *is_test).map(|(row, _)| *row);
    std::iter::once(header).chain(kept).collect::<Vec<_>>().join("\n")
}

/// Test rows of other tasks: a text or the numbers of one row a line.
fn lines(data: &Dataset) -> String {
    let n = data.test.len();
    let row = |i: usize| -> String {
        let of = |all: usize| i * all / n..(i + 1) * all / n;
        let (numbers, bytes) =
            (&data.test.numbers[of(data.test.numbers.len())], &data.test.bytes[of(data.test.bytes.len())]);
        if data.task == Task::Names {
            let code = |&code: &u8| (code > 0).then(|| names::character(code));
            return bytes.iter().filter_map(code).collect();
        }
        let numbers = numbers.iter().map(f32::to_string).chain(bytes.iter().map(u8::to_string));
        numbers.collect::<Vec<_>>().join(",")
    };
    (0..n).map(row).collect::<Vec<_>>().join("\n") + "\n"
}

/// Probabilities of one network from its logits, `[N][C]`.
fn softmax(logits: &[f32], classes: usize) -> Vec<Vec<f64>> {
    let row = |z: &[f32]| {
        let most = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let e: Vec<f64> = z.iter().map(|&z| f64::from(z - most).exp()).collect();
        let sum: f64 = e.iter().sum();
        e.into_iter().map(|e| e / sum).collect()
    };
    logits.chunks(classes).map(row).collect()
}

/// Logits of a text model, whose engine does not send them, from its weights in float64; held to the engine's log-loss.
fn logits_of(run: &Run, student: &StudentPayload) -> Vec<f32> {
    let (hidden, classes) = (student.weights.values("layers.0.bias").len(), run.data.classes.len());
    let dense = |x: &[f64], weight: &str, bias: &str, outputs: usize| -> Vec<f64> {
        let (weight, bias) = (student.weights.values(weight), student.weights.values(bias));
        let of = |j: usize| x.iter().enumerate().map(|(i, x)| x * f64::from(weight[i * outputs + j])).sum::<f64>();
        (0..outputs).map(|j| f64::from(bias[j]) + of(j)).collect()
    };
    let inputs = run.data.inputs(softlabel::data::Part::Test);
    let logits = inputs.chunks(run.data.dimensions).flat_map(|x| {
        let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
        let h = dense(&x, "layers.0.weight", "layers.0.bias", hidden);
        let h: Vec<f64> = h.into_iter().map(|h| h.max(0.0)).collect();
        dense(&h, "layers.1.weight", "layers.1.bias", classes).into_iter().map(|z| z as f32)
    });
    let logits: Vec<f32> = logits.collect();
    let of_labels = softmax(&logits, classes).into_iter().zip(&run.data.test.labels);
    let nll = of_labels.map(|(p, &label)| -p[usize::from(label)].ln()).sum::<f64>() / run.data.test.len() as f64;
    let arms = run.outcome.config.arms();
    let measured = run.outcome.evaluation.students[student.replicate * arms.len() + arms.len() - 1].nll;
    assert!((nll - measured).abs() < 1e-5, "{nll} {measured}");
    logits
}

/// What a program answers: its JSON.
fn answers(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Largest distance of probabilities; rows must be as many.
fn farthest(answers: &Value, expected: &[Vec<f64>]) -> f64 {
    let found = answers["probabilities"].as_array().expect("probabilities");
    assert_eq!(found.len(), expected.len(), "rows");
    let of_row = |(found, expected): (&Value, &Vec<f64>)| {
        let found = found.as_array().expect("a row");
        assert_eq!(found.len(), expected.len(), "classes");
        found.iter().zip(expected).map(|(a, b)| (a.as_f64().unwrap() - b).abs()).fold(0.0, f64::max)
    };
    found.iter().zip(expected).map(of_row).fold(0.0, f64::max)
}

/// Runs both models on rows that `predict.py` reads; int8's answers are counted against the labels.
const ONNX: &str = r#"
import json, sys
import numpy as np, onnxruntime
sys.path.insert(0, ".")
from predict import Student, read
student = Student()
rows = read(open(sys.argv[1], encoding="utf-8").read(), student)
labels = np.array(json.load(open(sys.argv[2])))
form = student.inputs
if form["form"] == "codes":
    x = np.array([student.codes(row) for row in rows], dtype=np.int64)
else:
    x = np.array(rows, dtype=np.float64 if form.get("moments") else np.float32)
try:
    import onnx
    for name in ("student.onnx", "student-int8.onnx"):
        onnx.checker.check_model(name, full_check=True)
except ImportError:
    pass
full, int8 = (onnxruntime.InferenceSession(n, providers=["CPUExecutionProvider"]) for n in ("student.onnx", "student-int8.onnx"))
p, z, label = full.run(["probabilities", "logits", "label"], {"input": x})
one = full.run(["probabilities"], {"input": x[:1]})[0]
low, low_label = int8.run(["probabilities", "label"], {"input": x})
json.dump({
    "probabilities": p.tolist(), "labels": [student.classes[i] for i in label], "logits": z.tolist(),
    "one": float(abs(one - p[:1]).max()), "int8_right": int((low_label == labels).sum()),
    "int8_changed": int((low_label != label).sum()), "int8_apart": float(abs(low - p).max()),
    "classes": json.loads(full.get_modelmeta().custom_metadata_map["classes"]),
}, sys.stdout)
"#;

fn node() -> bool {
    Command::new("node").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Every program that there is against the engine; the names of those there are not.
fn held(name: &str, run: &Run, rows: &str) -> Vec<&'static str> {
    let student = payload(&run.driver, Arm::Distilled).unwrap();
    let (arms, classes, n) = (run.outcome.config.arms(), run.data.classes.len(), run.data.test.len());
    let place = student.replicate * arms.len() + arms.len() - 1;
    let logits = match run.logits.chunks(n * classes).nth(place) {
        Some(logits) => logits.to_vec(),
        None => logits_of(run, &student),
    };
    let expected = softmax(&logits, classes);
    let folder = folder(name, &student);
    std::fs::write(folder.join("rows.csv"), rows).unwrap();
    std::fs::write(folder.join("labels.json"), json!(run.data.test.labels).to_string()).unwrap();
    std::fs::write(folder.join("check.py"), ONNX).unwrap();
    let in_folder = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(&folder);
        command
    };
    let most = |p: &[f64]| p.iter().enumerate().fold(0, |best, (i, value)| if *value > p[best] { i } else { best });
    // Where two classes are as good as equal, either may be named.
    let torn = |p: &Vec<f64>| {
        let mut sorted = p.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[classes - 1] - sorted[classes - 2] < 1e-5
    };
    let close = |by: &str, answers: &Value| {
        let apart = farthest(answers, &expected);
        println!("{name}, {by}: {n} rows, probabilities within {apart:.1e}");
        assert!(apart <= 1e-5, "{name}, {by}: {apart}");
        for (i, label) in answers["labels"].as_array().unwrap().iter().enumerate() {
            let own = &run.data.classes[most(&expected[i])];
            assert!(label == own || torn(&expected[i]), "{name}, {by}, row {i}: {label} instead of {own}");
        }
        assert_eq!(answers["classes"], json!(run.data.classes));
    };
    let mut missing = Vec::new();
    match python("numpy") {
        Some(python) => {
            let found = answers(in_folder(&python).args(["predict.py", "--json", "rows.csv"]));
            close("predict.py", &found);
        }
        None => missing.push("Python with NumPy"),
    }
    if node() {
        close("predict.js", &answers(in_folder(Path::new("node")).args(["predict.js", "--json", "rows.csv"])));
    } else {
        missing.push("Node");
    }
    match python("numpy, onnxruntime") {
        Some(python) => {
            let found = answers(in_folder(&python).args(["check.py", "rows.csv", "labels.json"]));
            close("onnxruntime", &found);
            assert!(found["one"].as_f64().unwrap() < 1e-6, "a batch of one");
            // What is written of int8 is what onnxruntime finds; a row on the edge may fall to either side.
            let right = (student.int8_metrics.accuracy * n as f64).round() as i64;
            let (found_right, changed) =
                (found["int8_right"].as_i64().unwrap(), found["int8_changed"].as_i64().unwrap());
            println!(
                "{name}, int8: {found_right} right, {right} in the engine; {changed} changed; {}",
                found["int8_apart"]
            );
            assert!((found_right - right).abs() <= 1 && (changed - student.int8_changed as i64).abs() <= 1);
        }
        None => missing.push("Python with onnxruntime"),
    }
    missing
}

#[test]
fn a_deployed_student_answers_as_in_the_engine_on_every_test_row() {
    let wine = |seed| table::read(WINE).unwrap().dataset(seed);
    let table_run = Config { transfer_size: 60, sampling: Sampling::Balanced, ..small(Task::Own) };
    let spiral = small(Task::Spiral);
    let names_run = small(Task::Names);
    let runs = [
        ("fashion", trained(fashion(), small(Task::Fashion)), None),
        ("table", trained(wine(table_run.seed), table_run.clone()), Some(raw_rows(WINE, table_run.seed))),
        ("points", trained(Dataset::generated(&spiral).unwrap(), spiral.clone()), None),
        ("names", trained(common::names(&names_run), names_run), None),
    ];
    let mut missing = Vec::new();
    for (name, run, rows) in runs {
        missing = held(name, &run, &rows.unwrap_or_else(|| lines(&run.data)));
    }
    if !missing.is_empty() {
        skip!("the rest passed, but there is no {} (scripts/setup test)", missing.join(", no "));
    }
}

#[test]
fn equal_runs_give_equal_archives_whose_figures_are_the_runs() {
    let config = Config { label_noise: 0.1, ..small(Task::Rings) };
    let run = || trained(Dataset::generated(&config).unwrap(), config.clone());
    let (first, again) = (run(), run());
    let student = payload(&first.driver, Arm::Distilled).unwrap();
    let bytes = archive(&student);
    assert!(bytes == archive(&payload(&again.driver, Arm::Distilled).unwrap()), "the same run, other bytes");
    assert!(bytes != archive(&payload(&first.driver, Arm::Hard).unwrap()), "another student, the same bytes");
    // The choice is by training rows, and the card says what was measured.
    let validations = &student.validations;
    assert_eq!(validations.len(), 3);
    assert!(validations.iter().all(|v| v.examples > 50 && v.examples < first.data.train.len()), "{validations:?}");
    assert!(validations.iter().all(|v| v.accuracy <= validations[student.replicate].accuracy));
    let card = deploy::files(&student).unwrap().remove(0);
    let card = (card.0, String::from_utf8(card.1).unwrap());
    println!("{}", card.1);
    assert_eq!(card.0, "MODEL_CARD.md");
    let arms = first.outcome.config.arms().len();
    let own = first.outcome.evaluation.students[student.replicate * arms + arms - 1].accuracy;
    let (own, int8) = (100.0 * own, 100.0 * student.int8_metrics.accuracy);
    for part in [
        format!("| accuracy | {own:.1}\u{a0}% |"),
        format!("accuracy {int8:.2} instead of {own:.2}"),
        format!("replicate {}", student.replicate + 1),
        student.origin.test_sha256.clone(),
        "10.0\u{a0}% of the training labels were made wrong".to_string(),
    ] {
        assert!(card.1.contains(&part), "“{part}” is not in the card");
    }
}

#[test]
fn a_student_of_every_arm_can_be_taken_when_the_run_is_over_and_not_before() {
    let mut config = small(Task::Moons);
    config.extra_arms = vec![Supervision::of(Method::Argmax), Supervision::of(Method::Hint)];
    let waiting = Driver::new(Rc::new(Dataset::generated(&config).unwrap()), config.clone());
    assert!(payload(&waiting, Arm::Distilled).unwrap_err().contains("press Train"));
    let run = trained(Dataset::generated(&config).unwrap(), config.clone());
    let cards: Vec<String> = config
        .arms()
        .into_iter()
        .map(|arm| {
            let files = deploy::files(&payload(&run.driver, arm).unwrap()).unwrap();
            String::from_utf8(files[0].1.clone()).unwrap()
        })
        .collect();
    for (card, arm) in cards.iter().zip(config.arms()) {
        assert!(card.starts_with(&format!("# {}: ", config.arm_name(arm))), "{card}");
    }
    assert!(payload(&run.driver, Arm::Extra(7)).unwrap_err().contains("choose another"));
}

#[test]
fn the_programs_say_what_is_wrong_with_a_row() {
    let run = trained(table::read(WINE).unwrap().dataset(1), Config { transfer_size: 60, ..small(Task::Own) });
    let folder = folder("errors", &payload(&run.driver, Arm::Distilled).unwrap());
    let mut programs = Vec::new();
    programs.extend(python("numpy").map(|python| (python, "predict.py")));
    programs.extend(node().then(|| (PathBuf::from("node"), "predict.js")));
    if programs.is_empty() {
        return skip!("there is neither a Python with NumPy nor Node");
    }
    let header: Vec<&str> = std::str::from_utf8(WINE).unwrap().lines().next().unwrap().split(',').collect();
    for (program, script) in programs {
        let said = |rows: &str| {
            std::fs::write(folder.join("rows.csv"), rows).unwrap();
            let output = Command::new(&program).current_dir(&folder).args([script, "rows.csv"]).output().unwrap();
            assert!(!output.status.success() && output.stdout.is_empty(), "{script} took {rows:?}");
            String::from_utf8_lossy(&output.stderr).into_owned()
        };
        for (rows, words) in [
            ("1,2,3\n", "row 1 has 3 numbers instead of"),
            ("a,b\n1,2\n", "no column"),
            ("[[1, null]]", "row 1 has 2 numbers instead of"),
            ("[1, 2]", "array"),
        ] {
            let why = said(rows);
            assert!(why.contains(words) && !why.contains("Traceback"), "{script}: {why}");
        }
        let row = vec!["1"; header.len()].join(",").replacen('1', "many", 2);
        let why = said(&format!("{}\n{row}\n", header.join(",")));
        assert!(why.contains("“many” in row 1 is not a number"), "{script}: {why}");
    }
}

/// The archive as Python's own reader sees it.
#[test]
fn the_archive_is_a_zip_of_the_files() {
    let Some(python) = python("zipfile") else { return skip!("there is no Python") };
    let config = small(Task::Blobs);
    let run = trained(Dataset::generated(&config).unwrap(), config);
    let student = payload(&run.driver, Arm::Distilled).unwrap();
    let folder = folder("zip", &student);
    std::fs::write(folder.join("student.zip"), archive(&student)).unwrap();
    let check = "import json, zipfile; z = zipfile.ZipFile('student.zip'); assert z.testzip() is None; \
                 print(json.dumps({n: z.read(n) == open(n, 'rb').read() for n in z.namelist()}))";
    let found = answers(Command::new(python).current_dir(&folder).args(["-c", check]));
    let names: Vec<&str> = deploy::files(&student).unwrap().iter().map(|(name, _)| *name).collect();
    let found = found.as_object().unwrap();
    assert_eq!(found.len(), names.len());
    assert!(names.iter().all(|name| found[*name] == json!(true)), "{found:?}");
}
