//! The role of every column: as the user chose it, or as its name and its cells tell.

use super::error::TableError;
use super::grid::Grid;
use super::labels::{self, Classes};
use super::profile::Profile;
use super::teacher::{self, TeacherColumns};
use crate::config::{MAX_CUSTOM_CLASSES, thousands};
use crate::data::card::{Choices, Role, Warning};

/// Values of a category that become inputs of their own; of more the most frequent ones do, and all others are one.
pub const MAX_CATEGORIES: usize = 32;
/// Groups below which a column of that name is taken for a category.
const FEWEST_GROUPS: usize = 10;
/// Names of columns that only number the rows.
const INDEX: [&str; 9] = ["", "index", "idx", "id", "row", "row_id", "rownames", "#", "unnamed: 0"];
/// Names of columns whose equal values belong together.
const GROUPS: [&str; 16] = [
    "group",
    "group_id",
    "patient",
    "patient_id",
    "subject",
    "subject_id",
    "pid",
    "user",
    "user_id",
    "customer",
    "customer_id",
    "speaker",
    "speaker_id",
    "session_id",
    "participant",
    "household",
];
/// Pairs of words for yes and no.
const YES_NO: [(&str, &str); 7] =
    [("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"), ("on", "off"), ("ja", "nein"), ("oui", "non")];

/// The roles of a table's columns.
#[derive(Clone, Debug)]
pub struct Roles {
    /// Of each column.
    pub roles: Vec<Role>,
    /// What is to be said of each, a clause; empty where nothing is.
    pub notes: Vec<String>,
    /// The column of labels.
    pub label: Option<usize>,
    /// Its classes, or those of the teacher.
    pub classes: Classes,
    /// The teacher that the table brings.
    pub teacher: TeacherColumns,
    /// What to look out for.
    pub warnings: Vec<Warning>,
}

/// Whether a cell means yes; `None` where it means neither.
pub fn yes(cell: &str) -> Option<bool> {
    let is = |word: &str| cell.eq_ignore_ascii_case(word);
    YES_NO.iter().find_map(|(yes, no)| if is(yes) { Some(true) } else { is(no).then_some(false) })
}

/// Tells the roles. `named` says whether the columns have names of their own.
///
/// # Errors
/// [`TableError`], where there are no labels that can be used.
pub fn infer(grid: &Grid, profiles: &[Profile], named: bool, choices: &Choices) -> Result<Roles, TableError> {
    let columns = grid.columns.len();
    let chosen = |c: usize| choices.role(&grid.columns[c]);
    let is_index = |c: usize| {
        let name = grid.columns[c].to_lowercase();
        let nameless = name == format!("column {}", c + 1) && named;
        profiles[c].counts_rows && (INDEX.contains(&name.as_str()) || nameless)
    };
    // The teacher's columns are looked for first with the labels that are there without them, and the labels without these.
    let by_user = (0..columns).rev().find(|&c| chosen(c) == Some(Role::Label));
    let free = |c: usize| chosen(c).is_none() && !is_index(c) && profiles[c].known > 0;
    let alone = teacher::find(grid, profiles, None, chosen, free);
    let of_teacher = |found: &TeacherColumns, c: usize| found.columns.iter().any(|&(column, _)| column == c);
    // A name like that of a teacher's column is none of a label.
    let may_be = |c: usize| free(c) && !of_teacher(&alone, c) && !teacher_like(grid, c);
    let label = by_user.or_else(|| labels::named(grid, may_be)).or_else(|| {
        // Beside a teacher only a column of its classes is one, unless its name says so.
        let fits = |&c: &usize| alone.kind.is_none() || alone.names(&profiles[c]);
        labels::likely(grid, profiles, may_be).filter(fits)
    });
    let known = match label {
        None => None,
        Some(c) => {
            let too_many = |found| TableError::Classes { column: grid.columns[c].clone(), found };
            let classes = Classes::of(&profiles[c], choices.case_matters)
                .ok_or_else(|| too_many(super::profile::MAX_LEVELS + 1))?;
            if classes.names.len() > MAX_CUSTOM_CLASSES {
                return Err(too_many(classes.names.len()));
            }
            (!classes.names.is_empty()).then_some(classes)
        }
    };
    let open = |c: usize| free(c) && Some(c) != label;
    let mut found = teacher::find(grid, profiles, known.as_ref(), chosen, open);
    // Columns of a teacher that no label fits are a teacher's without labels, if nothing else can be the label.
    let label = if known.is_none() { None } else { label };
    let mut classes = match (known, found.kind) {
        (Some(classes), _) => classes,
        (None, Some(_)) => Classes::default(),
        (None, None) => return Err(TableError::NoLabel),
    };
    classes.extend(std::mem::take(&mut found.new_classes).into_iter());
    let mut warnings = Vec::new();
    let mut decided = |c: usize| -> (Role, String) {
        let teaching = found.columns.iter().find(|&&(column, _)| column == c);
        let unused = found.unused.iter().find(|(column, _)| *column == c);
        if Some(c) == label {
            return (Role::Label, String::new());
        }
        if let (Some((_, class)), Some(kind)) = (teaching, found.kind) {
            let name = classes.names.get(*class).map_or("", String::as_str);
            return (kind, if kind == Role::Answer { String::new() } else { format!("of “{name}”") });
        }
        if let Some((_, kind)) = unused {
            return (*kind, "not used: the teacher is in other columns, or its classes cannot be recognised".into());
        }
        if let Some(role) = chosen(c).filter(|role| *role != Role::Label) {
            return (role, String::new());
        }
        let name = &grid.columns[c];
        let (role, note) = natural(grid, &profiles[c], c, is_index(c));
        if role == Role::Number && profiles[c].counts_rows {
            let text = format!(
                "Column “{name}” counts the rows: as an input it says where in the file a row stands, and nothing else."
            );
            let remedy = Some((format!("Leave “{name}” out"), choices.with_role(name, Role::Ignored)));
            warnings.push(Warning { text, remedy });
        }
        (role, note)
    };
    let (roles, notes) = (0..columns).map(&mut decided).unzip();
    Ok(Roles { roles, notes, label, classes, teacher: found, warnings })
}

/// Whether a column has a name like those of a teacher's columns.
fn teacher_like(grid: &Grid, column: usize) -> bool {
    let name = grid.columns[column].to_lowercase();
    name.starts_with("teacher") || name.starts_with("predict")
}

/// The role that a column has by itself, and what is to be said of it.
fn natural(grid: &Grid, profile: &Profile, column: usize, is_index: bool) -> (Role, String) {
    let name = grid.columns[column].to_lowercase();
    let repeats = || {
        let distinct = grid.column(column).collect::<std::collections::BTreeSet<_>>().len();
        distinct >= FEWEST_GROUPS && 2 * distinct <= grid.rows()
    };
    let left_out = |why: &str| (Role::Ignored, why.to_string());
    let levels = profile.distinct();
    if profile.known == 0 {
        return left_out("it is empty");
    }
    let unlike = || grid.column(column).collect::<std::collections::BTreeSet<_>>().len() == grid.rows();
    if is_index || ((INDEX.contains(&name.as_str()) || name.ends_with("_id")) && profile.whole && unlike()) {
        return left_out("it numbers the rows");
    }
    if levels == Some(1) && profile.known == grid.rows() {
        return left_out("it is the same in every row");
    }
    if GROUPS.contains(&name.as_str()) && repeats() {
        return (Role::Group, "rows with the same value stay together".into());
    }
    if profile.is_numeric() {
        return (Role::Number, String::new());
    }
    if profile.dates.is_some() {
        return (Role::Date, String::new());
    }
    let Some(levels) = &profile.levels else {
        return left_out("it is text, with more than a thousand different values");
    };
    if levels.len() <= 2 && levels.keys().all(|cell| yes(cell).is_some()) {
        return (Role::YesNo, String::new());
    }
    match levels.len() {
        few if few <= MAX_CATEGORIES && (2 * few <= profile.known || few <= 3) => (Role::Category, String::new()),
        many if many > MAX_CATEGORIES && 5 * many <= profile.known => (
            Role::Category,
            format!("the {} most frequent of {} values, all others as one", MAX_CATEGORIES - 1, thousands(many as f64)),
        ),
        _ => left_out("it is text that hardly repeats"),
    }
}
