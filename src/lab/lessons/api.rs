//! Lesson 8: a teacher that can only be asked. What its answers are worth, and what they cost.

use super::{Judgement, Lesson, LessonRun, LessonVerdict, Next, RunRecord, row};
use crate::config::{Arm, Config, Method, Supervision, Task};
use crate::lab::comparison::{Comparison, Finding, holm};
use crate::lab::lessons::evidence::points;
use crate::lab::number_format::per_cent;

/// Price of a thousand queries where the user has named none: a number to reckon with, in any currency.
pub const PRICE: f64 = 1.0;

pub(super) const LESSON: Lesson = Lesson {
    key: "api",
    title: "A teacher behind an API",
    line: "It tells its answer, its top 3, samples, or all probabilities. What is each worth?",
    question: "Many teachers can only be asked, and every question costs. 200 images are sent to one. It may tell its answer \
               alone, an answer drawn at random by its own odds (once, or eight times for eight times the price), its three \
               likeliest classes with their odds, or all its probabilities. Which answers teach most?",
    predictions: &["Its answer alone", "Eight drawn answers", "The top three", "All probabilities"],
    runs: || {
        let sampled = |samples| Supervision { samples, ..Supervision::of(Method::Sampled) };
        // An API returns probabilities at T = 1, and with the odds of its three likeliest classes tells how much is left for the
        // others. What it keeps to itself cannot be softened by a higher T.
        let top = Supervision { temperature: 1.0, ..Supervision::of(Method::TopKOther) };
        let extra_arms = vec![Supervision::of(Method::Argmax), sampled(1), sampled(8), top];
        vec![LessonRun { name: "200 images sent", config: Config { extra_arms, ..Config::for_task(Task::Fashion) } }]
    },
    judge,
    paper: None,
    record: RECORD,
    next: &[
        Next { what: "Spend more: also send 2,000 images that nobody has labelled", change: |c| c.pool = 2_000 },
        Next {
            what: "Send images of digits instead of clothing",
            change: |c| c.shift = crate::config::Shift::OtherTask,
        },
    ],
    bigger: |c| {
        c.transfer_size = 1_000;
        c.replicates = 10;
    },
    watch: "results",
    seconds: 10,
};

const RECORD: &str = "All probabilities reached 79.4 to 80.3\u{a0}%, 4.7 to 6.1 points over the right answers to the same images: ahead of every other kind of answer in four of five, in one too close to call against the top three with what is left (78\u{a0}% in all five). The bare answer brought 1.3 to 2.2, in one of five not beyond chance.";

/// Accuracy of an arm, and the number of queries it took.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryCost {
    /// Name of what the API returns.
    pub what: String,
    /// Mean accuracy in per cent.
    pub accuracy: f64,
    /// Points over hard labels on the same images.
    pub gain: f64,
    /// Queries.
    pub queries: usize,
}

/// Accuracy and queries of each kind of teacher output, hard labels left out.
pub fn query_costs(run: &RunRecord) -> Vec<QueryCost> {
    let config = run.config();
    let hard = run.accuracy(Arm::Hard);
    let arms = config.arms();
    arms.iter()
        .zip(&run.queries)
        .filter_map(|(&arm, &queries)| {
            let supervision = config.supervision(arm)?;
            let what = match supervision.method {
                Method::Argmax => "its answer".into(),
                Method::Sampled if supervision.samples == 1 => "one drawn answer".into(),
                Method::Sampled => format!("{} drawn answers", supervision.samples),
                Method::TopK | Method::TopKOther => format!("its top {}", supervision.top_k),
                _ => "all probabilities".into(),
            };
            let accuracy = run.accuracy(arm);
            Some(QueryCost { what, accuracy, gain: accuracy - hard, queries })
        })
        .collect()
}

fn judge(runs: &[&RunRecord]) -> Judgement {
    let [run] = runs else { return Judgement::default() };
    let query_costs = query_costs(run);
    let mut rows = vec![row("Right answers, nobody asked", per_cent(run.accuracy(Arm::Hard)))];
    rows.extend(
        query_costs.iter().map(|b| row(&b.what, format!("{} for {} queries", per_cent(b.accuracy), b.queries))),
    );
    Judgement::new(rows, true, || {
        // Each kind of answer that was asked for, with its arm.
        let config = run.config();
        let asked: Vec<Arm> = config.arms().into_iter().filter(|&arm| config.supervision(arm).is_some()).collect();
        if asked.len() != query_costs.len() {
            return None;
        }
        let best = (0..asked.len()).max_by(|&a, &b| query_costs[a].accuracy.total_cmp(&query_costs[b].accuracy))?;
        let others: Vec<usize> = (0..asked.len()).filter(|&i| i != best).collect();
        let ahead: Option<Vec<Comparison>> = others.iter().map(|&i| run.compare(asked[best], asked[i])).collect();
        let ahead = ahead?;
        let findings = holm(&ahead);
        // Those that the one with the highest mean is not significantly ahead of.
        let rivals: Vec<&str> = others
            .iter()
            .zip(&findings)
            .filter(|(_, finding)| **finding != Finding::Gain)
            .map(|(&i, _)| query_costs[i].what.as_str())
            .collect();
        let place = match config.supervision(asked[best])?.method {
            Method::Argmax => Some(0),
            Method::Sampled if config.supervision(asked[best])?.samples > 1 => Some(1),
            Method::TopK | Method::TopKOther => Some(2),
            Method::ForwardKl => Some(3),
            _ => None,
        };
        let head = if rivals.is_empty() {
            format!(
                "Most was learned from {}: {}, ahead of every other kind of answer",
                query_costs[best].what,
                per_cent(query_costs[best].accuracy)
            )
        } else {
            format!(
                "Too close to call between {} and {}: {} replicates cannot tell",
                query_costs[best].what,
                rivals.join(", "),
                ahead[0].replicates.pairs
            )
        };
        let over_hard = |method: Method| {
            let place = asked.iter().position(|&arm| config.supervision(arm).is_some_and(|s| s.method == method))?;
            Some((query_costs[place].queries, points(&run.compare(asked[place], Arm::Hard)?)))
        };
        let ((queries, answer), (_, all)) = (over_hard(Method::Argmax)?, over_hard(Method::ForwardKl)?);
        LessonVerdict::new(
            place.filter(|_| rivals.is_empty()),
            format!(
                "{head}. For {queries} queries its answer alone brings {answer} over the right answers, all its probabilities \
                 {all}.",
            ),
        )
    })
}
