//! Lesson 2: why people distil. A student with few labels.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Task};
use crate::lab::lessons::evidence::{Claim, claims, points};
use crate::lab::number_format::per_cent;

pub(super) const LESSON: Lesson = Lesson {
    key: "few-labels",
    title: "A student with few labels",
    line: "100 or 300 labelled images: right answers, the teacher’s answers, or its soft labels?",
    question: "The teacher saw 10,000 labelled images, the student has 100 or 300 of them. What helps it more: the right \
               answers, the teacher’s answers, or the teacher’s soft labels?",
    predictions: &[
        "Soft labels: more than the teacher’s bare answers",
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
    watch: "results",
    seconds: 10,
};

const RECORD: &str = "Soft labels were 4.9 to 7.0 points ahead of the right answers with 100 images and 4.0 to 5.4 with 300, and 2.8 to 4.7 ahead of the teacher’s bare answers, beyond chance in all five; the bare answers brought 1.0 to 2.4.";

/// Points within which two ways of teaching are called equal.
const MARGIN: f64 = 1.0;

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
        // Of each run: soft labels against hard ones, answers against hard labels, soft labels against answers.
        let mut comparisons = Vec::new();
        for run in runs {
            let argmax = run.extra_arm(Method::Argmax)?;
            for (arm, of) in [(Arm::Distilled, Arm::Hard), (argmax, Arm::Hard), (Arm::Distilled, argmax)] {
                comparisons.push(run.compare(arm, of)?);
            }
        }
        let claims = claims(&comparisons, MARGIN);
        let every =
            |place: usize, wanted: &[Claim]| claims[place..].iter().step_by(3).all(|claim| wanted.contains(claim));
        let (came_true, head) = if every(0, &[Claim::Ahead]) && every(2, &[Claim::Ahead]) {
            (Some(0), "Soft labels teach more than right answers, and more than the teacher’s bare answers")
        } else if every(0, &[Claim::Ahead]) && every(1, &[Claim::Ahead]) && every(2, &[Claim::Equal]) {
            (Some(1), "The teacher’s answers help as much as its soft labels, to within a point")
        } else if every(0, &[Claim::Behind, Claim::Equal]) && every(1, &[Claim::Behind, Claim::Equal]) {
            (Some(2), "Nothing beats the right answers by more than a point")
        } else {
            (None, "No prediction holds at both sizes")
        };
        let parts: Vec<String> = runs
            .iter()
            .zip(comparisons.chunks(3))
            .map(|(run, c)| {
                format!(
                    "with {} images soft labels bring {} over right answers, the teacher’s answers alone {}, and soft labels {} \
                     over these",
                    run.transfer_examples,
                    points(&c[0]),
                    points(&c[1]),
                    points(&c[2])
                )
            })
            .collect();
        LessonVerdict::new(came_true, format!("{head}: {}.", parts.join("; ")))
    })
}
