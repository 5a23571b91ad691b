//! Lesson 5: the first common mistake. A transfer set that does not match production.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, ProductionShift, Shift, Task};
use crate::lab::comparison::{Comparison, Finding};
use crate::lab::lessons::evidence::{points, unclear};
use crate::lab::number_format::{per_cent, tenths};

pub(super) const LESSON: Lesson = Lesson {
    key: "wrong-transfer",
    title: "The wrong transfer set",
    line: "Common mistake 1: the student learns from inputs that production never sends.",
    question: "The teacher knows digits. Its student is to work on digits too, but is distilled on pictures of clothing, \
               which the teacher labels as digits all the same. How much does that cost against digits as the transfer \
               set, and how much does a little of the right kind bring back?",
    predictions: &["Hardly anything: the teacher labels whatever comes", "10 to 30 points", "More than 30 points"],
    runs: || {
        let of = |shift, share| {
            let mut config = Config { transfer_size: 300, shift, shift_share: share, ..Config::for_task(Task::Mnist) };
            config.distilled.temperature = 2.0;
            config.extra_arms.clear();
            config.replicates = 5;
            config
        };
        vec![
            LessonRun { name: "Clothing only", config: of(Shift::OtherTask, 1.0) },
            LessonRun { name: "Clothing, with 5\u{a0}% digits", config: of(Shift::OtherTask, 0.95) },
            LessonRun { name: "Digits", config: of(Shift::None, 1.0) },
        ]
    },
    judge,
    paper: None,
    record: RECORD,
    next: &[
        Next { what: "Noise as the transfer set", change: |c| c.shift = Shift::Noise },
        Next { what: "Digits with shuffled pixels", change: |c| c.shift = Shift::Shuffled },
        Next {
            what: "The other way round: learn from digits, work on blurred ones",
            change: |c| (c.shift, c.production) = (Shift::None, ProductionShift::Blurred),
        },
    ],
    bigger: |c| {
        c.transfer_size = 10_000;
        c.student_steps = 2_000;
    },
    watch: "transfer",
    seconds: 12,
};

const RECORD: &str = "Clothing as the transfer set cost 35 to 42 points, more than 30 beyond chance in all five. One digit in twenty brought back 35 to 47\u{a0}% of that.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    const NAMES: [&str; 3] = ["Clothing only", "Clothing, with 5\u{a0}% digits", "Digits"];
    let rows = runs
        .iter()
        .zip(NAMES)
        .flat_map(|(run, name)| {
            [
                row(format!("{name}: distilled student on digits"), per_cent(run.accuracy(Arm::Distilled))),
                row(
                    format!("{name}: agreement with the teacher"),
                    per_cent(run.mean(Arm::Distilled, |m| 100.0 * m.agreement)),
                ),
            ]
        })
        .collect();
    Judgement::new(rows, runs.len() == 3, || {
        let [wrong, little, right] = [0, 1, 2].map(|i| runs[i].accuracy_of(Arm::Distilled));
        let cost = right.minus(&wrong)?;
        let interval = cost.wider();
        let came_true = match (interval.low, interval.high) {
            (low, _) if low > 30.0 => Some(2),
            (low, high) if low >= 10.0 && high <= 30.0 => Some(1),
            (_, high) if high < 10.0 => Some(0),
            _ => None,
        };
        let lost = match cost.finding() {
            Finding::Gain => format!("Clothing as the transfer set costs {}", cost_of(&cost)),
            Finding::Loss => format!("Clothing as the transfer set taught more: {}", points(&wrong.minus(&right)?)),
            Finding::NoSignificantGain if cost.equivalent_within(1.0) => {
                "Clothing as the transfer set changes less than a point".into()
            }
            Finding::NoSignificantGain => format!("What clothing costs is {}: {}", unclear(&cost), points(&cost)),
        };
        let which = if came_true.is_none() { " The interval lies in no one of the three ranges." } else { "" };
        let back = little.minus(&wrong)?;
        let brought = match (back.finding(), cost.finding()) {
            (Finding::Gain, Finding::Gain) if back.mean() < cost.mean() => format!(
                "One digit in twenty brings back {}, {:.0}\u{a0}% of the loss",
                points(&back),
                100.0 * back.mean() / cost.mean()
            ),
            (Finding::Gain, _) => format!("One digit in twenty brings {}", points(&back)),
            (Finding::Loss, _) => format!("One digit in twenty makes it worse: {}", points(&back)),
            (Finding::NoSignificantGain, _) => format!("Whether one digit in twenty helps is {}", unclear(&back)),
        };
        LessonVerdict::new(
            came_true,
            format!(
                "Same teacher, same number of examples: {} from clothing, {} from digits. {lost}.{which} {brought}.",
                per_cent(wrong.mean()),
                per_cent(right.mean()),
            ),
        )
    })
}

/// A cost in points with its interval, without signs.
fn cost_of(cost: &Comparison) -> String {
    let interval = cost.wider();
    format!("{} points ({} to {})", tenths(cost.mean()), tenths(interval.low), tenths(interval.high))
}
