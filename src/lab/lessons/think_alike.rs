//! Lesson 9: does a student think like its teacher? Fidelity against accuracy.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, SecondTeacher, Task};
use crate::lab::lessons::evidence::{Claim, claim, points, unclear};
use crate::lab::number_format::{decimals, per_cent, share};

pub(super) const LESSON: Lesson = Lesson {
    key: "think-alike",
    title: "Does the student think like the teacher?",
    line: "Agreement is not accuracy. An equal student on hard labels shows what agreement is worth.",
    question: "A distilled student is right as often as its size allows. But does it give its own teacher’s answers, \
               mistakes and all? An equal student, trained on hard labels alone, is the yardstick; a second teacher stands \
               beside it. And do three teachers, or one whose labels were smoothed, teach better?",
    predictions: &[
        "The student agrees with its teacher more than an equal student on hard labels does",
        "It agrees no more than that student does",
    ],
    runs: || {
        let plain = || {
            let mut config = Config { transfer_size: 2_000, ..Config::for_task(Task::Mnist) };
            config.extra_arms.clear();
            config.replicates = 5;
            config
        };
        vec![
            LessonRun {
                name: "One teacher, and a second",
                config: Config { second_teacher: SecondTeacher::On, ..plain() },
            },
            LessonRun { name: "An ensemble of three", config: Config { ensemble: 3, ..plain() } },
            LessonRun { name: "A label-smoothed teacher", config: Config { teacher_smoothing: 0.1, ..plain() } },
        ]
    },
    judge,
    paper: Some(
        "Stanton et al. (2021): students agree with their teachers far less than one would think, even where they are large enough to. \
         Müller et al. (2019, §4) on MNIST: a student distilled from a teacher trained with hard labels has 0.74\u{a0}% error, \
         from a label-smoothed teacher 0.91\u{a0}%, though that teacher is no worse itself.",
    ),
    record: RECORD,
    next: &[
        Next { what: "Ask for fidelity: give the student 10,000 examples", change: |c| c.transfer_size = 10_000 },
        Next { what: "A student as large as its teacher", change: |c| c.student_hidden = 128 },
        Next { what: "Smooth the teacher’s labels more", change: |c| c.teacher_smoothing = 0.4 },
    ],
    bigger: |c| {
        c.student_steps = 2_000;
        c.replicates = 8;
    },
    watch: "confusion",
    seconds: 23,
};

const RECORD: &str = "The distilled student agreed with its teacher on 94.2 to 94.5\u{a0}%, 1.9 to 3.0 points more than an equal student on hard labels, beyond chance in all five; a second teacher agreed on more still.";

/// Points of agreement, and of accuracy, within which two networks are called equal.
const MARGIN: f64 = 0.5;

fn judge(runs: &[&RunRecord]) -> Judgement {
    const NAMES: [&str; 3] = ["one teacher", "ensemble of three", "label-smoothed teacher"];
    let mut rows = Vec::new();
    for (run, name) in runs.iter().zip(NAMES) {
        for (who, arm) in [("Distilled from", Arm::Distilled), ("On hard labels, beside", Arm::Hard)] {
            rows.push(row(
                format!("{who} {name} ({}\u{a0}% error)", decimals(100.0 - run.teacher(), 2)),
                format!(
                    "{}\u{a0}% error, agreement {}",
                    decimals(100.0 - run.accuracy(arm), 2),
                    per_cent(run.mean(arm, |m| 100.0 * m.agreement))
                ),
            ));
        }
        if let Some(second) = run.outcome.evaluation.second_teacher {
            rows.push(row(
                format!("A second teacher ({}\u{a0}% error)", decimals(100.0 - 100.0 * second.accuracy, 2)),
                format!("agreement with the first {}", share(second.agreement)),
            ));
        }
    }
    Judgement::new(rows, runs.len() == 3, || {
        let second = runs[0].outcome.evaluation.second_teacher?;
        let (taught, untaught) = (runs[0].agreement_of(Arm::Distilled), runs[0].agreement_of(Arm::Hard));
        let more = taught.minus(&untaught)?;
        let (came_true, head) = match claim(&more, MARGIN) {
            Claim::Ahead => {
                (Some(0), format!("Distillation brings the student closer to its teacher: {}", points(&more)))
            }
            Claim::Behind => {
                (Some(1), format!("The distilled student agrees with its teacher less: {}", points(&more)))
            }
            Claim::Equal => (Some(1), format!("Distillation changes the agreement by less than {MARGIN} points")),
            Claim::Unclear => (None, format!("Whether distillation brings it closer is {}", unclear(&more))),
        };
        let plain = runs[0].accuracy_of(Arm::Distilled);
        let other = |i: usize| {
            let change = runs[i].accuracy_of(Arm::Distilled).minus(&plain)?;
            Some(match claim(&change, MARGIN) {
                Claim::Ahead => format!("taught better than one: {}", points(&change)),
                Claim::Behind => format!("taught worse than one: {}", points(&change)),
                Claim::Equal => format!("taught as well as one, to within {MARGIN} points"),
                Claim::Unclear => format!("against one teacher, {}", unclear(&change)),
            })
        };
        LessonVerdict::new(
            came_true,
            format!(
                "{head}. It gives the teacher’s answer on {}, an equal student on hard labels on {}; a second teacher, of the \
                 teacher’s size and data, on {}. Three teachers: {}. A label-smoothed teacher: {}.",
                per_cent(taught.mean()),
                per_cent(untaught.mean()),
                share(second.agreement),
                other(1)?,
                other(2)?
            ),
        )
    })
}
