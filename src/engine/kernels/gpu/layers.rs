//! Bias and ReLU of hidden layers, forward and backward.

use super::{UNITS, cubes, empty, memory, tensor};
use burn::tensor::Tensor;
use cubecl::prelude::*;

pub(in super::super) fn bias_relu(z: Tensor<3>, bias: &Tensor<3>) -> Tensor<3> {
    let [r, b, _] = z.dims();
    let [s, _, h] = bias.dims();
    let (z, bias) = (memory(z), memory(bias.clone()));
    let out = empty(&z, [s, b, h]);
    let client = z.client.clone();
    // SAFETY: a unit past the end returns first; every index is below the lengths that the shapes give.
    unsafe {
        bias_relu_kernel::launch_unchecked(
            &client,
            cubes(s * b * h),
            CubeDim::new_1d(UNITS),
            z.into_buffer_arg(),
            bias.into_buffer_arg(),
            out.clone().into_buffer_arg(),
            b as u32,
            h as u32,
            (s / r) as u32,
            (s * b * h) as u32,
        );
    }
    tensor(out)
}

/// `z` `[R, B, A·H]`, `bias` `[S, 1, H]` → `out` `[S, B, H]`
#[cube(launch_unchecked)]
fn bias_relu_kernel(z: &[f32], bias: &[f32], out: &mut [f32], batch: u32, width: u32, arms: u32, length: u32) {
    let at = ABSOLUTE_POS as u32;
    if at >= length {
        terminate!();
    }
    let student = at / (batch * width);
    let row = at / width % batch;
    let column = at % width;
    let from = (student / arms * batch + row) * arms * width + student % arms * width + column;
    let value = z[from as usize] + bias[(student * width + column) as usize];
    out[at as usize] = value.max(0.0f32);
}

pub(in super::super) fn bias_relu_backward(dh: Tensor<3>, h: Tensor<3>, arms: usize) -> (Tensor<3>, Tensor<3>) {
    let [s, b, width] = h.dims();
    let (dh, h) = (memory(dh), memory(h));
    let dz = empty(&h, [s / arms, b, arms * width]);
    let dbias = empty(&h, [s, 1, width]);
    let client = h.client.clone();
    // SAFETY: as above.
    unsafe {
        bias_relu_backward_kernel::launch_unchecked(
            &client,
            cubes(s * width),
            CubeDim::new_1d(UNITS),
            dh.into_buffer_arg(),
            h.into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            dbias.clone().into_buffer_arg(),
            b as u32,
            width as u32,
            arms as u32,
            (s * width) as u32,
        );
    }
    (tensor(dz), tensor(dbias))
}

/// `dh`, `h` `[S, B, H]` → `dz` `[R, B, A·H]`, `dbias` `[S, 1, H]`; a unit computes one column of one student.
#[cube(launch_unchecked)]
fn bias_relu_backward_kernel(
    dh: &[f32],
    h: &[f32],
    dz: &mut [f32],
    dbias: &mut [f32],
    batch: u32,
    width: u32,
    arms: u32,
    length: u32,
) {
    let at = ABSOLUTE_POS as u32;
    if at >= length {
        terminate!();
    }
    let student = at / width;
    let column = at % width;
    let mut sum = 0.0f32;
    for row in 0..batch {
        let from = (student * batch + row) * width + column;
        let to = (student / arms * batch + row) * arms * width + student % arms * width + column;
        let mut through = 0.0f32;
        if h[from as usize] > 0.0f32 {
            through = dh[from as usize];
        }
        dz[to as usize] = through;
        sum += through;
    }
    dbias[at as usize] = sum;
}
