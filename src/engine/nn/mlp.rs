//! Stacked multilayer perceptrons with ReLU between layers, their backward pass in closed form.
//!
//! The arms of a replicate see the same inputs, so the first layer is one product per replicate,
//! `[R, B, D] × [R, D, A·H]`, with the arms' weights side by side; all later layers are one product per network,
//! `[S, B, H] × [S, H, H']`. That layout is known in this file alone.

use super::{Network, Output, OutputGradient};
use crate::engine::kernels;
use crate::experiment::StateDict;
use burn::tensor::{Device, Tensor, TensorData};
use std::ops::Range;

/// S = R·A perceptrons.
#[derive(Clone, Debug)]
pub(super) struct Mlp {
    /// Weight and bias of every layer, from the input: the first weight `[R, D, A·H]`, later ones `[S, H, H']`, biases
    /// `[S, 1, H']`.
    parameters: Vec<Tensor<3>>,
    arms: usize,
}

impl Mlp {
    /// Those networks, `[R·A]`, on `device`.
    pub(super) fn new(widths: &[usize], networks: &[&StateDict], arms: usize, device: &Device) -> Self {
        let s = networks.len();
        let mut parameters = Vec::with_capacity(2 * widths.len());
        for (l, w) in widths.windows(2).enumerate() {
            let (rows, columns) = (w[0], w[1]);
            let mut weight = Vec::with_capacity(s * rows * columns);
            if l == 0 {
                for replicate in networks.chunks(arms) {
                    for row in (0..rows).map(|row| row * columns..(row + 1) * columns) {
                        for network in replicate {
                            weight.extend_from_slice(&network.tensors()[0].values[row.clone()]);
                        }
                    }
                }
            } else {
                networks.iter().for_each(|network| weight.extend_from_slice(&network.tensors()[2 * l].values));
            }
            let bias: Vec<f32> =
                networks.iter().flat_map(|network| &network.tensors()[2 * l + 1].values).copied().collect();
            let shape = if l == 0 { [s / arms, rows, arms * columns] } else { [s, rows, columns] };
            parameters.push(Tensor::from_data(TensorData::new(weight, shape), device));
            parameters.push(Tensor::from_data(TensorData::new(bias, [s, 1, columns]), device));
        }
        Self { parameters, arms }
    }

    fn layers(&self) -> usize {
        self.parameters.len() / 2
    }

    fn weight(&self, layer: usize) -> &Tensor<3> {
        &self.parameters[2 * layer]
    }

    fn bias(&self, layer: usize) -> &Tensor<3> {
        &self.parameters[2 * layer + 1]
    }

    /// `[R, B, A·C]` → `[S, B, C]`, for networks without a hidden layer.
    fn apart(&self, z: Tensor<3>) -> Tensor<3> {
        let [r, b, ac] = z.dims();
        let c = ac / self.arms;
        z.reshape([r, b, self.arms, c]).swap_dims(1, 2).reshape([r * self.arms, b, c])
    }

    /// `[S, B, C]` → `[R, B, A·C]`, for networks without a hidden layer.
    fn together(&self, dz: Tensor<3>) -> Tensor<3> {
        let [s, b, c] = dz.dims();
        let (r, arms) = (s / self.arms, self.arms);
        dz.reshape([r, arms, b, c]).swap_dims(1, 2).reshape([r, b, arms * c])
    }
}

impl Network for Mlp {
    /// Activations `[S, B, H]` of the hidden layers.
    type Trace = Vec<Tensor<3>>;

    fn len(&self) -> usize {
        self.bias(0).dims()[0]
    }

    fn forward(&self, x: &Tensor<3>) -> (Output, Self::Trace) {
        let last = self.layers() - 1;
        let mut hidden: Vec<Tensor<3>> = Vec::with_capacity(last);
        for l in 0..last {
            let z = kernels::matmul(hidden.last().unwrap_or(x), self.weight(l));
            hidden.push(kernels::bias_relu(z, self.bias(l)));
        }
        let z = kernels::matmul(hidden.last().unwrap_or(x), self.weight(last));
        let z = if last == 0 { self.apart(z) } else { z };
        (Output { z, bias: self.bias(last).clone() }, hidden)
    }

    fn backward(
        &self,
        x: Tensor<3>,
        mut hidden: Self::Trace,
        gradient: OutputGradient,
        at_hidden: impl FnOnce(Tensor<3>, &Tensor<3>) -> Tensor<3>,
    ) -> Vec<Tensor<3>> {
        let mut at_hidden = Some(at_hidden);
        let last = self.layers() - 1;
        let (mut dz, mut dbias) = (gradient.logits, gradient.bias);
        if last == 0 {
            dz = self.together(dz);
        }
        // From the output to the input, the bias before the weight.
        let mut gradients = Vec::with_capacity(self.parameters.len());
        for l in (0..=last).rev() {
            let input = hidden.pop();
            let dweight = kernels::matmul_tn(input.as_ref().unwrap_or(&x), &dz);
            gradients.extend([dbias.clone(), dweight]);
            let Some(h) = input else { break };
            let mut dh = kernels::matmul_nt(&dz, self.weight(l));
            if l == 1
                && let Some(change) = at_hidden.take()
            {
                dh = change(dh, &h);
            }
            let arms = if l == 1 { self.arms } else { 1 };
            (dz, dbias) = kernels::bias_relu_backward(dh, h, arms);
        }
        gradients.reverse();
        gradients
    }

    fn hidden(&self, x: Tensor<3>, layer: usize) -> Tensor<3> {
        let (output, mut hidden) = self.forward(&x);
        if hidden.is_empty() { output.z } else { hidden.swap_remove(layer.min(hidden.len() - 1)) }
    }

    fn parameters(&self) -> &[Tensor<3>] {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut Vec<Tensor<3>> {
        &mut self.parameters
    }

    fn unpack(&self, parameter: usize, values: &[f32]) -> Vec<Vec<f32>> {
        let s = self.len();
        if parameter > 0 {
            return values.chunks((values.len() / s).max(1)).map(<[f32]>::to_vec).collect();
        }
        let [_, rows, wide] = self.weight(0).dims();
        let columns = wide / self.arms;
        let network = |place: usize| {
            let (replicate, arm) = (place / self.arms, place % self.arms);
            let row = |row: usize| {
                let start = (replicate * rows + row) * wide + arm * columns;
                &values[start..start + columns]
            };
            (0..rows).flat_map(row).copied().collect()
        };
        (0..s).map(network).collect()
    }

    fn inner(&self, a: &[Tensor<3>], b: &[Tensor<3>]) -> Tensor<1> {
        let s = self.len();
        let of = |parameter: usize| -> Tensor<1> {
            let product = a[parameter].clone() * b[parameter].clone();
            if parameter % 2 == 1 {
                return product.sum_dim(2).reshape([s]);
            }
            if parameter > 0 {
                return product.sum_dim(2).sum_dim(1).reshape([s]);
            }
            let [r, rows, wide] = product.dims();
            product.reshape([r, rows, self.arms, wide / self.arms]).sum_dim(3).sum_dim(1).reshape([s])
        };
        let layer = |l: usize| of(2 * l) + of(2 * l + 1);
        (1..self.layers()).fold(layer(0), |total, l| total + layer(l))
    }

    fn part(&self, replicates: Range<usize>) -> Self {
        let networks = replicates.start * self.arms..replicates.end * self.arms;
        let part = |(parameter, tensor): (usize, &Tensor<3>)| {
            let [_, rows, columns] = tensor.dims();
            let range = if parameter == 0 { replicates.clone() } else { networks.clone() };
            tensor.clone().slice([range, 0..rows, 0..columns])
        };
        Self { parameters: self.parameters.iter().enumerate().map(part).collect(), arms: self.arms }
    }

    fn alone(&self, replicate: usize, arm: usize) -> Self {
        let s = replicate * self.arms + arm;
        let alone = |(parameter, tensor): (usize, &Tensor<3>)| {
            let [_, rows, columns] = tensor.dims();
            if parameter > 0 {
                return tensor.clone().slice([s..s + 1, 0..rows, 0..columns]);
            }
            let h = columns / self.arms;
            tensor.clone().slice([replicate..replicate + 1, 0..rows, arm * h..(arm + 1) * h])
        };
        Self { parameters: self.parameters.iter().enumerate().map(alone).collect(), arms: 1 }
    }
}
