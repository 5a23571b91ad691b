//! The arms of a finished run by a chosen measure: values over the replicates, and comparisons with their intervals.

use super::class_metrics;
use super::comparison::{Comparison, ExampleError};
use crate::config::{Arm, Measure, Task};
use crate::experiment::{ExampleErrors, Metrics, Outcome};

/// One arm's values of a metric over the replicates; `students` is `[R][A]` flattened, row-major.
pub fn arm_values(students: &[Metrics], arms: &[Arm], arm: Arm, metric: fn(&Metrics) -> f64) -> Vec<f64> {
    let Some(position) = arms.iter().position(|&a| a == arm) else { return Vec::new() };
    students.chunks(arms.len().max(1)).filter_map(|replicate| replicate.get(position)).map(metric).collect()
}

/// Mean of some values; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What [`Measure::Auto`] means for a run; other measures mean themselves, where the run has what they need.
pub fn resolve(outcome: &Outcome, measure: Measure) -> Measure {
    let counts = class_metrics::Counts::new(&outcome.teacher_confusion);
    let by_class = outcome.student_confusions.len() == outcome.evaluation.students.len() && counts.is_some();
    match measure {
        Measure::Auto => {
            let imbalanced =
                outcome.config.task == Task::Own && counts.is_some_and(|counts| counts.imbalance().is_some());
            if imbalanced && by_class { Measure::Balanced } else { Measure::Accuracy }
        }
        Measure::Balanced | Measure::MacroF1 if !by_class => Measure::Accuracy,
        other => other,
    }
}

/// Values of an arm by a measure, one a replicate, in per cent or nats.
pub fn values(outcome: &Outcome, arm: Arm, measure: Measure) -> Vec<f64> {
    let arms = outcome.config.arms();
    let students = &outcome.evaluation.students;
    let of_counts = |measure: fn(&class_metrics::Counts) -> f64| {
        let Some(place) = arms.iter().position(|&a| a == arm) else { return Vec::new() };
        class_metrics::of_arm(outcome, place, arms.len()).map(|counts| 100.0 * measure(&counts)).collect()
    };
    match resolve(outcome, measure) {
        Measure::Auto | Measure::Accuracy => arm_values(students, &arms, arm, |m| 100.0 * m.accuracy),
        Measure::Balanced => of_counts(|counts| counts.balanced_accuracy()),
        Measure::MacroF1 => of_counts(|counts| counts.macro_f1()),
        Measure::Nll => arm_values(students, &arms, arm, |m| m.nll),
    }
}

/// One arm's advantage over another, positive where it is better, in points or nats; `None` with fewer than two replicates.
pub fn compare(outcome: &Outcome, arm: Arm, of: Arm, measure: Measure) -> Option<Comparison> {
    let measure = resolve(outcome, measure);
    let errors: fn(&ExampleErrors) -> &Vec<f64> = match measure {
        Measure::Auto | Measure::Accuracy => |errors| &errors.accuracy,
        Measure::Balanced => |errors| &errors.balanced_accuracy,
        Measure::MacroF1 => |errors| &errors.macro_f1,
        Measure::Nll => |errors| &errors.nll,
    };
    let arms = outcome.config.arms();
    let place = |wanted: Arm| arms.iter().position(|&a| a == wanted);
    let error = place(arm).zip(place(of)).and_then(|(a, b)| errors(&outcome.example_errors).get(a * arms.len() + b));
    let scale = if measure.in_nats() { 1.0 } else { 100.0 };
    let example_error =
        error.map(|error| ExampleError { error: scale * error, examples: outcome.example_errors.examples });
    let (a, b) = (values(outcome, arm, measure), values(outcome, of, measure));
    if measure.in_nats() { Comparison::of(&b, &a, example_error) } else { Comparison::of(&a, &b, example_error) }
}
