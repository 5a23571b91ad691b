//! Payload of the files of one student that is to be deployed.

use super::int8::Int8Matrix;
use super::origin::Origin;
use crate::config::Arm;
use crate::experiment::{Metrics, Outcome, StateDict};
use serde::{Deserialize, Serialize};

/// Fewest training rows on which a student is measured before it is chosen by them.
pub const FEWEST_VALIDATION_ROWS: usize = 50;

/// What one student answers on training rows that it did not learn from, with the labels that training sees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Rows.
    pub examples: usize,
    /// Share of right answers, 0 to 1.
    pub accuracy: f64,
    /// Mean negative log-likelihood of the label, nats.
    pub nll: f64,
}

/// Place of the student to deploy among the replicates: that with the highest accuracy, of several with the lowest negative
/// log-likelihood, of several the first. The first replicate where one of them has too few rows to be measured on.
pub fn choose(validations: &[Validation]) -> usize {
    if validations.iter().any(|validation| validation.examples < FEWEST_VALIDATION_ROWS) {
        return 0;
    }
    let better =
        |a: &Validation, b: &Validation| a.accuracy > b.accuracy || (a.accuracy == b.accuracy && a.nll < b.nll);
    (1..validations.len()).fold(0, |best, r| if better(&validations[r], &validations[best]) { r } else { best })
}

/// Payload of a student for deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudentPayload {
    /// The run.
    pub origin: Origin,
    /// SHA-256 of the training set, as of the test set in [`Origin::test_sha256`].
    pub train_sha256: String,
    /// What was measured of the whole run; without latencies and seconds, which differ from run to run.
    pub outcome: Outcome,
    /// The student's arm.
    pub arm: Arm,
    /// Its replicate, from 0.
    pub replicate: usize,
    /// By which it was chosen: every replicate's student of that arm.
    pub validations: Vec<Validation>,
    /// Its weights.
    pub weights: StateDict,
    /// Its matrices in eight bits, in the order of its tensors.
    pub int8: Vec<Int8Matrix>,
    /// Measured on the test set with those.
    pub int8_metrics: Metrics,
    /// Test examples that it answers otherwise with those.
    pub int8_changed: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_student_is_the_best_on_rows_it_did_not_learn_from() {
        let of = |examples, accuracy, nll| Validation { examples, accuracy, nll };
        assert_eq!(choose(&[of(90, 0.7, 1.0), of(90, 0.8, 2.0), of(90, 0.75, 0.1)]), 1);
        assert_eq!(choose(&[of(90, 0.8, 1.0), of(90, 0.8, 0.9), of(90, 0.8, 0.9)]), 1, "then by log-likelihood");
        assert_eq!(choose(&[of(90, 0.7, 1.0), of(9, 0.8, 2.0)]), 0, "too few rows to choose by");
        assert_eq!((choose(&[]), choose(&[of(0, 0.0, 0.0)])), (0, 0));
    }
}
