//! Lesson 4: wrong labels, the teacher's too, and early stopping as the fair competitor.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, NoiseKind, Supervision, Task};
use crate::lab::number_format::per_cent;

pub(super) const LESSON: Lesson = Lesson {
    key: "wrong-labels",
    title: "Wrong labels",
    line: "30\u{a0}% of all labels are wrong, the teacher’s too.",
    question: "Three labels in ten are wrong, in the student’s 300 images and in all that the teacher learned from. The \
               hard-label student learns the mistakes by heart; stopping it early is the usual cure, and here it is \
               stopped at its very best moment on the test set, which flatters it. Can soft labels beat that?",
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
    seconds: 6,
};

const RECORD: &str = "Soft labels reached 79 to 81\u{a0}% every time, hard labels 60 to 62\u{a0}% at the end and 63 to 68\u{a0}% at their best moment.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    let [run] = runs else { return Judgement::default() };
    let (hard, soft) = (run.accuracy(Arm::Hard), run.accuracy(Arm::Distilled));
    let peak = run.peak(Arm::Hard);
    let mut rows = vec![row("Hard labels, at the end", per_cent(hard))];
    if let Some((step, best)) = peak {
        rows.push(row(format!("Hard labels, stopped at their best moment (step {step:.0})"), per_cent(best)));
    }
    if let Some(half) = run.extra_arm(Method::ForwardKl) {
        rows.push(row("Half soft, half hard labels (α = 0.5)", per_cent(run.accuracy(half))));
    }
    rows.push(row("Soft labels alone (α = 1)", per_cent(soft)));
    rows.push(row("Teacher", per_cent(run.teacher())));
    Judgement::new(rows, true, || {
        let (_, best) = peak?;
        let came_true = if soft > best {
            0
        } else if soft > hard {
            1
        } else {
            2
        };
        LessonVerdict::new(
            came_true,
            format!(
                "Soft labels reach {}; hard labels end at {} and had {} at their best moment. The \
                 teacher, taught by the same share of wrong labels, is right on {}: over 10,000 images the mistakes \
                 average out, and its soft labels pass on what is left.",
                per_cent(soft),
                per_cent(hard),
                per_cent(best),
                per_cent(run.teacher())
            ),
        )
    })
}
