//! Every knob once: its key in the link, its accessible name, range, default, unit and explanation.
//!
//! The controls of the page, the validation of a link and the engine's settings all come from the one table
//! [`KNOBS`] (numbers) and the enums beside it (choices), so that they cannot disagree.

use serde::{Deserialize, Serialize};

/// A closed list of options, one of which is chosen: a combobox on the page, a word in the link.
pub trait Choice: Sized + Copy + PartialEq + 'static {
    /// Key in the link, e.g. `task`.
    const KEY: &'static str;
    /// Accessible name of the control, e.g. `Task`.
    const NAME: &'static str;
    /// Every option, in the order shown.
    const ALL: &'static [Self];
    /// The option's word in the link.
    fn key(self) -> &'static str;
    /// The option's name on the page.
    fn label(self) -> &'static str;
    /// One line: what choosing it means.
    fn help(self) -> &'static str;
    /// The option of that word, if there is one.
    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|option| option.key() == key)
    }
}

macro_rules! choice {
    ($(#[$doc:meta])* $type:ident, $key:literal, $name:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal, $help:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $type { $($(#[$vdoc])* $variant,)+ }
        impl Choice for $type {
            const KEY: &'static str = $key;
            const NAME: &'static str = $name;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn key(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }
            fn label(self) -> &'static str { match self { $(Self::$variant => $label,)+ } }
            fn help(self) -> &'static str { match self { $(Self::$variant => $help,)+ } }
        }
    };
}

choice!(
    /// What is to be learned.
    Task, "task", "Task", {
        /// Fashion-MNIST: 28 × 28 grey images of ten kinds of clothing (Xiao et al. 2017).
        Fashion = "fashion", "Fashion-MNIST", "Ten kinds of clothing, 28 × 28 pixels.";
        /// MNIST: 28 × 28 grey images of handwritten digits (LeCun & Cortes).
        Mnist = "mnist", "MNIST digits", "Handwritten digits, 28 × 28 pixels.";
        /// Two interleaved half circles in the plane.
        Moons = "moons", "Two moons", "Points in the plane: two interleaved half circles.";
        /// Three spiral arms in the plane.
        Spiral = "spiral", "Three-arm spiral", "Points in the plane: three spiral arms.";
    }
);

choice!(
    /// Which device the reader asks for; see `engine::device` for what is then used.
    DeviceChoice, "device", "Device", {
        /// WebGPU where it is usable and faster, else the CPU.
        Auto = "auto", "Auto", "WebGPU where it is usable and faster, else the CPU.";
        /// The CPU, through WebAssembly SIMD.
        Cpu = "cpu", "CPU", "WebAssembly on one core: works everywhere.";
        /// WebGPU even where Auto would not take it (a software adapter, a slow GPU).
        WebGpu = "webgpu", "WebGPU", "The graphics card, even where Auto would not choose it.";
    }
);

choice!(
    /// The rule that turns gradients into steps.
    Optimizer, "optimizer", "Optimizer", {
        /// Adam (Kingma & Ba 2015) with β₁ 0.9, β₂ 0.999, ε 1e-8.
        Adam = "adam", "Adam", "Steps scaled to each weight's gradient (β 0.9 and 0.999, ε 1e-8).";
        /// Stochastic gradient descent with momentum 0.9.
        Sgd = "sgd", "SGD", "Plain stochastic gradient descent with momentum 0.9; wants a larger learning rate.";
    }
);

choice!(
    /// The soft term of the distilled student's loss; equations in `engine::loss`.
    Method, "method", "Method", {
        /// T² · KL(teacher ‖ student) (Hinton et al. 2015).
        ForwardKl = "forward_kl", "Soft labels, forward KL", "Match the teacher's whole distribution: T² · KL(teacher ‖ student).";
        /// T² · KL(student ‖ teacher).
        ReverseKl = "reverse_kl", "Soft labels, reverse KL", "Avoid what the teacher finds unlikely: T² · KL(student ‖ teacher).";
        /// ½ Σ (student logit − teacher logit)² (Ba & Caruana 2014).
        LogitMse = "logit_mse", "Logit matching", "Match the raw logits, without a temperature (Ba & Caruana 2014).";
    }
);

impl Task {
    /// True for the tasks whose inputs are images (fetched), false for 2-D points (generated).
    pub fn is_image(self) -> bool {
        matches!(self, Self::Fashion | Self::Mnist)
    }
}

/// How a slider's travel maps to values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal travel, equal difference.
    Linear,
    /// Equal travel, equal ratio.
    Log,
}

/// What a changed knob makes necessary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Acts on the next step of a run under way.
    Live,
    /// The students must start again; the teacher stays.
    Students,
    /// The teacher, and so everything, must start again.
    Everything,
}

/// One number that a reader can turn.
pub struct Knob {
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
    pub effect: Effect,
    /// Shown among the main controls (true) or under "More settings" (false).
    pub main: bool,
    /// Default for a task.
    pub default: fn(Task) -> f64,
    /// Reads it.
    pub get: fn(&Config) -> f64,
    /// Writes it, unchecked.
    pub set: fn(&mut Config, f64),
}

/// Everything that a run depends on. Two runs of equal configs on the CPU give equal numbers, bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// What is to be learned.
    pub task: Task,
    /// Device asked for.
    pub device: DeviceChoice,
    /// Optimizer of teacher and students.
    pub optimizer: Optimizer,
    /// Soft term of the distilled arm.
    pub method: Method,
    /// The one seed.
    pub seed: u32,
    /// Temperature T.
    pub temperature: f32,
    /// Soft weight α: weight of the soft term; the hard term has 1 − α.
    pub soft_weight: f32,
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
}

/// Picks by kind of task: the first for images, the second for 2-D points.
fn by_kind(task: Task, image: f64, points: f64) -> f64 {
    if task.is_image() { image } else { points }
}

/// The table. Order is the order of the page and of the link.
pub const KNOBS: &[Knob] = &[
    Knob {
        key: "seed",
        name: "Seed",
        unit: "",
        help: "The one number all chance comes from: same seed, same run.",
        min: 0.0,
        max: 999_999.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Effect::Everything,
        main: false,
        default: |_| 1.0,
        get: |c| f64::from(c.seed),
        set: |c, v| c.seed = v as u32,
    },
    Knob {
        key: "t",
        name: "Temperature",
        unit: "",
        help: "At 1 you see the teacher's own confidence; higher shows more of what it finds alike.",
        min: 0.5,
        max: 20.0,
        step: 0.1,
        scale: Scale::Log,
        effect: Effect::Live,
        main: true,
        default: |_| 3.0,
        get: |c| f64::from(c.temperature),
        set: |c, v| c.temperature = v as f32,
    },
    Knob {
        key: "alpha",
        name: "Soft weight",
        unit: "",
        help: "Weight α of the soft labels in the distilled student's loss; the hard labels have 1 − α.",
        min: 0.0,
        max: 1.0,
        step: 0.05,
        scale: Scale::Linear,
        effect: Effect::Live,
        main: true,
        default: |_| 1.0,
        get: |c| f64::from(c.soft_weight),
        set: |c, v| c.soft_weight = v as f32,
    },
    Knob {
        key: "n",
        name: "Transfer set size",
        unit: "examples",
        help: "Labelled examples each student learns from, drawn from those the teacher saw.",
        min: 10.0,
        max: 10_000.0,
        step: 10.0,
        scale: Scale::Log,
        effect: Effect::Students,
        main: true,
        default: |t| by_kind(t, 200.0, 20.0),
        get: |c| c.transfer_size as f64,
        set: |c, v| c.transfer_size = v as usize,
    },
    Knob {
        key: "hidden",
        name: "Student hidden units",
        unit: "units",
        help: "Width of the student's one hidden layer: its size.",
        min: 1.0,
        max: 256.0,
        step: 1.0,
        scale: Scale::Log,
        effect: Effect::Students,
        main: true,
        default: |t| by_kind(t, 32.0, 8.0),
        get: |c| c.student_hidden as f64,
        set: |c, v| c.student_hidden = v as usize,
    },
    Knob {
        key: "noise",
        name: "Label noise",
        unit: "",
        help: "Share of training labels that are wrong, the teacher's too.",
        min: 0.0,
        max: 0.9,
        step: 0.01,
        scale: Scale::Linear,
        effect: Effect::Everything,
        main: true,
        default: |_| 0.0,
        get: |c| f64::from(c.label_noise),
        set: |c, v| c.label_noise = v as f32,
    },
    Knob {
        key: "replicates",
        name: "Replicates",
        unit: "",
        help: "Independent repetitions, each with its own sample, batches and initial weights; the interval comes from them.",
        min: 2.0,
        max: 12.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Effect::Students,
        main: false,
        default: |_| 5.0,
        get: |c| c.replicates as f64,
        set: |c, v| c.replicates = v as usize,
    },
    Knob {
        key: "steps",
        name: "Student steps",
        unit: "steps",
        help: "Optimizer steps each student takes.",
        min: 20.0,
        max: 5_000.0,
        step: 20.0,
        scale: Scale::Log,
        effect: Effect::Students,
        main: false,
        default: |t| by_kind(t, 600.0, 300.0),
        get: |c| c.student_steps as f64,
        set: |c, v| c.student_steps = v as usize,
    },
    Knob {
        key: "lr",
        name: "Student learning rate",
        unit: "",
        help: "Peak size of a student's step; it decays to zero as a cosine.",
        min: 0.0001,
        max: 100.0,
        step: 0.0001,
        scale: Scale::Log,
        effect: Effect::Students,
        main: false,
        default: |t| by_kind(t, 0.002, 0.02),
        get: |c| f64::from(c.student_lr),
        set: |c, v| c.student_lr = v as f32,
    },
    Knob {
        key: "batch",
        name: "Student batch size",
        unit: "examples",
        help: "Examples a student sees in one step.",
        min: 8.0,
        max: 256.0,
        step: 8.0,
        scale: Scale::Log,
        effect: Effect::Students,
        main: false,
        default: |t| by_kind(t, 64.0, 16.0),
        get: |c| c.student_batch as f64,
        set: |c, v| c.student_batch = v as usize,
    },
    Knob {
        key: "teacher",
        name: "Teacher hidden units",
        unit: "units",
        help: "Width of each hidden layer of the teacher.",
        min: 4.0,
        max: 512.0,
        step: 4.0,
        scale: Scale::Log,
        effect: Effect::Everything,
        main: true,
        default: |t| by_kind(t, 128.0, 32.0),
        get: |c| c.teacher_hidden as f64,
        set: |c, v| c.teacher_hidden = v as usize,
    },
    Knob {
        key: "layers",
        name: "Teacher hidden layers",
        unit: "layers",
        help: "How many hidden layers the teacher has.",
        min: 1.0,
        max: 3.0,
        step: 1.0,
        scale: Scale::Linear,
        effect: Effect::Everything,
        main: false,
        default: |t| by_kind(t, 1.0, 2.0),
        get: |c| c.teacher_layers as f64,
        set: |c, v| c.teacher_layers = v as usize,
    },
    Knob {
        key: "epochs",
        name: "Teacher epochs",
        unit: "epochs",
        help: "Passes of the teacher over all its training examples.",
        min: 1.0,
        max: 60.0,
        step: 1.0,
        scale: Scale::Log,
        effect: Effect::Everything,
        main: false,
        default: |t| by_kind(t, 8.0, 20.0),
        get: |c| c.teacher_epochs as f64,
        set: |c, v| c.teacher_epochs = v as usize,
    },
    Knob {
        key: "teacher_lr",
        name: "Teacher learning rate",
        unit: "",
        help: "Peak size of the teacher's step; it decays to zero as a cosine.",
        min: 0.0001,
        max: 100.0,
        step: 0.0001,
        scale: Scale::Log,
        effect: Effect::Everything,
        main: false,
        default: |t| by_kind(t, 0.0015, 0.02),
        get: |c| f64::from(c.teacher_lr),
        set: |c, v| c.teacher_lr = v as f32,
    },
    Knob {
        key: "teacher_batch",
        name: "Teacher batch size",
        unit: "examples",
        help: "Examples the teacher sees in one step.",
        min: 8.0,
        max: 512.0,
        step: 8.0,
        scale: Scale::Log,
        effect: Effect::Everything,
        main: false,
        default: |t| by_kind(t, 128.0, 64.0),
        get: |c| c.teacher_batch as f64,
        set: |c, v| c.teacher_batch = v as usize,
    },
];

/// The knob of that key, if there is one.
pub fn knob(key: &str) -> Option<&'static Knob> {
    KNOBS.iter().find(|knob| knob.key == key)
}

impl Knob {
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

    /// The value at a place on the slider's travel; inverse of [`Knob::position`], snapped.
    pub fn at(&self, position: f64) -> f64 {
        let p = position.clamp(0.0, 1.0);
        self.snap(match self.scale {
            Scale::Linear => self.min + p * (self.max - self.min),
            Scale::Log => self.min * (self.max / self.min).powf(p),
        })
    }

    /// The value as words for the page: `3.0`, `200 examples`, `30 %`.
    pub fn show(&self, value: f64) -> String {
        let number = match self.key {
            "noise" => return format!("{:.0} %", value * 100.0),
            "t" => format!("{value:.1}"),
            "alpha" => format!("{value:.2}"),
            "lr" | "teacher_lr" => format!("{value}"),
            _ => thousands(value),
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

impl Default for Config {
    fn default() -> Self {
        Self::for_task(Task::Fashion)
    }
}

impl Config {
    /// The default run of a task.
    pub fn for_task(task: Task) -> Self {
        let mut config = Self {
            task,
            device: DeviceChoice::Auto,
            optimizer: Optimizer::Adam,
            method: Method::ForwardKl,
            seed: 0,
            temperature: 0.0,
            soft_weight: 0.0,
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
        };
        for knob in KNOBS {
            (knob.set)(&mut config, (knob.default)(task));
        }
        config
    }

    /// The greatest effect of what differs from `other`; `None` when nothing that matters to a run does.
    /// (The device does not: a change of device is a change of worker.)
    pub fn effect_since(&self, other: &Self) -> Option<Effect> {
        if self.task != other.task || self.optimizer != other.optimizer {
            return Some(Effect::Everything);
        }
        let mut worst = None;
        if self.method != other.method {
            worst = Some(Effect::Live);
        }
        for knob in KNOBS {
            if (knob.get)(self) != (knob.get)(other) {
                worst = match (worst, knob.effect) {
                    (_, Effect::Everything) | (Some(Effect::Everything), _) => Some(Effect::Everything),
                    (_, Effect::Students) | (Some(Effect::Students), _) => Some(Effect::Students),
                    _ => Some(Effect::Live),
                };
            }
        }
        worst
    }

    /// Number of examples the teacher is trained on: all that the task has.
    pub fn teacher_examples(&self) -> usize {
        if self.task.is_image() { 10_000 } else { 1_000 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_in_range_and_on_a_step() {
        for &task in Task::ALL {
            for knob in KNOBS {
                let value = (knob.default)(task);
                assert!((knob.min..=knob.max).contains(&value), "{} of {}", knob.key, task.key());
                assert!((knob.snap(value) - value).abs() < 1e-9, "{} of {}", knob.key, task.key());
            }
        }
    }

    #[test]
    fn a_knob_is_read_back_as_it_was_set() {
        for knob in KNOBS {
            let mut config = Config::default();
            let value = knob.at(0.37);
            (knob.set)(&mut config, value);
            let back = (knob.get)(&config);
            assert!((back - value).abs() <= 1e-6 * value.abs(), "{}: {back} is not {value}", knob.key);
        }
    }

    #[test]
    fn position_and_at_are_inverse() {
        for knob in KNOBS {
            for i in 0..=20 {
                let value = knob.at(f64::from(i) / 20.0);
                assert!((knob.at(knob.position(value)) - value).abs() < 1e-9, "{} at {i}", knob.key);
            }
        }
    }

    #[test]
    fn the_effect_of_a_change_is_the_greatest_one() {
        let a = Config::default();
        assert_eq!(a.effect_since(&a), None);
        let mut b = a.clone();
        b.temperature = 5.0;
        assert_eq!(b.effect_since(&a), Some(Effect::Live));
        b.transfer_size = 300;
        assert_eq!(b.effect_since(&a), Some(Effect::Students));
        b.seed = 9;
        assert_eq!(b.effect_since(&a), Some(Effect::Everything));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(thousands(10_000.0), "10,000");
        assert_eq!(thousands(999.0), "999");
    }
}
