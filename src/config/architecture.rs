//! Which networks settings ask for: in one place for those who train them, write them to files, and read them back.

use super::{Config, SecondTeacher};

/// The networks of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Layer widths of the teacher that teaches, the last of a chain: input to output.
    pub teacher: Vec<usize>,
    /// Networks whose mean that teacher is.
    pub members: usize,
    /// Whether an independent second teacher of the same widths is trained beside it.
    pub second: bool,
    /// Layer widths of a student, input to output.
    pub student: Vec<usize>,
    /// Replicates R.
    pub replicates: usize,
    /// Arms A: there are R · A students.
    pub arms: usize,
}

impl Config {
    /// Layer widths of the first teacher, and of generations born from it, input to output.
    pub fn teacher_widths(&self, dimensions: usize, classes: usize) -> Vec<usize> {
        let mut widths = vec![dimensions];
        widths.extend(std::iter::repeat_n(self.teacher_hidden, self.teacher_layers));
        widths.push(classes);
        widths
    }

    /// Layer widths of a student, input to output.
    pub fn student_widths(&self, dimensions: usize, classes: usize) -> Vec<usize> {
        vec![dimensions, self.student_hidden, classes]
    }

    /// The networks of its run, where an input is `dimensions` numbers.
    pub fn shape(&self, dimensions: usize, classes: usize) -> Shape {
        // Whoever follows in a chain is one network, and assistants come after generations.
        let alone = self.generations == 0 && self.assistants.is_empty();
        let teacher = match self.assistants.last() {
            Some(&hidden) => vec![dimensions, hidden, classes],
            None => self.teacher_widths(dimensions, classes),
        };
        Shape {
            teacher,
            members: if alone { self.ensemble.max(1) } else { 1 },
            second: alone && self.second_teacher == SecondTeacher::On,
            student: self.student_widths(dimensions, classes),
            replicates: self.replicates,
            arms: self.arms().len(),
        }
    }
}
