//! A course: one stack being trained on its share of the training set. The teacher takes one, the students another.

use crate::data::transfer::Batches;
use crate::engine::loss::Supervision;
use crate::engine::network::Stack;
use crate::engine::optimizer::{Optimizer, cosine};
use crate::engine::trainer::{self, Batch};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// The teacher's logits on the examples it was asked about.
pub struct Labelled {
    /// `[U, C]`, one row for each example asked about.
    pub logits: Tensor<2>,
    /// Row of a training example in `logits`.
    pub row_of: Vec<usize>,
}

/// What courses draw their batches from.
pub struct Source {
    /// All training inputs, `[N, D]`.
    pub x: Tensor<2>,
    /// Labels as training sees them, noise included, `[N]`.
    pub labels: Vec<u8>,
    /// The teacher's answers, once it has given them.
    pub teacher: Option<Labelled>,
}

/// One stack being trained.
pub struct Course {
    /// The networks.
    pub stack: Stack,
    optimizer: Optimizer,
    supervision: Tensor<2>,
    /// Training indices that each replicate may learn from, `[R][N]`.
    examples: Vec<Vec<usize>>,
    batches: Vec<Batches>,
    batch: usize,
    peak_lr: f32,
    /// Steps taken.
    pub step: usize,
    /// Steps to take.
    pub steps: usize,
    /// Losses read last, `[S]`, nats.
    pub losses: Vec<f32>,
}

/// How a course is run.
pub struct Regime {
    /// The optimizer's kind.
    pub optimizer: crate::config::Optimizer,
    /// Examples a step.
    pub batch: usize,
    /// Peak learning rate, decaying to zero as a cosine.
    pub peak_lr: f32,
    /// Steps to take.
    pub steps: usize,
    /// The seed, and the name of the batches' stream under it.
    pub seed: u32,
    /// Name of the stream that orders the batches.
    pub purpose: &'static str,
}

/// Whole numbers as an index tensor.
fn indices(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&i| i as i32).collect();
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}

impl Course {
    /// A course before its first step; `examples` are the training indices of each replicate.
    pub fn new(
        stack: Stack,
        supervision: &[Supervision],
        examples: Vec<Vec<usize>>,
        regime: &Regime,
        device: &Device,
    ) -> Self {
        let batches = examples
            .iter()
            .enumerate()
            .map(|(r, examples)| Batches::new(examples.len(), regime.seed, regime.purpose, r))
            .collect();
        Self {
            optimizer: Optimizer::new(regime.optimizer, &stack),
            supervision: trainer::supervision(supervision, device),
            stack,
            examples,
            batches,
            batch: regime.batch,
            peak_lr: regime.peak_lr,
            step: 0,
            steps: regime.steps,
            losses: Vec::new(),
        }
    }

    /// True when there is no step left.
    pub fn finished(&self) -> bool {
        self.step >= self.steps
    }

    /// Other supervision from the next step on.
    pub fn supervise(&mut self, rows: &[Supervision], device: &Device) {
        self.supervision = trainer::supervision(rows, device);
    }

    /// Takes a step; the losses before it, `[S]`, still on the device.
    pub fn advance(&mut self, source: &Source, device: &Device) -> Tensor<1> {
        let (r, b) = (self.examples.len(), self.batch);
        let mut places = Vec::with_capacity(b);
        let mut chosen = Vec::with_capacity(r * b);
        for (batches, examples) in self.batches.iter_mut().zip(&self.examples) {
            places.clear();
            batches.extend(b, &mut places);
            chosen.extend(places.iter().map(|&place| examples[place]));
        }
        let [_, d] = source.x.dims();
        let labels: Vec<f32> = chosen.iter().map(|&i| f32::from(source.labels[i])).collect();
        let teacher = match &source.teacher {
            Some(teacher) => {
                let rows: Vec<usize> = chosen.iter().map(|&i| teacher.row_of[i]).collect();
                let [_, c] = teacher.logits.dims();
                teacher.logits.clone().select(0, indices(&rows, device)).reshape([r, b, c])
            }
            None => Tensor::zeros([1, 1, 1], device),
        };
        let batch = Batch {
            x: source.x.clone().select(0, indices(&chosen, device)).reshape([r, b, d]),
            labels: Tensor::from_data(TensorData::new(labels, [r, b]), device),
            teacher,
        };
        let lr = cosine(self.peak_lr, self.step, self.steps);
        self.step += 1;
        trainer::step(&mut self.stack, &mut self.optimizer, batch, &self.supervision, lr)
    }
}

/// The teacher's logits `[U, C]` on those training examples, in chunks of at most `chunk` rows.
pub fn label(teacher: &Stack, source: &Source, asked: &[usize], chunk: usize, device: &Device) -> Tensor<2> {
    let parts = asked
        .chunks(chunk)
        .map(|part| {
            let x = source.x.clone().select(0, indices(part, device)).unsqueeze_dim(0);
            let logits = teacher.logits(x);
            let [_, n, c] = logits.dims();
            logits.reshape([n, c])
        })
        .collect();
    Tensor::cat(parts, 0)
}
