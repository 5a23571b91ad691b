//! Operations that burn has no single one for, fused: one pass over memory on the CPU ([`cpu`]), one launch on
//! WebGPU (`gpu`). Both compute the same arithmetic; the parity tests hold them together.

pub mod cpu;
pub mod gemm;
#[cfg(feature = "gpu")]
pub mod gpu;
mod labels;

pub use labels::{Label, Labels};

use burn::tensor::Tensor;

/// How Adam takes one step (Kingma & Ba 2015, algorithm 1), with the bias corrections folded into two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// lr / (1 − β₁ᵗ)
    pub rate: f32,
    /// 1 / √(1 − β₂ᵗ)
    pub root_correction: f32,
}

/// β₁ of Adam, also the momentum of SGD.
pub const BETA_1: f32 = 0.9;
/// β₂ of Adam.
pub const BETA_2: f32 = 0.999;
/// ε of Adam.
pub const EPSILON: f32 = 1e-8;

/// Runs the CPU or the GPU form of a kernel, by where its first tensor lives.
macro_rules! dispatch {
    ($tensor:expr, $call:ident($($argument:expr),* $(,)?)) => {{
        #[cfg(feature = "gpu")]
        if gpu::holds($tensor) {
            return gpu::$call($($argument),*);
        }
        cpu::$call($($argument),*)
    }};
}

/// Matrix products, batch by batch: `a` `[N, M, K]` × `b` `[N, K, L]` → `[N, M, L]`; a batch of one serves all.
pub fn matmul(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    dispatch!(a, matmul(a, b))
}

/// With `a` transposed: `a` `[N, K, M]`, `b` `[N, K, L]` → `[N, M, L]`.
pub fn matmul_tn(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    dispatch!(a, matmul_tn(a, b))
}

/// With `b` transposed: `a` `[N, M, K]`, `b` `[N, L, K]` → `[N, M, L]`.
pub fn matmul_nt(a: &Tensor<3>, b: &Tensor<3>) -> Tensor<3> {
    dispatch!(a, matmul_nt(a, b))
}

/// relu(z + bias), with the arms taken apart: `z` `[R, B, A·H]`, `bias` `[S, 1, H]` → `[S, B, H]`, S = R·A.
pub fn bias_relu(z: Tensor<3>, bias: &Tensor<3>) -> Tensor<3> {
    dispatch!(&z, bias_relu(z, bias))
}

/// Gradient through [`bias_relu`]: `dh`, `h` `[S, B, H]` → (`dz` `[R, B, A·H]`, `dbias` `[S, 1, H]`), with A arms.
pub fn bias_relu_backward(dh: Tensor<3>, h: Tensor<3>, arms: usize) -> (Tensor<3>, Tensor<3>) {
    dispatch!(&dh, bias_relu_backward(dh, h, arms))
}

/// Result of [`loss_gradient`].
pub struct LossGradient {
    /// ∂(Σ over S of the mean over B)/∂logits, `[S, B, C]`.
    pub logits: Tensor<3>,
    /// The same with respect to the output bias, `[S, 1, C]`.
    pub bias: Tensor<3>,
    /// Mean loss of each student, `[S]`, nats.
    pub loss: Tensor<1>,
}

/// Loss of every student and its gradient ([`crate::losses`]), whatever the network: logits without bias `z`
/// `[S, B, C]`, `bias` `[S, 1, C]`, teacher logits `[R, B, V·C]` (V variants of each target), labels `[R, B]`, rows of
/// [`LossParams::encode`](crate::losses::LossParams::encode) `[S, COLUMNS]`. NaN for a row whose kind is not known.
pub fn loss_gradient(
    z: Tensor<3>,
    bias: &Tensor<3>,
    teacher: &Tensor<3>,
    labels: &Labels,
    loss_params: &Tensor<2>,
) -> LossGradient {
    dispatch!(&z, loss_gradient(z, bias, teacher, labels, loss_params))
}

/// One Adam step: parameters, first and second moment, gradient, all of one shape; the new three.
pub fn adam(
    parameters: Tensor<3>,
    first: Tensor<3>,
    second: Tensor<3>,
    gradient: Tensor<3>,
    step: AdamStep,
) -> (Tensor<3>, Tensor<3>, Tensor<3>) {
    dispatch!(&parameters, adam(parameters, first, second, gradient, step))
}

/// One step of SGD with momentum [`BETA_1`]: v ← μv + g, w ← w − lr · v; the new parameters and velocity.
pub fn sgd(parameters: Tensor<3>, velocity: Tensor<3>, gradient: Tensor<3>, lr: f32) -> (Tensor<3>, Tensor<3>) {
    dispatch!(&parameters, sgd(parameters, velocity, gradient, lr))
}
