//! The chosen examples with their logits, and the shared pointers that make comparing them cheap.

use crate::config::Arm;
use crate::data::example::Example;
use crate::experiment::{ExampleLogits, Setup};
use std::{ops::Deref, sync::Arc};

/// A shared value that is equal to itself only: views compare it in no time, however large.
#[derive(Debug, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The current teacher, and students where there are any, on the chosen examples.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleSet {
    /// The run's setup: class names, arms, how inputs are drawn.
    pub setup: Shared<Setup>,
    /// The examples.
    pub examples: Shared<Vec<Example>>,
    /// Their logits.
    pub logits: ExampleLogits,
}

impl ExampleSet {
    /// The teacher's logits on an example.
    pub fn teacher(&self, example: usize) -> &[f32] {
        let classes = self.setup.classes.len();
        self.logits.teacher.get(example * classes..(example + 1) * classes).unwrap_or(&[])
    }

    /// Every replicate's logits of one arm on an example; none while the teacher trains.
    pub fn students(&self, arm: Arm, example: usize) -> impl Iterator<Item = &[f32]> {
        let (classes, arms) = (self.setup.classes.len(), self.setup.arms.len().max(1));
        let rows = self.logits.students.chunks_exact((self.examples.len() * classes).max(1));
        let position = self.setup.arms.iter().position(|&a| a == arm).unwrap_or(usize::MAX);
        rows.enumerate()
            .filter(move |(row, _)| row % arms == position)
            .filter_map(move |(_, row)| row.get(example * classes..(example + 1) * classes))
    }
}
