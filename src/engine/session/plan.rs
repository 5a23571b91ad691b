//! From a config to the networks, samples and schedules of its run.

use super::course::{Answers, Course, Regime};
use super::syllabus::Syllabus;
use crate::config::{Arm, Config, Method, Recipe, SecondTeacher};
use crate::data::{Dataset, Part, transfer};
use crate::engine::network::{HostWeights, Stack, he_weights};
use crate::protocol::{Form, Setup, Stage};
use burn::tensor::Device;

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

/// Steps of a teacher's epoch: as many full batches as cover its examples.
pub fn teacher_epoch(config: &Config, data: &Dataset) -> usize {
    data.train.len().div_ceil(config.teacher_batch).max(1)
}

/// One of the teachers that are trained one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherPlan {
    /// Its name on the page.
    pub name: String,
    /// Its layer widths, input to output.
    pub widths: Vec<usize>,
    /// Networks whose mean it is.
    pub members: usize,
    /// Whether an independent second teacher is trained beside it.
    pub second: bool,
    /// Its place in the chain; 0 learns from hard labels, the others from the one before.
    place: usize,
    regime: Regime,
    smoothing: f32,
}

/// The teachers of a run: the first, then born-again generations (Furlanello et al. 2018), then teacher assistants
/// (Mirzadeh et al. 2020).
pub fn teachers(config: &Config, data: &Dataset) -> Vec<TeacherPlan> {
    let (d, c) = (data.dimensions, data.classes.len());
    let widths = teacher_widths(config, d, c);
    let decay = teacher_epoch(config, data) * config.teacher_epochs;
    let regime = Regime {
        optimizer: config.optimizer,
        batch: config.teacher_batch,
        peak_lr: config.teacher_lr,
        steps: decay,
        decay,
        seed: config.seed,
        purpose: "teacher-batches",
    };
    let stopped = ((decay as f32 * config.teacher_stop).round() as usize).clamp(1, decay);
    let first = TeacherPlan {
        name: if config.ensemble > 1 { format!("Ensemble of {}", config.ensemble) } else { "Teacher".into() },
        widths: widths.clone(),
        members: config.ensemble.max(1),
        second: config.second_teacher == SecondTeacher::On,
        place: 0,
        regime: Regime { steps: stopped, ..regime.clone() },
        smoothing: config.teacher_smoothing,
    };
    let generations = (1..=config.generations).map(|g| (format!("Generation {g}"), widths.clone()));
    let assistants =
        config.assistants.iter().map(|&hidden| (format!("Assistant ({hidden} units)"), vec![d, hidden, c]));
    let chain = generations.chain(assistants).enumerate().map(|(i, (name, widths))| TeacherPlan {
        name,
        widths,
        members: 1,
        second: false,
        place: i + 1,
        regime: Regime { purpose: "chain-batches", seed: config.seed, ..regime.clone() },
        smoothing: 0.0,
    });
    std::iter::once(first).chain(chain).collect()
}

impl TeacherPlan {
    /// Steps it takes.
    pub fn steps(&self) -> usize {
        self.regime.steps
    }

    /// Trainable parameters, of all members.
    pub fn parameters(&self) -> usize {
        self.members * Stack::parameters(&self.widths)
    }

    /// Its course before the first step; `answers` are those of the teacher before it, on the whole training set.
    pub fn course(&self, data: &Dataset, answers: Option<Answers>, device: &Device) -> Course {
        let networks = self.members + usize::from(self.second);
        let start = |r: usize| match (self.place, r == self.members) {
            (0, false) => self.weights("teacher", r),
            (0, true) => self.weights("second-teacher", 0),
            (place, _) => self.weights("chain", place),
        };
        let starts: Vec<HostWeights> = (0..networks).map(start).collect();
        let stack = Stack::new(&self.widths, &starts, 1, device);
        let syllabus = if self.place == 0 {
            Syllabus::hard(self.smoothing, networks)
        } else {
            Syllabus::new(vec![Some(Recipe::of_chain())], networks)
        };
        let all: Vec<usize> = (0..data.train.len()).collect();
        Course::new(stack, syllabus, vec![all; networks], answers, self.regime.clone(), device)
    }

    fn weights(&self, purpose: &str, index: usize) -> HostWeights {
        he_weights(&self.widths, self.regime.seed, purpose, index)
    }
}

/// Each replicate's transfer set, as training indices.
pub fn samples(config: &Config, labels: &[u8], classes: usize) -> Vec<Vec<usize>> {
    (0..config.replicates).map(|r| transfer::sample(labels, classes, config.transfer_size, config.seed, r)).collect()
}

/// What those arms learn from, in every replicate.
pub fn syllabus(config: &Config, arms: &[Arm]) -> Syllabus {
    Syllabus::new(arms.iter().map(|&arm| config.recipe(arm).cloned()).collect(), config.replicates)
}

/// The students before their first step.
pub fn students(
    config: &Config,
    arms: &[Arm],
    data: &Dataset,
    samples: Vec<Vec<usize>>,
    answers: Answers,
    device: &Device,
) -> Course {
    let widths = student_widths(config, data.dimensions, data.classes.len());
    let starts: Vec<_> = (0..config.replicates).map(|r| he_weights(&widths, config.seed, "student", r)).collect();
    let stack = Stack::new(&widths, &starts, arms.len(), device);
    let regime = Regime {
        optimizer: config.optimizer,
        batch: config.student_batch,
        peak_lr: config.student_lr,
        steps: config.student_steps,
        decay: config.student_steps,
        seed: config.seed,
        purpose: "student-batches",
    };
    Course::new(stack, syllabus(config, arms), samples, Some(answers), regime, device)
}

/// What is set up, for the page. `labels` are the training labels as training sees them.
pub fn setup(config: &Config, data: &Dataset, labels: &[u8]) -> Setup {
    let classes = data.classes.len();
    let sample = transfer::sample(labels, classes, config.transfer_size, config.seed, 0);
    let shown = if data.form == Form::Plane { sample.len() } else { SHEET };
    let plane = if data.form == Form::Plane { PLANE.min(data.test.len()) } else { 0 };
    let plans = teachers(config, data);
    let last = plans.last().map(|plan| (plan.parameters(), plan.members * Stack::macs(&plan.widths)));
    let (teacher_parameters, teacher_macs) = last.unwrap_or_default();
    let student = student_widths(config, data.dimensions, classes);
    let arms = config.arms();
    let asked = |arm: &Arm| match config.recipe(*arm) {
        Some(recipe) if recipe.method == Method::Sampled => recipe.samples * sample.len(),
        Some(recipe) if recipe.method.asks_teacher() => sample.len(),
        _ => 0,
    };
    Setup {
        config: config.clone(),
        classes: data.classes.clone(),
        form: data.form.clone(),
        teacher_examples: data.train.len(),
        test_examples: data.test.len(),
        teacher_parameters,
        student_parameters: Stack::parameters(&student),
        teacher_macs,
        student_macs: Stack::macs(&student),
        teacher_steps: plans.iter().map(TeacherPlan::steps).sum(),
        stages: plans
            .iter()
            .map(|plan| Stage { name: plan.name.clone(), steps: plan.steps(), parameters: plan.parameters() })
            .collect(),
        queries: arms.iter().map(asked).collect(),
        transfer: sample.iter().take(shown).map(|&i| data.example(Part::Train, i, labels[i], None)).collect(),
        plane: (0..plane).map(|i| data.example(Part::Test, i, data.test.labels[i], None)).collect(),
        arms,
    }
}
