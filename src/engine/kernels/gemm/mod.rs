//! Matrix products on the CPU: what nearly all of a step's time goes into.
//!
//! A register-blocked kernel on packed panels (Goto & van de Geijn 2008). With the feature `fma` it uses WebAssembly's
//! relaxed SIMD, whose fused multiply–add nearly doubles what a core can do; a browser without it cannot even load such a
//! program, so that is a second build.

mod tile;

use tile::{PANEL, ROWS, Tile};

/// A matrix in memory: element (i, j) is `values[i * rows + j * columns]`.
#[derive(Clone, Copy)]
pub struct View<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
}

impl<'a> View<'a> {
    /// `[_, width]`, row by row.
    pub fn new(values: &'a [f32], width: usize) -> Self {
        Self { values, rows: width, columns: 1 }
    }

    /// The transpose of `[_, width]`, row by row.
    pub fn transposed(values: &'a [f32], width: usize) -> Self {
        Self { values, rows: 1, columns: width }
    }
}

/// Most rows of a panel that are gone through at a time: with the rows of `a` against it, it stays in the nearest cache.
const DEPTH: usize = 200;
/// Rows of `a` that meet all panels before the next ones do.
const BLOCK: usize = 4 * ROWS;

/// `out` `[m, n]` = `a` `[m, k]` × `b` `[k, n]`; `panels` is memory to work in, kept from call to call.
///
/// Every element is summed in the order of the inner index, whatever the shapes: a network in a stack gets the figures that
/// it gets alone.
///
/// # Panics
/// When a view or `out` is smaller than its shape.
pub fn product(a: View, b: View, (m, k, n): (usize, usize, usize), out: &mut [f32], panels: &mut Vec<f32>) {
    if m == 0 || n == 0 {
        return;
    }
    assert!(out.len() >= m * n, "the product has a place for every element");
    if k == 0 {
        out[..m * n].fill(0.0);
        return;
    }
    let last = |view: &View, rows: usize, columns: usize| (rows - 1) * view.rows + (columns - 1) * view.columns;
    assert!(last(&a, m, k) < a.values.len() && last(&b, k, n) < b.values.len(), "the factors are of their shapes");
    let even = k.div_ceil(k.div_ceil(DEPTH));
    for first in (0..k).step_by(even) {
        let depth = (k - first).min(even);
        pack(b, first, depth, n, panels);
        for block in (0..m).step_by(BLOCK) {
            for left in (0..n).step_by(PANEL) {
                for top in (block..m.min(block + BLOCK)).step_by(ROWS) {
                    // SAFETY: rows top.. and columns first..first+depth of `a` are within it (asserted above); `panels`
                    // has the panel of these columns at that place (packed above); `out` has these rows and columns
                    // (asserted above).
                    unsafe {
                        let tile = Tile {
                            from: a.values.as_ptr().add(top * a.rows + first * a.columns),
                            rows: a.rows,
                            columns: a.columns,
                            panel: panels.as_ptr().add(left * depth),
                            depth,
                            to: out.as_mut_ptr().add(top * n + left),
                            stride: n,
                            more: first > 0,
                        };
                        tile.computed((m - top).min(ROWS), (n - left).min(PANEL));
                    }
                }
            }
        }
    }
}

/// Rows first..first+depth of `b` `[_, n]` as panels of eight columns, one after another: row by row, each in as many
/// vectors of four as it needs, filled up with zeros.
fn pack(b: View, first: usize, depth: usize, n: usize, panels: &mut Vec<f32>) {
    let full = n / PANEL * PANEL;
    let rest = 4 * (n - full).div_ceil(4);
    panels.resize((full + rest) * depth, 0.0);
    let (whole, last) = panels.split_at_mut(full * depth);
    if b.columns == 1 {
        for i in 0..depth {
            let row = &b.values[(first + i) * b.rows..][..n];
            let (eights, _) = row.as_chunks::<PANEL>();
            for (place, eight) in whole.as_chunks_mut::<PANEL>().0.iter_mut().skip(i).step_by(depth).zip(eights) {
                *place = *eight;
            }
        }
    } else {
        for (panel, left) in whole.chunks_exact_mut(PANEL * depth).zip((0..).step_by(PANEL)) {
            for j in 0..PANEL {
                let column = &b.values[first * b.rows + (left + j) * b.columns..];
                for (place, value) in panel[j..].iter_mut().step_by(PANEL).zip(column.iter().step_by(b.rows)) {
                    *place = *value;
                }
            }
        }
    }
    if rest > 0 {
        for (i, row) in last.chunks_exact_mut(rest).enumerate() {
            for (j, place) in row.iter_mut().enumerate() {
                *place = if full + j < n { b.values[(first + i) * b.rows + (full + j) * b.columns] } else { 0.0 };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(n: usize, salt: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 31 + salt * 17) % 23) as f32 - 11.0).collect()
    }

    #[test]
    fn a_product_is_the_sum_over_the_inner_index_in_every_shape_and_orientation() {
        let mut panels = Vec::new();
        let sizes = |few: &[usize], many: usize| few.iter().copied().chain([many]).collect::<Vec<_>>();
        for m in sizes(&[1, 3, 4, 5, 9], BLOCK + 3) {
            for k in sizes(&[1, 2, 7], 2 * DEPTH + 1) {
                for n in [1, 4, 5, 8, 10, 12, 13, 25] {
                    let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
                    let at = |i: usize, j: usize| (0..k).map(|x| a[i * k + x] * b[x * n + j]).sum::<f32>();
                    let expected: Vec<f32> = (0..m * n).map(|p| at(p / n, p % n)).collect();
                    let turned = |v: &[f32], rows: usize, columns: usize| -> Vec<f32> {
                        (0..v.len()).map(|p| v[p % rows * columns + p / rows]).collect()
                    };
                    let (at, bt) = (turned(&a, m, k), turned(&b, k, n));
                    let mut out = vec![f32::NAN; m * n];
                    for a in [View::new(&a, k), View::transposed(&at, m)] {
                        for b in [View::new(&b, n), View::transposed(&bt, k)] {
                            out.fill(f32::NAN);
                            product(a, b, (m, k, n), &mut out, &mut panels);
                            assert_eq!(out, expected, "{m} {k} {n}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_empty_inner_index_gives_zeros() {
        let mut out = [1.0; 6];
        product(View::new(&[], 0), View::new(&[], 3), (2, 0, 3), &mut out, &mut Vec::new());
        assert_eq!(out, [0.0; 6]);
    }
}
