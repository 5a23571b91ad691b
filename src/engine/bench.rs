//! What a step costs on the device in use: a teacher, one distilled student, and eight students in one stack.
//!
//! The work is that of other libraries' usual benchmark: images of 784 numbers, batches that are ready in memory, Adam,
//! distillation at T = 4 with α = 0.9. Milliseconds are the mean over all steps timed, after some that are not.

use super::loss::{Soft, Supervision};
use super::network::{Stack, he_weights};
use super::optimizer::Optimizer;
use super::session::Clock;
use super::trainer::{self, Batch};
use crate::config;
use crate::data::rng;
use crate::protocol::{BenchRow, BenchSpec, BenchSubject};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use rand::RngExt;

/// Different batches that are gone round.
const BATCHES: usize = 8;
/// Steps between two reads, so that a GPU's queue does not grow without bound.
const STRIDE: usize = 20;

impl BenchSubject {
    /// All, in the order they are measured.
    pub const ALL: [Self; 3] = [Self::Teacher, Self::Student, Self::Students8];

    /// Networks in its stack.
    fn arms(self) -> usize {
        if self == Self::Students8 { 8 } else { 1 }
    }
}

/// Measures one subject. `launches` counts kernel launches so far (0 on the CPU).
///
/// # Errors
/// When the device fails.
pub async fn measure(
    spec: &BenchSpec,
    subject: BenchSubject,
    device: &Device,
    now: Clock<'_>,
    launches: &dyn Fn() -> f64,
) -> Result<BenchRow, ExecutionError> {
    let teacher = subject == BenchSubject::Teacher;
    let widths = if teacher { &spec.teacher } else { &spec.student };
    let arms = subject.arms();
    let mut stack = Stack::new(widths, &[he_weights(widths, 1, "bench", 0)], arms, device);
    let mut optimizer = Optimizer::new(config::Optimizer::Adam, &stack);
    let row = if teacher { Supervision::HARD } else { Supervision::soft(Soft::ForwardKl, 4.0, 0.9) };
    let supervision = trainer::supervision(&vec![row; arms], device);
    let batches = batches(widths, spec.batch, device);
    let (mut begun, mut counted) = (now(), launches());
    for step in 0..BenchSpec::WARM_UP + spec.steps {
        if step == BenchSpec::WARM_UP {
            (begun, counted) = (now(), launches());
        }
        let batch = batches[step % BATCHES].clone();
        let losses = trainer::step(&mut stack, &mut optimizer, batch, &supervision, 1e-3);
        if step + 1 == BenchSpec::WARM_UP || step + 1 == BenchSpec::WARM_UP + spec.steps || step % STRIDE == STRIDE - 1
        {
            losses.into_data_async().await?;
        }
    }
    let steps = spec.steps.max(1) as f64;
    Ok(BenchRow { subject, ms: (now() - begun) / steps, launches: (launches() - counted) / steps })
}

/// Batches of one replicate: inputs from 0 to 1, labels, and a teacher's logits, from a fixed seed.
fn batches(widths: &[usize], batch: usize, device: &Device) -> Vec<Batch> {
    let (d, c) = (widths[0], widths[widths.len() - 1]);
    let mut rng = rng::stream(1, "bench-data", 0);
    let mut numbers = |n: usize, scale: f32| (0..n).map(|_| scale * rng.random::<f32>()).collect::<Vec<f32>>();
    (0..BATCHES)
        .map(|_| {
            let x = numbers(batch * d, 1.0);
            let labels = numbers(batch, c as f32).into_iter().map(|v| v.floor().min(c as f32 - 1.0)).collect();
            let teacher = numbers(batch * c, 8.0);
            Batch {
                x: Tensor::from_data(TensorData::new(x, [1, batch, d]), device),
                labels: Tensor::from_data(TensorData::new::<f32, _>(labels, [1, batch]), device),
                teacher: Tensor::from_data(TensorData::new(teacher, [1, batch, c]), device),
            }
        })
        .collect()
}
