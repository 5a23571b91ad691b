//! The list of first names.

use crate::error::PackError;
use crate::files::fetch;
use crate::sources::NAMES;
use std::collections::BTreeSet;
use std::path::Path;

/// The packed list of names, ready to be written.
pub struct Text {
    pub gzip: Vec<u8>,
    pub count: usize,
}

impl Text {
    /// The packed file, relative to the page.
    pub const PATH: &'static str = "data/names.txt.gz";
}

/// The distinct first names of the census's lists, sorted.
pub fn names(directory: &Path) -> Result<Vec<String>, PackError> {
    let mut out = BTreeSet::new();
    for file in &NAMES {
        let (path, data) = fetch(directory, file)?;
        collect(&String::from_utf8_lossy(&data), &mut out).map_err(|line| PackError::Name { path, line })?;
    }
    Ok(out.into_iter().collect())
}

/// Adds the names of one list, or gives the line, from 1, that begins with none.
fn collect(list: &str, names: &mut BTreeSet<String>) -> Result<(), usize> {
    for (line, i) in list.lines().zip(1..) {
        let name = line.split_whitespace().next().unwrap_or("").to_lowercase();
        if name.is_empty() || !name.bytes().all(|letter| letter.is_ascii_lowercase()) {
            return Err(i);
        }
        names.insert(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_on_both_lists_is_kept_once_and_a_line_without_one_is_reported() {
        let mut names = BTreeSet::new();
        assert_eq!(collect("MARY  2.6  2.6  1\nLEE   0.1  9.9  2\n", &mut names), Ok(()));
        assert_eq!(collect("LEE   0.3  3.0  1\n", &mut names), Ok(()));
        assert_eq!(names.iter().collect::<Vec<_>>(), ["lee", "mary"]);
        for bad in ["ANN 1\n\nEVE 1", "ANN 1\nO'NEIL 1", "ANN 1\n0.004 1"] {
            assert_eq!(collect(bad, &mut names), Err(2));
        }
    }
}
