//! Decoupled knowledge distillation (Zhao et al. 2022, eq. 6).

use super::Real;
use super::relative_entropy::divergence_term;
use super::softmax::{Row, sigmoid, softplus};
use crate::config::MAX_CLASSES;

/// Softmax over the classes other than the label into `out`; returns its log-sum and the log-odds of the label against
/// the rest.
#[inline]
fn rest<R: Real>(z: &[R], label: usize, t: R, out: &mut Row<R>) -> (R, R) {
    let others = || (0..z.len()).filter(|&i| i != label);
    let max = others().map(|i| z[i]).fold(R::NEG_INFINITY, R::max);
    let mut sum = R::ZERO;
    for i in others() {
        out[i] = ((z[i] - max) / t).exp();
        sum += out[i];
    }
    for i in others() {
        out[i] /= sum;
    }
    let log_sum = max / t + sum.ln();
    (log_sum, z[label] / t - log_sum)
}

/// tckd · KL of the (label, rest) pair + nckd · KL among the rest, in nats.
///
/// Adds `factor` times T · ∂/∂s: tckd (q_y − p_y) for the label y, nckd (q̂_i − p̂_i) − tckd q̂_i (q_y − p_y) for i ≠ y,
/// where p̂ and q̂ are the softmax without the label.
#[inline]
pub(super) fn dkd<R: Real>(
    (tckd, nckd): (R, R),
    t: R,
    factor: R,
    student: &[R],
    teacher: &[R],
    label: usize,
    gradient: &mut [R],
) -> R {
    let (mut p, mut q): (Row<R>, Row<R>) = ([R::ZERO; MAX_CLASSES], [R::ZERO; MAX_CLASSES]);
    let (log_p, odds_p) = rest(teacher, label, t, &mut p);
    let (log_q, odds_q) = rest(student, label, t, &mut q);
    let (py, qy) = (sigmoid(odds_p), sigmoid(odds_q));
    // log p_y = −softplus(−odds), log(1 − p_y) = −softplus(odds)
    let pair = divergence_term(py, qy, softplus(-odds_p) - softplus(-odds_q))
        + divergence_term(sigmoid(-odds_p), sigmoid(-odds_q), softplus(odds_p) - softplus(odds_q));
    let mut among = R::ZERO;
    for i in (0..student.len()).filter(|&i| i != label) {
        among += divergence_term(p[i], q[i], (student[i] - teacher[i]) / t - (log_q - log_p));
        gradient[i] += factor * (nckd * (q[i] - p[i]) - tckd * q[i] * (qy - py));
    }
    gradient[label] += factor * tckd * (qy - py);
    tckd * pair + nckd * among
}
