//! Every setting once: its key in the link, its accessible name, range, default, unit and explanation.
//!
//! The controls of the page, the validation of a link and the engine's settings all come from the one table
//! [`PARAMETERS`] (numbers) and the one table [`OPTIONS`] (closed lists), so that they cannot disagree.

mod architecture;
mod custom;
mod measure;
mod method;
mod option_settings;
mod options;
mod parameters;
mod supervision;
mod task;

pub use architecture::{Architecture, Init, RunNetworks, TensorSpec};
pub use measure::Measure;
pub use method::{Method, Targets};
pub use option_settings::{OPTIONS, OptionSetting};
pub use options::*;
pub use parameters::*;
pub use supervision::*;
pub use task::{Task, TaskKind};

use serde::{Deserialize, Serialize};

/// Most classes that the engine can tell apart: its loss keeps rows of logits in arrays of this length.
pub const MAX_CLASSES: usize = 64;
/// Most classes of custom data, so that classes can still be distinguished in a chart.
pub const MAX_CUSTOM_CLASSES: usize = 32;

/// Everything that a run depends on. Two runs of equal configs on the CPU give equal numbers, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// The task.
    pub task: Task,
    /// Device asked for.
    pub device: DeviceChoice,
    /// Optimizer of teacher and students.
    pub optimizer: Optimizer,
    /// What the distilled student learns from.
    pub distilled: Supervision,
    /// What the students beside the hard-label and the distilled one learn from; each is an arm.
    #[serde(rename = "rivals")]
    pub extra_arms: Vec<Supervision>,
    /// The one seed.
    pub seed: u32,
    /// Examples in each replicate's transfer set.
    pub transfer_size: usize,
    /// Share of training labels that are wrong, the teacher's too; 0 to 0.9.
    pub label_noise: f32,
    /// Hidden units of a student.
    pub student_hidden: usize,
    /// Replicates R: independent repetitions, each with its own sample, batches and initial weights.
    pub replicates: usize,
    /// Steps that the students train.
    pub student_steps: usize,
    /// Peak learning rate of the students (cosine decay to zero).
    pub student_lr: f32,
    /// Batch size of the students.
    pub student_batch: usize,
    /// Hidden units of the teacher in each hidden layer.
    pub teacher_hidden: usize,
    /// Hidden layers of the teacher.
    pub teacher_layers: usize,
    /// Passes of the teacher over its training set.
    pub teacher_epochs: usize,
    /// Peak learning rate of the teacher (cosine decay to zero).
    pub teacher_lr: f32,
    /// Batch size of the teacher.
    pub teacher_batch: usize,
    /// Teachers whose mean probabilities (at T = 1) are the soft labels.
    pub ensemble: usize,
    /// Label smoothing ε of the teachers' hard labels.
    pub teacher_smoothing: f32,
    /// Share of the teacher's steps after which it is stopped, 0 to 1.
    pub teacher_stop: f32,
    /// Born-again generations after the first teacher.
    pub generations: usize,
    /// Hidden units of the teacher assistants, from the teacher to the student; each is distilled from the one before.
    pub assistants: Vec<usize>,
    /// Whether an independent second teacher is trained too.
    pub second_teacher: SecondTeacher,
    /// How transfer sets are drawn.
    pub sampling: Sampling,
    /// Which labels wrong labels become.
    pub noise_kind: NoiseKind,
    /// Classes that the transfer set leaves out, in order.
    pub left_out: Vec<usize>,
    /// What is done to the transfer set's inputs.
    pub shift: Shift,
    /// How much, 0 to 1.
    pub shift_amount: f32,
    /// Share of the transfer set it is done to, 0 to 1.
    pub shift_share: f32,
    /// Share of the transfer set that is mixed from two inputs each, 0 to 1.
    pub mixup: f32,
    /// What is done to the test set.
    pub production: ProductionShift,
    /// How much, 0 to 1.
    pub production_amount: f32,
    /// Which classes production consists of.
    pub production_classes: ProductionClasses,
    /// Examples without labels that the teacher labels too.
    pub pool: usize,
    /// Characters before the one to be predicted (first names).
    pub context: usize,
    /// Points that the user added to the training set (tasks in the plane).
    pub added: Vec<AddedPoint>,
}

/// A point the user added, in hundredths of the plane's unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedPoint {
    /// To the right.
    pub x: i16,
    /// Up.
    pub y: i16,
    /// Its class.
    pub class: u8,
}

impl AddedPoint {
    /// Farthest from the middle, in hundredths.
    pub const MAX_DISTANCE: i16 = 300;

    /// Whether it is in the plane's drawn part and of a class that a task in the plane can have.
    pub fn fits(&self) -> bool {
        self.x.abs() <= Self::MAX_DISTANCE && self.y.abs() <= Self::MAX_DISTANCE && self.class < 4
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::for_task(Task::Fashion)
    }
}

impl Config {
    /// Most arms beside the hard-label and the distilled student: as many as there are colours to tell them apart.
    pub const MAX_EXTRA_ARMS: usize = 4;
    /// Most points that a user can add.
    pub const MAX_ADDED: usize = 200;
    /// Points that the teacher of a generated task trains on, added ones apart.
    pub const POINTS_TRAIN: usize = 1_000;
    /// Characters that the teacher of the names trains on, ends among them.
    pub const NAMES_TRAIN: usize = 28_000;
    /// Most teacher assistants in a chain.
    pub const MAX_ASSISTANTS: usize = 3;
    /// Hidden units a teacher assistant may have.
    pub const ASSISTANT_HIDDEN: std::ops::RangeInclusive<usize> = 4..=512;

    /// The default run of a task.
    pub fn for_task(task: Task) -> Self {
        let mut config = Self {
            task,
            device: DeviceChoice::Auto,
            optimizer: Optimizer::Adam,
            distilled: Supervision::of(Method::ForwardKl),
            extra_arms: vec![Supervision::of(Method::Argmax)],
            seed: 0,
            transfer_size: 0,
            label_noise: 0.0,
            student_hidden: 0,
            replicates: 0,
            student_steps: 0,
            student_lr: 0.0,
            student_batch: 0,
            teacher_hidden: 0,
            teacher_layers: 0,
            teacher_epochs: 0,
            teacher_lr: 0.0,
            teacher_batch: 0,
            ensemble: 0,
            teacher_smoothing: 0.0,
            teacher_stop: 0.0,
            generations: 0,
            assistants: Vec::new(),
            second_teacher: SecondTeacher::Off,
            // Of the built-in tasks all classes are about as common; the user's own data are taken as they are.
            sampling: if task == Task::Own { Sampling::Stratified } else { Sampling::Balanced },
            noise_kind: NoiseKind::Uniform,
            left_out: Vec::new(),
            shift: Shift::None,
            shift_amount: 0.0,
            shift_share: 0.0,
            mixup: 0.0,
            production: ProductionShift::None,
            production_amount: 0.0,
            production_classes: ProductionClasses::All,
            pool: 0,
            context: 0,
            added: Vec::new(),
        };
        for parameter in PARAMETERS {
            (parameter.set)(&mut config, (parameter.default)(task));
        }
        config
    }

    /// The greatest effect of what differs from `other`; `None` when nothing that matters to a run does.
    /// (The device does not: a change of device is a change of worker.)
    pub fn effect_since(&self, other: &Self) -> Option<Invalidates> {
        if self.task != other.task || self.assistants != other.assistants || self.added != other.added {
            return Some(Invalidates::Everything);
        }
        let left_out = (self.left_out != other.left_out).then_some(match self.production_classes {
            ProductionClasses::All => Invalidates::Students,
            ProductionClasses::Kept => Invalidates::Everything,
        });
        let chosen = OPTIONS.iter().filter(|slot| (slot.get)(self) != (slot.get)(other)).filter_map(|slot| slot.effect);
        let turned = PARAMETERS
            .iter()
            .filter(|parameter| (parameter.get)(self) != (parameter.get)(other))
            .map(|parameter| parameter.effect);
        // Who asks the teacher learns from the pool, too.
        let other_set =
            |a: &Supervision, b: &Supervision| self.pool > 0 && a.method.asks_teacher() != b.method.asks_teacher();
        let restarts = |a: &Supervision, b: &Supervision| a.restarts(b) || other_set(a, b);
        let supervision =
            |a: &Supervision, b: &Supervision| if restarts(a, b) { Invalidates::Students } else { Invalidates::Live };
        let prepared = restarts(&self.distilled, &other.distilled).then_some(Invalidates::Students);
        let extra_arms = if self.extra_arms.len() == other.extra_arms.len() {
            self.extra_arms.iter().zip(&other.extra_arms).filter(|(a, b)| a != b).map(|(a, b)| supervision(a, b)).max()
        } else {
            Some(Invalidates::Students)
        };
        chosen.chain(turned).chain(prepared).chain(extra_arms).chain(left_out).max()
    }

    /// The arms of a replicate, in the order of the stack: the baseline, its extra arms, the distilled student. One on all labels
    /// is left out where the transfer set has all of them, as far as the settings determine it.
    pub fn arms(&self) -> Vec<Arm> {
        let more = self.transfer_examples() < self.teacher_examples();
        let extra_arms = (0..self.extra_arms.len())
            .filter(|&i| more || self.extra_arms[i].method != Method::AllLabels)
            .map(Arm::Extra);
        std::iter::once(Arm::Hard).chain(extra_arms).chain([Arm::Distilled]).collect()
    }

    /// What an arm learns from; `None` for hard labels alone.
    pub fn supervision(&self, arm: Arm) -> Option<&Supervision> {
        match arm {
            Arm::Hard => None,
            Arm::Extra(i) => self.extra_arms.get(i),
            Arm::Distilled => Some(&self.distilled),
        }
    }

    /// Row header of an arm in the results table: `Hard-label student`, `Argmax student`, `Distilled student`.
    pub fn arm_name(&self, arm: Arm) -> String {
        match arm {
            Arm::Hard => "Hard-label student".into(),
            // Without a teacher nothing is distilled.
            Arm::Distilled if !self.distilled.method.asks_teacher() => format!("{} student", self.distilled.short()),
            Arm::Distilled => "Distilled student".into(),
            Arm::Extra(i) => {
                let Some(supervision) = self.extra_arms.get(i) else { return "Student".into() };
                let twin = self.extra_arms.iter().enumerate().any(|(j, r)| j != i && r.method == supervision.method);
                let details = if twin { supervision.details() } else { supervision.apart_from(&self.distilled) };
                format!(
                    "{} student{}",
                    supervision.short(),
                    if details.is_empty() { details } else { format!(" ({details})") }
                )
            }
        }
    }

    /// Number of examples in a transfer set: those asked for, or all there are.
    pub fn transfer_examples(&self) -> usize {
        self.transfer_size.min(self.teacher_examples())
    }

    /// Number of examples without labels that the teacher is asked about besides, of `all` that there are, where `labelled`
    /// are in the transfer set: those asked for, or what is left. Texts that the teacher writes take their place.
    pub fn pool_examples(&self, all: usize, labelled: usize) -> usize {
        let written = self.alters_inputs() && self.shift == Shift::Written;
        if written { 0 } else { self.pool.min(all.saturating_sub(labelled)) }
    }

    /// Number of examples the teacher is trained on, all that the task has, as far as the settings determine it.
    pub fn teacher_examples(&self) -> usize {
        match self.task {
            Task::Names => Self::NAMES_TRAIN,
            task if task.is_plane() => Self::POINTS_TRAIN + self.added.len(),
            _ => 10_000,
        }
    }

    /// True when the inputs of the transfer set are not simply training inputs.
    pub fn alters_inputs(&self) -> bool {
        let shifted = self.shift != Shift::None && self.shift.fits(self.task) && self.shift_share > 0.0;
        let by_amount = !matches!(self.shift, Shift::OtherTask | Shift::Written);
        (self.mixup > 0.0 && self.task != Task::Names) || (shifted && (!by_amount || self.shift_amount > 0.0))
    }

    /// Whether a run of `other` has the same data, training and test set, as one of this.
    pub fn same_data(&self, other: &Self) -> bool {
        let kept = |c: &Self| match c.production_classes {
            ProductionClasses::All => Vec::new(),
            ProductionClasses::Kept => c.left_out.clone(),
        };
        let production = |c: &Self| (c.production, c.production_amount.to_bits(), c.production_classes);
        self.task == other.task
            && (self.task.is_image() || self.seed == other.seed)
            && (self.production == ProductionShift::None || self.seed == other.seed)
            && self.context == other.context
            && self.added == other.added
            && production(self) == production(other)
            && kept(self) == kept(other)
    }
}

#[cfg(test)]
mod tests;
