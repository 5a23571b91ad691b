//! Columns as the inputs that they become: numbers, a one-hot code of categories, days of dates, indicators of what is missing.

use super::error::{Fault, Faults};
use super::grid::Grid;
use super::profile::{Profile, is_missing, is_missing_number};
use super::roles::{MAX_CATEGORIES, yes};
use crate::data::card::Role;

/// A column of inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers in their own units, NaN where one is missing; standardised, with the median of the training rows in place of
    /// missing ones and a second input that marks these.
    Numbers {
        /// Its name.
        name: String,
        /// `[N]`
        values: Vec<f64>,
        /// Whether any is missing.
        missing: bool,
    },
    /// One of some categories; 1 for that one, 0 for the others.
    Categories {
        /// Its name.
        name: String,
        /// Names of the categories.
        categories: Vec<String>,
        /// `[N]`
        codes: Vec<u8>,
    },
}

impl Column {
    /// Inputs that it becomes.
    pub fn inputs(&self) -> usize {
        match self {
            Self::Numbers { missing, .. } => 1 + usize::from(*missing),
            Self::Categories { categories, .. } => categories.len(),
        }
    }

    /// Their names.
    pub fn names(&self) -> Vec<String> {
        match self {
            Self::Numbers { name, missing, .. } => {
                let marked = missing.then(|| format!("{name} is missing"));
                std::iter::once(name.clone()).chain(marked).collect()
            }
            Self::Categories { name, categories, .. } => categories.iter().map(|c| format!("{name} = {c}")).collect(),
        }
    }

    /// Mean and standard deviation of each input over the training rows, and the value that stands for a missing one. `is_test`
    /// marks the test rows, `[N]`; rows of neither part are in no list.
    pub fn moments(&self, train: &[usize], test: &[usize]) -> (Vec<(f64, f64)>, f64) {
        match self {
            Self::Numbers { values, missing, .. } => {
                let median = if *missing { median(train.iter().map(|&i| values[i])) } else { 0.0 };
                let value = |i: usize| if values[i].is_nan() { median } else { values[i] };
                let mut out = vec![standard(&value, train, test)];
                if *missing {
                    out.push(standard(&|i| f64::from(u8::from(values[i].is_nan())), train, test));
                }
                (out, median)
            }
            // Zeros and ones as they are: standardised, a rare category would outweigh all else.
            Self::Categories { categories, .. } => (vec![(0.0, 1.0); categories.len()], 0.0),
        }
    }

    /// Appends a row's inputs, standardised.
    pub fn append(&self, row: usize, moments: &[(f64, f64)], median: f64, out: &mut Vec<f32>) {
        let scaled = |value: f64, (mean, deviation): (f64, f64)| ((value - mean) / deviation) as f32;
        match self {
            Self::Numbers { values, missing, .. } => {
                let value = values[row];
                out.push(scaled(if value.is_nan() { median } else { value }, moments[0]));
                if *missing {
                    out.push(scaled(f64::from(u8::from(value.is_nan())), moments[1]));
                }
            }
            Self::Categories { codes, categories, .. } => {
                out.extend((0..categories.len()).map(|c| if usize::from(codes[row]) == c { 1.0 } else { 0.0 }));
            }
        }
    }
}

/// The middle of the known values; 0 where there are none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut known: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    match known.len() {
        0 => 0.0,
        n if n % 2 == 1 => known[n / 2],
        n => f64::midpoint(known[n / 2 - 1], known[n / 2]),
    }
}

/// Mean and standard deviation over the training rows.
fn standard(value: &dyn Fn(usize) -> f64, train: &[usize], test: &[usize]) -> (f64, f64) {
    let n = train.len().max(1) as f64;
    let mean = train.iter().map(|&i| value(i)).sum::<f64>() / n;
    let variance = train.iter().map(|&i| (value(i) - mean).powi(2)).sum::<f64>() / n;
    // A column that never changes tells nothing, and must not be divided by what rounding leaves.
    let first = train.first().map(|&i| value(i));
    let constant = train.iter().all(|&i| Some(value(i)) == first);
    // Test rows may still differ in it: their distance, of which nothing was learned, must not swamp the others.
    let farthest = || train.iter().chain(test).map(|&i| (value(i) - mean).abs()).fold(1.0, f64::max);
    (mean, if constant || variance == 0.0 { farthest() } else { variance.sqrt() })
}

/// The inputs that a column becomes in a role; cells that are none of its kind are faults. None for roles that are no inputs.
pub fn columns(grid: &Grid, profile: &Profile, column: usize, role: Role, faults: &mut Faults) -> Vec<Column> {
    let name = || grid.columns[column].clone();
    let numbers = |name: String, values: Vec<f64>| {
        let missing = values.iter().any(|value| value.is_nan());
        Column::Numbers { name, values, missing }
    };
    let mut fault = |row: usize, cell: &str| {
        let (row, cell) = (grid.row_numbers[row], cell.chars().take(40).collect());
        faults.push(Fault::Number { row, column: grid.columns[column].clone(), cell });
        f64::NAN
    };
    match role {
        Role::Number => {
            let number = |(row, cell): (usize, &str)| match profile.format.parse(cell) {
                Some(number) => number,
                None if is_missing_number(cell) => f64::NAN,
                None => fault(row, cell),
            };
            vec![numbers(name(), grid.column(column).enumerate().map(number).collect())]
        }
        Role::YesNo => {
            let number = |(row, cell): (usize, &str)| match (yes(cell), profile.format.parse(cell)) {
                (Some(yes), _) => f64::from(u8::from(yes)),
                (None, Some(number)) => number,
                (None, None) if is_missing(cell) => f64::NAN,
                (None, None) => fault(row, cell),
            };
            vec![numbers(name(), grid.column(column).enumerate().map(number).collect())]
        }
        Role::Date => {
            let Some(order) = profile.dates else {
                for (row, cell) in grid.column(column).enumerate().filter(|(_, cell)| !is_missing(cell)) {
                    fault(row, cell);
                }
                return Vec::new();
            };
            let days: Vec<f64> = grid
                .column(column)
                .map(|cell| order.parse(cell).filter(|_| !is_missing(cell)).unwrap_or(f64::NAN))
                .collect();
            let of =
                |part: fn(f64) -> f64| days.iter().map(|&day| if day.is_nan() { day } else { part(day) }).collect();
            let parts = [("weekday", of(weekday)), ("month", of(month))];
            let mut out = vec![numbers(name(), days.clone())];
            // Where a day is missing, so are its parts: once is enough to say so.
            out.extend(parts.into_iter().map(|(part, values): (&str, Vec<f64>)| Column::Numbers {
                name: format!("{} of {}", part, name()),
                missing: false,
                values: filled(values),
            }));
            out
        }
        Role::Category => {
            let Some(levels) = &profile.levels else { return Vec::new() };
            let mut by_count: Vec<(&String, usize)> = levels.iter().map(|(level, &count)| (level, count)).collect();
            by_count.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let kept = if by_count.len() > MAX_CATEGORIES { MAX_CATEGORIES - 1 } else { by_count.len() };
            let mut categories: Vec<String> = by_count[..kept].iter().map(|(level, _)| (*level).clone()).collect();
            categories.sort_unstable();
            let (with_other, with_missing) = (kept < by_count.len(), profile.known < grid.rows());
            let codes = grid
                .column(column)
                .map(|cell| match categories.binary_search_by(|level| level.as_str().cmp(cell)) {
                    Ok(code) => code as u8,
                    Err(_) if is_missing(cell) => (kept + usize::from(with_other)) as u8,
                    Err(_) => kept as u8,
                })
                .collect();
            categories.extend(with_other.then(|| "any other".to_string()));
            categories.extend(with_missing.then(|| "missing".to_string()));
            vec![Column::Categories { name: name(), categories, codes }]
        }
        _ => Vec::new(),
    }
}

/// Missing values replaced by the middle of the known ones.
fn filled(values: Vec<f64>) -> Vec<f64> {
    let middle = median(values.iter().copied());
    values.into_iter().map(|value| if value.is_nan() { middle } else { value }).collect()
}

/// Day of the week from 1, Monday, to 7: 1970-01-01 was a Thursday.
fn weekday(days: f64) -> f64 {
    (days.floor() + 3.0).rem_euclid(7.0) + 1.0
}

/// Month from 1 to 12 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
fn month(days: f64) -> f64 {
    let of_era = (days.floor() as i64 + 719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    (if shifted < 10 { shifted + 3 } else { shifted - 9 }) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str], role: Role) -> (Vec<Column>, Faults) {
        let mut grid = Grid::new(vec!["a".into()]);
        for (i, cell) in cells.iter().enumerate() {
            grid.push(i as u64 + 2, std::iter::once(*cell));
        }
        let mut faults = Faults::default();
        (columns(&grid, &Profile::of(&grid, 0), 0, role, &mut faults), faults)
    }

    fn row(columns: &[Column], row: usize, train: &[usize]) -> Vec<f32> {
        let mut out = Vec::new();
        for column in columns {
            let (moments, median) = column.moments(train, &[]);
            column.append(row, &moments, median, &mut out);
        }
        out
    }

    #[test]
    fn a_missing_number_is_the_median_of_the_training_rows_and_marked() {
        let (columns, _) = of(&["1", "3", "NA", "5", "100"], Role::Number);
        assert_eq!(columns[0].names(), ["a", "a is missing"]);
        let (moments, median) = columns[0].moments(&[0, 1, 2, 3], &[4]);
        assert_eq!((median, moments[0].0, moments[1].0), (3.0, 3.0, 0.25));
        let z = row(&columns, 2, &[0, 1, 2, 3]);
        assert!(z[0].abs() < 1e-6 && z[1] > 1.0, "{z:?}");
    }

    #[test]
    fn categories_are_one_hot_with_one_for_what_is_missing() {
        let (columns, _) = of(&["red", "blue", "", "red"], Role::Category);
        assert_eq!(columns[0].names(), ["a = blue", "a = red", "a = missing"]);
        assert_eq!((row(&columns, 0, &[0, 1]), row(&columns, 2, &[0, 1])), (vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]));
        let many: Vec<String> = (0..400).map(|i| format!("v{}", if i < 360 { i % 31 } else { i })).collect();
        let (columns, _) = of(&many.iter().map(String::as_str).collect::<Vec<_>>(), Role::Category);
        assert_eq!((columns[0].inputs(), columns[0].names().last().unwrap().as_str()), (32, "a = any other"));
        assert_eq!(row(&columns, 399, &[0])[31], 1.0);
    }

    #[test]
    fn a_date_is_its_day_weekday_and_month() {
        let (columns, _) = of(&["2024-02-29", "1999-12-31", "1970-01-01"], Role::Date);
        let Column::Numbers { values: weekdays, .. } = &columns[1] else { panic!() };
        let Column::Numbers { values: months, .. } = &columns[2] else { panic!() };
        assert_eq!((weekdays.as_slice(), months.as_slice()), (&[4.0, 5.0, 4.0][..], &[2.0, 12.0, 1.0][..]));
        assert_eq!(columns[1].names(), ["weekday of a"]);
    }

    #[test]
    fn yes_and_no_are_one_and_zero_and_other_words_are_faults() {
        let (columns, faults) = of(&["yes", "No", "maybe", ""], Role::YesNo);
        let Column::Numbers { values, .. } = &columns[0] else { panic!() };
        assert_eq!((values[0], values[1], values[2].is_nan(), values[3].is_nan()), (1.0, 0.0, true, true));
        assert_eq!(faults.count, 1);
    }
}
