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
        Soft::JsdNormalised { beta: 0.2 },
        Soft::TeacherTopKOther { k: 2 },
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
    for soft in [
        Soft::ForwardKl,
        Soft::ReverseKl,
        Soft::Jsd { beta: 0.5 },
        Soft::JsdNormalised { beta: 0.05 },
        Soft::LogitMse,
        Soft::Dkd { tckd: 1.0, nckd: 1.0 },
        Soft::TeacherTopKOther { k: 2 },
    ] {
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
fn beta_changes_the_size_of_the_divergence_of_gkd_and_not_of_the_normalised_one() {
    // Near the teacher JSD_β is β (1−β) KL, and so is its gradient.
    let wide = |z: [f32; 5]| z.map(f64::from);
    let teacher = wide(TEACHER);
    let near: Vec<f64> = teacher.iter().zip(wide(STUDENT)).map(|(t, s)| t + 1e-3 * s).collect();
    let size = |soft| {
        let mut gradient = vec![0.0; 5];
        evaluate(&LossParams::soft(soft, 2.0, 1.0), &near, &teacher, 1, &mut gradient);
        gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
    };
    let kl = size(Soft::ForwardKl);
    for beta in [0.05_f32, 0.1, 0.25, 0.5, 0.9, 0.95] {
        let expected = f64::from(beta) * (1.0 - f64::from(beta));
        assert!((size(Soft::Jsd { beta }) / kl / expected - 1.0).abs() < 5e-3, "{beta}");
        assert!((size(Soft::JsdNormalised { beta }) / kl - 1.0).abs() < 5e-3, "{beta}");
    }
    let of = |soft| loss(&LossParams::soft(soft, 2.0, 1.0), &STUDENT, &TEACHER).0;
    assert!((of(Soft::JsdNormalised { beta: 1e-3 }) / of(Soft::ForwardKl) - 1.0).abs() < 1e-2);
    assert!((of(Soft::JsdNormalised { beta: 1.0 - 1e-3 }) / of(Soft::ReverseKl) - 1.0).abs() < 1e-2);
}

#[test]
fn top_k_and_rest_is_forward_kl_of_all_classes_and_asks_nothing_of_how_the_rest_is_shared() {
    let base = LossParams::soft(Soft::ForwardKl, 2.0, 1.0);
    let of = |k, student: &[f32]| loss(&LossParams { soft: Soft::TeacherTopKOther { k }, ..base }, student, &TEACHER);
    for k in [4, 5, 9] {
        // Of five classes four are told, so the fifth is known.
        let (all, gradient) = loss(&base, &STUDENT, &TEACHER);
        let (told, by) = of(k, &STUDENT);
        assert!((all - told).abs() < 1e-5, "{k}: {all} {told}");
        assert!(gradient.iter().zip(&by).all(|(a, b)| (a - b).abs() < 1e-5), "{k}: {gradient:?} {by:?}");
    }
    // The teacher's two most likely are 3 and 0; classes 1 and 2 may change places.
    let mut swapped = STUDENT;
    swapped.swap(1, 2);
    assert!((of(2, &STUDENT).0 - of(2, &swapped).0).abs() < 1e-5);
    // A student with the teacher's two and its remainder has learned all there is to learn.
    let mut apart = TEACHER;
    let others = |z: &[f32; 5]| [1, 2, 4].map(|i| (z[i] / 2.0).exp()).iter().sum::<f32>();
    (apart[1], apart[2]) = (0.9, -1.4);
    let missing = others(&TEACHER) - (apart[1] / 2.0).exp() - (apart[2] / 2.0).exp();
    apart[4] = 2.0 * missing.ln();
    let (told, by) = of(2, &apart);
    assert!(told.abs() < 1e-5 && by.iter().all(|g| g.abs() < 1e-5), "{told} {by:?}");
}

#[test]
fn t_squared_compensates_every_gradient_at_high_t_but_that_of_the_top_classes_alone() {
    let (student, teacher) = (STUDENT.map(f64::from), TEACHER.map(f64::from));
    let size = |params: LossParams, temperature| {
        let mut gradient = vec![0.0; 5];
        evaluate(&LossParams { temperature, ..params }, &student, &teacher, 1, &mut gradient);
        gradient.iter().map(|g| g * g).sum::<f64>().sqrt()
    };
    for params in all().into_iter().filter(|params| params.soft.has_temperature()) {
        let params = LossParams { soft_weight: 1.0, hard_weight: 0.0, ..params };
        let grows = size(params, 80.0) / size(params, 40.0);
        let expected = if matches!(params.soft, Soft::TeacherTopK { .. }) { 2.0 } else { 1.0 };
        assert!((grows / expected - 1.0).abs() < 0.1, "{:?}: {grows}", params.soft);
    }
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
