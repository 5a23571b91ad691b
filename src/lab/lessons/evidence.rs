//! Evidence for a lesson's judge: a measure of an arm (or of the teacher) over replicates and test examples, and what its
//! difference from another allows one to say. A judge claims nothing that does not follow from one of these comparisons.

use super::RunRecord;
use crate::config::Arm;
use crate::lab::comparison::{Comparison, ExampleError, Finding, holm};
use crate::lab::number_format::signed_decimals;
use crate::losses::argmax;

/// A measure of the networks of an arm, or of the one teacher.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// One value a replicate (of the teacher: one), in per cent or nats.
    pub values: Vec<f64>,
    /// Mean over replicates of each test example's share in it, in the same unit; empty where it is not known.
    pub examples: Vec<f64>,
}

/// What a comparison says of the first of its two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is ahead.
    Ahead,
    /// It is behind.
    Behind,
    /// They do not differ by more than the margin.
    Equal,
    /// Neither follows: these replicates cannot tell.
    Unclear,
}

impl Evidence {
    /// How far it is above another, paired by replicate and, of one test set, by example; `None` with fewer than two replicates.
    pub fn minus(&self, other: &Self) -> Option<Comparison> {
        let pairs = self.values.len().max(other.values.len());
        // The teacher is one network, whatever the number of students.
        let repeated = |values: &[f64]| match values {
            [one] => vec![*one; pairs],
            _ => values.to_vec(),
        };
        Comparison::of(&repeated(&self.values), &repeated(&other.values), self.example_error(other))
    }

    fn example_error(&self, other: &Self) -> Option<ExampleError> {
        let n = self.examples.len();
        if n < 2 || n != other.examples.len() {
            return None;
        }
        let differences = || self.examples.iter().zip(&other.examples).map(|(a, b)| a - b);
        let mean = differences().sum::<f64>() / n as f64;
        let variance = differences().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
        Some(ExampleError { error: (variance / n as f64).sqrt(), examples: n })
    }

    /// It with its interval: how far it is above nothing.
    pub fn estimate(&self) -> Option<Comparison> {
        self.minus(&Self { values: vec![0.0; self.values.len()], examples: vec![0.0; self.examples.len()] })
    }

    /// Mean over replicates.
    pub fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    /// The same shifted by a constant.
    pub fn shifted(&self, by: f64) -> Self {
        let add = |values: &[f64]| values.iter().map(|v| v + by).collect();
        Self { values: add(&self.values), examples: add(&self.examples) }
    }

    /// Mean of several arms, replicate by replicate and example by example.
    pub fn average(all: &[Self]) -> Self {
        let of = |part: fn(&Self) -> &[f64]| {
            let n = all.iter().map(|one| part(one).len()).min().unwrap_or(0);
            (0..n).map(|i| all.iter().map(|one| part(one)[i]).sum::<f64>() / all.len() as f64).collect()
        };
        Self { values: of(|one| &one.values), examples: of(|one| &one.examples) }
    }
}

/// What a comparison says, with `margin` as the largest difference that does not matter.
pub fn claim(comparison: &Comparison, margin: f64) -> Claim {
    of_finding(comparison, comparison.finding(), margin)
}

/// What several comparisons say that are judged together (Holm).
pub fn claims(comparisons: &[Comparison], margin: f64) -> Vec<Claim> {
    holm(comparisons).into_iter().zip(comparisons).map(|(finding, c)| of_finding(c, finding, margin)).collect()
}

fn of_finding(comparison: &Comparison, finding: Finding, margin: f64) -> Claim {
    match finding {
        Finding::Gain => Claim::Ahead,
        Finding::Loss => Claim::Behind,
        Finding::NoSignificantGain if comparison.equivalent_within(margin) => Claim::Equal,
        Finding::NoSignificantGain => Claim::Unclear,
    }
}

/// A difference in points with its interval: `+4.9 points (+3.1 to +6.7)`.
pub fn points(comparison: &Comparison) -> String {
    amount(comparison, 1, "points")
}

/// A difference with its interval and unit.
pub fn amount(comparison: &Comparison, digits: usize, unit: &str) -> String {
    let interval = comparison.wider();
    let show = |value| signed_decimals(value, digits);
    format!("{} {unit} ({} to {})", show(comparison.mean()), show(interval.low), show(interval.high))
}

/// That these runs do not decide a question.
pub fn unclear(comparison: &Comparison) -> String {
    format!("too close to call: {} replicates cannot tell", comparison.replicates.pairs)
}

impl RunRecord {
    /// Accuracy of an arm, per cent.
    pub fn accuracy_of(&self, arm: Arm) -> Evidence {
        let labels = &self.labels;
        self.evidence(arm, self.values(arm, |m| 100.0 * m.accuracy), |i, answer| answer == usize::from(labels[i]))
    }

    /// Agreement of an arm with its teacher, per cent.
    pub fn agreement_of(&self, arm: Arm) -> Evidence {
        let teacher = self.answers(&self.teacher_logits);
        self.evidence(arm, self.values(arm, |m| 100.0 * m.agreement), |i, answer| teacher.get(i) == Some(&answer))
    }

    /// Accuracy of the teacher, per cent.
    pub fn accuracy_of_teacher(&self) -> Evidence {
        let answers = self.answers(&self.teacher_logits);
        let known = answers.len() == self.labels.len();
        let right = answers.iter().zip(&self.labels).map(|(&answer, &label)| percent(answer == usize::from(label)));
        Evidence { values: vec![self.teacher()], examples: if known { right.collect() } else { Vec::new() } }
    }

    fn answers(&self, logits: &[f32]) -> Vec<usize> {
        logits.chunks_exact(self.classes.len().max(1)).map(argmax).collect()
    }

    fn evidence(&self, arm: Arm, values: Vec<f64>, right: impl Fn(usize, usize) -> bool) -> Evidence {
        let mut examples = vec![0.0; self.labels.len()];
        let mut networks = 0.0;
        for logits in self.logits(arm) {
            networks += 1.0;
            for (i, answer) in self.answers(logits).into_iter().enumerate() {
                examples[i] += percent(right(i, answer));
            }
        }
        examples.iter_mut().for_each(|sum| *sum /= networks);
        Evidence { values, examples: if networks > 0.0 { examples } else { Vec::new() } }
    }
}

fn percent(right: bool) -> f64 {
    if right { 100.0 } else { 0.0 }
}
