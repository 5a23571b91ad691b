//! The loss on one example, term by term, for showing the formula with its current numbers: [`crate::losses`] in float64.

use crate::config::Supervision;
use crate::losses::{self, LossParams};

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

/// The terms on one example, by the supervision of a student at its first T and soft weight α. `teacher` and `student` are
/// logits `[C]`, `label` < C.
///
/// Where targets are made from the teacher's labels first (sampled labels, permuted probabilities) or a hint comes before
/// them, the soft term is that of the plain soft labels.
pub fn terms(supervision: &Supervision, teacher: &[f32], student: &[f32], label: usize) -> Terms {
    let wide = |logits: &[f32]| logits.iter().map(|&z| f64::from(z)).collect::<Vec<f64>>();
    let (teacher, student) = (wide(teacher), wide(student));
    let params = LossParams::of(supervision, supervision.temperature, supervision.soft_weight);
    let mut gradient = vec![0.0; student.len()];
    let hard = losses::hard_term(&params, 1.0, &student, label, &mut gradient);
    if !supervision.method.asks_teacher() {
        return Terms { soft: 0.0, scale: 1.0, hard, loss: hard };
    }
    let soft = losses::soft_term(&params, 1.0, &student, &teacher, label, &mut gradient);
    let scale = params.soft_scale();
    let alpha = f64::from(supervision.soft_weight);
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
    use crate::config::{Method, TSquared};
    use crate::lab::probability::{cross_entropy, softmax};

    const TEACHER: [f32; 3] = [2.0, 0.5, -1.0];
    const STUDENT: [f32; 3] = [1.0, 1.0, 0.0];

    fn at(method: Method, temperature: f32, soft_weight: f32) -> Supervision {
        Supervision { temperature, soft_weight, ..Supervision::of(method) }
    }

    #[test]
    fn alpha_weighs_the_soft_term() {
        let soft_only = terms(&at(Method::ForwardKl, 3.0, 1.0), &TEACHER, &STUDENT, 0);
        assert!((soft_only.loss - 9.0 * soft_only.soft).abs() < 1e-12);
        let hard_only = terms(&at(Method::ForwardKl, 3.0, 0.0), &TEACHER, &STUDENT, 0);
        assert!((hard_only.loss - hard_only.hard).abs() < 1e-12);
        let unscaled = Supervision { t_squared: TSquared::Off, ..at(Method::ForwardKl, 3.0, 1.0) };
        assert!((9.0 * terms(&unscaled, &TEACHER, &STUDENT, 0).loss - soft_only.loss).abs() < 1e-12);
    }

    #[test]
    fn a_student_with_the_teachers_logits_has_no_soft_loss() {
        for method in [Method::ForwardKl, Method::ReverseKl, Method::LogitMse, Method::Jsd, Method::Dkd] {
            assert!(terms(&at(method, 3.0, 1.0), &TEACHER, &TEACHER, 0).loss.abs() < 1e-12);
        }
    }

    #[test]
    fn the_two_directions_of_kl_differ() {
        let forward = terms(&at(Method::ForwardKl, 1.0, 1.0), &TEACHER, &STUDENT, 0).soft;
        let reverse = terms(&at(Method::ReverseKl, 1.0, 1.0), &TEACHER, &STUDENT, 0).soft;
        assert!((forward - reverse).abs() > 1e-3);
        assert!((reverse - terms(&at(Method::ForwardKl, 1.0, 1.0), &STUDENT, &TEACHER, 0).soft).abs() < 1e-12);
    }

    #[test]
    fn logits_are_matched_without_a_temperature() {
        let cold = terms(&at(Method::LogitMse, 1.0, 1.0), &TEACHER, &STUDENT, 0);
        let warm = terms(&at(Method::LogitMse, 9.0, 1.0), &TEACHER, &STUDENT, 0);
        assert_eq!(cold.loss, warm.loss);
        assert!((cold.loss - 0.5 * (1.0 + 0.25 + 1.0)).abs() < 1e-12);
    }

    #[test]
    fn top_k_of_all_classes_is_soft_labels_and_of_one_is_argmax() {
        let top_k_loss =
            |top_k| terms(&Supervision { top_k, ..at(Method::TopK, 2.0, 1.0) }, &TEACHER, &STUDENT, 0).loss;
        assert!((top_k_loss(3) - terms(&at(Method::ForwardKl, 2.0, 1.0), &TEACHER, &STUDENT, 0).loss).abs() < 1e-9);
        assert!((top_k_loss(1) - 4.0 * cross_entropy(&softmax(&STUDENT, 2.0), 0)).abs() < 1e-9);
    }

    #[test]
    fn smoothing_asks_no_teacher() {
        let supervision = Supervision { smoothing: 0.3, ..at(Method::Smoothing, 3.0, 1.0) };
        assert_eq!(terms(&supervision, &TEACHER, &STUDENT, 1), terms(&supervision, &[0.0, 9.0, 0.0], &STUDENT, 1));
        let none = Supervision { smoothing: 0.0, ..supervision };
        assert!((terms(&none, &TEACHER, &STUDENT, 1).loss - cross_entropy(&softmax(&STUDENT, 1.0), 1)).abs() < 1e-12);
    }

    #[test]
    fn terms_are_averaged_over_networks() {
        let a = Terms { soft: 1.0, scale: 4.0, hard: 2.0, loss: 3.0 };
        let b = Terms { soft: 3.0, scale: 4.0, hard: 0.0, loss: 5.0 };
        assert_eq!(mean([a, b].into_iter()), Some(Terms { soft: 2.0, scale: 4.0, hard: 1.0, loss: 4.0 }));
        assert_eq!(mean(std::iter::empty()), None);
    }
}
