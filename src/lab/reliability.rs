//! Reliability diagram: how often answers of a given confidence are right (Guo et al. 2017), of one network or of an arm's
//! students together.

use crate::experiment::{ConfidenceBin, Reading};
use crate::lab::number_format::{decimals, share};

/// The answers in one bin of confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Confidence above which they are, 0 to 1.
    pub low: f64,
    /// Confidence up to which they are, 0 to 1.
    pub high: f64,
    /// How many there are; of several networks their mean.
    pub answers: f64,
    /// Share of them that is right, 0 to 1.
    pub right: f64,
    /// Their mean confidence, 0 to 1.
    pub confidence: f64,
}

/// The bins that hold answers, from the least confident, and in how many there could be some. Networks of another number of bins
/// than the first are left out.
pub fn bars<'a>(readings: impl Iterator<Item = &'a Reading>) -> (Vec<Bar>, usize) {
    let mut sums: Vec<ConfidenceBin> = Vec::new();
    let mut networks = 0.0;
    for reading in readings.filter(|reading| !reading.bins.is_empty()) {
        if sums.is_empty() {
            sums = vec![ConfidenceBin::default(); reading.bins.len()];
        }
        if sums.len() == reading.bins.len() {
            networks += 1.0;
            for (sum, bin) in sums.iter_mut().zip(&reading.bins) {
                sum.examples += bin.examples;
                sum.right += bin.right;
                sum.confidence += bin.confidence;
            }
        }
    }
    let all = sums.len();
    let bar = |(i, bin): (usize, &ConfidenceBin)| {
        let n = f64::from(bin.examples);
        Bar {
            low: i as f64 / all as f64,
            high: (i + 1) as f64 / all as f64,
            answers: n / networks,
            right: f64::from(bin.right) / n,
            confidence: bin.confidence / n,
        }
    };
    (sums.iter().enumerate().filter(|(_, bin)| bin.examples > 0).map(bar).collect(), all)
}

/// Calibration error of the bars: mean distance of confidence from the share that is right, weighed by the answers, 0 to 1.
pub fn error(bars: &[Bar]) -> f64 {
    let all: f64 = bars.iter().map(|bar| bar.answers).sum();
    bars.iter().map(|bar| bar.answers * (bar.right - bar.confidence).abs()).sum::<f64>() / all
}

/// What the diagram of a network shows, sentences; `None` without answers.
pub fn sentence(name: &str, bars: &[Bar], bins: usize, networks: usize) -> Option<String> {
    let fullest = bars.iter().max_by(|a, b| a.answers.total_cmp(&b.answers))?;
    let all: f64 = bars.iter().map(|bar| bar.answers).sum();
    let too_sure = bars.iter().filter(|bar| bar.confidence > bar.right).map(|bar| bar.answers).sum::<f64>() / all;
    let together = if networks > 1 { format!(" (its {networks} students together)") } else { String::new() };
    Some(format!(
        "{name}{together}: {} of {bins} bins of confidence hold answers. The fullest, {} sure, holds {} of them, and {} of these are \
         right. {} of the answers are in bins that are surer than they are right. Over all bins confidence is {} points from the share \
         that is right: the calibration error (ECE).",
        bars.len(),
        range(fullest),
        share(fullest.answers / all),
        share(fullest.right),
        share(too_sure),
        decimals(100.0 * error(bars), 1),
    ))
}

/// A bin's confidences: `93 to 100 %`.
pub fn range(bar: &Bar) -> String {
    format!("{:.0} to {:.0}\u{a0}%", 100.0 * bar.low, 100.0 * bar.high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(bins: [(u32, u32, f64); 3]) -> Reading {
        let bin = |(examples, right, confidence)| ConfidenceBin { examples, right, confidence };
        Reading { bins: bins.map(bin).to_vec(), in_top_five: Vec::new() }
    }

    #[test]
    fn bars_are_shares_of_the_answers_in_their_bin() {
        let (bars, bins) = bars([reading([(0, 0, 0.0), (10, 4, 6.0), (30, 30, 27.0)])].iter());
        assert_eq!((bars.len(), bins), (2, 3));
        assert_eq!((bars[0].right, bars[0].confidence, bars[0].answers), (0.4, 0.6, 10.0));
        assert!((bars[0].low - 1.0 / 3.0).abs() < 1e-12 && (bars[1].high - 1.0).abs() < 1e-12);
        // (10 · 0.2 + 30 · 0.1) / 40
        assert!((error(&bars) - 0.125).abs() < 1e-12);
        let text = sentence("Teacher", &bars, bins, 1).unwrap();
        assert!(
            text.starts_with("Teacher: 2 of 3 bins of confidence hold answers. The fullest, 67 to 100\u{a0}% sure"),
            "{text}"
        );
        assert!(text.contains("holds 75.0\u{a0}% of them, and 100.0\u{a0}% of these are right"), "{text}");
        assert!(text.contains("25.0\u{a0}% of the answers are in bins that are surer"), "{text}");
        assert!(text.contains("12.5 points"), "{text}");
    }

    #[test]
    fn an_arms_students_are_taken_together() {
        let both = [reading([(2, 1, 0.5), (0, 0, 0.0), (8, 6, 7.2)]), reading([(4, 0, 1.0), (0, 0, 0.0), (6, 6, 5.4)])];
        let (bars, bins) = bars(both.iter());
        assert_eq!((bars[0].answers, bars[0].right, bars[0].confidence), (3.0, 1.0 / 6.0, 0.25));
        assert!(sentence("Distilled student", &bars, bins, 2).unwrap().contains("(its 2 students together)"));
    }

    #[test]
    fn no_answers_have_no_diagram() {
        assert_eq!(bars(std::iter::empty()), (Vec::new(), 0));
        assert_eq!(sentence("Teacher", &[], 15, 1), None);
    }
}
