//! The data of a run as safetensors: what was learned from, and what was measured on.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `train.inputs`, `test.inputs` | `[N, W]` | as stored: grey levels (U8), numbers (F32), characters (U8) |
//! | `train.labels` | `[N]` U8 | as training sees them, wrong ones among them |
//! | `train.true_labels`, `test.labels` | `[N]` U8 | as they are |
//! | `transfer.{r}` | `[N]` I32 | rows of replicate r's transfer set in the training set, or in the next two |
//! | `transfer.inputs`, `transfer.labels` | as above | only where transfer sets are not simply training inputs |
//! | `pool.{r}` | `[M]` I32 | rows of replicate r's pool without labels, where there is one |
//!
//! How stored inputs become what networks take, the description says ([`super::about::Inputs`]).

use super::FileError;
use super::about::Run;
use super::tensors::{self, Tensor};
use crate::data::transfer::Transfer;
use crate::data::{Dataset, Split};
use crate::protocol::Form;

/// The file of a run on those data; `labels` are the training labels as training sees them.
///
/// # Errors
/// [`FileError::Damaged`] when inputs and labels are not equally many.
pub fn write(run: &Run, data: &Dataset, labels: &[u8], transfer: &Transfer) -> Result<Vec<u8>, FileError> {
    let inputs = |name: &str, split: &Split| {
        let n = split.len();
        match data.form {
            Form::Plane | Form::Numbers(_) => Tensor::floats(name, vec![n, data.dimensions], &split.numbers),
            Form::Image(..) => Tensor::bytes(name, vec![n, data.dimensions], &split.bytes),
            Form::Text(context) => Tensor::bytes(name, vec![n, context], &split.bytes),
        }
    };
    let classes = |name: &str, labels: &[u8]| Tensor::bytes(name, vec![labels.len()], labels);
    let mut all = vec![
        inputs("train.inputs", &data.train),
        classes("train.labels", labels),
        classes("train.true_labels", &data.train.labels),
        inputs("test.inputs", &data.test),
        classes("test.labels", &data.test.labels),
    ];
    if let Some(made) = &transfer.made {
        all.push(inputs("transfer.inputs", made));
        all.push(classes("transfer.labels", &transfer.labels));
    }
    let rows = |name: &'static str, sets: &[Vec<usize>]| -> Vec<Tensor> {
        sets.iter()
            .enumerate()
            .filter(|(_, set)| !set.is_empty())
            .map(|(r, set)| Tensor::rows(format!("{name}.{r}"), set))
            .collect()
    };
    all.extend(rows("transfer", &transfer.labelled));
    all.extend(rows("pool", &transfer.pool));
    tensors::write(&all, run)
}
