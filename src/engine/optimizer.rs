//! Adam and SGD over a stack, and the learning rate's decay.

use super::kernels::{self, AdamStep, BETA_1, BETA_2};
use super::network::Stack;
use super::trainer::Gradients;
use crate::config;
use burn::tensor::Tensor;

/// The state of an optimizer: moments shaped as the parameters they belong to.
#[derive(Clone, Debug)]
pub struct OptimizerState {
    kind: config::Optimizer,
    /// Steps taken.
    steps: u32,
    /// Per layer: first and second moment of the weight, and of the bias. SGD keeps its velocity in the first.
    state: Vec<(Moments<3>, Moments<2>)>,
}

#[derive(Clone, Debug)]
struct Moments<const D: usize> {
    first: Tensor<D>,
    second: Tensor<D>,
}

impl<const D: usize> Moments<D> {
    fn zeros(like: &Tensor<D>) -> Self {
        let zeros = || Tensor::zeros(like.dims(), &like.device());
        Self { first: zeros(), second: zeros() }
    }
}

/// Cosine decay to zero (Loshchilov & Hutter 2017, without restarts): `peak · (1 + cos(π · step / steps)) / 2`.
pub fn cosine(peak: f32, step: usize, steps: usize) -> f32 {
    peak * 0.5 * (1.0 + (std::f32::consts::PI * step as f32 / steps.max(1) as f32).cos())
}

impl OptimizerState {
    /// A fresh optimizer for a stack.
    pub fn new(kind: config::Optimizer, stack: &Stack) -> Self {
        let state = stack.layers.iter().map(|l| (Moments::zeros(&l.weight), Moments::zeros(&l.bias))).collect();
        Self { kind, steps: 0, state }
    }

    /// Takes one step with that learning rate.
    pub fn step(&mut self, stack: &mut Stack, gradients: Gradients, lr: f32) {
        self.steps += 1;
        let t = self.steps as i32;
        let adam = AdamStep { rate: lr / (1.0 - BETA_1.powi(t)), root_correction: 1.0 / (1.0 - BETA_2.powi(t)).sqrt() };
        let layers = std::mem::take(&mut stack.layers);
        let state = std::mem::take(&mut self.state);
        for ((mut layer, (w, b)), (dw, db)) in layers.into_iter().zip(state).zip(gradients) {
            let (weight, w) = update(self.kind, layer.weight, w, dw, lr, adam);
            let (bias, b) = update(self.kind, layer.bias, b, db, lr, adam);
            (layer.weight, layer.bias) = (weight, bias);
            stack.layers.push(layer);
            self.state.push((w, b));
        }
    }
}

/// One tensor's update. Everything is taken by value: a tensor with one owner is written in place.
fn update<const D: usize>(
    kind: config::Optimizer,
    parameters: Tensor<D>,
    moments: Moments<D>,
    gradient: Tensor<D>,
    lr: f32,
    adam: AdamStep,
) -> (Tensor<D>, Moments<D>) {
    let Moments { first, second } = moments;
    match kind {
        config::Optimizer::Adam => {
            let (parameters, first, second) = kernels::adam(parameters, first, second, gradient, adam);
            (parameters, Moments { first, second })
        }
        config::Optimizer::Sgd => {
            let (parameters, first) = kernels::sgd(parameters, first, gradient, lr);
            (parameters, Moments { first, second })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learning_rate_decays_from_its_peak_to_zero() {
        assert_eq!(cosine(0.1, 0, 100), 0.1);
        assert!((cosine(0.1, 50, 100) - 0.05).abs() < 1e-7);
        assert!(cosine(0.1, 100, 100).abs() < 1e-7);
    }
}
