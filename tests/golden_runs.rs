//! Runs of earlier days come out as they did: `tests/golden/runs.json` holds, for the default run of four tasks, SHA-256 of
//! every weight and of every measure, and for one run of every sort of network the names of tensors and of metadata in its
//! files. A failure here means that the same link now computes something else, or that files have changed their form.
//!
//! Bits depend on the processor's vector instructions (burn picks its kernels by them), so hashes are held under the name of
//! what was found; on a processor of another sort accuracies are compared instead, to within two points.
//! `RECORD=1 cargo test --no-default-features --features engine,files --test golden_runs` writes down what is not there yet;
//! what is there is never rewritten.

mod common;

use common::Driver;
use futures_util::FutureExt;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use softlabel::config::{Config, Method, Sampling, SecondTeacher, Supervision, Task};
use softlabel::data::{Dataset, table, test_shift};
use softlabel::experiment::{Evaluation, StateDict};
use softlabel::export::{ExportPayload, pack};
use softlabel::files::codec;
use softlabel::files::codec::Writing;
use softlabel::protocol::Export;
use std::rc::Rc;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/runs.json");

/// Which bits to expect: the widest vector instructions that this processor has.
fn processor() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    let name = if std::arch::is_x86_feature_detected!("avx512f") {
        "x86_64 avx512f"
    } else if std::arch::is_x86_feature_detected!("fma") {
        "x86_64 fma"
    } else {
        "x86_64"
    };
    #[cfg(not(target_arch = "x86_64"))]
    let name = std::env::consts::ARCH;
    name
}

/// The default run of a task, with so many steps of the students.
fn shortened(task: Task, student_steps: usize) -> Config {
    Config { student_steps, teacher_epochs: Config::for_task(task).teacher_epochs.min(3), ..Config::for_task(task) }
}

/// Three classes of points on a line that overlap, with a second column that says nothing.
fn small_table() -> Vec<u8> {
    let mut text = String::from("along,noise,label\n");
    for i in 0..180_u32 {
        let class = i % 3;
        let along = f64::from(class) + f64::from(i * 37 % 101) / 60.0;
        text += &format!("{along:.4},{},{}\n", i * 53 % 97, ["low", "middle", "high"][class as usize]);
    }
    text.into_bytes()
}

/// Its settings, as they were the defaults when this was recorded.
fn small_table_run() -> Config {
    Config { transfer_size: 200, sampling: Sampling::Balanced, ..shortened(Task::Own, 300) }
}

fn data(config: &Config) -> Rc<Dataset> {
    let base = match config.task {
        Task::Fashion => common::fashion(),
        Task::Names => common::names(config),
        Task::Own => table::read(&small_table()).expect("a table").dataset(config.seed),
        _ => Dataset::generated(config).expect("a generated task"),
    };
    test_shift::prepare(Rc::new(base), config)
}

fn trained(config: &Config) -> (Driver, Evaluation) {
    let mut run = Driver::new(data(config), config.clone());
    run.session.train();
    let outcome = common::outcome(&run.finish().unwrap()).unwrap();
    (run, outcome.evaluation)
}

fn payload(run: &Driver, export: Export) -> ExportPayload {
    run.session.payload(export).now_or_never().expect("the CPU does not wait").unwrap()
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of the weights of all networks: the teacher's, the students', layer by layer.
fn weights(run: &Driver) -> String {
    let ExportPayload::Weights(trained) = payload(run, Export::Weights) else { panic!("no weights") };
    let mut hash = Sha256::new();
    let networks = &trained.networks;
    let all: Vec<&StateDict> = networks.teacher.iter().chain(&networks.second).chain(&networks.students).collect();
    all.into_iter().flat_map(StateDict::all_values).for_each(|value| hash.update(value.to_le_bytes()));
    hexadecimal(hash)
}

/// SHA-256 of the measures of all networks.
fn measures(evaluation: &Evaluation) -> String {
    let mut hash = Sha256::new();
    for metrics in std::iter::once(&evaluation.teacher).chain(&evaluation.students) {
        // A map, so that the order of a struct's fields is of no account.
        let Value::Object(fields) = serde_json::to_value(metrics).expect("plain data") else { panic!("no struct") };
        for (name, value) in fields {
            hash.update(name.as_bytes());
            hash.update(value.as_f64().unwrap_or(f64::NAN).to_le_bytes());
        }
    }
    hexadecimal(hash)
}

/// Names of tensors with their shapes, and keys of the description, of a safetensors file.
fn form(file: &[u8]) -> Value {
    let (tensors, metadata) = {
        let (_, header) = safetensors::SafeTensors::read_metadata(file).expect("a safetensors file");
        let mut tensors: Vec<String> =
            header.tensors().iter().map(|(name, info)| format!("{name} {:?} {:?}", info.dtype, info.shape)).collect();
        tensors.sort();
        (tensors, header.metadata().clone().expect("metadata"))
    };
    let about: Value = serde_json::from_str(&metadata["softlabel"]).expect("a description");
    let mut keys = Vec::new();
    keys_of(&about, "", &mut keys);
    json!({ "metadata": metadata.keys().collect::<Vec<_>>(), "description": keys, "tensors": tensors })
}

/// Paths of all keys; those of an array's first element stand for all.
fn keys_of(value: &Value, at: &str, keys: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                keys.push(format!("{at}/{key}"));
                keys_of(value, &format!("{at}/{key}"), keys);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                keys_of(first, &format!("{at}[]"), keys);
            }
        }
        _ => {}
    }
}

fn golden() -> Map<String, Value> {
    serde_json::from_str(&std::fs::read_to_string(FILE).unwrap_or_else(|_| "{}".into()))
        .expect("the golden file is JSON")
}

/// What was recorded under a key; recorded now where that is asked for.
fn recorded(key: &str, now: &Value) -> Option<Value> {
    let mut golden = golden();
    if std::env::var_os("RECORD").is_some() && !golden.contains_key(key) {
        golden.insert(key.into(), now.clone());
        let text = serde_json::to_string_pretty(&golden).expect("JSON can be written");
        std::fs::write(FILE, text + "\n").expect("the golden file can be written");
    }
    golden.remove(key)
}

/// One test, so that recording writes the file from one place.
#[test]
fn runs_and_files_come_out_as_they_were_recorded() {
    let mut lost = Vec::new();
    for (name, config) in [
        ("fashion", shortened(Task::Fashion, 300)),
        ("moons", shortened(Task::Moons, 300)),
        ("names", shortened(Task::Names, 200)),
        ("table", small_table_run()),
    ] {
        let (run, evaluation) = trained(&config);
        let now = json!({ "weights": weights(&run), "measures": measures(&evaluation) });
        let key = format!("{name}, {}", processor());
        let accuracies: Vec<f64> =
            std::iter::once(&evaluation.teacher).chain(&evaluation.students).map(|m| m.accuracy).collect();
        match recorded(&key, &now) {
            Some(then) if then == now => {}
            Some(then) => lost.push(format!("{key}: was {then}, is {now}")),
            None => println!("{key}: no bits are recorded for this processor; accuracies are compared instead"),
        }
        let key = format!("{name}, accuracies");
        let then = recorded(&key, &json!(accuracies)).unwrap_or(Value::Null);
        let near = |(then, now): (&Value, &f64)| then.as_f64().is_some_and(|then| (then - now).abs() <= 0.02);
        let then = then.as_array().cloned().unwrap_or_default();
        if then.len() != accuracies.len() || !then.iter().zip(&accuracies).all(near) {
            lost.push(format!("{key}: were {then:?}, are {accuracies:?}"));
        }
    }

    let mut config = shortened(Task::Spiral, 20);
    config.extra_arms = [Method::Argmax, Method::Smoothing, Method::Hint, Method::Argmax].map(Supervision::of).to_vec();
    let config = Config { ensemble: 2, second_teacher: SecondTeacher::On, pool: 50, replicates: 2, ..config };
    let (run, _) = trained(&config);
    for (key, export) in [("weights file", Export::Weights), ("data file", Export::Data)] {
        let file = codec::write(Writing::ExportPayload(pack(&payload(&run, export)))).unwrap();
        let now = form(&file.bytes);
        if recorded(key, &now).as_ref() != Some(&now) {
            lost.push(format!("{key}: is {now:#}"));
        }
    }
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}
