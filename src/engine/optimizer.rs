//! Adam and SGD over a list of parameters, and the decay of the learning rate.

use super::kernels::{self, AdamStep, BETA_1, BETA_2};
use crate::config;
use burn::tensor::Tensor;

/// State of an optimizer: moments shaped as the parameters they belong to.
#[derive(Clone, Debug)]
pub struct OptimizerState {
    kind: config::Optimizer,
    /// Steps taken.
    steps: u32,
    moments: Vec<Moments>,
}

/// First and second moment of one parameter. SGD keeps its velocity in the first.
#[derive(Clone, Debug)]
struct Moments {
    first: Tensor<3>,
    second: Tensor<3>,
}

impl Moments {
    fn zeros(like: &Tensor<3>) -> Self {
        let zeros = || Tensor::zeros(like.dims(), &like.device());
        Self { first: zeros(), second: zeros() }
    }
}

/// Cosine decay to zero (Loshchilov & Hutter 2017, without restarts): `peak · (1 + cos(π · step / steps)) / 2`.
pub fn cosine(peak: f32, step: usize, steps: usize) -> f32 {
    peak * 0.5 * (1.0 + (std::f32::consts::PI * step as f32 / steps.max(1) as f32).cos())
}

impl OptimizerState {
    /// A fresh optimizer for these parameters.
    pub fn new(kind: config::Optimizer, parameters: &[Tensor<3>]) -> Self {
        Self { kind, steps: 0, moments: parameters.iter().map(Moments::zeros).collect() }
    }

    /// Takes one step with learning rate `lr` and returns the new parameters. `gradients` are in the order and shapes of
    /// `parameters`. Both are passed by value: a tensor with one owner is written in place.
    pub fn step(&mut self, parameters: Vec<Tensor<3>>, gradients: Vec<Tensor<3>>, lr: f32) -> Vec<Tensor<3>> {
        debug_assert!(parameters.len() == self.moments.len() && gradients.len() == self.moments.len());
        self.steps += 1;
        let t = self.steps as i32;
        let adam = AdamStep { rate: lr / (1.0 - BETA_1.powi(t)), root_correction: 1.0 / (1.0 - BETA_2.powi(t)).sqrt() };
        let all = parameters.into_iter().zip(std::mem::take(&mut self.moments)).zip(gradients);
        let (parameters, moments) = all
            .map(|((parameter, Moments { first, second }), gradient)| match self.kind {
                config::Optimizer::Adam => {
                    let (parameter, first, second) = kernels::adam(parameter, first, second, gradient, adam);
                    (parameter, Moments { first, second })
                }
                config::Optimizer::Sgd => {
                    let (parameter, first) = kernels::sgd(parameter, first, gradient, lr);
                    (parameter, Moments { first, second })
                }
            })
            .unzip();
        self.moments = moments;
        parameters
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
