//! The softmax at a temperature and the logarithms around it, safe for any finite logits.

use super::Real;
use crate::config::MAX_CLASSES;

/// One number per class, on the stack.
pub(super) type Row<R> = [R; MAX_CLASSES];

/// softmax(z/t) into the first C of `out`; returns log Σ exp(z/t).
#[inline]
pub(super) fn softmax<R: Real>(z: &[R], t: R, out: &mut Row<R>) -> R {
    let max = z.iter().copied().fold(R::NEG_INFINITY, R::max);
    let mut sum = R::ZERO;
    for (o, &v) in out.iter_mut().zip(z) {
        *o = ((v - max) / t).exp();
        sum += *o;
    }
    for o in out.iter_mut().take(z.len()) {
        *o /= sum;
    }
    max / t + sum.ln()
}

/// Index of the largest value, the first of equals; 0 of none.
pub fn argmax<R: Real>(z: &[R]) -> usize {
    let mut best = 0;
    for (i, &v) in z.iter().enumerate() {
        if v > z[best] {
            best = i;
        }
    }
    best
}

/// 1 / (1 + e^−x)
#[inline]
pub(super) fn sigmoid<R: Real>(x: R) -> R {
    R::ONE / (R::ONE + (-x).exp())
}

/// log(1 + e^x)
#[inline]
pub(super) fn softplus<R: Real>(x: R) -> R {
    x.max(R::ZERO) + (-x.abs()).exp().ln_1p()
}
