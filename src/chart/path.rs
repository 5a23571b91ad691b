//! SVG path data from points.

use std::fmt::Write;

/// A line through the points; empty of none.
pub fn line(points: &[(f64, f64)]) -> String {
    let mut d = String::with_capacity(points.len() * 14);
    extend(&mut d, points.iter().copied(), 'M');
    d
}

/// A closed area between an upper and a lower edge (`(x, upper, lower)`); empty of none.
pub fn band(points: &[(f64, f64, f64)]) -> String {
    let mut d = String::with_capacity(points.len() * 28);
    extend(&mut d, points.iter().map(|&(x, upper, _)| (x, upper)), 'M');
    extend(&mut d, points.iter().rev().map(|&(x, _, lower)| (x, lower)), 'L');
    if !d.is_empty() {
        d.push('Z');
    }
    d
}

fn extend(d: &mut String, points: impl Iterator<Item = (f64, f64)>, first: char) {
    for (i, (x, y)) in points.enumerate() {
        let letter = if i == 0 { first } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(d, "{letter}{x:.1} {y:.1}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_its_points() {
        assert_eq!(line(&[(0.0, 1.0), (2.5, 3.25)]), "M0.0 1.0L2.5 3.2");
        assert_eq!(line(&[]), "");
    }

    #[test]
    fn a_band_goes_out_above_and_back_below() {
        assert_eq!(band(&[(0.0, 1.0, 2.0), (5.0, 3.0, 4.0)]), "M0.0 1.0L5.0 3.0L5.0 4.0L0.0 2.0Z");
        assert_eq!(band(&[]), "");
    }
}
