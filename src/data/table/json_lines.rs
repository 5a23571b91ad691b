//! Tables of JSON: an object a line (JSON Lines), or one list of objects.

use super::error::{Fault, Faults, MAX_COLUMNS, TableError};
use super::grid::Grid;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// A value, its members in their order.
enum Value {
    /// Anything but the two below, as text; nothing is empty.
    Text(String),
    Members(Vec<(String, Value)>),
    List(Vec<Value>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Text(String::new()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Value::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
                let mut members = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    members.push(entry);
                }
                Ok(Value::Members(members))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A row's cells by their columns' names.
type Row = Vec<(String, String)>;

/// Whether a text looks like JSON: its first character opens an object or a list of them.
pub fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('{') || text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'))
}

/// Reads the objects. Members of objects within are columns like `size.width`, items of lists like `embedding.0`.
///
/// # Errors
/// [`TableError`]; of lines that are no objects all that there are.
pub fn read(text: &str) -> Result<Grid, TableError> {
    let mut faults = Faults::default();
    let mut rows: Vec<(u64, Row)> = Vec::new();
    if text.trim_start().starts_with('[') {
        let list: Vec<Value> = serde_json::from_str(text)
            .map_err(|error| TableError::Json { row: error.line() as u64, why: reason(&error) })?;
        for (i, value) in list.into_iter().enumerate() {
            match value {
                Value::Members(members) => rows.push((i as u64 + 1, row(members))),
                _ => faults.push(Fault::NoObject { row: i as u64 + 1, why: "it is no object".into() }),
            }
        }
    } else {
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(Value::Members(members)) => rows.push((i as u64 + 1, row(members))),
                Ok(_) => faults.push(Fault::NoObject { row: i as u64 + 1, why: "it is no object".into() }),
                Err(error) => faults.push(Fault::NoObject { row: i as u64 + 1, why: reason(&error) }),
            }
        }
    }
    faults.none()?;
    let mut columns: Vec<String> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in rows.iter().flat_map(|(_, row)| row) {
        if !places.contains_key(name) {
            places.insert(name.clone(), columns.len());
            columns.push(name.clone());
        }
        if columns.len() > MAX_COLUMNS {
            return Err(TableError::Columns(columns.len()));
        }
    }
    if columns.is_empty() {
        return Err(TableError::Empty);
    }
    let mut grid = Grid::new(columns);
    for (number, row) in &rows {
        let mut cells = vec![""; places.len()];
        for (name, cell) in row {
            if let Some(&place) = places.get(name) {
                cells[place] = cell;
            }
        }
        grid.push(*number, cells.into_iter());
    }
    Ok(grid)
}

/// What is wrong with a line, without the place that the message ends with.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_string()
}

fn row(members: Vec<(String, Value)>) -> Row {
    let mut out = Vec::new();
    for (name, value) in members {
        append(name, value, &mut out);
    }
    out
}

fn append(name: String, value: Value, out: &mut Row) {
    match value {
        Value::Text(text) => out.push((name, text)),
        Value::Members(members) => {
            members.into_iter().for_each(|(key, value)| append(format!("{name}.{key}"), value, out))
        }
        Value::List(items) => {
            items.into_iter().enumerate().for_each(|(i, value)| append(format!("{name}.{i}"), value, out))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_rows_and_their_members_columns_in_their_order() {
        let grid = read("{\"b\":1.5,\"a\":true,\"label\":\"x\"}\n\n{\"a\":null,\"z\":{\"k\":[1,2]},\"label\":\"ÿ\"}\n")
            .unwrap();
        assert_eq!(grid.columns, ["b", "a", "label", "z.k.0", "z.k.1"]);
        assert_eq!(grid.row_numbers, [1, 3]);
        assert_eq!(["1.5", "true", "x", "", ""], [0, 1, 2, 3, 4].map(|c| grid.cell(0, c)));
        assert_eq!(["", "", "ÿ", "1", "2"], [0, 1, 2, 3, 4].map(|c| grid.cell(1, c)));
        assert_eq!(read("[{\"a\":1}, {\"a\":2}]").unwrap().rows(), 2);
    }

    #[test]
    fn all_lines_that_are_no_objects_are_named_at_once() {
        let error = read("{\"a\":1}\n{\"a\":\n[1]\n{\"a\":2}").unwrap_err().to_string();
        assert!(error.contains("Row 2") && error.contains("Row 3") && !error.contains("Row 4"), "{error}");
        assert!(matches!(read("[{\"a\":1},"), Err(TableError::Json { row: 1, .. })));
    }
}
