//! Divergences between the tempered distributions of teacher and student.
//!
//! Throughout p = softmax(t/T), q = softmax(s/T). Each function returns the divergence in nats and adds `factor` times
//! T · ∂/∂s of it to `gradient` `[C]`.

use super::Real;
use super::softmax::{Row, log_add, softmax};
use crate::config::MAX_CLASSES;

/// p and q of one example, with their logarithms.
pub(super) struct Tempered<'a, R> {
    student: &'a [R],
    teacher: &'a [R],
    temperature: R,
    p: Row<R>,
    q: Row<R>,
    log_sum_p: R,
    log_sum_q: R,
}

impl<'a, R: Real> Tempered<'a, R> {
    /// Of logits `[C]` each.
    #[inline]
    pub(super) fn new(student: &'a [R], teacher: &'a [R], temperature: R) -> Self {
        let (mut p, mut q) = ([R::ZERO; MAX_CLASSES], [R::ZERO; MAX_CLASSES]);
        let log_sum_p = softmax(teacher, temperature, &mut p);
        let log_sum_q = softmax(student, temperature, &mut q);
        Self { student, teacher, temperature, p, q, log_sum_p, log_sum_q }
    }

    /// log p of class i.
    #[inline]
    fn lp(&self, i: usize) -> R {
        self.teacher[i] / self.temperature - self.log_sum_p
    }

    /// log q of class i.
    #[inline]
    fn lq(&self, i: usize) -> R {
        self.student[i] / self.temperature - self.log_sum_q
    }

    /// KL(p ‖ q); gradient q − p (Hinton et al. 2015).
    #[inline]
    pub(super) fn forward_kl(&self, factor: R, gradient: &mut [R]) -> R {
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            *gradient += factor * (self.q[i] - self.p[i]);
            sum += self.p[i] * (self.lp(i) - self.lq(i));
        }
        sum
    }

    /// KL(q ‖ p); gradient q · (r − Σ q r), r = log q − log p.
    #[inline]
    pub(super) fn reverse_kl(&self, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let kl: R = (0..c).map(|i| self.q[i] * (self.lq(i) - self.lp(i))).sum();
        for (i, gradient) in gradient.iter_mut().enumerate() {
            *gradient += factor * self.q[i] * (self.lq(i) - self.lp(i) - kl);
        }
        kl
    }

    /// β KL(p ‖ m) + (1−β) KL(q ‖ m), m = βp + (1−β)q; gradient q · (g − Σ q g), g = (1−β) log(q/m) (Agarwal et al.
    /// 2024). log m is computed from the logarithms, so that it holds where p and q underflow.
    #[inline]
    pub(super) fn jsd(&self, beta: R, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let rest = R::ONE - beta;
        let (ln_beta, ln_rest) = (beta.ln(), rest.ln());
        let log_m = |i: usize| log_add(ln_beta + self.lp(i), ln_rest + self.lq(i));
        let mean: R = (0..c).map(|i| self.q[i] * rest * (self.lq(i) - log_m(i))).sum();
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            *gradient += factor * self.q[i] * (rest * (self.lq(i) - log_m(i)) - mean);
            sum += beta * self.p[i] * (self.lp(i) - log_m(i)) + rest * self.q[i] * (self.lq(i) - log_m(i));
        }
        sum
    }

    /// KL(p̃ ‖ q), where p̃ is p restricted to its k largest classes and renormalised; gradient q − p̃. Ties go to the
    /// lower index, as in a stable sort.
    #[inline]
    pub(super) fn top_k(&self, k: usize, factor: R, gradient: &mut [R]) -> R {
        let (c, teacher) = (self.student.len(), self.teacher);
        let kept =
            |i: usize| (0..c).filter(|&j| teacher[j] > teacher[i] || (teacher[j] == teacher[i] && j < i)).count() < k;
        let mass: R = (0..c).filter(|&i| kept(i)).map(|i| self.p[i]).sum();
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let target = if kept(i) { self.p[i] / mass } else { R::ZERO };
            *gradient += factor * (self.q[i] - target);
            if target > R::ZERO {
                sum += target * (target.ln() - self.lq(i));
            }
        }
        sum
    }
}
