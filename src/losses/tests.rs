//! Properties that the losses must have, each as its source states it.

use super::softmax::softmax;
use super::*;
use crate::config::MAX_CLASSES;

/// Every kind, at a temperature and weights that leave no term out.
pub(super) fn all() -> Vec<LossParams> {
    [
        Soft::ForwardKl,
        Soft::ReverseKl,
        Soft::Jsd { beta: 0.3 },
        Soft::LogitMse,
        Soft::Dkd { tckd: 0.7, nckd: 2.0 },
        Soft::TeacherTopK { k: 3 },
        Soft::TeacherArgmax,
    ]
    .map(|soft| LossParams { label_smoothing: 0.1, ..LossParams::soft(soft, 2.5, 0.6) })
    .to_vec()
}
const STUDENT: [f32; 5] = [0.3, -1.2, 2.0, 0.1, -0.4];
const TEACHER: [f32; 5] = [1.1, 0.2, -0.6, 2.2, -1.5];

fn loss(s: &LossParams, student: &[f32], teacher: &[f32]) -> (f32, Vec<f32>) {
    let mut gradient = vec![0.0; student.len()];
    let loss = evaluate(s, student, teacher, 1, &mut gradient);
    (loss, gradient)
}

#[test]
fn gradients_are_the_finite_differences_of_the_loss() {
    for mut loss_params in all() {
        for t_squared in [true, false] {
            loss_params.t_squared = t_squared;
            let (_, gradient) = loss(&loss_params, &STUDENT, &TEACHER);
            for i in 0..STUDENT.len() {
                let h = 1e-2;
                let at = |d: f32| {
                    let mut s = STUDENT;
                    s[i] += d;
                    f64::from(loss(&loss_params, &s, &TEACHER).0)
                };
                let difference = (at(h) - at(-h)) / f64::from(2.0 * h);
                assert!(
                    (difference - f64::from(gradient[i])).abs() < 2e-3,
                    "{loss_params:?} {i}: {difference} {}",
                    gradient[i]
                );
            }
        }
    }
}

#[test]
fn a_student_equal_to_its_teacher_has_no_soft_loss() {
    for soft in
        [Soft::ForwardKl, Soft::ReverseKl, Soft::Jsd { beta: 0.5 }, Soft::LogitMse, Soft::Dkd { tckd: 1.0, nckd: 1.0 }]
    {
        let s = LossParams::soft(soft, 3.0, 1.0);
        let (loss, gradient) = loss(&s, &TEACHER, &TEACHER);
        assert!(loss.abs() < 1e-5 && gradient.iter().all(|g| g.abs() < 1e-5), "{soft:?}: {loss} {gradient:?}");
    }
}

#[test]
fn at_high_temperature_forward_kl_matches_centred_logits() {
    // Hinton et al. 2015, equation 4: with T² the gradient tends to (z − v)/C for logits of zero mean.
    let centre = |z: [f32; 5]| z.map(|v| v - z.iter().sum::<f32>() / 5.0);
    let (s, t) = (centre(STUDENT), centre(TEACHER));
    let loss_params = LossParams::soft(Soft::ForwardKl, 300.0, 1.0);
    let (_, gradient) = loss(&loss_params, &s, &t);
    for i in 0..5 {
        assert!((gradient[i] - (s[i] - t[i]) / 5.0).abs() < 5e-3, "{gradient:?}");
    }
}

#[test]
fn dkd_with_weights_one_and_one_minus_p_is_forward_kl() {
    // Zhao et al. 2022, equation 7: KD = TCKD + (1 − p_t) NCKD.
    let t = 2.0;
    let mut p = [0.0; MAX_CLASSES];
    softmax(&TEACHER, t, &mut p);
    let base = LossParams::soft(Soft::ForwardKl, t, 1.0);
    let dkd = LossParams { soft: Soft::Dkd { tckd: 1.0, nckd: 1.0 - p[1] }, ..base };
    let ((a, ga), (b, gb)) = (loss(&base, &STUDENT, &TEACHER), loss(&dkd, &STUDENT, &TEACHER));
    assert!((a - b).abs() < 1e-5, "{a} {b}");
    assert!(ga.iter().zip(&gb).all(|(x, y)| (x - y).abs() < 1e-5), "{ga:?} {gb:?}");
}

#[test]
fn the_generalised_jsd_tends_to_forward_and_reverse_kl_at_its_ends() {
    let base = LossParams::soft(Soft::ForwardKl, 2.0, 1.0);
    let of = |soft| loss(&LossParams { soft, ..base }, &STUDENT, &TEACHER).0;
    // JSD/β → KL(p ‖ q) as β → 0, JSD/(1−β) → KL(q ‖ p) as β → 1 (GKD, appendix).
    let beta = 1e-3;
    assert!((of(Soft::Jsd { beta }) / beta / of(Soft::ForwardKl) - 1.0).abs() < 1e-2);
    assert!((of(Soft::Jsd { beta: 1.0 - beta }) / beta / of(Soft::ReverseKl) - 1.0).abs() < 1e-2);
}

#[test]
fn extreme_logits_stay_finite() {
    let (s, t) = ([50.0, -50.0, 0.0, 50.0, -50.0], [-50.0, 50.0, 50.0, 0.0, -50.0]);
    for mut loss_params in all() {
        for temperature in [0.5, 1.0, 20.0] {
            loss_params.temperature = temperature;
            let (loss, gradient) = loss(&loss_params, &s, &t);
            assert!(loss.is_finite() && gradient.iter().all(|g| g.is_finite()), "{loss_params:?}: {loss} {gradient:?}");
        }
    }
}
