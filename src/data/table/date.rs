//! Dates as tables write them.

/// How a column writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `2024-03-01`, with a time behind it or not.
    YearMonthDay,
    /// `1.3.2024`, `01/03/2024`
    DayMonthYear,
    /// `03/01/2024`
    MonthDayYear,
}

impl DateOrder {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::MonthDayYear, Self::DayMonthYear];

    /// Days since 1970-01-01 of a date, with the time as a fraction; `None` where the cell is none.
    pub fn parse(self, cell: &str) -> Option<f64> {
        let (date, time) = match cell.split_once(['T', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (cell, None),
        };
        let mark = date.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
        let parts: Vec<&str> = date.split(mark).collect();
        let [a, b, c] = parts[..] else { return None };
        let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<i64> {
            (lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let (year, month, day) = match self {
            Self::YearMonthDay => (digits(a, 4..=4)?, digits(b, 1..=2)?, digits(c, 1..=2)?),
            // A point is written by those who begin with the day.
            Self::MonthDayYear if mark != '.' => (digits(c, 4..=4)?, digits(a, 1..=2)?, digits(b, 1..=2)?),
            Self::MonthDayYear => return None,
            Self::DayMonthYear => (digits(c, 4..=4)?, digits(b, 1..=2)?, digits(a, 1..=2)?),
        };
        let longest = match month {
            4 | 6 | 9 | 11 => 30,
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        };
        if !(1..=12).contains(&month) || !(1..=longest).contains(&day) {
            return None;
        }
        let fraction = match time {
            None => 0.0,
            Some(time) => of_day(time)?,
        };
        Some(days(year, month, day) as f64 + fraction)
    }
}

/// The share of a day that has passed at `12:30` or `12:30:15.5`, a time zone left out.
fn of_day(time: &str) -> Option<f64> {
    let time = time.trim_end_matches('Z');
    let time = time.split(['+', '-']).next()?.trim();
    let mut seconds = 0.0;
    for (part, (unit, limit)) in time.split(':').zip([(3_600.0, 24.0), (60.0, 60.0), (1.0, 61.0)]) {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        seconds += part.parse::<f64>().ok().filter(|value| *value < limit)? * unit;
    }
    (1..=3).contains(&time.split(':').count()).then_some(seconds / 86_400.0)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_since_1970() {
        let year_first = DateOrder::YearMonthDay;
        for (cell, days) in [
            ("1970-01-01", 0.0),
            ("1970-01-02", 1.0),
            ("2000-03-01", 11_017.0),
            ("1969-12-31", -1.0),
            ("2024-02-29", 19_782.0),
        ] {
            assert_eq!(year_first.parse(cell), Some(days), "{cell}");
        }
        assert_eq!(year_first.parse("1970-01-01T06:00:00Z"), Some(0.25));
        assert_eq!(year_first.parse("1970-01-01 12:00"), Some(0.5));
        assert_eq!(DateOrder::DayMonthYear.parse("2.1.1970"), Some(1.0));
        assert_eq!(DateOrder::MonthDayYear.parse("01/02/1970"), Some(1.0));
        for cell in
            ["", "2023-02-29", "2023-13-01", "1.5", "1-2-3", "1970-01-01 25:00", "12.5.3", "a-b-c", "1970-01-01 x"]
        {
            assert!(DateOrder::ALL.iter().all(|order| order.parse(cell).is_none()), "{cell}");
        }
    }
}
