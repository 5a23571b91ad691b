//! The numeric settings: one table, from which sliders, links and validation come.

use super::{Config, Task};

/// How a slider's travel maps to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal travel, equal difference.
    Linear,
    /// Equal travel, equal ratio.
    Log,
}

/// What a changed setting makes necessary, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invalidates {
    /// Acts on the next step of a run under way.
    Live,
    /// The students must start again; the teacher stays.
    Students,
    /// The teacher, and so everything, must start again.
    Everything,
}

/// The part of a run that a setting belongs to; the page shows settings of a group together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The whole run.
    Run,
    /// The teachers.
    Teacher,
    /// All students alike.
    Students,
    /// One arm: what it learns from ([`Supervision`](super::Supervision)).
    Supervision,
    /// The transfer set and the test distribution.
    Transfer,
}

/// How a value is written on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A whole number with its thousands grouped: `10,000`.
    Whole,
    /// A fixed number of decimals.
    Decimals(usize),
    /// As few decimals as determine the value.
    Shortest,
    /// A share from 0 to 1 as a whole percentage.
    Percent,
}

/// One numeric setting.
pub struct Parameter {
    /// Key in the link.
    pub key: &'static str,
    /// Accessible name.
    pub name: &'static str,
    /// Unit, as shown after the value; empty where the number is pure.
    pub unit: &'static str,
    /// One line of explanation.
    pub help: &'static str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Values are multiples of this.
    pub step: f64,
    /// How the slider travels.
    pub scale: Scale,
    /// What a change makes necessary.
    pub effect: Invalidates,
    /// Shown among the main controls (true) or under "More settings" (false).
    pub main: bool,
    /// Which part of the run it belongs to.
    pub group: Group,
    /// How its value is written.
    pub format: Format,
    /// Default for a task.
    pub default: fn(Task) -> f64,
    /// Reads it.
    pub get: fn(&Config) -> f64,
    /// Writes it, unchecked.
    pub set: fn(&mut Config, f64),
}

/// Picks by kind of task: the first for images, the second for 2-D points.
fn by_kind(task: Task, image: f64, points: f64) -> f64 {
    if task.is_plane() { points } else { image }
}

/// The table. Order is the order of the page and of the link.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        key: "seed",
        name: "Seed",
        unit: "",
        help: "The one number all chance comes from: same seed, same run.",
        min: 0.0,
        max: 999_999.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Run,
        format: Format::Whole,
        default: |_| 1.0,
        get: |c| f64::from(c.seed),
        set: |c, v| c.seed = v as u32,
    },
    Parameter {
        key: "t",
        name: "Temperature",
        unit: "",
        help: "At 1 you see the teacher’s own confidence; a higher T shows more of which classes it finds similar.",
        min: 0.5,
        max: 20.0,
        step: 0.1,
        scale: Scale::Log,
        effect: Invalidates::Live,
        main: true,
        group: Group::Supervision,
        format: Format::Decimals(1),
        default: |_| 3.0,
        get: |c| f64::from(c.distilled.temperature),
        set: |c, v| c.distilled.temperature = v as f32,
    },
    Parameter {
        key: "alpha",
        name: "Soft weight",
        unit: "",
        help: "Weight α of the soft labels in the distilled student’s loss; the hard labels have 1 − α.",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: true,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 1.0,
        get: |c| f64::from(c.distilled.soft_weight),
        set: |c, v| c.distilled.soft_weight = v as f32,
    },
    Parameter {
        key: "n",
        name: "Transfer set size",
        unit: "examples",
        help: "Labelled examples each student learns from, drawn from those the teacher saw.",
        min: 10.0,
        max: 10_000.0,
        step: 10.0,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: true,
        group: Group::Transfer,
        format: Format::Whole,
        default: |t| match t {
            Task::Names => 1_000.0,
            // All there are.
            Task::Own => 10_000.0,
            _ => by_kind(t, 200.0, 20.0),
        },
        get: |c| c.transfer_size as f64,
        set: |c, v| c.transfer_size = v as usize,
    },
    Parameter {
        key: "hidden",
        name: "Student hidden units",
        unit: "units",
        help: "Width of the student’s one hidden layer: its size.",
        min: 1.0,
        max: 256.0,
        step: 1.0,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: true,
        group: Group::Students,
        format: Format::Whole,
        default: |t| by_kind(t, 32.0, 8.0),
        get: |c| c.student_hidden as f64,
        set: |c, v| c.student_hidden = v as usize,
    },
    Parameter {
        key: "noise",
        name: "Label noise",
        unit: "",
        help: "Share of training labels that are wrong, for the teacher as well.",
        min: 0.0,
        max: 0.9,
        step: 0.01,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: true,
        group: Group::Transfer,
        format: Format::Percent,
        default: |_| 0.0,
        get: |c| f64::from(c.label_noise),
        set: |c, v| c.label_noise = v as f32,
    },
    Parameter {
        key: "replicates",
        name: "Replicates",
        unit: "",
        help: "Independent repetitions, each with its own sample, batches and initial weights; the interval comes from them.",
        min: 2.0,
        max: 12.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Students,
        format: Format::Whole,
        default: |_| 5.0,
        get: |c| c.replicates as f64,
        set: |c, v| c.replicates = v as usize,
    },
    Parameter {
        key: "steps",
        name: "Student steps",
        unit: "steps",
        help: "Optimizer steps each student takes.",
        min: 20.0,
        max: 5_000.0,
        step: 20.0,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: false,
        group: Group::Students,
        format: Format::Whole,
        default: |t| by_kind(t, 600.0, 300.0),
        get: |c| c.student_steps as f64,
        set: |c, v| c.student_steps = v as usize,
    },
    Parameter {
        key: "lr",
        name: "Student learning rate",
        unit: "",
        help: "Peak size of a student’s step; it decays to zero as a cosine.",
        min: 0.0001,
        max: 100.0,
        step: 0.0001,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: false,
        group: Group::Students,
        format: Format::Shortest,
        default: |t| by_kind(t, 0.002, 0.02),
        get: |c| f64::from(c.student_lr),
        set: |c, v| c.student_lr = v as f32,
    },
    Parameter {
        key: "batch",
        name: "Student batch size",
        unit: "examples",
        help: "Examples a student sees in one step.",
        min: 8.0,
        max: 256.0,
        step: 8.0,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: false,
        group: Group::Students,
        format: Format::Whole,
        default: |t| by_kind(t, 64.0, 16.0),
        get: |c| c.student_batch as f64,
        set: |c, v| c.student_batch = v as usize,
    },
    Parameter {
        key: "teacher",
        name: "Teacher hidden units",
        unit: "units",
        help: "Width of each hidden layer of the teacher.",
        min: 4.0,
        max: 512.0,
        step: 4.0,
        scale: Scale::Log,
        effect: Invalidates::Everything,
        main: true,
        group: Group::Teacher,
        format: Format::Whole,
        default: |t| by_kind(t, 128.0, 32.0),
        get: |c| c.teacher_hidden as f64,
        set: |c, v| c.teacher_hidden = v as usize,
    },
    Parameter {
        key: "layers",
        name: "Teacher hidden layers",
        unit: "layers",
        help: "How many hidden layers the teacher has.",
        min: 1.0,
        max: 3.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Whole,
        default: |t| by_kind(t, 1.0, 2.0),
        get: |c| c.teacher_layers as f64,
        set: |c, v| c.teacher_layers = v as usize,
    },
    Parameter {
        key: "epochs",
        name: "Teacher epochs",
        unit: "epochs",
        help: "Passes of the teacher over all its training examples.",
        min: 1.0,
        max: 60.0,
        step: 1.0,
        scale: Scale::Log,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Whole,
        default: |t| by_kind(t, 8.0, 20.0),
        get: |c| c.teacher_epochs as f64,
        set: |c, v| c.teacher_epochs = v as usize,
    },
    Parameter {
        key: "teacher_lr",
        name: "Teacher learning rate",
        unit: "",
        help: "Peak size of the teacher’s step; it decays to zero as a cosine.",
        min: 0.0001,
        max: 100.0,
        step: 0.0001,
        scale: Scale::Log,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Shortest,
        default: |t| by_kind(t, 0.0015, 0.02),
        get: |c| f64::from(c.teacher_lr),
        set: |c, v| c.teacher_lr = v as f32,
    },
    Parameter {
        key: "teacher_batch",
        name: "Teacher batch size",
        unit: "examples",
        help: "Examples the teacher sees in one step.",
        min: 8.0,
        max: 512.0,
        step: 8.0,
        scale: Scale::Log,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Whole,
        default: |t| by_kind(t, 128.0, 64.0),
        get: |c| c.teacher_batch as f64,
        set: |c, v| c.teacher_batch = v as usize,
    },
    Parameter {
        key: "t_end",
        name: "Final temperature",
        unit: "",
        help: "Temperature at the last step, where its schedule is linear.",
        min: 0.5,
        max: 20.0,
        step: 0.1,
        scale: Scale::Log,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(1),
        default: |_| 1.0,
        get: |c| f64::from(c.distilled.temperature_end),
        set: |c, v| c.distilled.temperature_end = v as f32,
    },
    Parameter {
        key: "alpha_end",
        name: "Final soft weight",
        unit: "",
        help: "Soft weight at the last step, where its schedule is linear.",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 0.0,
        get: |c| f64::from(c.distilled.soft_weight_end),
        set: |c, v| c.distilled.soft_weight_end = v as f32,
    },
    Parameter {
        key: "beta",
        name: "Mixture weight",
        unit: "",
        help: "β: the teacher’s weight in the mixture. Near 0 it acts as forward KL, near 1 as reverse KL.",
        min: 0.05,
        max: 0.95,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 0.5,
        get: |c| f64::from(c.distilled.beta),
        set: |c, v| c.distilled.beta = v as f32,
    },
    Parameter {
        key: "tckd",
        name: "Label-or-not weight",
        unit: "",
        help: "Weight of how sure the teacher is of the label.",
        min: 0.0,
        max: 10.0,
        step: 0.25,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 1.0,
        get: |c| f64::from(c.distilled.tckd),
        set: |c, v| c.distilled.tckd = v as f32,
    },
    Parameter {
        key: "nckd",
        name: "Other-classes weight",
        unit: "",
        help: "Weight of how the teacher ranks the other classes.",
        min: 0.0,
        max: 10.0,
        step: 0.25,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 2.0,
        get: |c| f64::from(c.distilled.nckd),
        set: |c, v| c.distilled.nckd = v as f32,
    },
    Parameter {
        key: "k",
        name: "Classes told",
        unit: "classes",
        help: "How many of its most likely classes the teacher reveals.",
        min: 1.0,
        max: 10.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Whole,
        default: |_| 3.0,
        get: |c| c.distilled.top_k as f64,
        set: |c, v| c.distilled.top_k = v as usize,
    },
    Parameter {
        key: "samples",
        name: "Samples per example",
        unit: "answers",
        help: "Answers drawn from the teacher for each example; each one is a query.",
        min: 1.0,
        max: 32.0,
        step: 1.0,
        scale: Scale::Log,
        effect: Invalidates::Students,
        main: false,
        group: Group::Supervision,
        format: Format::Whole,
        default: |_| 1.0,
        get: |c| c.distilled.samples as f64,
        set: |c, v| c.distilled.samples = v as usize,
    },
    Parameter {
        key: "smoothing",
        name: "Label smoothing",
        unit: "",
        help: "ε: share of each hard label that is spread evenly over all classes.",
        min: 0.0,
        max: 0.9,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Live,
        main: false,
        group: Group::Supervision,
        format: Format::Decimals(2),
        default: |_| 0.1,
        get: |c| f64::from(c.distilled.smoothing),
        set: |c, v| c.distilled.smoothing = v as f32,
    },
    Parameter {
        key: "hint",
        name: "Hint stage",
        unit: "",
        help: "Share of the steps that imitate the teacher’s hidden layer, before the soft labels; through a linear regressor, where Romero et al. (2015, eq. 3) have a nonlinear one.",
        min: 0.05,
        max: 0.95,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Supervision,
        format: Format::Percent,
        default: |_| 0.3,
        get: |c| f64::from(c.distilled.hint_share),
        set: |c, v| c.distilled.hint_share = v as f32,
    },
    Parameter {
        key: "ensemble",
        name: "Teachers in the ensemble",
        unit: "teachers",
        help: "Independent teachers whose mean probabilities are the soft labels.",
        min: 1.0,
        max: 5.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Whole,
        default: |_| 1.0,
        get: |c| c.ensemble as f64,
        set: |c, v| c.ensemble = v as usize,
    },
    Parameter {
        key: "teacher_smoothing",
        name: "Teacher label smoothing",
        unit: "",
        help: "ε of the teacher’s own hard labels (Müller et al. 2019: it makes a worse teacher).",
        min: 0.0,
        max: 0.9,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Decimals(2),
        default: |_| 0.0,
        get: |c| f64::from(c.teacher_smoothing),
        set: |c, v| c.teacher_smoothing = v as f32,
    },
    Parameter {
        key: "stop",
        name: "Teacher stopped after",
        unit: "",
        help: "Share of its training after which the teacher is stopped (Cho & Hariharan 2019); 1 is all of it.",
        min: 0.05,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Percent,
        default: |_| 1.0,
        get: |c| f64::from(c.teacher_stop),
        set: |c, v| c.teacher_stop = v as f32,
    },
    Parameter {
        key: "generations",
        name: "Born-again generations",
        unit: "",
        help: "Networks like the teacher, each distilled from the one before at T = 3; the last one teaches (Furlanello et al. 2018).",
        min: 0.0,
        max: 4.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Teacher,
        format: Format::Whole,
        default: |_| 0.0,
        get: |c| c.generations as f64,
        set: |c, v| c.generations = v as usize,
    },
    Parameter {
        key: "shift_by",
        name: "Shift amount",
        unit: "",
        help: "How far the transfer set is from production.",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Transfer,
        format: Format::Percent,
        default: |_| 1.0,
        get: |c| f64::from(c.shift_amount),
        set: |c, v| c.shift_amount = v as f32,
    },
    Parameter {
        key: "shift_share",
        name: "Shifted share",
        unit: "",
        help: "Share of the transfer set that comes from elsewhere; the rest matches.",
        min: 0.0,
        max: 1.0,
        step: 0.01,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Transfer,
        format: Format::Percent,
        default: |_| 1.0,
        get: |c| f64::from(c.shift_share),
        set: |c, v| c.shift_share = v as f32,
    },
    Parameter {
        key: "production_by",
        name: "Production shift amount",
        unit: "",
        help: "How far production has moved.",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Transfer,
        format: Format::Percent,
        default: |_| 0.5,
        get: |c| f64::from(c.production_amount),
        set: |c, v| c.production_amount = v as f32,
    },
    Parameter {
        key: "pool",
        name: "Unlabelled pool",
        unit: "examples",
        help: "Further examples without labels: students that ask the teacher learn from its answers to these, too. The teacher itself has learned from them, so it is surer of them than of new ones.",
        min: 0.0,
        max: 10_000.0,
        step: 10.0,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Transfer,
        format: Format::Whole,
        default: |_| 0.0,
        get: |c| c.pool as f64,
        set: |c, v| c.pool = v as usize,
    },
    Parameter {
        key: "context",
        name: "Context",
        unit: "characters",
        help: "How many characters before the next one the networks see (first names only).",
        min: 1.0,
        max: 8.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Invalidates::Everything,
        main: false,
        group: Group::Transfer,
        format: Format::Whole,
        default: |_| 4.0,
        get: |c| c.context as f64,
        set: |c, v| c.context = v as usize,
    },
    Parameter {
        key: "mixup",
        name: "Mixup",
        unit: "",
        help: "Share of the transfer set that is mixed from two inputs each and labelled by the teacher (Zhang et al. 2018).",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Invalidates::Students,
        main: false,
        group: Group::Transfer,
        format: Format::Percent,
        default: |_| 0.0,
        get: |c| f64::from(c.mixup),
        set: |c, v| c.mixup = v as f32,
    },
];

/// The parameter of that key, if there is one.
pub fn parameter(key: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.key == key)
}

impl Parameter {
    /// The multiple of the step nearest to `value`, within the range.
    pub fn snap(&self, value: f64) -> f64 {
        let stepped = self.min + ((value - self.min) / self.step).round() * self.step;
        // Decimal steps leave binary dust (0.30000000000000004): cut at a millionth.
        ((stepped * 1e6).round() / 1e6).clamp(self.min, self.max)
    }

    /// Where `value` stands on the slider's travel, 0 to 1.
    pub fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.min) / (self.max - self.min),
            Scale::Log => (value / self.min).ln() / (self.max / self.min).ln(),
        }
        .clamp(0.0, 1.0)
    }

    /// The value at a place on the slider's travel; inverse of [`Parameter::position`], snapped.
    pub fn at(&self, position: f64) -> f64 {
        let p = position.clamp(0.0, 1.0);
        self.snap(match self.scale {
            Scale::Linear => self.min + p * (self.max - self.min),
            Scale::Log => self.min * (self.max / self.min).powf(p),
        })
    }

    /// The value as words for the page: `3.0`, `200 examples`, `30 %`.
    pub fn show(&self, value: f64) -> String {
        let number = match self.format {
            Format::Percent => return format!("{:.0}\u{a0}%", value * 100.0),
            Format::Decimals(decimals) => format!("{value:.decimals$}"),
            Format::Shortest => format!("{value}"),
            Format::Whole => thousands(value),
        };
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }
}

/// A whole number with thin groups of three: `10,000`.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if value < 0.0 { format!("−{out}") } else { out }
}
