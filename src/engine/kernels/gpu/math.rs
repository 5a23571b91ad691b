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

/// log(e^a + e^b)
#[cube]
pub(super) fn log_add(a: f32, b: f32) -> f32 {
    let hi = a.max(b);
    let lo = a.min(b);
    hi + (1.0f32 + (lo - hi).exp()).ln()
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
