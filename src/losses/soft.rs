//! The soft terms: which there are, their encoding for kernels, and where each equation is. A new loss is a variant here, an
//! equation in a file of this folder, and its kernel on the GPU.

use super::divergence::Tempered;
use super::{LossParams, Real, dkd, untempered};
use crate::config::{Method, Supervision};

/// The soft term of a loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Soft {
    /// T² · KL(teacher ‖ student).
    ForwardKl,
    /// T² · KL(student ‖ teacher).
    ReverseKl,
    /// Generalised Jensen–Shannon divergence.
    Jsd {
        /// Weight of the teacher in the mixture, 0 < β < 1.
        beta: f32,
    },
    /// The same over β (1 − β), so that β does not change the size of the gradient near the teacher.
    JsdNormalised {
        /// Weight of the teacher in the mixture, 0 < β < 1.
        beta: f32,
    },
    /// Half the squared distance of the logits; no temperature.
    LogitMse,
    /// Decoupled knowledge distillation.
    Dkd {
        /// Weight of the label-against-rest part.
        tckd: f32,
        /// Weight of the part without the label.
        nckd: f32,
    },
    /// Forward KL to the teacher's k largest probabilities, renormalised.
    TeacherTopK {
        /// Number of classes that the teacher reveals.
        k: usize,
    },
    /// Forward KL of the teacher's k largest probabilities and one class for the rest.
    TeacherTopKOther {
        /// Number of classes that the teacher reveals.
        k: usize,
    },
    /// Cross-entropy to the teacher's most likely class; no temperature.
    TeacherArgmax,
}

/// Code of a soft term in [`column::KIND`](super::column::KIND).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// [`Soft::ForwardKl`]
    ForwardKl = 0,
    /// [`Soft::ReverseKl`]
    ReverseKl = 1,
    /// [`Soft::Jsd`]
    Jsd = 2,
    /// [`Soft::LogitMse`]
    LogitMse = 3,
    /// [`Soft::Dkd`]
    Dkd = 4,
    /// [`Soft::TeacherTopK`]
    TeacherTopK = 5,
    /// [`Soft::TeacherArgmax`]
    TeacherArgmax = 6,
    /// [`Soft::JsdNormalised`]
    JsdNormalised = 7,
    /// [`Soft::TeacherTopKOther`]
    TeacherTopKOther = 8,
}

impl Kind {
    /// Every kind. One that is missing here is not decoded, and its loss is NaN.
    pub const ALL: [Self; 9] = [
        Self::ForwardKl,
        Self::ReverseKl,
        Self::Jsd,
        Self::LogitMse,
        Self::Dkd,
        Self::TeacherTopK,
        Self::TeacherArgmax,
        Self::JsdNormalised,
        Self::TeacherTopKOther,
    ];
}

impl Soft {
    /// The soft term of an arm's method. Of a method that prepares its targets, the term on those targets; of hints, the term
    /// that follows them. Label smoothing and all labels have none: the weight of what is returned is 0.
    pub fn of(supervision: &Supervision) -> Self {
        match supervision.method {
            Method::ForwardKl
            | Method::Permuted
            | Method::Hint
            | Method::Sampled
            | Method::Smoothing
            | Method::AllLabels => Self::ForwardKl,
            Method::ReverseKl => Self::ReverseKl,
            Method::Jsd => Self::Jsd { beta: supervision.beta },
            Method::JsdNormalised => Self::JsdNormalised { beta: supervision.beta },
            Method::LogitMse => Self::LogitMse,
            Method::Dkd => Self::Dkd { tckd: supervision.tckd, nckd: supervision.nckd },
            Method::TopK => Self::TeacherTopK { k: supervision.top_k },
            Method::TopKOther => Self::TeacherTopKOther { k: supervision.top_k },
            Method::Argmax => Self::TeacherArgmax,
        }
    }

    /// Whether it compares distributions at a temperature.
    pub fn has_temperature(self) -> bool {
        match self {
            Self::LogitMse | Self::TeacherArgmax => false,
            Self::ForwardKl
            | Self::ReverseKl
            | Self::Jsd { .. }
            | Self::JsdNormalised { .. }
            | Self::Dkd { .. }
            | Self::TeacherTopK { .. }
            | Self::TeacherTopKOther { .. } => true,
        }
    }

    /// Its kind, and its first and second parameter.
    pub(super) fn encode(self) -> (Kind, f32, f32) {
        match self {
            Self::ForwardKl => (Kind::ForwardKl, 0.0, 0.0),
            Self::ReverseKl => (Kind::ReverseKl, 0.0, 0.0),
            Self::Jsd { beta } => (Kind::Jsd, beta, 0.0),
            Self::JsdNormalised { beta } => (Kind::JsdNormalised, beta, 0.0),
            Self::LogitMse => (Kind::LogitMse, 0.0, 0.0),
            Self::Dkd { tckd, nckd } => (Kind::Dkd, tckd, nckd),
            Self::TeacherTopK { k } => (Kind::TeacherTopK, k as f32, 0.0),
            Self::TeacherTopKOther { k } => (Kind::TeacherTopKOther, k as f32, 0.0),
            Self::TeacherArgmax => (Kind::TeacherArgmax, 0.0, 0.0),
        }
    }
}

impl Kind {
    /// The soft term of this kind with these parameters.
    pub(super) fn decode(self, first: f32, second: f32) -> Soft {
        match self {
            Self::ForwardKl => Soft::ForwardKl,
            Self::ReverseKl => Soft::ReverseKl,
            Self::Jsd => Soft::Jsd { beta: first },
            Self::JsdNormalised => Soft::JsdNormalised { beta: first },
            Self::LogitMse => Soft::LogitMse,
            Self::Dkd => Soft::Dkd { tckd: first, nckd: second },
            Self::TeacherTopK => Soft::TeacherTopK { k: first as usize },
            Self::TeacherTopKOther => Soft::TeacherTopKOther { k: first as usize },
            Self::TeacherArgmax => Soft::TeacherArgmax,
        }
    }
}

/// The soft term of an example before [`LossParams::soft_scale`] and any weight: nats, or half the squared distance of
/// the logits. Adds `weight` times the gradient of the scaled term to `gradient`. Shapes as in [`evaluate`](super::evaluate).
#[inline]
pub fn soft_term<R: Real>(
    params: &LossParams,
    weight: R,
    student: &[R],
    teacher: &[R],
    label: usize,
    gradient: &mut [R],
) -> R {
    let t = R::of(params.temperature);
    let factor = weight * params.soft_scale::<R>() / t;
    let tempered = || Tempered::new(student, teacher, t);
    match params.soft {
        Soft::ForwardKl => tempered().forward_kl(factor, gradient),
        Soft::ReverseKl => tempered().reverse_kl(factor, gradient),
        Soft::Jsd { beta } => tempered().jsd(R::of(beta), factor, gradient),
        Soft::JsdNormalised { beta } => {
            let beta = R::of(beta);
            let size = R::ONE / (beta * (R::ONE - beta));
            size * tempered().jsd(beta, size * factor, gradient)
        }
        Soft::LogitMse => untempered::logit_mse(weight, student, teacher, gradient),
        Soft::Dkd { tckd, nckd } => dkd::dkd((R::of(tckd), R::of(nckd)), t, factor, student, teacher, label, gradient),
        Soft::TeacherTopK { k } => tempered().top_k(k, factor, gradient),
        Soft::TeacherTopKOther { k } => tempered().top_k_other(k, factor, gradient),
        Soft::TeacherArgmax => untempered::teacher_argmax(weight, student, teacher, gradient),
    }
}
