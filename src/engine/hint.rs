//! Hint loss of FitNets (Romero et al. 2015, eq. 3): a student's hidden layer learns to predict the teacher's through a
//! regressor, which is trained with it and discarded afterwards.
//!
//! ```text
//! L = ½ ‖ t − (h W + b) ‖², mean over the batch
//! ```
//! for the student's hidden activations h `[H]` and the teacher's t `[H']`.

use super::kernels;
use super::nn::initial_weights;
use super::optimizer::OptimizerState;
use crate::config::{self, Architecture};
use burn::tensor::{Device, Tensor, TensorData};
use std::ops::Range;

/// Adam's usual learning rate (Kingma & Ba 2015, algorithm 1).
pub const USUAL_RATE: f32 = 1e-3;

/// Regressors of one arm, one per replicate, and their optimizer.
pub struct Hint {
    arm: usize,
    arms: usize,
    /// Weight `[R, H, H']` and bias `[R, 1, H']` of the regressors.
    regressor: Vec<Tensor<3>>,
    optimizer: OptimizerState,
}

impl Hint {
    /// Regressors from `hidden` units of a student to `target` of the teacher, for arm number `arm` of `arms` in the
    /// replicates of those numbers.
    pub fn new(
        arm: usize,
        arms: usize,
        replicates: Range<usize>,
        (hidden, target): (usize, usize),
        seed: u32,
        device: &Device,
    ) -> Self {
        let regressor = Architecture::mlp([hidden, target]);
        let r = replicates.len();
        let (mut weight, mut bias) = (Vec::with_capacity(r * hidden * target), Vec::with_capacity(r * target));
        for replicate in replicates {
            let start = initial_weights(&regressor, seed, "regressor", replicate);
            weight.extend_from_slice(start.values("layers.0.weight"));
            bias.extend_from_slice(start.values("layers.0.bias"));
        }
        let regressor = vec![
            Tensor::from_data(TensorData::new(weight, [r, hidden, target]), device),
            Tensor::from_data(TensorData::new(bias, [r, 1, target]), device),
        ];
        Self { arm, arms, optimizer: OptimizerState::new(config::Optimizer::Adam, &regressor), regressor }
    }

    /// One step of the hint stage: `dh` `[S, B, H]` with the arm's part replaced by the hint's gradient, and the hint's
    /// loss `[R]`. `h` are the students' hidden activations `[S, B, H]`, `target` the teacher's `[R, B, H']`. The
    /// regressor takes its own step with that learning rate.
    pub fn guide(&mut self, dh: Tensor<3>, h: &Tensor<3>, target: Tensor<3>, rate: f32) -> (Tensor<3>, Tensor<1>) {
        let [s, b, width] = h.dims();
        let (r, arm) = (s / self.arms, self.arm);
        let place = [0..r, arm..arm + 1, 0..b, 0..width];
        let own = h.clone().reshape([r, self.arms, b, width]).slice(place.clone()).reshape([r, b, width]);
        let (weight, bias) = (self.regressor[0].clone(), self.regressor[1].clone());
        // [R, B, H']
        let apart = kernels::matmul(&own, &weight) + bias - target;
        let loss = apart.clone().powi_scalar(2).sum_dim(2).sum_dim(1).reshape([r]).mul_scalar(0.5 / b as f32);
        let apart = apart.div_scalar(b as f32);
        let dweight = kernels::matmul_tn(&own, &apart);
        let dbias = apart.clone().sum_dim(1);
        let down = kernels::matmul_nt(&apart, &weight).reshape([r, 1, b, width]);
        let regressor = std::mem::take(&mut self.regressor);
        self.regressor = self.optimizer.step(regressor, vec![dweight, dbias], rate);
        let dh = dh.reshape([r, self.arms, b, width]).slice_assign(place, down).reshape([s, b, width]);
        (dh, loss)
    }

    /// Replaces the regressors: `weight` `[R, H, H']`, `bias` `[R, H']`, flattened.
    #[cfg(test)]
    fn set(&mut self, weight: Vec<f32>, bias: Vec<f32>, device: &Device) {
        for (parameter, values) in self.regressor.iter_mut().zip([weight, bias]) {
            *parameter = Tensor::from_data(TensorData::new(values, parameter.dims()), device);
        }
    }
}

/// The hint's losses `[R]` written into the students' `[S]`, in place of those of arm `arm`.
pub fn into_losses(losses: Tensor<1>, hint: Tensor<1>, arm: usize, arms: usize) -> Tensor<1> {
    let [s] = losses.dims();
    let r = s / arms;
    losses.reshape([r, arms]).slice_assign([0..r, arm..arm + 1], hint.reshape([r, 1])).reshape([s])
}

impl Hint {
    /// Which arm it guides.
    pub fn arm(&self) -> usize {
        self.arm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(values: &[f32], shape: [usize; 3]) -> Tensor<3> {
        Tensor::from_data(TensorData::new(values.to_vec(), shape), &Device::flex())
    }
    fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    /// Two replicates of two arms, the second one guided; 2 hidden units of student and teacher, batches of 2.
    fn hint(weight: [f32; 8]) -> Hint {
        let mut hint = Hint::new(1, 2, 0..2, (2, 2), 1, &Device::flex());
        hint.set(weight.to_vec(), vec![0.0; 4], &Device::flex());
        hint
    }
    const IDENTITY: [f32; 8] = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0];
    fn hidden() -> Vec<f32> {
        (0..16).map(|i| (i as f32 * 0.37).sin()).collect()
    }
    fn of_guided(h: &[f32]) -> Vec<f32> {
        [&h[4..8], &h[12..16]].concat()
    }

    #[test]
    fn a_student_that_equals_its_teacher_through_the_identity_has_no_hint_loss() {
        let h = hidden();
        let (dh, loss) = hint(IDENTITY).guide(
            tensor(&[0.5; 16], [4, 2, 2]),
            &tensor(&h, [4, 2, 2]),
            tensor(&of_guided(&h), [2, 2, 2]),
            0.1,
        );
        assert_eq!(read(loss), [0.0, 0.0]);
        let dh = read(dh);
        assert!(of_guided(&dh).iter().all(|&g| g == 0.0), "the guided arm");
        assert!(dh[..4].iter().chain(&dh[8..12]).all(|&g| g == 0.5), "the other arm keeps its gradient");
    }

    #[test]
    fn the_hints_gradient_is_the_finite_difference_of_its_loss() {
        let weight = [0.3, -0.8, 0.5, 1.1, -0.4, 0.9, 0.2, -0.6];
        let target: Vec<f32> = (0..8).map(|i| (i as f32).cos()).collect();
        let loss = |h: &[f32]| -> f64 {
            let zero = tensor(&[0.0; 16], [4, 2, 2]);
            let (_, loss) = hint(weight).guide(zero, &tensor(h, [4, 2, 2]), tensor(&target, [2, 2, 2]), 0.1);
            read(loss).iter().map(|&l| f64::from(l)).sum()
        };
        let h = hidden();
        let zero = tensor(&[0.0; 16], [4, 2, 2]);
        let (dh, _) = hint(weight).guide(zero, &tensor(&h, [4, 2, 2]), tensor(&target, [2, 2, 2]), 0.1);
        for (i, exact) in read(dh).into_iter().enumerate() {
            let at = |d: f32| {
                let mut moved = h.clone();
                moved[i] += d;
                loss(&moved)
            };
            let difference = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((difference - f64::from(exact)).abs() < 1e-3, "{i}: {difference} {exact}");
        }
    }

    #[test]
    fn the_regressor_learns() {
        let h = hidden();
        let target: Vec<f32> = of_guided(&h).iter().map(|v| 2.0 * v + 0.5).collect();
        let mut hint = hint(IDENTITY);
        let mut losses = Vec::new();
        for _ in 0..200 {
            let zero = tensor(&[0.0; 16], [4, 2, 2]);
            let (_, loss) = hint.guide(zero, &tensor(&h, [4, 2, 2]), tensor(&target, [2, 2, 2]), 0.05);
            losses.push(read(loss).iter().sum::<f32>());
        }
        assert!(losses[199] < 0.01 * losses[0], "{} to {}", losses[0], losses[199]);
    }

    #[test]
    fn the_hints_loss_takes_the_place_of_its_arms() {
        let losses = Tensor::<1>::from_data([1.0, 2.0, 3.0, 4.0], &Device::flex());
        let hints = Tensor::<1>::from_data([7.0, 8.0], &Device::flex());
        assert_eq!(read(into_losses(losses, hints, 1, 2)), [1.0, 7.0, 3.0, 8.0]);
    }
}
