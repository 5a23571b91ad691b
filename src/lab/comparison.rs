//! Comparisons of two arms: a mean difference, the intervals around it, and what they allow one to say.
//!
//! Two sources of chance are distinguished. The *replicates* differ by the draw of the sample, initial weights and batches; the
//! arms of a replicate are paired, so the interval is that of the paired t test (Student 1908), for this teacher and these test
//! examples. The *two-way* interval adds the draw of the test examples: replicates and examples are crossed random factors, and
//! the variance of the mean difference is at most
//!
//! ```text
//! V = s²_replicates / R + s²_examples / N
//! ```
//!
//! the variance of the two-way ("pigeonhole") bootstrap of Owen (2007, The pigeonhole bootstrap, eq. 12), which counts the
//! interaction of both twice and so errs on the safe side. The closed form has no resampling noise, and with few replicates its
//! t quantile (degrees of freedom after Satterthwaite 1946) covers where the bootstrap's own percentiles do not.
//! Conclusions go by the wider of the two.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Share of true differences that an interval covers.
pub const CONFIDENCE: f64 = 0.95;

/// Probability at which a difference is called significant, 1 − [`CONFIDENCE`].
const LEVEL: f64 = 1.0 - CONFIDENCE;

/// Quantile of Student's t for a two-sided 95 % interval; `freedom` > 0, fractions allowed.
pub fn t_quantile(freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::NAN, |t| t.inverse_cdf(1.0 - LEVEL / 2.0))
}

/// Probability of a |t| at least as large by chance; 1 where `t` is not a number.
fn two_sided(t: f64, freedom: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, freedom) {
        // The library's distribution function panics on NaN.
        Ok(distribution) if !t.is_nan() => (2.0 * distribution.cdf(-t.abs())).min(1.0),
        _ => 1.0,
    }
}

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
    let half = t_quantile((n - 1) as f64) * deviation / (n as f64).sqrt();
    Some(Paired { mean, low: mean - half, high: mean + half, pairs: n })
}

impl Paired {
    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
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

/// Standard error of a mean difference over the draw of the test examples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExampleError {
    /// Standard error, in the unit of the differences.
    pub error: f64,
    /// Independent test examples (texts, where examples are their characters).
    pub examples: usize,
}

/// A mean difference of two arms with its intervals, in the unit of the differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Over replicates, for this teacher and these test examples.
    pub replicates: Paired,
    /// Over replicates and test examples; `None` where the examples' share is not known.
    pub two_way: Option<Paired>,
    /// Probability of a difference at least as large if there were none, the larger of the two tests'.
    pub p_value: f64,
}

impl Comparison {
    /// The mean of `a[i] − b[i]` over replicates; `None` with fewer than two pairs, or where one is not a number.
    pub fn of(a: &[f64], b: &[f64], of_examples: Option<ExampleError>) -> Option<Self> {
        let replicates = paired(a, b).filter(|of| of.mean.is_finite())?;
        let freedom = (replicates.pairs - 1) as f64;
        let error = replicates.half_width() / t_quantile(freedom);
        let p = |error: f64, freedom: f64| {
            // Equal arms are no evidence of a difference, whatever their spread.
            if replicates.mean == 0.0 { 1.0 } else { two_sided(replicates.mean / error, freedom) }
        };
        let mut p_value = p(error, freedom);
        let two_way = of_examples.filter(|e| e.examples > 1 && e.error.is_finite()).map(|examples| {
            let (of_replicates, of_examples) = (error.powi(2), examples.error.powi(2));
            let variance = of_replicates + of_examples;
            let free = of_replicates.powi(2) / freedom + of_examples.powi(2) / (examples.examples - 1) as f64;
            let free = if free > 0.0 { variance.powi(2) / free } else { freedom };
            p_value = p_value.max(p(variance.sqrt(), free));
            let half = t_quantile(free) * variance.sqrt();
            Paired { low: replicates.mean - half, high: replicates.mean + half, ..replicates }
        });
        Some(Self { replicates, two_way, p_value })
    }

    /// Mean difference.
    pub fn mean(&self) -> f64 {
        self.replicates.mean
    }

    /// The wider of the two intervals: the one that conclusions go by.
    pub fn wider(&self) -> Paired {
        self.two_way.filter(|both| both.half_width() > self.replicates.half_width()).unwrap_or(self.replicates)
    }

    /// Half the width of [`Comparison::wider`].
    pub fn half_width(&self) -> f64 {
        self.wider().half_width()
    }

    /// What the wider interval allows one to say.
    pub fn finding(&self) -> Finding {
        self.wider().finding()
    }

    /// Whether the wider interval lies inside ±`margin`: a difference of practical size is ruled out (two one-sided tests at
    /// 2.5 %, Schuirmann 1987).
    pub fn equivalent_within(&self, margin: f64) -> bool {
        let interval = self.wider();
        interval.low > -margin && interval.high < margin
    }
}

/// Findings of several comparisons, of which the smallest p value is tested at 5 % / m, the next at 5 % / (m − 1), and so on
/// until one fails (Holm 1979): with a probability of at least 95 % none of the differences found is by chance.
pub fn holm(comparisons: &[Comparison]) -> Vec<Finding> {
    let mut order: Vec<usize> = (0..comparisons.len()).collect();
    order.sort_by(|&a, &b| comparisons[a].p_value.total_cmp(&comparisons[b].p_value));
    let mut findings = vec![Finding::NoSignificantGain; comparisons.len()];
    for (rank, &i) in order.iter().enumerate() {
        let significant = comparisons[i].p_value < LEVEL / (comparisons.len() - rank) as f64;
        if !significant {
            break;
        }
        // The interval of one comparison alone must agree: rounding of a quantile must not set word against figure.
        findings[i] = comparisons[i].finding();
    }
    findings
}

#[cfg(test)]
mod tests;
