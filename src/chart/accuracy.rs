//! The chart of accuracy over steps as pure geometry: what the component draws, without a browser.

use super::{
    labels, path,
    scale::{self, Linear},
};

/// One measurement of several replicates: their mean and their extremes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Step at which it was measured.
    pub step: f64,
    /// Mean over the replicates.
    pub mean: f64,
    /// Lowest replicate.
    pub low: f64,
    /// Highest replicate.
    pub high: f64,
}

impl Spread {
    /// The spread of some values at a step; `None` of none.
    pub fn of(step: usize, values: &[f64]) -> Option<Self> {
        let low = values.iter().copied().reduce(f64::min)?;
        let high = values.iter().copied().reduce(f64::max)?;
        Some(Self { step: step as f64, mean: values.iter().sum::<f64>() / values.len() as f64, low, high })
    }
}

/// What is to be drawn. Accuracies in per cent.
pub struct Curves<'a> {
    /// One line a student arm; all empty while the teacher trains.
    pub arms: &'a [Vec<Spread>],
    /// The teacher over its own steps; the only line while it trains.
    pub teacher: &'a [(f64, f64)],
    /// The arms of another run, laid over; drawn as lines alone.
    pub laid: &'a [Vec<Spread>],
    /// Steps on the whole axis.
    pub steps: f64,
    /// Characters of the longest name at a line's end.
    pub longest: usize,
    /// Width and height in pixels.
    pub size: (f64, f64),
}

/// Where everything stands. All in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Ticks of the vertical axis: place and value in per cent.
    pub y_ticks: Vec<(f64, f64)>,
    /// Ticks of the horizontal axis: place and step.
    pub x_ticks: Vec<(f64, f64)>,
    /// Left, top, right and bottom of the plotting area.
    pub area: (f64, f64, f64, f64),
    /// The teacher's line: a level once students train, a curve before.
    pub teacher: String,
    /// Mean line and band of each arm.
    pub arms: Vec<(String, String)>,
    /// Line of each arm of the run laid over.
    pub laid: Vec<String>,
    /// End of each arm's line; `None` before its first measurement.
    pub ends: Vec<Option<(f64, f64)>>,
    /// Vertical places of the labels of the arms' line ends, kept apart; same order, `None` alike.
    pub arm_labels: Vec<Option<f64>>,
    /// Vertical place of the teacher's label.
    pub teacher_label: Option<f64>,
}

/// Room for tick labels on the left and below, in pixels.
const MARGIN: (f64, f64) = (42.0, 24.0);
/// Least room for the labels of line ends on the right, in pixels: charts of the usual arms are alike.
const LABELS: f64 = 106.0;
/// From the plotting area to a label, and the mean character of one in the widest of the page’s fonts (semibold, 13 pixels), in pixels.
const LABEL: (f64, f64) = (9.0, 8.1);
/// Least distance between two labels, in pixels.
const LABEL_GAP: f64 = 15.0;
/// Least span of the vertical axis, in points: less would dress noise up as news.
const MIN_SPAN: f64 = 10.0;

/// Room for labels of up to that many characters, in pixels.
fn label_room(longest: usize) -> f64 {
    LABELS.max(LABEL.0 + LABEL.1 * longest as f64)
}

/// The vertical axis in per cent, its ends and its ticks: holds the teacher and all but the first tenth of the run, where untrained
/// networks would squeeze everything that matters into the top.
pub fn axis(arms: &[Vec<Spread>], teacher: &[(f64, f64)]) -> ((f64, f64), Vec<f64>) {
    let mut values: Vec<f64> = Vec::new();
    if arms.iter().any(|arm| !arm.is_empty()) {
        for arm in arms {
            let from = arm.last().map_or(0.0, |last| last.step * 0.1);
            values.extend(arm.iter().filter(|s| s.step >= from).flat_map(|s| [s.low, s.high]));
        }
        values.extend(teacher.last().map(|t| t.1));
    } else {
        let from = teacher.last().map_or(0.0, |last| last.0 * 0.1);
        values.extend(teacher.iter().filter(|t| t.0 >= from).map(|t| t.1));
    }
    let (Some(low), Some(high)) = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max))
    else {
        return scale::axis(0.0, 100.0, 5);
    };
    let short = (MIN_SPAN - (high - low)).max(0.0) / 2.0;
    scale::axis((low - short).max(0.0), (high + short).min(100.0), 5)
}

/// The vertical axis for a run and the one laid over it.
fn axis_of_both(curves: &Curves<'_>) -> ((f64, f64), Vec<f64>) {
    if curves.laid.iter().all(Vec::is_empty) {
        return axis(curves.arms, curves.teacher);
    }
    let both: Vec<Vec<Spread>> = curves.arms.iter().chain(curves.laid).cloned().collect();
    axis(&both, curves.teacher)
}

impl Plot {
    /// Lays the chart out.
    pub fn new(curves: &Curves<'_>) -> Self {
        let (width, height) = curves.size;
        let area =
            (MARGIN.0, 8.0, (width - label_room(curves.longest)).max(MARGIN.0 + 1.0), (height - MARGIN.1).max(9.0));
        let (domain, y_ticks) = axis_of_both(curves);
        let y = Linear { domain, range: (area.3, area.1) };
        let x = Linear { domain: (0.0, curves.steps.max(1.0)), range: (area.0, area.2) };
        let students = curves.arms.iter().any(|arm| !arm.is_empty());

        let teacher_end = curves.teacher.last().map(|t| y.at(t.1));
        let teacher = match teacher_end {
            Some(level) if students => path::line(&[(area.0, level), (area.2, level)]),
            _ => path::line(&curves.teacher.iter().map(|&(step, v)| (x.at(step), y.at(v))).collect::<Vec<_>>()),
        };
        let mean = |arm: &Vec<Spread>| arm.iter().map(|s| (x.at(s.step), y.at(s.mean))).collect::<Vec<_>>();
        let arms = curves.arms.iter().map(|arm| {
            let band: Vec<_> = arm.iter().map(|s| (x.at(s.step), y.at(s.high), y.at(s.low))).collect();
            (path::line(&mean(arm)), path::band(&band))
        });
        let ends: Vec<_> = curves.arms.iter().map(|arm| arm.last().map(|s| (x.at(s.step), y.at(s.mean)))).collect();

        // Labels of arms and teacher share the margin: spread them together.
        let wished: Vec<f64> = ends.iter().flatten().map(|e| e.1).chain(teacher_end).collect();
        let mut placed = labels::spread(&wished, LABEL_GAP, area.1, area.3).into_iter();
        let arm_labels = ends.iter().map(|end| end.and_then(|_| placed.next())).collect();
        let teacher_label = teacher_end.and_then(|_| placed.next());

        let x_parts = if area.2 - area.0 < 200.0 { 3 } else { 5 };
        Self {
            y_ticks: y_ticks.into_iter().map(|v| (y.at(v), v)).collect(),
            x_ticks: scale::ticks(0.0, curves.steps, x_parts).into_iter().map(|v| (x.at(v), v)).collect(),
            area,
            teacher,
            arms: arms.collect(),
            laid: curves.laid.iter().map(|arm| path::line(&mean(arm))).collect(),
            arm_labels,
            ends,
            teacher_label,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(values: &[f64]) -> Vec<Spread> {
        let spread = |(i, &v): (usize, &f64)| Spread::of((i + 1) * 50, &[v - 1.0, v + 1.0]);
        values.iter().enumerate().filter_map(spread).collect()
    }

    #[test]
    fn a_spread_is_mean_and_extremes() {
        let s = Spread::of(20, &[70.0, 74.0, 75.0]).unwrap();
        assert_eq!((s.step, s.mean, s.low, s.high), (20.0, 73.0, 70.0, 75.0));
        assert_eq!(Spread::of(1, &[]), None);
    }

    #[test]
    fn the_axis_leaves_out_the_untrained_start_and_holds_the_teacher() {
        let mut hard = arm(&[70.0, 73.0, 74.0, 74.0]);
        hard.insert(0, Spread { step: 1.0, mean: 10.0, low: 9.0, high: 11.0 });
        let (low, high) = axis(&[hard], &[(1.0, 86.0)]).0;
        assert!((60.0..=69.0).contains(&low) && (86.0..=90.0).contains(&high), "{low} {high}");
    }

    #[test]
    fn the_axis_never_shrinks_to_noise_or_leaves_the_possible() {
        let (low, high) = axis(&[arm(&[99.9, 99.9])], &[(1.0, 100.0)]).0;
        assert!(high <= 100.0 && high - low >= 5.0, "{low} {high}");
        assert_eq!(axis(&[], &[]).0, (0.0, 100.0));
    }

    #[test]
    fn the_teacher_is_a_curve_while_it_trains_and_a_level_after() {
        let teacher = [(10.0, 60.0), (20.0, 70.0), (30.0, 75.0)];
        let size = (420.0, 240.0);
        let alone = Plot::new(&Curves { arms: &[], teacher: &teacher, laid: &[], steps: 100.0, longest: 0, size });
        assert_eq!(alone.teacher.matches('L').count(), 2);
        let arms = [arm(&[50.0, 60.0])];
        let with = Plot::new(&Curves { arms: &arms, teacher: &teacher, laid: &[], steps: 100.0, longest: 0, size });
        assert_eq!(with.teacher.matches('L').count(), 1);
        assert!(with.teacher_label.is_some() && with.arm_labels[0].is_some());
    }

    #[test]
    fn labels_of_lines_that_end_together_are_kept_apart() {
        let arms = [arm(&[75.0, 76.0]), arm(&[75.0, 76.1]), arm(&[75.0, 75.9])];
        let teacher = [(1.0, 76.0)];
        let plot = Plot::new(&Curves {
            arms: &arms,
            teacher: &teacher,
            laid: &[],
            steps: 600.0,
            longest: 0,
            size: (420.0, 240.0),
        });
        let mut places: Vec<f64> = plot.arm_labels.iter().flatten().copied().chain(plot.teacher_label).collect();
        places.sort_by(f64::total_cmp);
        assert_eq!(places.len(), 4);
        assert!(places.windows(2).all(|w| w[1] - w[0] >= LABEL_GAP - 1e-9), "{places:?}");
    }

    #[test]
    fn long_names_have_room_beside_the_lines_and_short_ones_change_nothing() {
        let arms = [arm(&[75.0, 76.0])];
        let right = |longest: usize, width: f64| {
            let size = (width, 240.0);
            Plot::new(&Curves { arms: &arms, teacher: &[], laid: &[], steps: 600.0, longest, size }).area.2
        };
        assert_eq!(right(9, 420.0), 314.0);
        for width in [300.0, 420.0] {
            // “Label-smoothing 2”, which has 136.2 pixels in DejaVu Sans; the lines keep more than a third.
            assert!(width - right(17, width) >= LABEL.0 + 136.2 && right(17, width) - MARGIN.0 > width / 3.0);
        }
    }

    #[test]
    fn a_run_laid_over_shares_the_axes_and_has_no_labels() {
        let (now, then) = ([arm(&[75.0, 76.0])], [arm(&[55.0, 60.0])]);
        let size = (420.0, 240.0);
        let plot =
            Plot::new(&Curves { arms: &now, teacher: &[(1.0, 80.0)], laid: &then, steps: 100.0, longest: 0, size });
        assert!(plot.y_ticks[0].1 <= 55.0 && plot.laid.len() == 1 && plot.arm_labels.len() == 1, "{plot:?}");
        assert_eq!(plot.laid[0].matches('L').count(), 1);
        let alone =
            Plot::new(&Curves { arms: &now, teacher: &[(1.0, 80.0)], laid: &[], steps: 100.0, longest: 0, size });
        assert!(alone.y_ticks[0].1 >= 65.0 && alone.laid.is_empty());
    }

    #[test]
    fn nothing_is_drawn_before_there_is_anything() {
        let plot = Plot::new(&Curves {
            arms: &[vec![], vec![]],
            teacher: &[],
            laid: &[],
            steps: 600.0,
            longest: 0,
            size: (300.0, 200.0),
        });
        assert!(plot.teacher.is_empty() && plot.arms.iter().all(|(l, b)| l.is_empty() && b.is_empty()));
        assert_eq!(plot.arm_labels, vec![None, None]);
    }
}
