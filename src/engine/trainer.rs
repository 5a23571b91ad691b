//! One training step of a stack: forward, loss, backward, update.

use super::kernels;
use super::loss::{COLUMNS, LossParams};
use super::network::Stack;
use super::optimizer::OptimizerState;
use burn::tensor::{Device, Tensor, TensorData};

/// Gradients layer by layer: with respect to weight and bias, in their shapes.
pub type Gradients = Vec<(Tensor<3>, Tensor<2>)>;

/// What one step learns from.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Inputs `[R, B, D]`.
    pub x: Tensor<3>,
    /// Hard labels as whole numbers, `[R, B]`. An example without a label has −1 − y, where y is the teacher's answer:
    /// its hard term is left out, and methods that look at the label (DKD) look at that answer.
    pub labels: Tensor<2>,
    /// Teacher logits `[R, B, V·C]`, V views of each answer; a `[1, 1, 1]` stand-in where no arm has a soft term.
    pub teacher: Tensor<3>,
}

/// The supervision of every network, `[S, 9]`, for [`gradients`].
pub fn loss_params(rows: &[LossParams], device: &Device) -> Tensor<2> {
    let values: Vec<f32> = rows.iter().flat_map(LossParams::encode).collect();
    Tensor::from_data(TensorData::new(values, [rows.len(), COLUMNS]), device)
}

/// Mean loss of every network, `[S]`, and the gradients of their sum: a sum over S keeps the networks apart.
pub fn gradients(stack: &Stack, batch: Batch, loss_params: &Tensor<2>) -> (Tensor<1>, Gradients) {
    backward(stack, batch, loss_params, |dh, _| dh)
}

/// [`gradients`], with a say in what flows into the first hidden layer: `at_hidden` gets ∂L/∂h and the activations h,
/// `[S, B, H]` each, and gives the gradient to go on with.
pub fn backward(
    stack: &Stack,
    batch: Batch,
    loss_params: &Tensor<2>,
    at_hidden: impl FnOnce(Tensor<3>, &Tensor<3>) -> Tensor<3>,
) -> (Tensor<1>, Gradients) {
    let Batch { x, labels, teacher } = batch;
    let mut at_hidden = Some(at_hidden);
    let (mut hidden, z) = stack.forward(x.clone());
    let last = stack.layers.len() - 1;
    let out = kernels::loss_gradient(z, &stack.layers[last].bias, &teacher, &labels, loss_params);
    let (mut dz, mut dbias) = (out.logits, out.bias);
    if last == 0 {
        dz = together(dz, stack.arms);
    }
    let mut gradients = Vec::with_capacity(stack.layers.len());
    for l in (0..=last).rev() {
        let input = hidden.pop();
        let dweight = kernels::matmul_tn(input.as_ref().unwrap_or(&x), &dz);
        gradients.push((dweight, dbias.clone()));
        let Some(h) = input else { break };
        let mut dh = kernels::matmul_nt(&dz, &stack.layers[l].weight);
        if l == 1
            && let Some(change) = at_hidden.take()
        {
            dh = change(dh, &h);
        }
        // The first layer holds the arms side by side.
        let arms = if l == 1 { stack.arms } else { 1 };
        (dz, dbias) = kernels::bias_relu_backward(dh, h, arms);
    }
    gradients.reverse();
    (out.loss, gradients)
}

/// One step; the losses before it, `[S]`.
pub fn step(
    stack: &mut Stack,
    optimizer: &mut OptimizerState,
    batch: Batch,
    loss_params: &Tensor<2>,
    lr: f32,
) -> Tensor<1> {
    let (loss, gradients) = gradients(stack, batch, loss_params);
    optimizer.step(stack, gradients, lr);
    loss
}

/// `[S, B, C]` → `[R, B, A·C]`, for networks without a hidden layer.
fn together(dz: Tensor<3>, arms: usize) -> Tensor<3> {
    let [s, b, c] = dz.dims();
    dz.reshape([s / arms, arms, b, c]).swap_dims(1, 2).reshape([s / arms, b, arms * c])
}
