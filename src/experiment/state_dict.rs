//! The weights of one network on the host, by name.

use crate::config::Architecture;
use serde::{Deserialize, Serialize};

/// A trainable tensor's values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedTensor {
    /// Its name in [`Architecture::tensors`].
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its values, flattened (row-major).
    pub values: Vec<f32>,
}

/// The weights of one network, in the order of [`Architecture::tensors`]. Gradients have the same form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StateDict {
    tensors: Vec<NamedTensor>,
}

impl StateDict {
    /// The weights of a network whose tensors have these values, each flattened, in the order of
    /// [`Architecture::tensors`].
    pub fn new(architecture: &Architecture, values: impl IntoIterator<Item = Vec<f32>>) -> Self {
        let named =
            |(spec, values): (crate::config::TensorSpec, _)| NamedTensor { name: spec.name, shape: spec.shape, values };
        Self { tensors: architecture.tensors().into_iter().zip(values).map(named).collect() }
    }

    /// Whether it has the tensors of that architecture, each of its name, shape and length.
    pub fn fits(&self, architecture: &Architecture) -> bool {
        let specs = architecture.tensors();
        self.tensors.len() == specs.len()
            && self.tensors.iter().zip(&specs).all(|(tensor, spec)| {
                let length = spec.shape.iter().try_fold(1_usize, |length, &n| length.checked_mul(n));
                tensor.name == spec.name && tensor.shape == spec.shape && length == Some(tensor.values.len())
            })
    }

    /// Its tensors.
    pub fn tensors(&self) -> &[NamedTensor] {
        &self.tensors
    }

    /// The values of a tensor, flattened (row-major); empty where there is none of that name.
    pub fn values(&self, name: &str) -> &[f32] {
        self.tensors.iter().find(|tensor| tensor.name == name).map_or(&[], |tensor| &tensor.values)
    }

    /// The values of a tensor, to be changed; `None` where there is none of that name.
    pub fn values_mut(&mut self, name: &str) -> Option<&mut [f32]> {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).map(|tensor| &mut tensor.values[..])
    }

    /// All values, tensor by tensor.
    pub fn all_values(&self) -> impl Iterator<Item = f32> {
        self.tensors.iter().flat_map(|tensor| tensor.values.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_weights_of_the_architecture_fit() {
        let network = Architecture::mlp([2, 1]);
        let weights = StateDict::new(&network, [vec![1.0, 2.0], vec![3.0]]);
        assert!(weights.fits(&network) && !weights.fits(&Architecture::mlp([1, 2])));
        assert!(!StateDict::new(&network, [vec![1.0, 2.0]]).fits(&network));
        assert!(!StateDict::new(&network, [vec![1.0], vec![3.0]]).fits(&network));
        assert_eq!(weights.values("layers.0.bias"), [3.0]);
        assert!(weights.values("layers.1.bias").is_empty());
    }
}
