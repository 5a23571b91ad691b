//! Lesson 1: soft labels, temperature, and the dark knowledge between classes.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Supervision, Task};
use crate::lab::comparison::Finding;
use crate::lab::lessons::evidence::{points, unclear};
use crate::lab::number_format::{decimals, per_cent, share};
use crate::lab::probability::{alike, entropy_bits, mean_by_class, softmax};

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
        "Hinton et al. (2015): which wrong answers a large network finds less unlikely than others, often by orders of magnitude, shows what it has learned about similarity; a higher temperature brings these ratios out. Furlanello et al. (2018) shuffle the \
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
    watch: "dark",
    seconds: 8,
};

const RECORD: &str = "Pullover and Coat had the highest share every time (17 to 18\u{a0}% one way and 20 to 21\u{a0}% the other at T = 3), but its lead over T-shirt and Shirt was never beyond chance. Real doubts taught the student 7.8 to 9.0 points more than the same doubts shuffled, beyond chance in all five.";

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
        format!("{} and {} bits", decimals(entropy(&plain), 2), decimals(entropy(&soft), 2)),
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
        let &(i, j, _) = pairs.first()?;
        let first = Pair::of(run, i, j, t);
        // The pairs that the first is not significantly ahead of.
        let rivals: Vec<String> = pairs[1..]
            .iter()
            .filter(|&&(a, b, _)| !first.ahead_of(&Pair::of(run, a, b, t)))
            .map(|&(a, b, _)| format!("{} and {}", name(a), name(b)))
            .collect();
        let came_true = match (i, j) {
            _ if !rivals.is_empty() => None,
            (0, 6) => Some(0),
            (2, 4) => Some(1),
            (5, 7) => Some(2),
            (3, 8) => Some(3),
            _ => None,
        };
        let relations = run.compare(Arm::Distilled, permuted)?;
        let matters = match relations.finding() {
            Finding::Gain => format!(
                "It matters which doubts a student is shown: real ones teach it more than the same ones shuffled, {}.",
                points(&relations)
            ),
            Finding::Loss => format!("Shuffled doubts even taught it more than real ones: {}.", points(&relations)),
            Finding::NoSignificantGain => format!(
                "Whether it matters if the doubts are real or shuffled is {}, {}.",
                unclear(&relations),
                points(&relations)
            ),
        };
        let head = if rivals.is_empty() {
            format!("{} and {} are most alike to the teacher", name(i), name(j))
        } else {
            format!("Too close to call between {} and {}, and {}", name(i), name(j), others(&rivals))
        };
        LessonVerdict::new(
            came_true,
            format!(
                "{head}: at T = {t:.1} {} lends {} {}\u{a0}% of its soft label, and gets {}\u{a0}% of the other’s, though no hard \
                 label ever said so. {matters}",
                name(i),
                name(j),
                decimals(100.0 * first.lent.0, 0),
                decimals(100.0 * first.lent.1, 0),
            ),
        )
    })
}

/// At most two rivals by name.
fn others(rivals: &[String]) -> String {
    match rivals {
        [first, second, more @ ..] if !more.is_empty() => format!("{first}, {second} and {} more pairs", more.len()),
        _ => rivals.join(", "),
    }
}

/// How much of their soft labels two classes lend each other, over the test examples of either.
struct Pair {
    /// The first class's to the second, the second's to the first; shares, 0 to 1.
    lent: (f64, f64),
    /// Variance of the mean of both, over the draw of test examples.
    variance: f64,
}

impl Pair {
    fn of(run: &RunRecord, i: usize, j: usize, t: f64) -> Self {
        let classes = run.classes.len().max(1);
        // Mean and its variance of what examples of one class lend to another.
        let lends = |from: usize, to: usize| {
            let rows = run.teacher_logits.chunks_exact(classes).zip(&run.labels);
            let shares: Vec<f64> =
                rows.filter(|(_, label)| usize::from(**label) == from).map(|(z, _)| softmax(z, t)[to]).collect();
            let n = shares.len() as f64;
            let mean = shares.iter().sum::<f64>() / n;
            (mean, shares.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / (n * (n - 1.0)))
        };
        let ((there, a), (back, b)) = (lends(i, j), lends(j, i));
        Self { lent: (there, back), variance: (a + b) / 4.0 }
    }

    /// Whether its mean of both directions is larger than another pair's beyond chance. The standard error of the difference is
    /// at most √2 times that of independent pairs, whatever the dependence of pairs that share a class: 5 %, two-sided.
    fn ahead_of(&self, other: &Self) -> bool {
        let mean = |pair: &Self| (pair.lent.0 + pair.lent.1) / 2.0;
        mean(self) - mean(other) > 2.0_f64.sqrt() * 1.96 * (self.variance + other.variance).sqrt()
    }
}
