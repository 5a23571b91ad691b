//! Custom tables: delimited text or JSON, whatever encoding, numbers and roles of columns they come in. Every error says where,
//! what, and what to do; what was recognised is on the data card.

mod arrays;
mod columns_card;
mod date;
mod delimited;
mod encoding;
pub mod error;
mod grid;
mod inputs;
mod json_lines;
mod labels;
mod number;
mod profile;
mod roles;
mod row_numbers;
mod runs;
pub mod split;
mod task;
mod teacher;
mod teacher_values;

use crate::data::card::{Choices, DataCard};
use error::{Faults, MAX_BYTES, MAX_NUMBERS, ROWS, TableError};
use grid::Grid;
use profile::Profile;
pub use task::Table;

/// Reads a table as it looks.
///
/// # Errors
/// [`TableError`]
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    read_with(bytes, &Choices::default()).map(|(table, _)| table)
}

/// Reads a table with the user's choices; with its card.
///
/// # Errors
/// [`TableError`]; several faults of rows are in one.
pub fn read_with(bytes: &[u8], choices: &Choices) -> Result<(Table, DataCard), TableError> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::Bytes(bytes.len()));
    }
    let (grid, card) = cells(bytes, choices)?;
    table(grid, choices, card)
}

/// Reads a table, and a teacher's logits or probabilities for its rows from a file of arrays.
///
/// # Errors
/// As [`read_with`].
pub fn read_with_teacher(bytes: &[u8], teacher: &[u8], choices: &Choices) -> Result<(Table, DataCard), TableError> {
    if bytes.len() + teacher.len() > MAX_BYTES {
        return Err(TableError::Bytes(bytes.len() + teacher.len()));
    }
    let (grid, mut card) = cells(bytes, choices)?;
    if !arrays::is_arrays(teacher) {
        return Err(TableError::Arrays("it is none of NumPy (.npy, .npz) or safetensors".into()));
    }
    let grid = arrays::with_teacher(&grid, &arrays::read(teacher)?)?;
    card.notes.push("The teacher’s columns are of the second file.".into());
    table(grid, choices, card)
}

/// The cells of a file, with the beginning of its card.
fn cells(bytes: &[u8], choices: &Choices) -> Result<(Grid, DataCard), TableError> {
    let mut card = DataCard { choices: choices.clone(), ..DataCard::default() };
    if arrays::is_arrays(bytes) {
        card.format = "Arrays of numbers".into();
        return Ok((arrays::table(&arrays::read(bytes)?)?, card));
    }
    let decoded = encoding::decode(bytes).ok_or(TableError::Encoding)?;
    let grid = if json_lines::is_json(&decoded.text) {
        card.format = format!("JSON, an object for each row, {}", decoded.encoding);
        json_lines::read(&decoded.text)?
    } else {
        let read = delimited::read(&decoded.text, choices.header)?;
        card.format = format!("Text separated by {}, {}", read.separator, decoded.encoding);
        (card.header, card.notes) = (Some(read.header), read.notes);
        read.grid
    };
    Ok((grid, card))
}

/// The table of these cells, with its card filled in.
fn table(grid: Grid, choices: &Choices, mut card: DataCard) -> Result<(Table, DataCard), TableError> {
    if !ROWS.contains(&grid.rows()) {
        return Err(TableError::Rows(grid.rows()));
    }
    let profiles: Vec<Profile> = (0..grid.columns.len()).map(|c| Profile::of(&grid, c)).collect();
    let mut roles = roles::infer(&grid, &profiles, card.header != Some(false), choices)?;
    let mut faults = Faults::default();
    let given = roles
        .teacher
        .kind
        .is_some()
        .then(|| teacher_values::read(&grid, &profiles, &roles.teacher, &roles.classes, &mut faults));
    let mut of_columns = Vec::new();
    for (c, &role) in roles.roles.iter().enumerate() {
        of_columns.push(inputs::columns(&grid, &profiles[c], c, role, &mut faults));
    }
    faults.none()?;
    columns_card::fill(&mut card, &grid, &profiles, &mut roles, &of_columns);
    let columns: Vec<inputs::Column> = of_columns.into_iter().flatten().collect();
    let width: usize = columns.iter().map(inputs::Column::inputs).sum();
    if width == 0 {
        return Err(TableError::NoInputs);
    }
    if width * grid.rows() > MAX_NUMBERS {
        return Err(TableError::Numbers { rows: grid.rows(), inputs: width });
    }
    let table = task::Table::new(&grid, &roles, columns, given, choices)?;
    columns_card::of_table(&mut card, &table, roles, choices);
    Ok((table, card))
}

#[cfg(test)]
mod tests;
