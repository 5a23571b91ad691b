//! Why a table cannot be used, each reason with its place.

use crate::config::{MAX_CUSTOM_CLASSES, thousands};
use std::ops::RangeInclusive;

/// Rows a table may have.
pub const ROWS: RangeInclusive<usize> = 20..=20_000;
/// Fewest rows of a class.
pub const MIN_ROWS_PER_CLASS: usize = 5;
/// Most numeric columns.
pub const MAX_COLUMNS: usize = 256;
/// Most bytes of a file.
pub const MAX_BYTES: usize = 10_000_000;

/// A table that cannot be used. Rows are counted as a spreadsheet does: the header is row 1.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    /// Too many bytes.
    #[error("The file has {0} bytes, more than the {MAX_BYTES} that can be used. Leave rows out.")]
    Bytes(usize),
    /// No text.
    #[error("The file is not text in UTF-8 (row {0}). Save the table as CSV in UTF-8.")]
    Encoding(u64),
    /// Nothing in it.
    #[error("The file is empty. It needs a header row with the columns’ names, then a row for each example.")]
    Empty,
    /// A quotation mark without its other one.
    #[error("Row {0}: a quotation mark (\") opens a cell and none closes it. Add it, or leave it out.")]
    Quotation(u64),
    /// A column without a name.
    #[error("Column {0} of the header has no name. Give every column one.")]
    Nameless(usize),
    /// Two columns of one name.
    #[error("Two columns are called “{0}”. Give every column a name of its own.")]
    Twice(String),
    /// No numeric column.
    #[error(
        "There is only one column. It needs at least one column of numbers beside the labels, separated by commas, semicolons or tabs."
    )]
    OneColumn,
    /// Too many columns.
    #[error("There are {0} columns of numbers, more than the {MAX_COLUMNS} that can be used. Leave some out.")]
    Columns(usize),
    /// A row of another length.
    #[error("Row {row} has {found} cells where the header has {expected}. Correct it or leave it out.")]
    Ragged {
        /// The row.
        row: u64,
        /// Cells it has.
        found: u64,
        /// Cells of the header.
        expected: u64,
    },
    /// A cell that is no number.
    #[error(
        "Row {row}, column “{column}”: “{cell}” is not a number. Correct it (with a decimal point) or leave the row out."
    )]
    Number {
        /// The row.
        row: u64,
        /// Name of the column.
        column: String,
        /// What stands there.
        cell: String,
    },
    /// A cell with nothing in it.
    #[error("Row {row}, column “{column}” is empty. Fill it in or leave the row out.")]
    Blank {
        /// The row.
        row: u64,
        /// Name of the column.
        column: String,
    },
    /// Too few or too many rows.
    #[error("There are {rows} rows of examples; {least} to {most} can be used.", rows = thousands(*.0 as f64), least = ROWS.start(), most = thousands(*ROWS.end() as f64))]
    Rows(usize),
    /// Too few classes.
    #[error("Column “{0}” holds only one label. There must be at least two classes to tell apart.")]
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
