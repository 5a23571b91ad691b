//! A grid of cells as pure geometry: where each stands, and how strongly it is coloured.

/// Where the cells of a grid stand, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cells {
    /// Columns and rows.
    pub count: (usize, usize),
    /// Left and top edge of the first cell.
    pub origin: (f64, f64),
    /// Width and height of a cell, gap left out.
    pub cell: (f64, f64),
    /// Width and height of the whole drawing.
    pub size: (f64, f64),
}

/// Gap between two cells, in pixels.
const GAP: f64 = 3.0;
/// Least and greatest width of a cell, in pixels.
const WIDTH: (f64, f64) = (34.0, 92.0);
/// Height of a cell, in pixels.
const HEIGHT: f64 = 38.0;

impl Cells {
    /// A grid of `count` cells in so much width, with room on the left and above for labels.
    pub fn new(count: (usize, usize), width: f64, left: f64, top: f64) -> Self {
        let n = count.0.max(1) as f64;
        let cell = (((width - left) / n) - GAP).clamp(WIDTH.0, WIDTH.1);
        let size = (left + n * (cell + GAP), top + count.1 as f64 * (HEIGHT + GAP));
        Self { count, origin: (left, top), cell: (cell, HEIGHT), size }
    }

    /// Left and top edge of a cell.
    pub fn at(&self, x: usize, y: usize) -> (f64, f64) {
        (self.origin.0 + x as f64 * (self.cell.0 + GAP), self.origin.1 + y as f64 * (self.cell.1 + GAP))
    }

    /// Middle of a cell.
    pub fn middle(&self, x: usize, y: usize) -> (f64, f64) {
        let (left, top) = self.at(x, y);
        (left + self.cell.0 / 2.0, top + self.cell.1 / 2.0)
    }

    /// The cell that a step from another leads to; the same where there is none.
    pub fn step(&self, (x, y): (usize, usize), (dx, dy): (isize, isize)) -> (usize, usize) {
        let to = |from: usize, by: isize, count: usize| from.saturating_add_signed(by).min(count.saturating_sub(1));
        (to(x, dx, self.count.0), to(y, dy, self.count.1))
    }
}

/// How strongly a value is coloured, 0 to 1, where `most` is the largest value on either side.
pub fn strength(value: f64, most: f64) -> f64 {
    if most > 0.0 { (value.abs() / most).clamp(0.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_width_and_do_not_touch() {
        let cells = Cells::new((6, 5), 560.0, 80.0, 40.0);
        let (first, second) = (cells.at(0, 0), cells.at(1, 1));
        assert_eq!(first, (80.0, 40.0));
        assert!(second.0 >= first.0 + cells.cell.0 + 1.0 && second.1 >= first.1 + cells.cell.1 + 1.0);
        assert!((cells.size.0 - 560.0).abs() < 1e-9);
        assert!(cells.middle(5, 4).0 < cells.size.0 && cells.middle(5, 4).1 < cells.size.1);
    }

    #[test]
    fn cells_stay_wide_enough_for_a_number() {
        assert!(Cells::new((6, 6), 120.0, 80.0, 40.0).cell.0 >= 34.0);
    }

    #[test]
    fn steps_stay_in_the_grid() {
        let cells = Cells::new((3, 2), 300.0, 0.0, 0.0);
        assert_eq!(cells.step((0, 0), (-1, 0)), (0, 0));
        assert_eq!(cells.step((1, 1), (1, 1)), (2, 1));
        assert_eq!(cells.step((2, 1), (0, -1)), (2, 0));
    }

    #[test]
    fn the_largest_value_is_coloured_fully() {
        assert_eq!(
            (strength(-4.0, 4.0), strength(0.0, 4.0), strength(2.0, 4.0), strength(1.0, 0.0)),
            (1.0, 0.0, 0.5, 0.0)
        );
    }
}
