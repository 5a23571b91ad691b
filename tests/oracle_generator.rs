//! The oracle's file against its generator, which computes every output from the equations in float64.

mod external;

use external::{python, skip};
use std::process::Command;

const GENERATOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/generate.py");

#[test]
fn the_oracles_outputs_follow_from_its_equations() {
    let Some(python) = python("numpy") else { return skip!("there is no Python with NumPy") };
    let output = Command::new(python).args([GENERATOR, "--check"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "84 cases agree\n");
}

#[test]
fn the_near_and_the_later_cases_follow_from_the_equations() {
    let Some(python) = python("numpy") else { return skip!("there is no Python with NumPy") };
    for (name, cases) in [("near", 140), ("later", 40)] {
        let file = format!("{}/tests/oracle/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(&python).args([GENERATOR, "--check", &file]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{cases} cases agree\n"));
    }
}

#[test]
fn a_changed_output_is_found() {
    let Some(python) = python("numpy") else { return skip!("there is no Python with NumPy") };
    let text = include_str!("oracle/distillation.json");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("changed-oracle.json");
    std::fs::write(&file, text.replacen("\"loss\": 7.0494", "\"loss\": 7.0495", 1)).unwrap();
    let output = Command::new(python).arg(GENERATOR).arg("--check").arg(file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(lines.starts_with("case 0 (forward_kl") && lines.contains("loss 7.0495"), "{lines}");
}
