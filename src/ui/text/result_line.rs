//! The result of a run in one line, from the first measurement of the students on. Pure.

use crate::config::{Arm, Measure, Targets};
use crate::lab::number_format::{decimals, signed_decimals, tenths};
use crate::lab::verdict::{Finding, Verdict, has_baseline};
use crate::ui::state::results::Results;
use crate::ui::text::accuracy::arm_accuracy;
use crate::ui::text::arms;

/// One arm of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmResult {
    /// Which.
    pub arm: Arm,
    /// Short name.
    pub name: String,
    /// What it reached by the measure, as text.
    pub value: String,
}

/// The line.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultLine {
    /// The arms, the distilled one first and hard labels last.
    pub arms: Vec<ArmResult>,
    /// The gain of the distilled arm over hard labels: with its interval when the run is over, as it is so far before that.
    pub gain: String,
    /// What the verdict finds; `None` while the students train.
    pub finding: Option<Finding>,
}

/// The line for what a run has shown; `None` before its students are measured. `verdict` is that of the finished run.
pub fn result_line(results: &Results, verdict: Option<&Verdict>) -> Option<ResultLine> {
    let setup = results.setup.as_ref().filter(|_| !results.students.is_empty())?;
    let config = results.config(setup);
    let order = |arm: &Arm| match arm {
        Arm::Distilled => 0,
        Arm::Extra(i) => 1 + i,
        Arm::Hard => usize::MAX,
    };
    let mut all = setup.arms.clone();
    all.sort_by_key(order);
    let value = |arm| match verdict {
        Some(verdict) => {
            let outcome = results.outcome.as_ref()?;
            let mean = crate::lab::verdict::mean(&crate::lab::measured::values(outcome, arm, verdict.measure));
            Some(if verdict.measure.in_nats() { decimals(mean, 3) } else { tenths(mean) })
        }
        None => arm_accuracy(results, arm).map(tenths),
    };
    let named = |arm| match arm {
        Arm::Hard => "Hard".to_string(),
        Arm::Distilled if !config.arms().iter().any(|other| shares_targets(config, *other)) => {
            match config.distilled.method.targets() {
                Targets::Distribution => "Soft".into(),
                _ => arms::short(config, arm),
            }
        }
        other => arms::short(config, other),
    };
    let arms =
        all.into_iter().filter_map(|arm| Some(ArmResult { arm, name: named(arm), value: value(arm)? })).collect();
    let gain = match verdict {
        // As in the verdict, which does not compare labels of another task.
        _ if !has_baseline(config) => "No comparison with hard labels".into(),
        Some(verdict) => settled(verdict),
        None if results.outcome.is_some() => "No interval: one replicate".into(),
        None => {
            let gain = arm_accuracy(results, Arm::Distilled)? - arm_accuracy(results, Arm::Hard)?;
            format!("{} points so far", signed_decimals(gain, 1))
        }
    };
    Some(ResultLine { arms, gain, finding: verdict.map(|verdict| verdict.finding) })
}

/// Whether another arm has the kind of targets that the distilled one has: then “Soft” would name both.
fn shares_targets(config: &crate::config::Config, arm: Arm) -> bool {
    let targets = config.supervision(arm).map(|supervision| supervision.method.targets());
    matches!(arm, Arm::Extra(_)) && targets == Some(config.distilled.method.targets())
}

/// The gain of a finished run with the interval that its verdict goes by.
fn settled(verdict: &Verdict) -> String {
    let wider = verdict.gain.wider();
    let (unit, digits) = match verdict.measure {
        Measure::Nll => ("nats", 3),
        Measure::Balanced => ("points in balanced accuracy", 1),
        Measure::MacroF1 => ("points in macro-F1", 1),
        Measure::Auto | Measure::Accuracy => ("points", 1),
    };
    let number = |value| signed_decimals(value, digits);
    let without_zero = wider.low > 0.0 || wider.high < 0.0;
    let note = match verdict.finding {
        // Of several comparisons, or of a student that answers one class: the verdict says why no gain is claimed.
        Finding::NoSignificantGain if without_zero => ", no gain claimed",
        Finding::NoSignificantGain => ", not significant",
        _ => "",
    };
    format!("{} {unit} ({} to {}){note}", number(wider.mean), number(wider.low), number(wider.high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Method, Shift, Supervision, Task};
    use crate::experiment::Metrics;
    use crate::ui::state::examples::Shared;

    fn measured(config: &Config, accuracies: &[f64]) -> Results {
        let setup = crate::ui::state::run_state::tests::opened(config);
        let one = |&accuracy: &f64| Metrics { accuracy, ..Metrics::default() };
        Results {
            setup: Some(Shared::new(setup)),
            students: accuracies.iter().map(one).collect(),
            ..Results::default()
        }
    }

    #[test]
    fn a_run_under_way_has_no_interval() {
        let config = Config { replicates: 2, ..Config::default() };
        assert_eq!(config.arms(), [Arm::Hard, Arm::Extra(0), Arm::Distilled]);
        let line = result_line(&measured(&config, &[0.70, 0.72, 0.76, 0.72, 0.74, 0.78]), None).unwrap();
        let shown: Vec<String> = line.arms.iter().map(|a| format!("{} {}", a.name, a.value)).collect();
        assert_eq!(shown, ["Soft 77.0", "Argmax 73.0", "Hard 71.0"]);
        assert_eq!((line.gain.as_str(), line.finding), ("+6.0 points so far", None));
    }

    #[test]
    fn nothing_is_said_before_students_are_measured() {
        assert_eq!(result_line(&Results::default(), None), None);
        assert_eq!(result_line(&measured(&Config::default(), &[]), None), None);
    }

    #[test]
    fn arms_that_learn_from_soft_labels_alike_are_told_apart() {
        let config =
            Config { replicates: 1, extra_arms: vec![Supervision::of(Method::ReverseKl)], ..Config::default() };
        let line = result_line(&measured(&config, &[0.7, 0.8, 0.9]), None).unwrap();
        assert_eq!(line.arms[0].name, "Distilled");
        assert_eq!(line.arms[2].name, "Hard");
    }

    #[test]
    fn labels_of_another_task_are_no_baseline() {
        let config =
            Config { shift: Shift::OtherTask, shift_share: 1.0, replicates: 1, ..Config::for_task(Task::Mnist) };
        let accuracies = vec![0.7; config.arms().len()];
        assert_eq!(config.arms().len(), 3);
        let line = result_line(&measured(&config, &accuracies), None).unwrap();
        assert_eq!(line.gain, "No comparison with hard labels");
    }
}
