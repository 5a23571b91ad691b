//! Which columns are a teacher's: its probabilities, log-probabilities, logits or answers, a row each. They are never inputs.

use super::grid::Grid;
use super::labels::Classes;
use super::profile::Profile;
use crate::config::MAX_CUSTOM_CLASSES;
use crate::data::card::Role;

/// Farthest that a row's probabilities may sum from 1 by rounding.
pub const ROUNDING: f64 = 0.02;

/// Beginnings of the names of its columns, before the name of the class, the longest first.
const PREFIXES: [(&str, Role); 22] = [
    ("teacher_logits_", Role::Logit),
    ("teacher_logit_", Role::Logit),
    ("logits_", Role::Logit),
    ("logit_", Role::Logit),
    ("teacher_logprob_", Role::LogProbability),
    ("log_prob_", Role::LogProbability),
    ("logprobs_", Role::LogProbability),
    ("logprob_", Role::LogProbability),
    ("logp_", Role::LogProbability),
    ("teacher_probability_", Role::Probability),
    ("teacher_proba_", Role::Probability),
    ("teacher_prob_", Role::Probability),
    ("teacher_p_", Role::Probability),
    ("probabilities_", Role::Probability),
    ("probability_", Role::Probability),
    ("probs_", Role::Probability),
    ("proba_", Role::Probability),
    ("prob_", Role::Probability),
    ("teacher_", Role::Probability),
    ("soft_label_", Role::Probability),
    ("soft_", Role::Probability),
    ("p_", Role::Probability),
];
/// The same behind the class.
const SUFFIXES: [(&str, Role); 7] = [
    ("_logits", Role::Logit),
    ("_logit", Role::Logit),
    ("_logprob", Role::LogProbability),
    ("_probability", Role::Probability),
    ("_proba", Role::Probability),
    ("_prob", Role::Probability),
    ("_score", Role::Probability),
];
/// Names of a column with its answers.
const ANSWERS: [&str; 10] = [
    "teacher",
    "teacher_label",
    "teacher_answer",
    "teacher_prediction",
    "prediction",
    "predicted",
    "predicted_label",
    "llm_label",
    "model_label",
    "gpt_label",
];

/// A name as it is compared: small letters, and one mark for all that separates words.
fn plain(name: &str) -> String {
    let mapped: String = name
        .to_lowercase()
        .chars()
        .map(|c| if matches!(c, ' ' | '-' | '.' | ':' | '(' | '[' | '=') { '_' } else { c })
        .collect();
    mapped.trim_end_matches([')', ']']).to_string()
}

/// Kind and class of a column of a teacher by its name, with the part that its fellows share.
fn named(name: &str) -> Option<(Role, String, &'static str)> {
    let name = plain(name);
    let before =
        PREFIXES.iter().find_map(|&(prefix, role)| Some((role, name.strip_prefix(prefix)?.to_string(), prefix)));
    before
        .or_else(|| {
            SUFFIXES.iter().find_map(|&(suffix, role)| Some((role, name.strip_suffix(suffix)?.to_string(), suffix)))
        })
        .filter(|(_, class, _)| !class.is_empty())
}

/// The columns of a teacher: column, kind, and place of its class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeacherColumns {
    /// What is read: all of one kind.
    pub columns: Vec<(usize, usize)>,
    /// Their kind.
    pub kind: Option<Role>,
    /// Columns of a teacher that are not read, because there are others.
    pub unused: Vec<(usize, Role)>,
    /// Classes that no label names.
    pub new_classes: Vec<String>,
    /// Whether the classes were recognised by the columns' order alone.
    pub by_order: bool,
}

impl TeacherColumns {
    /// Whether every value of a column is one of the teacher's new classes.
    pub fn names(&self, profile: &Profile) -> bool {
        profile
            .levels
            .as_ref()
            .is_some_and(|levels| levels.keys().all(|level| self.new_classes.contains(&plain(level))))
    }
}

/// Finds the columns of a teacher. `classes` are those of the labels, if there are any; `chosen` the user's role of a column;
/// `open` says which columns may be recognised as ones.
pub fn find(
    grid: &Grid,
    profiles: &[Profile],
    classes: Option<&Classes>,
    chosen: impl Fn(usize) -> Option<Role>,
    open: impl Fn(usize) -> bool,
) -> TeacherColumns {
    let mut found = TeacherColumns::default();
    let mut unused: Vec<(usize, Role)> = Vec::new();
    for kind in [Role::Logit, Role::LogProbability, Role::Probability] {
        let by_user: Vec<usize> = (0..grid.columns.len()).filter(|&c| chosen(c) == Some(kind)).collect();
        let mut candidates: Vec<(usize, String, &'static str)> = (0..grid.columns.len())
            .filter(|&c| open(c) && chosen(c).is_none() && profiles[c].is_numeric())
            .filter_map(|c| {
                named(&grid.columns[c]).filter(|(role, ..)| *role == kind).map(|(_, class, shared)| (c, class, shared))
            })
            .collect();
        candidates.extend(by_user.iter().map(|&c| {
            let class = named(&grid.columns[c]).map_or_else(|| plain(&grid.columns[c]), |(_, class, _)| class);
            (c, class, "")
        }));
        candidates.sort_unstable_by_key(|(column, ..)| *column);
        let these = matched(grid, profiles, kind, &candidates, classes, !by_user.is_empty());
        let Some(these) = these else {
            unused.extend(by_user.into_iter().map(|c| (c, kind)));
            continue;
        };
        if found.kind.is_some() {
            unused.extend(these.columns.iter().map(|&(column, _)| (column, kind)));
        } else {
            found = TeacherColumns { kind: Some(kind), ..these };
        }
    }
    let answers = (0..grid.columns.len()).filter(|&c| match chosen(c) {
        Some(role) => role == Role::Answer,
        None => {
            let in_classes = |known: &Classes| {
                profiles[c].known > 0
                    && profiles[c]
                        .levels
                        .as_ref()
                        .is_some_and(|levels| levels.keys().all(|cell| known.class(cell).is_some()))
            };
            open(c) && ANSWERS.contains(&plain(&grid.columns[c]).as_str()) && classes.is_some_and(in_classes)
        }
    });
    for column in answers {
        if found.kind.is_some() || classes.is_none() {
            unused.push((column, Role::Answer));
        } else {
            found =
                TeacherColumns { columns: vec![(column, 0)], kind: Some(Role::Answer), ..TeacherColumns::default() };
        }
    }
    TeacherColumns { unused, ..found }
}

/// Columns of one kind with their classes; `None` where they are none of a teacher.
fn matched(
    grid: &Grid,
    profiles: &[Profile],
    kind: Role,
    candidates: &[(usize, String, &'static str)],
    classes: Option<&Classes>,
    sure: bool,
) -> Option<TeacherColumns> {
    if candidates.is_empty() {
        return None;
    }
    let fits = |(column, ..): &&(usize, String, &'static str)| {
        let (low, high) = profiles[*column].range;
        match kind {
            Role::Probability => low >= -1e-9 && high <= 100.0 + 1e-9,
            Role::LogProbability => high <= 1e-6,
            _ => true,
        }
    };
    let of_one = |columns: &[usize]| sure || kind == Role::Logit || sums_to_one(grid, profiles, kind, columns);
    let all: Vec<usize> = candidates.iter().map(|(column, ..)| *column).collect();
    let Some(classes) = classes else {
        // Without labels their names are the classes.
        let whole =
            (2..=MAX_CUSTOM_CLASSES).contains(&all.len()) && candidates.iter().all(|c| fits(&c)) && of_one(&all);
        return whole.then(|| TeacherColumns {
            columns: all.iter().copied().zip(0..).collect(),
            new_classes: candidates.iter().map(|(_, class, _)| class.clone()).collect(),
            ..TeacherColumns::default()
        });
    };
    let place = |class: &str| classes.names.iter().position(|name| plain(name) == class);
    let known: Vec<(usize, usize)> = candidates
        .iter()
        .filter(fits)
        .filter_map(|(column, class, _)| place(class).map(|place| (*column, place)))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    let known: Vec<(usize, usize)> = known.into_iter().filter(|(_, place)| seen.insert(*place)).collect();
    let columns: Vec<usize> = known.iter().map(|(column, _)| *column).collect();
    // Per cent are recognised by their sums: a hundred of anything else is no probability.
    let shares = kind != Role::Probability
        || columns.iter().all(|&column| profiles[column].range.1 <= 1.0 + ROUNDING)
        || (known.len() == classes.names.len() && sums_to_one(grid, profiles, kind, &columns));
    // Logits of some classes say nothing of the others.
    let whole = kind != Role::Logit || known.len() == classes.names.len();
    if !known.is_empty() && (sure || (shares && whole)) {
        // Beside columns of known classes one of the same kind of name is of another class.
        let shared: Vec<&str> = candidates
            .iter()
            .filter(|(c, ..)| known.iter().any(|(k, _)| k == c))
            .map(|(_, _, shared)| *shared)
            .collect();
        let others: Vec<&(usize, String, &'static str)> = candidates
            .iter()
            .filter(|(c, class, name)| {
                known.len() > 1 && place(class).is_none() && shared.contains(name) && !known.iter().any(|(k, _)| k == c)
            })
            .filter(fits)
            .collect();
        let room = MAX_CUSTOM_CLASSES.saturating_sub(classes.names.len());
        let others = if others.len() <= room { others } else { Vec::new() };
        let new = others.iter().zip(classes.names.len()..).map(|((column, ..), place)| (*column, place));
        return Some(TeacherColumns {
            columns: known.into_iter().chain(new).collect(),
            new_classes: others.iter().map(|(_, class, _)| class.clone()).collect(),
            ..TeacherColumns::default()
        });
    }
    // Numbered columns, as many as there are classes.
    let numbers: Vec<usize> = candidates.iter().filter_map(|(_, class, _)| class.parse().ok()).collect();
    let counted = numbers.len() == candidates.len()
        && numbers.first().is_some_and(|&first| first < 2 && numbers.iter().copied().eq(first..first + numbers.len()));
    let in_order =
        all.len() == classes.names.len() && (counted || sure) && candidates.iter().all(|c| fits(&c)) && of_one(&all);
    in_order.then(|| TeacherColumns {
        columns: all.into_iter().zip(0..).collect(),
        by_order: true,
        ..TeacherColumns::default()
    })
}

/// Whether nearly every row's probabilities in these columns sum to 1, or to 100.
fn sums_to_one(grid: &Grid, profiles: &[Profile], kind: Role, columns: &[usize]) -> bool {
    let near = |sum: f64| (sum - 1.0).abs() <= ROUNDING || (sum - 100.0).abs() <= 100.0 * ROUNDING;
    let sum = |row: usize| -> f64 {
        let of = |&c: &usize| {
            profiles[c]
                .format
                .parse(grid.cell(row, c))
                .map_or(0.0, |v| if kind == Role::LogProbability { v.exp() } else { v })
        };
        columns.iter().map(of).sum()
    };
    let fits = (0..grid.rows()).filter(|&row| near(sum(row))).count();
    10 * fits >= 9 * grid.rows()
}
