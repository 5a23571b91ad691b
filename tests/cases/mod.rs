//! What the native and the in-browser tests of the engine share. Reads are asynchronous, as a GPU needs them.
#![allow(dead_code, reason = "each test file uses its part")]

#[cfg(feature = "gpu")]
pub mod gpu;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use softlabel::config::{Architecture, Optimizer as Kind};
use softlabel::data::points;
use softlabel::engine::kernels::{Label, Labels, loss_gradient};
use softlabel::engine::metrics;
use softlabel::engine::nn::{Stack, initial_weights};
use softlabel::engine::optimizer::OptimizerState;
use softlabel::engine::trainer::{Batch, loss_params, step};
use softlabel::losses::{Kind as LossKind, LossParams, Soft};

/// The oracle's cases.
pub const ORACLE: &str = include_str!("../oracle/distillation.json");
/// Students that nearly agree with their teacher, and some that do not.
pub const NEAR: &str = include_str!("../oracle/near.json");
/// Losses that came later, near and far from the teacher.
pub const LATER: &str = include_str!("../oracle/later.json");

/// A tensor's values.
pub async fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data_async().await.unwrap().try_into_vec::<f32>().unwrap()
}

/// Relative tolerance on the CPU: the engine computes in float32.
pub const CPU_TOLERANCE: f64 = 1e-4;
/// On WebGPU: WGSL promises only some units in the last place of exp and log, and T² multiplies what is left of a
/// difference by up to 400.
pub const GPU_TOLERANCE: f64 = 2e-3;

fn matrix(value: &Value) -> (Vec<f32>, usize, usize) {
    let rows = value.as_array().unwrap();
    let columns = rows[0].as_array().unwrap().len();
    let values = rows.iter().flat_map(|r| r.as_array().unwrap()).map(|v| v.as_f64().unwrap() as f32).collect();
    (values, rows.len(), columns)
}

fn of_case(case: &Value) -> LossParams {
    let parameter = |name: &str| case["params"][name].as_f64().unwrap_or_else(|| panic!("no {name}"));
    let soft = match case["kind"].as_str().unwrap() {
        "forward_kl" => Soft::ForwardKl,
        "reverse_kl" => Soft::ReverseKl,
        "jsd" => Soft::Jsd { beta: parameter("beta") as f32 },
        "logit_mse" => Soft::LogitMse,
        "dkd" => Soft::Dkd { tckd: parameter("tckd") as f32, nckd: parameter("nckd") as f32 },
        "teacher_top_k" => Soft::TeacherTopK { k: parameter("k") as usize },
        "teacher_argmax" => Soft::TeacherArgmax,
        "jsd_normalised" => Soft::JsdNormalised { beta: parameter("beta") as f32 },
        "teacher_top_k_other" => Soft::TeacherTopKOther { k: parameter("k") as usize },
        other => panic!("unknown kind {other}"),
    };
    let number = |name: &str| case[name].as_f64().unwrap() as f32;
    LossParams {
        label_smoothing: number("label_smoothing"),
        ..LossParams::soft(soft, number("temperature"), number("soft_weight"))
    }
}

/// Tolerance of a loss in nats, relative above 1: what the page shows of it is right.
pub const SHOWN: f64 = 1e-5;

/// Checks every case of a file on that device; returns how many there were. Losses are held to [`SHOWN`], too, with the
/// tolerance of the CPU. A gradient may also be off by what float32 (on a GPU: its exponential) resolves of a probability, times T.
pub async fn check_oracle(text: &str, device: &Device, tolerance: f64) -> usize {
    let file: Value = serde_json::from_str(text).unwrap();
    let cases = file["cases"].as_array().unwrap();
    for (number, case) in cases.iter().enumerate() {
        let name = format!("case {number}: {} {}", case["kind"], case["params"]);
        let (student, b, c) = matrix(&case["student_logits"]);
        let (teacher, _, _) = matrix(&case["teacher_logits"]);
        let (gradient, _, _) = matrix(&case["grad_student_logits"]);
        let labels: Vec<u8> = case["labels"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u8).collect();
        let tensor = |values: &[f32]| Tensor::<3>::from_data(TensorData::new(values.to_vec(), [1, b, c]), device);
        let classes: Vec<usize> = labels.iter().map(|&l| l.into()).collect();
        let out = loss_gradient(
            tensor(&student),
            &Tensor::zeros([1, 1, c], device),
            &tensor(&teacher),
            &Labels::known(&classes, 1, device),
            &loss_params(&[of_case(case)], device),
        );
        let close = |got: f64, want: f64, what: &str, scale: f64| {
            let allowed = tolerance * want.abs().max(scale);
            assert!((got - want).abs() <= allowed, "{name}: {what} is {got}, should be {want}");
        };
        let (loss, expected) = (f64::from(read(out.loss).await[0]), case["loss"].as_f64().unwrap());
        close(loss, expected, "loss", 1e-3);
        if tolerance == CPU_TOLERANCE {
            let off = (loss - expected).abs();
            assert!(off <= SHOWN * expected.abs().max(1.0), "{name}: loss is off by {off:e} of {expected}");
        }
        let got = read(out.logits).await;
        let largest = gradient.iter().fold(0.0_f32, |m, g| m.max(g.abs()));
        let resolution = if tolerance == CPU_TOLERANCE { 3e-7 } else { 3e-6 };
        let resolved = resolution * case["temperature"].as_f64().unwrap() / tolerance;
        for (i, (&g, &want)) in got.iter().zip(&gradient).enumerate() {
            close(f64::from(g), f64::from(want), &format!("gradient [{i}]"), f64::from(largest).max(resolved));
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

const B: usize = 16;

pub fn soft(kind: Soft) -> LossParams {
    LossParams::soft(kind, 3.0, 0.7)
}

/// Every soft term, with parameters that leave no part of it out.
pub fn every_soft() -> Vec<Soft> {
    let soft = |kind| match kind {
        LossKind::ForwardKl => Soft::ForwardKl,
        LossKind::ReverseKl => Soft::ReverseKl,
        LossKind::Jsd => Soft::Jsd { beta: 0.3 },
        LossKind::LogitMse => Soft::LogitMse,
        LossKind::Dkd => Soft::Dkd { tckd: 1.0, nckd: 2.0 },
        LossKind::TeacherTopK => Soft::TeacherTopK { k: 2 },
        LossKind::TeacherArgmax => Soft::TeacherArgmax,
        LossKind::JsdNormalised => Soft::JsdNormalised { beta: 0.1 },
        LossKind::TeacherTopKOther => Soft::TeacherTopKOther { k: 1 },
    };
    LossKind::ALL.map(soft).to_vec()
}

/// Every loss, with and without T², with smoothed labels, and with neither term (the hint stage).
pub fn every_loss() -> Vec<LossParams> {
    let mut all = vec![LossParams::HARD, LossParams::ARGMAX];
    all.extend(every_soft().into_iter().map(soft));
    all.push(LossParams { t_squared: false, ..soft(Soft::ForwardKl) });
    all.push(LossParams { label_smoothing: 0.2, ..LossParams::HARD });
    all.push(LossParams { soft_weight: 0.0, hard_weight: 0.0, ..LossParams::HARD });
    all
}

/// The arms of the default run and two more, so that every kernel path is taken.
pub fn arms() -> Vec<LossParams> {
    vec![LossParams::HARD, LossParams::ARGMAX, soft(Soft::ForwardKl), soft(Soft::ReverseKl), soft(Soft::LogitMse)]
}

/// A batch of spiral points for some replicates: each replicate its user's points, and made-up teacher logits; some without a label.
pub fn batch(replicates: &[usize], at: usize, device: &Device) -> Batch {
    let data = points::spiral(7);
    let r = replicates.len();
    let (mut x, mut y, mut t) = (Vec::new(), Vec::new(), Vec::new());
    for &replicate in replicates {
        for i in 0..B {
            let k = (replicate * 97 + at * B + i) % data.train.labels.len();
            x.extend_from_slice(&data.train.numbers[2 * k..2 * k + 2]);
            // One in five has no label, as in a pool.
            y.push(Label { class: data.train.labels[k].into(), labelled: !k.is_multiple_of(5) });
            t.extend((0..3).map(|c| ((k * 3 + c) as f32 * 0.7).sin() * 2.0));
        }
    }
    Batch {
        x: Tensor::from_data(TensorData::new(x, [r, B, 2]), device),
        labels: Labels::new(&y, r, device),
        teacher: Tensor::from_data(TensorData::new(t, [r, B, 3]), device),
    }
}

pub fn trained(
    replicates: &[usize],
    arms: &[LossParams],
    widths: &[usize],
    steps: usize,
    kind: Kind,
    device: &Device,
) -> Stack {
    let network = Architecture::mlp(widths);
    let starts: Vec<_> = replicates.iter().map(|&r| initial_weights(&network, 5, "student", r)).collect();
    let mut stack = Stack::new(&network, &starts, arms.len(), device);
    let rows: Vec<_> = replicates.iter().flat_map(|_| arms.iter().copied()).collect();
    let loss_params = loss_params(&rows, device);
    let mut optimizer = OptimizerState::new(kind, stack.parameters());
    for at in 0..steps {
        step(&mut stack, &mut optimizer, batch(replicates, at, device), &loss_params, 0.02);
    }
    stack
}

/// All weights of a stack, network by network.
pub async fn weights(stack: &Stack) -> Vec<f32> {
    let networks = stack.to_host().await.unwrap();
    networks.iter().flat_map(|network| network.all_values()).collect()
}

/// Every student trained alone equals the same student trained in a stack, within 1e-5.
pub async fn check_stack_equals_alone(device: &Device) {
    for kind in [Kind::Adam, Kind::Sgd] {
        for widths in [&[2, 6, 3][..], &[2, 5, 4, 3], &[2, 3]] {
            let stack = trained(&[0, 1, 2], &arms(), widths, 20, kind, device);
            for replicate in 0..3 {
                for (arm, &loss_params) in arms().iter().enumerate() {
                    let alone = weights(&trained(&[replicate], &[loss_params], widths, 20, kind, device)).await;
                    let stacked = weights(&stack.alone(replicate, arm)).await;
                    assert_eq!(alone.len(), stacked.len());
                    for (a, s) in alone.iter().zip(&stacked) {
                        assert!((a - s).abs() <= 1e-5, "{kind:?} {widths:?} replicate {replicate} arm {arm}: {a} {s}");
                    }
                }
            }
        }
    }
}
