//! Training state of one stack of networks: its optimizer, supervision, samples, batches and learning rate. Every teacher has
//! one, every group of students another.

use crate::data::transfer::Batches;
use crate::engine::gradient_terms;
use crate::engine::hint::{self, Hint};
use crate::engine::kernels::{Label, Labels};
use crate::engine::nn::Stack;
use crate::engine::optimizer::{OptimizerState, cosine};
use crate::engine::session::supervision::GroupSupervision;
use crate::engine::trainer::{self, Batch};
use crate::losses::LossParams;
use burn::tensor::{Device, ExecutionError, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Targets that a teacher gives for the examples of a training run.
pub struct TeacherTargets {
    /// `[R·N, V·C]`: V variants of every target, replicate by replicate in the order of its examples.
    pub logits: Tensor<2>,
    /// The teacher's hidden activations `[U, H]` and each example's row in them, `[R·N]`; where an arm takes hints.
    pub hidden: Option<(Tensor<2>, Vec<usize>)>,
}

/// Inputs that training runs draw their batches from.
pub struct InputTable {
    /// Inputs, `[N, D]`.
    pub x: Tensor<2>,
}

impl InputTable {
    /// Those rows, `[U, D]` flattened (row-major).
    ///
    /// # Errors
    /// When the device fails.
    pub async fn rows(&self, rows: &[usize], device: &Device) -> Result<Vec<f32>, ExecutionError> {
        let read = self.x.clone().select(0, indices(rows, device)).into_data_async().await?;
        Ok(read.as_slice::<f32>().unwrap_or(&[]).to_vec())
    }
}

/// One example of a training run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its row in the [`InputTable`].
    pub row: usize,
    /// Its label as training sees it, or the teacher's answer where it has none.
    pub label: u8,
    /// Whether it has a label.
    pub labelled: bool,
}

impl Sample {
    /// An example with its label.
    pub fn labelled(row: usize, label: u8) -> Self {
        Self { row, label, labelled: true }
    }

    /// An example without a label; `answer` is the teacher's.
    pub fn unlabelled(row: usize, answer: usize) -> Self {
        let label = u8::try_from(answer).expect("there are at most 64 classes");
        Self { row, label, labelled: false }
    }

    fn label(&self) -> Label {
        Label { class: self.label.into(), labelled: self.labelled }
    }
}

/// Training state of one stack.
pub struct TrainingRun {
    /// The networks.
    pub stack: Stack,
    optimizer: OptimizerState,
    group_supervision: GroupSupervision,
    loss_params: Tensor<2>,
    hints: Vec<Hint>,
    answers: Option<TeacherTargets>,
    /// Examples of each replicate, `[R][N]`.
    examples: Vec<Vec<Sample>>,
    batches: Vec<Batches>,
    train_config: TrainConfig,
    /// Steps taken.
    pub step: usize,
    /// Losses read last, `[S]`, nats.
    pub losses: Vec<f32>,
}

/// Hyperparameters of a training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainConfig {
    /// The optimizer's kind.
    pub optimizer: crate::config::Optimizer,
    /// Examples a step.
    pub batch: usize,
    /// Peak learning rate, decaying to zero as a cosine.
    pub peak_lr: f32,
    /// Steps to take.
    pub steps: usize,
    /// Steps over which the learning rate decays: more than `steps` for a teacher that is stopped early.
    pub decay: usize,
    /// The seed, and the name of the batches' stream under it.
    pub seed: u32,
    /// Name of the stream that orders the batches.
    pub purpose: Cow<'static, str>,
    /// Number of the first replicate; a replicate's random streams depend on its number.
    pub first: usize,
}

impl TrainConfig {
    /// Learning rate of a regressor for hints. The regressor is not part of the comparison and always trained by Adam: at the
    /// students' rate where they use Adam too, else at Adam's usual one.
    fn hint_rate(&self, step: usize) -> f32 {
        let peak = match self.optimizer {
            crate::config::Optimizer::Adam => self.peak_lr,
            crate::config::Optimizer::Sgd => hint::USUAL_RATE,
        };
        cosine(peak, step, self.decay)
    }
}

/// Results of a step, on the device.
pub struct StepOutcome {
    /// The losses before it, `[S]`.
    pub losses: Tensor<1>,
    /// Result of [`gradient_terms::measure`], where requested.
    pub gradient_terms: Option<Tensor<2>>,
}

/// Whole numbers as an index tensor.
fn indices(values: &[usize], device: &Device) -> Tensor<1, Int> {
    let values: Vec<i32> = values.iter().map(|&i| i as i32).collect();
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}

impl TrainingRun {
    /// A training run before its first step; `examples` are those of each replicate, `answers` a teacher's targets for them.
    pub fn new(
        stack: Stack,
        group_supervision: GroupSupervision,
        examples: Vec<Vec<Sample>>,
        answers: Option<TeacherTargets>,
        train_config: TrainConfig,
        device: &Device,
    ) -> Self {
        let batches = examples
            .iter()
            .enumerate()
            .map(|(r, examples)| {
                Batches::new(examples.len(), train_config.seed, &train_config.purpose, train_config.first + r)
            })
            .collect();
        let hints = match &answers {
            Some(TeacherTargets { hidden: Some((table, _)), .. }) => {
                let (arms, replicates) =
                    (group_supervision.arms(), train_config.first..train_config.first + examples.len());
                let hint = |(arm, units): (usize, usize)| {
                    let widths = (units, table.dims()[1]);
                    Hint::new(arm, arms, replicates.clone(), widths, train_config.seed, device)
                };
                let units = stack.architecture().first_hidden_units();
                group_supervision.hinted().filter_map(|arm| units.map(|units| (arm, units))).map(hint).collect()
            }
            _ => Vec::new(),
        };
        Self {
            optimizer: OptimizerState::new(train_config.optimizer, stack.parameters()),
            loss_params: trainer::loss_params(&group_supervision.rows(0, train_config.steps), device),
            group_supervision,
            stack,
            hints,
            answers,
            examples,
            batches,
            train_config,
            step: 0,
            losses: Vec::new(),
        }
    }

    /// Steps to take.
    pub fn steps(&self) -> usize {
        self.train_config.steps
    }

    /// True when there is no step left.
    pub fn finished(&self) -> bool {
        self.step >= self.train_config.steps
    }

    /// Changes the supervision from the next step on; the arms stay.
    pub fn set_supervision(&mut self, group_supervision: GroupSupervision, device: &Device) {
        self.loss_params = trainer::loss_params(&group_supervision.rows(self.step, self.train_config.steps), device);
        self.group_supervision = group_supervision;
    }

    /// True at the first step after the hint stage of all arms. A new training begins there (Romero et al. 2015, algorithm 1),
    /// with fresh optimizer moments.
    fn hints_end(&self) -> bool {
        let steps = self.train_config.steps;
        let hints =
            |step: usize| (0..self.group_supervision.arms()).all(|arm| self.group_supervision.hints(arm, step, steps));
        self.step > 0 && hints(self.step - 1) && !hints(self.step)
    }

    /// Takes a step. With `decompose`, measures the terms of its gradient first.
    pub fn advance(&mut self, source: &InputTable, decompose: bool, device: &Device) -> StepOutcome {
        if self.hints_end() {
            self.optimizer = OptimizerState::new(self.train_config.optimizer, self.stack.parameters());
        }
        let (batch, places) = self.next_batch(source, device);
        if self.group_supervision.scheduled() {
            self.loss_params = trainer::loss_params(&self.rows(), device);
        }
        let gradient_terms = decompose.then(|| {
            gradient_terms::measure(&self.stack, &batch, &self.rows(), &self.group_supervision.asks(), device)
        });
        let lr = cosine(self.train_config.peak_lr, self.step, self.train_config.decay);
        let losses = self.learn(batch, &places, lr, device);
        self.step += 1;
        StepOutcome { losses, gradient_terms }
    }

    fn rows(&self) -> Vec<LossParams> {
        self.group_supervision.rows(self.step, self.train_config.steps)
    }

    /// The next batch, and the row of each of its examples among all replicates' examples.
    fn next_batch(&mut self, source: &InputTable, device: &Device) -> (Batch, Vec<usize>) {
        let (r, b) = (self.examples.len(), self.train_config.batch);
        let mut drawn = Vec::with_capacity(b);
        let (mut chosen, mut places) = (Vec::with_capacity(r * b), Vec::with_capacity(r * b));
        let mut labels: Vec<Label> = Vec::with_capacity(r * b);
        let mut start = 0;
        for (batches, examples) in self.batches.iter_mut().zip(&self.examples) {
            drawn.clear();
            batches.extend(b, &mut drawn);
            chosen.extend(drawn.iter().map(|&place| examples[place].row));
            labels.extend(drawn.iter().map(|&place| examples[place].label()));
            places.extend(drawn.iter().map(|&place| start + place));
            start += examples.len();
        }
        let [_, d] = source.x.dims();
        let teacher = match &self.answers {
            Some(answers) => {
                let [_, columns] = answers.logits.dims();
                answers.logits.clone().select(0, indices(&places, device)).reshape([r, b, columns])
            }
            None => Tensor::zeros([1, 1, 1], device),
        };
        let batch = Batch {
            x: source.x.clone().select(0, indices(&chosen, device)).reshape([r, b, d]),
            labels: Labels::new(&labels, r, device),
            teacher,
        };
        (batch, places)
    }

    /// The step itself, with hints for the arms that are in that stage.
    fn learn(&mut self, batch: Batch, places: &[usize], lr: f32, device: &Device) -> Tensor<1> {
        let (step, steps) = (self.step, self.train_config.steps);
        let hidden = self.answers.as_ref().and_then(|answers| answers.hidden.as_ref());
        let active: Vec<&mut Hint> =
            self.hints.iter_mut().filter(|hint| self.group_supervision.hints(hint.arm(), step, steps)).collect();
        let Some((table, row_of)) = hidden.filter(|_| !active.is_empty()) else {
            return trainer::step(&mut self.stack, &mut self.optimizer, batch, &self.loss_params, lr);
        };
        let rows: Vec<usize> = places.iter().map(|&place| row_of[place]).collect();
        let target = table.clone().select(0, indices(&rows, device));
        let target = target.reshape([self.examples.len(), self.train_config.batch, table.dims()[1]]);
        let rate = self.train_config.hint_rate(step);
        let mut hint_losses = Vec::new();
        let (mut losses, gradients) = trainer::backward(&self.stack, batch, &self.loss_params, |mut dh, h| {
            for hint in active {
                let loss;
                (dh, loss) = hint.guide(dh, h, target.clone(), rate);
                hint_losses.push((hint.arm(), loss));
            }
            dh
        });
        let optimizer = &mut self.optimizer;
        self.stack.update(|parameters| optimizer.step(parameters, gradients.into_values(), lr));
        for (arm, loss) in hint_losses {
            losses = hint::into_losses(losses, loss, arm, self.group_supervision.arms());
        }
        losses
    }
}

/// A teacher's logits `[S]` times `[U, C]`, each flattened, on those rows, and, with `layer`, the activations
/// `[U, H]` of its first network's hidden layer of that number; in chunks of at most `chunk` rows.
///
/// # Errors
/// When the device fails.
pub async fn label(
    teacher: &Stack,
    source: &InputTable,
    asked: &[usize],
    layer: Option<usize>,
    chunk: usize,
    device: &Device,
) -> Result<(Vec<Vec<f32>>, Option<Tensor<2>>), ExecutionError> {
    let mut networks: Vec<Vec<f32>> = Vec::new();
    let mut hidden: Vec<Tensor<2>> = Vec::new();
    for part in asked.chunks(chunk) {
        let x = source.x.clone().select(0, indices(part, device)).unsqueeze_dim(0);
        if let Some(layer) = layer {
            let activations = teacher.hidden(x.clone(), layer);
            let [_, n, h] = activations.dims();
            hidden.push(activations.slice([0..1, 0..n, 0..h]).reshape([n, h]));
        }
        let read = teacher.logits(x).into_data_async().await?;
        let values = read.as_slice::<f32>().unwrap_or(&[]);
        networks.resize(teacher.networks(), Vec::new());
        for (network, logits) in networks.iter_mut().zip(values.chunks(values.len() / teacher.networks())) {
            network.extend_from_slice(logits);
        }
    }
    Ok((networks, (!hidden.is_empty()).then(|| Tensor::cat(hidden, 0))))
}
