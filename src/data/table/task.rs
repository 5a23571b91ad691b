//! A table as a task: its rows split into those to learn from, those to be tested on, and those without a label.

use super::error::{MIN_ROWS_PER_CLASS, TableError};
use super::grid::Grid;
use super::inputs::Column;
use super::roles::Roles;
use super::runs;
use super::split::{split, split_groups};
use super::teacher_values::TeacherTable;
use crate::config::Task;
use crate::data::card::{Choices, Role};
use crate::data::example::Form;
use crate::data::{Dataset, GivenTeacher, Split};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A table as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    /// Classes `[N]`; `None` for rows without a label.
    pub(super) labels: Vec<Option<u8>>,
    /// Names of the classes, in their order.
    pub(super) classes: Vec<String>,
    /// Groups `[N]`, whose rows stay together.
    groups: Option<Vec<u32>>,
    /// The teacher that it brings.
    pub(super) teacher: Option<TeacherTable>,
    /// Whether any label is true, rather than the teacher's answer.
    pub(super) has_truth: bool,
    /// Number of runs of rows that nearly repeat, where there are some.
    pub(super) runs: Option<usize>,
}

impl Table {
    /// A table of these columns.
    ///
    /// # Errors
    /// [`TableError`], where its classes or its groups cannot be used.
    pub fn new(
        grid: &Grid,
        roles: &Roles,
        columns: Vec<Column>,
        teacher: Option<TeacherTable>,
        choices: &Choices,
    ) -> Result<Self, TableError> {
        let classes = roles.classes.names.clone();
        let c = classes.len();
        let mut labels: Vec<Option<u8>> = match roles.label {
            Some(column) => grid.column(column).map(|cell| roles.classes.class(cell)).collect(),
            None => vec![None; grid.rows()],
        };
        let has_truth = labels.iter().any(Option::is_some);
        if let Some(teacher) = teacher.as_ref().filter(|_| !has_truth) {
            // Nobody knows better: the teacher's answers stand for the labels.
            for (row, label) in labels.iter_mut().enumerate().filter(|(row, _)| teacher.answered[*row]) {
                *label = Some(crate::data::argmax(&teacher.logits[row * c..(row + 1) * c]) as u8);
            }
        }
        let name = || roles.label.map_or_else(|| "teacher".into(), |column| grid.columns[column].clone());
        let usable = |row: usize| teacher.as_ref().is_none_or(|teacher| teacher.answered[row]);
        let count = |class: usize| {
            labels.iter().enumerate().filter(|(row, label)| **label == Some(class as u8) && usable(*row)).count()
        };
        let counts: Vec<usize> = (0..c).map(count).collect();
        if counts.iter().filter(|&&count| count > 0).count() < 2 {
            return Err(TableError::OneClass(name()));
        }
        let rare = counts.iter().enumerate().find(|&(class, &found)| {
            has_truth
                && found < MIN_ROWS_PER_CLASS
                && roles.classes.counts.get(class).is_some_and(|&labelled| labelled > 0)
        });
        if let Some((class, &found)) = rare {
            return Err(TableError::Rare { class: classes[class].clone(), found });
        }
        let by_column =
            roles.roles.iter().position(|&role| role == Role::Group).map(|column| numbered(grid.column(column)));
        let found = if by_column.is_none() { runs::find(&columns, &labels) } else { None };
        let runs = found.as_ref().map(|(_, count)| *count);
        let groups = by_column.or_else(|| found.filter(|_| choices.runs_together).map(|(groups, _)| groups));
        let table = Self { columns, labels, classes, groups, teacher, has_truth, runs };
        if table.groups.is_some() {
            let (train, test) = table.parts(1);
            let learned = (0..c).filter(|&class| train.iter().any(|&i| table.labels[i] == Some(class as u8))).count();
            if test.is_empty() || learned < 2 {
                return Err(TableError::Groups);
            }
        }
        Ok(table)
    }

    /// Whether rows stay together by a group.
    pub fn has_groups(&self) -> bool {
        self.groups.is_some()
    }

    /// Rows that a given teacher says nothing of: they are in no part.
    pub fn unanswered(&self) -> usize {
        self.teacher.as_ref().map_or(0, |teacher| teacher.answered.iter().filter(|answered| !**answered).count())
    }

    /// Rows that are used: those of which a given teacher says something, where there is one.
    fn used(&self, row: usize) -> bool {
        self.teacher.as_ref().is_none_or(|teacher| teacher.answered[row])
    }

    /// Rows to learn from and rows to be tested on.
    fn parts(&self, seed: u32) -> (Vec<usize>, Vec<usize>) {
        let rows: Vec<usize> = (0..self.labels.len()).filter(|&i| self.labels[i].is_some() && self.used(i)).collect();
        let labels: Vec<u8> = rows.iter().filter_map(|&i| self.labels[i]).collect();
        let test = match &self.groups {
            None => split(&labels, self.classes.len(), seed),
            Some(groups) => {
                let groups: Vec<u32> = rows.iter().map(|&i| groups[i]).collect();
                split_groups(&labels, self.classes.len(), &groups, seed)
            }
        };
        let part =
            |wanted: bool| rows.iter().zip(&test).filter(|(_, test)| **test == wanted).map(|(&i, _)| i).collect();
        (part(false), part(true))
    }

    /// The task of the table: columns standardised by the mean and deviation of the training rows. Rows without a label are the
    /// unlabelled ones.
    pub fn dataset(&self, seed: u32) -> Dataset {
        let (train, test) = self.parts(seed);
        let unlabelled: Vec<usize> =
            (0..self.labels.len()).filter(|&i| self.labels[i].is_none() && self.used(i)).collect();
        let scales: Vec<(Vec<(f64, f64)>, f64)> =
            self.columns.iter().map(|column| column.moments(&train, &test)).collect();
        let dimensions = scales.iter().map(|(moments, _)| moments.len()).sum();
        let part = |rows: &[usize]| {
            let mut numbers = Vec::with_capacity(rows.len() * dimensions);
            for &row in rows {
                for (column, (moments, median)) in self.columns.iter().zip(&scales) {
                    column.append(row, moments, *median, &mut numbers);
                }
            }
            Split { numbers, bytes: Vec::new(), labels: rows.iter().map(|&i| self.labels[i].unwrap_or(0)).collect() }
        };
        let c = self.classes.len();
        let given = self.teacher.as_ref().map(|teacher| {
            let of = |rows: &[usize]| -> Vec<f32> {
                rows.iter().flat_map(|&i| &teacher.logits[i * c..(i + 1) * c]).copied().collect()
            };
            let (train, unlabelled, test) = (of(&train), of(&unlabelled), of(&test));
            Rc::new(GivenTeacher { train, unlabelled, test, has_truth: self.has_truth })
        });
        Dataset {
            task: Task::Own,
            dimensions,
            form: Form::Numbers(self.columns.iter().flat_map(Column::names).collect()),
            classes: self.classes.clone(),
            train: Rc::new(part(&train)),
            test: part(&test),
            unlabelled: Rc::new(part(&unlabelled)),
            given,
            moments: scales.into_iter().flat_map(|(moments, _)| moments).collect(),
        }
    }
}

/// Numbers for the different values of a column; cells without one are a group each.
fn numbered<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let mut next = 0;
    let mut new = || {
        next += 1;
        next - 1
    };
    cells.map(|cell| if cell.is_empty() { new() } else { *numbers.entry(cell).or_insert_with(&mut new) }).collect()
}
