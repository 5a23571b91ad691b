//! One tile of a matrix product: some rows times one packed panel, in registers.

/// Rows of one tile.
pub(super) const ROWS: usize = 4;
/// Most vectors of four in a tile's row. 4 × 2 sums, two factors and one more take eleven of V8's 15 registers; with 5 or 6
/// rows the code was half as fast, measured.
const VECTORS: usize = 2;
/// Columns of a full panel.
pub(super) const PANEL: usize = 4 * VECTORS;

/// Some rows of `a` times one panel, into their place in `out`.
///
/// All that its functions touch must be there: `from + row · rows + i · columns` for its rows and i < depth, `depth` rows of
/// the panel, and its rows and columns from `to` on.
#[derive(Clone, Copy)]
pub(super) struct Tile {
    /// First element of the rows.
    pub(super) from: *const f32,
    /// From one row to the next.
    pub(super) rows: usize,
    /// From one column to the next.
    pub(super) columns: usize,
    pub(super) panel: *const f32,
    /// Rows of the panel.
    pub(super) depth: usize,
    pub(super) to: *mut f32,
    /// From one row of `to` to the next.
    pub(super) stride: usize,
    /// Whether this is to be added to what is there.
    pub(super) more: bool,
}

impl Tile {
    /// Computes `height` rows and `width` columns of it.
    ///
    /// # Safety
    /// As [`Tile`] says.
    #[inline]
    pub(super) unsafe fn computed(self, height: usize, width: usize) {
        macro_rules! sized {
            ($($rows:literal)+) => { match (height, width) {
                $(($rows, PANEL) => self.full::<$rows, 2>(),
                ($rows, 5..) => self.narrow::<$rows, 2>(width),
                ($rows, 4) => self.full::<$rows, 1>(),
                ($rows, _) => self.narrow::<$rows, 1>(width),)+
                _ => unreachable!("a tile has 1 to {ROWS} rows"),
            } };
        }
        // SAFETY: the caller's promise.
        unsafe { sized!(1 2 3 4) }
    }

    /// R rows of fewer columns than the V vectors that they take.
    ///
    /// # Safety
    /// As [`Tile`] says.
    unsafe fn narrow<const R: usize, const V: usize>(self, width: usize) {
        let mut own = [[0.0_f32; PANEL]; R];
        // SAFETY: the caller's promise; `own` has R rows of PANEL columns.
        unsafe {
            if self.more {
                for (row, own) in own.iter_mut().enumerate() {
                    for (column, own) in own.iter_mut().enumerate().take(width) {
                        *own = *self.to.add(row * self.stride + column);
                    }
                }
            }
            Self { to: own.as_mut_ptr().cast(), stride: PANEL, ..self }.full::<R, V>();
            for (row, own) in own.iter().enumerate() {
                for (column, own) in own.iter().enumerate().take(width) {
                    *self.to.add(row * self.stride + column) = *own;
                }
            }
        }
    }

    /// R rows of V vectors.
    ///
    /// # Safety
    /// As [`Tile`] says.
    #[cfg(not(target_arch = "wasm32"))]
    unsafe fn full<const R: usize, const V: usize>(self) {
        let Self { from, rows, columns, panel, depth, to, stride, more } = self;
        // SAFETY: the caller's promise.
        unsafe {
            let mut totals = [[[0.0_f32; 4]; V]; R];
            if more {
                for (row, totals) in totals.iter_mut().enumerate() {
                    *totals = to.add(row * stride).cast::<[[f32; 4]; V]>().read();
                }
            }
            for i in 0..depth {
                let factors = panel.add(i * 4 * V).cast::<[[f32; 4]; V]>().read();
                for (row, totals) in totals.iter_mut().enumerate() {
                    let own = *from.add(row * rows + i * columns);
                    for v in 0..V {
                        for lane in 0..4 {
                            totals[v][lane] += own * factors[v][lane];
                        }
                    }
                }
            }
            for (row, totals) in totals.iter().enumerate() {
                to.add(row * stride).cast::<[[f32; 4]; V]>().write(*totals);
            }
        }
    }

    /// As above, with the browser's vectors.
    ///
    /// # Safety
    /// As [`Tile`] says.
    #[cfg(target_arch = "wasm32")]
    #[cfg_attr(feature = "fma", target_feature(enable = "relaxed-simd"))]
    unsafe fn full<const R: usize, const V: usize>(self) {
        #[cfg(feature = "fma")]
        use core::arch::wasm32::f32x4_relaxed_madd;
        #[cfg(not(feature = "fma"))]
        use core::arch::wasm32::{f32x4_add, f32x4_mul};
        use core::arch::wasm32::{f32x4_splat, v128_load, v128_load32_splat, v128_store};
        let Self { from, rows, columns, mut panel, depth, to, stride, more } = self;
        let mut totals = [[f32x4_splat(0.0); V]; R];
        // SAFETY: the caller's promise.
        unsafe {
            if more {
                for (row, totals) in totals.iter_mut().enumerate() {
                    for (v, total) in totals.iter_mut().enumerate() {
                        *total = v128_load(to.add(row * stride + 4 * v).cast());
                    }
                }
            }
            // Adds one row of the panel, times the factors at `$own(row)`.
            macro_rules! add {
                ($own:expr) => {{
                    let mut factors = [f32x4_splat(0.0); V];
                    for (v, factor) in factors.iter_mut().enumerate() {
                        *factor = v128_load(panel.add(4 * v).cast());
                    }
                    for (row, totals) in totals.iter_mut().enumerate() {
                        let own = v128_load32_splat($own(row).cast());
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
                    panel = panel.add(4 * V);
                }};
            }
            if rows == 1 {
                // Side by side: one address, the others at fixed distances from it.
                let mut at = from;
                for _ in 0..depth {
                    add!(|row: usize| at.add(row));
                    at = at.wrapping_add(columns);
                }
            } else {
                // One address a row, which the compiler is kept from computing anew in every round.
                let mut starts = [from; R];
                for (row, start) in starts.iter_mut().enumerate() {
                    *start = core::hint::black_box(from.wrapping_add(row * rows));
                }
                let mut offset = 0;
                for _ in 0..depth {
                    add!(|row: usize| starts[row].add(offset));
                    offset += columns;
                }
            }
            for (row, totals) in totals.iter().enumerate() {
                for (v, total) in totals.iter().enumerate() {
                    v128_store(to.add(row * stride + 4 * v).cast(), *total);
                }
            }
        }
    }
}
