//! The students of a run, in training runs that go in step: one for all of them; two where arms that use the teacher learn from an
//! unlabelled pool, too; more where a [worker pool](crate::engine::parallel::pool) shares the training.

use crate::engine::nn::Stack;
use crate::engine::parallel::pool::{Ticket, WorkerCommand, WorkerLost, WorkerPool, WorkerReply};
use crate::engine::session::supervision::GroupSupervision;
use crate::engine::session::training_run::{InputTable, TrainingRun};
use crate::experiment::{GradientTerms, StateDict};
use burn::tensor::Device;
use std::ops::Range;

/// One training run and its students: some arms in some replicates.
pub struct Group {
    /// Numbers of its replicates.
    pub replicates: Range<usize>,
    /// Places of its arms among all arms of the run.
    pub arms: Vec<usize>,
    /// The training run. Where a pool worker trains it, this is its last known state.
    pub training_run: TrainingRun,
    /// Number of the pool worker that trains it, unless it is trained here.
    pub pool_worker: Option<usize>,
    /// Whether it draws from the training set, whatever the others' source is.
    pub on_all: bool,
}

impl Group {
    /// Replaces its networks.
    fn take(&mut self, weights: &[StateDict], device: &Device) {
        self.training_run.stack.replace(&weights.iter().collect::<Vec<_>>(), device);
    }
}

/// The students.
pub struct StudentGroups {
    /// The training runs; every student is in one of them. The first has the first student, and is trained here.
    pub groups: Vec<Group>,
    /// What they draw from, where that is not the training set.
    pub source: Option<InputTable>,
    /// Examples of a replicate, those that are labelled and those that are not.
    pub examples: (usize, usize),
    replicates: usize,
}

impl StudentGroups {
    /// Students that have not begun.
    pub fn new(groups: Vec<Group>, source: Option<InputTable>, examples: (usize, usize), replicates: usize) -> Self {
        Self { groups, source, examples, replicates }
    }

    /// Steps taken.
    pub fn step(&self) -> usize {
        self.groups.first().map_or(0, |group| group.training_run.step)
    }

    /// True when there is no step left.
    pub fn finished(&self) -> bool {
        self.groups.iter().all(|group| group.training_run.finished())
    }

    /// True when some of them are trained elsewhere.
    pub fn shared(&self) -> bool {
        self.groups.iter().any(|group| group.pool_worker.is_some())
    }

    /// Workers that train them, this one among them.
    pub fn workers(&self) -> usize {
        1 + self.groups.iter().filter_map(|group| group.pool_worker).max().map_or(0, |last| last + 1)
    }

    /// New supervision from the next step on.
    pub fn set_supervision(
        &mut self,
        group_supervision: impl Fn(&Group) -> GroupSupervision,
        worker_pool: Option<&WorkerPool>,
        device: &Device,
    ) {
        let mut away = vec![Vec::new(); worker_pool.map_or(0, WorkerPool::pool_workers)];
        for group in &mut self.groups {
            let group_supervision = group_supervision(group);
            if let Some(shards) = group.pool_worker.and_then(|pool_worker| away.get_mut(pool_worker)) {
                shards.push(group_supervision.clone());
            }
            group.training_run.set_supervision(group_supervision, device);
        }
        if let Some(worker_pool) = worker_pool.filter(|_| self.shared()) {
            worker_pool.tell(away.into_iter().map(WorkerCommand::Supervise));
        }
    }

    /// Losses read last, `[R][A]` flattened, row-major.
    pub fn losses(&self) -> Vec<f32> {
        self.merged(self.groups.iter().map(|group| group.training_run.losses.clone()).collect())
    }

    /// The stacks of the training runs.
    pub fn stacks(&self) -> Vec<&Stack> {
        self.groups.iter().map(|group| &group.training_run.stack).collect()
    }

    /// The stacks that are trained here.
    pub fn own_stacks(&self) -> Vec<&Stack> {
        self.groups.iter().filter(|group| group.pool_worker.is_none()).map(|group| &group.training_run.stack).collect()
    }

    /// Groups of a pool worker, in the order of its shares.
    fn of_worker(&mut self, pool_worker: usize) -> impl Iterator<Item = (usize, &mut Group)> {
        self.groups.iter_mut().enumerate().filter(move |(_, group)| group.pool_worker == Some(pool_worker))
    }

    /// Waits for the pool's steps: notes how far its training runs are, and gives the gradient terms that were asked for, by group.
    ///
    /// # Errors
    /// [`WorkerLost`]
    pub async fn receive(
        &mut self,
        worker_pool: &WorkerPool,
        asked: Ticket,
    ) -> Result<Vec<(usize, Vec<GradientTerms>)>, WorkerLost> {
        let mut apart = Vec::new();
        for pool_worker in 0..worker_pool.pool_workers() {
            let WorkerReply::Advanced(shares) = worker_pool.answer(pool_worker, asked).await? else {
                return Err(WorkerLost);
            };
            for ((i, group), progress) in self.of_worker(pool_worker).zip(shares) {
                (group.training_run.step, group.training_run.losses) = (progress.step, progress.losses);
                apart.extend(progress.gradient_terms.map(|gradient_terms| (i, gradient_terms)));
            }
        }
        Ok(apart)
    }

    /// Waits for what the worker pool has measured, and puts it in its place among `own`, the logits of the stacks that are
    /// trained here: those of every group.
    ///
    /// # Errors
    /// [`WorkerLost`]
    pub async fn measured(
        &mut self,
        worker_pool: &WorkerPool,
        asked: Ticket,
        own: Vec<Vec<Vec<f32>>>,
        device: &Device,
    ) -> Result<Vec<Vec<Vec<f32>>>, WorkerLost> {
        let mut all = vec![Vec::new(); self.groups.len()];
        let here = self.groups.iter().zip(&mut all).filter(|(group, _)| group.pool_worker.is_none());
        here.zip(own).for_each(|((_, place), logits)| *place = logits);
        for pool_worker in 0..worker_pool.pool_workers() {
            let WorkerReply::ShardResult(shares) = worker_pool.answer(pool_worker, asked).await? else {
                return Err(WorkerLost);
            };
            for ((i, group), share) in self.of_worker(pool_worker).zip(shares) {
                group.take(&share.weights, device);
                all[i] = share.logits;
            }
        }
        Ok(all)
    }

    /// Brings the copies of what the worker pool trains up to date.
    ///
    /// # Errors
    /// [`WorkerLost`]
    pub async fn refresh(&mut self, worker_pool: &WorkerPool, device: &Device) -> Result<(), WorkerLost> {
        let asked = worker_pool.tell((0..worker_pool.pool_workers()).map(|_| WorkerCommand::Tell));
        for pool_worker in 0..worker_pool.pool_workers() {
            let WorkerReply::SentTargets(shares) = worker_pool.answer(pool_worker, asked).await? else {
                return Err(WorkerLost);
            };
            self.of_worker(pool_worker).zip(shares).for_each(|((_, group), weights)| group.take(&weights, device));
        }
        Ok(())
    }

    /// Per-student values of the training runs, each `[R'][A']` flattened, row-major, as `[R][A]`; empty while one is.
    pub fn merged<T: Clone>(&self, of_groups: Vec<Vec<T>>) -> Vec<T> {
        self.merged_first(of_groups, self.replicates)
    }

    /// The same of the first so many replicates.
    pub fn merged_first<T: Clone>(&self, of_groups: Vec<Vec<T>>, replicates: usize) -> Vec<T> {
        let arms = self.groups.iter().flat_map(|group| &group.arms).max().map_or(0, |last| last + 1);
        let value = |r: usize, arm: usize| {
            self.groups.iter().zip(&of_groups).find_map(|(group, values)| {
                let place = group.arms.iter().position(|&a| a == arm)?;
                let replicate = group.replicates.contains(&r).then(|| r - group.replicates.start)?;
                values.get(replicate * group.arms.len() + place)
            })
        };
        let all = (0..replicates).flat_map(|r| (0..arms).map(move |arm| (r, arm)));
        all.map(|(r, arm)| value(r, arm).cloned()).collect::<Option<Vec<T>>>().unwrap_or_default()
    }
}
