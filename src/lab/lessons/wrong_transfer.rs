//! Lesson 5: the first common mistake. A transfer set that does not match production.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, ProductionShift, Shift, Task};
use crate::lab::number_format::per_cent;

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
            config.replicates = 3;
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
            what: "The other way round: digits learned, production out of focus",
            change: |c| (c.shift, c.production) = (Shift::None, ProductionShift::Blurred),
        },
    ],
    bigger: |c| {
        c.transfer_size = 10_000;
        c.student_steps = 2_000;
    },
    seconds: 7,
};

const RECORD: &str = "48 to 53\u{a0}% from clothing against 87\u{a0}% from digits: 34 to 39 points less, every time. One digit in twenty brought back 26 to 45\u{a0}% of the loss.";

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
        let [wrong, little, right] = [0, 1, 2].map(|i| runs[i].accuracy(Arm::Distilled));
        let cost = right - wrong;
        let came_true = if cost > 30.0 { 2 } else { usize::from(cost >= 10.0) };
        LessonVerdict::new(
            came_true,
            format!(
                "Same teacher, same number of examples: {} from clothing against {} from digits, {cost:.0} \
                 points less. A student learns its teacher only where it has seen it. With one digit in twenty it is \
                 {}: {:.0}\u{a0}% of the loss is back.",
                per_cent(wrong),
                per_cent(right),
                per_cent(little),
                100.0 * (little - wrong) / cost.max(f64::MIN_POSITIVE)
            ),
        )
    })
}
