//! Hard labels of a batch, with a mask of the examples that have one.

use burn::tensor::{Device, Tensor, TensorData};

/// A class, and whether it is the example's label. Of an example without a label the class is the teacher's answer: the
/// hard term is left out, and methods that need a label (DKD) use that class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// The class.
    pub class: usize,
    /// Whether the example has a label.
    pub labelled: bool,
}

/// Labels of a batch on a device. Class and mask share one tensor: a second one would be one more binding of the GPU's
/// loss kernel, which has as many as WebGPU guarantees.
#[derive(Clone, Debug)]
pub struct Labels(Tensor<3>);

impl Labels {
    /// Place of the class in the last dimension.
    pub const CLASS: usize = 0;
    /// Place of the mask in the last dimension.
    pub const MASK: usize = 1;
    /// Length of the last dimension.
    pub const COLUMNS: usize = 2;

    /// The labels of R replicates, `[R·B]` in their order.
    pub fn new(labels: &[Label], replicates: usize, device: &Device) -> Self {
        let values: Vec<f32> =
            labels.iter().flat_map(|label| [label.class as f32, if label.labelled { 1.0 } else { 0.0 }]).collect();
        let shape = [replicates, labels.len() / replicates.max(1), Self::COLUMNS];
        Self(Tensor::from_data(TensorData::new(values, shape), device))
    }

    /// The labels of R replicates, `[R·B]` in their order, all of which are known.
    pub fn known(classes: &[usize], replicates: usize, device: &Device) -> Self {
        let labels: Vec<Label> = classes.iter().map(|&class| Label { class, labelled: true }).collect();
        Self::new(&labels, replicates, device)
    }

    /// R, the number of replicates.
    pub fn replicates(&self) -> usize {
        self.0.dims()[0]
    }

    /// `[R, B, 2]`: the class as a whole number, and 1 where it is the example's label, else 0.
    pub fn tensor(&self) -> &Tensor<3> {
        &self.0
    }

    /// One example's label, of its two numbers.
    pub(super) fn decode(row: &[f32]) -> Label {
        Label { class: row[Self::CLASS] as usize, labelled: row[Self::MASK] > 0.0 }
    }
}
