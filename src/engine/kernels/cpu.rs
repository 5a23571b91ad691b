//! The fused operations on the CPU: plain loops over burn-flex's memory, in place where a tensor has one owner.

use super::{AdamStep, BETA_1, BETA_2, EPSILON, Labels, LossGradient};
use crate::engine::kernels::gemm::{View, product};
use crate::losses::{self, COLUMNS, LossParams};
use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::{Tensor, TensorData};
use std::cell::RefCell;

/// The memory behind a CPU tensor.
fn host<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let flex: FlexTensor = tensor.try_into_primitive::<Flex>().expect("the engine computes on WebGPU or on flex");
    if flex.as_slice::<f32>().is_some() { flex } else { flex.to_contiguous() }
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice().expect("made contiguous above")
}

/// A tensor that owns all of its memory, so that writing does not copy: from the start of its buffer to its end.
fn owned<const D: usize>(tensor: Tensor<D>) -> FlexTensor {
    let flex = host(tensor);
    let whole = flex.storage::<f32>().len() == values(&flex).len();
    if whole { flex } else { FlexTensor::from_data(flex.into_data()) }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_primitive::<Flex>(FlexTensor::from_data(TensorData::new(values, shape)))
}

pub(super) fn matmul(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, m, k], [_, _, n]) = (a.dims(), b.dims());
    products(a, b, (m, k, n), (false, false))
}

pub(super) fn matmul_tn(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, k, m], [_, _, n]) = (a.dims(), b.dims());
    products(a, b, (m, k, n), (true, false))
}

pub(super) fn matmul_nt(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    let ([_, m, k], [_, n, _]) = (a.dims(), b.dims());
    products(a, b, (m, k, n), (false, true))
}

/// One product for each batch; a batch of one serves all of the other's. `turned` says which factors are transposed.
fn products(a: &Tensor<3>, b: &Tensor<3>, (m, k, n): (usize, usize, usize), turned: (bool, bool)) -> Tensor<3> {
    thread_local!(static PANELS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) });
    let ([batches_a, ..], [batches_b, ..]) = (a.dims(), b.dims());
    let batches = batches_a.max(batches_b);
    let (a, b) = (host(a.clone()), host(b.clone()));
    let (a, b) = (values(&a), values(&b));
    let mut out = vec![0.0; batches * m * n];
    PANELS.with_borrow_mut(|panels| {
        for batch in 0..batches {
            let (at_a, at_b) = (batch % batches_a * m * k, batch % batches_b * k * n);
            let (a, b) = (&a[at_a..at_a + m * k], &b[at_b..at_b + k * n]);
            let a = if turned.0 { View::transposed(a, m) } else { View::new(a, k) };
            let b = if turned.1 { View::transposed(b, k) } else { View::new(b, n) };
            product(a, b, (m, k, n), &mut out[batch * m * n..(batch + 1) * m * n], panels);
        }
    });
    tensor(out, [batches, m, n])
}

pub(super) fn bias_relu(z: Tensor<3>, bias: &Tensor<3>) -> Tensor<3> {
    let [r, b, ah] = z.dims();
    let [s, _, h] = bias.dims();
    let arms = s / r;
    let (z, bias) = (host(z), host(bias.clone()));
    let (z, bias) = (values(&z), values(&bias));
    let mut out = Vec::with_capacity(s * b * h);
    for student in 0..s {
        let (replicate, arm) = (student / arms, student % arms);
        let bias = &bias[student * h..(student + 1) * h];
        for row in 0..b {
            let start = (replicate * b + row) * ah + arm * h;
            out.extend(z[start..start + h].iter().zip(bias).map(|(z, bias)| (z + bias).max(0.0)));
        }
    }
    tensor(out, [s, b, h])
}

pub(super) fn bias_relu_backward(dh: Tensor<3>, h: Tensor<3>, arms: usize) -> (Tensor<3>, Tensor<3>) {
    let [s, b, width] = h.dims();
    let (dh, h) = (host(dh), host(h));
    let (dh, h) = (values(&dh), values(&h));
    let ah = arms * width;
    let mut dz = vec![0.0; s * b * width];
    let mut dbias = vec![0.0; s * width];
    for student in 0..s {
        let (replicate, arm) = (student / arms, student % arms);
        let sums = &mut dbias[student * width..(student + 1) * width];
        for row in 0..b {
            let from = (student * b + row) * width;
            let to = (replicate * b + row) * ah + arm * width;
            let (dh, h) = (&dh[from..from + width], &h[from..from + width]);
            for (((dz, sum), &dh), &h) in dz[to..to + width].iter_mut().zip(&mut *sums).zip(dh).zip(h) {
                let through = if h > 0.0 { dh } else { 0.0 };
                *dz = through;
                *sum += through;
            }
        }
    }
    (tensor(dz, [s / arms, b, ah]), tensor(dbias, [s, 1, width]))
}

pub(super) fn loss_gradient(
    z: Tensor<3>,
    bias: &Tensor<3>,
    teacher: &Tensor<3>,
    labels: &Labels,
    loss_params: &Tensor<2>,
) -> LossGradient {
    let [s, b, c] = z.dims();
    let arms = s / labels.replicates();
    let variants = teacher.dims()[2] / c;
    let (z, bias, teacher) = (host(z), host(bias.clone()), host(teacher.clone()));
    let (labels, loss_params) = (host(labels.tensor().clone()), host(loss_params.clone()));
    let (z, bias, teacher) = (values(&z), values(&bias), values(&teacher));
    let (labels, loss_params) = (values(&labels), values(&loss_params));
    let mut dz = vec![0.0; s * b * c];
    let mut dbias = vec![0.0; s * c];
    let mut means = vec![0.0; s];
    let mut logits = vec![0.0; c];
    let share = 1.0 / b as f32;
    for student in 0..s {
        let replicate = student / arms;
        let bias = &bias[student * c..(student + 1) * c];
        let params = LossParams::decode(&loss_params[student * COLUMNS..(student + 1) * COLUMNS]);
        let Some(params) = params else {
            // A kind of loss that is not known must not pass for another.
            dz[student * b * c..(student + 1) * b * c].fill(f32::NAN);
            dbias[student * c..(student + 1) * c].fill(f32::NAN);
            means[student] = f32::NAN;
            continue;
        };
        let soft_only = LossParams { hard_weight: 0.0, ..params };
        let sums = &mut dbias[student * c..(student + 1) * c];
        for row in 0..b {
            let at = (student * b + row) * c;
            for ((logit, z), bias) in logits.iter_mut().zip(&z[at..at + c]).zip(bias) {
                *logit = z + bias;
            }
            let example = replicate * b + row;
            // Without a teacher (hard labels only) its tensor is a placeholder, which a soft weight of 0 leaves unread.
            let answer = (example * variants + params.variant) * c;
            let teacher = teacher.get(answer..answer + c).unwrap_or(&[]);
            let gradient = &mut dz[at..at + c];
            let label = Labels::decode(&labels[Labels::COLUMNS * example..Labels::COLUMNS * (example + 1)]);
            let params = if label.labelled { &params } else { &soft_only };
            means[student] += share * losses::evaluate(params, &logits, teacher, label.class, gradient);
            for (gradient, sum) in gradient.iter_mut().zip(&mut *sums) {
                *gradient *= share;
                *sum += *gradient;
            }
        }
    }
    LossGradient { logits: tensor(dz, [s, b, c]), bias: tensor(dbias, [s, 1, c]), loss: tensor(means, [s]) }
}

pub(super) fn adam(
    parameters: Tensor<3>,
    first: Tensor<3>,
    second: Tensor<3>,
    gradient: Tensor<3>,
    step: AdamStep,
) -> (Tensor<3>, Tensor<3>, Tensor<3>) {
    let (mut w, mut m, mut v, g) = (owned(parameters), owned(first), owned(second), host(gradient));
    let AdamStep { rate, root_correction } = step;
    for (((w, m), v), g) in
        w.storage_mut::<f32>().iter_mut().zip(m.storage_mut::<f32>()).zip(v.storage_mut::<f32>()).zip(values(&g))
    {
        *m = BETA_1 * *m + (1.0 - BETA_1) * g;
        *v = BETA_2 * *v + (1.0 - BETA_2) * g * g;
        *w -= rate * *m / (v.sqrt() * root_correction + EPSILON);
    }
    (Tensor::from_primitive::<Flex>(w), Tensor::from_primitive::<Flex>(m), Tensor::from_primitive::<Flex>(v))
}

pub(super) fn sgd(parameters: Tensor<3>, velocity: Tensor<3>, gradient: Tensor<3>, lr: f32) -> (Tensor<3>, Tensor<3>) {
    let (mut w, mut v, g) = (owned(parameters), owned(velocity), host(gradient));
    for ((w, v), g) in w.storage_mut::<f32>().iter_mut().zip(v.storage_mut::<f32>()).zip(values(&g)) {
        *v = BETA_1 * *v + g;
        *w -= lr * *v;
    }
    (Tensor::from_primitive::<Flex>(w), Tensor::from_primitive::<Flex>(v))
}
