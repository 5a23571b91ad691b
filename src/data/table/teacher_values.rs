//! What a teacher that the table brings says of every row, as log-probabilities or logits.

use super::error::{Fault, Faults};
use super::grid::Grid;
use super::labels::Classes;
use super::profile::{Profile, is_missing_number};
use super::teacher::{ROUNDING, TeacherColumns};
use crate::config::thousands;
use crate::data::card::Role;

/// Least probability of a class: what a teacher rounds to zero is not impossible, and its logarithm must be finite.
const FLOOR: f64 = 1e-6;

/// What a teacher says of every row.
#[derive(Clone, Debug, PartialEq)]
pub struct TeacherTable {
    /// Log-probabilities or logits `[N][C]` flattened, row-major.
    pub logits: Vec<f32>,
    /// Whether there are any, `[N]`.
    pub answered: Vec<bool>,
    /// Sentences on what was done to them.
    pub notes: Vec<String>,
}

/// Reads what a teacher says; faults are added to those that there are.
pub fn read(
    grid: &Grid,
    profiles: &[Profile],
    found: &TeacherColumns,
    classes: &Classes,
    faults: &mut Faults,
) -> TeacherTable {
    let (c, n) = (classes.names.len(), grid.rows());
    let mut out = TeacherTable { logits: vec![0.0; n * c], answered: vec![false; n], notes: Vec::new() };
    let kind = found.kind.unwrap_or(Role::Answer);
    let percent = kind == Role::Probability && {
        let largest = found.columns.iter().map(|&(column, _)| profiles[column].range.1).fold(0.0, f64::max);
        largest > 1.0 + ROUNDING
    };
    let (mut normalised, mut spread, mut floored) = (0, 0, 0);
    for row in 0..n {
        let place = &mut out.logits[row * c..(row + 1) * c];
        let mut given: Vec<Option<f64>> = vec![None; c];
        let mut sound = true;
        for &(column, class) in &found.columns {
            let cell = grid.cell(row, column);
            if kind == Role::Answer {
                if let Some(answer) = classes.class(cell) {
                    given = (0..c).map(|class| Some(f64::from(u8::from(class == usize::from(answer))))).collect();
                }
                continue;
            }
            if is_missing_number(cell) {
                continue;
            }
            let number = profiles[column].format.parse(cell).map(|v| match kind {
                Role::LogProbability => v.exp(),
                _ if percent => v / 100.0,
                _ => v,
            });
            match number {
                Some(number) if kind == Role::Logit || (0.0..=1.0 + ROUNDING).contains(&number) => {
                    given[class] = Some(number)
                }
                _ => {
                    sound = false;
                    let (column, cell) = (grid.columns[column].clone(), cell.chars().take(40).collect());
                    faults.push(Fault::Probability { row: grid.row_numbers[row], column, cell });
                }
            }
        }
        let missing = given.iter().filter(|value| value.is_none()).count();
        if !sound || missing == c || (kind == Role::Logit && missing > 0) {
            continue;
        }
        out.answered[row] = true;
        if kind == Role::Logit {
            place.iter_mut().zip(&given).for_each(|(out, value)| *out = value.unwrap_or(0.0) as f32);
            continue;
        }
        let sum: f64 = given.iter().flatten().sum();
        // What the teacher did not say of other classes is shared among them.
        let rest = (1.0 - sum).max(0.0) / missing.max(1) as f64;
        spread += usize::from(missing > 0);
        let total = if missing > 0 { sum.max(1.0) } else { sum };
        if total <= 0.0 {
            out.answered[row] = false;
            continue;
        }
        normalised += usize::from((total - 1.0).abs() > ROUNDING);
        let shares: Vec<f64> = given.iter().map(|value| value.unwrap_or(rest) / total).collect();
        floored += usize::from(kind != Role::Answer && shares.iter().any(|&share| share < FLOOR));
        let above: f64 = shares.iter().map(|share| share.max(FLOOR)).sum();
        place.iter_mut().zip(&shares).for_each(|(out, share)| *out = (share.max(FLOOR) / above).ln() as f32);
    }
    let mut note = |count: usize, one: &str, more: &str| match count {
        0 => {}
        1 => out.notes.push(format!("1 row’s {one}")),
        count => out.notes.push(format!("{} rows’ {more}", thousands(count as f64))),
    };
    note(
        normalised,
        "probabilities do not sum to 1 and were divided by their sum.",
        "probabilities do not sum to 1 and were divided by their sum.",
    );
    note(
        spread,
        "probabilities leave classes out: what is missing to 1 was shared among these.",
        "probabilities leave classes out: what is missing to 1 was shared among these.",
    );
    note(
        floored,
        "probabilities are below one in a million for a class, and were set to that.",
        "probabilities are below one in a million for a class, and were set to that.",
    );
    if percent {
        out.notes.push("The probabilities are per cent.".into());
    }
    if found.by_order {
        out.notes.push(format!(
            "The numbers of its columns were taken for the classes in the order of their names: {}.",
            classes.names.join(", ")
        ));
    }
    out
}
