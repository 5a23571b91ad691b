//! Matrix products on the CPU: what nearly all of a step's time goes into.
//!
//! A register-blocked kernel on packed panels (Goto & van de Geijn 2008, without the blocking for caches larger than
//! the matrices here). With the feature `fma` it uses WebAssembly's relaxed SIMD, whose fused multiply–add nearly
//! doubles what a core can do; a browser without it cannot even load such a program, so that is a second build.

/// Rows of one tile.
const ROWS: usize = 4;
/// Most vectors of four in a tile's row: 6 × 2 accumulators, two factors and one more are the 15 registers that V8 has
/// to give.
const VECTORS: usize = 2;
/// Columns of a full panel.
const PANEL: usize = 4 * VECTORS;

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

/// `out` `[m, n]` = `a` `[m, k]` × `b` `[k, n]`; `panel` is memory to work in, kept from call to call.
///
/// # Panics
/// When a view or `out` is smaller than its shape.
pub fn product(a: View, b: View, (m, k, n): (usize, usize, usize), out: &mut [f32], panel: &mut Vec<f32>) {
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
    for left in (0..n).step_by(PANEL) {
        let width = (n - left).min(PANEL);
        pack(b, k, left..left + width, panel);
        for top in (0..m).step_by(ROWS) {
            let height = (m - top).min(ROWS);
            let mut sums = [[0.0; PANEL]; ROWS];
            // SAFETY: rows top..top+height and all k columns of `a` are within it (asserted above), and `panel` holds
            // k rows of its vectors (packed above).
            unsafe {
                let from = a.values.as_ptr().add(top * a.rows);
                let (rows, columns, panel, sums) = (a.rows, a.columns, panel.as_ptr(), &mut sums);
                macro_rules! sized {
                    ($($rows:literal)+) => { match (height, width > 4) {
                        $(($rows, true) => tile::<$rows, 2>(from, rows, columns, panel, k, sums),
                        ($rows, false) => tile::<$rows, 1>(from, rows, columns, panel, k, sums),)+
                        _ => unreachable!("a tile has 1 to {ROWS} rows"),
                    } };
                }
                sized!(1 2 3 4);
            }
            for (row, sums) in sums.iter().enumerate().take(height) {
                let at = (top + row) * n + left;
                out[at..at + width].copy_from_slice(&sums[..width]);
            }
        }
    }
}

/// Some columns of `b` `[k, n]` as one panel: row by row, each in as many vectors of four as it needs, filled up with
/// zeros.
fn pack(b: View, k: usize, columns: std::ops::Range<usize>, panel: &mut Vec<f32>) {
    let (left, width) = (columns.start, columns.len());
    let stride = 4 * width.div_ceil(4);
    panel.resize(stride * k, 0.0);
    for (i, row) in panel.chunks_exact_mut(stride).enumerate() {
        let at = i * b.rows + left * b.columns;
        if b.columns == 1 {
            row[..width].copy_from_slice(&b.values[at..at + width]);
        } else {
            for (j, place) in row[..width].iter_mut().enumerate() {
                *place = b.values[at + j * b.columns];
            }
        }
        row[width..].fill(0.0);
    }
}

/// One tile: `R` rows of `a` from `from` on times a panel of `V` vectors.
///
/// # Safety
/// `from + row · rows + i · columns` must be readable for row < R and i < k, and `panel` for k · 4V numbers.
#[cfg(not(target_arch = "wasm32"))]
unsafe fn tile<const R: usize, const V: usize>(
    from: *const f32,
    rows: usize,
    columns: usize,
    panel: *const f32,
    k: usize,
    sums: &mut [[f32; PANEL]; ROWS],
) {
    let mut totals = [[[0.0_f32; 4]; V]; R];
    for i in 0..k {
        // SAFETY: the caller's promise.
        let factors = unsafe { *panel.add(i * 4 * V).cast::<[[f32; 4]; V]>() };
        for (row, totals) in totals.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            let own = unsafe { *from.add(row * rows + i * columns) };
            for v in 0..V {
                for lane in 0..4 {
                    totals[v][lane] += own * factors[v][lane];
                }
            }
        }
    }
    for (sums, totals) in sums.iter_mut().zip(&totals) {
        sums[..4 * V].copy_from_slice(totals.as_flattened());
    }
}

/// As above, with the browser's vectors.
///
/// # Safety
/// As above.
#[cfg(target_arch = "wasm32")]
#[cfg_attr(feature = "fma", target_feature(enable = "relaxed-simd"))]
unsafe fn tile<const R: usize, const V: usize>(
    from: *const f32,
    rows: usize,
    columns: usize,
    panel: *const f32,
    k: usize,
    sums: &mut [[f32; PANEL]; ROWS],
) {
    #[cfg(feature = "fma")]
    use core::arch::wasm32::f32x4_relaxed_madd;
    #[cfg(not(feature = "fma"))]
    use core::arch::wasm32::{f32x4_add, f32x4_mul};
    use core::arch::wasm32::{f32x4_splat, v128_load, v128_load32_splat, v128_store};
    let mut totals = [[f32x4_splat(0.0); V]; R];
    let mut panel = panel;
    let mut starts = [from; R];
    for (row, start) in starts.iter_mut().enumerate() {
        *start = core::hint::black_box(from.wrapping_add(row * rows));
    }
    let mut offset = 0;
    // SAFETY: the caller's promise.
    unsafe {
        for _ in 0..k {
            let mut factors = [f32x4_splat(0.0); V];
            for (v, factor) in factors.iter_mut().enumerate() {
                *factor = v128_load(panel.add(4 * v).cast());
            }
            for (row, totals) in totals.iter_mut().enumerate() {
                let own = v128_load32_splat(starts[row].add(offset).cast());
                for (total, factor) in totals.iter_mut().zip(factors) {
                    #[cfg(feature = "fma")]
                    {
                        *total = f32x4_relaxed_madd(own, factor, *total);
                    }
                    #[cfg(not(feature = "fma"))]
                    {
                        *total = f32x4_add(f32x4_mul(own, factor), *total);
                    }
                }
            }
            offset += columns;
            panel = panel.add(4 * V);
        }
        for (sums, totals) in sums.iter_mut().zip(&totals) {
            for (v, total) in totals.iter().enumerate() {
                v128_store(sums.as_mut_ptr().add(4 * v).cast(), *total);
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
        for m in [1, 3, 4, 5, 9] {
            for k in [1, 2, 7] {
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
