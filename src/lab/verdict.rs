//! The verdict: does the distilled student beat the same student trained on hard labels?
//!
//! Replicates are independent and the arms of a replicate are paired (same sample, batches and initial weights); see
//! [`super::comparison`] for the test.

mod cautions;
mod scope;

use crate::config::{Arm, Config, Measure, Method, thousands};
use crate::experiment::Outcome;
use crate::lab::comparison::{Comparison, holm};
pub use crate::lab::comparison::{Finding, Paired, paired};
pub use crate::lab::measured::{arm_values, mean};
use crate::lab::measured::{compare, resolve, values};
use crate::lab::number_format::{compared, decimals, per_cent, signed_decimals, tenths};
pub use cautions::has_baseline;

/// The verdict on one run: figures, and the text for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The finding: of the wider interval, and of Holm's procedure where several arms are compared with hard labels.
    pub finding: Finding,
    /// What the arms are compared by; never [`Measure::Auto`].
    pub measure: Measure,
    /// Distilled minus hard, in points (nats, where that is the measure): positive where the distilled student is better.
    pub gain: Comparison,
    /// The same of every other arm.
    pub extra_arms: Vec<(Arm, Comparison)>,
    /// Mean of the measure over the distilled arm, per cent or nats.
    pub distilled: f64,
    /// Mean of the measure over the hard-label arm, per cent or nats.
    pub hard: f64,
    /// What has to be known before the sentence, a sentence each: students that answer one class, a teacher under-trained.
    pub cautions: Vec<String>,
    /// One sentence with the numbers.
    pub sentence: String,
    /// The intervals, with what each covers.
    pub scope: String,
    /// The scope, and what the other arms add.
    pub detail: String,
}

/// Judges a finished run by the measure that is usual for it; `None` while there are not two replicates.
pub fn judge(outcome: &Outcome) -> Option<Verdict> {
    judge_by(outcome, Measure::Auto, &[])
}

/// Judges a finished run by a measure; `classes` are the names of the classes, if they are known.
pub fn judge_by(outcome: &Outcome, measure: Measure, classes: &[String]) -> Option<Verdict> {
    let config = &outcome.config;
    let arms = config.arms();
    let measure = resolve(outcome, measure);
    let gain = compare(outcome, Arm::Distilled, Arm::Hard, measure)?;
    let on_all = |arm: Arm| config.supervision(arm).is_some_and(|s| s.method == Method::AllLabels);
    let others = arms.iter().filter(|arm| matches!(arm, Arm::Extra(_)));
    // Whoever learns from all labels is no kind of teaching: the distilled student is held against it.
    let extra_arms: Vec<(Arm, Comparison)> = others
        .filter(|arm| !on_all(**arm))
        .filter_map(|&arm| Some((arm, compare(outcome, arm, Arm::Hard, measure)?)))
        .collect();
    let fewer = outcome.transfer_examples < outcome.teacher_examples;
    let against_all = arms
        .iter()
        .copied()
        .find(|&arm| arm != Arm::Distilled && on_all(arm) && fewer)
        .and_then(|arm| Some((arm, compare(outcome, Arm::Distilled, arm, measure)?)));
    // An arm with the distilled student's own supervision has its figures, too.
    let own: Vec<(Arm, Comparison)> =
        extra_arms.iter().copied().filter(|(arm, _)| config.supervision(*arm) != Some(&config.distilled)).collect();
    let with_hard = std::iter::once(&gain).chain(own.iter().chain(&against_all).map(|(_, comparison)| comparison));
    let family: Vec<Comparison> = with_hard.copied().collect();
    let findings = holm(&family);
    let one_class = cautions::one_class(outcome, Arm::Distilled);
    let baseline = cautions::has_baseline(config);
    // Of a student that answers one class no gain is claimed, whatever the measure says.
    let finding = match findings[0] {
        Finding::Gain if one_class.is_some() => Finding::NoSignificantGain,
        // Labels of another task mean something else.
        _ if !baseline => Finding::NoSignificantGain,
        finding => finding,
    };
    let of = |arm| mean(&values(outcome, arm, measure));
    let (distilled, hard) = (of(Arm::Distilled), of(Arm::Hard));
    let sentence = if baseline {
        sentence(config, measure, finding, gain.mean(), distilled, hard)
    } else {
        no_baseline(measure, distilled)
    };
    let scope = scope::scope(outcome, measure, &gain);
    let mut detail = if baseline { scope.clone() } else { String::new() };
    if baseline && findings[0] != gain.finding() {
        detail.push_str(&format!(
            " By itself this comparison would be significant; as one of {} with hard labels it is not (Holm).",
            family.len()
        ));
    }
    for ((arm, gain), finding) in own.iter().zip(&findings[1..]).filter(|_| baseline) {
        detail.push_str(&extra_arm(outcome, measure, *arm, gain, *finding));
    }
    if let (Some((arm, gain)), Some(finding)) = (&against_all, findings.get(1 + own.len()))
        && baseline
    {
        detail.push_str(&all_labels(outcome, measure, *arm, gain, *finding));
    }
    if baseline && family.len() > 1 {
        detail.push_str(&format!(" The {} comparisons with hard labels are judged together (Holm).", family.len()));
    }
    detail.push_str(&scope::schedules(config));
    if outcome.pool_examples > 0 {
        let labelled = outcome.transfer_examples as f64;
        detail.push_str(&format!(
            " Students that ask the teacher learned from {} examples, the hard-label student from the {} that have labels.",
            thousands(labelled + outcome.pool_examples as f64),
            thousands(labelled)
        ));
    }
    let cautions = cautions::cautions(outcome, classes);
    Some(Verdict { finding, measure, gain, extra_arms, distilled, hard, cautions, sentence, scope, detail })
}

/// Where the labels of the transfer set belong to another task, so that no student learned the task from hard labels.
fn no_baseline(measure: Measure, distilled: f64) -> String {
    let shown = if measure.in_nats() { format!("{} nats", decimals(distilled, 3)) } else { per_cent(distilled) };
    format!(
        "No comparison with hard labels: those of this transfer set belong to another task. The distilled student reaches {shown}."
    )
}

/// What taught the distilled student, as the subject of a sentence.
fn subject(config: &Config) -> String {
    let mut what = config.distilled.method.targets().subject().to_string();
    if config.distilled.without_teacher() && config.distilled.method.asks_teacher() {
        what.push_str(" of weight α = 0");
    }
    what
}

/// The finding with its numbers, one sentence; values of the measure in per cent or nats.
fn sentence(config: &Config, measure: Measure, finding: Finding, gain: f64, distilled: f64, hard: f64) -> String {
    let (distilled, hard) = match measure.in_nats() {
        true => (format!("{} nats", decimals(distilled, 3)), format!("{} nats", decimals(hard, 3))),
        false => compared(distilled, hard, gain),
    };
    let by = match measure {
        Measure::Auto | Measure::Accuracy => "",
        Measure::Balanced => " in balanced accuracy",
        Measure::MacroF1 => " in macro-F1",
        Measure::Nll => " in log-loss",
    };
    let points = |gain: f64| {
        if measure.in_nats() { format!("{} nats", decimals(gain, 3)) } else { format!("{} points", tenths(gain)) }
    };
    let what = subject(config);
    match finding {
        Finding::Gain if measure.in_nats() => format!(
            "{what} lowered this student’s log-loss by {} against hard labels: {distilled} against {hard}.",
            points(gain)
        ),
        Finding::Loss if measure.in_nats() => format!(
            "{what} raised this student’s log-loss by {} against hard labels: {distilled} against {hard}.",
            points(-gain)
        ),
        Finding::Gain => {
            format!(
                "{what} taught this student {} more than hard labels{by}: {distilled} against {hard}.",
                points(gain)
            )
        }
        Finding::Loss => {
            format!("{what} cost this student {} against hard labels{by}: {distilled} against {hard}.", points(-gain))
        }
        Finding::NoSignificantGain => {
            let mut letters = what.chars();
            let what: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
            // Who is behind has not failed to gain: it is not known whether it lost.
            let which = if gain < 0.0 { "difference" } else { "gain" };
            format!("No significant {which}{by}: {distilled} with {what}, {hard} with hard labels.")
        }
    }
}

/// How the distilled student does against hard labels for every example there is, a sentence with a space before it.
fn all_labels(outcome: &Outcome, measure: Measure, arm: Arm, gain: &Comparison, finding: Finding) -> String {
    let reached = mean(&values(outcome, arm, measure));
    let reached = if measure.in_nats() { format!("{} nats", decimals(reached, 3)) } else { per_cent(reached) };
    let size = |gain: f64| {
        if measure.in_nats() { format!("{} nats", decimals(gain, 3)) } else { format!("{} points", tenths(gain)) }
    };
    let apart = match finding {
        Finding::Gain => format!("{} ahead of that", size(gain.mean())),
        Finding::Loss => format!("{} behind that", size(-gain.mean())),
        Finding::NoSignificantGain => {
            format!("not significantly apart from that ({})", scope::amount(gain.mean(), measure))
        }
    };
    format!(
        " With hard labels for all {} examples this student reaches {reached}; the distilled student, with {} labels, is {apart}.",
        thousands(outcome.teacher_examples as f64),
        thousands(outcome.transfer_examples as f64),
    )
}

/// What an extra arm adds to the verdict, a sentence with a space before it.
fn extra_arm(outcome: &Outcome, measure: Measure, arm: Arm, gain: &Comparison, finding: Finding) -> String {
    let (students, config) = (&outcome.evaluation.students, &outcome.config);
    let arms = config.arms();
    let mut text = scope::amount(gain.mean(), measure);
    let supervision = config.supervision(arm);
    let method = supervision.map(|supervision| supervision.method);
    // At α = 0 they are the same whatever the teacher answers.
    let asks = supervision.is_some_and(|supervision| !supervision.without_teacher());
    let loss = |arm| arm_values(students, &arms, arm, |m| m.nll);
    if method == Some(Method::Argmax) && asks && loss(arm) == loss(Arm::Hard) {
        text.push_str(", the same students exactly: its answers on these examples are their labels");
    } else {
        if finding == Finding::NoSignificantGain {
            text.push_str(" (not significant)");
        }
        if let Some(ahead) = compare(outcome, arm, Arm::Distilled, measure).filter(|c| c.mean() > 0.0) {
            // An arm that is ahead of the distilled student must not be passed over in silence.
            text.push_str(match ahead.finding() {
                Finding::Gain => ", which is more than the distilled student’s",
                _ => ", which is not significantly more than the distilled student’s",
            });
        }
    }
    match method {
        Some(Method::Argmax) => format!(" The teacher’s answers alone, without its doubts: {text}."),
        _ => format!(" {}: {text}.", config.arm_name(arm)),
    }
}

/// A number with its sign and a real minus: `+4.6`, `−1.2`; what rounds to zero has none: `0.0`.
pub fn signed(value: f64) -> String {
    signed_decimals(value, 1)
}

#[cfg(test)]
mod tests;
