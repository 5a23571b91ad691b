//! Python scripts that go with the files. The evaluation scripts read everything from the files; the training script contains
//! the settings of its run and the losses that the run uses.

use crate::config::{
    Architecture, Arm, Config, DeviceChoice, Format, Options, PARAMETERS, Supervision, TSquared, TemperatureSchedule,
    WeightSchedule,
};
use crate::export::{ScriptPayload, TeacherRun};
use crate::files::metadata::arm_keys;
use crate::link;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Evaluates weights with NumPy.
pub const EVALUATE_NUMPY: &str = include_str!("scripts/evaluate_numpy.py");
/// Evaluates weights with PyTorch.
pub const EVALUATE_TORCH: &str = include_str!("scripts/evaluate_torch.py");
/// Predicts with a student that is deployed, with NumPy alone.
pub const PREDICT_NUMPY: &str = include_str!("scripts/predict.py");
/// The same in JavaScript, without a dependency.
pub const PREDICT_JS: &str = include_str!("scripts/predict.js");
/// Template of the training script; [`training`] inserts the settings and removes unused losses.
const TRAIN_TORCH: &str = include_str!("scripts/train_torch.py");

#[derive(Serialize)]
struct StudentRun<'a> {
    widths: &'a [usize],
    batch: usize,
    lr: f32,
    steps: usize,
}

#[derive(Serialize)]
struct TeacherRecord<'a> {
    name: &'a str,
    widths: &'a [usize],
    members: usize,
    smoothing: f32,
    batch: usize,
    lr: f32,
    steps: usize,
    decay: usize,
}

impl<'a> TeacherRecord<'a> {
    fn new(run: &'a TeacherRun) -> Self {
        let TeacherRun { name, architecture, members, smoothing, batch, lr, steps, decay } = run;
        let (members, smoothing, batch, lr) = (*members, *smoothing, *batch, *lr);
        Self { name, widths: widths(architecture), members, smoothing, batch, lr, steps: *steps, decay: *decay }
    }
}

/// Layer widths; the script's networks are multilayer perceptrons.
fn widths(architecture: &Architecture) -> &[usize] {
    match architecture {
        Architecture::Mlp { widths } => widths,
    }
}

/// Numbers instead of booleans, so that the JSON text is valid Python.
#[derive(Serialize)]
struct ArmRun<'a> {
    key: &'a str,
    name: String,
    method: &'static str,
    #[serde(flatten)]
    supervision: Option<SupervisionRecord>,
}

#[derive(Serialize)]
struct SupervisionRecord {
    temperature: f32,
    temperature_end: f32,
    soft_weight: f32,
    soft_weight_end: f32,
    t_squared: u8,
    #[serde(flatten)]
    own: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
struct Settings<'a> {
    link: &'a str,
    optimizer: &'static str,
    seed: u32,
    replicates: usize,
    teachers: Vec<TeacherRecord<'a>>,
    student: StudentRun<'a>,
    arms: Vec<ArmRun<'a>>,
    page: BTreeMap<String, f64>,
}

/// A float32 with its own shortest decimals, not those of the float64.
fn short(value: f32) -> Value {
    value.to_string().parse().unwrap_or(f64::from(value)).into()
}

fn supervision(supervision: &Supervision) -> SupervisionRecord {
    let linear = supervision.temperature_schedule == TemperatureSchedule::Linear;
    let weighs_linearly = supervision.weight_schedule == WeightSchedule::Linear;
    let scratch = Config { distilled: supervision.clone(), ..Config::default() };
    let own = PARAMETERS.iter().filter(|parameter| supervision.method.own_parameters().contains(&parameter.key)).map(
        |parameter| {
            // The script's names, where the link's are short.
            let name = match parameter.key {
                "k" => "top_k",
                "hint" => "hint_share",
                key => key,
            };
            let value = (parameter.get)(&scratch);
            (name, if parameter.format == Format::Whole { Value::from(value as usize) } else { short(value as f32) })
        },
    );
    let own: Vec<(&str, Value)> = own.collect();
    SupervisionRecord {
        temperature: supervision.temperature,
        temperature_end: if linear { supervision.temperature_end } else { supervision.temperature },
        soft_weight: supervision.soft_weight,
        soft_weight_end: if weighs_linearly { supervision.soft_weight_end } else { supervision.soft_weight },
        t_squared: u8::from(supervision.t_squared == TSquared::On),
        own: own.into_iter().collect(),
    }
}

/// The training script of a run.
pub fn training(run: &ScriptPayload) -> String {
    let config = &run.config;
    let (arms, student) = (config.arms(), config.student_architecture(run.dimensions, run.classes));
    let keys = arm_keys(config, &arms);
    let method = |arm: Arm| config.supervision(arm).map_or("hard", |supervision| supervision.method.key());
    let used: Vec<&str> = arms.iter().map(|&arm| method(arm)).collect();
    let arm_runs = keys.iter().zip(&arms).map(|(key, &arm)| ArmRun {
        key,
        name: config.arm_name(arm),
        method: method(arm),
        supervision: config.supervision(arm).map(supervision),
    });
    let mut page = BTreeMap::new();
    if let Some((teacher, students)) = &run.measured {
        page.insert("teacher".to_string(), teacher.accuracy);
        for (place, key) in keys.iter().enumerate() {
            let values: Vec<f64> = students.iter().skip(place).step_by(arms.len().max(1)).map(|m| m.accuracy).collect();
            page.insert(key.clone(), values.iter().sum::<f64>() / values.len().max(1) as f64);
        }
    }
    let settings = Settings {
        link: &link::format(&Config { device: DeviceChoice::Auto, ..config.clone() }),
        optimizer: config.optimizer.key(),
        seed: config.seed,
        replicates: config.replicates,
        teachers: run.teachers.iter().map(TeacherRecord::new).collect(),
        student: StudentRun {
            widths: widths(&student),
            batch: config.student_batch,
            lr: config.student_lr,
            steps: config.student_steps,
        },
        arms: arm_runs.collect(),
        page,
    };
    // What is made of numbers, strings and lists alone can always be written.
    let text = serde_json::to_string_pretty(&settings).unwrap_or_default();
    keep(TRAIN_TORCH, &used).replacen("RUN = {}", &format!("RUN = {text}"), 1)
}

/// A script without the sections, `# [name` to `# name]`, whose name is not used.
fn keep(script: &str, used: &[&str]) -> String {
    let mut out = String::with_capacity(script.len());
    let mut inside: Option<&str> = None;
    for line in script.lines() {
        let marked = line.trim();
        if let Some(name) = marked.strip_prefix("# [") {
            inside = Some(name);
        } else if inside.is_some_and(|name| marked.strip_prefix("# ").and_then(|l| l.strip_suffix(']')) == Some(name)) {
            inside = None;
        } else if inside.is_none_or(|name| used.contains(&name)) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Method;
    use crate::config::Task;

    fn script(config: &Config) -> String {
        let teacher = TeacherRun {
            name: "Teacher".into(),
            architecture: Architecture::mlp([2, 64, 2]),
            members: 1,
            smoothing: 0.0,
            batch: 32,
            lr: 0.0015,
            steps: 60,
            decay: 80,
        };
        let config = config.clone();
        training(&ScriptPayload { config, dimensions: 2, classes: 2, teachers: vec![teacher], measured: None })
    }

    #[test]
    fn the_training_script_holds_the_runs_numbers() {
        let mut config = Config { student_steps: 123, student_lr: 0.003, ..Config::for_task(Task::Moons) };
        config.distilled.temperature = 5.0;
        config.distilled.soft_weight = 0.7;
        let text = script(&config);
        for part in [
            "\"link\": \"task=moons&",
            "\"steps\": 123",
            "\"lr\": 0.003",
            "\"temperature\": 5.0",
            "\"soft_weight\": 0.7",
            "\"t_squared\": 1",
            "\"lr\": 0.0015",
            "\"decay\": 80",
            "\"method\": \"argmax\"",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        for word in ["true", "false", "null"] {
            assert!(!text.contains(&format!(": {word}")), "{word} is no Python");
        }
    }

    #[test]
    fn only_the_losses_that_are_used_are_in_it() {
        let mut config = Config::for_task(Task::Moons);
        config.extra_arms =
            vec![Supervision { top_k: 2, ..Supervision::of(Method::TopK) }, Supervision::of(Method::Hint)];
        let text = script(&config);
        assert!(text.contains("def top_k") && text.contains("def hint_loss") && text.contains("\"top_k\": 2"));
        assert!(!text.contains("def jsd") && !text.contains("def dkd") && !text.contains("def argmax"));
        assert!(!text.contains("# [") && !text.lines().any(|l| l.trim().starts_with("# ") && l.ends_with(']')));
    }

    #[test]
    fn every_method_has_its_own_section_of_the_script() {
        for &method in Method::ALL {
            let mut config = Config::for_task(Task::Moons);
            config.extra_arms = vec![Supervision::of(method)];
            config.distilled = Supervision::of(method);
            let text = script(&config);
            // Whatever the loss, `loss` calls the function of the method's name, so that a method without one fails.
            let own = match method {
                Method::ForwardKl => "def forward_kl(",
                Method::ReverseKl => "def reverse_kl(",
                Method::Jsd => "def jsd(",
                Method::JsdNormalised => "def jsd_normalised(",
                Method::LogitMse => "def logit_mse(",
                Method::Dkd => "def dkd(",
                Method::TopK => "def top_k(",
                Method::TopKOther => "def top_k_other(",
                Method::Argmax => "def argmax(",
                Method::Sampled => "def sampled(",
                Method::Permuted => "permuted = forward_kl",
                Method::Hint => "hint = forward_kl",
                Method::Smoothing => "== \"smoothing\"",
                Method::AllLabels => "== \"all_labels\"",
            };
            assert!(text.contains(own), "{own} is not in the script of {method:?}");
        }
    }
}
