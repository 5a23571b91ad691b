//! Worker pool: further workers that train a part of a session's students on CPU cores of their own.
//!
//! Networks of a stack do not touch each other, so a stack can be cut anywhere between two of them. Every pool worker receives
//! the data of its students and goes in step: it takes as many steps as a command asks for and replies. A student comes out
//! bit-equal, whichever worker trains it.

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

/// A command to a pool worker. All but [`WorkerCommand::Take`] and [`WorkerCommand::Supervise`] get a reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerCommand {
    /// Train these from now on, and no others.
    Take(Assignment),
    /// New supervision from the next step on, one for each shard.
    Supervise(Vec<GroupSupervision>),
    /// Take so many steps; with `decompose`, take the first one's gradient apart.
    Advance {
        /// Steps, as far as there are any left.
        steps: usize,
        /// Whether the gradient terms are asked for.
        decompose: bool,
    },
    /// Send the networks' logits on the test set, and their weights.
    Measure,
    /// Send the weights.
    Tell,
    /// Make so many students of a benchmark ready.
    Bench(BenchSpec, usize),
    /// Train those for so many steps.
    Run(usize),
}

/// A pool worker's reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WorkerReply {
    /// The steps are taken, or a loss has run away before that.
    Advanced(Vec<ShardProgress>),
    /// Logits and weights of the networks, shard by shard.
    ShardResult(Vec<ShardResult>),
    /// The weights, `[R'][A']` flattened, row-major, shard by shard.
    SentTargets(Vec<Vec<StateDict>>),
    /// The benchmark's students are ready, or have taken their steps.
    Ready,
}

/// Progress of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardProgress {
    /// Steps taken in all.
    pub step: usize,
    /// Losses before the last of them, `[R'][A']` flattened, row-major, nats.
    pub losses: Vec<f32>,
    /// The gradient terms in the same order, where they were asked for.
    pub gradient_terms: Option<Vec<GradientTerms>>,
}

/// Logits and weights of a shard's networks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardResult {
    /// Logits on the test set, `[R'][A']`, each `[N, C]` flattened, row-major.
    pub logits: Vec<Vec<f32>>,
    /// Weights, in the same order.
    pub weights: Vec<StateDict>,
}

/// The students assigned to a pool worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Length D of an input.
    pub dimensions: usize,
    /// Inputs that the shards draw from, `[U, D]` flattened, row-major.
    pub inputs: Vec<f32>,
    /// The test set's inputs, `[N, D]` flattened, row-major.
    pub test: Vec<f32>,
    /// The training runs.
    pub shares: Vec<Shard>,
}

/// One training run of an assignment: some arms in some replicates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// Architecture of its networks.
    pub architecture: Architecture,
    /// What its arms learn from.
    pub group_supervision: GroupSupervision,
    /// Its replicates' examples, `[R'][N]`; rows of [`Assignment::inputs`].
    pub examples: Vec<Vec<Sample>>,
    /// The teacher's targets for them.
    pub targets: SentTargets,
    /// How it is trained.
    pub train_config: TrainConfig,
}

/// A teacher's targets in transit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentTargets {
    /// `[R'·N, V·C]` flattened, row-major.
    pub logits: Vec<f32>,
    /// V·C; 0 where the teacher was not asked.
    pub columns: usize,
    /// The teacher's hidden activations `[U, H]` flattened, row-major, H, and each example's row in them, `[R'·N]`.
    pub hidden: Option<(Vec<f32>, usize, Vec<usize>)>,
}

/// A pool worker no longer replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the students was being trained elsewhere, and is lost")]
pub struct WorkerLost;

/// A reply to come, with the number of its command.
pub type ReplyFuture<'a> = Pin<Box<dyn Future<Output = Result<(u32, WorkerReply), WorkerLost>> + 'a>>;

/// Message transport between a session and its pool workers.
pub trait Transport {
    /// ParallelWorkers that are there.
    fn pool_workers(&self) -> usize;
    /// Sends a command of that number to a pool worker; commands arrive in their order.
    fn send(&self, pool_worker: usize, number: u32, order: WorkerCommand);
    /// The pool worker's next reply.
    fn receive(&self, pool_worker: usize) -> ReplyFuture<'_>;
}

/// Handle of the pool workers and of the last command to them. Clones share one pool.
#[derive(Clone)]
pub struct WorkerPool {
    line: Rc<dyn Transport>,
    number: Rc<Cell<u32>>,
    /// Replies that arrived while a later one was awaited: pool worker, number, reply.
    early: Rc<RefCell<Vec<(usize, u32, WorkerReply)>>>,
    dismissed: Rc<Cell<bool>>,
}

/// Ticket of a command: its reply can be awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

impl WorkerPool {
    /// The pool at the other end of a transport.
    pub fn new(line: Rc<dyn Transport>) -> Self {
        Self { line, number: Rc::default(), early: Rc::default(), dismissed: Rc::default() }
    }

    /// ParallelWorkers that are there.
    pub fn pool_workers(&self) -> usize {
        self.line.pool_workers()
    }

    /// Marks the pool as unusable: a worker is [`WorkerLost`].
    pub fn dismiss(&self) {
        self.dismissed.set(true);
    }

    /// Whether a pool worker is lost.
    pub fn dismissed(&self) -> bool {
        self.dismissed.get()
    }

    /// Sends one command to each pool worker, from the first on.
    pub fn tell(&self, orders: impl IntoIterator<Item = WorkerCommand>) -> Ticket {
        let number = self.number.get().wrapping_add(1);
        self.number.set(number);
        for (pool_worker, order) in orders.into_iter().enumerate() {
            self.line.send(pool_worker, number, order);
        }
        Ticket(number)
    }

    /// Sends one pool worker a command that gets no reply.
    pub fn order(&self, pool_worker: usize, order: WorkerCommand) {
        let number = self.number.get().wrapping_add(1);
        self.number.set(number);
        self.line.send(pool_worker, number, order);
    }

    /// Drops early replies: no command so far is awaited any more.
    pub fn forget(&self) {
        self.early.borrow_mut().clear();
    }

    /// A pool worker's reply to a command. Replies to other commands that arrive meanwhile are kept for their callers, until
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
            let Ok((asked, answer)) = self.line.receive(pool_worker).await else {
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
