//! Architectures of networks, and which networks a run has: for training, for files, and for reading files back.

use super::{Config, SecondTeacher};
use serde::{Deserialize, Serialize};

/// A network as a function from an input `[D]` to logits `[C]`, without its weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Architecture {
    /// Multilayer perceptron with ReLU between its dense layers.
    Mlp {
        /// Layer widths from input to output: D, H, …, C; at least two.
        widths: Vec<usize>,
    },
}

/// A trainable tensor of an [`Architecture`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorSpec {
    /// Name within the network, as in a PyTorch state dict.
    pub name: String,
    /// Shape. A matrix is `[in, out]`; files hold its transpose, as PyTorch does.
    pub shape: Vec<usize>,
    /// Distribution of the initial values.
    pub init: Init,
}

/// Distribution of a tensor's initial values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Init {
    /// N(0, 2 / fan-in) (He et al. 2015).
    HeNormal {
        /// Inputs of one unit.
        fan_in: usize,
    },
    /// All zero.
    Zeros,
}

impl Architecture {
    /// A multilayer perceptron of those layer widths, input to output.
    pub fn mlp(widths: impl Into<Vec<usize>>) -> Self {
        Self::Mlp { widths: widths.into() }
    }

    /// Its trainable tensors, in the order in which they are initialised, stored and written: of a multilayer perceptron
    /// `layers.{l}.weight` `[in, out]` and `layers.{l}.bias` `[out]`, layer by layer from the input.
    pub fn tensors(&self) -> Vec<TensorSpec> {
        match self {
            Self::Mlp { widths } => {
                let layer = |(l, w): (usize, &[usize])| {
                    let name = |part: &str| format!("layers.{l}.{part}");
                    let init = Init::HeNormal { fan_in: w[0] };
                    [
                        TensorSpec { name: name("weight"), shape: vec![w[0], w[1]], init },
                        TensorSpec { name: name("bias"), shape: vec![w[1]], init: Init::Zeros },
                    ]
                };
                widths.windows(2).enumerate().flat_map(layer).collect()
            }
        }
    }

    /// D, the length of an input.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.first().copied().unwrap_or(0),
        }
    }

    /// C, the number of classes.
    pub fn classes(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.last().copied().unwrap_or(0),
        }
    }

    /// Number of trainable parameters.
    pub fn parameter_count(&self) -> usize {
        self.tensors().iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum()
    }

    /// Multiply–accumulates of one prediction.
    pub fn macs(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.windows(2).map(|w| w[0] * w[1]).sum(),
        }
    }

    /// Multiply–accumulates of the first layer of one prediction.
    pub fn first_layer_macs(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.iter().take(2).product(),
        }
    }

    /// Activations of the widest layer for one input, the output included.
    pub fn widest_layer(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.iter().skip(1).copied().max().unwrap_or(1),
        }
    }

    /// Units of the first hidden layer, where there is one.
    pub fn first_hidden_units(&self) -> Option<usize> {
        match self {
            Self::Mlp { widths } => widths.get(1).filter(|_| widths.len() > 2).copied(),
        }
    }

    /// Number of the middle hidden layer, counted from 0; the earlier of two.
    pub fn middle_hidden_layer(&self) -> usize {
        match self {
            Self::Mlp { widths } => widths.len().saturating_sub(3) / 2,
        }
    }
}

/// The networks of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunNetworks {
    /// Architecture of the teacher that the students learn from, the last of a chain.
    pub teacher: Architecture,
    /// Networks whose mean that teacher is.
    pub members: usize,
    /// Whether an independent second teacher of the same architecture is trained beside it.
    pub second: bool,
    /// Architecture of a student.
    pub student: Architecture,
    /// Replicates R.
    pub replicates: usize,
    /// Arms A: there are R · A students.
    pub arms: usize,
}

impl RunNetworks {
    /// The same; without a teacher where one came with the data, whose networks are elsewhere.
    pub fn with_teacher(self, trained: bool) -> Self {
        if trained { self } else { Self { members: 0, second: false, ..self } }
    }
}

impl Config {
    /// Architecture of the first teacher, and of the generations after it.
    pub fn teacher_architecture(&self, inputs: usize, classes: usize) -> Architecture {
        let mut widths = vec![inputs];
        widths.extend(std::iter::repeat_n(self.teacher_hidden, self.teacher_layers));
        widths.push(classes);
        Architecture::Mlp { widths }
    }

    /// Architecture of a teacher assistant with that many hidden units.
    pub fn assistant_architecture(hidden: usize, inputs: usize, classes: usize) -> Architecture {
        Architecture::mlp([inputs, hidden, classes])
    }

    /// Architecture of a student.
    pub fn student_architecture(&self, inputs: usize, classes: usize) -> Architecture {
        Architecture::mlp([inputs, self.student_hidden, classes])
    }

    /// The networks of its run on inputs `[D]` of `classes` classes.
    pub fn run_networks(&self, inputs: usize, classes: usize) -> RunNetworks {
        // The later teachers of a chain are single networks, and assistants come after generations.
        let alone = self.generations == 0 && self.assistants.is_empty();
        let teacher = match self.assistants.last() {
            Some(&hidden) => Self::assistant_architecture(hidden, inputs, classes),
            None => self.teacher_architecture(inputs, classes),
        };
        RunNetworks {
            teacher,
            members: if alone { self.ensemble.max(1) } else { 1 },
            second: alone && self.second_teacher == SecondTeacher::On,
            student: self.student_architecture(inputs, classes),
            replicates: self.replicates,
            arms: self.arms().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perceptrons_tensors_are_its_layers_weights_and_biases() {
        let network = Architecture::mlp([4, 3, 2]);
        let tensors: Vec<_> = network.tensors().into_iter().map(|tensor| (tensor.name, tensor.shape)).collect();
        let expected = [
            ("layers.0.weight", vec![4, 3]),
            ("layers.0.bias", vec![3]),
            ("layers.1.weight", vec![3, 2]),
            ("layers.1.bias", vec![2]),
        ];
        assert_eq!(tensors, expected.map(|(name, shape)| (name.to_string(), shape)));
        assert_eq!((network.parameter_count(), network.macs()), (23, 18));
        assert_eq!((network.inputs(), network.classes(), network.first_hidden_units()), (4, 2, Some(3)));
        assert_eq!(Architecture::mlp([4, 2]).first_hidden_units(), None);
    }
}
