//! Tables of delimited text: which character separates the cells, whether the first row names the columns, and the cells.

use super::error::{Fault, Faults, MAX_COLUMNS, TableError};
use super::grid::{Grid, unique};
use super::number::NumberFormat;
use super::row_numbers;

/// A separator with its name. Where several fit equally well, the earlier is taken: a comma may be within numbers.
const SEPARATORS: [(u8, &str); 4] = [(b'\t', "tabs"), (b';', "semicolons"), (b'|', "vertical bars"), (b',', "commas")];
/// Rows by which separator and header are recognised.
const SAMPLE: usize = 50;
/// Share of the sampled rows that must have the header's number of cells.
const AGREEING: f64 = 0.9;

/// A table as read, with what was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delimited {
    /// Its cells.
    pub grid: Grid,
    /// Whether the first row names the columns.
    pub header: bool,
    /// Sentences on what was recognised, the format's own aside.
    pub notes: Vec<String>,
    /// Name of the separator.
    pub separator: &'static str,
}

/// Reads delimited text. `header` says whether the first row names the columns; `None` for what it looks like.
///
/// # Errors
/// [`TableError`]; of rows with more or fewer cells all that there are.
pub fn read(text: &str, header: Option<bool>) -> Result<Delimited, TableError> {
    let mut notes = Vec::new();
    let (text, stated, skipped) = stated_separator(text);
    let separator = stated.unwrap_or_else(|| likeliest(text));
    let name = SEPARATORS.iter().find(|(byte, _)| *byte == separator).map_or("characters of its own", |(_, name)| name);
    if stated.is_some() {
        notes.push("Its first line (sep=) names the separator.".into());
    }
    let comment = comments(text, separator);
    let row_numbers: Vec<u64> =
        row_numbers::numbers(text.as_bytes(), separator, comment)?.into_iter().map(|row| row + skipped).collect();
    let mut records = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(comment)
        .from_reader(text.as_bytes())
        .into_records()
        .zip(row_numbers)
        // A text has no bytes that are none, and nothing else is refused.
        .filter_map(|(record, row)| record.ok().map(|record| (record, row)))
        .filter(|(record, _)| record.iter().any(|cell| !cell.trim().is_empty()));
    let Some((first, first_row)) = records.next() else { return Err(TableError::Empty) };
    let head: Vec<(csv::StringRecord, u64)> = records.by_ref().take(SAMPLE).collect();
    let header = header.unwrap_or_else(|| names_columns(&first, &head));
    let width = if header {
        trimmed(&first)
    } else {
        head.iter().map(|(row, _)| trimmed(row)).fold(trimmed(&first), usize::max)
    };
    // A header may name nothing above the index, and may end with separators that the rows have, too.
    let width = width.max(if header { 0 } else { first.len().min(width) });
    if width > MAX_COLUMNS {
        return Err(TableError::Columns(width));
    }
    let named = first
        .iter()
        .take(width)
        .map(|cell| if header { cell.trim().trim_start_matches('#').trim().to_string() } else { String::new() });
    let (columns, repeated) = unique(named);
    if repeated > 0 {
        notes.push(format!("{repeated} of the columns’ names came twice: a number was put behind them."));
    }
    if comment.is_some() {
        notes.push("Lines that begin with # were taken for comments.".into());
    }
    let mut grid = Grid::new(columns);
    let mut faults = Faults::default();
    let rows = (!header).then_some((first, first_row)).into_iter().chain(head).chain(records);
    for (record, row) in rows {
        // Separators at the end of a line are no cells; a cell that is missing is none of the user's choice.
        if trimmed(&record) > width || record.len() < width {
            faults.push(Fault::Ragged { row, found: record.len(), expected: width });
        } else {
            grid.push(row, record.iter());
        }
    }
    faults.none()?;
    Ok(Delimited { grid, header, notes, separator: name })
}

/// The text without a first line like `sep=;`, that separator, and how many lines were left out.
fn stated_separator(text: &str) -> (&str, Option<u8>, u64) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let line = line.trim_end_matches('\r').trim_matches('"');
    match line.get(..4).filter(|head| head.eq_ignore_ascii_case("sep=")).map(|_| &line.as_bytes()[4..]) {
        Some(&[separator]) if separator.is_ascii() && !matches!(separator, b'"' | b'#') => (rest, Some(separator), 1),
        _ => (text, None, 0),
    }
}

/// The separator by which the first rows have the same number of cells, the larger the better.
fn likeliest(text: &str) -> u8 {
    let score = |separator: u8| {
        let lengths: Vec<usize> = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes())
            .into_records()
            .filter_map(Result::ok)
            .filter(|record| !record.get(0).is_some_and(|cell| cell.starts_with('#') && record.len() == 1))
            .take(SAMPLE)
            .map(|record| record.len())
            .collect();
        let most = lengths.iter().map(|&length| (lengths.iter().filter(|&&l| l == length).count(), length)).max();
        let (agreeing, length) = most.unwrap_or_default();
        let fits = length > 1 && agreeing as f64 >= AGREEING * lengths.len() as f64;
        // Where none fits, the one that comes at all.
        (fits, if fits { length } else { lengths.iter().filter(|&&length| length > 1).count() })
    };
    SEPARATORS.iter().map(|&(separator, _)| separator).rev().max_by_key(|&separator| score(separator)).unwrap_or(b',')
}

/// The mark of comments: `#`, where lines that begin with it have not as many cells as the others.
fn comments(text: &str, separator: u8) -> Option<u8> {
    let cells = |line: &&str| line.bytes().filter(|&b| b == separator).count();
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(4 * SAMPLE);
    let usual = lines().find(|line| !line.starts_with('#')).map(|line| cells(&line))?;
    lines().any(|line| line.starts_with('#') && cells(&line) != usual).then_some(b'#')
}

/// Cells of a record, empty ones at its end aside.
fn trimmed(record: &csv::StringRecord) -> usize {
    record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()).last().map_or(0, |(i, _)| i + 1)
}

/// Whether the first row names columns: none of its cells is a number where those below it are.
fn names_columns(first: &csv::StringRecord, below: &[(csv::StringRecord, u64)]) -> bool {
    let number = |cell: &str| NumberFormat::ALL.iter().any(|format| format.parse(cell).is_some());
    let of_numbers = (0..first.len()).filter(|&c| {
        let mut cells =
            below.iter().filter_map(|(row, _)| row.get(c)).filter(|cell| !cell.trim().is_empty()).peekable();
        cells.peek().is_some() && cells.all(number)
    });
    let (mut all, mut numbers) = (0, 0);
    for column in of_numbers {
        all += 1;
        numbers += usize::from(first.get(column).is_some_and(number));
    }
    // Years and counters may be names of columns, but then not of half of them.
    all == 0 || 2 * numbers < all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Delimited {
        read(text, None).expect("a table")
    }

    fn rows(head: &str, separator: char, end: &str) -> String {
        let rows = (0..30).map(|i| {
            format!(
                "\n{i}{separator}0{}5{separator}{}{end}",
                if separator == ';' { ',' } else { '.' },
                ["x", "y"][i % 2]
            )
        });
        head.to_string() + &rows.collect::<String>()
    }

    #[test]
    fn the_separator_is_recognised() {
        for (separator, name) in [(',', "commas"), (';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")] {
            let read = table(&rows("a,b,label".replace(',', &separator.to_string()).as_str(), separator, ""));
            assert_eq!((read.separator, read.header, read.grid.rows()), (name, true, 30));
            assert_eq!(read.grid.columns, ["a", "b", "label"]);
        }
        let stated = table(&format!("sep=;\r\n{}", rows("a;b;label", ';', "").replace('\n', "\r\n")));
        assert_eq!((stated.separator, stated.grid.row_numbers[0], stated.notes.len()), ("semicolons", 3, 1));
        // Without a header every comma could as well separate.
        assert_eq!(table("5,1;3,5;setosa\n4,9;3,0;setosa\n6,2;3,4;virginica").separator, "semicolons");
    }

    #[test]
    fn a_first_row_of_numbers_is_data() {
        let read = table("5.1,3.5,setosa\n4.9,3.0,setosa\n");
        assert_eq!((read.header, read.grid.rows()), (false, 2));
        assert_eq!(read.grid.columns, ["Column 1", "Column 2", "Column 3"]);
        let otherwise = super::read("5.1,3.5,setosa\n4.9,3.0,setosa\n", Some(true)).unwrap();
        assert_eq!((otherwise.grid.columns[0].as_str(), otherwise.grid.rows()), ("5.1", 1));
        assert!(table("name,colour\nann,red\nbob,blue\n").header);
        assert!(table("label,1st,2nd\nx,1,2\n").header);
    }

    #[test]
    fn comments_blank_lines_and_ends_of_lines_are_no_cells() {
        let read = table("# made by a program, on Monday\na,b,k\n\n1,2,x,\n,,,\n3,4,y,,\n# the end\n");
        assert_eq!((read.grid.columns.len(), read.grid.rows()), (3, 2));
        assert_eq!(read.grid.row_numbers, [4, 6]);
        assert_eq!(read.grid.cell(1, 2), "y");
        // A header behind the mark, and cells that begin with it.
        assert_eq!(table("#a,b\n1,x\n2,y\n").grid.columns, ["a", "b"]);
        assert_eq!(table("a,b\n#fff,1\n#000,2\n").grid.rows(), 2);
    }

    #[test]
    fn cells_may_have_several_lines_and_separators() {
        let read = table("a,b,k\n1,\"x, \"\"y\"\"\nz\",k\n2,3,l\n");
        assert_eq!((read.grid.cell(0, 1), read.grid.row_numbers.as_slice()), ("x, \"y\"\nz", &[2, 3][..]));
    }

    #[test]
    fn all_rows_of_another_length_are_named_at_once() {
        let error = read("a,b,k\n1,2,x\n1,2\n1,2,3,4\n", None).unwrap_err().to_string();
        assert!(error.contains("Row 3 has 2 cells") && error.contains("Row 4 has 4 cells"), "{error}");
    }
}
