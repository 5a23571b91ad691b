//! Lesson 6: the second common mistake. Expecting a tiny student to replicate the teacher, instead of targeting the
//! capability that is needed; and the cures for the capacity gap.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, ProductionClasses, Task};
use crate::lab::comparison::Comparison;
use crate::lab::lessons::evidence::{Claim, claim, points, unclear};
use crate::lab::number_format::{per_cent, tenths};

pub(super) const LESSON: Lesson = Lesson {
    key: "too-small",
    title: "Too small a student",
    line: "Common mistake 2: a tiny student cannot replace its teacher, but it can do one thing well.",
    question: "Students of 32, 6 and 2 hidden units learn from the same teacher, which has 128. How close does the one with 6 \
               come? A teacher assistant in between, or a teacher stopped early, is said to help. And what if it need only \
               tell sandals, sneakers and ankle boots apart?",
    predictions: &[
        "Six units are enough for ten classes: within 3 points of the teacher",
        "Not for ten classes; for three they come within 3 points",
        "Not even for three classes",
    ],
    runs: || {
        let of = |hidden| {
            let mut config = Config { transfer_size: 1_000, student_hidden: hidden, ..Config::for_task(Task::Fashion) };
            config.extra_arms.clear();
            config.replicates = 5;
            config
        };
        let capability =
            Config { left_out: vec![0, 1, 2, 3, 4, 6, 8], production_classes: ProductionClasses::Kept, ..of(6) };
        vec![
            LessonRun { name: "32 units", config: of(32) },
            LessonRun { name: "6 units", config: of(6) },
            LessonRun { name: "2 units", config: of(2) },
            LessonRun { name: "6 units, with an assistant of 24", config: Config { assistants: vec![24], ..of(6) } },
            LessonRun {
                name: "6 units, teacher stopped after a quarter",
                config: Config { teacher_stop: 0.25, ..of(6) },
            },
            LessonRun { name: "6 units, footwear only", config: capability },
        ]
    },
    judge,
    paper: Some(
        "Mirzadeh et al. (2020) on CIFAR and ImageNet: when a student is far smaller than its teacher, an assistant of a \
         size in between helps it. Cho & Hariharan (2019): a large teacher stopped early is a better one for small students.",
    ),
    record: RECORD,
    next: &[
        Next { what: "Four units", change: |c| c.student_hidden = 4 },
        Next {
            what: "Footwear only, with 100 labelled images",
            change: |c| {
                c.left_out = vec![0, 1, 2, 3, 4, 6, 8];
                c.production_classes = ProductionClasses::Kept;
                (c.student_hidden, c.transfer_size) = (6, 100);
            },
        },
    ],
    bigger: |c| {
        c.replicates = 8;
        c.student_steps = 2_000;
    },
    watch: "saves",
    seconds: 18,
};

const RECORD: &str = "Six units ended 11 to 19 points below the teacher on ten classes, and on footwear within 3 points of it beyond chance in three seeds of five; in the others it was too close to call (in one, a replicate’s units had died). Neither an assistant nor a teacher stopped early helped beyond chance in any.";

/// Points below the teacher that count as close.
const CLOSE: f64 = 3.0;
/// Points within which a cure is said to change nothing.
const MARGIN: f64 = 1.0;

fn judge(runs: &[&RunRecord]) -> Judgement {
    let names: Vec<&str> = (LESSON.runs)().iter().map(|run| run.name).collect();
    let mut rows = Vec::new();
    for (run, name) in runs.iter().zip(&names) {
        // The last of several teachers is the one that teaches.
        let teaches = if run.config().assistants.is_empty() { "teacher" } else { "assistant" };
        rows.push(row(
            *name,
            format!(
                "{} soft, {} hard; {teaches} {}; agreement {}",
                per_cent(run.accuracy(Arm::Distilled)),
                per_cent(run.accuracy(Arm::Hard)),
                per_cent(run.teacher()),
                per_cent(run.mean(Arm::Distilled, |m| 100.0 * m.agreement))
            ),
        ));
    }
    Judgement::new(rows, runs.len() == names.len(), || {
        let below = |i: usize| runs[i].accuracy_of_teacher().minus(&runs[i].accuracy_of(Arm::Distilled));
        let (all, two, three) = (below(1)?, below(2)?, below(5)?);
        let close = |c: &Comparison| c.wider().high <= CLOSE;
        let far = |c: &Comparison| c.wider().low > CLOSE;
        let came_true = if close(&all) {
            Some(0)
        } else if far(&all) && close(&three) {
            Some(1)
        } else if far(&three) {
            Some(2)
        } else {
            None
        };
        let open = if came_true.is_none() {
            format!(" Whether that is within {CLOSE:.0} points is {}.", unclear(&three))
        } else {
            String::new()
        };
        let plain = runs[1].accuracy_of(Arm::Distilled);
        let cure = |i: usize| {
            let change = runs[i].accuracy_of(Arm::Distilled).minus(&plain)?;
            let what = match claim(&change, MARGIN) {
                Claim::Ahead => "helped",
                Claim::Behind => "did harm",
                Claim::Equal => "changed less than a point",
                Claim::Unclear => "made no difference that these replicates can tell",
            };
            Some(format!("{what}: {}", points(&change)))
        };
        LessonVerdict::new(
            came_true,
            format!(
                "On ten classes six units end {} the teacher, two units {}; on footwear alone six units end {} it.{open} An \
                 assistant {}; a teacher stopped early {}.",
                away(&all),
                away(&two),
                away(&three),
                cure(3)?,
                cure(4)?,
            ),
        )
    })
}

/// How far below a teacher, with its interval: `9.5 points (8.1 to 10.9) below`.
fn away(below: &Comparison) -> String {
    let interval = below.wider();
    if below.mean() < 0.0 {
        format!("{} points ({} to {}) above", tenths(-below.mean()), tenths(-interval.high), tenths(-interval.low))
    } else {
        format!("{} points ({} to {}) below", tenths(below.mean()), tenths(interval.low), tenths(interval.high))
    }
}
