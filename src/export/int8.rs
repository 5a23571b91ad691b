//! Weights in eight bits: symmetric, one scale for each output channel.
//!
//! A weight w of output j is stored as q = round(w / s_j), within −127 to 127, with s_j = max |w| / 127 over the channel; it
//! stands for q · s_j (ONNX `DequantizeLinear` with an axis and no zero point). Biases stay as they are: they are few.

use crate::experiment::{NamedTensor, StateDict};
use serde::{Deserialize, Serialize};

/// Largest magnitude of a stored weight: −128 is left out, so that the range is symmetric.
const LARGEST: f32 = 127.0;

/// A matrix `[in, out]` in eight bits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Int8Matrix {
    /// Values q, flattened (row-major), each as its two's complement.
    #[serde(with = "serde_bytes")]
    pub values: Vec<u8>,
    /// Scale of each output, `[out]`.
    pub scales: Vec<f32>,
}

impl Int8Matrix {
    /// The matrix nearest to those weights, `[in, out]` flattened (row-major); `outputs` is at least 1.
    pub fn of(weights: &[f32], outputs: usize) -> Self {
        let mut scales = vec![0.0_f32; outputs];
        for row in weights.chunks(outputs) {
            scales.iter_mut().zip(row).for_each(|(scale, weight)| *scale = scale.max(weight.abs()));
        }
        // A channel of zeros has any scale.
        scales.iter_mut().for_each(|scale| *scale = if *scale > 0.0 { *scale / LARGEST } else { 1.0 });
        let rounded = |(weight, scale): (&f32, &f32)| (weight / scale).round().clamp(-LARGEST, LARGEST) as i8 as u8;
        let values = weights.chunks(outputs).flat_map(|row| row.iter().zip(&scales).map(rounded)).collect();
        Self { values, scales }
    }

    /// The weights that it stands for, `[in, out]` flattened (row-major).
    pub fn weights(&self) -> Vec<f32> {
        let outputs = self.scales.len().max(1);
        let one = |(value, scale): (&u8, &f32)| f32::from(*value as i8) * scale;
        self.values.chunks(outputs).flat_map(|row| row.iter().zip(&self.scales).map(one)).collect()
    }
}

/// Every matrix of a network in eight bits, in the order of its tensors.
pub fn quantize(network: &StateDict) -> Vec<Int8Matrix> {
    network.tensors().iter().filter_map(|tensor| outputs(tensor).map(|n| Int8Matrix::of(&tensor.values, n))).collect()
}

/// The network with the weights that its matrices in eight bits stand for.
pub fn dequantized(network: &StateDict, matrices: &[Int8Matrix]) -> StateDict {
    let names: Vec<String> =
        network.tensors().iter().filter(|tensor| outputs(tensor).is_some()).map(|tensor| tensor.name.clone()).collect();
    let mut changed = network.clone();
    for (name, matrix) in names.iter().zip(matrices) {
        if let Some(values) = changed.values_mut(name) {
            values.iter_mut().zip(matrix.weights()).for_each(|(value, weight)| *value = weight);
        }
    }
    changed
}

/// Number of outputs of a matrix; `None` of anything else.
fn outputs(tensor: &NamedTensor) -> Option<usize> {
    match tensor.shape[..] {
        [_, outputs] if outputs > 0 => Some(outputs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Architecture;

    #[test]
    fn every_weight_is_within_half_a_step_of_its_channel() {
        let weights: Vec<f32> = (0..60).map(|i| ((i * 37 % 101) as f32 - 50.0) * [0.01, 3.0, 1e-6][i % 3]).collect();
        let matrix = Int8Matrix::of(&weights, 3);
        for (i, (weight, stored)) in weights.iter().zip(matrix.weights()).enumerate() {
            assert!((weight - stored).abs() <= 0.5001 * matrix.scales[i % 3], "{weight} {stored}");
        }
        // The largest of each channel is met.
        for channel in 0..3 {
            let largest = |values: &[f32]| values.iter().skip(channel).step_by(3).fold(0.0_f32, |a, b| a.max(b.abs()));
            let (a, b) = (largest(&weights), largest(&matrix.weights()));
            assert!((a - b).abs() <= 1e-6 * a, "{a} {b}");
        }
        assert!(!matrix.values.contains(&128), "−128 is never stored");
    }

    #[test]
    fn a_channel_of_zeros_stays_zero_and_biases_stay_as_they_are() {
        let network = StateDict::new(&Architecture::mlp([2, 2]), [vec![0.0, 0.7, 0.0, -0.3], vec![0.123_456, -9.0]]);
        let matrices = quantize(&network);
        assert_eq!(matrices.len(), 1);
        let stored = dequantized(&network, &matrices);
        assert_eq!(stored.values("layers.0.bias"), network.values("layers.0.bias"));
        let weights = stored.values("layers.0.weight");
        assert!(weights[0] == 0.0 && weights[2] == 0.0 && (weights[1] - 0.7).abs() < 1e-6, "{weights:?}");
        assert!(stored.fits(&Architecture::mlp([2, 2])));
    }
}
