//! Functions of logits that the loss kernel is made of.

use cubecl::prelude::*;

/// max + t · log Σ exp((v − max)/t) over the student's logits `z + bias`, without class `skip` (C for none).
#[cube]
pub(super) fn log_sum_student(z: &[f32], bias: &[f32], at: u32, from: u32, classes: u32, t: f32, skip: u32) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if i != skip {
            max = max.max(z[(at + i) as usize] + bias[(from + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if i != skip {
            sum += ((z[(at + i) as usize] + bias[(from + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}

/// The same over the teacher's logits.
#[cube]
pub(super) fn log_sum_teacher(teacher: &[f32], at: u32, classes: u32, t: f32, skip: u32) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if i != skip {
            max = max.max(teacher[(at + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if i != skip {
            sum += ((teacher[(at + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}

/// log(1 + e^x)
#[cube]
pub(super) fn softplus(x: f32) -> f32 {
    x.max(0.0f32) + (1.0f32 + (-x.abs()).exp()).ln()
}

/// One class's share of KL(p ‖ q) for u = log(q / p), without cancellation (`losses::relative_entropy`).
#[cube]
pub(super) fn divergence_term(p: f32, q: f32, u: f32) -> f32 {
    let mut out = q - p - p * u;
    if u.abs() < 0.5f32 {
        // e^u − 1 − u = u²/2 · (1 + u/3 · (1 + u/4 · …))
        let mut sum = 1.0f32 + u / 8.0f32;
        sum = 1.0f32 + sum * u / 7.0f32;
        sum = 1.0f32 + sum * u / 6.0f32;
        sum = 1.0f32 + sum * u / 5.0f32;
        sum = 1.0f32 + sum * u / 4.0f32;
        sum = 1.0f32 + sum * u / 3.0f32;
        out = p * 0.5f32 * u * u * sum;
    }
    out
}

/// log(1 − w + w e^u) for 0 < w < 1, without overflow.
#[cube]
pub(super) fn log_mixture(w: f32, u: f32) -> f32 {
    let rest = 1.0f32 - w;
    let near = (-u.abs()).exp();
    let mut out = (rest + w * near).ln();
    if u > 0.0f32 {
        out = u + (w + rest * near).ln();
    }
    out
}

/// −log of a mass: from what it leaves out, where that is less than half. WGSL has no log(1 + x) that is accurate near 0.
#[cube]
pub(super) fn outside(left_out: f32, mass: f32) -> f32 {
    let mut out = -mass.ln();
    if left_out < 0.01f32 {
        out = left_out * (1.0f32 + left_out * (0.5f32 + left_out * (1.0f32 / 3.0f32 + left_out / 4.0f32)));
    } else if left_out < 0.5f32 {
        out = -(1.0f32 - left_out).ln();
    }
    out
}

/// True for the k classes that the teacher finds most likely; ties go to the lower index.
#[cube]
pub(super) fn kept(teacher: &[f32], at: u32, classes: u32, i: u32, k: f32) -> bool {
    let mut before = 0.0f32;
    let own = teacher[(at + i) as usize];
    for j in 0..classes {
        let other = teacher[(at + j) as usize];
        if other > own || (other == own && j < i) {
            before += 1.0f32;
        }
    }
    before < k
}

/// [`log_sum_student`] over the classes that the teacher does not tell, which are not all of its k most likely.
#[cube]
pub(super) fn log_rest_student(
    z: &[f32],
    bias: &[f32],
    teacher: &[f32],
    at: u32,
    from: u32,
    of_teacher: u32,
    classes: u32,
    t: f32,
    k: f32,
) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if !kept(teacher, of_teacher, classes, i, k) {
            max = max.max(z[(at + i) as usize] + bias[(from + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if !kept(teacher, of_teacher, classes, i, k) {
            sum += ((z[(at + i) as usize] + bias[(from + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}

/// [`log_sum_teacher`] over the same classes.
#[cube]
pub(super) fn log_rest_teacher(teacher: &[f32], at: u32, classes: u32, t: f32, k: f32) -> f32 {
    let mut max = f32::new(-3.0e38);
    for i in 0..classes {
        if !kept(teacher, at, classes, i, k) {
            max = max.max(teacher[(at + i) as usize]);
        }
    }
    let mut sum = 0.0f32;
    for i in 0..classes {
        if !kept(teacher, at, classes, i, k) {
            sum += ((teacher[(at + i) as usize] - max) / t).exp();
        }
    }
    max / t + sum.ln()
}
