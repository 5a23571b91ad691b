//! `student.json`: what `predict.py` and `predict.js` read.
//!
//! Names of the classes, how a raw row becomes the network's input ([`Inputs`]; of text with its alphabet, a character for
//! each number), and the layers from the input, each with `weight` `[inputs, outputs]` (row-major) and `bias` `[outputs]` as
//! little-endian float32 in base64.

use super::layers::Layer;
use crate::data::names;
use crate::files::FORMAT;
use crate::files::metadata::Inputs;
use serde::Serialize;

#[derive(Serialize)]
struct File<'a> {
    format: u32,
    kind: &'static str,
    description: &'a str,
    classes: &'a [String],
    inputs: Described<'a>,
    layers: Vec<Dense>,
}

#[derive(Serialize)]
struct Described<'a> {
    #[serde(flatten)]
    inputs: &'a Inputs,
    #[serde(skip_serializing_if = "Option::is_none")]
    alphabet: Option<String>,
}

#[derive(Serialize)]
struct Dense {
    inputs: usize,
    outputs: usize,
    weight: String,
    bias: String,
}

/// The file.
pub fn write(description: &str, classes: &[String], inputs: &Inputs, layers: &[Layer<'_>]) -> Vec<u8> {
    let alphabet = match inputs {
        Inputs::Codes { characters, .. } => Some((0..*characters).map(|code| names::character(code as u8)).collect()),
        _ => None,
    };
    let dense = |layer: &Layer<'_>| Dense {
        inputs: layer.inputs,
        outputs: layer.outputs,
        weight: base64(layer.weight),
        bias: base64(layer.bias),
    };
    let file = File {
        format: FORMAT,
        kind: "student",
        description,
        classes,
        inputs: Described { inputs, alphabet },
        layers: layers.iter().map(dense).collect(),
    };
    // What is made of numbers, strings and lists alone can always be written.
    serde_json::to_vec_pretty(&file).unwrap_or_default()
}

/// Numbers as little-endian float32 in base64 (RFC 4648, §4).
fn base64(values: &[f32]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > group.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_pythons_base64_writes_them() {
        // base64.b64encode(numpy.array([…], "<f4").tobytes())
        assert_eq!(base64(&[]), "");
        assert_eq!(base64(&[1.0]), "AACAPw==");
        assert_eq!(base64(&[1.0, -2.5]), "AACAPwAAIMA=");
        assert_eq!(base64(&[1.0, -2.5, 0.1]), "AACAPwAAIMDNzMw9");
    }

    #[test]
    fn text_comes_with_its_alphabet_and_numbers_without() {
        let of = |inputs: &Inputs| String::from_utf8(write("a student", &["one".into()], inputs, &[])).unwrap();
        let text = of(&Inputs::Codes { context: 3, characters: 27 });
        assert!(text.contains("\"alphabet\": \"·abcdefghijklmnopqrstuvwxyz\"") && text.contains("\"form\": \"codes\""));
        let numbers = of(&Inputs::Numbers { columns: vec!["a\"b".into()], moments: vec![(0.1, 3.0)] });
        assert!(numbers.contains("a\\\"b") && !numbers.contains("alphabet"));
    }
}
