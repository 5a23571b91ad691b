//! Going on with other tools: `train_torch.py` under `torchrun`, and the settings that `docs/deploy.md` names for other
//! libraries. Each test runs only where there is a PyTorch: it is large, and nothing else here needs it.

mod common;
mod external;

use common::Driver;
use external::{skip, torch_python};
use futures_util::FutureExt;
use softlabel::config::{Config, Method, Supervision, Task};
use softlabel::data::Dataset;
use softlabel::export::pack;
use softlabel::files::codec::{self, Writing};
use softlabel::protocol::Export;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

/// Accuracies in per cent that `train_torch.py` prints, with their spread over replicates: the teacher's, then the arms'.
fn accuracies(output: &str) -> Vec<(f64, f64)> {
    let number = |text: &str| text.trim().trim_end_matches('%').parse::<f64>().ok();
    let of_line = |line: &str| {
        // `Teacher: 91.20% (page: …)` or `Distilled student  84.10% ± 1.20% (page: …)`.
        let words: Vec<&str> = line.split_once(" (page")?.0.split_whitespace().collect();
        match words[..] {
            [.., mean, "±", spread] => Some((number(mean)?, number(spread)?)),
            [.., mean] => Some((number(mean)?, 0.0)),
            [] => None,
        }
    };
    output.lines().filter_map(of_line).collect()
}

#[test]
fn two_processes_train_as_one_does() {
    let Some(python) = torch_python("torch, numpy, safetensors") else {
        return skip!("there is no Python with torch, numpy and safetensors (SOFTLABEL_TORCH_PYTHON names one)");
    };
    let mut config = Config { replicates: 2, student_steps: 60, teacher_epochs: 3, ..Config::for_task(Task::Spiral) };
    config.extra_arms = vec![Supervision::of(Method::Hint)];
    let mut run = Driver::new(Rc::new(Dataset::generated(&config).unwrap()), config);
    run.session.train();
    run.finish().unwrap();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("deploy-torchrun");
    std::fs::create_dir_all(&folder).unwrap();
    for export in [Export::Data, Export::Training] {
        let payload = run.session.payload(export).now_or_never().unwrap().unwrap();
        let file = codec::write(Writing::ExportPayload(pack(&payload))).unwrap();
        std::fs::write(folder.join(file.name), file.bytes).unwrap();
    }
    let found = |before: &[&str]| {
        let mut command = Command::new(&python);
        command.current_dir(&folder).env("OMP_NUM_THREADS", "1").args(before);
        let output = command.args(["train_torch.py", "softlabel-spiral-data.safetensors"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let output = String::from_utf8_lossy(&output.stdout).into_owned();
        println!("{output}");
        accuracies(&output)
    };
    let alone = found(&[]);
    let shared = found(&["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]);
    assert_eq!((alone.len(), shared.len()), (4, 4), "a teacher and three arms, once each");
    // The same batches and initial weights: only the order of sums differs.
    for (one, two) in alone.iter().zip(&shared) {
        assert!((one.0 - two.0).abs() <= one.1.max(two.1) + 0.5, "{alone:?} {shared:?}");
    }
}

#[test]
fn the_recipes_losses_are_the_oracles() {
    // Importing Keras needs a backend to be named first, so it is only asked whether it is there.
    let Some(python) = torch_python("torch, torchdistill, trl, importlib.metadata as m; m.version('keras')") else {
        return skip!("there is no Python with torch, keras, torchdistill and trl (SOFTLABEL_TORCH_PYTHON names one)");
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/recipes.py");
    let output = Command::new(python).env("KERAS_BACKEND", "torch").arg(script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
    assert!(
        ["trl", "torchdistill", "keras"].iter().all(|name| said.contains(name)) && !said.contains("left out"),
        "{said}"
    );
}
