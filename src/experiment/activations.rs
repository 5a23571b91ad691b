//! How a network computes one example: what its units give, and which connections carry most.

use serde::{Deserialize, Serialize};

/// A connection between units of neighbouring layers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// The unit it comes from: an input, or a unit of the layer before.
    pub from: u32,
    /// The unit it goes to.
    pub to: u32,
    /// What it adds to that unit's sum: activation times weight.
    pub contribution: f32,
}

/// One network on one example.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkActivations {
    /// Activations of each hidden layer's units, from the input.
    pub hidden: Vec<Vec<f32>>,
    /// The logits, `[C]`.
    pub logits: Vec<f32>,
    /// The strongest connections into each layer, the output last; the strongest first.
    pub connections: Vec<Vec<Connection>>,
}

/// Teacher and distilled student on one of the chosen examples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activations {
    /// The example's place among those chosen.
    pub example: usize,
    /// The teacher; the first of several.
    pub teacher: NetworkActivations,
    /// The first replicate's distilled student, where there is one.
    pub student: Option<NetworkActivations>,
}
