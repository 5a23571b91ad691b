//! What the cells of a column are: numbers, dates, a few words, nothing.

use super::date::DateOrder;
use super::grid::Grid;
use super::number::NumberFormat;
use std::collections::BTreeMap;

/// Different values that are counted; of a column with more it is known only that there are.
pub const MAX_LEVELS: usize = 1_000;

/// Whether a cell says that its value is not known, in any column.
pub fn is_missing(cell: &str) -> bool {
    cell.is_empty()
        || (cell.len() <= 4
            && ["na", "n/a", "#n/a", "nan", "null", "?"].iter().any(|word| cell.eq_ignore_ascii_case(word)))
}

/// The same among numbers, where these words are no categories.
pub fn is_missing_number(cell: &str) -> bool {
    is_missing(cell)
        || (cell.len() <= 7
            && ["-", "--", ".", "none", "unknown", "missing"].iter().any(|word| cell.eq_ignore_ascii_case(word)))
}

/// What is known of a column's cells.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Cells whose value is known.
    pub known: usize,
    /// Their different values with how often each comes; `None` where there are more than [`MAX_LEVELS`].
    pub levels: Option<BTreeMap<String, usize>>,
    /// How numbers are written here.
    pub format: NumberFormat,
    /// Cells that are numbers.
    pub numbers: usize,
    /// Cells that are neither numbers nor missing ones.
    pub others: usize,
    /// Smallest and largest number.
    pub range: (f64, f64),
    /// Whether every cell is a whole number.
    pub whole: bool,
    /// Whether every cell is the whole number after that of the row above.
    pub counts_rows: bool,
    /// How dates are written, where every known cell is one.
    pub dates: Option<DateOrder>,
}

impl Profile {
    /// The profile of a column.
    pub fn of(grid: &Grid, column: usize) -> Self {
        let mut levels: Option<BTreeMap<String, usize>> = Some(BTreeMap::new());
        let mut known = 0;
        for cell in grid.column(column).filter(|cell| !is_missing(cell)) {
            known += 1;
            if let Some(counts) = &mut levels {
                let many = counts.len() == MAX_LEVELS;
                match counts.get_mut(cell) {
                    Some(count) => *count += 1,
                    None if many => levels = None,
                    None => drop(counts.insert(cell.to_string(), 1)),
                }
            }
        }
        let mut best = Self { known, levels, ..Self::numbers(grid, column, NumberFormat::Plain) };
        for format in [NumberFormat::ThousandsComma, NumberFormat::DecimalComma] {
            // Only commas can be read otherwise.
            if best.others == 0 || !grid.column(column).any(|cell| cell.contains(',')) {
                break;
            }
            let other = Self::numbers(grid, column, format);
            if other.numbers > best.numbers {
                best = Self { known: best.known, levels: best.levels, ..other };
            }
        }
        if known > 0 && best.numbers == 0 {
            best.dates = DateOrder::ALL.into_iter().find(|order| {
                grid.column(column).filter(|cell| !is_missing(cell)).all(|cell| order.parse(cell).is_some())
            });
        }
        best
    }

    fn numbers(grid: &Grid, column: usize, format: NumberFormat) -> Self {
        let (mut numbers, mut others, mut whole, mut counts, mut last) = (0, 0, true, true, None);
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        for cell in grid.column(column) {
            match format.parse(cell) {
                Some(number) => {
                    numbers += 1;
                    range = (range.0.min(number), range.1.max(number));
                    whole &= number.fract() == 0.0;
                    counts &= last.is_none_or(|before: f64| number == before + 1.0);
                    last = Some(number);
                }
                None => {
                    others += usize::from(!is_missing_number(cell));
                    counts = false;
                }
            }
        }
        Self {
            known: 0,
            levels: None,
            format,
            numbers,
            others,
            range,
            whole: whole && numbers > 0,
            counts_rows: counts && whole && numbers > 1,
            dates: None,
        }
    }

    /// Whether it is a column of numbers, some faulty cells aside.
    pub fn is_numeric(&self) -> bool {
        self.numbers > 0 && self.numbers >= 9 * self.others
    }

    /// Number of different values; `None` where there are many.
    pub fn distinct(&self) -> Option<usize> {
        self.levels.as_ref().map(BTreeMap::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(cells: &[&str]) -> Profile {
        let mut grid = Grid::new(vec!["a".into()]);
        for (i, cell) in cells.iter().enumerate() {
            grid.push(i as u64 + 2, std::iter::once(*cell));
        }
        Profile::of(&grid, 0)
    }

    #[test]
    fn numbers_are_told_in_whichever_way_they_are_written() {
        for (cells, format) in [
            (["1", "2.5", ""], NumberFormat::Plain),
            (["1,5", "2", "NA"], NumberFormat::DecimalComma),
            (["1,500", "2", "-"], NumberFormat::ThousandsComma),
            (["1.234,5", "1.000", "none"], NumberFormat::DecimalComma),
        ] {
            let of = profile(&cells);
            assert_eq!((of.format, of.numbers, of.others), (format, 2, 0), "{cells:?}");
        }
        assert!(profile(&["7", "8", "9"]).counts_rows && !profile(&["7", "9", "8"]).counts_rows);
        let faulty = profile(&["1", "abc"]);
        assert_eq!((faulty.numbers, faulty.others, faulty.is_numeric()), (1, 1, false));
        let many: Vec<String> = (0..2_000).map(|i| i.to_string()).collect();
        assert_eq!(profile(&many.iter().map(String::as_str).collect::<Vec<_>>()).distinct(), None);
    }

    #[test]
    fn dates_are_told_from_numbers() {
        assert_eq!(profile(&["2024-01-02", "", "2024-01-03"]).dates, Some(DateOrder::YearMonthDay));
        assert_eq!(profile(&["13/02/2024", "01/02/2024"]).dates, Some(DateOrder::DayMonthYear));
        assert_eq!(profile(&["1.5", "2.5"]).dates, None);
    }
}
