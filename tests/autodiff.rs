//! The engine's closed-form gradients against burn's automatic differentiation: the same perceptrons, losses and optimizer,
//! written with burn's own tensors, give the same gradients at every step and the same weights at the end.

#![cfg(not(target_arch = "wasm32"))]

mod cases;

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{Device, Tensor, TensorData};
use cases::{batch, every_loss};
use futures_util::FutureExt;
use softlabel::config::{Architecture, Optimizer as Kind};
use softlabel::engine::kernels::Labels;
use softlabel::engine::nn::{Stack, initial_weights};
use softlabel::engine::optimizer::OptimizerState;
use softlabel::engine::trainer::{Batch, gradients, loss_params};
use softlabel::experiment::StateDict;
use softlabel::losses::{LossParams, Soft, argmax};

/// Tolerance of a gradient, relative to the largest of its tensor: float32 in another order of operations, at weights that
/// have drifted apart by as much.
const GRADIENT_TOLERANCE: f32 = 1e-3;
/// Absolute tolerance of weights after [`STEPS`] steps of Adam, which divides by the gradients' size.
const WEIGHT_TOLERANCE: f32 = 1e-3;
const STEPS: usize = 15;
const LEARNING_RATE: f32 = 0.01;

/// One replicate's part of a batch, `[B, …]`.
struct Examples {
    x: Tensor<2>,
    teacher: Tensor<2>,
    /// One-hot labels, or the teacher's answer where there is none.
    label: Tensor<2>,
    /// 1 where there is a label, `[B, 1]`.
    mask: Tensor<2>,
    /// One-hot answers of the teacher.
    answer: Tensor<2>,
    /// 1 for the teacher's k most likely classes, by k − 1.
    kept: Vec<Tensor<2>>,
}

impl Examples {
    fn new(batch: &Batch, replicate: usize, device: &Device) -> Self {
        let of = |tensor: &Tensor<3>| {
            let [replicates, b, n] = tensor.dims();
            let values = tensor.to_data().try_into_vec::<f32>().unwrap();
            (values[replicate * b * n..(replicate + 1) * b * n].to_vec(), b, values.len() / (replicates * b))
        };
        let matrix = |values: Vec<f32>, n: usize| {
            let shape = [values.len() / n, n];
            Tensor::<2>::from_data(TensorData::new(values, shape), device)
        };
        let ((x, _, d), (teacher, b, c), (labels, _, columns)) =
            (of(&batch.x), of(&batch.teacher), of(batch.labels.tensor()));
        let one_hot = |class: &dyn Fn(usize) -> usize| {
            let row = |i| (0..c).map(move |k| if k == class(i) { 1.0 } else { 0.0 });
            matrix((0..b).flat_map(row).collect(), c)
        };
        let rank = |i: usize, k: usize| {
            let row = &teacher[i * c..(i + 1) * c];
            row.iter().filter(|&&other| other > row[k]).count()
        };
        let kept = |k: usize| {
            let values = (0..b).flat_map(|i| (0..c).map(move |class| (i, class)));
            matrix(values.map(|(i, class)| if rank(i, class) < k { 1.0 } else { 0.0 }).collect(), c)
        };
        Self {
            label: one_hot(&|i| labels[i * columns + Labels::CLASS] as usize),
            mask: matrix((0..b).map(|i| labels[i * columns + Labels::MASK]).collect(), 1),
            answer: one_hot(&|i| argmax(&teacher[i * c..(i + 1) * c])),
            kept: (1..=c).map(kept).collect(),
            x: matrix(x, d),
            teacher: matrix(teacher, c),
        }
    }
}

/// KL(p ‖ q) of each example from logarithms, `[B, 1]`.
fn kl(log_p: Tensor<2>, log_q: Tensor<2>) -> Tensor<2> {
    (log_p.clone().exp() * (log_p - log_q)).sum_dim(1)
}

/// The mean loss of student logits `[B, C]`, from the definitions in the papers.
fn loss(params: &LossParams, s: Tensor<2>, of: &Examples) -> Tensor<1> {
    let t = params.temperature;
    let teacher = of.teacher.clone();
    let (log_p, log_q) = (log_softmax(teacher.clone() / t, 1), log_softmax(s.clone() / t, 1));
    let scale = if params.t_squared { t * t } else { 1.0 };
    let term = match params.soft {
        Soft::ForwardKl => kl(log_p, log_q) * scale,
        Soft::ReverseKl => kl(log_q, log_p) * scale,
        Soft::Jsd { beta } => {
            let log_m = (log_p.clone().exp() * beta + log_q.clone().exp() * (1.0 - beta)).log();
            (kl(log_p, log_m.clone()) * beta + kl(log_q, log_m) * (1.0 - beta)) * scale
        }
        Soft::JsdNormalised { beta } => {
            let log_m = (log_p.clone().exp() * beta + log_q.clone().exp() * (1.0 - beta)).log();
            (kl(log_p, log_m.clone()) * (1.0 / (1.0 - beta)) + kl(log_q, log_m) * (1.0 / beta)) * scale
        }
        Soft::LogitMse => (s.clone() - teacher).powi_scalar(2).sum_dim(1) * 0.5,
        Soft::Dkd { tckd, nckd } => {
            let of_label = |log: &Tensor<2>| (log.clone().exp() * of.label.clone()).sum_dim(1);
            let pair = |log: &Tensor<2>| Tensor::cat(vec![of_label(log), -of_label(log) + 1.0], 1).log();
            let rest = |z: Tensor<2>| log_softmax(z / t - of.label.clone() * 1e4, 1);
            (kl(pair(&log_p), pair(&log_q)) * tckd + kl(rest(teacher), rest(s.clone())) * nckd) * scale
        }
        Soft::TeacherTopK { k } => {
            let p = log_p.exp() * of.kept[k - 1].clone();
            let p = p.clone() / p.sum_dim(1);
            // 0 · log 0 is 0.
            (p.clone() * ((p + 1e-30).log() - log_q)).sum_dim(1) * scale
        }
        Soft::TeacherTopKOther { k } => {
            let kept = of.kept[k - 1].clone();
            let (p, q) = (log_p.exp(), log_q.exp());
            let with_rest = |v: Tensor<2>| {
                let told = v.clone() * kept.clone();
                Tensor::cat(vec![told, (v * (-kept.clone() + 1.0)).sum_dim(1)], 1) + 1e-30
            };
            let (p, q) = (with_rest(p), with_rest(q));
            (p.clone() * (p.log() - q.log())).sum_dim(1) * scale
        }
        Soft::TeacherArgmax => -(of.answer.clone() * log_softmax(s.clone(), 1)).sum_dim(1),
    };
    let [_, c] = s.dims();
    let epsilon = params.label_smoothing;
    let target = of.label.clone() * (1.0 - epsilon) + epsilon / c as f32;
    let hard = -(target * log_softmax(s, 1)).sum_dim(1) * of.mask.clone();
    (term * params.soft_weight + hard * params.hard_weight).mean()
}

/// The gradients of a network's mean loss, tensor by tensor, by automatic differentiation.
fn reference(weights: &StateDict, params: &LossParams, of: &Examples, device: &Device) -> Vec<Vec<f32>> {
    let parameters: Vec<Tensor<2>> = weights
        .tensors()
        .iter()
        .map(|tensor| {
            let shape = [tensor.values.len() / tensor.shape.last().unwrap(), *tensor.shape.last().unwrap()];
            Tensor::from_data(TensorData::new(tensor.values.clone(), shape), device).require_grad()
        })
        .collect();
    let mut h = of.x.clone();
    for (l, layer) in parameters.chunks(2).enumerate() {
        let z = h.matmul(layer[0].clone()) + layer[1].clone();
        h = if 2 * l + 2 == parameters.len() { z } else { relu(z) };
    }
    let gradients = loss(params, h, of).backward();
    let read = |parameter: &Tensor<2>| {
        parameter.grad(&gradients).expect("every parameter takes part").into_data().try_into_vec::<f32>().unwrap()
    };
    parameters.iter().map(read).collect()
}

/// Adam (Kingma & Ba 2015, algorithm 1) on the host.
struct Adam {
    moments: Vec<(f32, f32)>,
    steps: i32,
}

impl Adam {
    fn step(&mut self, weights: &mut StateDict, gradients: &[Vec<f32>]) {
        self.steps += 1;
        let names: Vec<String> = weights.tensors().iter().map(|tensor| tensor.name.clone()).collect();
        let mut moments = self.moments.iter_mut();
        for (name, gradients) in names.iter().zip(gradients) {
            for (weight, g) in weights.values_mut(name).unwrap().iter_mut().zip(gradients) {
                let (m, v) = moments.next().unwrap();
                (*m, *v) = (0.9 * *m + 0.1 * g, 0.999 * *v + 0.001 * g * g);
                let (m, v) = (*m / (1.0 - 0.9_f32.powi(self.steps)), *v / (1.0 - 0.999_f32.powi(self.steps)));
                *weight -= LEARNING_RATE * m / (v.sqrt() + 1e-8);
            }
        }
    }
}

#[test]
fn perceptrons_train_as_under_automatic_differentiation() {
    let (device, differentiating) = (Device::flex(), Device::flex().autodiff());
    let (replicates, arms) = ([0, 1], every_loss());
    for widths in [&[2, 6, 3][..], &[2, 7, 5, 3], &[2, 3]] {
        let network = Architecture::mlp(widths);
        let starts: Vec<_> = replicates.map(|r| initial_weights(&network, 5, "student", r)).to_vec();
        let mut stack = Stack::new(&network, &starts, arms.len(), &device);
        let mut optimizer = OptimizerState::new(Kind::Adam, stack.parameters());
        let encoded = loss_params(&replicates.map(|_| arms.clone()).concat(), &device);
        let mut weights: Vec<StateDict> = starts.iter().flat_map(|start| vec![start.clone(); arms.len()]).collect();
        let fresh = || Adam { moments: vec![(0.0, 0.0); network.parameter_count()], steps: 0 };
        let mut adams: Vec<Adam> = weights.iter().map(|_| fresh()).collect();
        for at in 0..STEPS {
            let batch = batch(&replicates, at, &device);
            let examples = replicates.map(|r| Examples::new(&batch, r, &differentiating));
            let (_, gradients) = gradients(&stack, batch, &encoded);
            let got = stack.gradients_to_host(&gradients).now_or_never().expect("the CPU does not wait").unwrap();
            stack.update(|parameters| optimizer.step(parameters, gradients.into_values(), LEARNING_RATE));
            for (place, ((weights, adam), got)) in weights.iter_mut().zip(&mut adams).zip(&got).enumerate() {
                let (replicate, arm) = (place / arms.len(), place % arms.len());
                let expected = reference(weights, &arms[arm], &examples[replicate], &differentiating);
                for (tensor, expected) in got.tensors().iter().zip(&expected) {
                    let largest = expected.iter().fold(1e-3_f32, |m, g| m.max(g.abs()));
                    for (g, e) in tensor.values.iter().zip(expected) {
                        assert!(
                            (g - e).abs() <= GRADIENT_TOLERANCE * largest,
                            "{widths:?} step {at} {:?} {}: {g}, by automatic differentiation {e}",
                            arms[arm],
                            tensor.name
                        );
                    }
                }
                adam.step(weights, &expected);
            }
        }
        let trained = stack.to_host().now_or_never().expect("the CPU does not wait").unwrap();
        for (got, expected) in trained.iter().zip(&weights) {
            for (g, e) in got.all_values().zip(expected.all_values()) {
                assert!((g - e).abs() <= WEIGHT_TOLERANCE, "{widths:?}: {g}, by automatic differentiation {e}");
            }
        }
    }
}
