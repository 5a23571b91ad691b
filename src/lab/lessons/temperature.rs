//! Lesson 7: which temperature, for which size of student?

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Supervision, Task};
use crate::lab::argsort::ascending;
use crate::lab::number_format::{per_cent, tenths};
use crate::lab::verdict::Finding;

/// Temperatures of the arms: the extra arms', then the distilled student's.
const TEMPERATURES: [f32; 5] = [1.0, 2.5, 8.0, 20.0, 4.0];
/// Hidden units.
const WIDTHS: [usize; 3] = [4, 30, 100];

pub(super) const LESSON: Lesson = Lesson {
    key: "temperature",
    title: "Which temperature?",
    line: "Five temperatures, three sizes of student.",
    question: "The same teacher, at five temperatures, teaches students of 4, 30 and 100 hidden units. Which temperature is \
               best for the middle one?",
    predictions: &["1", "2.5 or 4", "8 or 20", "It hardly matters: none of these is ahead of the others beyond chance"],
    runs: || {
        let of = |hidden| {
            let at = |t: f32| Supervision { temperature: t, ..Supervision::of(Method::ForwardKl) };
            let mut config = Config { transfer_size: 1_000, student_hidden: hidden, ..Config::for_task(Task::Mnist) };
            config.extra_arms = TEMPERATURES[..4].iter().map(|&t| at(t)).collect();
            config.distilled.temperature = TEMPERATURES[4];
            config.replicates = 3;
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
            what: "Without the factor T²",
            change: |c| {
                c.distilled.t_squared = crate::config::TSquared::Off;
                c.extra_arms.iter_mut().for_each(|r| r.t_squared = crate::config::TSquared::Off);
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
    seconds: 17,
};

const RECORD: &str = "Not what the textbook says: with 30 units the temperatures from 2.5 to 20 lay within 1 to 2 points, and in four seeds of five no band was ahead beyond chance. With 4 units it mattered much: T = 2.5 was best every time, 10 to 17 points above the worst.";

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

/// The band of temperatures that is best: 0 for 1, 1 for 2.5 and 4, 2 for 8 and 20; 3 where the best of one is not
/// significantly ahead of the best of each other.
fn band(run: &RunRecord) -> usize {
    let of = |t: f32| if t < 2.0 { 0 } else { 1 + usize::from(t > 6.0) };
    let config = run.config();
    let arms = config.arms();
    let best = |wanted: usize| {
        let inside = arms.iter().filter(|&&arm| config.supervision(arm).is_some_and(|r| of(r.temperature) == wanted));
        inside.copied().max_by(|&a, &b| run.accuracy(a).total_cmp(&run.accuracy(b)))
    };
    let bests: Vec<Arm> = (0..3).filter_map(best).collect();
    let ahead =
        |i: usize, j: usize| i == j || run.ahead(bests[i], bests[j]).is_some_and(|p| p.finding() == Finding::Gain);
    (0..bests.len()).find(|&i| (0..bests.len()).all(|j| ahead(i, j))).unwrap_or(3)
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
        let best = |run: &RunRecord| by_temperature(run).into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let bests: Option<Vec<(f32, f64)>> = runs.iter().map(|run| best(run)).collect();
        let bests = bests?;
        let came_true = band(runs[1]);
        let spread = |run: &RunRecord| {
            let all = by_temperature(run);
            let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(l, h), &(_, a)| (l.min(a), h.max(a)));
            high - low
        };
        LessonVerdict::new(
            came_true,
            format!(
                "Best with 4 units T = {}, with 30 units T = {}, with 100 units T = {}. Between the best and the worst \
                 temperature lie {:.1}, {:.1} and {:.1} points.",
                bests[0].0,
                bests[1].0,
                bests[2].0,
                spread(runs[0]),
                spread(runs[1]),
                spread(runs[2]),
            ),
        )
    })
}
