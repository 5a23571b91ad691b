//! Which column holds the labels, and the classes in it.

use super::grid::Grid;
use super::profile::{Profile, is_missing};
use crate::config::MAX_CUSTOM_CLASSES;
use std::collections::BTreeMap;

/// Names by which the column of labels is known, wherever it stands, the surest first.
const NAMES: [&str; 7] = ["label", "class", "target", "species", "outcome", "diagnosis", "y"];

/// The column that is called a label's name, if there is one. `open` are the columns that may be it.
pub fn named(grid: &Grid, open: impl Fn(usize) -> bool) -> Option<usize> {
    let called = |wanted: &str| grid.columns.iter().position(|name| name.to_lowercase() == wanted).filter(|&c| open(c));
    // Beside an x, y is no label but the other coordinate.
    NAMES.iter().filter(|&&name| name != "y" || called("x").is_none()).find_map(|name| called(name))
}

/// The column that may be the labels by what is in it: the last of words, if it may be one, else the first, else any; else one of
/// few whole numbers.
pub fn likely(grid: &Grid, profiles: &[Profile], open: impl Fn(usize) -> bool) -> Option<usize> {
    let all: Vec<usize> = (0..grid.columns.len()).filter(|&c| open(c)).collect();
    let few = |c: &usize| profiles[*c].distinct().is_some_and(|n| (2..=MAX_CUSTOM_CLASSES).contains(&n));
    let words = |c: &usize| few(c) && !profiles[*c].is_numeric() && profiles[*c].dates.is_none();
    let counts = |c: &usize| few(c) && profiles[*c].is_numeric() && profiles[*c].whole;
    let ends = [*all.last()?, *all.first()?];
    let pick = |fits: &dyn Fn(&usize) -> bool| {
        ends.iter().copied().find(|c| fits(c)).or_else(|| all.iter().rev().copied().find(|c| fits(c)))
    };
    // A last column of words that are more than are taken, or one only, is still that: what is wrong with it is said.
    let last = ends[0];
    let text = |c: usize| {
        let repeats = profiles[c].distinct().is_some_and(|n| n == 1 || 2 * n <= profiles[c].known);
        repeats && !profiles[c].is_numeric() && profiles[c].dates.is_none()
    };
    let counted = || (all.len() > 1 && profiles[last].levels.is_some()).then_some(last);
    pick(&words).or_else(|| text(last).then_some(last)).or_else(|| pick(&counts)).or_else(counted)
}

/// The classes of a column of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// Names, in their order.
    pub names: Vec<String>,
    /// Labelled rows of each.
    pub counts: Vec<usize>,
    /// Spellings that were taken for one, of each class that has several.
    pub merged: Vec<Vec<String>>,
    by_spelling: BTreeMap<String, usize>,
}

impl Classes {
    /// The classes of a column; labels that are alike but for case are one, called by its most frequent spelling, unless
    /// `case_matters`. `None` where there are more values than are counted.
    pub fn of(profile: &Profile, case_matters: bool) -> Option<Self> {
        let levels = profile.levels.as_ref()?;
        let mut alike: BTreeMap<String, Vec<(&String, usize)>> = BTreeMap::new();
        for (spelling, &count) in levels {
            let key = if case_matters { spelling.clone() } else { spelling.to_lowercase() };
            alike.entry(key).or_default().push((spelling, count));
        }
        let mut classes: Vec<(String, Vec<(&String, usize)>)> = alike
            .into_values()
            .map(|spellings| {
                let most = spellings.iter().map(|(_, count)| *count).max().unwrap_or(0);
                let name = spellings.iter().find(|(_, count)| *count == most).map(|(name, _)| (*name).clone());
                (name.unwrap_or_default(), spellings)
            })
            .collect();
        classes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let spelled = |(_, spellings): &(String, Vec<(&String, usize)>)| -> Vec<String> {
            spellings.iter().map(|(name, _)| (*name).clone()).collect()
        };
        Some(Self {
            merged: classes.iter().map(spelled).filter(|spellings| spellings.len() > 1).collect(),
            counts: classes.iter().map(|(_, spellings)| spellings.iter().map(|(_, count)| count).sum()).collect(),
            by_spelling: classes
                .iter()
                .enumerate()
                .flat_map(|(i, (_, spellings))| spellings.iter().map(move |(name, _)| ((*name).clone(), i)))
                .collect(),
            names: classes.into_iter().map(|(name, _)| name).collect(),
        })
    }

    /// The class of a cell; `None` where it is empty or none of them.
    pub fn class(&self, cell: &str) -> Option<u8> {
        if is_missing(cell) {
            return None;
        }
        let exact = self.by_spelling.get(cell).copied();
        let class = exact.or_else(|| self.names.iter().position(|name| name.to_lowercase() == cell.to_lowercase()));
        class.map(|class| class as u8)
    }

    /// Further classes, that no row is labelled with.
    pub fn extend(&mut self, names: impl Iterator<Item = String>) {
        for name in names {
            self.by_spelling.insert(name.clone(), self.names.len());
            self.names.push(name);
            self.counts.push(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(header: &str, rows: &[&str]) -> Grid {
        let mut grid = Grid::new(header.split(',').map(String::from).collect());
        for (i, row) in rows.iter().enumerate() {
            grid.push(i as u64 + 2, row.split(','));
        }
        grid
    }

    fn label(header: &str, rows: &[&str]) -> Option<String> {
        let grid = grid(header, rows);
        let profiles: Vec<Profile> = (0..grid.columns.len()).map(|c| Profile::of(&grid, c)).collect();
        named(&grid, |_| true).or_else(|| likely(&grid, &profiles, |_| true)).map(|c| grid.columns[c].clone())
    }

    #[test]
    fn the_column_of_labels_is_told_by_name_or_by_what_is_in_it() {
        assert_eq!(label("a,Class,b", &["1,2,x", "2,3,y"]).as_deref(), Some("Class"));
        assert_eq!(label("x,y,colour", &["1,2,red", "2,3,blue"]).as_deref(), Some("colour"));
        assert_eq!(label("a,b,y", &["1,2,0", "2,3,1"]).as_deref(), Some("y"));
        assert_eq!(label("kind,a,b", &["no,1.5,2", "yes,2.5,3"]).as_deref(), Some("kind"));
        assert_eq!(label("a,kind,b", &["1.5,no,2.5", "2.5,yes,3.5"]).as_deref(), Some("kind"));
        assert_eq!(label("a,b,c", &["1.5,2.5,0", "2.5,3.5,1"]).as_deref(), Some("c"));
        assert_eq!(label("a", &["1.5", "2.5"]), None);
    }

    #[test]
    fn labels_alike_but_for_case_are_one_class_unless_they_are_not_to_be() {
        let rows = ["Yes", "yes", "YES", "yes", "no", "No", "", "NA"];
        let grid = grid("label", &rows);
        let profile = Profile::of(&grid, 0);
        let classes = Classes::of(&profile, false).unwrap();
        assert_eq!(
            (classes.names.as_slice(), classes.counts.as_slice()),
            (&["No".to_string(), "yes".into()][..], &[2, 4][..])
        );
        assert_eq!(classes.merged.len(), 2);
        assert_eq!((classes.class("YES"), classes.class("nO"), classes.class("")), (Some(1), Some(0), None));
        assert_eq!(Classes::of(&profile, true).unwrap().names, ["No", "YES", "Yes", "no", "yes"]);
    }
}
