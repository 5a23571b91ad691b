//! The tasks. A new task is a variant here, its row in each `match` below, and its data in
//! [`crate::data`].

use super::options::choice;
use super::options::{Options, Shift};
use serde::{Deserialize, Serialize};

choice!(
    /// The task: a data set, and what is to be predicted.
    Task, "task", "Task", {
        /// Fashion-MNIST: 28 × 28 grey images of ten kinds of clothing (Xiao et al. 2017).
        Fashion = "fashion", "Fashion-MNIST", "Ten kinds of clothing, 28 × 28 pixels.";
        /// MNIST: 28 × 28 grey images of handwritten digits (LeCun & Cortes).
        Mnist = "mnist", "MNIST digits", "Handwritten digits, 28 × 28 pixels.";
        /// Two interleaved half circles in the plane.
        Moons = "moons", "Two moons", "Points in the plane: two interleaved half circles.";
        /// Three spiral arms in the plane.
        Spiral = "spiral", "Three-arm spiral", "Points in the plane: three spiral arms.";
        /// A disc within a ring within a ring.
        Rings = "rings", "Rings", "Points in the plane: a disc within a ring within a ring.";
        /// Four Gaussian blobs that overlap.
        Blobs = "blobs", "Overlapping blobs", "Points in the plane: four clusters that overlap, so that nobody can be sure.";
        /// Characters of first names (US Census), each to be predicted from those before it.
        Names = "names", "First names", "A small language model: which character of a first name comes next?";
        /// A file that the user chose.
        Own = "own", "Your own data", "A table (CSV) or images of your own. They stay in this tab.";
    }
);

/// What the inputs of a task are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskKind {
    /// Packed grey images.
    Images,
    /// Generated points in the plane.
    Points,
    /// Characters of a text.
    Text,
    /// Custom data: a table or images.
    Custom,
}

impl Task {
    /// What its inputs are.
    pub fn kind(self) -> TaskKind {
        match self {
            Self::Fashion | Self::Mnist => TaskKind::Images,
            Self::Moons | Self::Spiral | Self::Rings | Self::Blobs => TaskKind::Points,
            Self::Names => TaskKind::Text,
            Self::Own => TaskKind::Custom,
        }
    }

    /// True for the tasks of packed images.
    pub fn is_image(self) -> bool {
        self.kind() == TaskKind::Images
    }

    /// True for the generated tasks, points in the plane.
    pub fn is_plane(self) -> bool {
        self.kind() == TaskKind::Points
    }

    /// Its number of classes; `None` where custom data decide.
    pub fn classes(self) -> Option<usize> {
        match self {
            Self::Fashion | Self::Mnist => Some(10),
            Self::Moons => Some(2),
            Self::Spiral | Self::Rings => Some(3),
            Self::Blobs => Some(4),
            Self::Names => Some(27),
            Self::Own => None,
        }
    }

    /// The task whose images stand in for this one's where a transfer set comes from elsewhere.
    pub fn other_images(self) -> Option<Self> {
        match self {
            Self::Fashion => Some(Self::Mnist),
            Self::Mnist => Some(Self::Fashion),
            _ => None,
        }
    }

    /// A few classes, and logits for the user to begin with before a teacher is trained: a clear first, a near second, and the
    /// rest.
    pub fn starting_logits(self) -> (&'static [&'static str], &'static [f32]) {
        match self {
            Self::Fashion => (&["Ankle boot", "Sneaker", "Sandal", "Bag", "Trouser"], &[7.0, 4.0, 2.5, 0.0, -2.0]),
            Self::Mnist => (&["4", "9", "7", "1", "0"], &[7.0, 5.0, 2.0, 0.0, -2.0]),
            Self::Moons => (&["upper moon", "lower moon"], &[3.0, 0.0]),
            Self::Spiral => (&["first arm", "second arm", "third arm"], &[4.0, 2.0, -1.0]),
            Self::Rings => (&["disc", "inner ring", "outer ring"], &[4.0, 2.0, -1.0]),
            Self::Blobs => (&["north-east", "north-west", "south-west", "south-east"], &[4.0, 2.0, 1.0, -1.0]),
            Self::Names => (&["a", "e", "i", "n", "r"], &[4.0, 3.0, 2.0, 0.0, -2.0]),
            Self::Own => (&["first class", "second class", "third class"], &[4.0, 2.0, -1.0]),
        }
    }
}

impl Shift {
    /// True where inputs of that task can be shifted so.
    pub fn fits(self, task: Task) -> bool {
        match self {
            Self::None => true,
            Self::Noise | Self::Shuffled => true,
            Self::Moved | Self::Blurred | Self::Inverted => task != Task::Names,
            Self::Turned => task.is_image() || task.is_plane() || task == Task::Own,
            Self::OtherTask => task.other_images().is_some(),
            Self::Written => task == Task::Names,
        }
    }
}
