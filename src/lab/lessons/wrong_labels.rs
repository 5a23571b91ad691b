//! Lesson 4: wrong labels, the teacher's too, and early stopping as the fair competitor.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, NoiseKind, Supervision, Task};
use crate::lab::lessons::evidence::{Claim, claim, points, unclear};
use crate::lab::number_format::per_cent;

pub(super) const LESSON: Lesson = Lesson {
    key: "wrong-labels",
    title: "Wrong labels",
    line: "30\u{a0}% of all labels are wrong, the teacher’s too.",
    question: "Three labels in ten are wrong, in the student’s 300 images and in all that the teacher learned from. The \
               hard-label student learns the mistakes by heart; stopping it early is the usual cure. Here each is stopped \
               at its best moment, chosen on one half of the test set and measured on the other. Can soft labels beat \
               that?",
    predictions: &[
        "Yes: soft labels beat even the best moment of hard labels",
        "They beat hard labels at the end, but not their best moment",
        "No: the teacher has learned the same mistakes",
    ],
    runs: || {
        let half = Supervision { soft_weight: 0.5, ..Supervision::of(Method::ForwardKl) };
        let config =
            Config { transfer_size: 300, label_noise: 0.3, extra_arms: vec![half], ..Config::for_task(Task::Mnist) };
        vec![LessonRun { name: "30\u{a0}% wrong", config }]
    },
    judge,
    paper: None,
    record: RECORD,
    next: &[
        Next {
            what: "Mistakes as people make them: towards the most similar class",
            change: |c| c.noise_kind = NoiseKind::Similar,
        },
        Next { what: "Six labels in ten wrong", change: |c| c.label_noise = 0.6 },
        Next { what: "No wrong labels", change: |c| c.label_noise = 0.0 },
    ],
    bigger: |c| {
        c.transfer_size = 1_000;
        c.replicates = 10;
    },
    watch: "results",
    seconds: 6,
};

const RECORD: &str = "Soft labels reached 79 to 81\u{a0}%, hard labels 63 to 68\u{a0}% at their best moment and 60 to 62\u{a0}% at the end: 11.5 to 16.1 points ahead of the best moment, beyond chance in all five.";

/// Points within which two students are called equal.
const MARGIN: f64 = 1.0;

fn judge(runs: &[&RunRecord]) -> Judgement {
    let [run] = runs else { return Judgement::default() };
    let (hard, soft) = (run.accuracy(Arm::Hard), run.accuracy(Arm::Distilled));
    let stopped = run.best_moment(Arm::Hard);
    let mut rows = vec![row("Hard labels, at the end", per_cent(hard))];
    if let Some((step, of)) = &stopped {
        let what = format!("Hard labels, stopped at their best moments (step {step:.0} on average)");
        rows.push(row(what, per_cent(of.mean())));
    }
    if let Some(half) = run.extra_arm(Method::ForwardKl) {
        rows.push(row("Half soft, half hard labels (α = 0.5)", per_cent(run.accuracy(half))));
    }
    rows.push(row("Soft labels alone (α = 1)", per_cent(soft)));
    rows.push(row("Teacher", per_cent(run.teacher())));
    Judgement::new(rows, true, || {
        let (_, of_best) = stopped?;
        let best = of_best.mean();
        let (of_soft, of_hard) = (run.accuracy_of(Arm::Distilled), run.accuracy_of(Arm::Hard));
        let over_best = of_soft.minus(&of_best)?;
        let over_end = of_soft.minus(&of_hard)?;
        let [with_best, with_end] = [&over_best, &over_end].map(|comparison| claim(comparison, MARGIN));
        let (came_true, head) = match (with_best, with_end) {
            (Claim::Ahead, _) => (Some(0), "Soft labels beat even the best moment of hard labels".to_string()),
            (Claim::Behind | Claim::Equal, Claim::Ahead) => {
                (Some(1), "Soft labels beat hard labels at the end, and not their best moment".into())
            }
            (_, Claim::Behind | Claim::Equal) => (Some(2), "Soft labels do not beat hard labels here".into()),
            (Claim::Unclear, _) => (None, format!("Against the best moment it is {}", unclear(&over_best))),
            (_, Claim::Unclear) => (None, format!("Against hard labels it is {}", unclear(&over_end))),
        };
        let right_labels = 100.0 * (1.0 - f64::from(run.config().label_noise));
        let of_teacher = run.accuracy_of_teacher();
        let beside = match of_teacher.examples.len() {
            0 => String::new(),
            n => {
                // The teacher is one network: what varies is the test set.
                let error = (run.teacher() * (100.0 - run.teacher()) / n as f64).sqrt();
                let more = run.teacher() - 1.96 * error > right_labels;
                format!(
                    ", {} than the share of its labels that were right ({})",
                    if more { "more" } else { "no more" },
                    per_cent(right_labels)
                )
            }
        };
        LessonVerdict::new(
            came_true,
            format!(
                "{head}: {} against {} at the best moment ({}) and {} at the end ({}). The teacher, taught by the same share of \
                 wrong labels, is right on {}{beside}.",
                per_cent(soft),
                per_cent(best),
                points(&over_best),
                per_cent(hard),
                points(&over_end),
                per_cent(run.teacher())
            ),
        )
    })
}
