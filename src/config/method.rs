//! The methods of supervision: which loss a student is trained with, on what of the teacher. A new loss is a variant here, its
//! term in `losses/soft.rs` with its equation, its kernel on the GPU, and its lines in the PyTorch script.

use super::options::{Options, choice};
use serde::{Deserialize, Serialize};

choice!(
    /// What a student learns from, beside or instead of hard labels; equations in [`crate::losses`].
    Method, "method", "Method", {
        /// T² · KL(teacher ‖ student) (Hinton et al. 2015).
        ForwardKl = "forward_kl", "Soft labels, forward KL", "Match the teacher’s whole distribution: T² · KL(teacher ‖ student).";
        /// T² · KL(student ‖ teacher).
        ReverseKl = "reverse_kl", "Soft labels, reverse KL", "Avoid what the teacher finds unlikely: T² · KL(student ‖ teacher).";
        /// Generalised Jensen–Shannon divergence (Agarwal et al. 2024).
        Jsd = "jsd", "Soft labels, Jensen–Shannon", "Both ways at once, through a mixture with weight β for the teacher, as in GKD (Agarwal et al. 2024). Near the teacher its gradient is β (1 − β) times that of KL: a quarter at β = 0.5, a twentieth at 0.05.";
        /// The same over β (1 − β).
        JsdNormalised = "jsd_normalised", "Jensen–Shannon, normalised", "The same divided by β (1 − β): near the teacher its gradient is that of KL at every β. Towards β = 0 it is forward KL, towards 1 reverse KL.";
        /// ½ Σ (student logit − teacher logit)² (Ba & Caruana 2014).
        LogitMse = "logit_mse", "Logit matching", "Match the raw logits, without a temperature (Ba & Caruana 2014).";
        /// Decoupled knowledge distillation (Zhao et al. 2022).
        Dkd = "dkd", "Decoupled (DKD)", "Weigh “the label or not” separately from “which of the others” (Zhao et al. 2022).";
        /// Forward KL to the teacher's k largest probabilities, renormalised.
        TopK = "top_k", "Top answers only", "The teacher tells only its k most likely classes, as some APIs do; the rest is taken as 0.";
        /// Forward KL of the teacher's k largest probabilities and one class for all others.
        TopKOther = "top_k_other", "Top answers and the rest", "The teacher tells its k most likely classes, and so how much is left: the student’s other classes, taken together, match that.";
        /// The teacher's most likely class as the label.
        Argmax = "argmax", "Argmax: its answer only", "The teacher tells its answer, without its doubts.";
        /// Labels drawn from the teacher's distribution.
        Sampled = "sampled", "Sampled answers", "The teacher answers by drawing from its distribution, as an API that answers with text does.";
        /// The probabilities of the classes that are not the answer, shuffled (Furlanello et al. 2018).
        Permuted = "permuted", "Shuffled doubts (control)", "Same confidence, but the other classes' probabilities shuffled: no relations left (Furlanello et al. 2018).";
        /// First the hidden layer, then the soft labels (Romero et al. 2015).
        Hint = "hint", "Hint, then soft labels", "First imitate the teacher’s hidden layer through a trained regressor, then its soft labels (FitNets, Romero et al. 2015).";
        /// Hard labels of every example that the teacher learned from, not of the transfer set alone.
        AllLabels = "all_labels", "Hard labels, all of them", "No teacher: the labels of all examples there are, where the others have those of the transfer set. What would labelling everything bring?";
        /// Hard labels, a little of each spread evenly: no teacher.
        Smoothing = "smoothing", "Label smoothing (control)", "No teacher: hard labels with ε of their mass spread evenly over all classes.";
    }
);

/// What of the teacher a method learns from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// Its distribution at a temperature.
    Distribution,
    /// Its raw logits.
    Logits,
    /// Its k largest probabilities.
    TopK,
    /// Its most likely class.
    Argmax,
    /// Labels sampled from its distribution.
    Sampled,
    /// Its confidence, with the other probabilities permuted.
    Permuted,
    /// Its hidden layer, then its distribution.
    Hint,
    /// Nothing: hard labels alone.
    HardLabels,
    /// Nothing: the hard labels of all examples.
    AllLabels,
}

impl Targets {
    /// What taught the student, as the subject of a sentence (plural).
    pub fn subject(self) -> &'static str {
        match self {
            Self::Distribution => "Soft labels",
            Self::Logits => "The teacher’s logits",
            Self::TopK => "The teacher’s top answers",
            Self::Argmax => "The teacher’s answers",
            Self::Sampled => "Sampled answers",
            Self::Permuted => "Shuffled doubts",
            Self::Hint => "A hint and soft labels",
            Self::HardLabels => "Smoothed labels",
            Self::AllLabels => "All labels",
        }
    }
}

/// softmax(z/T) of the teacher (`t`) or the student (`s`), as HTML.
macro_rules! softened {
    ($network:literal) => {
        concat!("softmax(<i>z</i><sub>", $network, "</sub>/<i>T</i>)")
    };
}

impl Method {
    /// The soft term in symbols, without T², as HTML; `{tckd}`, `{nckd}` and `{k}` stand for those parameters, `{size}`
    /// for β (1 − β). Empty without a
    /// soft term.
    pub fn symbols(self) -> &'static str {
        match self {
            Self::ForwardKl | Self::Hint => concat!("KL( ", softened!("t"), " ‖ ", softened!("s"), " )"),
            Self::ReverseKl => concat!("KL( ", softened!("s"), " ‖ ", softened!("t"), " )"),
            Self::Jsd => concat!("JSD<sub>β</sub>( ", softened!("t"), " ‖ ", softened!("s"), " )"),
            Self::JsdNormalised => {
                concat!("JSD<sub>β</sub>( ", softened!("t"), " ‖ ", softened!("s"), " ) / <b>{size}</b>")
            }
            Self::LogitMse => "½ ‖<i>z</i><sub>s</sub> − <i>z</i><sub>t</sub>‖²",
            Self::Dkd => "( <b>{tckd}</b> · KL(the label or not) + <b>{nckd}</b> · KL(which of the others) )",
            Self::TopK => concat!("KL( top {k} of ", softened!("t"), " ‖ ", softened!("s"), " )"),
            Self::TopKOther => concat!("KL( top {k} and rest of ", softened!("t"), " ‖ ", softened!("s"), " )"),
            Self::Argmax => "CE( argmax <i>z</i><sub>t</sub>, softmax(<i>z</i><sub>s</sub>) )",
            Self::Sampled => "KL( drawn labels ‖ softmax(<i>z</i><sub>s</sub>) )",
            Self::Permuted => concat!("KL( shuffled ", softened!("t"), " ‖ ", softened!("s"), " )"),
            Self::Smoothing | Self::AllLabels => "",
        }
    }

    /// True when students need something made before they start (sampled labels, permuted probabilities, a regressor, other
    /// examples): changing to or from such a method starts them again; all others can be changed under way.
    pub fn needs_preparation(self) -> bool {
        matches!(self, Self::Sampled | Self::Permuted | Self::Hint | Self::AllLabels)
    }

    /// True when the temperature enters the loss.
    pub fn has_temperature(self) -> bool {
        !matches!(self, Self::LogitMse | Self::Argmax | Self::Sampled | Self::Smoothing | Self::AllLabels)
    }

    /// True when the teacher is asked at all.
    pub fn asks_teacher(self) -> bool {
        !matches!(self, Self::Smoothing | Self::AllLabels)
    }

    /// What of the teacher it learns from.
    pub fn targets(self) -> Targets {
        match self {
            Self::ForwardKl | Self::ReverseKl | Self::Jsd | Self::JsdNormalised | Self::Dkd => Targets::Distribution,
            Self::LogitMse => Targets::Logits,
            Self::TopK | Self::TopKOther => Targets::TopK,
            Self::Argmax => Targets::Argmax,
            Self::Sampled => Targets::Sampled,
            Self::Permuted => Targets::Permuted,
            Self::Hint => Targets::Hint,
            Self::Smoothing => Targets::HardLabels,
            Self::AllLabels => Targets::AllLabels,
        }
    }

    /// Keys of the parameters that only this method has.
    pub fn own_parameters(self) -> &'static [&'static str] {
        match self {
            Self::Jsd | Self::JsdNormalised => &["beta"],
            Self::Dkd => &["tckd", "nckd"],
            Self::TopK | Self::TopKOther => &["k"],
            Self::Sampled => &["samples"],
            Self::Hint => &["hint"],
            Self::Smoothing => &["smoothing"],
            _ => &[],
        }
    }

    /// One or two words: `Argmax`, `Soft-label`; of the top classes without their number.
    pub fn short_name(self) -> &'static str {
        match self {
            Self::ForwardKl => "Soft-label",
            Self::ReverseKl => "Reverse-KL",
            Self::Jsd => "JSD",
            Self::JsdNormalised => "Normalised-JSD",
            Self::LogitMse => "Logit-matching",
            Self::Dkd => "DKD",
            Self::Argmax => "Argmax",
            Self::Sampled => "Sampled-label",
            Self::Permuted => "Shuffled-doubts",
            Self::Hint => "Hint",
            Self::Smoothing => "Label-smoothing",
            Self::AllLabels => "All-labels",
            Self::TopK => "Top-k",
            Self::TopKOther => "Top-k-and-rest",
        }
    }
}
