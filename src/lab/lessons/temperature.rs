//! Lesson 7: which temperature, for which size of student?

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Supervision, Task};
use crate::lab::argsort::ascending;
use crate::lab::comparison::Comparison;
use crate::lab::lessons::evidence::{Claim, Evidence, claims, unclear};
use crate::lab::number_format::{per_cent, tenths};

/// Temperatures of the arms: the extra arms', then the distilled student's.
const TEMPERATURES: [f32; 5] = [1.0, 2.5, 8.0, 20.0, 4.0];
/// Replicates: with three, intervals were two points wide either way and nothing could be told.
const REPLICATES: usize = 6;
/// Hidden units.
const WIDTHS: [usize; 3] = [4, 30, 100];

pub(super) const LESSON: Lesson = Lesson {
    key: "temperature",
    title: "Which temperature?",
    line: "Five temperatures, three sizes of student.",
    question: "The same teacher, at five temperatures, teaches students of 4, 30 and 100 hidden units. Which temperature is \
               best for the middle one?",
    predictions: &["1", "2.5 or 4", "8 or 20", "It hardly matters: all within 1.5 points"],
    runs: || {
        let of = |hidden| {
            let at = |t: f32| Supervision { temperature: t, ..Supervision::of(Method::ForwardKl) };
            let mut config = Config { transfer_size: 1_000, student_hidden: hidden, ..Config::for_task(Task::Mnist) };
            config.extra_arms = TEMPERATURES[..4].iter().map(|&t| at(t)).collect();
            config.distilled.temperature = TEMPERATURES[4];
            config.replicates = REPLICATES;
            config.student_steps = 400;
            config
        };
        vec![
            LessonRun { name: "4 units", config: of(WIDTHS[0]) },
            LessonRun { name: "30 units", config: of(WIDTHS[1]) },
            LessonRun { name: "100 units", config: of(WIDTHS[2]) },
        ]
    },
    judge,
    paper: Some(
        "Hinton et al. (2015, §3) on MNIST: with 300 or more units in each of two hidden layers every temperature above 8 \
         does about as well; with 30 units a layer, 2.5 to 4 work significantly better than higher or lower ones.",
    ),
    record: RECORD,
    next: &[
        Next {
            // At α = 1 the factor cancels under Adam: half the weight is on the hard term.
            what: "Without the factor T², at α = 0.5",
            change: |c| {
                for supervision in c.extra_arms.iter_mut().chain([&mut c.distilled]) {
                    (supervision.t_squared, supervision.soft_weight) = (crate::config::TSquared::Off, 0.5);
                }
            },
        },
        Next { what: "With few examples: 100", change: |c| c.transfer_size = 100 },
        Next {
            what: "On clothing",
            change: |c| *c = Config { extra_arms: c.extra_arms.clone(), ..Config::for_task(Task::Fashion) },
        },
    ],
    bigger: |c| {
        c.replicates = 10;
        c.student_steps = 2_000;
    },
    watch: "results",
    seconds: 17,
};

const RECORD: &str = "Hardly what the textbook says: with 30 units T = 2.5 and 4 were ahead of the other temperatures in one of five; in one all lay within 1.5 points, in one T = 1 was behind, and in two it was too close to call. With 100 units T = 1 was behind in all five, by 0.9 to 1.4 points. With 4 units six replicates could not tell.";

/// An arm's mean accuracy by temperature, in order of temperature.
fn by_temperature(run: &RunRecord) -> Vec<(f32, f64)> {
    let config = run.config();
    let arms = config.arms();
    let out: Vec<(f32, f64)> = arms
        .iter()
        .filter(|&&arm| arm != Arm::Hard)
        .filter_map(|&arm| Some((config.supervision(arm)?.temperature, run.accuracy(arm))))
        .collect();
    let temperatures: Vec<f64> = out.iter().map(|&(t, _)| f64::from(t)).collect();
    ascending(&temperatures).into_iter().map(|i| out[i]).collect()
}

/// Points within which temperatures are said to make hardly a difference.
const MARGIN: f64 = 1.5;

/// Bands of temperatures, as the predictions have them.
const BANDS: [&str; 3] = ["T = 1", "T = 2.5 and 4", "T = 8 and 20"];

/// Mean of the arms of each band, and the three comparisons of each band with another: 0 − 1, 0 − 2, 1 − 2.
fn bands(run: &RunRecord) -> Option<(Vec<Evidence>, [Comparison; 3])> {
    let config = run.config();
    let of = |t: f32| if t < 2.0 { 0 } else { 1 + usize::from(t > 6.0) };
    let inside = |band: usize| {
        let arms = config.arms().into_iter();
        let arms = arms.filter(|&arm| config.supervision(arm).is_some_and(|s| of(s.temperature) == band));
        Evidence::average(&arms.map(|arm| run.accuracy_of(arm)).collect::<Vec<_>>())
    };
    let bands: Vec<Evidence> = (0..3).map(inside).collect();
    let comparisons = [bands[0].minus(&bands[1])?, bands[0].minus(&bands[2])?, bands[1].minus(&bands[2])?];
    Some((bands, comparisons))
}

/// What a run says of the bands: the one ahead of both others (0 to 2), 3 where all are equal to within the margin, `None`
/// where it is too close to call; and a sentence without its end.
fn finding(run: &RunRecord) -> Option<(Option<usize>, String)> {
    let (means, comparisons) = bands(run)?;
    let claims = claims(&comparisons, MARGIN);
    let ahead = |band: usize| match band {
        0 => claims[0] == Claim::Ahead && claims[1] == Claim::Ahead,
        1 => claims[0] == Claim::Behind && claims[2] == Claim::Ahead,
        _ => claims[1] == Claim::Behind && claims[2] == Claim::Behind,
    };
    let units = run.config().student_hidden;
    let parts: Vec<String> =
        BANDS.iter().zip(&means).map(|(band, mean)| format!("{band}: {}", per_cent(mean.mean()))).collect();
    let parts = parts.join(", ");
    let behind = |band: usize| match band {
        0 => claims[0] == Claim::Behind && claims[1] == Claim::Behind,
        1 => claims[0] == Claim::Ahead && claims[2] == Claim::Behind,
        _ => claims[1] == Claim::Ahead && claims[2] == Claim::Ahead,
    };
    if let Some(band) = (0..3).find(|&band| ahead(band)) {
        Some((Some(band), format!("With {units} units {} is ahead of the others ({parts})", BANDS[band])))
    } else if comparisons.iter().all(|c| c.equivalent_within(MARGIN)) {
        Some((
            Some(3),
            format!(
                "With {units} units it hardly matters: no band is more than {MARGIN} points from another ({parts})"
            ),
        ))
    } else if let Some(band) = (0..3).find(|&band| behind(band)) {
        let (band, replicates) = (BANDS[band], comparisons[0].replicates.pairs);
        let text = format!(
            "With {units} units {band} is behind the others, between which {replicates} replicates cannot tell ({parts})"
        );
        Some((None, text))
    } else {
        Some((
            None,
            format!("With {units} units no band is ahead of both others: {} ({parts})", unclear(&comparisons[0])),
        ))
    }
}

fn judge(runs: &[&RunRecord]) -> Judgement {
    let rows = runs
        .iter()
        .map(|run| {
            let parts: Vec<String> =
                by_temperature(run).iter().map(|(t, a)| format!("T {t}: {}", tenths(*a))).collect();
            row(
                format!("{} units", run.config().student_hidden),
                format!("{}\u{a0}% (hard labels {})", parts.join(", "), per_cent(run.accuracy(Arm::Hard))),
            )
        })
        .collect();
    Judgement::new(rows, runs.len() == WIDTHS.len(), || {
        let found: Option<Vec<(Option<usize>, String)>> = runs.iter().map(|run| finding(run)).collect();
        let found = found?;
        let sentences: Vec<&str> = [1, 0, 2].map(|i| found[i].1.as_str()).to_vec();
        LessonVerdict::new(found[1].0, format!("{}.", sentences.join(". ")))
    })
}
