//! Why a table cannot be used, each reason with its place.

use crate::config::{MAX_CUSTOM_CLASSES, thousands};
use std::fmt;
use std::ops::RangeInclusive;

/// Rows a table may have.
pub const ROWS: RangeInclusive<usize> = 20..=100_000;
/// Fewest rows of a class.
pub const MIN_ROWS_PER_CLASS: usize = 5;
/// Most columns.
pub const MAX_COLUMNS: usize = 2_048;
/// Most bytes of a file.
pub const MAX_BYTES: usize = 50_000_000;
/// Most numbers that a table becomes, rows times inputs: float32 of 160 MB.
pub const MAX_NUMBERS: usize = 40_000_000;
/// Most faults that are listed.
const LISTED: usize = 10;

/// One fault of a file that may have several. Rows are counted as a spreadsheet does: the header is row 1.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Fault {
    /// A row of another length.
    #[error("Row {row} has {found} cells where there are {expected} columns.")]
    Ragged {
        /// The row.
        row: u64,
        /// Cells it has.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// A cell that is no number.
    #[error("Row {row}, column “{column}”: “{cell}” is not a number.")]
    Number {
        /// The row.
        row: u64,
        /// Name of the column.
        column: String,
        /// What stands there.
        cell: String,
    },
    /// A cell that is no probability.
    #[error("Row {row}, column “{column}”: “{cell}” is no probability of the teacher.")]
    Probability {
        /// The row.
        row: u64,
        /// Name of the column.
        column: String,
        /// What stands there.
        cell: String,
    },
    /// A line that is no JSON object.
    #[error("Row {row} is no JSON object ({why}).")]
    NoObject {
        /// The row.
        row: u64,
        /// What is wrong with it.
        why: String,
    },
}

/// The faults of a file: the first of them, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first of them.
    pub listed: Vec<Fault>,
    /// How many there are.
    pub count: usize,
}

impl Faults {
    /// One more.
    pub fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(fault);
        }
    }

    /// Whether there are none.
    ///
    /// # Errors
    /// [`TableError::Faults`]
    pub fn none(self) -> Result<(), TableError> {
        if self.count == 0 { Ok(()) } else { Err(TableError::Faults(self)) }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.listed {
            write!(f, "{fault} ")?;
        }
        match self.count - self.listed.len() {
            0 => {}
            1 => write!(f, "There is one more fault. ")?,
            more => write!(f, "There are {} more faults. ", thousands(more as f64))?,
        }
        let one = self.count == 1;
        write!(f, "Correct {} or leave the {} out.", if one { "it" } else { "them" }, if one { "row" } else { "rows" })
    }
}

/// A table that cannot be used. Rows are counted as a spreadsheet does: the header is row 1.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    /// Too many bytes.
    #[error("The file has {found:.1} MB, more than the {MAX} MB that can be used. Leave rows out.", found = *.0 as f64 / 1e6, MAX = MAX_BYTES / 1_000_000)]
    Bytes(usize),
    /// No text.
    #[error("The file is no text in UTF-8, UTF-16 or Latin-1. Save the table as CSV in UTF-8.")]
    Encoding,
    /// A file of arrays that cannot be used.
    #[error("The file of arrays cannot be used: {0}.")]
    Arrays(String),
    /// A spreadsheet program's own format.
    #[error("The file is a workbook of a spreadsheet program. Save the sheet as CSV in UTF-8, and choose that.")]
    Workbook,
    /// Nothing in it.
    #[error("The file is empty. It needs a row for each example, with cells separated by commas, semicolons or tabs.")]
    Empty,
    /// A quotation mark without its other one.
    #[error("Row {0}: a quotation mark (\") opens a cell and none closes it. Add it, or leave it out.")]
    Quotation(u64),
    /// A list of objects that is none.
    #[error("Line {row} is no JSON ({why}). Correct it, or write an object a line.")]
    Json {
        /// The line.
        row: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Faults of rows.
    #[error("{0}")]
    Faults(Faults),
    /// Nothing to learn from.
    #[error(
        "No column is left to learn from beside the labels. At least one has to hold numbers, categories, dates, or yes and no; cells \
         are separated by commas, semicolons, tabs or vertical bars."
    )]
    NoInputs,
    /// Too many columns.
    #[error("There are {found} columns, more than the {most} that can be used. Leave some out.", found = thousands(*.0 as f64), most = thousands(MAX_COLUMNS as f64))]
    Columns(usize),
    /// Too many numbers.
    #[error("{rows} rows of {inputs} inputs each are more numbers than the {most} that can be used. Leave columns or rows out.", rows = thousands(*.rows as f64), inputs = thousands(*.inputs as f64), most = thousands(MAX_NUMBERS as f64))]
    Numbers {
        /// Rows.
        rows: usize,
        /// Inputs of each.
        inputs: usize,
    },
    /// Too few or too many rows.
    #[error("There are {rows} rows of examples; {least} to {most} are taken.", rows = thousands(*.0 as f64), least = ROWS.start(), most = thousands(*ROWS.end() as f64))]
    Rows(usize),
    /// No labels.
    #[error(
        "No label column was recognised: none is called “label”, and none holds 2 to {MAX_CUSTOM_CLASSES} different words. Name it “label”."
    )]
    NoLabel,
    /// Groups that leave nothing to be tested on.
    #[error(
        "Rows of one group are all learned from or all tested on, and there are too few groups for both. Let another column be the          group, or none."
    )]
    Groups,
    /// Too few classes.
    #[error("Column “{0}” holds one label only. There must be at least two classes to tell apart.")]
    OneClass(String),
    /// Too many classes.
    #[error(
        "Column “{column}” holds {found} different labels, more than the {MAX_CUSTOM_CLASSES} that can be used. Is it the column of labels? Name that one “label”."
    )]
    Classes {
        /// Name of the column.
        column: String,
        /// Labels there are.
        found: usize,
    },
    /// A class with too few rows.
    #[error(
        "Class “{class}” has {found} rows; each needs at least {MIN_ROWS_PER_CLASS}. Add some, or leave the class out."
    )]
    Rare {
        /// The class.
        class: String,
        /// Rows it has.
        found: usize,
    },
}
