//! A verdict on small custom data, repeated on several splits into training and test rows: a test set of thirty rows is a small
//! sample, and another split would have given another verdict.

use super::comparison::{Paired, t_quantile};
use super::number_format::signed_decimals;
use super::sweep::Grid;
use crate::config::{Config, Task};

/// Rows below which a verdict on one split is said to be one.
pub const FEW_ROWS: usize = 500;

/// Whether a run of `rows` training and test rows together should be repeated on other splits.
pub fn wanted(config: &Config, rows: usize) -> bool {
    config.task == Task::Own && rows > 0 && rows < FEW_ROWS
}

/// The mean of a difference over splits with its 95 % interval, in the unit of the differences; `None` with fewer than two. Splits
/// share rows, so that their spread says too little: its variance is multiplied by 1/K + test rows / training rows (Nadeau &
/// Bengio 2003), for t with K − 1 degrees of freedom.
pub fn corrected(differences: &[f64], train: usize, test: usize) -> Option<Paired> {
    let k = differences.len();
    if k < 2 || train == 0 || differences.iter().any(|d| !d.is_finite()) {
        return None;
    }
    let mean = differences.iter().sum::<f64>() / k as f64;
    let variance = differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (k - 1) as f64;
    let half = t_quantile((k - 1) as f64) * (variance * (1.0 / k as f64 + test as f64 / train as f64)).sqrt();
    Some(Paired { mean, low: mean - half, high: mean + half, pairs: k })
}

/// Gains of the splits that are done: distilled minus hard-label student, mean over replicates, in points.
pub fn gains(grid: &Grid) -> Vec<f64> {
    let cells = (0..grid.sweep.xs.len()).filter_map(|split| grid.cell(split, 0));
    cells.filter(|cell| cell.done).filter_map(|cell| Some(cell.gain?.mean)).collect()
}

/// What the splits say, a sentence or two; `None` with fewer than two of them.
pub fn sentence(gains: &[f64], train: usize, test: usize) -> Option<String> {
    let over = corrected(gains, train, test)?;
    let points = |value: f64| signed_decimals(value, 1);
    let each: Vec<String> = gains.iter().map(|&gain| points(gain)).collect();
    let says = if over.low > 0.0 {
        "the distilled student is ahead"
    } else if over.high < 0.0 {
        "the distilled student is behind"
    } else {
        "no significant difference"
    };
    Some(format!(
        "Over {} splits of these rows, each with a teacher and test rows of its own: {says}, {} points of accuracy (95\u{a0}% interval {} \
         to {}, corrected for rows that splits share: Nadeau & Bengio 2003). Split by split: {}.",
        over.pairs,
        points(over.mean),
        points(over.low),
        points(over.high),
        each.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Metrics;
    use crate::lab::sweep::{Limits, SPLITS, Sweep};
    use rand::{RngExt, SeedableRng};

    #[test]
    fn the_interval_is_that_of_the_formula() {
        // s² = 1, K = 5, t(0.975, 4) = 2.7764: 2.7764 · √(1/5 + 36/142).
        let differences = [1.0 - 1.5_f64.sqrt(), 1.0 - 0.5_f64.sqrt(), 1.0, 1.0 + 0.5_f64.sqrt(), 1.0 + 1.5_f64.sqrt()];
        let over = corrected(&differences, 142, 36).unwrap();
        assert!((over.mean - 1.0).abs() < 1e-12);
        assert!((over.half_width() - 2.7764 * (0.2 + 36.0 / 142.0_f64).sqrt()).abs() < 1e-3, "{over:?}");
        assert!(corrected(&[1.0], 142, 36).is_none() && corrected(&[1.0, f64::NAN], 142, 36).is_none());
    }

    #[test]
    fn a_sentence_agrees_with_its_interval() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(17);
        let mut found = [0; 3];
        for i in 0..10_000 {
            let spread = [0.0, 0.1, 3.0, 30.0][i % 4];
            let at = [-5.0, 0.0, 5.0][i % 3];
            let gains: Vec<f64> = (0..2 + i % 5).map(|_| at + spread * (rng.random::<f64>() - 0.5)).collect();
            let (text, over) = (sentence(&gains, 140, 40).unwrap(), corrected(&gains, 140, 40).unwrap());
            assert_eq!(text.contains("is ahead"), over.low > 0.0, "{text}");
            assert_eq!(text.contains("is behind"), over.high < 0.0, "{text}");
            assert_eq!(text.contains("no significant"), over.low <= 0.0 && over.high >= 0.0, "{text}");
            for impossible in ["NaN", "inf", "-0", "−0.0"] {
                assert!(!text.contains(impossible), "{text}");
            }
            found[usize::from(over.low > 0.0) + 2 * usize::from(over.high < 0.0)] += 1;
        }
        assert!(found.iter().all(|&n| n > 1_000), "{found:?}");
    }

    #[test]
    fn every_split_has_a_seed_a_teacher_and_a_baseline_of_its_own() {
        let config = Config { seed: 999_998, ..Config::for_task(Task::Own) }.fitted(142);
        let sweep = Sweep::splits(&config);
        let jobs = sweep.jobs(&config, Limits::CPU, 4);
        assert_eq!(jobs.len(), SPLITS);
        let mut seeds: Vec<u32> = jobs.iter().map(|planned| planned.job.config.seed).collect();
        seeds.sort_unstable();
        assert_eq!(seeds, [0, 1, 2, 999_998, 999_999]);
        assert!(jobs.iter().all(|planned| planned.job.baseline && planned.job.on_test && !planned.job.share));
        assert_eq!(jobs.iter().map(|planned| planned.teacher).max(), Some(SPLITS - 1));
        let mut grid = Grid::new(sweep, &jobs);
        for (i, planned) in jobs.iter().enumerate().take(3) {
            // Hard and distilled, five replicates.
            let metrics = |accuracy| Metrics { accuracy, ..Metrics::default() };
            let students: Vec<Metrics> = (0..5).flat_map(|_| [metrics(0.7), metrics(0.7 + 0.01 * i as f64)]).collect();
            grid.take(planned, &metrics(0.9), &students, true);
        }
        assert_eq!(gains(&grid).iter().map(|gain| gain.round()).collect::<Vec<_>>(), [0.0, 1.0, 2.0]);
    }

    #[test]
    fn only_small_custom_data_is_split_again() {
        let own = Config::for_task(Task::Own);
        assert!(wanted(&own, 178) && !wanted(&own, 500) && !wanted(&own, 0) && !wanted(&Config::default(), 178));
    }
}
