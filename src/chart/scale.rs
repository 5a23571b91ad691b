//! Scales from values to positions: linear scales, round ticks, and the square-root scale that lets small shares be seen.

use std::cmp::Ordering;

/// A straight map of `domain` onto `range` (pixels; the range may run downwards).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linear {
    /// Values at the two ends.
    pub domain: (f64, f64),
    /// Places of the two ends.
    pub range: (f64, f64),
}

impl Linear {
    /// The place of a value; an empty domain puts everything at its start.
    pub fn at(&self, value: f64) -> f64 {
        let span = self.domain.1 - self.domain.0;
        let share = if span == 0.0 { 0.0 } else { (value - self.domain.0) / span };
        self.range.0 + share * (self.range.1 - self.range.0)
    }
}

/// The round step (1, 2 or 5 times a power of ten) that cuts `span` into at most `most` parts.
fn round_step(span: f64, most: usize) -> f64 {
    let rough = span / most.max(1) as f64;
    let power = 10.0_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|m| m * power >= rough * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

/// Round values within `low..=high`, at most `most` + 1 of them; one value if the span is empty.
pub fn ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    if high.partial_cmp(&low) != Some(Ordering::Greater) {
        return vec![low];
    }
    let step = round_step(high - low, most);
    let (first, last) = ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64);
    (first..=last).map(|i| (i as f64 * step * 1e9).round() / 1e9).collect()
}

/// An axis that holds `low..=high`: round ends, and the round values from end to end, about `most` + 1 of them.
pub fn axis(low: f64, high: f64, most: usize) -> ((f64, f64), Vec<f64>) {
    let high = if high > low { high } else { low + 1.0 };
    let step = round_step(high - low, most);
    let (first, last) = ((low / step + 1e-9).floor() as i64, (high / step - 1e-9).ceil() as i64);
    let ticks: Vec<f64> = (first..=last).map(|i| (i as f64 * step * 1e9).round() / 1e9).collect();
    ((ticks[0], ticks[ticks.len() - 1]), ticks)
}

/// Place of a probability, 0 to 1, on a square-root scale: 1 % stands at a tenth of the width.
/// Small probabilities are the point of a soft label; on a linear scale they cannot be seen.
pub fn root(share: f64) -> f64 {
    share.clamp(0.0, 1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_maps_its_ends_and_its_middle() {
        let y = Linear { domain: (50.0, 90.0), range: (200.0, 0.0) };
        assert_eq!((y.at(50.0), y.at(70.0), y.at(90.0)), (200.0, 100.0, 0.0));
        assert_eq!(Linear { domain: (1.0, 1.0), range: (0.0, 9.0) }.at(1.0), 0.0);
    }

    #[test]
    fn ticks_are_round_few_and_inside() {
        assert_eq!(ticks(0.0, 600.0, 4), vec![0.0, 200.0, 400.0, 600.0]);
        assert_eq!(ticks(52.0, 88.0, 5), vec![60.0, 70.0, 80.0]);
        assert_eq!(ticks(0.0, 0.3, 3), vec![0.0, 0.1, 0.2, 0.3]);
        assert_eq!(ticks(5.0, 5.0, 5), vec![5.0]);
        for high in [0.7, 3.0, 19.0, 20.0, 600.0, 5000.0] {
            let t = ticks(0.0, high, 5);
            assert!(t.len() >= 2 && t.len() <= 6, "{high}: {t:?}");
        }
    }

    #[test]
    fn an_axis_ends_on_its_outer_ticks() {
        assert_eq!(axis(52.0, 88.0, 5), ((50.0, 90.0), vec![50.0, 60.0, 70.0, 80.0, 90.0]));
        assert_eq!(axis(73.2, 83.1, 5), ((72.0, 84.0), vec![72.0, 74.0, 76.0, 78.0, 80.0, 82.0, 84.0]));
        assert_eq!(axis(50.0, 90.0, 4).0, (50.0, 90.0));
        assert_eq!(axis(3.0, 3.0, 4).0, (3.0, 4.0));
    }

    #[test]
    fn small_shares_are_seen_on_a_root_scale() {
        assert_eq!(root(0.01), 0.1);
        assert_eq!((root(0.0), root(1.0), root(-1.0), root(2.0)), (0.0, 1.0, 0.0, 1.0));
    }
}
