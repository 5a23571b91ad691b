//! Arrays of NumPy (`.npy`, `.npz`) and safetensors files: inputs `x`, labels `y`, and a teacher's `logits` or `probabilities`.

use super::error::{MAX_NUMBERS, TableError};
use super::grid::Grid;

/// An array: its name, its shape, and its values as text, flattened (row-major).
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    name: String,
    shape: Vec<usize>,
    values: Values,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Numbers(Vec<f64>),
    Words(Vec<String>),
}

const INPUTS: [&str; 6] = ["x", "inputs", "features", "data", "embeddings", "arr_0"];
const LABELS: [&str; 5] = ["y", "labels", "label", "target", "targets"];
const LOGITS: [&str; 3] = ["logits", "teacher_logits", "teacher"];
const PROBABILITIES: [&str; 4] = ["probabilities", "probs", "proba", "p"];

/// Whether a file is one of these formats.
pub fn is_arrays(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x93NUMPY") || bytes.starts_with(b"PK\x03\x04") || safetensors_header(bytes).is_some()
}

/// The arrays of a file.
///
/// # Errors
/// [`TableError::Arrays`]
pub fn read(bytes: &[u8]) -> Result<Vec<Array>, TableError> {
    let wrong = |why: &str| TableError::Arrays(why.into());
    if bytes.starts_with(b"\x93NUMPY") {
        return Ok(vec![
            npy("", bytes)
                .ok_or_else(|| wrong("its header or its length is not that of a NumPy array of numbers or words"))?,
        ]);
    }
    if let Some(header) = safetensors_header(bytes) {
        return safetensors(header, &bytes[8 + header.len()..])
            .ok_or_else(|| wrong("its header does not fit its data"));
    }
    npz(bytes)
}

/// A table of the arrays; of one array without a name that it is the inputs, or, with four columns or fewer, that it may be logits.
///
/// # Errors
/// [`TableError::Arrays`], where inputs are missing or rows do not agree.
pub fn table(arrays: &[Array]) -> Result<Grid, TableError> {
    let named =
        |names: &[&str]| names.iter().find_map(|name| arrays.iter().find(|a| a.name.eq_ignore_ascii_case(name)));
    let Some(inputs) = named(&INPUTS) else {
        return Err(TableError::Arrays(
            "there is no array “x” of inputs in it. Where it holds a teacher’s logits for the rows of a table, choose both files at once".into(),
        ));
    };
    let parts =
        [("x", Some(inputs)), ("label", named(&LABELS)), ("logit_", named(&LOGITS)), ("p_", named(&PROBABILITIES))];
    let parts: Vec<(&str, &Array)> =
        parts.into_iter().filter_map(|(name, array)| array.map(|array| (name, array))).collect();
    let rows = inputs.rows();
    if let Some((_, other)) = parts.iter().find(|(_, array)| array.rows() != rows) {
        return Err(TableError::Arrays(format!(
            "“{}” has {} rows and “{}” {}",
            inputs.name,
            rows,
            other.name,
            other.rows()
        )));
    }
    let names = parts.iter().flat_map(|(name, array)| array.names(name)).collect();
    let mut grid = Grid::new(names);
    append(&mut grid, rows, |row| parts.iter().flat_map(|(_, array)| array.row(row)).collect())?;
    Ok(grid)
}

/// The table with a teacher's logits or probabilities as further columns.
///
/// # Errors
/// [`TableError::Arrays`], where there are none in the file, or of other rows.
pub fn with_teacher(grid: &Grid, arrays: &[Array]) -> Result<Grid, TableError> {
    let named =
        |names: &[&str]| names.iter().find_map(|name| arrays.iter().find(|a| a.name.eq_ignore_ascii_case(name)));
    // A single array has no name of its own.
    let single = arrays.first().filter(|_| arrays.len() == 1);
    let (prefix, teacher) = match (named(&LOGITS).or(single), named(&PROBABILITIES)) {
        (Some(logits), _) => ("logit_", logits),
        (None, Some(probabilities)) => ("p_", probabilities),
        (None, None) => return Err(TableError::Arrays("there is no array “logits” or “probabilities” in it".into())),
    };
    if teacher.rows() != grid.rows() {
        return Err(TableError::Arrays(format!("it has {} rows, and the table {}", teacher.rows(), grid.rows())));
    }
    let columns = grid.columns.iter().cloned().chain(teacher.names(prefix)).collect();
    let mut out = Grid::new(columns);
    append(&mut out, grid.rows(), |row| {
        (0..grid.columns.len()).map(|c| grid.cell(row, c).to_string()).chain(teacher.row(row)).collect()
    })?;
    out.row_numbers.clone_from(&grid.row_numbers);
    Ok(out)
}

fn append(grid: &mut Grid, rows: usize, row: impl Fn(usize) -> Vec<String>) -> Result<(), TableError> {
    if rows.saturating_mul(grid.columns.len()) > MAX_NUMBERS {
        return Err(TableError::Numbers { rows, inputs: grid.columns.len() });
    }
    for i in 0..rows {
        let cells = row(i);
        grid.push(i as u64 + 1, cells.iter().map(String::as_str));
    }
    Ok(())
}

impl Array {
    fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Values of a row.
    fn width(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    fn names(&self, prefix: &str) -> Vec<String> {
        if self.shape.len() < 2 {
            vec![prefix.to_string()]
        } else {
            (0..self.width()).map(|i| format!("{prefix}{i}")).collect()
        }
    }

    fn row(&self, row: usize) -> Vec<String> {
        let places = row * self.width()..(row + 1) * self.width();
        match &self.values {
            Values::Numbers(numbers) => numbers[places]
                .iter()
                .map(|number| if number.is_nan() { String::new() } else { number.to_string() })
                .collect(),
            Values::Words(words) => words[places].to_vec(),
        }
    }
}

/// Values of a kind, which NumPy and safetensors name differently.
fn values(kind: &str, bytes: &[u8], count: usize) -> Option<Values> {
    macro_rules! numbers {
        ($type:ty) => {{
            const SIZE: usize = std::mem::size_of::<$type>();
            let bytes = bytes.get(..count.checked_mul(SIZE)?)?;
            let number = |chunk: &[u8]| <$type>::from_le_bytes(chunk.try_into().unwrap_or([0; SIZE])) as f64;
            Some(Values::Numbers(bytes.chunks_exact(SIZE).map(number).collect()))
        }};
    }
    match kind {
        "<f4" | "F32" => numbers!(f32),
        "<f8" | "F64" => numbers!(f64),
        "|u1" | "|b1" | "U8" | "BOOL" => numbers!(u8),
        "|i1" | "I8" => numbers!(i8),
        "<u2" | "U16" => numbers!(u16),
        "<i2" | "I16" => numbers!(i16),
        "<u4" | "U32" => numbers!(u32),
        "<i4" | "I32" => numbers!(i32),
        "<u8" | "U64" => numbers!(u64),
        "<i8" | "I64" => numbers!(i64),
        _ => {
            // Words of four bytes a character, padded with zeros.
            let length: usize = kind.strip_prefix("<U")?.parse().ok()?;
            let bytes = bytes.get(..count.checked_mul(length)?.checked_mul(4)?)?;
            let word = |chunk: &[u8]| -> String {
                let codes = chunk.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]));
                codes.take_while(|&code| code != 0).map(|code| char::from_u32(code).unwrap_or('\u{fffd}')).collect()
            };
            Some(Values::Words(if length == 0 {
                vec![String::new(); count]
            } else {
                bytes.chunks_exact(4 * length).map(word).collect()
            }))
        }
    }
}

/// Number of values of a shape, if that many can be.
fn count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |all, &n| all.checked_mul(n)).filter(|&all| all <= MAX_NUMBERS)
}

/// One `.npy` file (NumPy's format 1.0 to 3.0).
fn npy(name: &str, bytes: &[u8]) -> Option<Array> {
    let version = *bytes.get(6)?;
    let (start, length): (usize, usize) = if version == 1 {
        (10, usize::from(u16::from_le_bytes(bytes.get(8..10)?.try_into().ok()?)))
    } else {
        (12, u32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?) as usize)
    };
    let header = std::str::from_utf8(bytes.get(start..start.checked_add(length)?)?).ok()?;
    let after = |key: &str| header.split_once(key).map(|(_, rest)| rest.trim_start_matches(['\'', '"', ':', ' ']));
    let kind = after("descr")?.split(['\'', '"']).next()?;
    let shape = after("shape")?.trim_start_matches('(').split(')').next()?;
    let shape: Vec<usize> =
        shape.split(',').map(str::trim).filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect::<Option<_>>()?;
    let n = count(&shape)?;
    let mut values = values(kind, bytes.get(start + length..)?, n)?;
    if after("fortran_order")?.starts_with("True") && shape.len() > 1 {
        let &[rows, columns] = &shape[..] else { return None };
        let place = |i: usize| i % columns * rows + i / columns;
        values = match values {
            Values::Numbers(of) => Values::Numbers((0..n).map(|i| of[place(i)]).collect()),
            Values::Words(of) => Values::Words((0..n).map(|i| of[place(i)].clone()).collect()),
        };
    }
    Some(Array { name: name.to_string(), shape, values })
}

/// The JSON header of a safetensors file.
fn safetensors_header(bytes: &[u8]) -> Option<&str> {
    let length = usize::try_from(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?)).ok()?;
    let header = std::str::from_utf8(bytes.get(8..length.checked_add(8)?)?).ok()?;
    header.starts_with('{').then_some(header)
}

fn safetensors(header: &str, data: &[u8]) -> Option<Vec<Array>> {
    #[derive(serde::Deserialize)]
    struct Entry {
        dtype: String,
        shape: Vec<usize>,
        data_offsets: (usize, usize),
    }
    let entries: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(header).ok()?;
    entries
        .into_iter()
        .filter(|(name, _)| name != "__metadata__")
        .map(|(name, entry)| {
            let entry: Entry = serde_json::from_value(entry).ok()?;
            let bytes = data.get(entry.data_offsets.0..entry.data_offsets.1)?;
            let values = values(&entry.dtype, bytes, count(&entry.shape)?)?;
            Some(Array { name, shape: entry.shape, values })
        })
        .collect()
}

/// The arrays of a `.npz` file: a ZIP archive of `.npy` files (PKWARE, APPNOTE.TXT 6.3.10, 4.3), uncompressed as `np.savez` writes it.
fn npz(bytes: &[u8]) -> Result<Vec<Array>, TableError> {
    let broken = || TableError::Arrays("it is no archive of NumPy arrays, or it breaks off".into());
    let u16_at = |at: usize| bytes.get(at..at + 2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let u32_at = |at: usize| bytes.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let end = (0..bytes.len().saturating_sub(21))
        .rev()
        .take(70_000)
        .find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))
        .ok_or_else(broken)?;
    let (entries, mut at) = (u16_at(end + 10).ok_or_else(broken)?, u32_at(end + 16).ok_or_else(broken)?);
    let mut arrays = Vec::new();
    for _ in 0..entries {
        let field = |offset: usize| u32_at(at.checked_add(offset)?);
        let short = |offset: usize| u16_at(at.checked_add(offset)?);
        if !bytes.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
            return Err(broken());
        }
        let parts = (short(10), field(20), short(28), short(30), short(32), field(42));
        let (Some(method), Some(size), Some(name), Some(extra), Some(comment), Some(local)) = parts else {
            return Err(broken());
        };
        let title =
            bytes.get(at + 46..at + 46 + name).map(|b| String::from_utf8_lossy(b).into_owned()).ok_or_else(broken)?;
        if title == "[Content_Types].xml" || title == "mimetype" || title.starts_with("xl/") {
            return Err(TableError::Workbook);
        }
        if method != 0 {
            return Err(TableError::Arrays("it is compressed. Save it with np.savez, not np.savez_compressed".into()));
        }
        let data = (|| {
            let start = local
                .checked_add(30)?
                .checked_add(u16_at(local.checked_add(26)?)?)?
                .checked_add(u16_at(local.checked_add(28)?)?)?;
            bytes.get(start..start.checked_add(size)?)
        })();
        if let Some(stem) = title.strip_suffix(".npy") {
            arrays.push(data.and_then(|data| npy(stem, data)).ok_or_else(broken)?);
        }
        at += 46 + name + extra + comment;
    }
    if arrays.is_empty() { Err(broken()) } else { Ok(arrays) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy_of(kind: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': ({shape}), }}\n");
        [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
    }

    #[test]
    fn arrays_of_either_order_and_of_words_are_read() {
        let floats: Vec<u8> = [1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        let array = &read(&npy_of("<f4", "False", "2, 3", &floats)).unwrap()[0];
        assert_eq!(
            (array.row(0), array.row(1)),
            (vec!["1".into(), "2".into(), "3".into()], vec!["4".into(), "5".into(), "6".into()])
        );
        let turned = &read(&npy_of("<f4", "True", "2, 3", &floats)).unwrap()[0];
        assert_eq!(turned.row(0), ["1", "3", "5"]);
        let words: Vec<u8> = ['c', 'a', 't', '\0', 'n', 'o'].iter().flat_map(|&c| (c as u32).to_le_bytes()).collect();
        let array = &read(&npy_of("<U3", "False", "2,", &words)).unwrap()[0];
        assert_eq!((array.row(0), array.row(1)), (vec!["cat".to_string()], vec![String::new()]));
        for broken in [
            npy_of("<f4", "False", "2, 9", &floats),
            npy_of("<f4", "False", "99999999, 99999999", &floats),
            npy_of("<c8", "False", "1,", &floats),
        ] {
            assert!(matches!(read(&broken), Err(TableError::Arrays(_))));
        }
    }
}
