//! The verdict: does the distilled student beat the same student trained on hard labels?
//!
//! Replicates are independent and the arms of a replicate are paired (same sample, batches and initial weights); see
//! [`super::comparison`] for the test.

use crate::config::{Arm, Config, Method, thousands};
use crate::experiment::{Metrics, Outcome};
use crate::lab::comparison::{Comparison, ExampleError, holm};
pub use crate::lab::comparison::{Finding, Paired, paired};
use crate::lab::number_format::{compared, signed_decimals, tenths};

/// One arm's values of a metric over the replicates; `students` is `[R][A]` flattened, row-major.
pub fn arm_values(students: &[Metrics], arms: &[Arm], arm: Arm, metric: fn(&Metrics) -> f64) -> Vec<f64> {
    let Some(position) = arms.iter().position(|&a| a == arm) else { return Vec::new() };
    students.chunks(arms.len().max(1)).filter_map(|replicate| replicate.get(position)).map(metric).collect()
}

/// Mean of some values; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// One arm's advantage over another in points of accuracy; `None` with fewer than two replicates.
pub fn compare(outcome: &Outcome, arm: Arm, of: Arm) -> Option<Comparison> {
    let arms = outcome.config.arms();
    let points = |arm| arm_values(&outcome.evaluation.students, &arms, arm, |m| 100.0 * m.accuracy);
    Comparison::of(&points(arm), &points(of), example_error(outcome, &arms, arm, of))
}

/// Standard error of the difference between two arms over the draw of the test examples, in points of accuracy.
fn example_error(outcome: &Outcome, arms: &[Arm], a: Arm, b: Arm) -> Option<ExampleError> {
    let place = |wanted: Arm| arms.iter().position(|&arm| arm == wanted);
    let errors = &outcome.example_errors;
    let error = 100.0 * errors.accuracy.get(place(a)? * arms.len() + place(b)?)?;
    Some(ExampleError { error, examples: errors.examples })
}

/// The verdict on one run: figures, and the text for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The finding: of the wider interval, and of Holm's procedure where several arms are compared with hard labels.
    pub finding: Finding,
    /// Distilled minus hard, in points of accuracy.
    pub gain: Comparison,
    /// Every other arm minus hard, in points.
    pub extra_arms: Vec<(Arm, Comparison)>,
    /// Mean accuracy of the distilled arm, per cent.
    pub distilled: f64,
    /// Mean accuracy of the hard-label arm, per cent.
    pub hard: f64,
    /// One sentence with the numbers.
    pub sentence: String,
    /// The intervals, with what each covers.
    pub scope: String,
    /// The scope, and what the other arms add.
    pub detail: String,
}

/// Judges a finished run; `None` while there are not two replicates.
pub fn judge(outcome: &Outcome) -> Option<Verdict> {
    let (students, config) = (&outcome.evaluation.students, &outcome.config);
    let arms = config.arms();
    let points = |arm| arm_values(students, &arms, arm, |m| 100.0 * m.accuracy);
    let gain = compare(outcome, Arm::Distilled, Arm::Hard)?;
    let others = arms.iter().filter(|arm| matches!(arm, Arm::Extra(_)));
    let extra_arms: Vec<(Arm, Comparison)> =
        others.filter_map(|&arm| Some((arm, compare(outcome, arm, Arm::Hard)?))).collect();
    // An arm with the distilled student's own supervision has its figures, too.
    let own: Vec<(Arm, Comparison)> =
        extra_arms.iter().copied().filter(|(arm, _)| config.supervision(*arm) != Some(&config.distilled)).collect();
    let family: Vec<Comparison> = std::iter::once(gain).chain(own.iter().map(|(_, comparison)| *comparison)).collect();
    let findings = holm(&family);
    let finding = findings[0];
    let (d, h) = (mean(&points(Arm::Distilled)), mean(&points(Arm::Hard)));
    let sentence = sentence(config, finding, gain.mean(), d, h);
    let scope = scope(outcome, &gain);
    let mut detail = scope.clone();
    if finding != gain.finding() {
        detail.push_str(&format!(
            " By itself this comparison would be significant; as one of {} with hard labels it is not (Holm).",
            family.len()
        ));
    }
    for ((arm, gain), finding) in own.iter().zip(&findings[1..]) {
        detail.push_str(&of_extra_arm(outcome, *arm, gain, *finding));
    }
    if !own.is_empty() {
        detail.push_str(&format!(" The {} comparisons with hard labels are judged together (Holm).", family.len()));
    }
    if outcome.pool_examples > 0 {
        let labelled = outcome.transfer_examples as f64;
        detail.push_str(&format!(
            " Students who ask the teacher learned from {} examples, the hard-label student from the {} that have labels.",
            thousands(labelled + outcome.pool_examples as f64),
            thousands(labelled)
        ));
    }
    Some(Verdict { finding, gain, extra_arms, distilled: d, hard: h, sentence, scope, detail })
}

/// The finding with its numbers, one sentence; accuracies in per cent.
fn sentence(config: &Config, finding: Finding, gain: f64, distilled: f64, hard: f64) -> String {
    let (distilled, hard) = compared(distilled, hard, gain);
    let mut what = config.distilled.method.targets().subject().to_string();
    if config.distilled.without_teacher() && config.distilled.method.asks_teacher() {
        what.push_str(" of weight α = 0");
    }
    match finding {
        Finding::Gain => {
            format!(
                "{what} taught this student {} points more than hard labels: {distilled} against {hard}.",
                tenths(gain)
            )
        }
        Finding::Loss => {
            format!(
                "{what} cost this student {} points against hard labels: {distilled} against {hard}.",
                tenths(-gain)
            )
        }
        Finding::NoSignificantGain => {
            let mut letters = what.chars();
            let what: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
            // Who is behind has not failed to gain: it is not known whether it lost.
            let which = if gain < 0.0 { "difference" } else { "gain" };
            format!("No significant {which}: {distilled} with {what}, {hard} with hard labels.")
        }
    }
}

/// The intervals, with what each covers.
fn scope(outcome: &Outcome, gain: &Comparison) -> String {
    let interval = |of: Paired| format!("{} to {} points", signed(of.low), signed(of.high));
    let replicates = gain.replicates.pairs;
    let mut text = format!(
        "95\u{a0}% interval {} over {replicates} paired replicates (other samples, initial weights and batches), for this \
         teacher and these test examples.",
        interval(gain.replicates)
    );
    if let Some(both) = gain.two_way {
        let of = if matches!(outcome.config.task.kind(), crate::config::TaskKind::Text) { "texts" } else { "examples" };
        text.push_str(&format!(" With other test {of} as well: {}.", interval(both)));
        if gain.replicates.finding() != gain.finding() {
            text.push_str(" The wider interval decides.");
        }
    }
    text
}

/// What an extra arm adds to the verdict, a sentence with a space before it.
fn of_extra_arm(outcome: &Outcome, arm: Arm, gain: &Comparison, finding: Finding) -> String {
    let (students, config) = (&outcome.evaluation.students, &outcome.config);
    let arms = config.arms();
    let mut text = format!("{} points", signed(gain.mean()));
    let supervision = config.supervision(arm);
    let method = supervision.map(|supervision| supervision.method);
    // At α = 0 they are the same whatever the teacher answers.
    let asks = supervision.is_some_and(|supervision| !supervision.without_teacher());
    let loss = |arm| arm_values(students, &arms, arm, |m| m.nll);
    if method == Some(Method::Argmax) && asks && loss(arm) == loss(Arm::Hard) {
        text.push_str(", the very same students: what it answers on these examples is their labels");
    } else {
        if finding == Finding::NoSignificantGain {
            text.push_str(" (not significant)");
        }
        if let Some(ahead) = compare(outcome, arm, Arm::Distilled).filter(|c| c.mean() > 0.0) {
            // An arm that is ahead of the distilled student must not be passed over in silence.
            text.push_str(match ahead.finding() {
                Finding::Gain => ", which is more than the distilled student’s",
                _ => ", which is not significantly more than the distilled student’s",
            });
        }
    }
    match method {
        Some(Method::Argmax) => format!(" The teacher's answers alone, without its doubts: {text}."),
        _ => format!(" {}: {text}.", config.arm_name(arm)),
    }
}

/// A number with its sign and a real minus: `+4.6`, `−1.2`; what rounds to zero has none: `0.0`.
pub fn signed(value: f64) -> String {
    signed_decimals(value, 1)
}

#[cfg(test)]
mod tests;
