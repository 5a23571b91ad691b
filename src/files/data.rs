//! The data of a run as safetensors: training, transfer and test sets.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `train.inputs`, `test.inputs` | `[N, W]` | as stored: grey levels (U8), numbers (F32), characters (U8) |
//! | `train.labels` | `[N]` U8 | as training sees them, wrong ones among them |
//! | `train.true_labels`, `test.labels` | `[N]` U8 | as they are |
//! | `transfer.{r}` | `[N]` I32 | rows of replicate r's transfer set in the training set, or in the next two |
//! | `transfer.inputs`, `transfer.labels` | as above | only where transfer sets are not simply training inputs |
//! | `all` | `[N]` I32 | rows of the training set that an arm on all labels learns from, where there is one |
//! | `pool.{r}` | `[M]` I32 | rows of replicate r's pool without labels, where there is one; beyond the training set those of the next |
//! | `unlabelled.inputs` | `[U, W]` | inputs that have no label, where there are some |
//! | `teacher.train`, `teacher.unlabelled`, `teacher.test` | `[N, C]` F32 | log-probabilities or logits of a teacher that came with the data |
//!
//! How stored inputs become what networks take, the description says ([`crate::files::metadata::Inputs`]).

use super::FileError;
use super::tensors::{self, Tensor};
use crate::data::Split;
use crate::data::example::Form;
use crate::export::DataPayload;
use crate::files::metadata::RunMetadata;

/// The file of a run's training, transfer and test sets.
///
/// # Errors
/// [`FileError::Damaged`] when inputs and labels are not equally many.
pub fn write(data_payload: &DataPayload) -> Result<Vec<u8>, FileError> {
    let DataPayload { origin, train, labels, test, transfer, unlabelled, given } = data_payload;
    let classes_of_run = origin.classes.len();
    let all = [
        vec![
            inputs("train.inputs", data_payload, train),
            classes("train.labels", labels),
            classes("train.true_labels", &train.labels),
            inputs("test.inputs", data_payload, test),
            classes("test.labels", &test.labels),
        ],
        match &transfer.made {
            Some(made) => {
                vec![inputs("transfer.inputs", data_payload, made), classes("transfer.labels", &transfer.labels)]
            }
            None => Vec::new(),
        },
        rows("transfer", &transfer.labelled),
        rows("pool", &transfer.pool),
        if transfer.all.is_empty() { Vec::new() } else { vec![Tensor::rows("all", &transfer.all)] },
        if unlabelled.is_empty() { Vec::new() } else { vec![inputs("unlabelled.inputs", data_payload, unlabelled)] },
        given
            .iter()
            .flat_map(|given| {
                [
                    ("teacher.train", &given.train),
                    ("teacher.unlabelled", &given.unlabelled),
                    ("teacher.test", &given.test),
                ]
            })
            .filter(|(_, logits)| !logits.is_empty())
            .map(|(name, logits)| {
                Tensor::floats(name, vec![logits.len() / classes_of_run.max(1), classes_of_run], logits)
            })
            .collect(),
    ];
    let all: Vec<Tensor<'_>> = all.into_iter().flatten().collect();
    tensors::write(&all, &RunMetadata::of("data", origin))
}

fn inputs<'a>(name: &str, data_payload: &DataPayload, split: &'a Split) -> Tensor<'a> {
    let (n, d) = (split.len(), data_payload.origin.dimensions);
    match data_payload.origin.form {
        Form::Plane | Form::Numbers(_) => Tensor::floats(name, vec![n, d], &split.numbers),
        Form::Image(..) => Tensor::bytes(name, vec![n, d], &split.bytes),
        Form::Text(context) => Tensor::bytes(name, vec![n, context], &split.bytes),
    }
}

fn classes<'a>(name: &str, labels: &'a [u8]) -> Tensor<'a> {
    Tensor::bytes(name, vec![labels.len()], labels)
}

/// Each replicate's rows, of those that have any.
fn rows(name: &str, sets: &[Vec<usize>]) -> Vec<Tensor<'static>> {
    let sets = sets.iter().enumerate().filter(|(_, set)| !set.is_empty());
    sets.map(|(r, set)| Tensor::rows(format!("{name}.{r}"), set)).collect()
}
