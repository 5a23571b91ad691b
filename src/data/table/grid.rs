//! The cells of a table as they stand in its file.

/// Cells by row and column: one text for all of them, since millions of small ones would fill the memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Names of the columns, each its own.
    pub columns: Vec<String>,
    /// Number of each row in its file, from 1.
    pub row_numbers: Vec<u64>,
    text: String,
    ends: Vec<usize>,
}

impl Grid {
    /// A grid without rows.
    pub fn new(columns: Vec<String>) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Number of rows N.
    pub fn rows(&self) -> usize {
        self.row_numbers.len()
    }

    /// Appends a row of as many cells as there are columns: what is missing is empty, what is over is left out.
    pub fn push<'a>(&mut self, row: u64, cells: impl Iterator<Item = &'a str>) {
        let mut cells = cells.map(str::trim);
        for _ in 0..self.columns.len() {
            self.text.push_str(cells.next().unwrap_or_default());
            self.ends.push(self.text.len());
        }
        self.row_numbers.push(row);
    }

    /// A cell, without blanks around it.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let place = row * self.columns.len() + column;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.text[start..self.ends[place]]
    }

    /// The cells of a column.
    pub fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }
}

/// Names of columns made each its own: those without one are numbered, repeated ones get a number behind them. With how many
/// were changed for being repeated.
pub fn unique(names: impl Iterator<Item = String>) -> (Vec<String>, usize) {
    let mut seen = std::collections::BTreeSet::new();
    let mut repeated = 0;
    let names = names
        .enumerate()
        .map(|(i, name)| {
            let base = if name.is_empty() { format!("Column {}", i + 1) } else { name };
            let mut name = base.clone();
            let mut next = 2;
            while !seen.insert(name.clone()) {
                name = format!("{base} ({next})");
                next += 1;
            }
            repeated += usize::from(name != base);
            name
        })
        .collect();
    (names, repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_row_and_column() {
        let mut grid = Grid::new(vec!["a".into(), "b".into()]);
        grid.push(2, ["1", " x "].into_iter());
        grid.push(3, ["", ""].into_iter());
        grid.push(5, ["3"].into_iter());
        assert_eq!(
            (grid.rows(), grid.cell(0, 1), grid.cell(1, 0), grid.cell(2, 0), grid.cell(2, 1)),
            (3, "x", "", "3", "")
        );
        assert_eq!(grid.column(0).collect::<Vec<_>>(), ["1", "", "3"]);
    }

    #[test]
    fn every_column_gets_a_name_of_its_own() {
        let (names, repeated) = unique(["a", "", "a", "a (2)", ""].into_iter().map(String::from));
        assert_eq!(
            (names, repeated),
            (["a", "Column 2", "a (2)", "a (2) (2)", "Column 5"].map(String::from).to_vec(), 2)
        );
    }
}
