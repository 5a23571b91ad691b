//! Rows of the results tables. Pure.

use crate::config::{Arm, Config, thousands};
use crate::experiment::{Calibration, Metrics, Outcome, Setup};
use crate::lab::class_metrics::Counts;
use crate::lab::efficiency::milliseconds;
use crate::lab::number_format::share as per_cent;
use crate::lab::verdict::{arm_values, mean};
use crate::ui::state::run_state::Results;
use crate::ui::text::arms;

/// A cell: its value, and the standard deviation where there are replicates.
pub type Cell = (String, Option<String>);

/// One row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Header.
    pub header: String,
    /// Style class.
    pub class: &'static str,
    /// Cells, one per column.
    pub cells: Vec<Cell>,
}

/// A column: its header and explanation.
pub type Column = (&'static str, &'static str);

/// Columns of [`main_rows`].
pub const MAIN: &[Column] = &[
    ("Test accuracy", "Share of right answers on the test set."),
    ("Agreement", "Share of answers equal to the teacher’s."),
    ("KL to teacher", "How far its probabilities are from the teacher’s, in nats; 0 means the same."),
    ("ECE", "Expected calibration error: how far confidence is from accuracy, over 15 equal bins of confidence."),
    ("Parameters", "Trainable numbers of one network."),
    ("Latency", "Median time of one prediction on the device in use."),
];

/// Columns of [`more_rows`].
pub const MORE: &[Column] = &[
    ("NLL", "Mean negative log-likelihood of the true class, nats."),
    ("Brier", "Mean squared distance of the probabilities from the truth; 0 is best, 2 worst."),
    ("Entropy", "Mean entropy of the answers, nats: how unsure the network is."),
    ("Balanced accuracy", "Mean over the classes of the share of each that is answered right."),
    ("Macro-F1", "Mean over the classes of F1, the harmonic mean of precision and recall."),
    (
        "Calibrating T",
        "Temperature at which its confidence fits best, chosen and measured on different halves of the test set; above 1: overconfident.",
    ),
    ("NLL with it", "NLL at that temperature, nats."),
    ("Queries", "How often the teacher is asked for a label, for one student."),
];

/// Columns of [`teacher_rows`].
pub const TEACHERS: &[Column] = &[MAIN[0], MAIN[1], MAIN[2], MAIN[3], MAIN[4]];

fn none() -> Cell {
    ("–".into(), None)
}

fn plain(value: String) -> Cell {
    (value, None)
}

fn nats(value: f64) -> String {
    format!("{value:.2}")
}

fn small(value: f64) -> String {
    format!("{value:.3}")
}

/// Mean and sample standard deviation over an arm's replicates.
fn of_arm(results: &Results, arm: Arm, metric: fn(&Metrics) -> f64, show: fn(f64) -> String) -> Cell {
    let Some(setup) = &results.setup else { return none() };
    spread(&arm_values(&results.students, &setup.arms, arm, metric), show)
}

/// Mean and sample standard deviation of some values.
fn spread(values: &[f64], show: fn(f64) -> String) -> Cell {
    if values.is_empty() {
        return none();
    }
    let m = mean(values);
    let n = values.len() as f64;
    let sd = (values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    (show(m), (values.len() > 1).then(|| format!("± {}", show(sd).trim_end_matches("\u{a0}%"))))
}

fn of_one(metrics: Option<&Metrics>, metric: fn(&Metrics) -> f64, show: fn(f64) -> String) -> Cell {
    metrics.map_or_else(none, |m| plain(show(metric(m))))
}

/// The config whose arms the tables show: that of the results, or the one on screen while there are none.
pub fn shown<'a>(results: &'a Results, on_screen: &'a Config) -> &'a Config {
    let any = results.teacher.is_some() || !results.students.is_empty();
    results.setup.as_ref().filter(|_| any).map_or(on_screen, |setup| results.config(setup))
}

/// Rows of the main table, one per network; `config` from [`shown`].
pub fn main_rows(results: &Results, config: &Config) -> Vec<Row> {
    let setup = results.setup.as_ref();
    let parameters = |of: fn(&Setup) -> usize| setup.map_or_else(none, |s| plain(thousands(of(s) as f64)));
    let latency = |of: fn(&Outcome) -> f64| results.outcome.as_ref().map_or_else(none, |o| plain(milliseconds(of(o))));
    // Of a teacher that came with the data only its answers are known.
    let given = setup.is_some_and(|setup| setup.given_teacher);
    let teacher = results.teacher.as_ref();
    let mut rows = vec![Row {
        header: results.setup.as_ref().map_or_else(|| "Teacher".into(), |setup| setup.teaches()),
        class: "teacher",
        cells: vec![
            of_one(teacher, |m| m.accuracy, per_cent),
            none(),
            none(),
            of_one(teacher, |m| m.ece, per_cent),
            if given { none() } else { parameters(|s| s.teacher_parameters) },
            if given { none() } else { latency(|o| o.teacher_latency_ms) },
        ],
    }];
    rows.extend(config.arms().into_iter().map(|arm| Row {
        header: config.arm_name(arm),
        class: arms::class(arm),
        cells: vec![
            of_arm(results, arm, |m| m.accuracy, per_cent),
            of_arm(results, arm, |m| m.agreement, per_cent),
            of_arm(results, arm, |m| m.kl_to_teacher, nats),
            of_arm(results, arm, |m| m.ece, per_cent),
            parameters(|s| s.student_parameters),
            latency(|o| o.student_latency_ms),
        ],
    }));
    rows
}

/// Mean and sample standard deviation of a measure by class over networks, from their confusion matrices.
fn by_class(networks: &[&[u32]], measure: fn(&Counts) -> f64) -> Cell {
    let values: Vec<f64> =
        networks.iter().filter_map(|counts| Counts::new(counts)).map(|counts| measure(&counts)).collect();
    spread(&values, per_cent)
}

/// Mean and sample standard deviation of calibrating temperatures, or of what they reach, over networks.
fn calibrated(networks: &[Option<Calibration>], value: fn(&Calibration) -> f64) -> Cell {
    let known = networks.iter().flatten().filter(|of| of.temperature > 0.0);
    spread(&known.map(value).collect::<Vec<_>>(), small)
}

/// Rows of the table of further metrics; `config` from [`shown`].
pub fn more_rows(results: &Results, config: &Config) -> Vec<Row> {
    let setup = results.setup.as_ref();
    let outcome = results.outcome.as_deref();
    let teacher = results.teacher.as_ref();
    let cells = vec![
        of_one(teacher, |m| m.nll, small),
        of_one(teacher, |m| m.brier, small),
        of_one(teacher, |m| m.entropy, small),
        by_class(&[outcome.map_or(&[][..], |o| &o.teacher_confusion)], |c| c.balanced_accuracy()),
        by_class(&[outcome.map_or(&[][..], |o| &o.teacher_confusion)], |c| c.macro_f1()),
        calibrated(&[outcome.and_then(|o| o.calibrations.first().copied())], |c| c.temperature),
        calibrated(&[outcome.and_then(|o| o.calibrations.first().copied())], |c| c.nll),
        none(),
    ];
    let teacher_name = setup.map_or_else(|| "Teacher".into(), |setup| setup.teaches());
    let mut rows = vec![Row { header: teacher_name, class: "teacher", cells }];
    let arms = config.arms();
    for (a, &arm) in arms.iter().enumerate() {
        let counts: Vec<&[u32]> = outcome.map_or_else(Vec::new, |o| {
            o.student_confusions.iter().skip(a).step_by(arms.len()).map(Vec::as_slice).collect()
        });
        let calibrations: Vec<Option<Calibration>> = outcome.map_or_else(Vec::new, |o| {
            o.calibrations.iter().skip(1 + a).step_by(arms.len()).copied().map(Some).collect()
        });
        let mut cells = vec![
            of_arm(results, arm, |m| m.nll, small),
            of_arm(results, arm, |m| m.brier, small),
            of_arm(results, arm, |m| m.entropy, small),
            by_class(&counts, |c| c.balanced_accuracy()),
            by_class(&counts, |c| c.macro_f1()),
            calibrated(&calibrations, |c| c.temperature),
            calibrated(&calibrations, |c| c.nll),
        ];
        let queries = setup.and_then(|s| s.queries.get(a));
        cells.push(queries.map_or_else(none, |n| plain(thousands(*n as f64))));
        rows.push(Row { header: config.arm_name(arm), class: arms::class(arm), cells });
    }
    rows
}

/// Rows of all teachers of a run with several (a chain, or a second teacher); empty for a single one.
pub fn teacher_rows(results: &Results) -> Vec<Row> {
    let Some(setup) = &results.setup else { return Vec::new() };
    if setup.stages.len() < 2 && results.second_teacher.is_none() {
        return Vec::new();
    }
    // While a chain trains, `results.teacher` is the stage in training; the earlier ones are in `results.chain`.
    let current = results.chain.len();
    let row = |header: String, metrics: Option<&Metrics>, parameters: usize, is_reference: bool| Row {
        header,
        class: "teacher",
        cells: vec![
            of_one(metrics, |m| m.accuracy, per_cent),
            if is_reference { none() } else { of_one(metrics, |m| m.agreement, per_cent) },
            if is_reference { none() } else { of_one(metrics, |m| m.kl_to_teacher, nats) },
            of_one(metrics, |m| m.ece, per_cent),
            plain(thousands(parameters as f64)),
        ],
    };
    let stages = setup.stages.iter().enumerate().map(|(i, stage)| {
        let metrics = if i == current { results.teacher.as_ref() } else { results.chain.get(i) };
        let last = i + 1 == setup.stages.len();
        let header = if last && i > 0 { format!("{}: it teaches", stage.name) } else { stage.name.clone() };
        row(header, metrics, stage.parameters, i == current)
    });
    let mut rows: Vec<Row> = stages.collect();
    if let (Some(second), Some(first)) = (&results.second_teacher, setup.stages.first()) {
        rows.push(row("Second teacher".into(), Some(second), first.parameters, false));
    }
    rows
}

/// Agreement of two teachers, as an estimate of the highest agreement a student can reach; `None` without a second teacher.
pub fn agreement_ceiling(results: &Results) -> Option<String> {
    let second = results.second_teacher.as_ref()?;
    Some(format!(
        "A second teacher of the same design, trained from another start, gives the same answer on {} of the test set. That is about the \
         most agreement a student can be expected to reach: the rest is chance in the teacher’s own training.",
        per_cent(second.agreement)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Method, Supervision};
    use crate::experiment::Stage;
    use crate::ui::state::examples::Shared;
    use crate::ui::state::run_state::tests::opened;

    fn results(config: &Config) -> Results {
        let setup = Setup { arms: config.arms(), ..opened(config) };
        let students = (0..2 * config.arms().len())
            .map(|i| Metrics { accuracy: 0.7 + 0.01 * i as f64, ..Metrics::default() })
            .collect();
        let teacher = Some(Metrics { accuracy: 0.86, ..Metrics::default() });
        Results { setup: Some(Shared::new(setup)), teacher, students, ..Results::default() }
    }

    #[test]
    fn every_arm_has_a_named_row_before_and_after_a_run() {
        let config = Config {
            extra_arms: vec![Supervision::of(Method::Jsd), Supervision::of(Method::TopK)],
            ..Config::default()
        };
        let names = ["Teacher", "Hard-label student", "JSD student", "Top-3 student", "Distilled student"];
        for results in [Results::default(), results(&config)] {
            let of = |rows: Vec<Row>| rows.into_iter().map(|r| r.header).collect::<Vec<_>>();
            assert_eq!(of(main_rows(&results, &config)), names);
            assert_eq!(of(more_rows(&results, &config)), names);
        }
    }

    #[test]
    fn every_row_fills_its_columns() {
        let config = Config::default();
        let results = results(&config);
        assert!(main_rows(&results, &config).iter().all(|row| row.cells.len() == MAIN.len()));
        assert!(more_rows(&results, &config).iter().all(|row| row.cells.len() == MORE.len()));
        let rows = main_rows(&results, &config);
        assert_eq!(rows[0].cells[0].0, "86.0\u{a0}%");
        // Replicates 0.70 and 0.73: mean 71.5 %, standard deviation 2.1.
        assert_eq!(rows[1].cells[0], ("71.5\u{a0}%".to_string(), Some("± 2.1".to_string())));
    }

    #[test]
    fn results_keep_the_arm_names_of_their_run() {
        let config = Config::default();
        let other = Config { extra_arms: vec![], ..config.clone() };
        assert_eq!(shown(&results(&config), &other).extra_arms.len(), 1);
        assert_eq!(shown(&Results::default(), &other).extra_arms.len(), 0);
    }

    #[test]
    fn only_several_teachers_have_rows() {
        let config = Config::default();
        let mut results = results(&config);
        assert!(teacher_rows(&results).is_empty() && agreement_ceiling(&results).is_none());
        results.second_teacher = Some(Metrics { agreement: 0.912, ..Metrics::default() });
        let mut setup = opened(&config);
        let stage = |name: &str| Stage { name: name.into(), steps: 5, parameters: 50, macs: 40 };
        setup.stages = vec![stage("Teacher"), stage("Generation 2")];
        results.setup = Some(Shared::new(setup));
        results.chain = vec![Metrics { accuracy: 0.8, ..Metrics::default() }];
        let rows = teacher_rows(&results);
        assert_eq!(
            rows.iter().map(|r| r.header.as_str()).collect::<Vec<_>>(),
            ["Teacher", "Generation 2: it teaches", "Second teacher"]
        );
        assert_eq!((rows[0].cells[0].0.as_str(), rows[1].cells[0].0.as_str()), ("80.0\u{a0}%", "86.0\u{a0}%"));
        // The teacher's row is named after the last stage.
        assert_eq!(main_rows(&results, &config)[0].header, "Generation 2");
        assert!(agreement_ceiling(&results).is_some_and(|sentence| sentence.contains("91.2\u{a0}%")));
    }
}
