//! Lesson 1: soft labels, temperature, and the dark knowledge between classes.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Supervision, Task};
use crate::lab::number_format::{decimals, per_cent, share};
use crate::lab::probability::{alike, entropy_bits, mean_by_class};
use crate::lab::verdict::{Finding, signed};

pub(super) const LESSON: Lesson = Lesson {
    key: "knows",
    title: "What the teacher knows",
    line: "Soft labels, temperature, and which classes a network finds alike.",
    question: "A teacher has learned ten kinds of clothing from hard labels, which never say that any two are alike. \
               Which pair will it find most alike? Move the temperature while you watch its soft labels: and does it \
               matter to a student which doubts it is shown?",
    predictions: &["Shirt and T-shirt", "Pullover and Coat", "Sneaker and Sandal", "Bag and Dress"],
    runs: || {
        let config = Config {
            extra_arms: vec![Supervision::of(Method::Argmax), Supervision::of(Method::Permuted)],
            ..Config::for_task(Task::Fashion)
        };
        vec![LessonRun { name: "The teacher’s doubts, real and shuffled", config }]
    },
    judge,
    paper: Some(
        "Hinton et al. (2015): which wrong answers a large network finds less unlikely, by orders of magnitude, is what it \
         has learned about likeness; a higher temperature brings these ratios out. Furlanello et al. (2018) shuffle the \
         probabilities of the wrong answers, as here, to see whether it matters which they are.",
    ),
    record: RECORD,
    next: &[
        Next { what: "Look at T = 10: the doubts come out", change: |c| c.distilled.temperature = 10.0 },
        Next {
            what: "Look at the digits’ teacher",
            change: |c| *c = Config { extra_arms: c.extra_arms.clone(), ..Config::for_task(Task::Mnist) },
        },
    ],
    bigger: |c| {
        c.replicates = 10;
        c.teacher_hidden = 256;
    },
    seconds: 8,
};

const RECORD: &str = "Pullover and Coat every time (18 to 19\u{a0}% of the label at T = 3), ahead of T-shirt and Shirt. Real doubts taught the student 7.8 to 9.0 points more than the same doubts shuffled, which teach it less than hard labels do.";

fn judge(runs: &[&RunRecord]) -> Judgement {
    let [run] = runs else { return Judgement::default() };
    let (c, t) = (run.classes.len(), f64::from(run.config().distilled.temperature));
    let at = |t: f64| mean_by_class(&run.teacher_logits, &run.labels, c, t);
    let (plain, soft) = (at(1.0), at(t));
    let pairs = alike(&soft);
    let name = |i: usize| run.classes.get(i).map_or("", String::as_str);
    let entropy = |rows: &[Vec<f64>]| rows.iter().map(|p| entropy_bits(p)).sum::<f64>() / rows.len().max(1) as f64;
    let permuted = run.extra_arm(Method::Permuted).unwrap_or(Arm::Hard);
    let mut rows = vec![row(
        format!("Mean entropy of a class’s soft label, T = 1 and T = {t:.1}"),
        format!("{:.2} and {:.2} bits", entropy(&plain), entropy(&soft)),
    )];
    rows.extend(pairs.iter().take(3).map(|&(i, j, lent)| row(format!("{} ↔ {}", name(i), name(j)), share(lent))));
    for (who, arm) in [
        ("Student on hard labels", Arm::Hard),
        ("Student on shuffled doubts", permuted),
        ("Student on real doubts", Arm::Distilled),
    ] {
        rows.push(row(who, per_cent(run.accuracy(arm))));
    }
    Judgement::new(rows, true, || {
        let &(i, j, lent) = pairs.first()?;
        let came_true = match (i, j) {
            (0, 6) => Some(0),
            (2, 4) => Some(1),
            (5, 7) => Some(2),
            (3, 8) => Some(3),
            _ => None,
        };
        let relations = run.ahead(Arm::Distilled, permuted)?;
        let matters = match relations.finding() {
            Finding::Gain => format!(
                "It matters which doubts a student is shown: real ones teach it {} points more than the same ones shuffled.",
                signed(relations.mean)
            ),
            Finding::Loss => format!("Shuffled doubts even taught it {} points more.", signed(-relations.mean)),
            Finding::NoSignificantGain => {
                "Whether the doubts were real or shuffled made no significant difference to the student.".into()
            }
        };
        LessonVerdict::new(
            came_true,
            format!(
                "{} and {} are most alike to the teacher: each lends the other {}\u{a0}% of its soft label at T = {t:.1}, \
                 though no hard label ever said so. {matters}",
                name(i),
                name(j),
                decimals(100.0 * lent, 0),
            ),
        )
    })
}
