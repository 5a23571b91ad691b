//! A student to be deployed: one archive with its models (ONNX, in float32 and with weights in eight bits), its weights as
//! JSON, programs that predict with those, and a model card. Equal runs give equal bytes.
//!
//! | file | what it is |
//! |---|---|
//! | `student.onnx` | the model: raw rows in, probabilities out ([`onnx`]) |
//! | `student-int8.onnx` | the same with weights in eight bits ([`crate::export::int8`]) |
//! | `student.json` | class names, scaling and weights, for the two programs ([`json`]) |
//! | `predict.py`, `predict.js` | predict with NumPy, and without anything in Node or a browser |
//! | `MODEL_CARD.md` | what it is, what was measured, and what it cannot do ([`card`]) |

pub mod card;
pub mod json;
pub mod layers;
pub mod onnx;
pub mod protobuf;
pub mod zip;

use super::{FileError, metadata, scripts};
use crate::config::{Config, DeviceChoice, Options};
use crate::export::StudentPayload;
use crate::export::int8::Int8Matrix;
use crate::files::metadata::Inputs;
use crate::link;
use onnx::Student;

/// Description of the student in a line.
fn description(payload: &StudentPayload) -> String {
    let config = &payload.origin.config;
    format!(
        "{} of Softlabel: {}, trained on {} examples. See MODEL_CARD.md.",
        config.arm_name(payload.arm),
        config.task.label(),
        payload.outcome.transfer_examples
    )
}

/// Length of a raw row.
fn row(inputs: &Inputs) -> usize {
    match inputs {
        Inputs::Grey { width, height, .. } => (width * height) as usize,
        Inputs::Numbers { columns, .. } => columns.len(),
        Inputs::Codes { context, .. } => *context,
    }
}

/// The files of a student, by name.
///
/// # Errors
/// [`FileError::Shape`] when weights and settings do not fit.
pub fn files(payload: &StudentPayload) -> Result<Vec<(&'static str, Vec<u8>)>, FileError> {
    let origin = &payload.origin;
    let layers = layers::layers(&origin.run_networks().student, &payload.weights)?;
    let fits = |(layer, matrix): (&layers::Layer<'_>, &Int8Matrix)| {
        matrix.values.len() == layer.weight.len() && matrix.scales.len() == layer.outputs
    };
    if payload.int8.len() != layers.len() || !layers.iter().zip(&payload.int8).all(fits) {
        return Err(FileError::Shape("the student’s weights in eight bits are not those of its layers".into()));
    }
    let (inputs, description) = (metadata::inputs(origin), description(payload));
    // What is made of numbers, strings and lists alone can always be written.
    let notes = [
        ("classes", serde_json::to_string(&origin.classes).unwrap_or_default()),
        ("inputs", serde_json::to_string(&inputs).unwrap_or_default()),
        ("link", link::format(&Config { device: DeviceChoice::Auto, ..origin.config.clone() })),
        ("softlabel", env!("CARGO_PKG_VERSION").to_string()),
    ];
    let model = |int8| {
        let (description, row) = (&description[..], row(&inputs));
        onnx::model(&Student { description, inputs: &inputs, row, layers: &layers, int8, metadata: &notes })
    };
    let (full, int8) = (model(None), model(Some(&payload.int8[..])));
    let card = card::card(payload, &card::Sizes { full: full.len(), int8: int8.len() });
    Ok(vec![
        ("MODEL_CARD.md", card.into_bytes()),
        ("student.onnx", full),
        ("student-int8.onnx", int8),
        ("student.json", json::write(&description, &origin.classes, &inputs, &layers)),
        ("predict.py", scripts::PREDICT_NUMPY.into()),
        ("predict.js", scripts::PREDICT_JS.into()),
    ])
}

/// The archive.
///
/// # Errors
/// As [`files`].
pub fn write(payload: &StudentPayload) -> Result<Vec<u8>, FileError> {
    Ok(zip::archive(&files(payload)?))
}
