//! The verdict: does the distilled student beat the same student trained on hard labels?
//!
//! Replicates are independent and the arms of a replicate are paired (same sample, batches and initial weights),
//! so the test is on the R paired differences: mean ± t(0.975, R − 1) · s / √R (Student 1908).

use crate::config::{Arm, Method, thousands};
use crate::experiment::{Metrics, Outcome};
use crate::lab::number_format::{compared, signed_decimals, tenths};
use serde::{Deserialize, Serialize};

/// A mean of paired differences with its interval, in the unit of the differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Mean difference.
    pub mean: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// Number of pairs.
    pub pairs: usize,
}

/// What the interval allows one to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// The whole interval is above zero.
    Gain,
    /// The interval holds zero.
    NoSignificantGain,
    /// The whole interval is below zero.
    Loss,
}

/// Two-sided 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom (tabulated, e.g. NIST/SEMATECH
/// e-Handbook §1.3.6.7.2), checked in the tests against a numerical integral of the density.
const T_975: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// Points below which two accuracies are the same: they differ by rounding of the arithmetic alone.
const SAME: f64 = 1e-9;

/// The least that two of the values differ by, 0 where all are the same: as fine as counts of correct predictions tell them apart.
fn resolution(a: &[f64], b: &[f64]) -> f64 {
    let mut values: Vec<f64> = a.iter().chain(b).copied().collect();
    values.sort_by(f64::total_cmp);
    values.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > SAME).reduce(f64::min).unwrap_or(0.0)
}

/// The mean of `a[i] − b[i]` with its 95 % interval; `None` with fewer than two pairs. Gains that all are equal say
/// that their spread is less than the values' resolution, not that there is none: that resolution takes its place.
pub fn paired(a: &[f64], b: &[f64]) -> Option<Paired> {
    let n = a.len().min(b.len());
    if n < 2 {
        return None;
    }
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let mean = differences.iter().sum::<f64>() / n as f64;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
    let same_gain = variance.sqrt() < SAME && mean.abs() > SAME;
    let deviation = if same_gain { resolution(&a[..n], &b[..n]) } else { variance.sqrt() };
    let half = T_975[(n - 2).min(T_975.len() - 1)] * deviation / (n as f64).sqrt();
    Some(Paired { mean, low: mean - half, high: mean + half, pairs: n })
}

impl Paired {
    /// The interval as text, a sentence.
    pub fn interval_text(&self) -> String {
        format!(
            "95\u{a0}% interval {} to {} points over {} paired replicates.",
            signed(self.low),
            signed(self.high),
            self.pairs
        )
    }

    /// What the interval allows one to say.
    pub fn finding(&self) -> Finding {
        if self.low > 0.0 {
            Finding::Gain
        } else if self.high < 0.0 {
            Finding::Loss
        } else {
            Finding::NoSignificantGain
        }
    }
}

/// One arm's values of a metric over the replicates; `students` is `[R][A]` flattened, row-major.
pub fn arm_values(students: &[Metrics], arms: &[Arm], arm: Arm, metric: fn(&Metrics) -> f64) -> Vec<f64> {
    let Some(position) = arms.iter().position(|&a| a == arm) else { return Vec::new() };
    students.chunks(arms.len().max(1)).filter_map(|replicate| replicate.get(position)).map(metric).collect()
}

/// Mean of some values; NaN of none.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The verdict on one run: figures, and the words for them.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The finding.
    pub finding: Finding,
    /// Distilled minus hard, in points of accuracy.
    pub gain: Paired,
    /// Every other arm minus hard, in points.
    pub extra_arms: Vec<(Arm, Paired)>,
    /// Mean accuracy of the distilled arm, per cent.
    pub distilled: f64,
    /// Mean accuracy of the hard-label arm, per cent.
    pub hard: f64,
    /// One sentence with the numbers.
    pub sentence: String,
    /// The interval, and what the argmax arm adds to the story.
    pub detail: String,
}

/// Judges a finished run; `None` while there are not two replicates.
pub fn judge(outcome: &Outcome) -> Option<Verdict> {
    let (students, config) = (&outcome.evaluation.students, &outcome.config);
    let arms = config.arms();
    let points = |arm| arm_values(students, &arms, arm, |m| 100.0 * m.accuracy);
    let (distilled, hard) = (points(Arm::Distilled), points(Arm::Hard));
    let gain = paired(&distilled, &hard)?;
    let others = arms.iter().filter(|arm| matches!(arm, Arm::Extra(_)));
    let extra_arms: Vec<(Arm, Paired)> = others.filter_map(|&arm| Some((arm, paired(&points(arm), &hard)?))).collect();
    let finding = gain.finding();
    let (d, h) = (mean(&distilled), mean(&hard));
    let (shown_d, shown_h) = compared(d, h, gain.mean);
    let mut what = config.distilled.method.targets().subject().to_string();
    if config.distilled.without_teacher() && config.distilled.method.asks_teacher() {
        what.push_str(" of weight α = 0");
    }
    let sentence = match finding {
        Finding::Gain => format!(
            "{what} taught this student {} points more than hard labels: {shown_d} against {shown_h}.",
            tenths(gain.mean)
        ),
        Finding::Loss => {
            format!(
                "{what} cost this student {} points against hard labels: {shown_d} against {shown_h}.",
                tenths(-gain.mean)
            )
        }
        Finding::NoSignificantGain => {
            let mut letters = what.chars();
            let what: String = letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect();
            // Who is behind has not failed to gain: it is not known whether it lost.
            let which = if gain.mean < 0.0 { "difference" } else { "gain" };
            format!("No significant {which}: {shown_d} with {what}, {shown_h} with hard labels.")
        }
    };
    let mut detail = gain.interval_text();
    // An arm with the distilled student's own supervision has its figures, too.
    for (arm, gain) in extra_arms.iter().filter(|(arm, _)| config.supervision(*arm) != Some(&config.distilled)) {
        let mut text = format!("{} points", signed(gain.mean));
        let supervision = config.supervision(*arm);
        let method = supervision.map(|supervision| supervision.method);
        // At α = 0 they are the same whatever the teacher answers.
        let asks = supervision.is_some_and(|supervision| !supervision.without_teacher());
        let loss = |arm| arm_values(students, &arms, arm, |m| m.nll);
        if method == Some(Method::Argmax) && asks && loss(*arm) == loss(Arm::Hard) {
            text.push_str(", the very same students: what it answers on these examples is their labels");
        } else if let Some(ahead) = paired(&points(*arm), &distilled).filter(|p| p.mean > 0.0) {
            // Whoever is ahead of the distilled student must not be passed over in silence.
            text.push_str(match ahead.finding() {
                Finding::Gain => ", which is more than the distilled student’s",
                _ => ", which is not significantly more than the distilled student’s",
            });
        }
        detail.push_str(&match method {
            Some(Method::Argmax) => format!(" The teacher's answers alone, without its doubts: {text}."),
            _ => format!(" {}: {text}.", config.arm_name(*arm)),
        });
    }
    if outcome.pool_examples > 0 {
        let labelled = outcome.transfer_examples as f64;
        detail.push_str(&format!(
            " Students who ask the teacher learned from {} examples, the hard-label student from the {} that have labels.",
            thousands(labelled + outcome.pool_examples as f64),
            thousands(labelled)
        ));
    }
    Some(Verdict { finding, gain, extra_arms, distilled: d, hard: h, sentence, detail })
}

/// A number with its sign and a real minus: `+4.6`, `−1.2`; what rounds to zero has none: `0.0`.
pub fn signed(value: f64) -> String {
    signed_decimals(value, 1)
}

#[cfg(test)]
mod tests;
