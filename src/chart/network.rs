//! A network drawn: its units as cells in blocks, from the input to the output, and the connections between them. Teacher and
//! students are drawn to one scale, so that a small network looks small.

use std::fmt::Write;

/// Width of the drawing.
pub const WIDTH: f64 = 280.0;
/// Height of the drawing.
pub const HEIGHT: f64 = 168.0;
/// Side of an input image, at most.
const IMAGE: f64 = 84.0;
/// Width left for the names of the classes.
const NAMES: f64 = 66.0;
/// Least distance between blocks.
const GAP: f64 = 20.0;
/// Largest pitch of hidden units.
const PITCH: f64 = 5.0;

/// A layer's units, as a block of square cells filled column by column (an image's pixels row by row).
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Distance from one cell to the next.
    pub pitch: f64,
    /// Cells.
    pub cells: usize,
    /// Units that one cell stands for, as the letters of an alphabet that one character may be.
    pub units_per_cell: usize,
    /// Cells in a row, where they go row by row; else cells in a column.
    line: usize,
    by_rows: bool,
}

impl Block {
    fn of(cells: usize, line: usize, pitch: f64) -> Self {
        Self { left: 0.0, top: 0.0, pitch, cells, units_per_cell: 1, line: line.max(1), by_rows: false }
    }

    fn lines(&self) -> usize {
        self.cells.div_ceil(self.line)
    }

    /// Its width.
    pub fn width(&self) -> f64 {
        self.pitch * if self.by_rows { self.line.min(self.cells) } else { self.lines() } as f64
    }

    /// Its height.
    pub fn height(&self) -> f64 {
        self.pitch * if self.by_rows { self.lines() } else { self.line.min(self.cells) } as f64
    }

    /// Upper left corner of a cell.
    pub fn corner(&self, cell: usize) -> (f64, f64) {
        let (line, place) = ((cell / self.line) as f64, (cell % self.line) as f64);
        let (column, row) = if self.by_rows { (place, line) } else { (line, place) };
        (self.left + column * self.pitch, self.top + row * self.pitch)
    }

    /// Middle of the cell of a unit.
    pub fn middle(&self, unit: usize) -> (f64, f64) {
        let (x, y) = self.corner(unit / self.units_per_cell.max(1));
        (x + self.pitch / 2.0, y + self.pitch / 2.0)
    }

    /// Path of these cells.
    pub fn path(&self, cells: impl Iterator<Item = usize>) -> String {
        let side = if self.pitch >= 3.0 { self.pitch - 1.0 } else { self.pitch * 0.8 };
        let mut out = String::new();
        for (x, y) in cells.map(|cell| self.corner(cell)) {
            // Writing to a string cannot fail.
            let _ = write!(out, "M{x:.1} {y:.1}h{side:.1}v{side:.1}h-{side:.1}z");
        }
        out
    }
}

/// What the input layer is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputLayer {
    /// An image of so many columns and rows.
    Image(usize, usize),
    /// Numbers.
    Numbers(usize),
    /// Characters, each one of an alphabet of that size.
    Text(usize, usize),
}

/// The pitch of hidden units at which the widest of some networks, each by the widths of its hidden layers, has room.
pub fn pitch<'a>(input: InputLayer, networks: impl Iterator<Item = &'a [usize]> + Clone) -> f64 {
    let fits = |pitch: f64, hidden: &[usize]| {
        let rows = (HEIGHT / pitch).floor();
        let columns: f64 = hidden.iter().map(|&units| (units as f64 / rows).ceil()).sum();
        let gaps = GAP * (hidden.len() + 1) as f64;
        columns * pitch <= WIDTH - NAMES - input_block(input).width() - gaps - 14.0
    };
    let mut pitch = PITCH;
    while pitch > 0.5 && !networks.clone().all(|hidden| fits(pitch, hidden)) {
        pitch -= 0.25;
    }
    pitch
}

fn input_block(input: InputLayer) -> Block {
    match input {
        InputLayer::Image(columns, rows) => {
            let side = columns.max(rows).max(1) as f64;
            Block { by_rows: true, ..Block::of(columns * rows, columns, IMAGE / side) }
        }
        InputLayer::Numbers(count) => {
            let pitch = (HEIGHT / count.clamp(1, 12) as f64).min(14.0);
            // Wide rows go on in further columns, smaller.
            let (line, pitch) = if count > 12 { (24, 7.0) } else { (12, pitch) };
            Block::of(count, if count > 240 { 56 } else { line }, if count > 240 { 3.0 } else { pitch })
        }
        InputLayer::Text(characters, alphabet) => {
            Block { units_per_cell: alphabet, ..Block::of(characters, characters, 16.0) }
        }
    }
}

/// Blocks of a network from the input to the output, spread over the width, each in the middle of the height.
pub fn blocks(input: InputLayer, hidden: &[usize], classes: usize, pitch: f64) -> Vec<Block> {
    let rows = (HEIGHT / pitch).floor() as usize;
    let mut out = vec![input_block(input)];
    out.extend(hidden.iter().map(|&units| Block::of(units, rows, pitch)));
    out.push(Block::of(classes, classes, (HEIGHT / classes.max(1) as f64).min(14.0)));
    let taken: f64 = out.iter().map(Block::width).sum();
    let gap = ((WIDTH - NAMES - taken) / (out.len() - 1) as f64).max(2.0);
    let mut x = 0.0;
    for block in &mut out {
        (block.left, block.top) = (x, (HEIGHT - block.height()) / 2.0);
        x += block.width() + gap;
    }
    out
}

/// How strong each value is against the largest, in quarters: 0 for nothing, 4 for the largest.
pub fn quarters(values: &[f32]) -> Vec<usize> {
    let largest = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let quarter = |value: &f32| {
        let share = value.abs() / largest;
        if share > 0.0 { (4.0 * share).ceil().min(4.0) as usize } else { 0 }
    };
    values.iter().map(quarter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FASHION: InputLayer = InputLayer::Image(28, 28);

    #[test]
    fn everything_is_inside_and_in_order() {
        let networks: [(InputLayer, Vec<usize>, usize); 7] = [
            (FASHION, vec![256], 10),
            (FASHION, vec![1], 10),
            (FASHION, vec![1024, 1024, 1024], 10),
            (InputLayer::Numbers(2), vec![64], 2),
            (InputLayer::Numbers(300), vec![], 24),
            (InputLayer::Text(5, 27), vec![128, 128], 27),
            (InputLayer::Image(96, 20), vec![512], 26),
        ];
        for (input, hidden, classes) in networks {
            let pitch = pitch(input, std::iter::once(&hidden[..]));
            let blocks = blocks(input, &hidden, classes, pitch);
            assert_eq!(blocks.len(), hidden.len() + 2);
            for (block, next) in blocks.iter().zip(&blocks[1..]) {
                assert!(next.left >= block.left + block.width() + 1.9, "{input:?} {hidden:?} overlap: {block:?}");
            }
            for block in &blocks {
                assert!(block.top >= -0.01 && block.top + block.height() <= HEIGHT + 0.01, "{block:?}");
                let last = block.corner(block.cells - 1);
                assert!(last.0 < block.left + block.width() && last.1 < block.top + block.height(), "{block:?}");
            }
            let end = blocks.last().unwrap();
            assert!(end.left + end.width() <= WIDTH - NAMES + 0.01, "{input:?} {hidden:?}: {end:?}");
        }
    }

    #[test]
    fn a_smaller_network_is_drawn_smaller() {
        let pitch = pitch(FASHION, [&[256][..], &[16][..]].into_iter());
        assert_eq!(pitch, 5.0);
        let area = |units: usize| {
            let block = blocks(FASHION, &[units], 10, pitch).swap_remove(1);
            block.width() * block.height()
        };
        assert!(area(256) > 15.0 * area(16), "{} {}", area(256), area(16));
    }

    #[test]
    fn a_character_of_many_units_is_one_cell() {
        let blocks = blocks(InputLayer::Text(5, 27), &[8], 27, 5.0);
        assert_eq!(blocks[0].middle(0), blocks[0].middle(26));
        assert_ne!(blocks[0].middle(26), blocks[0].middle(27));
        assert_eq!(blocks[0].path(0..5).matches('M').count(), 5);
    }

    #[test]
    fn strength_is_told_in_quarters() {
        assert_eq!(quarters(&[0.0, 1.0, -4.0, 2.1, f32::NAN]), [0, 1, 4, 3, 0]);
        assert_eq!(quarters(&[0.0, 0.0]), [0, 0]);
        assert_eq!(quarters(&[]), Vec::<usize>::new());
    }
}
