//! Time of a training step on the device in use: of a teacher, one distilled student, eight of them in one stack, and, where
//! there is a worker pool, eight that the pool shares as it does in a run.
//!
//! The workload is other libraries' usual benchmark: images of 784 numbers, batches in memory, Adam, distillation at T = 4
//! with α = 0.9. Milliseconds are the mean over all timed steps, after a warm-up.

use super::kernels::Labels;
use super::nn::{Stack, initial_weights};
use super::optimizer::OptimizerState;
use super::session::Clock;
use super::trainer::{self, Batch};
use crate::config::{self, Architecture};
use crate::data::rng;
use crate::engine::parallel::pool;
use crate::engine::parallel::pool::{WorkerCommand, WorkerLost, WorkerPool};
use crate::losses::{LossParams, Soft};
use crate::protocol::{BenchRow, BenchSpec, BenchSubject};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use rand::RngExt;

/// Number of different batches, used in turn.
const BATCHES: usize = 8;
/// Steps between two reads, so that a GPU's queue does not grow without bound; the workers of a pool synchronise as often,
/// about as in a run.
const STRIDE: usize = 20;

impl BenchSubject {
    /// All subjects in the order of measurement. The stack of eight on one core is a separate one only where there are more.
    pub const ALL: [Self; 4] = [Self::Teacher, Self::Student, Self::Stack8, Self::Students8];

    /// Networks that it trains.
    fn students(self) -> usize {
        if matches!(self, Self::Stack8 | Self::Students8) { 8 } else { 1 }
    }
}

/// Networks being trained on prepared batches.
pub struct Bench {
    stack: Stack,
    optimizer: OptimizerState,
    loss_params: Tensor<2>,
    batches: Vec<Batch>,
    step: usize,
}

impl Bench {
    /// One teacher, on hard labels.
    fn teacher(spec: &BenchSpec, device: &Device) -> Self {
        Self::new(&spec.teacher, spec.batch, LossParams::HARD, 1, device)
    }

    /// Distilled students.
    pub fn students(spec: &BenchSpec, students: usize, device: &Device) -> Self {
        Self::new(&spec.student, spec.batch, LossParams::soft(Soft::ForwardKl, 4.0, 0.9), students, device)
    }

    fn new(widths: &[usize], batch: usize, row: LossParams, arms: usize, device: &Device) -> Self {
        let network = Architecture::mlp(widths);
        let stack = Stack::new(&network, &[initial_weights(&network, 1, "bench", 0)], arms, device);
        Self {
            optimizer: OptimizerState::new(config::Optimizer::Adam, stack.parameters()),
            stack,
            loss_params: trainer::loss_params(&vec![row; arms], device),
            batches: batches(&network, batch, device),
            step: 0,
        }
    }

    /// Takes `steps` steps and reads the last losses.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn run(&mut self, steps: usize) -> Result<(), ExecutionError> {
        for left in (0..steps).rev() {
            let batch = self.batches[self.step % BATCHES].clone();
            let losses = trainer::step(&mut self.stack, &mut self.optimizer, batch, &self.loss_params, 1e-3);
            self.step += 1;
            if left == 0 {
                losses.into_data_async().await?;
            }
        }
        Ok(())
    }
}

/// Failure of a benchmark.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The device failed.
    #[error(transparent)]
    Device(#[from] ExecutionError),
    /// A worker of the pool was lost.
    #[error(transparent)]
    WorkerPool(#[from] WorkerLost),
}

/// Measures one subject. `launches` counts kernel launches so far (0 on the CPU). Eight students are shared with a pool
/// as in a run: all workers take the same number of steps and wait for each other.
///
/// # Errors
/// [`BenchError`]
pub async fn measure(
    spec: &BenchSpec,
    subject: BenchSubject,
    worker_pool: Option<&WorkerPool>,
    device: &Device,
    now: Clock<'_>,
    launches: &dyn Fn() -> f64,
) -> Result<BenchRow, BenchError> {
    let worker_pool =
        worker_pool.filter(|worker_pool| subject == BenchSubject::Students8 && worker_pool.pool_workers() > 0);
    let parts = pool::parts(1, subject.students(), 1 + worker_pool.map_or(0, WorkerPool::pool_workers));
    let sizes: Vec<usize> = parts.iter().map(|part| part.iter().map(|(_, arms)| arms.len()).sum()).collect();
    let mut own = match subject {
        BenchSubject::Teacher => Bench::teacher(spec, device),
        _ => Bench::students(spec, sizes[0], device),
    };
    let workers = sizes.len();
    if let Some(worker_pool) = worker_pool {
        let asked = worker_pool.tell(sizes[1..].iter().map(|&students| WorkerCommand::Bench(spec.clone(), students)));
        for pool_worker in 0..workers - 1 {
            worker_pool.answer(pool_worker, asked).await?;
        }
    }
    let mut run = async |steps: usize| -> Result<(), BenchError> {
        for first in (0..steps).step_by(STRIDE) {
            let steps = STRIDE.min(steps - first);
            let asked =
                worker_pool.map(|worker_pool| worker_pool.tell((1..workers).map(|_| WorkerCommand::Run(steps))));
            own.run(steps).await?;
            if let (Some(worker_pool), Some(asked)) = (worker_pool, asked) {
                for pool_worker in 0..workers - 1 {
                    worker_pool.answer(pool_worker, asked).await?;
                }
            }
        }
        Ok(())
    };
    run(BenchSpec::WARM_UP).await?;
    let (begun, counted) = (now(), launches());
    run(spec.steps).await?;
    let steps = spec.steps.max(1) as f64;
    Ok(BenchRow { subject, ms: (now() - begun) / steps, launches: (launches() - counted) / steps, workers })
}

/// Batches of one replicate: inputs from 0 to 1, labels, and a teacher's logits, from a fixed seed.
fn batches(network: &Architecture, batch: usize, device: &Device) -> Vec<Batch> {
    let (d, c) = (network.inputs(), network.classes());
    let mut rng = rng::stream(1, "bench-data", 0);
    let mut numbers = |n: usize, scale: f32| (0..n).map(|_| scale * rng.random::<f32>()).collect::<Vec<f32>>();
    (0..BATCHES)
        .map(|_| {
            let x = numbers(batch * d, 1.0);
            let labels: Vec<usize> =
                numbers(batch, c as f32).into_iter().map(|v| v.floor().min(c as f32 - 1.0) as usize).collect();
            let teacher = numbers(batch * c, 8.0);
            Batch {
                x: Tensor::from_data(TensorData::new(x, [1, batch, d]), device),
                labels: Labels::known(&labels, 1, device),
                teacher: Tensor::from_data(TensorData::new(teacher, [1, batch, c]), device),
            }
        })
        .collect()
}
