//! A crew: others beside this session who train a part of its students on cores of their own, on the CPU.
//!
//! Networks of a stack do not touch each other, so a stack can be cut anywhere between two of them. Every hand gets all
//! that its students learn from, and goes in step: it takes as many steps as it is told and answers. A student comes out the same,
//! to the last bit, whoever trains it.

use crate::config::Architecture;
use crate::engine::session::supervision::GroupSupervision;
use crate::engine::session::training_run::{Sample, TrainConfig};
use crate::experiment::{GradientTerms, StateDict};
use crate::protocol::BenchSpec;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::rc::Rc;

/// What a hand is told. All but [`WorkerCommand::Take`] and [`WorkerCommand::Supervise`] is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerCommand {
    /// Train these from now on, and no others.
    Take(Assignment),
    /// Other recipes from the next step on, one syllabus for each share.
    Supervise(Vec<GroupSupervision>),
    /// Take so many steps; with `dissect`, take the first one's gradient apart.
    Advance {
        /// Steps, as far as there are any left.
        steps: usize,
        /// Whether the anatomy is asked for.
        decompose: bool,
    },
    /// Say what the networks answer on the test set, and what their weights are.
    Measure,
    /// Say what the weights are.
    Tell,
    /// Make so many students of a benchmark ready.
    Bench(BenchSpec, usize),
    /// Train those for so many steps.
    Run(usize),
}

/// What a hand answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerReply {
    /// The steps are taken, or a loss has run away before that.
    Advanced(Vec<ShardProgress>),
    /// What was asked of the networks, share by share.
    ShardResult(Vec<ShardResult>),
    /// The weights, `[R'][A']` in one row, share by share.
    SentTargets(Vec<Vec<StateDict>>),
    /// The benchmark's students are ready, or have taken their steps.
    Ready,
}

/// How far a share is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardProgress {
    /// Steps taken in all.
    pub step: usize,
    /// Losses before the last of them, `[R'][A']` in one row, nats.
    pub losses: Vec<f32>,
    /// The anatomy, in the same order, where it was asked for.
    pub gradient_terms: Option<Vec<GradientTerms>>,
}

/// What a share's networks answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardResult {
    /// Logits on the test set, `[R'][A']`, each `[N, C]` in one row.
    pub logits: Vec<Vec<f32>>,
    /// Weights, in the same order.
    pub weights: Vec<StateDict>,
}

/// A hand's part of the students.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Length D of an input.
    pub dimensions: usize,
    /// What the shares draw from, `[U, D]` in one row.
    pub inputs: Vec<f32>,
    /// The test set's inputs, `[N, D]` in one row.
    pub test: Vec<f32>,
    /// The courses.
    pub shares: Vec<Shard>,
}

/// One course of a part: some arms in some replicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Architecture of its networks.
    pub architecture: Architecture,
    /// What its arms learn from.
    pub group_supervision: GroupSupervision,
    /// Its replicates' examples, `[R'][N]`; rows of [`Assignment::inputs`].
    pub examples: Vec<Vec<Sample>>,
    /// What the teacher told of them.
    pub told: SentTargets,
    /// How it is trained.
    pub train_config: TrainConfig,
}

/// What a teacher told of the examples, on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentTargets {
    /// `[R'·N, V·C]` in one row.
    pub logits: Vec<f32>,
    /// V·C
    pub columns: usize,
    /// The teacher's hidden activations `[U, H]` in one row, H, and each example's row in them, `[R'·N]`.
    pub hidden: Option<(Vec<f32>, usize, Vec<usize>)>,
}

/// A hand does not answer any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the students was being trained elsewhere, and is lost")]
pub struct WorkerLost;

/// An answer to come, with the number of its order.
pub type ReplyFuture<'a> = Pin<Box<dyn Future<Output = Result<(u32, WorkerReply), WorkerLost>> + 'a>>;

/// The way to the hands.
pub trait Transport {
    /// ParallelWorkers that are there.
    fn pool_workers(&self) -> usize;
    /// Sends an order of that number to a hand; orders arrive in their order.
    fn send(&self, pool_worker: usize, number: u32, order: WorkerCommand);
    /// The hand's next answer.
    fn hear(&self, pool_worker: usize) -> ReplyFuture<'_>;
}

/// The hands and what was last asked of them. A clone is the same crew.
#[derive(Clone)]
pub struct WorkerPool {
    line: Rc<dyn Transport>,
    number: Rc<Cell<u32>>,
    /// TeacherTargets that came while a later one was waited for: hand, number, answer.
    early: Rc<RefCell<Vec<(usize, u32, WorkerReply)>>>,
    dismissed: Rc<Cell<bool>>,
}

/// What was asked of a crew: its answer can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

impl WorkerPool {
    /// A crew of the hands at the other end.
    pub fn new(line: Rc<dyn Transport>) -> Self {
        Self { line, number: Rc::default(), early: Rc::default(), dismissed: Rc::default() }
    }

    /// ParallelWorkers that are there.
    pub fn pool_workers(&self) -> usize {
        self.line.pool_workers()
    }

    /// Says that a hand is [`WorkerLost`], and the crew of no use any more.
    pub fn dismiss(&self) {
        self.dismissed.set(true);
    }

    /// Whether a hand is lost.
    pub fn dismissed(&self) -> bool {
        self.dismissed.get()
    }

    /// Tells hand after hand what `orders` say, from the first hand on.
    pub fn tell(&self, orders: impl IntoIterator<Item = WorkerCommand>) -> Ticket {
        let number = self.number.get().wrapping_add(1);
        self.number.set(number);
        for (pool_worker, order) in orders.into_iter().enumerate() {
            self.line.send(pool_worker, number, order);
        }
        Ticket(number)
    }

    /// Tells one hand something that is not answered.
    pub fn order(&self, pool_worker: usize, order: WorkerCommand) {
        let number = self.number.get().wrapping_add(1);
        self.number.set(number);
        self.line.send(pool_worker, number, order);
    }

    /// Nothing that was asked so far is waited for any more.
    pub fn forget(&self) {
        self.early.borrow_mut().clear();
    }

    /// What a hand answers to that. What it says of other orders meanwhile is kept for who asked, until that is
    /// [forgotten](Self::forget).
    ///
    /// # Errors
    /// [`WorkerLost`]
    pub async fn answer(&self, pool_worker: usize, Ticket(number): Ticket) -> Result<WorkerReply, WorkerLost> {
        let there = self.early.borrow().iter().position(|(of, asked, _)| (*of, *asked) == (pool_worker, number));
        if let Some(there) = there {
            return Ok(self.early.borrow_mut().swap_remove(there).2);
        }
        loop {
            // A loss is heard once; whoever asks after that must not wait for what will not come.
            if self.dismissed() {
                return Err(WorkerLost);
            }
            let Ok((asked, answer)) = self.line.hear(pool_worker).await else {
                self.dismiss();
                return Err(WorkerLost);
            };
            if asked == number {
                return Ok(answer);
            }
            self.early.borrow_mut().push((pool_worker, asked, answer));
        }
    }
}

/// Students in a rectangle: replicates and arms, by their numbers.
pub type Rectangle = (Range<usize>, Range<usize>);

/// `replicates` × `arms` students cut into parts for so many, as equal as can be, each in as few rectangles as it takes
/// (at most three: the rest of a replicate, whole ones, the beginning of another). The smaller parts come first.
pub fn parts(replicates: usize, arms: usize, among: usize) -> Vec<Vec<Rectangle>> {
    let all = replicates * arms;
    let among = among.clamp(1, all.max(1));
    let cut = |i: usize| i * all / among;
    let part = |i: usize| {
        let (mut at, end) = (cut(i), cut(i + 1));
        let mut rectangles = Vec::new();
        while at < end {
            let (replicate, arm) = (at / arms, at % arms);
            let whole = (end - at) / arms;
            let (rows, columns) = if arm == 0 && whole > 0 {
                (replicate..replicate + whole, 0..arms)
            } else {
                (replicate..replicate + 1, arm..arms.min(arm + end - at))
            };
            at += rows.len() * columns.len();
            rectangles.push((rows, columns));
        }
        rectangles
    };
    (0..among).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_student_is_in_one_part_and_the_parts_are_as_equal_as_can_be() {
        for (replicates, arms) in [(1, 1), (1, 8), (3, 3), (5, 3), (4, 2), (12, 3), (2, 7)] {
            for among in 1..=5 {
                let parts = parts(replicates, arms, among);
                assert_eq!(parts.len(), among.min(replicates * arms));
                let mut seen = Vec::new();
                let mut sizes = Vec::new();
                for part in &parts {
                    let before = seen.len();
                    assert!((1..=3).contains(&part.len()), "{part:?}");
                    for (rows, columns) in part {
                        seen.extend(rows.clone().flat_map(|r| columns.clone().map(move |a| (r, a))));
                    }
                    sizes.push(seen.len() - before);
                }
                assert_eq!(seen[0], (0, 0), "the first part has the first student");
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), replicates * arms);
                assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
            }
        }
    }

    #[test]
    fn nine_students_of_three_arms_are_cut_within_a_replicate() {
        assert_eq!(parts(3, 3, 2), [vec![(0..1, 0..3), (1..2, 0..1)], vec![(1..2, 1..3), (2..3, 0..3)]]);
    }
}
