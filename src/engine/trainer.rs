//! One training step of a stack: forward, loss, backward, update.

use super::kernels::{self, Labels};
use super::nn::{Gradients, OutputGradient, Stack};
use super::optimizer::OptimizerState;
use crate::losses::{COLUMNS, LossParams};
use burn::tensor::{Device, Tensor, TensorData};

/// What one step learns from.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Inputs `[R, B, D]`.
    pub x: Tensor<3>,
    /// Hard labels `[R, B]`, with a mask of the examples that have one.
    pub labels: Labels,
    /// Teacher logits `[R, B, V·C]`, V variants of each target; a `[1, 1, 1]` placeholder where no arm has a soft term.
    pub teacher: Tensor<3>,
}

/// The loss parameters of every network for [`gradients`], `[S, COLUMNS]`.
pub fn loss_params(rows: &[LossParams], device: &Device) -> Tensor<2> {
    let values: Vec<f32> = rows.iter().flat_map(LossParams::encode).collect();
    Tensor::from_data(TensorData::new(values, [rows.len(), COLUMNS]), device)
}

/// Mean loss of every network, `[S]` in nats, and the gradients of their sum: a sum over S keeps the networks apart.
pub fn gradients(stack: &Stack, batch: Batch, loss_params: &Tensor<2>) -> (Tensor<1>, Gradients) {
    backward(stack, batch, loss_params, |dh, _| dh)
}

/// [`gradients`], with a hook at the first hidden layer: `at_hidden` maps ∂L/∂h to the gradient that goes on from there;
/// it receives the activations h as well, `[S, B, H]` each.
pub fn backward(
    stack: &Stack,
    batch: Batch,
    loss_params: &Tensor<2>,
    at_hidden: impl FnOnce(Tensor<3>, &Tensor<3>) -> Tensor<3>,
) -> (Tensor<1>, Gradients) {
    let Batch { x, labels, teacher } = batch;
    stack.differentiate(
        x,
        |output| {
            let out = kernels::loss_gradient(output.z, &output.bias, &teacher, &labels, loss_params);
            (OutputGradient { logits: out.logits, bias: out.bias }, out.loss)
        },
        at_hidden,
    )
}

/// One step with learning rate `lr`; the losses before it, `[S]` in nats.
pub fn step(
    stack: &mut Stack,
    optimizer: &mut OptimizerState,
    batch: Batch,
    loss_params: &Tensor<2>,
    lr: f32,
) -> Tensor<1> {
    let (loss, gradients) = gradients(stack, batch, loss_params);
    stack.update(|parameters| optimizer.step(parameters, gradients.into_values(), lr));
    loss
}
