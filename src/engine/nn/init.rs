//! Initial weights, from the seed and on the host: burn's own generators differ between devices.

use crate::config::{Architecture, Init};
use crate::data::rng;
use crate::experiment::StateDict;
use rand_distr::{Distribution, StandardNormal};

/// Initial weights of a network, drawn from the stream of that seed, purpose and replicate as
/// [`Architecture::tensors`] specifies.
pub fn initial_weights(architecture: &Architecture, seed: u32, purpose: &str, replicate: usize) -> StateDict {
    let mut rng = rng::stream(seed, purpose, replicate);
    let values = architecture.tensors().into_iter().map(|tensor| {
        let n = tensor.shape.iter().product();
        match tensor.init {
            Init::HeNormal { fan_in } => {
                let deviation = (2.0 / fan_in as f32).sqrt();
                let draw = |_| {
                    let z: f32 = StandardNormal.sample(&mut rng);
                    z * deviation
                };
                (0..n).map(draw).collect()
            }
            Init::Zeros => vec![0.0; n],
        }
    });
    let values: Vec<Vec<f32>> = values.collect();
    StateDict::new(architecture, values)
}
