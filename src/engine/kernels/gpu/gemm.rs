//! Matrix products on WebGPU: tiles in shared memory, several results a unit (Volkov & Demmel 2008, “Benchmarking GPUs to
//! tune dense linear algebra”). One kernel serves plain and transposed factors, which differ in their strides alone.

use super::{empty, memory, tensor};
use burn::tensor::Tensor;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units along each side of a workgroup.
const SIDE: usize = 16;
/// Columns of the left factor that are in shared memory at a time.
const DEPTH: usize = 16;
/// Workgroups from which on a larger tile does not leave a GPU idle.
const ENOUGH: usize = 96;

/// A factor: its memory and where element (batch, row, column) stands in it.
struct Factor {
    memory: CubeTensor,
    batch: usize,
    row: usize,
    column: usize,
}

impl Factor {
    /// `[N, rows, columns]` as stored, or with rows and columns exchanged; a batch of one serves all.
    fn new(tensor: &Tensor<3>, transposed: bool) -> Self {
        let [batches, rows, columns] = tensor.dims();
        let memory = memory(tensor.clone());
        let batch = if batches == 1 { 0 } else { rows * columns };
        let (row, column) = if transposed { (1, columns) } else { (columns, 1) };
        Self { memory, batch, row, column }
    }
}

pub(in super::super) fn matmul(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, m, k], [_, _, n]) = (a.dims(), b.dims());
    product(a, b, (m, k, n), false, false)
}

pub(in super::super) fn matmul_tn(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, k, m], [_, _, n]) = (a.dims(), b.dims());
    product(a, b, (m, k, n), true, false)
}

pub(in super::super) fn matmul_nt(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, m, k], [_, n, _]) = (a.dims(), b.dims());
    product(a, b, (m, k, n), false, true)
}

/// Results along each side of the tile of a unit: the most that leave enough workgroups.
fn results_a_side(batches: usize, m: usize, n: usize) -> usize {
    let workgroups = |side: usize| batches * m.div_ceil(SIDE * side) * n.div_ceil(SIDE * side);
    [4, 2].into_iter().find(|&side| workgroups(side) >= ENOUGH).unwrap_or(1)
}

fn product(
    a: &Tensor<3>,
    b: &Tensor<3>,
    (m, k, n): (usize, usize, usize),
    a_transposed: bool,
    b_transposed: bool,
) -> Tensor<3> {
    let batches = a.dims()[0].max(b.dims()[0]);
    let (a, b) = (Factor::new(a, a_transposed), Factor::new(b, b_transposed));
    let out = empty(&a.memory, [batches, m, n]);
    let client = out.client.clone();
    let side = results_a_side(batches, m, n);
    let tile = SIDE * side;
    // SAFETY: every index is below the lengths that the shapes give; what is past an edge is neither read nor written.
    unsafe {
        product_kernel::launch_unchecked(
            &client,
            CubeCount::Static(n.div_ceil(tile) as u32, m.div_ceil(tile) as u32, batches as u32),
            CubeDim::new_2d(SIDE as u32, SIDE as u32),
            a.memory.into_buffer_arg(),
            b.memory.into_buffer_arg(),
            out.clone().into_buffer_arg(),
            m as u32,
            k as u32,
            n as u32,
            a.batch as u32,
            a.row as u32,
            a.column as u32,
            b.batch as u32,
            b.row as u32,
            b.column as u32,
            side,
            a_transposed,
            b_transposed,
        );
    }
    tensor(out)
}

/// `out` `[N, M, L]` = a × b. A unit computes `side` × `side` results, [`SIDE`] apart, so that neighbours read and write
/// neighbouring memory. The tiles in shared memory have a pitch of one more than their width, for the sake of its banks.
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments, reason = "three strides for each of two factors")]
fn product_kernel(
    a: &[f32],
    b: &[f32],
    out: &mut [f32],
    m: u32,
    k: u32,
    n: u32,
    a_batch: u32,
    a_row: u32,
    a_column: u32,
    b_batch: u32,
    b_row: u32,
    b_column: u32,
    #[comptime] side: usize,
    #[comptime] a_transposed: bool,
    #[comptime] b_transposed: bool,
) {
    let tile = comptime!((SIDE * side) as u32);
    let pitch = comptime!((SIDE * side + 1) as u32);
    let depth = comptime!(DEPTH as u32);
    let mut a_tile = Shared::<[f32]>::new_slice(comptime!(DEPTH * (SIDE * side + 1)));
    let mut b_tile = Shared::<[f32]>::new_slice(comptime!(DEPTH * (SIDE * side + 1)));
    let mut sums = Array::<f32>::new(comptime!(side * side));
    #[unroll]
    for i in 0..comptime!(side * side) {
        sums[i] = 0.0f32;
    }
    let unit = UNIT_POS_Y * comptime!(SIDE as u32) + UNIT_POS_X;
    let (first_row, first_column) = (CUBE_POS_Y * tile, CUBE_POS_X * tile);
    let (a_start, b_start) = (CUBE_POS_Z * a_batch, CUBE_POS_Z * b_batch);
    let mut start = 0u32;
    while start < k {
        #[unroll]
        for i in 0..side {
            let element = unit + comptime!((i * SIDE * SIDE) as u32);
            // Along the memory of each factor, so that neighbours read neighbours.
            let mut row = element / depth;
            let mut inner = element % depth;
            if comptime!(a_transposed) {
                row = element % tile;
                inner = element / tile;
            }
            let mut value = 0.0f32;
            if first_row + row < m {
                if start + inner < k {
                    value = a[(a_start + (first_row + row) * a_row + (start + inner) * a_column) as usize];
                }
            }
            a_tile[(inner * pitch + row) as usize] = value;

            let mut column = element % tile;
            let mut inner = element / tile;
            if comptime!(b_transposed) {
                column = element / depth;
                inner = element % depth;
            }
            let mut value = 0.0f32;
            if first_column + column < n {
                if start + inner < k {
                    value = b[(b_start + (start + inner) * b_row + (first_column + column) * b_column) as usize];
                }
            }
            b_tile[(inner * pitch + column) as usize] = value;
        }
        sync_cube();
        #[unroll]
        for inner in 0..DEPTH {
            let at = comptime!(inner as u32) * pitch;
            let mut left = Array::<f32>::new(side);
            #[unroll]
            for i in 0..side {
                left[i] = a_tile[(at + UNIT_POS_Y + comptime!((i * SIDE) as u32)) as usize];
            }
            #[unroll]
            for j in 0..side {
                let right = b_tile[(at + UNIT_POS_X + comptime!((j * SIDE) as u32)) as usize];
                #[unroll]
                for i in 0..side {
                    sums[comptime!(i * side + j)] += left[i] * right;
                }
            }
        }
        sync_cube();
        start += depth;
    }
    #[unroll]
    for i in 0..side {
        let row = first_row + UNIT_POS_Y + comptime!((i * SIDE) as u32);
        #[unroll]
        for j in 0..side {
            let column = first_column + UNIT_POS_X + comptime!((j * SIDE) as u32);
            if row < m {
                if column < n {
                    out[((CUBE_POS_Z * m + row) * n + column) as usize] = sums[comptime!(i * side + j)];
                }
            }
        }
    }
}
