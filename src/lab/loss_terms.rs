//! The loss on one example, term by term: the page's arithmetic for showing the formula with its current numbers.
//!
//! The engine trains with `engine::loss`; this is the same definition, written for reading.

use super::soft_labels::{cross_entropy, kl, softmax};
use crate::config::Method;

/// The two terms, and the loss they make.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// Distance to the teacher, before T² and α: KL in nats, or half the squared distance of the logits.
    pub soft: f64,
    /// T², or 1 for logit matching, which has no temperature.
    pub scale: f64,
    /// Cross-entropy of the label, in nats, before 1 − α.
    pub hard: f64,
    /// α · scale · soft + (1 − α) · hard.
    pub loss: f64,
}

/// The terms on one example.
pub fn terms(method: Method, teacher: &[f32], student: &[f32], label: usize, t: f64, alpha: f64) -> Terms {
    let (p, q) = (softmax(teacher, t), softmax(student, t));
    let (soft, scale) = match method {
        Method::ForwardKl => (kl(&p, &q), t * t),
        Method::ReverseKl => (kl(&q, &p), t * t),
        Method::LogitMse => {
            let squares = teacher.iter().zip(student).map(|(a, b)| f64::from(a - b).powi(2));
            (0.5 * squares.sum::<f64>(), 1.0)
        }
    };
    let hard = cross_entropy(&softmax(student, 1.0), label);
    Terms { soft, scale, hard, loss: alpha * scale * soft + (1.0 - alpha) * hard }
}

/// The mean of several networks' terms; `None` of none.
pub fn mean(all: impl Iterator<Item = Terms>) -> Option<Terms> {
    let mut sum = Terms::default();
    let mut n = 0.0;
    for one in all {
        sum.soft += one.soft;
        sum.scale += one.scale;
        sum.hard += one.hard;
        sum.loss += one.loss;
        n += 1.0;
    }
    (n > 0.0).then(|| Terms { soft: sum.soft / n, scale: sum.scale / n, hard: sum.hard / n, loss: sum.loss / n })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEACHER: [f32; 3] = [2.0, 0.5, -1.0];
    const STUDENT: [f32; 3] = [1.0, 1.0, 0.0];

    #[test]
    fn alpha_weighs_the_soft_term() {
        let soft_only = terms(Method::ForwardKl, &TEACHER, &STUDENT, 0, 3.0, 1.0);
        assert!((soft_only.loss - 9.0 * soft_only.soft).abs() < 1e-12);
        let hard_only = terms(Method::ForwardKl, &TEACHER, &STUDENT, 0, 3.0, 0.0);
        assert!((hard_only.loss - hard_only.hard).abs() < 1e-12);
    }

    #[test]
    fn a_student_with_the_teachers_logits_has_no_soft_loss() {
        for method in [Method::ForwardKl, Method::ReverseKl, Method::LogitMse] {
            assert!(terms(method, &TEACHER, &TEACHER, 0, 3.0, 1.0).loss.abs() < 1e-12);
        }
    }

    #[test]
    fn the_two_directions_of_kl_differ() {
        let forward = terms(Method::ForwardKl, &TEACHER, &STUDENT, 0, 1.0, 1.0).soft;
        let reverse = terms(Method::ReverseKl, &TEACHER, &STUDENT, 0, 1.0, 1.0).soft;
        assert!((forward - reverse).abs() > 1e-3);
        assert!((reverse - terms(Method::ForwardKl, &STUDENT, &TEACHER, 0, 1.0, 1.0).soft).abs() < 1e-12);
    }

    #[test]
    fn logits_are_matched_without_a_temperature() {
        let cold = terms(Method::LogitMse, &TEACHER, &STUDENT, 0, 1.0, 1.0);
        let warm = terms(Method::LogitMse, &TEACHER, &STUDENT, 0, 9.0, 1.0);
        assert_eq!(cold.loss, warm.loss);
        assert!((cold.loss - 0.5 * (1.0 + 0.25 + 1.0)).abs() < 1e-12);
    }

    #[test]
    fn terms_are_averaged_over_networks() {
        let a = Terms { soft: 1.0, scale: 4.0, hard: 2.0, loss: 3.0 };
        let b = Terms { soft: 3.0, scale: 4.0, hard: 0.0, loss: 5.0 };
        assert_eq!(mean([a, b].into_iter()), Some(Terms { soft: 2.0, scale: 4.0, hard: 1.0, loss: 4.0 }));
        assert_eq!(mean(std::iter::empty()), None);
    }
}
