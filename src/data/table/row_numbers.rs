//! How a table's rows are counted: as a spreadsheet does, so that a reader finds the row that an error names. Blank lines
//! count, lines may end as on any system, and a cell of several lines, in quotation marks, is still one row.

use super::error::TableError;

/// Where in a row one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the first byte of a cell.
    Start,
    /// In a cell.
    Cell,
    /// In a cell in quotation marks.
    Quoted,
    /// After a quotation mark in such a cell: it has ended, or another one follows and both stand for one.
    Mark,
    /// In a line that is a comment.
    Comment,
}

/// The numbers, from 1, of the rows that are not blank: of the header and of each record, in order. Lines that begin with
/// `comment` are no rows, but are counted.
///
/// # Errors
/// [`TableError::Quotation`] when a cell's quotation marks do not close.
pub fn numbers(bytes: &[u8], delimiter: u8, comment: Option<u8>) -> Result<Vec<u64>, TableError> {
    let (mut found, mut row, mut at, mut blank, mut before) = (Vec::new(), 1, At::Start, true, 0);
    for &byte in bytes {
        let pair = before == b'\r' && byte == b'\n';
        before = byte;
        match byte {
            // A comment ends as the parser ends it, with a line feed alone.
            _ if at == At::Comment => {
                if byte == b'\n' {
                    (row, at, blank) = (row + 1, At::Start, true);
                }
                continue;
            }
            _ if blank && at == At::Start && Some(byte) == comment => {
                at = At::Comment;
                continue;
            }
            b'"' if at == At::Start || at == At::Mark => at = At::Quoted,
            b'"' if at == At::Quoted => at = At::Mark,
            _ if at == At::Quoted => {}
            b'\n' if pair => continue,
            b'\r' | b'\n' => {
                if !blank {
                    found.push(row);
                }
                (row, at, blank) = (row + 1, At::Start, true);
                continue;
            }
            _ => at = if byte == delimiter { At::Start } else { At::Cell },
        }
        blank = false;
    }
    if at == At::Quoted {
        return Err(TableError::Quotation(row));
    }
    if !blank {
        found.push(row);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<u64> {
        numbers(text.as_bytes(), b',', None).unwrap()
    }

    #[test]
    fn lines_end_as_on_any_system() {
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(rows(&["a,b", "1,2", "", "", "3,4", ""].join(end)), [1, 2, 5]);
        }
    }

    #[test]
    fn a_cell_of_several_lines_is_in_one_row() {
        assert_eq!(rows("a,b\r\n1,\"x\r\n\r\ny, \"\"z\"\"\n\"\r\n2,3"), [1, 2, 3]);
    }

    #[test]
    fn a_quotation_mark_within_a_cell_is_one_like_any_other_character() {
        assert_eq!(rows("a,b\n5\",x\"y\n1,2"), [1, 2, 3]);
    }

    #[test]
    fn quotation_marks_that_do_not_close_are_reported_with_their_row() {
        assert_eq!(numbers(b"a,b\n1,\"2\n3,4\n", b',', None), Err(TableError::Quotation(2)));
    }

    #[test]
    fn records_are_the_reader_s() {
        // On any input it finds as many rows as the CSV parser does.
        let mut rng = crate::data::rng::stream(1, "rows", 0);
        for _ in 0..2_000 {
            let mut bytes: Vec<u8> =
                (0..24).map(|_| b"a,\"\n\r #"[rand::RngExt::random_range(&mut rng, 0..7_u32) as usize]).collect();
            for comment in [None, Some(b'#')] {
                if comment.is_some() {
                    // Of a comment without an end the parser makes a record with nothing in it.
                    bytes.push(b'\n');
                }
                let Ok(found) = numbers(&bytes, b',', comment) else { continue };
                let mut reader = csv::ReaderBuilder::new()
                    .has_headers(false)
                    .flexible(true)
                    .comment(comment)
                    .from_reader(bytes.as_slice());
                assert_eq!(found.len(), reader.records().count(), "{:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }
}
