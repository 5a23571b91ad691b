//! The measure that arms are compared by.

use super::options::{Options, choice};
use serde::{Deserialize, Serialize};

choice!(
    /// What a verdict compares the students by.
    Measure, "judge", "Verdict by", {
        /// Accuracy; balanced accuracy where the classes of the user's own data are of unequal size.
        Auto = "auto", "Accuracy, or balanced accuracy", "Accuracy; balanced accuracy for your own data if its classes differ in size.";
        /// Share of right answers.
        Accuracy = "accuracy", "Accuracy", "Share of right answers.";
        /// Mean recall over classes.
        Balanced = "balanced", "Balanced accuracy", "The share of right answers in each class, averaged over the classes.";
        /// Mean F1 over classes.
        MacroF1 = "macro_f1", "Macro-F1", "Mean over the classes of F1, the harmonic mean of precision and recall.";
        /// Negative log-likelihood.
        Nll = "nll", "Log-loss (NLL)", "Mean negative log-likelihood of the true class, in nats: less is better.";
    }
);

impl Measure {
    /// Whether it is in nats, and less is better; otherwise it is in per cent, and more is better.
    pub fn in_nats(self) -> bool {
        self == Self::Nll
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the type derives no default")]
impl Default for Measure {
    fn default() -> Self {
        Self::Auto
    }
}
