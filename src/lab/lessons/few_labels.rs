//! Lesson 2: why people distil. A student with few labels.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Task};
use crate::lab::number_format::per_cent;
use crate::lab::verdict::{Finding, signed};

pub(super) const LESSON: Lesson = Lesson {
    key: "few-labels",
    title: "A student with few labels",
    line: "100 or 300 labelled images: right answers, the teacher’s answers, or its soft labels?",
    question: "The teacher saw 10,000 labelled images, the student has 100 or 300 of them. What helps it more: the right \
               answers, the teacher’s answers, or the teacher’s soft labels?",
    predictions: &[
        "Soft labels, by several points; the bare answers do not",
        "The teacher’s answers help as much as its soft labels",
        "Nothing beats the right answers",
    ],
    runs: || {
        let of = |n| Config { transfer_size: n, ..Config::for_task(Task::Fashion) };
        vec![LessonRun { name: "100 images", config: of(100) }, LessonRun { name: "300 images", config: of(300) }]
    },
    judge,
    paper: Some(
        "Hinton et al. (2015, §6) on speech: trained on 3\u{a0}% of the data, hard labels reach 44.5\u{a0}% frame accuracy (and must \
         be stopped early), soft labels 57.0\u{a0}%; with all the data it is 58.9\u{a0}%.",
    ),
    record: RECORD,
    next: &[
        Next {
            what: "Give the student all 10,000 labels: what is left to gain?",
            change: |c| c.transfer_size = 10_000,
        },
        Next { what: "Let the teacher label 2,000 further images that have no labels", change: |c| c.pool = 2_000 },
    ],
    bigger: |c| {
        c.replicates = 12;
        c.student_steps = 1_200;
    },
    seconds: 10,
};

const RECORD: &str = "Soft labels 4.9 to 7.0 points ahead with 100 images and 4.0 to 5.4 with 300, the teacher’s answers alone 1.0 to 2.4: the doubts do it, every time.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    let mut rows = Vec::new();
    for run in runs {
        let argmax = run.extra_arm(Method::Argmax).unwrap_or(Arm::Hard);
        for (who, arm) in [("right answers", Arm::Hard), ("teacher’s answers", argmax), ("soft labels", Arm::Distilled)]
        {
            rows.push(row(format!("{} images, {who}", run.transfer_examples), per_cent(run.accuracy(arm))));
        }
    }
    Judgement::new(rows, runs.len() == 2, || {
        let mut gains = Vec::new();
        let (mut soft_ahead, mut answers_ahead, mut nothing_ahead) = (true, true, true);
        for run in runs {
            let soft = run.ahead(Arm::Distilled, Arm::Hard)?;
            let answers = run.ahead(run.extra_arm(Method::Argmax)?, Arm::Hard)?;
            soft_ahead &= soft.finding() == Finding::Gain && soft.mean >= 2.0;
            answers_ahead &= answers.finding() == Finding::Gain && answers.mean >= 0.5 * soft.mean;
            nothing_ahead &= soft.finding() != Finding::Gain && answers.finding() != Finding::Gain;
            gains.push(format!(
                "with {} images soft labels bring {} points and the teacher’s answers alone {}",
                run.transfer_examples,
                signed(soft.mean),
                signed(answers.mean)
            ));
        }
        let (came_true, head) = match (soft_ahead, answers_ahead) {
            (true, false) => (Some(0), "The doubts do it"),
            (true, true) => (Some(1), "The teacher’s answers did much of it"),
            (false, _) => (nothing_ahead.then_some(2), "No clear gain of several points in both"),
        };
        LessonVerdict::new(came_true, format!("{head}: {}.", gains.join("; ")))
    })
}
