//! What the interval of a verdict covers, in sentences.

use super::{Comparison, Paired, signed};
use crate::config::{Arm, Config, Measure, Method, TaskKind, TemperatureSchedule, WeightSchedule, thousands};
use crate::experiment::Outcome;
use crate::lab::number_format::{per_cent, signed_decimals};

/// Share of the labelled examples above which the samples of two replicates overlap so much that it is said.
const OVERLAP: f64 = 0.2;

/// A difference with its sign and unit.
pub(super) fn amount(value: f64, measure: Measure) -> String {
    if measure.in_nats() { format!("{} nats", signed_decimals(value, 3)) } else { format!("{} points", signed(value)) }
}

/// The labels that the students had, the intervals, and what each covers.
pub(super) fn scope(outcome: &Outcome, measure: Measure, gain: &Comparison) -> String {
    let interval = |of: Paired| {
        let (digits, unit) = if measure.in_nats() { (3, "nats") } else { (1, "points") };
        format!("{} to {} {unit}", signed_decimals(of.low, digits), signed_decimals(of.high, digits))
    };
    let mut text = labels(outcome);
    text.push_str(&format!(
        "95\u{a0}% interval {} over {} paired replicates (other samples, initial weights and batches), for this teacher and \
         these test examples.",
        interval(gain.replicates),
        gain.replicates.pairs
    ));
    if let Some(both) = gain.two_way {
        let of = if outcome.config.task.kind() == TaskKind::Text { "texts" } else { "examples" };
        text.push_str(&format!(" With other test {of} as well: {}.", interval(both)));
        if gain.replicates.finding() != gain.finding() {
            text.push_str(" The wider interval decides.");
        }
    }
    text.push_str(&overlap(outcome));
    text
}

/// How the distilled student's T and α went over its steps, a sentence with a space before it; empty where both stayed.
pub(super) fn schedules(config: &Config) -> String {
    let supervision = &config.distilled;
    let of = |what: &str, from: f32, to: f32, digits: usize| {
        format!("{what} from {from:.digits$} at the first step to {to:.digits$} at the last")
    };
    let mut went = Vec::new();
    if supervision.method.has_temperature() && supervision.temperature_schedule == TemperatureSchedule::Linear {
        went.push(of("T", supervision.temperature, supervision.temperature_end, 1));
    }
    if supervision.method.asks_teacher() && supervision.weight_schedule == WeightSchedule::Linear {
        went.push(of("α", supervision.soft_weight, supervision.soft_weight_end, 2));
    }
    let last = match supervision.soft_weight_end {
        _ if supervision.weight_schedule != WeightSchedule::Linear || !supervision.method.asks_teacher() => "",
        0.0 => ", where only the hard term counts",
        1.0 => ", where only the soft term counts",
        _ => "",
    };
    if went.is_empty() {
        String::new()
    } else {
        format!(" The distilled student’s supervision changed: {}{last}.", went.join(", "))
    }
}

/// `Each student had 200 of 10,000 labels. `; empty where the number is not known.
fn labels(outcome: &Outcome) -> String {
    let (had, all) = (outcome.transfer_examples, outcome.teacher_examples);
    let config = &outcome.config;
    let on_all = |arm: &Arm| config.supervision(*arm).is_some_and(|s| s.method == Method::AllLabels);
    let who = if config.arms().iter().any(on_all) { "Each student but that on all labels" } else { "Each student" };
    match all {
        0 => String::new(),
        _ if had >= all => format!("Each student had all {} labels. ", thousands(all as f64)),
        _ => format!("{who} had {} of {} labels. ", thousands(had as f64), thousands(all as f64)),
    }
}

/// That the samples of the replicates overlap: of two samples of N from M examples, a share of N / M is the same.
fn overlap(outcome: &Outcome) -> String {
    let share = outcome.transfer_examples as f64 / outcome.teacher_examples as f64;
    if outcome.teacher_examples == 0 || share < OVERLAP {
        String::new()
    } else if share >= 1.0 {
        " All replicates learned from the same examples, so the interval does not cover the draw of the sample.".into()
    } else {
        format!(
            " The samples of two replicates have {} of their examples in common, so the interval covers the draw of the \
             sample in part.",
            per_cent(100.0 * share).replace(".0\u{a0}%", "\u{a0}%")
        )
    }
}
