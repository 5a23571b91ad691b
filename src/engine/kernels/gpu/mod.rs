//! The fused operations on WebGPU, as CubeCL kernels: the same arithmetic as `cpu`, one launch each (the loss: two).
//!
//! A unit computes one element, one row or one column sum; rows are short (classes), so a row is one unit's loop.

#![allow(clippy::collapsible_if, reason = "in a kernel both sides of && are computed; an if within an if is a branch")]

mod gemm;
mod layers;
mod loss;
mod math;
mod optimizer;

pub(super) use gemm::{matmul, matmul_nt, matmul_tn};
pub(super) use layers::{bias_relu, bias_relu_backward};
pub(super) use loss::loss_gradient;
pub(super) use optimizer::{adam, sgd};

use burn::backend::{Cube, DispatchDevice};
use burn::tensor::{DType, Shape, Tensor};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::CubeCount;

/// Units in a workgroup.
const UNITS: u32 = 64;
/// Most workgroups in one dimension (WebGPU's default limit).
const MAX_CUBES: u32 = 65_535;

/// True for tensors that live on the GPU.
pub(super) fn holds<const D: usize>(tensor: &Tensor<D>) -> bool {
    matches!(tensor.device().as_dispatch(), DispatchDevice::Cube(_))
}

/// The GPU memory behind a tensor, contiguous.
fn memory<const D: usize>(tensor: Tensor<D>) -> CubeTensor {
    let cube: CubeTensor = tensor.try_into_primitive::<Cube>().expect("the caller asked where the tensor lives");
    into_contiguous(cube)
}

fn tensor<const D: usize>(cube: CubeTensor) -> Tensor<D> {
    Tensor::from_primitive::<Cube>(cube)
}

/// Uninitialised memory beside `like`, for float32 of that shape.
fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let handle = like.client.empty(shape.iter().product::<usize>() * size_of::<f32>());
    CubeTensor::new_contiguous(like.client.clone(), like.device.clone(), Shape::from(shape), handle, DType::F32)
}

/// A tensor that may be written in place: a copy where somebody else holds its memory too.
fn writable<const D: usize>(tensor: Tensor<D>) -> CubeTensor {
    let cube = memory(tensor);
    if cube.can_mut() { cube } else { cube.copy() }
}

/// Bytes that the pools hold on the device of that tensor.
pub fn bytes_reserved<const D: usize>(tensor: &Tensor<D>) -> u64 {
    memory(tensor.clone()).client.memory_report(cubecl::MemoryScope::Device).usage().bytes_reserved
}

/// Workgroups for so many units: a second dimension where one is not enough.
fn cubes(units: usize) -> CubeCount {
    let count = (units as u32).div_ceil(UNITS).max(1);
    let across = count.min(MAX_CUBES);
    CubeCount::Static(across, count.div_ceil(across), 1)
}
