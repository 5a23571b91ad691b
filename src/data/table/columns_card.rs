//! Fills in the card of a table: its columns, its first rows, its classes, and what to look out for.

use super::grid::Grid;
use super::inputs::Column;
use super::profile::Profile;
use super::roles::Roles;
use super::task::Table;
use crate::config::thousands;
use crate::data::argmax;
use crate::data::card::{Choices, ColumnCard, DataCard, Role, Warning};
use std::collections::BTreeMap;

/// Most characters of a cell that is shown.
const CELL: usize = 40;
/// Values up to which an input is checked for giving the label away.
const FEW: usize = 32;
/// Classes of whole numbers above which they may be no classes.
const MANY_NUMBERS: usize = 12;
/// Number above which one may be no measurement.
const HUGE: f64 = 1e9;

/// What can be said of the columns before the rows are split.
pub fn fill(card: &mut DataCard, grid: &Grid, profiles: &[Profile], roles: &mut Roles, inputs: &[Vec<Column>]) {
    card.rows = grid.rows();
    card.columns = (0..grid.columns.len())
        .map(|c| {
            let known = if roles.roles[c] == Role::Number { profiles[c].numbers } else { profiles[c].known };
            let missing = grid.rows().saturating_sub(known);
            let is_input = inputs[c].iter().map(Column::inputs).sum::<usize>() > 0;
            let mut note = roles.notes[c].clone();
            if missing > 0 && is_input {
                let how = match roles.roles[c] {
                    Role::Category => "a category of their own",
                    Role::Date => "the median in their place",
                    _ => "the median in their place and an input that marks them",
                };
                let said = format!("{} missing: {how}", thousands(missing as f64));
                note = if note.is_empty() { said } else { format!("{note}; {said}") };
            }
            let inputs = inputs[c].iter().map(Column::inputs).sum();
            ColumnCard { name: grid.columns[c].clone(), role: roles.roles[c], inputs, note }
        })
        .collect();
    let shown = |row: usize| {
        (0..grid.columns.len().min(DataCard::SHOWN_COLUMNS))
            .map(|c| grid.cell(row, c).chars().take(CELL).collect())
            .collect()
    };
    card.first_rows = (0..grid.rows().min(DataCard::SHOWN_ROWS)).map(shown).collect();
    let choices = card.choices.clone();
    for (c, name) in grid.columns.iter().enumerate() {
        let leave_out = || Some((format!("Leave “{name}” out"), choices.with_role(name, Role::Ignored)));
        if let Some(label) = roles.label.filter(|_| gives_away(grid, profiles, roles, c)) {
            let label = &grid.columns[label];
            let text =
                format!("Column “{name}” alone tells “{label}” in every row. Would it be known before the label is?");
            roles.warnings.push(Warning { text, remedy: leave_out() });
        }
        let (low, high) = profiles[c].range;
        if roles.roles[c] == Role::Number && low.abs().max(high.abs()) > HUGE {
            let text = format!(
                "Column “{name}” has numbers up to {:e}. Is that a measurement, or a code?",
                low.abs().max(high.abs())
            );
            roles.warnings.push(Warning { text, remedy: leave_out() });
        }
    }
}

/// Whether a column of few values has one label alone for each of them.
fn gives_away(grid: &Grid, profiles: &[Profile], roles: &Roles, column: usize) -> bool {
    let is_input = matches!(roles.roles[column], Role::Number | Role::Category | Role::YesNo);
    let Some(label) = roles.label.filter(|_| is_input) else { return false };
    if profiles[column].distinct().is_none_or(|levels| levels > FEW || 4 * levels > grid.rows()) {
        return false;
    }
    let mut of_value: BTreeMap<&str, u8> = BTreeMap::new();
    (0..grid.rows()).all(|row| match roles.classes.class(grid.cell(row, label)) {
        Some(class) => *of_value.entry(grid.cell(row, column)).or_insert(class) == class,
        None => true,
    })
}

/// What can be said of the rows, the classes and the teacher.
pub fn of_table(card: &mut DataCard, table: &Table, roles: Roles, choices: &Choices) {
    let labelled = table.labels.iter().flatten().count();
    let count = |class: usize| table.labels.iter().filter(|label| **label == Some(class as u8)).count();
    card.classes = table.classes.iter().enumerate().map(|(class, name)| (name.clone(), count(class))).collect();
    card.unlabelled = card.rows - labelled;
    if card.unlabelled > 0 {
        card.notes.push(format!(
            "{} rows have no label: they are the unlabelled pool, for those students that ask the teacher.",
            thousands(card.unlabelled as f64)
        ));
    }
    if table.has_groups() {
        card.notes.push("Rows of one group are all learned from or all tested on.".into());
    }
    let mut warnings = Vec::new();
    if card.header == Some(false) && choices.header.is_none() {
        warnings.push(Warning {
            text: "Row 1 looks like data: it was kept, and the columns are numbered.".into(),
            remedy: Some(("Row 1 names the columns".into(), Choices { header: Some(true), ..choices.clone() })),
        });
    }
    if !roles.classes.merged.is_empty() {
        let alike: Vec<String> = roles.classes.merged.iter().map(|spellings| spellings.join(", ")).collect();
        warnings.push(Warning {
            text: format!("Labels that are alike but for case were taken for one class: {}.", alike.join("; ")),
            remedy: Some(("Keep them apart".into(), Choices { case_matters: true, ..choices.clone() })),
        });
    }
    if let Some(runs) = table.runs.filter(|_| !table.has_groups()) {
        warnings.push(Warning {
            text: format!(
                "Rows that follow each other nearly repeat, in about {} runs, as several of one person do. Split at random, the test \
                 asks for what was learned by heart. Name the column of groups, if there is one, or keep the runs together.",
                thousands(runs as f64)
            ),
            remedy: Some(("Keep the runs together".into(), Choices { runs_together: true, ..choices.clone() })),
        });
    }
    let numbers = table.classes.iter().all(|class| class.parse::<f64>().is_ok());
    if table.has_truth && numbers && table.classes.len() > MANY_NUMBERS {
        let text = format!(
            "The label holds {} different numbers; each is a class of its own, as if they had no order.",
            table.classes.len()
        );
        warnings.push(Warning { text, remedy: None });
    }
    warnings.extend(roles.warnings);
    card.warnings = warnings;
    card.teacher = table.teacher.as_ref().map(|teacher| {
        let names: Vec<&str> = roles
            .teacher
            .columns
            .iter()
            .take(6)
            .filter_map(|&(column, _)| card.columns.get(column).map(|column| column.name.as_str()))
            .collect();
        let more = if roles.teacher.columns.len() > names.len() { " …" } else { "" };
        let mut text =
            format!("The teacher is given by {}{more}: none is trained, and these are no inputs. ", names.join(", "));
        text.push_str(&accuracy(table, &teacher.logits, &teacher.answered));
        for note in &teacher.notes {
            text.push(' ');
            text.push_str(note);
        }
        match table.unanswered() {
            0 => {}
            rows => text.push_str(&format!(" {} rows without its answer are left out.", thousands(rows as f64))),
        }
        text
    });
}

/// How often a given teacher is right, with a 95 % interval (Wilson 1927).
fn accuracy(table: &Table, logits: &[f32], answered: &[bool]) -> String {
    if !table.has_truth {
        return "No row has a true label: what is measured is agreement with this teacher, and how near students come to its \
                probabilities."
            .into();
    }
    let c = table.classes.len();
    let known: Vec<bool> = table
        .labels
        .iter()
        .enumerate()
        .filter(|(row, _)| answered[*row])
        .filter_map(|(row, label)| label.map(|label| argmax(&logits[row * c..(row + 1) * c]) == usize::from(label)))
        .collect();
    let (n, right) = (known.len() as f64, known.iter().filter(|right| **right).count() as f64);
    if n == 0.0 {
        return String::new();
    }
    let (z, p) = (1.959_964, right / n);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    format!(
        "It is right on {:.1}\u{a0}% ({:.1} to {:.1}\u{a0}%) of the {} rows with a label.",
        100.0 * p,
        100.0 * (middle - half),
        100.0 * (middle + half),
        thousands(n)
    )
}
