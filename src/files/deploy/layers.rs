//! A student as the sequence of dense layers that its files describe.

use crate::config::Architecture;
use crate::experiment::StateDict;
use crate::files::FileError;

/// One dense layer: h ↦ h · weight + bias. Between two layers stands ReLU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layer<'a> {
    /// Length of its input.
    pub inputs: usize,
    /// Length of its output.
    pub outputs: usize,
    /// `[inputs, outputs]`, flattened (row-major).
    pub weight: &'a [f32],
    /// `[outputs]`.
    pub bias: &'a [f32],
}

/// The layers of a network, from its input.
///
/// # Errors
/// [`FileError::Shape`] when the weights are not those of the architecture.
pub fn layers<'a>(architecture: &Architecture, network: &'a StateDict) -> Result<Vec<Layer<'a>>, FileError> {
    if !network.fits(architecture) {
        return Err(FileError::Shape("the student’s weights are not those of its architecture".into()));
    }
    match architecture {
        Architecture::Mlp { widths } => Ok(widths
            .windows(2)
            .enumerate()
            .map(|(l, width)| Layer {
                inputs: width[0],
                outputs: width[1],
                weight: network.values(&format!("layers.{l}.weight")),
                bias: network.values(&format!("layers.{l}.bias")),
            })
            .collect()),
    }
}
