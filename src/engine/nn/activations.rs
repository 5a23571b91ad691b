//! One network on one example, computed on the host from its weights: for drawing, which needs what the stacks keep to
//! themselves.

use crate::config::Architecture;
use crate::experiment::{Connection, NetworkActivations, StateDict};

/// Connections that are kept of each layer.
pub const CONNECTIONS: usize = 48;

/// What every unit gives for the input `x`, `[D]`, and which connections carry most. Weights that do not fit the
/// architecture or the input give nothing.
pub fn activations(architecture: &Architecture, network: &StateDict, x: &[f32]) -> NetworkActivations {
    let Architecture::Mlp { widths } = architecture;
    let mut out = NetworkActivations::default();
    if !network.fits(architecture) || widths.first() != Some(&x.len()) {
        return out;
    }
    let layers = widths.len() - 1;
    let mut input = x.to_vec();
    for l in 0..layers {
        let (weight, bias) = (&network.tensors()[2 * l].values, &network.tensors()[2 * l + 1].values);
        let width = widths[l + 1];
        let mut sums = bias.clone();
        let mut strongest: Vec<Connection> = Vec::with_capacity(CONNECTIONS + 1);
        for (from, (&value, row)) in input.iter().zip(weight.chunks_exact(width)).enumerate() {
            for (to, (&w, sum)) in row.iter().zip(&mut sums).enumerate() {
                let contribution = value * w;
                *sum += contribution;
                keep(&mut strongest, Connection { from: from as u32, to: to as u32, contribution });
            }
        }
        out.connections.push(strongest);
        if l + 1 == layers {
            out.logits = sums;
            break;
        }
        sums.iter_mut().for_each(|sum| *sum = sum.max(0.0));
        out.hidden.push(sums.clone());
        input = sums;
    }
    out
}

/// Keeps a connection if it is among the strongest, which stay in order.
fn keep(strongest: &mut Vec<Connection>, connection: Connection) {
    let size = connection.contribution.abs();
    // NaN is no size: a network that has diverged has no strongest connection.
    if size == 0.0 || size.is_nan() {
        return;
    }
    if strongest.len() == CONNECTIONS && strongest.last().is_some_and(|last| size <= last.contribution.abs()) {
        return;
    }
    let place = strongest.partition_point(|other| other.contribution.abs() >= size);
    strongest.insert(place, connection);
    strongest.truncate(CONNECTIONS);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::nn::{Stack, initial_weights};
    use burn::tensor::{Device, Tensor, TensorData};

    #[test]
    fn a_small_network_by_hand() {
        let network = Architecture::mlp([2, 2, 1]);
        let weights = StateDict::new(&network, [vec![1.0, -1.0, 2.0, 3.0], vec![0.5, 0.0], vec![2.0, 4.0], vec![-1.0]]);
        let found = activations(&network, &weights, &[1.0, -1.0]);
        // 1·1 − 1·2 + 0.5 = −0.5 → 0; −1·1 − 1·3 = −4 → 0.
        assert_eq!(found.hidden, [[0.0, 0.0]]);
        assert_eq!(found.logits, [-1.0]);
        let first: Vec<f32> = found.connections[0].iter().map(|c| c.contribution).collect();
        assert_eq!(first, [-3.0, -2.0, 1.0, -1.0]);
        assert!(found.connections[1].is_empty(), "units at rest carry nothing");
        let found = activations(&network, &weights, &[1.0, 1.0]);
        assert_eq!((found.hidden, found.logits), (vec![vec![3.5, 2.0]], vec![14.0]));
        assert_eq!(found.connections[1][0], Connection { from: 1, to: 0, contribution: 8.0 });
    }

    #[test]
    fn the_logits_are_the_stacks() {
        for widths in [vec![5, 3], vec![5, 64, 3], vec![5, 16, 8, 3]] {
            let network = Architecture::mlp(widths);
            let weights = initial_weights(&network, 3, "test", 0);
            let x = [0.3, -1.0, 2.0, 0.0, 0.7];
            let stack = Stack::of(&network, &[&weights], 1, &Device::flex());
            let expected = stack.logits(Tensor::from_data(TensorData::new(x.to_vec(), [1, 1, 5]), &Device::flex()));
            let expected = expected.into_data();
            let expected = expected.as_slice::<f32>().unwrap();
            let found = activations(&network, &weights, &x);
            assert!(found.logits.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?} {expected:?}");
            assert!(found.connections.iter().all(|layer| layer.len() <= CONNECTIONS));
        }
    }

    #[test]
    fn weights_of_another_network_give_nothing() {
        let weights = initial_weights(&Architecture::mlp([5, 3]), 3, "test", 0);
        assert_eq!(activations(&Architecture::mlp([5, 4, 3]), &weights, &[0.0; 5]), NetworkActivations::default());
        assert_eq!(activations(&Architecture::mlp([5, 3]), &weights, &[0.0; 4]), NetworkActivations::default());
    }
}
