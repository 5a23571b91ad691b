//! From a config to the networks, samples and schedules of its run.

use super::course::{Course, Regime};
use crate::config::{Config, Method};
use crate::data::{Dataset, Part, transfer};
use crate::engine::loss::{Soft, Supervision};
use crate::engine::network::{Stack, he_weights};
use crate::protocol::{Arm, Setup};
use burn::tensor::Device;

/// The arms of the default run, in the order of the stack.
pub const ARMS: [Arm; 3] = [Arm::Hard, Arm::Argmax, Arm::Distilled];
/// Images of the contact sheet.
const SHEET: usize = 40;
/// Points drawn of the plane.
const PLANE: usize = 300;

/// Layer widths of the teacher, input to output.
pub fn teacher_widths(config: &Config, dimensions: usize, classes: usize) -> Vec<usize> {
    let mut widths = vec![dimensions];
    widths.extend(std::iter::repeat_n(config.teacher_hidden, config.teacher_layers));
    widths.push(classes);
    widths
}

/// Layer widths of a student, input to output.
pub fn student_widths(config: &Config, dimensions: usize, classes: usize) -> Vec<usize> {
    vec![dimensions, config.student_hidden, classes]
}

/// Steps of the teacher's epoch: as many full batches as cover its examples.
pub fn teacher_epoch(config: &Config, data: &Dataset) -> usize {
    data.train.len().div_ceil(config.teacher_batch).max(1)
}

/// The teacher before its first step.
pub fn teacher(config: &Config, data: &Dataset, device: &Device) -> Course {
    let widths = teacher_widths(config, data.dimensions, data.classes.len());
    let stack = Stack::new(&widths, &[he_weights(&widths, config.seed, "teacher", 0)], 1, device);
    let regime = Regime {
        optimizer: config.optimizer,
        batch: config.teacher_batch,
        peak_lr: config.teacher_lr,
        steps: teacher_epoch(config, data) * config.teacher_epochs,
        seed: config.seed,
        purpose: "teacher-batches",
    };
    Course::new(stack, &[Supervision::HARD], vec![(0..data.train.len()).collect()], &regime, device)
}

/// Each replicate's transfer set, as training indices.
pub fn samples(config: &Config, labels: &[u8], classes: usize) -> Vec<Vec<usize>> {
    (0..config.replicates).map(|r| transfer::sample(labels, classes, config.transfer_size, config.seed, r)).collect()
}

/// The students before their first step.
pub fn students(config: &Config, data: &Dataset, samples: Vec<Vec<usize>>, device: &Device) -> Course {
    let widths = student_widths(config, data.dimensions, data.classes.len());
    let starts: Vec<_> = (0..config.replicates).map(|r| he_weights(&widths, config.seed, "student", r)).collect();
    let stack = Stack::new(&widths, &starts, ARMS.len(), device);
    let regime = Regime {
        optimizer: config.optimizer,
        batch: config.student_batch,
        peak_lr: config.student_lr,
        steps: config.student_steps,
        seed: config.seed,
        purpose: "student-batches",
    };
    Course::new(stack, &supervision(config), samples, &regime, device)
}

/// The supervision of every student, `[R][A]` in one row.
pub fn supervision(config: &Config) -> Vec<Supervision> {
    let distilled = Supervision {
        soft: match config.method {
            Method::ForwardKl => Soft::ForwardKl,
            Method::ReverseKl => Soft::ReverseKl,
            Method::LogitMse => Soft::LogitMse,
        },
        temperature: config.temperature,
        soft_weight: config.soft_weight,
        label_smoothing: 0.0,
        t_squared: true,
    };
    let of = |arm| match arm {
        Arm::Hard => Supervision::HARD,
        Arm::Argmax => Supervision::ARGMAX,
        Arm::Distilled => distilled,
    };
    (0..config.replicates).flat_map(|_| ARMS.map(of)).collect()
}

/// What is set up, for the page. `labels` are the training labels as training sees them.
pub fn setup(config: &Config, data: &Dataset, labels: &[u8], teacher_steps: usize) -> Setup {
    let classes = data.classes.len();
    let sample = transfer::sample(labels, classes, config.transfer_size, config.seed, 0);
    let shown = if data.image_size.is_some() { SHEET } else { sample.len() };
    let plane = if data.image_size.is_some() { 0 } else { PLANE.min(data.test.len()) };
    Setup {
        config: config.clone(),
        classes: data.classes.iter().map(ToString::to_string).collect(),
        image_size: data.image_size.map(|(w, h)| (w as u32, h as u32)),
        teacher_examples: data.train.len(),
        test_examples: data.test.len(),
        teacher_parameters: Stack::parameters(&teacher_widths(config, data.dimensions, classes)),
        student_parameters: Stack::parameters(&student_widths(config, data.dimensions, classes)),
        teacher_steps,
        transfer: sample.iter().take(shown).map(|&i| data.example(Part::Train, i, labels[i], None)).collect(),
        plane: (0..plane).map(|i| data.example(Part::Test, i, data.test.labels[i], None)).collect(),
        arms: ARMS.to_vec(),
    }
}
