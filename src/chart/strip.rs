//! The strip of paired differences: one dot per replicate, their mean with its interval, and zero.

use super::scale;

/// The axis of a strip, in points of accuracy.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Values at the two ends; zero is always between them.
    pub domain: (f64, f64),
    /// Round values on it.
    pub ticks: Vec<f64>,
}

impl Strip {
    /// An axis that holds the values and zero, with a little room.
    pub fn around(values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|v| v.is_finite());
        let (low, high) = finite.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
        let room = ((high - low) * 0.08).max(0.5);
        let domain = (low - room, high + room);
        Self { domain, ticks: scale::ticks(domain.0, domain.1, 6) }
    }

    /// Share of the strip's width at which a value stands, 0 to 1.
    pub fn at(&self, value: f64) -> f64 {
        ((value - self.domain.0) / (self.domain.1 - self.domain.0)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_every_value_are_on_the_strip() {
        for values in [vec![4.0, 6.0, 7.5], vec![-3.0, -1.0], vec![-2.0, 2.0], vec![], vec![f64::NAN, 1.0]] {
            let strip = Strip::around(values.iter().copied());
            for v in values.into_iter().filter(|v| v.is_finite()).chain([0.0]) {
                assert!(strip.domain.0 < v && v < strip.domain.1, "{strip:?}");
                assert!((0.0..=1.0).contains(&strip.at(v)));
            }
            assert!(strip.ticks.contains(&0.0));
        }
    }
}
