//! What the runs of a lesson have given so far, as points with intervals: every arm of every finished run.

use super::RunRecord;
use crate::config::Arm;
use crate::lab::comparison::{Paired, paired};

/// Accuracy of one arm of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmPoint {
    /// Place of the run in its lesson, from 0.
    pub run: usize,
    /// The arm.
    pub arm: Arm,
    /// Its name.
    pub name: String,
    /// Mean accuracy over the replicates with its 95 % interval (Student's t), per cent.
    pub accuracy: Paired,
}

/// Points of all runs, in their order; arms with fewer than two replicates have none.
pub fn points(runs: &[&RunRecord]) -> Vec<ArmPoint> {
    let mut points = Vec::new();
    for (run, record) in runs.iter().enumerate() {
        let config = record.config();
        for arm in config.arms() {
            let values = record.values(arm, |m| 100.0 * m.accuracy);
            let accuracy = paired(&values, &vec![0.0; values.len()]).filter(|accuracy| accuracy.mean.is_finite());
            points.extend(accuracy.map(|accuracy| ArmPoint { run, arm, name: config.arm_name(arm), accuracy }));
        }
    }
    points
}

/// The part of the axis that holds all intervals, per cent, with a little room: at most 0 to 100.
pub fn axis(points: &[ArmPoint]) -> (f64, f64) {
    let ends = points.iter().flat_map(|point| [point.accuracy.low, point.accuracy.high]).filter(|end| end.is_finite());
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    if low > high {
        return (0.0, 100.0);
    }
    let room = (0.06 * (high - low)).max(0.5);
    ((low - room).max(0.0), (high + room).min(100.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::experiment::{Evaluation, Metrics, Outcome};

    fn record(config: Config, accuracy: impl Fn(usize) -> f64) -> RunRecord {
        let count = config.replicates * config.arms().len();
        let students = (0..count).map(|i| Metrics { accuracy: accuracy(i), ..Metrics::default() }).collect();
        RunRecord {
            outcome: Outcome {
                config,
                evaluation: Evaluation { students, ..Evaluation::default() },
                ..Outcome::default()
            },
            classes: Vec::new(),
            curves: Vec::new(),
            teacher_logits: Vec::new(),
            student_logits: Vec::new(),
            labels: Vec::new(),
            transfer_examples: 0,
            queries: Vec::new(),
        }
    }

    #[test]
    fn every_arm_of_every_run_is_a_point_with_its_interval() {
        let config = Config { replicates: 2, ..Config::default() };
        let run = record(config, |i| if i < 3 { 0.7 } else { 0.8 });
        let points = points(&[&run, &run]);
        assert_eq!(points.len(), 6);
        assert_eq!((points[0].run, points[5].run), (0, 1));
        // Two values 10 points apart: half the interval is t(0.975, 1) · 5.
        let accuracy = points[0].accuracy;
        assert!((accuracy.mean - 75.0).abs() < 1e-9 && (accuracy.high - accuracy.mean - 12.706 * 5.0).abs() < 0.01);
        let (low, high) = axis(&points);
        assert!(low >= 0.0 && high <= 100.0 && low < high);
    }

    #[test]
    fn without_runs_the_axis_is_whole() {
        assert_eq!((points(&[]).len(), axis(&[])), (0, (0.0, 100.0)));
    }

    #[test]
    fn one_replicate_has_no_interval_and_no_point() {
        let run = record(Config { replicates: 1, ..Config::default() }, |_| 0.7);
        assert_eq!(points(&[&run]), []);
    }
}
