//! The losses, gradients and metrics against cases computed by an independent implementation in float64
//! (`tests/oracle/README.md` has the definitions). Set `SOFTLABEL_ORACLE` to a file of the same form to try further
//! cases.

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use softlabel::engine::kernels::loss_gradient;
use softlabel::engine::loss::{Soft, Supervision};
use softlabel::engine::metrics;
use softlabel::engine::trainer::supervision;

/// Relative tolerance: the engine computes in float32.
const TOLERANCE: f64 = 1e-4;

fn matrix(value: &Value) -> (Vec<f32>, usize, usize) {
    let rows = value.as_array().unwrap();
    let columns = rows[0].as_array().unwrap().len();
    let values = rows.iter().flat_map(|r| r.as_array().unwrap()).map(|v| v.as_f64().unwrap() as f32).collect();
    (values, rows.len(), columns)
}

fn of_case(case: &Value) -> Supervision {
    let parameter = |name: &str| case["params"][name].as_f64().unwrap_or_else(|| panic!("no {name}"));
    let soft = match case["kind"].as_str().unwrap() {
        "forward_kl" => Soft::ForwardKl,
        "reverse_kl" => Soft::ReverseKl,
        "jsd" => Soft::Jsd { beta: parameter("beta") as f32 },
        "logit_mse" => Soft::LogitMse,
        "dkd" => Soft::Dkd { tckd: parameter("tckd") as f32, nckd: parameter("nckd") as f32 },
        "teacher_top_k" => Soft::TeacherTopK { k: parameter("k") as usize },
        "teacher_argmax" => Soft::TeacherArgmax,
        other => panic!("unknown kind {other}"),
    };
    let number = |name: &str| case[name].as_f64().unwrap() as f32;
    Supervision {
        soft,
        temperature: number("temperature"),
        soft_weight: number("soft_weight"),
        label_smoothing: number("label_smoothing"),
        t_squared: true,
    }
}

/// Checks every case of a file on that device; returns how many there were.
fn check(text: &str, device: &Device) -> usize {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    for (number, case) in cases.iter().enumerate() {
        let name = format!("case {number}: {} {}", case["kind"], case["params"]);
        let (student, b, c) = matrix(&case["student_logits"]);
        let (teacher, _, _) = matrix(&case["teacher_logits"]);
        let (gradient, _, _) = matrix(&case["grad_student_logits"]);
        let labels: Vec<u8> = case["labels"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u8).collect();
        let tensor = |values: &[f32]| Tensor::<3>::from_data(TensorData::new(values.to_vec(), [1, b, c]), device);
        let label_values: Vec<f32> = labels.iter().map(|&l| f32::from(l)).collect();
        let out = loss_gradient(
            tensor(&student),
            &Tensor::zeros([1, c], device),
            &tensor(&teacher),
            &Tensor::from_data(TensorData::new(label_values, [1, b]), device),
            &supervision(&[of_case(case)], device),
        );
        let close = |got: f64, want: f64, what: &str, scale: f64| {
            let allowed = TOLERANCE * want.abs().max(scale);
            assert!((got - want).abs() <= allowed, "{name}: {what} is {got}, should be {want}");
        };
        close(f64::from(out.loss.into_scalar::<f32>()), case["loss"].as_f64().unwrap(), "loss", 1e-3);
        let got: Vec<f32> = out.logits.into_data().try_into_vec().unwrap();
        let largest = gradient.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
        for (i, (&g, &want)) in got.iter().zip(&gradient).enumerate() {
            close(f64::from(g), f64::from(want), &format!("gradient [{i}]"), f64::from(largest));
        }
        let log = metrics::log_softmax(&teacher, c);
        let m = metrics::metrics(&student, &teacher, &log, &labels, c);
        let want = |key: &str| case["metrics"][key].as_f64().unwrap();
        close(m.accuracy, want("accuracy"), "accuracy", 0.0);
        close(m.agreement, want("agreement"), "agreement", 0.0);
        close(m.kl_to_teacher, want("kl_teacher_student"), "KL to teacher", 1e-6);
        close(m.nll, want("nll"), "NLL", 1e-6);
        close(m.brier, want("brier"), "Brier", 1e-6);
        close(m.ece, want("ece_15"), "ECE", 1e-3);
    }
    cases.len()
}

#[test]
fn every_case_of_the_oracle_is_met_on_the_cpu() {
    assert_eq!(check(include_str!("oracle/distillation.json"), &Device::flex()), 84);
}

#[test]
fn further_cases_are_met_where_a_file_names_them() {
    match std::env::var("SOFTLABEL_ORACLE") {
        Err(_) => println!("skipped: SOFTLABEL_ORACLE names no file"),
        Ok(path) => assert!(check(&std::fs::read_to_string(path).unwrap(), &Device::flex()) > 0),
    }
}
