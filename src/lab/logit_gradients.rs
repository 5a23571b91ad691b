//! What one example asks of one student: the gradients of the soft and of the hard term with respect to the student's logits,
//! and how long they are at other temperatures. [`crate::losses`] in float64.

use crate::config::{Supervision, TSquared};
use crate::losses::{self, LossParams};

/// Gradients of both terms with respect to the student's logits, `[C]` each, before α and 1 − α; the soft one with its T²,
/// where that is on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogitGradients {
    /// Of the soft term; zeros where there is none.
    pub soft: Vec<f64>,
    /// Of the hard term: softmax(s) − y.
    pub hard: Vec<f64>,
}

/// The gradients on one example. `teacher` and `student` are logits `[C]`, `label` < C. Of methods that make targets from the
/// teacher's labels first, those of the plain soft labels.
pub fn logit_gradients(supervision: &Supervision, teacher: &[f32], student: &[f32], label: usize) -> LogitGradients {
    let wide = |logits: &[f32]| logits.iter().map(|&z| f64::from(z)).collect::<Vec<f64>>();
    let (teacher, student) = (wide(teacher), wide(student));
    let params = LossParams::of(supervision, supervision.temperature, supervision.soft_weight);
    let mut out = LogitGradients { soft: vec![0.0; student.len()], hard: vec![0.0; student.len()] };
    losses::hard_term(&params, 1.0, &student, label, &mut out.hard);
    if supervision.method.asks_teacher() {
        losses::soft_term(&params, 1.0, &student, &teacher, label, &mut out.soft);
    }
    out
}

/// Euclidean length.
pub fn length(gradient: &[f64]) -> f64 {
    gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
}

/// Lengths of the gradients at one temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lengths {
    /// T.
    pub temperature: f64,
    /// Of the soft term with the factor T².
    pub with_t_squared: f64,
    /// Of the soft term without it.
    pub without: f64,
    /// Of the hard term, which has no temperature.
    pub hard: f64,
}

/// Lengths at several temperatures, the networks as they are.
pub fn lengths(
    supervision: &Supervision,
    teacher: &[f32],
    student: &[f32],
    label: usize,
    temperatures: impl Iterator<Item = f64>,
) -> Vec<Lengths> {
    let at = |t: f64| {
        let of = |t_squared| {
            let supervision = Supervision { temperature: t as f32, t_squared, ..supervision.clone() };
            logit_gradients(&supervision, teacher, student, label)
        };
        let on = of(TSquared::On);
        Lengths {
            temperature: t,
            with_t_squared: length(&on.soft),
            without: length(&of(TSquared::Off).soft),
            hard: length(&on.hard),
        }
    };
    temperatures.map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Method;
    use crate::lab::probability::softmax;

    const TEACHER: [f32; 3] = [2.0, 0.5, -1.0];
    const STUDENT: [f32; 3] = [1.0, 1.0, 0.0];

    fn forward_kl(temperature: f32, t_squared: TSquared) -> Supervision {
        Supervision { temperature, t_squared, ..Supervision::of(Method::ForwardKl) }
    }

    #[test]
    fn the_gradients_are_the_textbooks() {
        let t = 3.0;
        let found = logit_gradients(&forward_kl(3.0, TSquared::On), &TEACHER, &STUDENT, 0);
        let (p, q, plain) = (softmax(&TEACHER, t), softmax(&STUDENT, t), softmax(&STUDENT, 1.0));
        for class in 0..3 {
            let truth = if class == 0 { 1.0 } else { 0.0 };
            assert!((found.soft[class] - t * (q[class] - p[class])).abs() < 1e-9);
            assert!((found.hard[class] - (plain[class] - truth)).abs() < 1e-9);
        }
        let without = logit_gradients(&forward_kl(3.0, TSquared::Off), &TEACHER, &STUDENT, 0);
        assert!((length(&found.soft) / length(&without.soft) - t * t).abs() < 1e-9);
    }

    #[test]
    fn t_squared_keeps_the_length_where_it_would_vanish() {
        // For high T: T · (q − p) → (s − t) / C about their means, and without T² that over T².
        let all = lengths(&forward_kl(1.0, TSquared::On), &TEACHER, &STUDENT, 0, [1.0, 20.0, 40.0].into_iter());
        let centred: Vec<f64> = {
            let d: Vec<f64> = STUDENT.iter().zip(TEACHER).map(|(s, t)| f64::from(s - t)).collect();
            let mean = d.iter().sum::<f64>() / 3.0;
            d.iter().map(|d| (d - mean) / 3.0).collect()
        };
        assert!((all[2].with_t_squared / length(&centred) - 1.0).abs() < 0.05, "{all:?}");
        assert!((all[1].without / all[2].without - 4.0).abs() < 0.2, "{all:?}");
        assert!(all.iter().all(|l| l.hard == all[0].hard));
    }

    #[test]
    fn a_method_without_a_soft_term_has_no_soft_gradient() {
        for method in [Method::Smoothing, Method::AllLabels] {
            let found = logit_gradients(&Supervision::of(method), &TEACHER, &STUDENT, 1);
            assert_eq!(found.soft, [0.0; 3], "{method:?}");
            assert!(found.hard[1] < 0.0);
        }
    }
}
