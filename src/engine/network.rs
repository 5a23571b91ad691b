//! Stacked classifiers: S networks of one architecture trained at once.
//!
//! S = R replicates × A arms. The arms of a replicate see the same images in the same order and start from the same
//! weights, so the first layer is one product per replicate, `[R, B, D] × [R, D, A·H]`; all later layers are one
//! product per network, `[S, B, H] × [S, H, H']`. A student alone is the stack R = A = 1; so is a teacher.

use super::kernels;
use crate::data::rng;
use burn::tensor::{Device, ExecutionError, Tensor, TensorData, Transaction};
use rand_distr::{Distribution, StandardNormal};

/// A dense layer of every network of a stack.
#[derive(Clone, Debug)]
pub struct Layer {
    /// First layer `[R, D, A·H]`, later layers `[S, H, H']`.
    pub weight: Tensor<3>,
    /// `[S, H']`
    pub bias: Tensor<2>,
}

/// S = R·A multilayer perceptrons with ReLU between layers.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The layers, from the input on.
    pub layers: Vec<Layer>,
    /// A, the number of arms.
    pub arms: usize,
}

/// Weights of one network on the host, layer by layer: (`[D, H]` in one row, `[H]`).
pub use crate::export::Layers as HostWeights;

/// He initialisation (He et al. 2015): N(0, 2 / fan-in), biases zero; from the seed, on the host, since burn's own
/// generators differ between devices. `widths` is D, H, …, C.
pub fn he_weights(widths: &[usize], seed: u32, purpose: &str, replicate: usize) -> HostWeights {
    let mut rng = rng::stream(seed, purpose, replicate);
    widths
        .windows(2)
        .map(|w| {
            let deviation = (2.0 / w[0] as f32).sqrt();
            let weight = (0..w[0] * w[1])
                .map(|_| {
                    let z: f32 = StandardNormal.sample(&mut rng);
                    z * deviation
                })
                .collect();
            (weight, vec![0.0; w[1]])
        })
        .collect()
}

impl Stack {
    /// A stack on `device` whose replicate r starts, in every arm, from `starts[r]`.
    pub fn new(widths: &[usize], starts: &[HostWeights], arms: usize, device: &Device) -> Self {
        let networks: Vec<&HostWeights> = starts.iter().flat_map(|start| std::iter::repeat_n(start, arms)).collect();
        Self::of(widths, &networks, arms, device)
    }

    /// A stack on `device` of those networks, `[R][A]` in one row.
    pub fn of(widths: &[usize], networks: &[&HostWeights], arms: usize, device: &Device) -> Self {
        let s = networks.len();
        let layers = widths
            .windows(2)
            .enumerate()
            .map(|(l, w)| {
                let (rows, columns) = (w[0], w[1]);
                let mut weight = Vec::with_capacity(s * rows * columns);
                if l == 0 {
                    for replicate in networks.chunks(arms) {
                        for row in (0..rows).map(|row| row * columns..(row + 1) * columns) {
                            replicate.iter().for_each(|network| weight.extend_from_slice(&network[l].0[row.clone()]));
                        }
                    }
                } else {
                    networks.iter().for_each(|network| weight.extend_from_slice(&network[l].0));
                }
                let bias: Vec<f32> = networks.iter().flat_map(|network| &network[l].1).copied().collect();
                let shape = if l == 0 { [s / arms, rows, arms * columns] } else { [s, rows, columns] };
                Layer {
                    weight: Tensor::from_data(TensorData::new(weight, shape), device),
                    bias: Tensor::from_data(TensorData::new(bias, [s, columns]), device),
                }
            })
            .collect();
        Self { layers, arms }
    }

    /// The weights of every network, `[R][A]` in one row; one read.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn to_host(&self) -> Result<Vec<HostWeights>, ExecutionError> {
        let all = self
            .layers
            .iter()
            .fold(Transaction::default(), |all, layer| all.register(layer.weight.clone()).register(layer.bias.clone()));
        let read = all.execute_async().await?;
        let mut networks = vec![HostWeights::new(); self.len()];
        for (l, (layer, data)) in self.layers.iter().zip(read.chunks(2)).enumerate() {
            let [_, rows, _] = layer.weight.dims();
            let [s, columns] = layer.bias.dims();
            let weight = data[0].as_slice::<f32>().unwrap_or(&[]);
            let bias = data[1].as_slice::<f32>().unwrap_or(&[]);
            for (place, network) in networks.iter_mut().enumerate().take(s) {
                // The first layer holds the arms side by side.
                let (arms, of) = if l == 0 { (self.arms, place / self.arms) } else { (1, place) };
                let arm = place % arms;
                let row = |row: usize| {
                    let start = ((of * rows + row) * arms + arm) * columns;
                    start..start + columns
                };
                let own: Vec<f32> = (0..rows).flat_map(|r| &weight[row(r)]).copied().collect();
                network.push((own, bias[place * columns..(place + 1) * columns].to_vec()));
            }
        }
        Ok(networks)
    }

    /// S, the number of networks.
    pub fn len(&self) -> usize {
        self.layers[0].bias.dims()[0]
    }

    /// Never: a stack has a network.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// R, the number of replicates.
    pub fn replicates(&self) -> usize {
        self.len() / self.arms
    }

    /// Trainable parameters of one network.
    pub fn parameters(widths: &[usize]) -> usize {
        widths.windows(2).map(|w| (w[0] + 1) * w[1]).sum()
    }

    /// The hidden activations of every layer but the last, `[S, B, H]` each, and the output before its bias,
    /// `[S, B, C]`, for inputs `[R, B, D]` or, the same for all replicates, `[1, B, D]`.
    pub fn forward(&self, x: Tensor<3>) -> (Vec<Tensor<3>>, Tensor<3>) {
        let mut hidden: Vec<Tensor<3>> = Vec::with_capacity(self.layers.len() - 1);
        let last = self.layers.len() - 1;
        for (l, layer) in self.layers.iter().enumerate() {
            let z = kernels::matmul(hidden.last().unwrap_or(&x), &layer.weight);
            if l == last {
                let z = if l == 0 { self.apart(z) } else { z };
                return (hidden, z);
            }
            hidden.push(kernels::bias_relu(z, &layer.bias));
        }
        unreachable!("a stack has at least one layer")
    }

    /// S, the number of networks.
    pub fn networks(&self) -> usize {
        self.layers[0].bias.dims()[0]
    }

    /// Activations `[S, B, H]` of the hidden layer of that number, counted from 0; the last one where there are fewer.
    pub fn hidden(&self, x: Tensor<3>, layer: usize) -> Tensor<3> {
        let (mut hidden, z) = self.forward(x);
        if hidden.is_empty() { z } else { hidden.swap_remove(layer.min(hidden.len() - 1)) }
    }

    /// Logits `[S, B, C]`.
    pub fn logits(&self, x: Tensor<3>) -> Tensor<3> {
        let (_, z) = self.forward(x);
        let bias = self.layers[self.layers.len() - 1].bias.clone();
        z + bias.unsqueeze_dim(1)
    }

    /// `[R, B, A·C]` → `[S, B, C]`, for networks without a hidden layer.
    fn apart(&self, z: Tensor<3>) -> Tensor<3> {
        let [r, b, ac] = z.dims();
        let c = ac / self.arms;
        z.reshape([r, b, self.arms, c]).swap_dims(1, 2).reshape([r * self.arms, b, c])
    }

    /// Some of the replicates as a stack of their own.
    pub fn part(&self, range: std::ops::Range<usize>) -> Self {
        let part = |tensor: &Tensor<3>, range: std::ops::Range<usize>| {
            let [_, rows, columns] = tensor.dims();
            tensor.clone().slice([range, 0..rows, 0..columns])
        };
        let networks = range.start * self.arms..range.end * self.arms;
        let layers = self
            .layers
            .iter()
            .enumerate()
            .map(|(l, layer)| {
                let [_, h] = layer.bias.dims();
                let of = if l == 0 { range.clone() } else { networks.clone() };
                Layer { weight: part(&layer.weight, of), bias: layer.bias.clone().slice([networks.clone(), 0..h]) }
            })
            .collect();
        Self { layers, arms: self.arms }
    }

    /// Multiply–accumulates of one prediction by one network of those layer widths.
    pub fn macs(widths: &[usize]) -> usize {
        widths.windows(2).map(|w| w[0] * w[1]).sum()
    }

    /// The same with weights that share nothing with another's.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn copy(&self, widths: &[usize], device: &Device) -> Result<Self, ExecutionError> {
        let weights = self.to_host().await?;
        Ok(Self::of(widths, &weights.iter().collect::<Vec<_>>(), self.arms, device))
    }

    /// One network as a stack of its own.
    pub fn alone(&self, replicate: usize, arm: usize) -> Self {
        let s = replicate * self.arms + arm;
        let layers = self
            .layers
            .iter()
            .enumerate()
            .map(|(l, layer)| {
                let [_, rows, columns] = layer.weight.dims();
                let weight = if l == 0 {
                    let h = columns / self.arms;
                    layer.weight.clone().slice([replicate..replicate + 1, 0..rows, arm * h..(arm + 1) * h])
                } else {
                    layer.weight.clone().slice([s..s + 1, 0..rows, 0..columns])
                };
                let [_, h] = layer.bias.dims();
                Layer { weight, bias: layer.bias.clone().slice([s..s + 1, 0..h]) }
            })
            .collect();
        Self { layers, arms: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn networks_come_back_from_a_stack_as_they_went_in() {
        let widths = [3, 4, 2];
        for (networks, arms) in [(6, 3), (2, 1), (1, 1)] {
            let all: Vec<HostWeights> = (0..networks).map(|i| he_weights(&widths, 7, "test", i)).collect();
            let stack = Stack::of(&widths, &all.iter().collect::<Vec<_>>(), arms, &Device::flex());
            let back = stack.to_host().now_or_never().expect("the CPU does not wait").unwrap();
            assert_eq!(back, all);
        }
    }
}
