//! The closed lists a reader chooses from: task, device, optimizer, method and the like. One word each in the link.

use super::{Config, Group, Invalidates};
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
    /// What a student learns from, beside or instead of hard labels; equations in [`crate::losses`].
    Method, "method", "Method", {
        /// T² · KL(teacher ‖ student) (Hinton et al. 2015).
        ForwardKl = "forward_kl", "Soft labels, forward KL", "Match the teacher's whole distribution: T² · KL(teacher ‖ student).";
        /// T² · KL(student ‖ teacher).
        ReverseKl = "reverse_kl", "Soft labels, reverse KL", "Avoid what the teacher finds unlikely: T² · KL(student ‖ teacher).";
        /// Generalised Jensen–Shannon divergence (Agarwal et al. 2024).
        Jsd = "jsd", "Soft labels, Jensen–Shannon", "Both ways at once, through a mixture with weight β for the teacher (GKD, Agarwal et al. 2024).";
        /// ½ Σ (student logit − teacher logit)² (Ba & Caruana 2014).
        LogitMse = "logit_mse", "Logit matching", "Match the raw logits, without a temperature (Ba & Caruana 2014).";
        /// Decoupled knowledge distillation (Zhao et al. 2022).
        Dkd = "dkd", "Decoupled (DKD)", "Weigh “the label or not” apart from “which of the others” (Zhao et al. 2022).";
        /// Forward KL to the teacher's k largest probabilities, renormalised.
        TopK = "top_k", "Top answers only", "The teacher tells only its k most likely classes, as some APIs do.";
        /// The teacher's most likely class as the label.
        Argmax = "argmax", "Argmax: its answer only", "The teacher tells its answer, without its doubts.";
        /// Labels drawn from the teacher's distribution.
        Sampled = "sampled", "Sampled answers", "The teacher answers by drawing from its distribution, as an API that answers with text does.";
        /// The probabilities of the classes that are not the answer, shuffled (Furlanello et al. 2018).
        Permuted = "permuted", "Shuffled doubts (control)", "Same confidence, but the other classes' probabilities shuffled: no relations left (Furlanello et al. 2018).";
        /// First the hidden layer, then the soft labels (Romero et al. 2015).
        Hint = "hint", "Hint, then soft labels", "First imitate the teacher's hidden layer through a trained regressor, then its soft labels (FitNets, Romero et al. 2015).";
        /// Hard labels, a little of each spread evenly: no teacher.
        Smoothing = "smoothing", "Label smoothing (control)", "No teacher: hard labels with ε of their mass spread evenly over all classes.";
    }
);

impl Method {
    /// True when students need something made before they start (drawn labels, shuffled ones, a regressor): changing
    /// to or from such a method starts them again; all others can be changed under way.
    pub fn needs_preparation(self) -> bool {
        matches!(self, Self::Sampled | Self::Permuted | Self::Hint)
    }

    /// True when the temperature enters the loss.
    pub fn has_temperature(self) -> bool {
        !matches!(self, Self::LogitMse | Self::Argmax | Self::Sampled | Self::Smoothing)
    }

    /// True when the teacher is asked at all.
    pub fn asks_teacher(self) -> bool {
        self != Self::Smoothing
    }

    /// What taught the student, as the subject of a sentence (plural).
    pub fn subject(self) -> &'static str {
        match self {
            Self::ForwardKl | Self::ReverseKl | Self::Jsd | Self::Dkd => "Soft labels",
            Self::LogitMse => "The teacher's logits",
            Self::TopK => "The teacher's top answers",
            Self::Argmax => "The teacher's answers",
            Self::Sampled => "Sampled answers",
            Self::Permuted => "Shuffled doubts",
            Self::Hint => "A hint and soft labels",
            Self::Smoothing => "Smoothed labels",
        }
    }

    /// Keys of the knobs that only this method has.
    pub fn own_knobs(self) -> &'static [&'static str] {
        match self {
            Self::Jsd => &["beta"],
            Self::Dkd => &["tckd", "nckd"],
            Self::TopK => &["k"],
            Self::Sampled => &["samples"],
            Self::Hint => &["hint"],
            Self::Smoothing => &["smoothing"],
            _ => &[],
        }
    }
}

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
    /// Whether an independent second teacher is trained beside the first, to tell how far two teachers agree.
    SecondTeacher, "second", "Second teacher", {
        /// No.
        Off = "off", "Off", "No second teacher.";
        /// Yes.
        On = "on", "On", "Train a second teacher, alike but from another start, to see how far two teachers agree (Stanton et al. 2021).";
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
        Turned = "turned", "Turned", "Every input is turned, at most by a quarter.";
        /// Blurred; points scattered.
        Blurred = "blurred", "Blurred", "Every image is out of focus; points are scattered.";
        /// Black for white; points mirrored.
        Inverted = "inverted", "Inverted", "Black for white; points are mirrored.";
        /// Mixed with noise.
        Noise = "noise", "Noise", "Inputs fade into pure noise.";
        /// Pixels in another order.
        Shuffled = "shuffled", "Shuffled pixels", "The same grey levels in other places: no shapes left.";
        /// Images of the other image task.
        OtherTask = "other", "Other task's images", "Digits instead of clothing, clothing instead of digits. The teacher labels them all the same.";
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
        Turned = "turned", "Turned", "Everything in production is turned, at most by a quarter.";
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

/// One closed list as it stands in a config.
pub struct OptionSetting {
    /// Key in the link.
    pub key: &'static str,
    /// Accessible name.
    pub name: &'static str,
    /// Which part of the run it belongs to.
    pub group: Group,
    /// What a change makes necessary; `None` for what no run depends on.
    pub effect: Option<Invalidates>,
    /// Words of all options.
    pub options: fn() -> Vec<&'static str>,
    /// The word of the option chosen.
    pub get: fn(&Config) -> &'static str,
    /// The name of the option chosen.
    pub label: fn(&Config) -> &'static str,
    /// Chooses by word; false, and nothing done, when there is no such option.
    pub set: fn(&mut Config, &str) -> bool,
}

macro_rules! slots {
    ($($type:ident $($field:ident).+ $group:ident $effect:expr;)+) => {
        /// Every closed list of a config but the task, which other defaults depend on. Order is that of the link.
        pub const OPTIONS: &[OptionSetting] = &[$(OptionSetting {
            key: $type::KEY,
            name: $type::NAME,
            group: Group::$group,
            effect: $effect,
            options: || $type::ALL.iter().map(|option| option.key()).collect(),
            get: |config| config.$($field).+.key(),
            label: |config| config.$($field).+.label(),
            set: |config, word| $type::from_key(word).map(|option| config.$($field).+ = option).is_some(),
        },)+];
    };
}
slots! {
    DeviceChoice device Run None;
    Optimizer optimizer Run Some(Invalidates::Everything);
    SecondTeacher second_teacher Teacher Some(Invalidates::Everything);
    Method distilled.method Supervision Some(Invalidates::Live);
    TemperatureSchedule distilled.temperature_schedule Supervision Some(Invalidates::Live);
    WeightSchedule distilled.weight_schedule Supervision Some(Invalidates::Live);
    TSquared distilled.t_squared Supervision Some(Invalidates::Live);
    Sampling sampling Transfer Some(Invalidates::Students);
    NoiseKind noise_kind Transfer Some(Invalidates::Everything);
    Shift shift Transfer Some(Invalidates::Students);
    ProductionShift production Transfer Some(Invalidates::Everything);
    ProductionClasses production_classes Transfer Some(Invalidates::Everything);
}
