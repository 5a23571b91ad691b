//! Updates of parameters, in place where a tensor has one owner.

use super::{UNITS, cubes, memory, tensor, writable};
use crate::engine::kernels::{AdamStep, BETA_1, BETA_2, EPSILON};
use burn::tensor::Tensor;
use cubecl::prelude::*;

pub(in super::super) fn adam(
    parameters: Tensor<3>,
    first: Tensor<3>,
    second: Tensor<3>,
    gradient: Tensor<3>,
    step: AdamStep,
) -> (Tensor<3>, Tensor<3>, Tensor<3>) {
    let n = parameters.shape().num_elements();
    let (w, m, v, g) = (writable(parameters), writable(first), writable(second), memory(gradient));
    let client = w.client.clone();
    // SAFETY: as above; all four have n elements.
    unsafe {
        adam_kernel::launch_unchecked(
            &client,
            cubes(n),
            CubeDim::new_1d(UNITS),
            w.clone().into_buffer_arg(),
            m.clone().into_buffer_arg(),
            v.clone().into_buffer_arg(),
            g.into_buffer_arg(),
            step.rate,
            step.root_correction,
            n as u32,
        );
    }
    (tensor(w), tensor(m), tensor(v))
}

#[cube(launch_unchecked)]
fn adam_kernel(w: &mut [f32], m: &mut [f32], v: &mut [f32], g: &[f32], rate: f32, root_correction: f32, length: u32) {
    if ABSOLUTE_POS as u32 >= length {
        terminate!();
    }
    let i = ABSOLUTE_POS;
    let first = comptime!(BETA_1) * m[i] + comptime!(1.0 - BETA_1) * g[i];
    let second = comptime!(BETA_2) * v[i] + comptime!(1.0 - BETA_2) * g[i] * g[i];
    m[i] = first;
    v[i] = second;
    w[i] -= rate * first / (second.sqrt() * root_correction + comptime!(EPSILON));
}

pub(in super::super) fn sgd(
    parameters: Tensor<3>,
    velocity: Tensor<3>,
    gradient: Tensor<3>,
    lr: f32,
) -> (Tensor<3>, Tensor<3>) {
    let n = parameters.shape().num_elements();
    let (w, v, g) = (writable(parameters), writable(velocity), memory(gradient));
    let client = w.client.clone();
    // SAFETY: as above.
    unsafe {
        sgd_kernel::launch_unchecked(
            &client,
            cubes(n),
            CubeDim::new_1d(UNITS),
            w.clone().into_buffer_arg(),
            v.clone().into_buffer_arg(),
            g.into_buffer_arg(),
            lr,
            n as u32,
        );
    }
    (tensor(w), tensor(v))
}

#[cube(launch_unchecked)]
fn sgd_kernel(w: &mut [f32], v: &mut [f32], g: &[f32], lr: f32, length: u32) {
    if ABSOLUTE_POS as u32 >= length {
        terminate!();
    }
    let i = ABSOLUTE_POS;
    let velocity = comptime!(BETA_1) * v[i] + g[i];
    v[i] = velocity;
    w[i] -= lr * velocity;
}
