//! A student as an ONNX model: raw rows in, probabilities, logits and the most probable class out.
//!
//! Messages and field numbers are those of `onnx.proto` (ONNX 1.12, IR version 8), operators those of opset 17. The graph:
//!
//! | inputs of the task | input | what the graph does first |
//! |---|---|---|
//! | images | `input` float32 `[N, pixels]`, grey levels 0 to 255 | (x − mean) / deviation |
//! | points | `input` float32 `[N, 2]` | nothing |
//! | a table | `input` float64 `[N, columns]`, in the table's own units | (x − mean) / deviation of each column, in float64 as in training: a large column's digits would be lost in float32 |
//! | text | `input` int64 `[N, context]`, numbers of characters | one-hot |
//!
//! Then `Gemm` and `Relu` layer by layer, and `Softmax` and `ArgMax` over the classes.
//!
//! Matrices are `[out, in]`, as PyTorch's exporter writes them (`transB`). For weights in eight bits that matters: where they are
//! `[in, out]`, onnxruntime 1.32 puts a product in place of `DequantizeLinear` and `Gemm` that rounds the activations, too,
//! and the answers are not those that were measured.

use super::layers::Layer;
use super::protobuf::Message;
use crate::export::int8::Int8Matrix;
use crate::files::metadata::Inputs;

/// Version of the operators, of onnx.ai's own set.
pub const OPSET: i64 = 17;
/// Version of the model format.
const IR_VERSION: i64 = 8;

/// Element types (`TensorProto.DataType`).
const FLOAT: i64 = 1;
const INT8: i64 = 3;
const INT64: i64 = 7;
const DOUBLE: i64 = 11;

/// What a model is written of.
pub struct Student<'a> {
    /// One line on what it is.
    pub description: &'a str,
    /// What goes in.
    pub inputs: &'a Inputs,
    /// Length of a row as it goes in: pixels, columns, characters.
    pub row: usize,
    /// The layers.
    pub layers: &'a [Layer<'a>],
    /// Their matrices in eight bits instead.
    pub int8: Option<&'a [Int8Matrix]>,
    /// What is noted in the model, by key: names of the classes, settings.
    pub metadata: &'a [(&'a str, String)],
}

/// A graph under construction.
#[derive(Default)]
struct Graph {
    nodes: Vec<Message>,
    initializers: Vec<Message>,
}

impl Graph {
    /// Adds a constant.
    fn tensor(&mut self, name: &str, kind: i64, shape: &[usize], bytes: &[u8]) {
        let message = shape.iter().fold(Message::new(), |message, &length| message.int(1, length as i64));
        self.initializers.push(message.int(2, kind).text(8, name).bytes(9, bytes));
    }

    fn floats(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.tensor(name, FLOAT, shape, &bytes);
    }

    /// Adds an operator with whole numbers as attributes; it is named after its output.
    fn node(&mut self, operator: &str, inputs: &[&str], output: &str, attributes: &[(&str, i64)]) {
        let message = inputs.iter().fold(Message::new(), |message, input| message.text(1, input));
        // Type 2 of an attribute is a whole number.
        let attribute = |&(name, value): &(&str, i64)| Message::new().text(1, name).int(3, value).int(20, 2);
        let message = message.text(2, output).text(3, output).text(4, operator);
        self.nodes.push(message.messages(5, attributes.iter().map(attribute)));
    }

    /// Adds the standardisation of `input` by a mean and deviation for each of its columns, or by one of each.
    fn standardised(&mut self, kind: i64, moments: &[(f64, f64)]) -> String {
        let bytes = |of: fn(&(f64, f64)) -> f64| -> Vec<u8> {
            match kind {
                DOUBLE => moments.iter().flat_map(|pair| of(pair).to_le_bytes()).collect(),
                _ => moments.iter().flat_map(|pair| (of(pair) as f32).to_le_bytes()).collect(),
            }
        };
        self.tensor("mean", kind, &[moments.len()], &bytes(|pair| pair.0));
        self.tensor("deviation", kind, &[moments.len()], &bytes(|pair| pair.1));
        self.node("Sub", &["input", "mean"], "centred", &[]);
        self.node("Div", &["centred", "deviation"], "standardised", &[]);
        if kind == DOUBLE {
            self.node("Cast", &["standardised"], "standardised_float", &[("to", FLOAT)]);
            return "standardised_float".into();
        }
        "standardised".into()
    }

    /// Adds what makes a row `[N, D]` of the network's input of a raw row; its name, and the type of a raw row.
    fn encoded(&mut self, student: &Student<'_>) -> (String, i64) {
        match student.inputs {
            Inputs::Grey { mean, deviation, .. } => (self.standardised(FLOAT, &[(*mean, *deviation)]), FLOAT),
            Inputs::Numbers { moments, .. } if moments.is_empty() => ("input".into(), FLOAT),
            Inputs::Numbers { moments, .. } => (self.standardised(DOUBLE, moments), DOUBLE),
            Inputs::Codes { context, characters } => {
                self.tensor("characters", INT64, &[], &(*characters as i64).to_le_bytes());
                self.floats("off_on", &[2], &[0.0, 1.0]);
                // The first dimension as it comes, the others as one.
                let shape: Vec<u8> =
                    [0, (context * characters) as i64].iter().flat_map(|length: &i64| length.to_le_bytes()).collect();
                self.tensor("row_shape", INT64, &[2], &shape);
                self.node("OneHot", &["input", "characters", "off_on"], "one_hot", &[("axis", -1)]);
                self.node("Reshape", &["one_hot", "row_shape"], "encoded", &[]);
                ("encoded".into(), INT64)
            }
        }
    }
}

/// A matrix `[in, out]` as `[out, in]`, both row-major.
fn turned<T: Copy>(values: &[T], outputs: usize) -> Vec<T> {
    (0..outputs).flat_map(|j| values.iter().skip(j).step_by(outputs.max(1)).copied()).collect()
}

/// A dimension: of a length, or of a name where it is open.
fn value(name: &str, kind: i64, columns: Option<usize>) -> Message {
    let rows = Message::new().text(2, "N");
    let columns = columns.map(|length| Message::new().int(1, length as i64));
    let shape = Message::new().messages(1, std::iter::once(rows).chain(columns));
    let tensor = Message::new().int(1, kind).message(2, shape);
    Message::new().text(1, name).message(2, Message::new().message(1, tensor))
}

/// The model's file.
pub fn model(student: &Student<'_>) -> Vec<u8> {
    let mut graph = Graph::default();
    let (mut h, kind) = graph.encoded(student);
    let last = student.layers.len().saturating_sub(1);
    for (l, layer) in student.layers.iter().enumerate() {
        let [weight, bias, int8, scale, out] =
            ["weight", "bias", "weight_int8", "weight_scale", "output"].map(|part| format!("layers.{l}.{part}"));
        let shape = [layer.outputs, layer.inputs];
        match student.int8.and_then(|matrices| matrices.get(l)) {
            Some(matrix) => {
                graph.tensor(&int8, INT8, &shape, &turned(&matrix.values, layer.outputs));
                graph.floats(&scale, &[layer.outputs], &matrix.scales);
                graph.node("DequantizeLinear", &[&int8, &scale], &weight, &[("axis", 0)]);
            }
            None => graph.floats(&weight, &shape, &turned(layer.weight, layer.outputs)),
        }
        graph.floats(&bias, &[layer.outputs], layer.bias);
        let to = if l == last { "logits" } else { &out };
        graph.node("Gemm", &[&h, &weight, &bias], to, &[("transB", 1)]);
        h = format!("layers.{l}.relu");
        if l < last {
            graph.node("Relu", &[&out], &h, &[]);
        }
    }
    graph.node("Softmax", &["logits"], "probabilities", &[("axis", 1)]);
    graph.node("ArgMax", &["logits"], "label", &[("axis", 1), ("keepdims", 0)]);
    let classes = student.layers.last().map(|layer| layer.outputs);
    let outputs =
        [value("probabilities", FLOAT, classes), value("logits", FLOAT, classes), value("label", INT64, None)];
    let graph = Message::new()
        .messages(1, graph.nodes)
        .text(2, "student")
        .messages(5, graph.initializers)
        .text(10, student.description)
        .message(11, value("input", kind, Some(student.row)))
        .messages(12, outputs);
    let note = |(key, text): &(&str, String)| Message::new().text(1, key).text(2, text);
    Message::new()
        .int(1, IR_VERSION)
        .text(2, "softlabel")
        .text(3, env!("CARGO_PKG_VERSION"))
        .text(6, student.description)
        .message(7, graph)
        .message(8, Message::new().text(1, "").int(2, OPSET))
        .messages(14, student.metadata.iter().map(note))
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(int8: Option<&[Int8Matrix]>) -> Vec<u8> {
        let (weight, bias) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.5, -0.5, 0.25]);
        let layers = [Layer { inputs: 2, outputs: 3, weight: &weight, bias: &bias }];
        let inputs = Inputs::Numbers { columns: vec!["x".into(), "y".into()], moments: Vec::new() };
        let metadata = [("classes", "[\"a\",\"b\",\"c\"]".to_string())];
        model(&Student {
            description: "a student",
            inputs: &inputs,
            row: 2,
            layers: &layers,
            int8,
            metadata: &metadata,
        })
    }

    fn holds(model: &[u8], part: &[u8]) -> bool {
        model.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn matrices_lie_as_pytorch_has_them() {
        assert_eq!(turned(&[1, 2, 3, 4, 5, 6], 3), [1, 4, 2, 5, 3, 6]);
        let lying: Vec<u8> = [1.0_f32, 4.0, 2.0, 5.0, 3.0, 6.0].iter().flat_map(|w| w.to_le_bytes()).collect();
        assert!(holds(&bytes(None), &lying));
    }

    #[test]
    fn a_model_begins_with_its_version_and_names_what_it_gives() {
        let model = bytes(None);
        // Field 1, the version of the format; field 2, who wrote it.
        assert_eq!(model[..4], [0x08, 8, 0x12, 9]);
        for name in ["softlabel", "probabilities", "logits", "label", "Softmax", "ArgMax", "[\"a\",\"b\",\"c\"]"] {
            assert!(holds(&model, name.as_bytes()), "{name}");
        }
        // The default domain of operators, an empty text, in version 17.
        assert!(holds(&model, &[0x42, 0x04, 0x0a, 0x00, 0x10, 17]));
        assert_eq!(model, bytes(None), "the same bytes again");
    }

    #[test]
    fn eight_bits_take_the_place_of_the_matrix() {
        let matrix = Int8Matrix::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3);
        let model = bytes(Some(&[matrix]));
        assert!(holds(&model, b"DequantizeLinear") && holds(&model, b"layers.0.weight_int8"));
        // Every channel's largest is 127.
        assert!(holds(&model, &[32, 127, 51, 127, 64, 127]));
    }
}
