//! Numbers as spreadsheets of different countries write them.

/// How a column writes its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFormat {
    /// `1234.5`
    Plain,
    /// `1,234.5`
    ThousandsComma,
    /// `1234,5` or `1.234,5`
    DecimalComma,
}

/// Largest number that is taken: beyond, its square is no float32 any more by far.
const LARGEST: f64 = 1e30;

impl NumberFormat {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::Plain, Self::ThousandsComma, Self::DecimalComma];

    /// The number of a cell; `None` where it is none. A per cent sign divides by 100.
    pub fn parse(self, cell: &str) -> Option<f64> {
        let cell = cell.trim();
        // Most cells of most tables.
        if self == Self::Plain && cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
            return cell.parse::<f64>().ok().filter(|number| number.abs() < LARGEST);
        }
        let (cell, percent) = match cell.strip_suffix('%') {
            Some(rest) => (rest.trim_end(), true),
            None => (cell, false),
        };
        // Words that Rust reads as numbers, too, begin with a letter.
        if !cell
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+' | b'e' | b'E' | b' ' | b'\'' | 0x80..))
            || !cell.bytes().any(|b| b.is_ascii_digit())
        {
            return None;
        }
        let number = match self {
            Self::Plain => without_blanks(cell)?.parse::<f64>().ok(),
            Self::ThousandsComma => grouped(cell, ',')?.parse().ok(),
            Self::DecimalComma => {
                let (whole, rest) = cell.split_once(',').unwrap_or((cell, ""));
                let whole = if whole.contains('.') { grouped(whole, '.')? } else { without_blanks(whole)? };
                if rest.contains(['.', ',']) {
                    return None;
                }
                let number = if rest.is_empty() { whole } else { format!("{whole}.{rest}") };
                number.parse().ok()
            }
        };
        number.filter(|number| number.abs() < LARGEST).map(|number| if percent { number / 100.0 } else { number })
    }
}

/// The digits without the blanks or apostrophes that group them by three.
fn without_blanks(cell: &str) -> Option<String> {
    let blank = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’');
    match cell.find(blank) {
        // A minus of typographers is one, too.
        None if cell.contains('\u{2212}') => Some(cell.replace('\u{2212}', "-")),
        None => Some(cell.to_string()),
        Some(at) => {
            let mark = cell[at..].chars().next()?;
            grouped(cell, mark)
        }
    }
}

/// The digits without a mark that groups them by three before the decimal point; `None` where it stands elsewhere.
fn grouped(cell: &str, mark: char) -> Option<String> {
    let cell = cell.replace('\u{2212}', "-");
    let end = if mark == '.' { cell.len() } else { cell.find('.').unwrap_or(cell.len()) };
    let (whole, rest) = cell.split_at(end);
    let mut groups = whole.split(mark);
    let first = groups.next()?.trim_start_matches(['-', '+']);
    let digits = |group: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
    };
    let single = !whole.contains(mark);
    let sound = single || (digits(first, 1..=3) && groups.all(|group| digits(group, 3..=3)));
    sound.then(|| whole.replace(mark, "") + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let plain = NumberFormat::Plain;
        for (cell, number) in [
            ("5.1", 5.1),
            ("-2", -2.0),
            ("1e3", 1_000.0),
            ("12 %", 0.12),
            ("12%", 0.12),
            ("1 234.5", 1_234.5),
            ("1'234", 1_234.0),
            ("\u{2212}3", -3.0),
        ] {
            assert_eq!(plain.parse(cell), Some(number), "{cell}");
        }
        for cell in ["", "inf", "NaN", "1,5", "0x10", "1 2", "e", "-", "1e300", "abc", "1.2.3", "12-34"] {
            assert_eq!(plain.parse(cell), None, "{cell}");
        }
        let (comma, thousands) = (NumberFormat::DecimalComma, NumberFormat::ThousandsComma);
        assert_eq!(
            (comma.parse("1.234,5"), comma.parse("0,25"), comma.parse("3")),
            (Some(1_234.5), Some(0.25), Some(3.0))
        );
        assert_eq!((comma.parse("1.23,5"), comma.parse("1,2,3"), comma.parse("1.5")), (None, None, None));
        assert_eq!(
            (thousands.parse("1,234.5"), thousands.parse("-1,234,567"), thousands.parse("7.25")),
            (Some(1_234.5), Some(-1_234_567.0), Some(7.25))
        );
        assert_eq!((thousands.parse("1,23"), thousands.parse("12,34,567")), (None, None));
    }
}
