//! Lesson 10: from classifier to language model. Token-level soft labels against texts that the teacher wrote.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Measure, Shift, Task};
use crate::lab::lessons::evidence::{Claim, Evidence, amount, claims, unclear};
use crate::lab::measured;

pub(super) const LESSON: Lesson = Lesson {
    key: "names",
    title: "From classifier to language model",
    line: "Soft labels for every character, or names that the teacher wrote?",
    question: "A language model is a classifier over the next token; here a token is a character of a first name. The \
               student has 2,000 characters to learn from: real names with right answers, real names with the teacher’s \
               soft label for every character, or names that the teacher made up, as an API would return them. Which \
               student predicts real names best?",
    predictions: &[
        "The one with soft labels for every character",
        "The one that reads what the teacher wrote",
        "The one that reads real names",
    ],
    runs: || {
        let of = |shift| {
            let mut config = Config { transfer_size: 2_000, shift, ..Config::for_task(Task::Names) };
            config.distilled.temperature = 1.0;
            config.extra_arms.clear();
            config
        };
        vec![
            LessonRun { name: "Real names", config: of(Shift::None) },
            LessonRun { name: "Names that the teacher wrote", config: of(Shift::Written) },
        ]
    },
    judge,
    paper: Some(
        "Kim & Rush (2016) on translation: a small student gains from the teacher’s distribution over every next word, more \
         from learning whole sentences that the teacher wrote, and most from both.",
    ),
    record: RECORD,
    next: &[
        Next { what: "T = 2: softer labels", change: |c| c.distilled.temperature = 2.0 },
        Next { what: "Five times as many characters", change: |c| c.transfer_size = 10_000 },
        Next { what: "One character of context", change: |c| c.context = 1 },
    ],
    bigger: |c| {
        c.transfer_size = 10_000;
        c.student_steps = 2_000;
        c.student_hidden = 64;
    },
    watch: "texts",
    seconds: 6,
};

const RECORD: &str = "Soft labels reached 2.18 to 2.22 nats per character, against 2.35 to 2.38 with right answers and 2.36 to 2.39 with names that the teacher wrote: ahead of both beyond chance in all five.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    let nats = |run: &RunRecord, arm| run.mean(arm, |m| m.nll);
    let mut rows = Vec::new();
    for (run, (hard, soft)) in runs.iter().zip([
        ("Real names, right answers", "Real names, soft labels (token-level)"),
        ("The teacher’s names (sequence-level)", "The teacher’s names with its soft labels"),
    ]) {
        for (what, arm) in [(hard, Arm::Hard), (soft, Arm::Distilled)] {
            let n = nats(run, arm);
            rows.push(row(what, format!("{n:.3} nats per character, perplexity {:.1}", n.exp())));
        }
    }
    if let Some(run) = runs.first() {
        let n = run.outcome.evaluation.teacher.nll;
        rows.push(row("Teacher", format!("{n:.3} nats per character, perplexity {:.1}", n.exp())));
    }
    Judgement::new(rows, runs.len() == 2, || {
        let of = |run: &RunRecord, arm| Evidence { values: run.values(arm, |m| m.nll), examples: Vec::new() };
        let (real, soft) = (of(runs[0], Arm::Hard), of(runs[0], Arm::Distilled));
        let (written, both) = (of(runs[1], Arm::Hard), of(runs[1], Arm::Distilled));
        // Fewer nats are better: positive where the first is ahead. Within one run the test texts count as well.
        let soft_real = measured::compare(&runs[0].outcome, Arm::Distilled, Arm::Hard, Measure::Nll)?;
        let (soft_written, written_real) = (written.minus(&soft)?, real.minus(&written)?);
        let claims = claims(&[soft_real, soft_written, written_real], MARGIN);
        let (came_true, head) = match claims[..] {
            [Claim::Ahead, Claim::Ahead, _] => (Some(0), "Soft labels for every character teach most".to_string()),
            [_, Claim::Behind, Claim::Ahead] => (Some(1), "What the teacher wrote teaches most".into()),
            [Claim::Behind, _, Claim::Behind] => (Some(2), "Real names with right answers teach most".into()),
            _ => (None, format!("No one is ahead of both others: {}", unclear(&soft_real))),
        };
        LessonVerdict::new(
            came_true,
            format!(
                "{head}. On names nobody has shown them: {:.2} nats per character with soft labels, {:.2} with right answers \
                 (soft labels {} ahead), {:.2} from names that the teacher wrote (soft labels {} ahead), {:.2} if these come with \
                 its soft labels. The teacher itself has {:.2}.",
                soft.mean(),
                real.mean(),
                amount(&soft_real, 2, "nats"),
                written.mean(),
                amount(&soft_written, 2, "nats"),
                both.mean(),
                runs[0].outcome.evaluation.teacher.nll
            ),
        )
    })
}

/// Nats a character within which two students are called equal.
const MARGIN: f64 = 0.02;
