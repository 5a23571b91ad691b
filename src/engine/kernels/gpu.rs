//! The fused operations on WebGPU, as CubeCL kernels: the same arithmetic as `cpu`, one launch each (the loss: two).
//!
//! A unit computes one element, one row or one column sum; rows are short (classes), so a row is one unit's loop.

#![allow(clippy::collapsible_if, reason = "in a kernel both sides of && are computed; an if within an if is a branch")]

use super::{AdamStep, BETA_1, BETA_2, EPSILON, LossGradient};
use crate::engine::loss;
use burn::backend::{Cube, DispatchDevice};
use burn::tensor::{DType, Shape, Tensor};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

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

pub(super) fn matmul(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    a.clone().matmul(b.clone())
}

pub(super) fn matmul_tn(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    a.clone().transpose().matmul(b.clone())
}

pub(super) fn matmul_nt(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    a.clone().matmul(b.clone().transpose())
}

pub(super) fn bias_relu(z: Tensor<3>, bias: &Tensor<2>) -> Tensor<3> {
    let [r, b, _] = z.dims();
    let [s, h] = bias.dims();
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

/// `z` `[R, B, A·H]`, `bias` `[S, H]` → `out` `[S, B, H]`
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

pub(super) fn bias_relu_backward(dh: Tensor<3>, h: Tensor<3>, arms: usize) -> (Tensor<3>, Tensor<2>) {
    let [s, b, width] = h.dims();
    let (dh, h) = (memory(dh), memory(h));
    let dz = empty(&h, [s / arms, b, arms * width]);
    let dbias = empty(&h, [s, width]);
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

/// `dh`, `h` `[S, B, H]` → `dz` `[R, B, A·H]`, `dbias` `[S, H]`; a unit does one column of one student.
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

pub(super) fn loss_gradient(
    z: Tensor<3>,
    bias: &Tensor<2>,
    teacher: &Tensor<3>,
    labels: &Tensor<2>,
    loss_params: &Tensor<2>,
) -> LossGradient {
    let [s, b, c] = z.dims();
    let [r, _] = labels.dims();
    let views = (teacher.dims()[2] / c).max(1);
    let (z, bias, teacher) = (memory(z), memory(bias.clone()), memory(teacher.clone()));
    let (labels, loss_params) = (memory(labels.clone()), memory(loss_params.clone()));
    let (dz, rows) = (empty(&z, [s, b, c]), empty(&z, [s, b]));
    let (dbias, loss) = (empty(&z, [s, c]), empty(&z, [s]));
    let client = z.client.clone();
    // SAFETY: as above; labels are whole numbers below C, and rows without a soft term do not read the teacher.
    unsafe {
        loss_kernel::launch_unchecked(
            &client,
            cubes(s * b),
            CubeDim::new_1d(UNITS),
            z.into_buffer_arg(),
            bias.into_buffer_arg(),
            teacher.into_buffer_arg(),
            labels.into_buffer_arg(),
            loss_params.into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            rows.clone().into_buffer_arg(),
            b as u32,
            c as u32,
            (s / r) as u32,
            views as u32,
            (s * b) as u32,
        );
        sums_kernel::launch_unchecked(
            &client,
            cubes(s * (c + 1)),
            CubeDim::new_1d(UNITS),
            dz.clone().into_buffer_arg(),
            rows.into_buffer_arg(),
            dbias.clone().into_buffer_arg(),
            loss.clone().into_buffer_arg(),
            b as u32,
            c as u32,
            (s * (c + 1)) as u32,
        );
    }
    LossGradient { logits: tensor(dz), bias: tensor(dbias), loss: tensor(loss) }
}

/// Column sums: `dz` `[S, B, C]` → `dbias` `[S, C]`, `rows` `[S, B]` → `loss` `[S]` (rows are shares of a mean).
#[cube(launch_unchecked)]
fn sums_kernel(dz: &[f32], rows: &[f32], dbias: &mut [f32], loss: &mut [f32], batch: u32, classes: u32, length: u32) {
    let at = ABSOLUTE_POS as u32;
    if at >= length {
        terminate!();
    }
    let student = at / (classes + 1);
    let column = at % (classes + 1);
    let mut sum = 0.0f32;
    if column < classes {
        for row in 0..batch {
            sum += dz[((student * batch + row) * classes + column) as usize];
        }
        dbias[(student * classes + column) as usize] = sum;
    } else {
        for row in 0..batch {
            sum += rows[(student * batch + row) as usize];
        }
        loss[student as usize] = sum;
    }
}

/// max + t · log Σ exp((v − max)/t) over the student's logits `z + bias`, without class `skip` (C for none).
#[cube]
fn log_sum_student(z: &[f32], bias: &[f32], at: u32, from: u32, classes: u32, t: f32, skip: u32) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if i != skip {
            max = max.max(z[(at + i) as usize] + bias[(from + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if i != skip {
            sum += ((z[(at + i) as usize] + bias[(from + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}

/// The same over the teacher's logits.
#[cube]
fn log_sum_teacher(teacher: &[f32], at: u32, classes: u32, t: f32, skip: u32) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if i != skip {
            max = max.max(teacher[(at + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if i != skip {
            sum += ((teacher[(at + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}

/// log(1 + e^x)
#[cube]
fn softplus(x: f32) -> f32 {
    x.max(0.0f32) + (1.0f32 + (-x.abs()).exp()).ln()
}

/// log(e^a + e^b)
#[cube]
fn log_add(a: f32, b: f32) -> f32 {
    let hi = a.max(b);
    let lo = a.min(b);
    hi + (1.0f32 + (lo - hi).exp()).ln()
}

/// True for the k classes that the teacher finds most likely; ties go to the lower index.
#[cube]
fn kept(teacher: &[f32], at: u32, classes: u32, i: u32, k: f32) -> bool {
    let mut before = 0.0f32;
    let own = teacher[(at + i) as usize];
    for j in 0..classes {
        let other = teacher[(at + j) as usize];
        if other > own || (other == own && j < i) {
            before += 1.0f32;
        }
    }
    before < k
}

/// Loss and gradient of one row (`loss::row` in the CPU's words), as shares of the mean over the batch.
#[cube(launch_unchecked)]
fn loss_kernel(
    z: &[f32],
    bias: &[f32],
    teacher: &[f32],
    labels: &[f32],
    loss_params: &[f32],
    dz: &mut [f32],
    rows: &mut [f32],
    batch: u32,
    classes: u32,
    arms: u32,
    views: u32,
    length: u32,
) {
    let row = ABSOLUTE_POS as u32;
    if row >= length {
        terminate!();
    }
    let student = row / batch;
    let example = student / arms * batch + row % batch;
    // Below zero: nobody has told it (see `trainer::Batch`).
    let mut answer_told = labels[example as usize];
    let told = answer_told >= 0.0f32;
    if answer_told < 0.0f32 {
        answer_told = -1.0f32 - answer_told;
    }
    let label = answer_told as u32;
    let s = student * comptime!(loss::COLUMNS as u32);
    let kind = loss_params[s as usize] as u32;
    let t = loss_params[(s + 1) as usize];
    let alpha = loss_params[(s + 2) as usize];
    let mut hard = loss_params[(s + 3) as usize];
    if !told {
        hard = 0.0f32;
    }
    let epsilon = loss_params[(s + 4) as usize];
    let scale = loss_params[(s + 5) as usize];
    let a = loss_params[(s + 6) as usize];
    let b = loss_params[(s + 7) as usize];
    let view = loss_params[(s + 8) as usize] as u32;
    let (at, from) = (row * classes, student * classes);
    let of_teacher = (example * views + view) * classes;
    let share = 1.0f32 / f32::cast_from(batch);
    let mut total = 0.0f32;

    // The hard term.
    let log_one = log_sum_student(z, bias, at, from, classes, 1.0f32, classes);
    for i in 0..classes {
        let v = z[(at + i) as usize] + bias[(from + i) as usize];
        let mut target = epsilon / f32::cast_from(classes);
        if i == label {
            target += 1.0f32 - epsilon;
        }
        let mut gradient = 0.0f32;
        if hard > 0.0f32 {
            gradient = hard * ((v - log_one).exp() - target);
            total -= hard * target * (v - log_one);
        }
        dz[(at + i) as usize] = share * gradient;
    }

    // The soft term.
    if alpha > 0.0f32 {
        let weight = share * alpha;
        let factor = weight * scale / t;
        if kind == comptime!(loss::LOGIT_MSE) {
            for i in 0..classes {
                let d = z[(at + i) as usize] + bias[(from + i) as usize] - teacher[(of_teacher + i) as usize];
                dz[(at + i) as usize] += weight * d;
                total += alpha * 0.5f32 * d * d;
            }
        } else if kind == comptime!(loss::TEACHER_ARGMAX) {
            let mut answer = 0u32;
            let mut best = teacher[of_teacher as usize];
            for i in 1..classes {
                let v = teacher[(of_teacher + i) as usize];
                if v > best {
                    best = v;
                    answer = i;
                }
            }
            for i in 0..classes {
                let log_q = z[(at + i) as usize] + bias[(from + i) as usize] - log_one;
                let mut target = 0.0f32;
                if i == answer {
                    target = 1.0f32;
                    total -= alpha * log_q;
                }
                dz[(at + i) as usize] += weight * (log_q.exp() - target);
            }
        } else if kind == comptime!(loss::DKD) {
            let log_p = log_sum_teacher(teacher, of_teacher, classes, t, label);
            let log_q = log_sum_student(z, bias, at, from, classes, t, label);
            let odds_p = teacher[(of_teacher + label) as usize] / t - log_p;
            let odds_q = (z[(at + label) as usize] + bias[(from + label) as usize]) / t - log_q;
            let py = 1.0f32 / (1.0f32 + (-odds_p).exp());
            let qy = 1.0f32 / (1.0f32 + (-odds_q).exp());
            let pair =
                py * (softplus(-odds_q) - softplus(-odds_p)) + (1.0f32 - py) * (softplus(odds_q) - softplus(odds_p));
            let mut among = 0.0f32;
            for i in 0..classes {
                if i == label {
                    dz[(at + i) as usize] += factor * a * (qy - py);
                } else {
                    let lp = teacher[(of_teacher + i) as usize] / t - log_p;
                    let lq = (z[(at + i) as usize] + bias[(from + i) as usize]) / t - log_q;
                    among += lp.exp() * (lp - lq);
                    dz[(at + i) as usize] += factor * (b * (lq.exp() - lp.exp()) - a * lq.exp() * (qy - py));
                }
            }
            total += alpha * scale * (a * pair + b * among);
        } else {
            let log_p = log_sum_teacher(teacher, of_teacher, classes, t, classes);
            let log_q = log_sum_student(z, bias, at, from, classes, t, classes);
            // What the gradient is centred on (reverse KL, JSD), or the kept mass (top k).
            let mut centre = 0.0f32;
            for i in 0..classes {
                let lp = teacher[(of_teacher + i) as usize] / t - log_p;
                let lq = (z[(at + i) as usize] + bias[(from + i) as usize]) / t - log_q;
                if kind == comptime!(loss::REVERSE_KL) {
                    centre += lq.exp() * (lq - lp);
                } else if kind == comptime!(loss::JSD) {
                    let log_m = log_add(a.ln() + lp, (1.0f32 - a).ln() + lq);
                    centre += lq.exp() * (1.0f32 - a) * (lq - log_m);
                } else if kind == comptime!(loss::TEACHER_TOP_K) {
                    if kept(teacher, of_teacher, classes, i, a) {
                        centre += lp.exp();
                    }
                }
            }
            let mut soft = 0.0f32;
            for i in 0..classes {
                let lp = teacher[(of_teacher + i) as usize] / t - log_p;
                let lq = (z[(at + i) as usize] + bias[(from + i) as usize]) / t - log_q;
                let mut gradient = lq.exp() - lp.exp();
                if kind == comptime!(loss::REVERSE_KL) {
                    gradient = lq.exp() * (lq - lp - centre);
                    soft += lq.exp() * (lq - lp);
                } else if kind == comptime!(loss::JSD) {
                    let log_m = log_add(a.ln() + lp, (1.0f32 - a).ln() + lq);
                    gradient = lq.exp() * ((1.0f32 - a) * (lq - log_m) - centre);
                    soft += a * lp.exp() * (lp - log_m) + (1.0f32 - a) * lq.exp() * (lq - log_m);
                } else if kind == comptime!(loss::TEACHER_TOP_K) {
                    gradient = lq.exp();
                    if kept(teacher, of_teacher, classes, i, a) {
                        let target = lp.exp() / centre;
                        gradient -= target;
                        if target > 0.0f32 {
                            soft += target * (target.ln() - lq);
                        }
                    }
                } else {
                    soft += lp.exp() * (lp - lq);
                }
                dz[(at + i) as usize] += factor * gradient;
            }
            total += alpha * scale * soft;
        }
    }
    rows[row as usize] = share * total;
}

pub(super) fn adam<const D: usize>(
    parameters: Tensor<D>,
    first: Tensor<D>,
    second: Tensor<D>,
    gradient: Tensor<D>,
    step: AdamStep,
) -> (Tensor<D>, Tensor<D>, Tensor<D>) {
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

pub(super) fn sgd<const D: usize>(
    parameters: Tensor<D>,
    velocity: Tensor<D>,
    gradient: Tensor<D>,
    lr: f32,
) -> (Tensor<D>, Tensor<D>) {
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
