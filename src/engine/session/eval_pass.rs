//! Measuring a stack on the whole test set, piece by piece, so that the worker can answer in between.

use crate::engine::nn::Stack;
use crate::engine::parallel::pool::Ticket;
use burn::tensor::{ExecutionError, Tensor, Transaction};

/// An evaluation pass over the test set, in pieces.
pub struct EvalPass {
    /// True when the students are measured, false when the teacher is.
    pub students: bool,
    next: usize,
    chunk: usize,
    /// Pieces of each stack.
    parts: Vec<Vec<Tensor<3>>>,
    /// The same of students that a worker pool trains.
    pub asked: Option<Ticket>,
}

/// Multiply-adds of the first layer in one piece on the CPU: about 10 ms.
const PIECE: usize = 60_000_000;
/// Most bytes of activations in one piece on a GPU: half of what WebGPU binds at once by default.
const MAX_BYTES: usize = 64 << 20;

impl EvalPass {
    /// A pass over those stacks that has not begun.
    pub fn new(stacks: &[&Stack], students: bool, gpu: bool) -> Self {
        let size = |stack: &&Stack| stack.networks() * stack.architecture().first_layer_macs();
        let sizes: usize = stacks.iter().map(size).sum();
        // On a GPU the pieces are only a matter of memory: the widest layer's activations.
        let wide = |stack: &&Stack| stack.networks() * stack.architecture().widest_layer();
        let widest = 4 * stacks.iter().map(wide).max().unwrap_or(1).max(1);
        let chunk = if gpu { MAX_BYTES / widest } else { PIECE / sizes.max(1) };
        let chunk = chunk.clamp(20, 1_000);
        Self { students, next: 0, chunk, parts: vec![Vec::new(); stacks.len()], asked: None }
    }

    /// With what a worker pool was asked to measure.
    pub fn with(self, asked: Option<Ticket>) -> Self {
        Self { asked, ..self }
    }

    /// True when every piece has been computed.
    pub fn complete(&self, x: &Tensor<3>) -> bool {
        self.next == x.dims()[1]
    }

    /// Computes one piece. `x` is the test set, `[1, N, D]`.
    pub fn advance(&mut self, stacks: &[&Stack], x: &Tensor<3>) {
        let [_, n, d] = x.dims();
        let end = (self.next + self.chunk).min(n);
        let piece = x.clone().slice([0..1, self.next..end, 0..d]);
        for (parts, stack) in self.parts.iter_mut().zip(stacks) {
            parts.push(stack.logits(piece.clone()));
        }
        self.next = end;
    }

    /// The logits of every stack's every network, `[S]` times `[N, C]` flattened, row-major; one read.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn finish(self) -> Result<Vec<Vec<Vec<f32>>>, ExecutionError> {
        let shapes: Vec<(usize, [usize; 3])> = self
            .parts
            .iter()
            .enumerate()
            .flat_map(|(stack, parts)| parts.iter().map(move |part| (stack, part.dims())))
            .collect();
        let mut stacks: Vec<Vec<Vec<f32>>> =
            self.parts.iter().map(|parts| vec![Vec::new(); parts.first().map_or(0, |part| part.dims()[0])]).collect();
        let all = self.parts.into_iter().flatten();
        let read = all.fold(Transaction::default(), Transaction::register).execute_async().await?;
        for (data, (stack, [_, rows, c])) in read.iter().zip(shapes) {
            let values = data.as_slice::<f32>().unwrap_or(&[]);
            for (network, part) in stacks[stack].iter_mut().zip(values.chunks(rows * c)) {
                network.extend_from_slice(part);
            }
        }
        Ok(stacks)
    }
}

/// Steps at which students are measured: often at first, when curves move, then every tenth of the way.
pub fn students_due(step: usize, steps: usize) -> bool {
    const SHARES: [f64; 15] = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
    SHARES.iter().any(|share| (share * steps as f64).round().max(1.0) as usize == step)
}

/// Steps at which the students of a job are measured: half way, to have something to show, and at the end.
pub fn quietly_due(step: usize, steps: usize) -> bool {
    step == steps || (step > 0 && step == steps / 2)
}

/// Steps at which the teacher is measured: thrice in its first epoch, then after each.
pub fn teacher_due(step: usize, steps: usize, epoch: usize) -> bool {
    step > 0 && (step == steps || step.is_multiple_of(epoch) || [epoch / 4, epoch / 2].contains(&step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_is_always_measured() {
        for steps in [1, 20, 300, 600, 5_000] {
            assert!(students_due(steps, steps));
            assert!(teacher_due(steps, steps, 79));
            let times = (1..=steps).filter(|&s| students_due(s, steps)).count();
            assert!((steps.min(10)..=15).contains(&times), "{times} of {steps}");
        }
        assert!(!students_due(0, 600) && !teacher_due(0, 632, 79), "nothing is measured before the first step");
    }
}
