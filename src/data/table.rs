//! Custom tables: comma-separated values, numeric columns and one column of labels. Every error says
//! where, what, and what to do.

use super::table_error::{MAX_BYTES, MAX_COLUMNS, MIN_ROWS_PER_CLASS, ROWS, TableError};
use crate::config::MAX_CUSTOM_CLASSES;
use crate::config::Task;
use crate::data::example::Form;
use crate::data::{Dataset, Split, csv_rows, rng};
use std::rc::Rc;

/// Names by which the column of labels is known, wherever it stands, the surest first; else it is the last.
const LABELS: [&str; 5] = ["label", "class", "target", "species", "y"];

/// A table as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Names of the numeric columns.
    columns: Vec<String>,
    /// Numbers `[N][D]` flattened, row-major, in their own units.
    numbers: Vec<f64>,
    /// Classes `[N]`.
    labels: Vec<u8>,
    /// Names of the classes, in order of their names.
    classes: Vec<String>,
}

/// Reads a table: a header, then a row for each example. Commas, semicolons or tabs, whichever the header has most of.
///
/// # Errors
/// [`TableError`], the first that is met.
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::Bytes(bytes.len()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let blank = |line: &&[u8]| line.trim_ascii().is_empty();
    let header: &[u8] = bytes.split(|&b| b == b'\n').find(|line| !blank(line)).unwrap_or(&[]);
    let count = |delimiter: u8| header.iter().filter(|&&b| b == delimiter).count();
    let delimiter = [b',', b';', b'\t'].into_iter().rev().max_by_key(|&d| count(d)).unwrap_or(b',');
    let row_numbers = csv_rows::numbers(bytes, delimiter)?;
    // Of the header (0) and of the records after it.
    let row_of = |i: usize| row_numbers.get(i).copied().unwrap_or(i as u64 + 1);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(bytes);
    let header: Vec<String> =
        reader.headers().map_err(|e| row_error(&e, row_of(0)))?.iter().map(String::from).collect();
    if header.iter().all(String::is_empty) {
        return Err(TableError::Empty);
    }
    for (i, name) in header.iter().enumerate() {
        if name.is_empty() {
            return Err(TableError::Nameless(i + 1));
        }
        if header[..i].contains(name) {
            return Err(TableError::Twice(name.clone()));
        }
    }
    let column = |wanted: &str| header.iter().position(|name| name.to_lowercase() == wanted);
    // Beside an x, y is no label but the other coordinate.
    let named = LABELS.iter().filter(|&&name| name != "y" || column("x").is_none()).find_map(|name| column(name));
    let label_column = named.unwrap_or(header.len() - 1);
    let columns: Vec<String> =
        header.iter().enumerate().filter(|(i, _)| *i != label_column).map(|(_, name)| name.clone()).collect();
    if columns.is_empty() {
        return Err(TableError::OneColumn);
    }
    if columns.len() > MAX_COLUMNS {
        return Err(TableError::Columns(columns.len()));
    }
    let (mut numbers, mut words) = (Vec::new(), Vec::new());
    for (i, record) in reader.records().enumerate() {
        let row = row_of(i + 1);
        let record = record.map_err(|e| row_error(&e, row))?;
        for (c, cell) in record.iter().enumerate() {
            let column = || header.get(c).cloned().unwrap_or_default();
            if cell.is_empty() {
                return Err(TableError::Blank { row, column: column() });
            }
            if c == label_column {
                words.push(cell.to_string());
            } else {
                let number = cell.parse::<f64>().ok().filter(|number| number.abs() < 1e30);
                let short = || cell.chars().take(40).collect();
                numbers.push(number.ok_or_else(|| TableError::Number { row, column: column(), cell: short() })?);
            }
        }
    }
    if !ROWS.contains(&words.len()) {
        return Err(TableError::Rows(words.len()));
    }
    let mut classes = words.clone();
    classes.sort_unstable();
    classes.dedup();
    let column = header[label_column].clone();
    if classes.len() < 2 {
        return Err(TableError::OneClass(column));
    }
    if classes.len() > MAX_CUSTOM_CLASSES {
        return Err(TableError::Classes { column, found: classes.len() });
    }
    let labels: Vec<u8> = words.iter().filter_map(|word| classes.binary_search(word).ok()).map(|c| c as u8).collect();
    for (i, class) in classes.iter().enumerate() {
        let found = labels.iter().filter(|&&label| usize::from(label) == i).count();
        if found < MIN_ROWS_PER_CLASS {
            return Err(TableError::Rare { class: class.clone(), found });
        }
    }
    Ok(Table { columns, numbers, labels, classes })
}

/// The CSV parser's error at a row, as one of ours.
fn row_error(error: &csv::Error, row: u64) -> TableError {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            TableError::Ragged { row, found: *len, expected: *expected_len }
        }
        csv::ErrorKind::Utf8 { .. } => TableError::Encoding(row),
        _ => TableError::Empty,
    }
}

/// Four fifths of every class to learn from, one to be tested on (as near as whole rows come, at least one), by the seed. `[N]`
/// whether each is for testing.
pub fn split(labels: &[u8], classes: usize, seed: u32) -> Vec<bool> {
    let mut test = vec![false; labels.len()];
    let mut rng = rng::stream(seed, "own-split", 0);
    for class in 0..classes {
        let mut members: Vec<usize> = (0..labels.len()).filter(|&i| usize::from(labels[i]) == class).collect();
        rng::shuffle(&mut rng, &mut members);
        members.iter().take(((members.len() + 2) / 5).max(1)).for_each(|&i| test[i] = true);
    }
    test
}

impl Table {
    /// The task of the table: columns standardised by the mean and deviation of the training rows.
    pub fn dataset(&self, seed: u32) -> Dataset {
        let d = self.columns.len();
        let test = split(&self.labels, self.classes.len(), seed);
        let rows =
            |wanted: bool| test.iter().enumerate().filter(move |(_, is_test)| **is_test == wanted).map(|(i, _)| i);
        let n = rows(false).count().max(1) as f64;
        let moments: Vec<(f64, f64)> = (0..d)
            .map(|c| {
                let mean = rows(false).map(|i| self.numbers[i * d + c]).sum::<f64>() / n;
                let variance = rows(false).map(|i| (self.numbers[i * d + c] - mean).powi(2)).sum::<f64>() / n;
                // A column that never changes tells nothing, and must not be divided by what rounding leaves.
                let first = rows(false).next().map(|i| self.numbers[i * d + c]);
                let constant = rows(false).all(|i| Some(self.numbers[i * d + c]) == first);
                // Test rows may still differ in it: their distance, of which nothing was learned, must not swamp the others.
                let farthest = || (0..test.len()).map(|i| (self.numbers[i * d + c] - mean).abs()).fold(1.0, f64::max);
                (mean, if constant || variance == 0.0 { farthest() } else { variance.sqrt() })
            })
            .collect();
        let part = |wanted: bool| Split {
            numbers: rows(wanted)
                .flat_map(|i| (0..d).map(move |c| (i, c)))
                .map(|(i, c)| ((self.numbers[i * d + c] - moments[c].0) / moments[c].1) as f32)
                .collect(),
            bytes: Vec::new(),
            labels: rows(wanted).map(|i| self.labels[i]).collect(),
        };
        Dataset {
            task: Task::Own,
            dimensions: d,
            form: Form::Numbers(self.columns.clone()),
            classes: self.classes.clone(),
            train: Rc::new(part(false)),
            test: part(true),
            moments,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of two columns and two classes, with rows put in place of others (by their number).
    fn table(header: &str, replaced: &[(usize, &str)]) -> String {
        let mut lines = vec![header.to_string()];
        for row in 2..42 {
            let own = replaced.iter().find(|(r, _)| *r == row).map(|(_, line)| (*line).to_string());
            lines.push(
                own.unwrap_or_else(|| format!("{},{},{}", row, row % 7, if row % 2 == 0 { "even" } else { "odd" })),
            );
        }
        lines.join("\n")
    }
    fn error(text: &str) -> TableError {
        read(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_table_becomes_a_task() {
        let data = read(table("width,height,kind", &[]).as_bytes()).unwrap().dataset(1);
        assert_eq!((data.train.len(), data.test.len(), data.dimensions), (32, 8, 2));
        assert_eq!(data.classes, ["even", "odd"]);
        assert_eq!(data.form, Form::Numbers(vec!["width".into(), "height".into()]));
        let mean: f32 = data.train.numbers.iter().step_by(2).sum::<f32>() / 32.0;
        assert!(mean.abs() < 1e-5);
        assert_ne!(data.train, read(table("width,height,kind", &[]).as_bytes()).unwrap().dataset(2).train);
    }

    #[test]
    fn labels_may_stand_anywhere_by_name_and_other_separators_do() {
        let text = table("a,Class,b", &[]).replace("even", "9").replace("odd", "8");
        assert_eq!(read(text.as_bytes()).unwrap().columns, ["a", "b"]);
        // Points of a plane, as most people name their columns.
        for header in ["x,y,label", "x,y,colour"] {
            assert_eq!(read(table(header, &[]).as_bytes()).unwrap().columns, ["x", "y"]);
        }
        assert_eq!(read(table("a,b,y", &[]).as_bytes()).unwrap().columns, ["a", "b"]);
        for (from, to) in [(",", ";"), (",", "\t")] {
            let text = table("width,height,kind", &[]).replace(from, to);
            assert_eq!(read(text.as_bytes()).unwrap().columns, ["width", "height"]);
        }
        let marked = format!("\u{feff}{}\r\n", table("width,height,kind", &[]).replace('\n', "\r\n"));
        assert_eq!(read(marked.as_bytes()).unwrap().columns[0], "width");
    }

    #[test]
    fn errors_are_reported_with_row_and_column() {
        let bad = error(&table("width,height,kind", &[(7, "1,abc,odd")]));
        assert_eq!(bad, TableError::Number { row: 7, column: "height".into(), cell: "abc".into() });
        assert!(bad.to_string().starts_with("Row 7, column “height”: “abc” is not a number."));
        assert_eq!(error(&table("w,h,k", &[(9, "1,,odd")])), TableError::Blank { row: 9, column: "h".into() });
        assert_eq!(error(&table("w,h,k", &[(9, "1,2")])), TableError::Ragged { row: 9, found: 2, expected: 3 });
        assert_eq!(
            error(&table("w,h,k", &[(3, "1,inf,odd")])),
            TableError::Number { row: 3, column: "h".into(), cell: "inf".into() }
        );
        assert_eq!(error(&table("w,h,k", &[(3, "1,2,rare")])), TableError::Rare { class: "rare".into(), found: 1 });
    }

    #[test]
    fn a_blank_line_does_not_put_the_count_out() {
        assert_eq!(error(&table("w,h,k", &[(5, ""), (9, "1,,odd")])), TableError::Blank { row: 9, column: "h".into() });
    }

    #[test]
    fn tables_that_are_none_are_refused() {
        assert_eq!(error(""), TableError::Empty);
        assert_eq!(error("a,a,k\n1,2,x"), TableError::Twice("a".into()));
        assert_eq!(error("a,,k\n1,2,x"), TableError::Nameless(2));
        assert_eq!(error("only\n1\n2"), TableError::OneColumn);
        assert_eq!(error("a,k\n1,x\n2,y"), TableError::Rows(2));
        assert_eq!(
            TableError::Rows(30_000).to_string(),
            "There are 30,000 rows of examples; 20 to 20,000 can be used."
        );
        assert_eq!(error(&table("w,h,k", &[]).replace("even", "odd")), TableError::OneClass("k".into()));
        let many: String = (0..40).map(|i| format!("\n1,{i}")).collect();
        assert_eq!(error(&format!("a,k{many}")), TableError::Classes { column: "k".into(), found: 40 });
        assert!(matches!(read(b"a,k\n1,\xff\n"), Err(TableError::Encoding(2))));
        assert_eq!(read(&vec![b'1'; MAX_BYTES + 1]), Err(TableError::Bytes(MAX_BYTES + 1)));
    }

    #[test]
    fn every_class_is_in_both_parts() {
        let labels: Vec<u8> = (0..50).map(|i| u8::from(i < 5)).collect();
        let test = split(&labels, 2, 3);
        assert_eq!(test[..5].iter().filter(|t| **t).count(), 1);
        assert_eq!(test[5..].iter().filter(|t| **t).count(), 9);
    }

    #[test]
    fn a_class_is_tested_on_the_fifth_that_is_nearest() {
        for (rows, tested) in [(5, 1), (6, 1), (7, 1), (8, 2), (12, 2), (13, 3), (60, 12)] {
            assert_eq!(split(&vec![0; rows], 1, 1).iter().filter(|t| **t).count(), tested, "{rows}");
        }
    }

    #[test]
    fn a_column_constant_in_training_does_not_explode_in_the_test() {
        let labels: Vec<u8> = (0..40).map(|i| i % 2).collect();
        let tested = split(&labels, 2, 1).iter().position(|t| *t).unwrap();
        let text: String =
            (0..40).map(|i| format!("\n{},{i},{}", if i == tested { 1e9 } else { 3.0 }, i % 2)).collect();
        let data = read(format!("a,b,k{text}").as_bytes()).unwrap().dataset(1);
        assert!(data.train.numbers.iter().step_by(2).all(|z| *z == 0.0));
        assert!(data.test.numbers.iter().step_by(2).any(|z| *z == 1.0));
        assert!(data.test.numbers.iter().step_by(2).all(|z| z.abs() <= 1.0));
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_counts_them() {
        let blank = TableError::Blank { row: 9, column: "h".into() };
        let windows = |text: String| text.replace('\n', "\r\n");
        assert_eq!(error(&windows(table("w,h,k", &[(9, "1,,odd")]))), blank, "lines that end as on Windows");
        assert_eq!(error(&table("w,h,k", &[(8, ""), (9, "1,,odd")])), blank, "just after a blank line");
        assert_eq!(error(&windows(table("w,h,k", &[(7, ""), (8, ""), (9, "1,,odd")]))), blank, "after two of them");
        assert_eq!(error(&table("w,h,k", &[(5, "1,2,\"odd\n\""), (9, "1,,odd")])), blank, "after a cell of two lines");
        assert_eq!(
            error(&table("w,h,k", &[(8, ""), (9, "1,2")])),
            TableError::Ragged { row: 9, found: 2, expected: 3 }
        );
        assert!(matches!(
            read(&[windows(table("w,h,k", &[])).as_bytes(), b"\r\n1,2,\xff\r\n"].concat()),
            Err(TableError::Encoding(42))
        ));
    }

    #[test]
    fn an_unclosed_quotation_is_reported_with_its_row() {
        assert_eq!(error(&table("w,h,k", &[(9, "1,2,\"odd")])), TableError::Quotation(9));
        assert_eq!(error(&table("w,\"h,k", &[])), TableError::Quotation(1));
        let whole = table("w,h,k", &[]).replace("odd", "\"the \"\"odd\"\" ones\"");
        assert_eq!(read(whole.as_bytes()).unwrap().classes, ["even", "the \"odd\" ones"]);
    }

    #[test]
    fn a_constant_column_is_not_divided_by_what_rounding_leaves() {
        let text: String = (0..40).map(|i| format!("\n0.1,{i},{}", i % 2)).collect();
        let data = read(format!("a,b,k{text}").as_bytes()).unwrap().dataset(1);
        assert!((data.moments[0].0 - 0.1).abs() < 1e-9);
        assert_eq!(data.moments[0].1, 1.0);
    }
}
