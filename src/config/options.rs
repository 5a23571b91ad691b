//! Closed lists of options: device, optimizer, sampling and the like. One word each in the link.

use serde::{Deserialize, Serialize};

/// A closed list of options, one of which is chosen: a combobox on the page, a word in the link.
pub trait Options: Sized + Copy + PartialEq + 'static {
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

/// Defines an enum of options and its [`Options`].
macro_rules! choice {
    ($(#[$doc:meta])* $type:ident, $key:literal, $name:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal, $label:literal, $help:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $type { $($(#[$vdoc])* $variant,)+ }
        impl Options for $type {
            const KEY: &'static str = $key;
            const NAME: &'static str = $name;
            const ALL: &'static [Self] = &[$(Self::$variant,)+];
            fn key(self) -> &'static str { match self { $(Self::$variant => $word,)+ } }
            fn label(self) -> &'static str { match self { $(Self::$variant => $label,)+ } }
            fn help(self) -> &'static str { match self { $(Self::$variant => $help,)+ } }
        }
    };
}

pub(super) use choice;

choice!(
    /// Which device the user asks for; see `engine::device` for what is then used.
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
        Adam = "adam", "Adam", "Steps scaled to each weight’s gradient (β 0.9 and 0.999, ε 1e-8).";
        /// Stochastic gradient descent with momentum 0.9.
        Sgd = "sgd", "SGD", "Plain stochastic gradient descent with momentum 0.9; needs a larger learning rate.";
    }
);

choice!(
    /// How the temperature goes over the students' steps.
    TemperatureSchedule, "t_schedule", "Temperature schedule", {
        /// The same at every step.
        Constant = "constant", "Constant", "The same temperature at every step.";
        /// From the temperature to the final temperature, in a straight line.
        Linear = "linear", "Linear", "From the temperature to the final temperature, evenly over the steps.";
    }
);

choice!(
    /// How the soft weight goes over the students' steps.
    WeightSchedule, "alpha_schedule", "Soft weight schedule", {
        /// The same at every step.
        Constant = "constant", "Constant", "The same soft weight at every step.";
        /// From the soft weight to the final soft weight, in a straight line.
        Linear = "linear", "Linear", "From the soft weight to the final soft weight, evenly over the steps.";
    }
);

choice!(
    /// Whether the soft term is multiplied by T² (Hinton et al. 2015, §2).
    TSquared, "t2", "T² factor", {
        /// Multiplied by T².
        On = "on", "On", "The soft term times T², so that its gradient keeps its size whatever T is.";
        /// Left as it is.
        Off = "off", "Off", "Without it the soft term fades about as 1/T² when T rises.";
    }
);

choice!(
    /// Whether an independent second teacher is trained beside the first, to see how far two teachers agree.
    SecondTeacher, "second", "Second teacher", {
        /// No.
        Off = "off", "Off", "No second teacher.";
        /// Yes.
        On = "on", "On", "Train a second teacher of the same design from another start, to see how far two teachers agree (Stanton et al. 2021).";
    }
);

choice!(
    /// What is done to the inputs of the transfer set, so that it no longer matches production.
    Shift, "shift", "Transfer set from elsewhere", {
        /// Nothing.
        None = "none", "No: it matches", "The transfer set comes from where the test set comes from.";
        /// Moved down and to the right.
        Moved = "moved", "Moved", "Every input is moved down and to the right.";
        /// Turned about the middle.
        Turned = "turned", "Turned", "Every input is turned, by at most a quarter turn.";
        /// Blurred; points scattered.
        Blurred = "blurred", "Blurred", "Every image is out of focus; points are scattered.";
        /// Black for white; points mirrored.
        Inverted = "inverted", "Inverted", "Black for white; points are mirrored.";
        /// Mixed with noise.
        Noise = "noise", "Noise", "Inputs fade into pure noise.";
        /// Pixels in another order.
        Shuffled = "shuffled", "Shuffled pixels", "The same grey levels in other places: no shapes left.";
        /// Images of the other image task.
        OtherTask = "other", "Other task’s images", "Digits instead of clothing, clothing instead of digits. The teacher labels them all the same.";
        /// Texts that the teacher wrote itself (sequence-level distillation: Kim & Rush 2016).
        Written = "written", "Written by the teacher", "Names that the teacher made up, a character at a time, instead of real ones (sequence-level: Kim & Rush 2016).";
    }
);

choice!(
    /// What has happened to production, the test set, since the teacher was trained.
    ProductionShift, "production", "Production", {
        /// Nothing.
        None = "none", "As it was", "Production is what the teacher was trained for.";
        /// As [`Shift::Moved`].
        Moved = "moved", "Moved", "Everything in production is moved down and to the right.";
        /// As [`Shift::Turned`].
        Turned = "turned", "Turned", "Everything in production is turned, by at most a quarter turn.";
        /// As [`Shift::Blurred`].
        Blurred = "blurred", "Blurred", "Production is out of focus; points are scattered.";
        /// As [`Shift::Inverted`].
        Inverted = "inverted", "Inverted", "Black for white; points are mirrored.";
        /// As [`Shift::Noise`].
        Noise = "noise", "Noise", "Production fades into noise.";
    }
);

impl ProductionShift {
    /// The same, as one done to inputs.
    pub fn shift(self) -> Shift {
        match self {
            Self::None => Shift::None,
            Self::Moved => Shift::Moved,
            Self::Turned => Shift::Turned,
            Self::Blurred => Shift::Blurred,
            Self::Inverted => Shift::Inverted,
            Self::Noise => Shift::Noise,
        }
    }
}

choice!(
    /// Which classes production consists of.
    ProductionClasses, "production_classes", "Classes in production", {
        /// All of the task's.
        All = "all", "All of them", "Production has all classes, also those that the transfer set leaves out.";
        /// Those of the transfer set.
        Kept = "kept", "Only those kept", "Production has only the classes of the transfer set: one capability, not all.";
    }
);

choice!(
    /// How a transfer set is drawn from the training set.
    Sampling, "sampling", "Sampling", {
        /// Each class equally often.
        Balanced = "balanced", "Balanced", "Each class as often as every other, as far as there are examples.";
        /// Each class as often as in the training set.
        Stratified = "stratified", "In proportion", "Each class as often as in the data, as exactly as whole examples allow.";
        /// Whatever comes.
        AsItComes = "random", "As it comes", "Drawn without looking at the labels: small sets may miss a class.";
    }
);

choice!(
    /// Which labels wrong labels become.
    NoiseKind, "noise_kind", "Wrong labels are", {
        /// Any other class.
        Uniform = "uniform", "Any other class", "A wrong label is any of the other classes, each as likely.";
        /// The class that looks most alike.
        Similar = "similar", "The most similar class", "A wrong label is the class whose average input is nearest: the mistakes people make.";
    }
);
