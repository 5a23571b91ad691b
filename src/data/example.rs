//! One example in the form in which it is drawn, and what the inputs of a task are.

use serde::{Deserialize, Serialize};

/// One input with its label, for the page to draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Index in its set (test set or training set).
    pub index: usize,
    /// The input itself.
    pub input: Input,
    /// True class.
    pub label: usize,
    /// The label that training sees where noise made it another.
    pub given: usize,
    /// Why it was chosen, where it was chosen.
    pub why: Option<Why>,
}

/// An input in drawable form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// Grey levels row by row, 0 black.
    Image(Vec<u8>),
    /// A place in the plane.
    Point(f32, f32),
    /// A row of a table, in its own units.
    Numbers(Vec<f32>),
    /// The characters before the one to be predicted, `·` where there are none.
    Text(String),
}

/// What the inputs of a task are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Form {
    /// Grey images of that width and height in pixels.
    Image(u32, u32),
    /// Places in the plane.
    Plane,
    /// Rows of numbers; names of the columns.
    Numbers(Vec<String>),
    /// So many characters.
    Text(usize),
}

impl Form {
    /// Width and height of images.
    pub fn image_size(&self) -> Option<(u32, u32)> {
        match self {
            Self::Image(w, h) => Some((*w, *h)),
            _ => None,
        }
    }
}

/// Why an example is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Right, with a clear runner-up.
    TellingDoubt,
    /// Among those whose two likeliest classes are nearest to each other.
    Torn,
    /// The teacher is sure, and wrong.
    ConfidentMistake,
    /// Among the surest correct predictions of its class.
    Prototype,
}
