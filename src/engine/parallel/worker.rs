//! Pool worker: trains the students that it is assigned, and replies to commands ([`crate::engine::parallel::pool`]).

use crate::engine::bench::Bench;
use crate::engine::gradient_terms;
use crate::engine::nn::Stack;
use crate::engine::parallel::pool::{
    Assignment, SentTargets, Shard, ShardProgress, ShardResult, WorkerCommand, WorkerReply,
};
use crate::engine::session::eval_pass::EvalPass;
use crate::engine::session::plan;
use crate::engine::session::train_loop::ran_away;
use crate::engine::session::training_run::{InputTable, TeacherTargets, TrainingRun};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};

/// State of a pool worker.
pub struct PoolWorker {
    device: Device,
    training_runs: Vec<TrainingRun>,
    source: InputTable,
    /// `[1, N, D]`
    test: Tensor<3>,
    bench: Option<Bench>,
}

impl PoolWorker {
    /// A pool worker with nothing to do, on the CPU.
    pub fn new(device: Device) -> Self {
        let source = InputTable { x: Tensor::zeros([0, 0], &device) };
        Self { training_runs: Vec::new(), source, test: Tensor::zeros([1, 0, 0], &device), bench: None, device }
    }

    /// Carries out a command; its reply, where it has one.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn handle(&mut self, order: WorkerCommand) -> Result<Option<WorkerReply>, ExecutionError> {
        Ok(match order {
            WorkerCommand::Take(part) => {
                self.take(part);
                None
            }
            WorkerCommand::Supervise(syllabi) => {
                for (training_run, group_supervision) in self.training_runs.iter_mut().zip(syllabi) {
                    training_run.set_supervision(group_supervision, &self.device);
                }
                None
            }
            WorkerCommand::Advance { steps, decompose } => {
                Some(WorkerReply::Advanced(self.advance(steps, decompose).await?))
            }
            WorkerCommand::Measure => Some(WorkerReply::ShardResult(self.measure().await?)),
            WorkerCommand::Tell => Some(WorkerReply::SentTargets(self.weights().await?)),
            WorkerCommand::Bench(spec, students) => {
                self.bench = Some(Bench::students(&spec, students, &self.device));
                Some(WorkerReply::Ready)
            }
            WorkerCommand::Run(steps) => {
                if let Some(bench) = &mut self.bench {
                    bench.run(steps).await?;
                }
                Some(WorkerReply::Ready)
            }
        })
    }

    fn take(&mut self, part: Assignment) {
        let Assignment { dimensions: d, inputs, test, shares } = part;
        if shares.is_empty() {
            *self = Self::new(self.device.clone());
            return;
        }
        let matrix = |values: Vec<f32>| {
            let rows = values.len() / d.max(1);
            Tensor::<2>::from_data(TensorData::new(values, [rows, d]), &self.device)
        };
        (self.source, self.test) = (InputTable { x: matrix(inputs) }, matrix(test).unsqueeze_dim(0));
        self.training_runs = shares.into_iter().map(|share| share.training_run(&self.device)).collect();
        self.bench = None;
    }

    async fn advance(&mut self, steps: usize, decompose: bool) -> Result<Vec<ShardProgress>, ExecutionError> {
        let mut apart = vec![None; self.training_runs.len()];
        for taken in 0..steps {
            let mut well = true;
            for (training_run, apart) in self.training_runs.iter_mut().zip(&mut apart) {
                if training_run.finished() {
                    continue;
                }
                let taken = training_run.advance(&self.source, decompose && taken == 0, &self.device);
                if let Some(gradient_terms) = taken.gradient_terms {
                    *apart = Some(gradient_terms::read(
                        gradient_terms.into_data_async().await?.as_slice::<f32>().unwrap_or(&[]),
                    ));
                }
                let read = taken.losses.into_data_async().await?;
                training_run.losses = read.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
                well &= ran_away(&training_run.losses).is_none();
            }
            if !well {
                break;
            }
        }
        let progress = |(training_run, gradient_terms): (&TrainingRun, _)| ShardProgress {
            step: training_run.step,
            losses: training_run.losses.clone(),
            gradient_terms,
        };
        Ok(self.training_runs.iter().zip(apart).map(progress).collect())
    }

    async fn measure(&self) -> Result<Vec<ShardResult>, ExecutionError> {
        let stacks: Vec<&Stack> = self.training_runs.iter().map(|training_run| &training_run.stack).collect();
        let mut evaluating = EvalPass::new(&stacks, true, false);
        while !evaluating.complete(&self.test) {
            evaluating.advance(&stacks, &self.test);
        }
        let logits = evaluating.finish().await?;
        let weights = self.weights().await?;
        Ok(logits.into_iter().zip(weights).map(|(logits, weights)| ShardResult { logits, weights }).collect())
    }

    async fn weights(&self) -> Result<Vec<Vec<crate::experiment::StateDict>>, ExecutionError> {
        let mut all = Vec::with_capacity(self.training_runs.len());
        for training_run in &self.training_runs {
            all.push(training_run.stack.to_host().await?);
        }
        Ok(all)
    }
}

impl SentTargets {
    /// On a device; `None` where the teacher was not asked.
    pub fn answers(self, device: &Device) -> Option<TeacherTargets> {
        let matrix = |values: Vec<f32>, columns: usize| {
            let rows = values.len() / columns.max(1);
            Tensor::from_data(TensorData::new(values, [rows, columns]), device)
        };
        (self.columns > 0).then(|| TeacherTargets {
            logits: matrix(self.logits, self.columns),
            hidden: self.hidden.map(|(table, units, row_of)| (matrix(table, units), row_of)),
        })
    }
}

impl Shard {
    /// Its training run before the first step.
    pub fn training_run(self, device: &Device) -> TrainingRun {
        let Self { architecture, group_supervision, examples, targets, train_config } = self;
        plan::students(&architecture, group_supervision, examples, targets.answers(device), train_config, device)
    }
}
