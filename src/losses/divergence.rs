//! Divergences between the tempered distributions of teacher and student.
//!
//! Throughout p = softmax(t/T), q = softmax(s/T). Each function returns the divergence in nats and adds `factor` times
//! T · ∂/∂s of it to `gradient` `[C]`.

use super::Real;
use super::relative_entropy::{divergence_term, log_mixture, negative_log_of_rest};
use super::softmax::{Row, softmax};
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

    /// u = log(q / p) of class i, from the difference of the logits.
    #[inline]
    fn log_ratio(&self, i: usize) -> R {
        (self.student[i] - self.teacher[i]) / self.temperature - (self.log_sum_q - self.log_sum_p)
    }

    /// KL(p ‖ q); gradient q − p (Hinton et al. 2015).
    #[inline]
    pub(super) fn forward_kl(&self, factor: R, gradient: &mut [R]) -> R {
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            *gradient += factor * (self.q[i] - self.p[i]);
            sum += divergence_term(self.p[i], self.q[i], self.log_ratio(i));
        }
        sum
    }

    /// KL(q ‖ p); gradient q · (u − Σ q u), u = log(q / p).
    #[inline]
    pub(super) fn reverse_kl(&self, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let mean: R = (0..c).map(|i| self.q[i] * self.log_ratio(i)).sum();
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let u = self.log_ratio(i);
            *gradient += factor * self.q[i] * (u - mean);
            sum += divergence_term(self.q[i], self.p[i], -u);
        }
        sum
    }

    /// β KL(p ‖ m) + (1−β) KL(q ‖ m), m = βp + (1−β)q; gradient q · (g − Σ q g), g = (1−β) log(q/m) (Agarwal et al. 2024).
    /// The logarithms log(m/p) and log(m/q) are computed from u = log(q/p), so that they hold where p and q underflow.
    #[inline]
    pub(super) fn jsd(&self, beta: R, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let rest = R::ONE - beta;
        // log(m/q) = log(m/p) − u
        let m_over_q = |i: usize| {
            let u = self.log_ratio(i);
            log_mixture(rest, u) - u
        };
        let mean: R = (0..c).map(|i| -self.q[i] * rest * m_over_q(i)).sum();
        let mut sum = R::ZERO;
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let (p, q, u) = (self.p[i], self.q[i], self.log_ratio(i));
            let m_over_p = log_mixture(rest, u);
            let m = beta * p + rest * q;
            *gradient += factor * q * (-rest * (m_over_p - u) - mean);
            sum += beta * divergence_term(p, m, m_over_p) + rest * divergence_term(q, m, m_over_p - u);
        }
        sum
    }

    /// KL(p̃ ‖ q), where p̃ is p restricted to its k largest classes and renormalised; gradient q − p̃. Ties go to the
    /// lower index, as in a stable sort. With Q the mass of q on those classes and q̃ = q/Q, it is KL(p̃ ‖ q̃) − log Q.
    #[inline]
    pub(super) fn top_k(&self, k: usize, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let kept = |i: usize| self.kept(i, k);
        let mass: R = (0..c).filter(|&i| kept(i)).map(|i| self.p[i]).sum();
        let left_out: R = (0..c).filter(|&i| !kept(i)).map(|i| self.q[i]).sum();
        let of_student: R = (0..c).filter(|&i| kept(i)).map(|i| self.q[i]).sum();
        // log(q̃ / p̃) = u + log(mass / Q), for logarithms that exist: Q underflows where the student is sure of another class.
        let stable = of_student > R::of(1e-30);
        let shift = if stable { (mass / of_student).ln() } else { R::ZERO };
        let mut sum = if stable { outside(left_out, of_student) } else { R::ZERO };
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let target = if kept(i) { self.p[i] / mass } else { R::ZERO };
            *gradient += factor * (self.q[i] - target);
            if target > R::ZERO {
                sum += if stable {
                    divergence_term(target, self.q[i] / of_student, self.log_ratio(i) + shift)
                } else {
                    target * (target.ln() - (self.student[i] / self.temperature - self.log_sum_q))
                };
            }
        }
        sum
    }

    /// KL of the k classes that the teacher finds most likely and one class for all others, of mass P in p and Q in q; gradient
    /// q − p of those told, q · (1 − P/Q) of the others. Ties as in [`Self::top_k`]. With k ≥ C nothing is left to take together.
    #[inline]
    pub(super) fn top_k_other(&self, k: usize, factor: R, gradient: &mut [R]) -> R {
        let c = self.student.len();
        let other = |i: &usize| !self.kept(*i, k);
        // Logarithms of the others' masses times a sum that both have: their masses may underflow where a network is sure.
        let log_mass = |z: &[R], log_sum: R| {
            let max = (0..c).filter(other).map(|i| z[i]).fold(R::NEG_INFINITY, R::max);
            let sum: R = (0..c).filter(other).map(|i| ((z[i] - max) / self.temperature).exp()).sum();
            max / self.temperature + sum.ln() - log_sum
        };
        let mut sum = R::ZERO;
        let (mut mass_of_teacher, mut log_of_student) = (R::ZERO, R::ZERO);
        if k < c {
            let log_of_teacher = log_mass(self.teacher, self.log_sum_p);
            log_of_student = log_mass(self.student, self.log_sum_q);
            mass_of_teacher = log_of_teacher.exp();
            sum += divergence_term(mass_of_teacher, log_of_student.exp(), log_of_student - log_of_teacher);
        }
        for (i, gradient) in gradient.iter_mut().enumerate() {
            let (p, q) = (self.p[i], self.q[i]);
            if self.kept(i, k) {
                *gradient += factor * (q - p);
                sum += divergence_term(p, q, self.log_ratio(i));
            } else {
                let share = (self.student[i] / self.temperature - self.log_sum_q - log_of_student).exp();
                *gradient += factor * (q - mass_of_teacher * share);
            }
        }
        sum
    }

    /// Whether class i is one of the k that the teacher finds most likely.
    #[inline]
    fn kept(&self, i: usize, k: usize) -> bool {
        let teacher = self.teacher;
        (0..teacher.len()).filter(|&j| teacher[j] > teacher[i] || (teacher[j] == teacher[i] && j < i)).count() < k
    }
}

/// −log of a mass: from what it leaves out, where that is less than half.
#[inline]
fn outside<R: Real>(left_out: R, mass: R) -> R {
    if left_out < R::HALF { negative_log_of_rest(left_out) } else { -mass.ln() }
}
