//! Terms without a temperature: cross-entropy of labels, and matching of logits.
//!
//! Each adds `weight` times its gradient with respect to the student's logits to `gradient` `[C]`.

use super::Real;
use super::softmax::{Row, argmax, softmax};
use crate::config::MAX_CLASSES;

/// Cross-entropy of the label at T = 1 with smoothed targets (1−ε) · onehot + ε/C, in nats, times `weight`.
#[inline]
pub(super) fn cross_entropy<R: Real>(weight: R, epsilon: R, student: &[R], label: usize, gradient: &mut [R]) -> R {
    let c = student.len();
    let mut q: Row<R> = [R::ZERO; MAX_CLASSES];
    let log_sum = softmax(student, R::ONE, &mut q);
    let off = epsilon / R::count(c);
    let mut loss = R::ZERO;
    for i in 0..c {
        let target = off + if i == label { R::ONE - epsilon } else { R::ZERO };
        gradient[i] += weight * (q[i] - target);
        if target > R::ZERO {
            loss -= weight * target * (student[i] - log_sum);
        }
    }
    loss
}

/// ½ Σ (s − t)²; gradient s − t (Ba & Caruana 2014).
#[inline]
pub(super) fn logit_mse<R: Real>(weight: R, student: &[R], teacher: &[R], gradient: &mut [R]) -> R {
    let mut sum = R::ZERO;
    for i in 0..student.len() {
        let d = student[i] - teacher[i];
        gradient[i] += weight * d;
        sum += R::HALF * d * d;
    }
    sum
}

/// Cross-entropy of the teacher's most likely class at T = 1, in nats; gradient softmax(s) − onehot.
#[inline]
pub(super) fn teacher_argmax<R: Real>(weight: R, student: &[R], teacher: &[R], gradient: &mut [R]) -> R {
    let mut q: Row<R> = [R::ZERO; MAX_CLASSES];
    let answer = argmax(teacher);
    let log_sum = softmax(student, R::ONE, &mut q);
    for i in 0..student.len() {
        gradient[i] += weight * (q[i] - if i == answer { R::ONE } else { R::ZERO });
    }
    log_sum - student[answer]
}
