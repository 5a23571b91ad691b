//! The distillation losses and their gradients, in closed form: the one definition that engine and page share.
//!
//! For one example with student logits `s`, teacher logits `t` and label `y`, with p = softmax(t/T),
//! q = softmax(s/T) and natural logarithms:
//!
//! ```text
//! L = α · soft + (1 − α) · CE(y, softmax(s); ε)
//! ```
//!
//! The weights α and 1 − α are separate parameters, so that either term can be computed alone, or neither.
//!
//! | [`Soft`]      | soft                                   | ∂soft/∂s                                  | source |
//! |---------------|----------------------------------------|-------------------------------------------|--------|
//! | `ForwardKl`   | T² · KL(p ‖ q)                         | T · (q − p)                               | Hinton et al. 2015 |
//! | `ReverseKl`   | T² · KL(q ‖ p)                         | T · q · (r − Σ q r), r = log q − log p    | |
//! | `Jsd`         | T² · (β KL(p ‖ m) + (1−β) KL(q ‖ m))   | T · q · (g − Σ q g), g = (1−β) log(q/m)   | Agarwal et al. 2024 (GKD), m = βp + (1−β)q |
//! | `JsdNormalised` | that of `Jsd` / (β (1−β))            | that of `Jsd` / (β (1−β))                 | |
//! | `LogitMse`    | ½ Σ (s − t)²                           | s − t                                     | Ba & Caruana 2014 |
//! | `Dkd`         | T² · (tckd · KL(b_p ‖ b_q) + nckd · KL(p̂ ‖ q̂)) | see `dkd`                        | Zhao et al. 2022 |
//! | `TeacherTopK` | T² · KL(p restricted to its k largest, renormalised ‖ q) | T · (q − p̃)             | |
//! | `TeacherTopKOther` | T² · KL of the k largest and one class for all others | T · (q − p), T · q · (1 − P/Q) of the others, whose masses are P and Q | |
//! | `TeacherArgmax` | CE(argmax t, softmax(s))             | softmax(s) − onehot                       | |
//!
//! GKD's divergence is near the teacher β (1−β) · KL, to second order in p − q, and its gradient fades towards both ends of β;
//! `JsdNormalised` is KL there at every β, KL(p ‖ q) as β → 0 and KL(q ‖ p) as β → 1.
//!
//! T² keeps the size of the soft gradient roughly constant over T (Hinton et al. 2015, §2); `t_squared: false` leaves it
//! out (then the factors T² above become 1, and T becomes 1/T).
//!
//! Pure and generic over the float type: the engine's CPU kernel computes in float32, the loss panel in float64. The GPU
//! kernel (`engine::kernels::gpu`) is a second implementation; tests compare the two.

mod divergence;
mod dkd;
mod encoding;
mod real;
mod relative_entropy;
mod soft;
mod softmax;
#[cfg(test)]
mod tests;
mod untempered;

pub use encoding::{COLUMNS, column};
pub use real::Real;
pub use soft::{Kind, Soft, soft_term};
pub use softmax::argmax;

use crate::config::{Method, Supervision, TSquared};

/// Parameters of one student's loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossParams {
    /// The soft term.
    pub soft: Soft,
    /// Temperature T > 0.
    pub temperature: f32,
    /// Soft weight α, 0 to 1.
    pub soft_weight: f32,
    /// Weight of the hard term: 1 − α, except where one term is computed alone.
    pub hard_weight: f32,
    /// Label smoothing ε of the hard term, 0 to 1: targets (1−ε) · onehot + ε/C.
    pub label_smoothing: f32,
    /// Whether the soft term is multiplied by T².
    pub t_squared: bool,
    /// Target variant: 0 for the teacher's logits, others for targets made from them (sampled labels, permuted
    /// probabilities).
    pub variant: usize,
}

impl LossParams {
    /// Hard labels only: the baseline.
    pub const HARD: Self = Self {
        soft: Soft::ForwardKl,
        temperature: 1.0,
        soft_weight: 0.0,
        hard_weight: 1.0,
        label_smoothing: 0.0,
        t_squared: true,
        variant: 0,
    };

    /// The teacher's most likely class as the label.
    pub const ARGMAX: Self = Self { soft: Soft::TeacherArgmax, soft_weight: 1.0, hard_weight: 0.0, ..Self::HARD };

    /// A soft term at T with weight α, hard labels with 1 − α.
    pub fn soft(soft: Soft, temperature: f32, alpha: f32) -> Self {
        Self { soft, temperature, soft_weight: alpha, hard_weight: 1.0 - alpha, ..Self::HARD }
    }

    /// The loss of an arm at temperature T and soft weight α, whatever its schedules. Of a method that prepares its
    /// targets, the loss on those targets; of hints, the loss that follows them.
    pub fn of(supervision: &Supervision, temperature: f32, alpha: f32) -> Self {
        let soft = Soft::of(supervision);
        if supervision.method == Method::Smoothing {
            return Self { label_smoothing: supervision.smoothing, ..Self::HARD };
        }
        if supervision.method == Method::AllLabels {
            return Self::HARD;
        }
        if supervision.method == Method::Sampled {
            // The shares of the labels drawn, without a temperature.
            return Self::soft(soft, 1.0, alpha);
        }
        Self { t_squared: supervision.t_squared == TSquared::On, ..Self::soft(soft, temperature, alpha) }
    }

    /// The factor of soft terms that have a temperature: T², or 1 without it.
    pub fn tempered_scale(&self) -> f32 {
        if self.t_squared { self.temperature * self.temperature } else { 1.0 }
    }

    /// The factor of this soft term: T², or 1 for terms without a temperature.
    pub fn soft_scale<R: Real>(&self) -> R {
        let t = R::of(self.temperature);
        if self.t_squared && self.soft.has_temperature() { t * t } else { R::ONE }
    }
}

/// Loss of one example in nats. Its gradient with respect to the student's logits overwrites `gradient`.
///
/// `student`, `teacher` and `gradient` are `[C]` with `label` < C ≤ [`MAX_CLASSES`](crate::config::MAX_CLASSES).
/// `teacher` is not read when α is 0.
#[inline]
pub fn evaluate<R: Real>(params: &LossParams, student: &[R], teacher: &[R], label: usize, gradient: &mut [R]) -> R {
    let mut loss = R::ZERO;
    gradient.fill(R::ZERO);
    if params.hard_weight > 0.0 {
        loss += hard_term(params, R::of(params.hard_weight), student, label, gradient);
    }
    if params.soft_weight > 0.0 {
        let alpha = R::of(params.soft_weight);
        loss += alpha * (params.soft_scale::<R>() * soft_term(params, alpha, student, teacher, label, gradient));
    }
    loss
}

/// The hard term of an example in nats, times `weight`; adds `weight` times its gradient to `gradient`. Shapes as
/// in [`evaluate`].
#[inline]
pub fn hard_term<R: Real>(params: &LossParams, weight: R, student: &[R], label: usize, gradient: &mut [R]) -> R {
    untempered::cross_entropy(weight, R::of(params.label_smoothing), student, label, gradient)
}
