//! What is taken away of a run and brought back: weights go into a file and come back as the same networks, files that
//! are none are refused, and a program outside the browser finds the page's accuracies. Everything goes the way it goes
//! between engine and page: packed into messages.

mod common;
mod external;

use common::{Driver, fashion};
use external::skip;
use futures_util::FutureExt;
use softlabel::config::{Config, Method, SecondTeacher, Shift, Supervision, Task};
use softlabel::data::{Dataset, test_shift};
use softlabel::experiment::{Evaluation, StateDict};
use softlabel::export::{ImportPayload, pack, unpack};
use softlabel::files::codec;
use softlabel::files::codec::{Read, Script, Writing, Written};
use softlabel::files::{FileError, weights};
use softlabel::protocol::{self, Command as EngineCommand, Event, Export, Packed, Phase};
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

fn small(task: Task) -> Config {
    Config { student_steps: 40, teacher_epochs: 3, replicates: 2, ..Config::for_task(task) }
}

fn data(config: &Config) -> Rc<Dataset> {
    let base = match config.task {
        Task::Fashion => fashion(),
        Task::Names => common::names(config),
        _ => Dataset::generated(config).expect("a generated task"),
    };
    test_shift::prepare(Rc::new(base), config)
}

/// A run to its end; what it measured.
fn trained(config: &Config) -> (Driver, Evaluation) {
    let mut run = Driver::new(data(config), config.clone());
    run.session.train();
    let outcome = common::outcome(&run.finish().unwrap()).unwrap();
    (run, outcome.evaluation)
}

/// What the engine tells for a file, as it comes out of its message; or why there is none.
fn payload_of(run: &Driver, export: Export) -> Result<Vec<u8>, String> {
    let payload = run.session.payload(export).now_or_never().expect("the CPU does not wait");
    let message = protocol::encode(&Event::Exported(payload.map(|payload| Packed(pack(&payload)))));
    match protocol::decode(&message) {
        Ok(Event::Exported(payload_of)) => payload_of.map(|packed| packed.0),
        other => panic!("{other:?}"),
    }
}

fn file_of(run: &Driver, export: Export) -> Written {
    codec::write(Writing::ExportPayload(payload_of(run, export).unwrap())).unwrap()
}

fn weights_of(run: &Driver) -> Written {
    file_of(run, Export::Weights)
}

fn data_of(run: &Driver) -> Written {
    file_of(run, Export::Data)
}

/// The networks of a file, as they come out of the message to the engine.
fn imported(file: &[u8]) -> Result<ImportPayload, FileError> {
    let Read::Networks(packed) = codec::read(file)? else { panic!("a run") };
    match protocol::decode(&protocol::encode(&EngineCommand::Import(Packed(packed)))) {
        Ok(EngineCommand::Import(Packed(packed))) => Ok(unpack(&packed).expect("packed a moment ago")),
        other => panic!("{other:?}"),
    }
}

/// A run of every sort of network: an ensemble, a second teacher, arms with and without a pool of their own.
fn manifold() -> Config {
    let mut config = small(Task::Spiral);
    config.extra_arms = [Method::Argmax, Method::Smoothing, Method::Hint, Method::Argmax].map(Supervision::of).to_vec();
    Config { ensemble: 2, second_teacher: SecondTeacher::On, pool: 50, ..config }
}

#[test]
fn a_run_with_a_given_teacher_goes_out_and_comes_back() {
    let path = format!("{}/tests/data/tables/19_teacher_probs.csv", env!("CARGO_MANIFEST_DIR"));
    let table = softlabel::data::table::read(&std::fs::read(path).expect("a case")).expect("a table");
    let config = small(Task::Own);
    let data = Rc::new(table.dataset(config.seed));
    let mut run = Driver::new(Rc::clone(&data), config.clone());
    run.session.train();
    let before = common::outcome(&run.finish().unwrap()).unwrap().evaluation;
    let file = weights_of(&run);
    let imported = imported(&file.bytes).expect("networks");
    assert!(imported.networks.teacher.is_empty() && imported.networks.students.len() == before.students.len());
    let mut again = Driver::new(Rc::clone(&data), config.clone());
    again.session.import(imported).expect("the same data");
    let after = common::outcome(&again.finish().unwrap()).unwrap().evaluation;
    assert_eq!((after.students, after.teacher), (before.students, before.teacher));
    // The data hold what it says, and there is no training of it to write down.
    let text = String::from_utf8_lossy(&data_of(&run).bytes).into_owned();
    assert!(text.contains("\"teacher.train\"") && text.contains("\"teacher.test\""));
    assert!(payload_of(&run, Export::Training).unwrap_err().starts_with("The teacher came with the data"));
}

#[test]
fn weights_come_back_as_the_same_networks_bit_for_bit() {
    let chain = Config { generations: 1, assistants: vec![8], ..small(Task::Moons) };
    let mut shifted = Config { shift: Shift::Turned, shift_share: 1.0, shift_amount: 0.5, ..small(Task::Blobs) };
    shifted.distilled.temperature = 7.0;
    for config in [small(Task::Moons), manifold(), chain, shifted] {
        let (run, measured) = trained(&config);
        let file = weights_of(&run);
        let imported = imported(&file.bytes).unwrap();
        assert_eq!(imported.config, config);
        let mut again = Driver::new(data(&imported.config), imported.config.clone());
        again.session.import(imported).unwrap();
        let events = again.finish().unwrap();
        assert_eq!(common::outcome(&events).unwrap().evaluation, measured);
        assert_eq!(again.session.report().phase, Phase::Done);
        assert_eq!(weights_of(&again).bytes.len(), file.bytes.len());
        // And the run can go on as if it had been trained here: the same students, trained anew.
        again.session.train();
        let events = again.finish().unwrap();
        assert_eq!(common::outcome(&events).unwrap().evaluation.students, measured.students);
    }
}

#[test]
fn nothing_can_be_taken_before_there_is_something() {
    let run = Driver::new(data(&small(Task::Moons)), small(Task::Moons));
    let why = payload_of(&run, Export::Weights).unwrap_err();
    assert!(why.contains("press Train"), "{why}");
    assert!(!data_of(&run).bytes.is_empty(), "the data are there before the run");
}

#[test]
fn files_that_are_none_are_refused_and_change_nothing() {
    let config = small(Task::Moons);
    let (mut run, measured) = trained(&config);
    let whole = weights_of(&run).bytes;
    for end in (0..whole.len()).step_by(37) {
        assert!(codec::read(&whole[..end]).is_err(), "cut at {end}");
    }
    // Whatever bit is wrong: a refusal, or networks; never a panic.
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    for at in (0..header).step_by(3) {
        let mut broken = whole.clone();
        broken[at] ^= 1 << (at % 8);
        if let Ok(imported) = imported(&broken) {
            let mut other = Driver::new(data(&config), config.clone());
            let _ = other.session.import(imported);
        }
    }
    let data = data_of(&run).bytes;
    assert!(codec::read(&data).err().unwrap().to_string().contains("data of a run"));
    // Of other data: another seed's points.
    let other = Config { seed: 9, ..config.clone() };
    let (foreign, _) = trained(&other);
    let foreign = weights_of(&foreign).bytes;
    let why = run.session.import(imported(&foreign).unwrap()).unwrap_err().to_string();
    assert!(why.contains("other data"), "{why}");
    // Of other networks than the settings say, though the file is whole: a message can be anything.
    let mut fewer = imported(&whole).unwrap();
    fewer.networks.students.pop();
    let mut wider = imported(&whole).unwrap();
    let tensors = wider.networks.teacher[0].tensors();
    let mut values: Vec<Vec<f32>> = tensors.iter().map(|tensor| tensor.values.clone()).collect();
    values[0].push(0.0);
    let (inputs, classes) = (tensors[0].shape[0], values[values.len() - 1].len());
    wider.networks.teacher[0] = StateDict::new(&wider.config.run_networks(inputs, classes).teacher, values);
    for bad in [fewer, wider] {
        let why = run.session.import(bad).unwrap_err().to_string();
        assert!(why.contains("other data"), "{why}");
    }
    let mut not_finite = whole.clone();
    let last = not_finite.len() - 4;
    not_finite[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let why = codec::read(&not_finite).unwrap_err().to_string();
    assert!(why.contains("not a finite number"), "{why}");
    assert_eq!(run.session.report().phase, Phase::Done, "what was there is there");
    let _ = measured;
}

/// A Python with NumPy and safetensors: that of `scripts/setup test`, or the machine's.
fn python() -> Option<PathBuf> {
    let cache = std::env::var("XDG_CACHE_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cache")));
    let own = PathBuf::from(cache.unwrap_or_default()).join("softlabel/python/bin/python");
    [own, PathBuf::from("python3")].into_iter().find(|python| {
        let asked = Command::new(python).args(["-c", "import numpy, safetensors"]).output();
        asked.is_ok_and(|answer| answer.status.success())
    })
}

/// Writes the files of a run into a folder of its own and runs the NumPy script on them.
fn evaluated(name: &str, run: &Driver, python: &PathBuf, packed: Option<&str>) -> (bool, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let save = |file: Written| {
        let path = folder.join(&file.name);
        std::fs::write(&path, file.bytes).unwrap();
        path
    };
    let (weights, data) = (save(weights_of(run)), save(data_of(run)));
    let script = save(codec::write(Writing::Script(Script::EvaluateNumpy)).unwrap());
    save(codec::write(Writing::Script(Script::EvaluateTorch)).unwrap());
    save(file_of(run, Export::Training));
    let data = packed.map_or(data, |file| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("www/data").join(file));
    let output = Command::new(python).arg(script).arg(weights).arg(data).output().unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
    )
}

#[test]
fn numpy_finds_the_accuracies_to_the_digit() {
    let Some(python) = python() else {
        return skip!("there is no Python with numpy and safetensors (scripts/setup test makes one)");
    };
    let runs = [
        ("points", manifold(), None),
        ("names", Config { shift: Shift::Written, shift_share: 1.0, ..small(Task::Names) }, None),
        ("fashion", small(Task::Fashion), None),
        ("fashion-packed", small(Task::Fashion), Some("fashion.bin.gz")),
    ];
    for (name, config, packed) in runs {
        let (run, measured) = trained(&config);
        let (right, output) = evaluated(name, &run, &python, packed);
        println!("{name}: {output}");
        assert!(right && output.contains("Every accuracy is the page's."), "{name}: {output}");
        // What it prints is what the page shows: accuracy twice, its own and the page's.
        let last = measured.students.last().unwrap().accuracy;
        let shown = format!("{:.4}%", 100.0 * last);
        let line = output.lines().find(|line| line.starts_with("student.1.distilled")).unwrap();
        assert_eq!(line.matches(&shown).count(), 2, "{line}");
    }
    // Other data, and the comparison says so.
    let (run, _) = trained(&Config { seed: 4, ..small(Task::Moons) });
    let (right, output) = evaluated("other", &run, &python, Some("mnist.bin.gz"));
    assert!(!right && output.contains("not the test examples"), "{output}");
}

#[test]
fn settings_moved_after_the_run_are_not_the_runs() {
    let (mut run, _) = trained(&small(Task::Moons));
    run.set_supervision(9.0, 0.5);
    let file = weights_of(&run);
    assert_eq!(weights::read(&file.bytes).unwrap().config, small(Task::Moons));
    let script = String::from_utf8(file_of(&run, Export::Training).bytes).unwrap();
    assert!(script.contains("\"temperature\": 3.0") && !script.contains("\"temperature\": 9.0"));
}

/// Runs only where there is a PyTorch: it is large, and nothing else here needs it.
#[test]
fn the_training_scripts_losses_and_gradients_are_the_oracles() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/files/scripts/train_torch.py");
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/distillation.json");
    let later = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/later.json");
    let check = r#"
import importlib.util, json, sys, torch
spec = importlib.util.spec_from_file_location("train_torch", sys.argv[1])
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)
cases = [case for path in sys.argv[2:] for case in json.load(open(path))["cases"]]
names = {"teacher_top_k": "top_k", "teacher_top_k_other": "top_k_other", "teacher_argmax": "argmax"}
for case in cases:
    kind = names.get(case["kind"], case["kind"])
    arm = dict(case["params"], top_k=case["params"].get("k"))
    s = torch.tensor(case["student_logits"], dtype=torch.float64, requires_grad=True)
    t, y, T = torch.tensor(case["teacher_logits"], dtype=torch.float64), torch.tensor(case["labels"]), case["temperature"]
    soft, alpha = getattr(script, kind)(s, t, y, T, T * T, arm), case["soft_weight"]
    loss = (alpha * soft + (1 - alpha) * script.hard(s, y, case["label_smoothing"])).mean()
    loss.backward()
    gradient = torch.tensor(case["grad_student_logits"], dtype=torch.float64)
    assert abs(loss.item() - case["loss"]) <= 1e-8 * max(1, abs(case["loss"])), case
    assert (s.grad - gradient).abs().max() <= 1e-8 * max(1, gradient.abs().max()), case
print(len(cases), "cases")
"#;
    let pythons =
        std::env::var("SOFTLABEL_TORCH_PYTHON").into_iter().chain(["python3".into(), "/usr/bin/python3".into()]);
    let mut with_torch = pythons.filter(|python| {
        let asked = Command::new(python).args(["-c", "import torch, numpy, safetensors"]).output();
        asked.is_ok_and(|answer| answer.status.success())
    });
    let Some(python) = with_torch.next() else {
        return skip!("there is no Python with torch, numpy and safetensors");
    };
    let output = Command::new(python).args(["-c", check, script, cases, later]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "124 cases\n", "{}", String::from_utf8_lossy(&output.stderr));
}
