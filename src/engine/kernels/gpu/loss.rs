//! The losses, a second implementation of [`crate::losses`]: one launch for all examples of all students, and one for the
//! sums over the batch.

use super::math::{
    divergence_term, kept, log_mixture, log_rest_student, log_rest_teacher, log_sum_student, log_sum_teacher, outside,
    softplus,
};
use super::{UNITS, cubes, empty, memory, tensor};
use crate::engine::kernels::{Labels, LossGradient};
use crate::losses::{COLUMNS, Kind, column};
use burn::tensor::Tensor;
use cubecl::prelude::*;

pub(in super::super) fn loss_gradient(
    z: Tensor<3>,
    bias: &Tensor<3>,
    teacher: &Tensor<3>,
    labels: &Labels,
    loss_params: &Tensor<2>,
) -> LossGradient {
    let [s, b, c] = z.dims();
    let r = labels.replicates();
    let variants = (teacher.dims()[2] / c).max(1);
    let (z, bias, teacher) = (memory(z), memory(bias.clone()), memory(teacher.clone()));
    let (labels, loss_params) = (memory(labels.tensor().clone()), memory(loss_params.clone()));
    let (dz, rows) = (empty(&z, [s, b, c]), empty(&z, [s, b]));
    let (dbias, loss) = (empty(&z, [s, 1, c]), empty(&z, [s]));
    let client = z.client.clone();
    // SAFETY: as above; labels are whole numbers below C, and rows without a soft term do not read the teacher.
    unsafe {
        loss_kernel::launch_unchecked(
            &client,
            cubes(s * b),
            CubeDim::new_1d(UNITS),
            z.into_buffer_arg(),
            bias.into_buffer_arg(),
            teacher.into_buffer_arg(),
            labels.into_buffer_arg(),
            loss_params.into_buffer_arg(),
            dz.clone().into_buffer_arg(),
            rows.clone().into_buffer_arg(),
            b as u32,
            c as u32,
            (s / r) as u32,
            variants as u32,
            (s * b) as u32,
        );
        sums_kernel::launch_unchecked(
            &client,
            cubes(s * (c + 1)),
            CubeDim::new_1d(UNITS),
            dz.clone().into_buffer_arg(),
            rows.into_buffer_arg(),
            dbias.clone().into_buffer_arg(),
            loss.clone().into_buffer_arg(),
            b as u32,
            c as u32,
            (s * (c + 1)) as u32,
        );
    }
    LossGradient { logits: tensor(dz), bias: tensor(dbias), loss: tensor(loss) }
}

/// Column sums: `dz` `[S, B, C]` → `dbias` `[S, 1, C]`, `rows` `[S, B]` → `loss` `[S]` (rows are shares of a mean).
#[cube(launch_unchecked)]
fn sums_kernel(dz: &[f32], rows: &[f32], dbias: &mut [f32], loss: &mut [f32], batch: u32, classes: u32, length: u32) {
    let at = ABSOLUTE_POS as u32;
    if at >= length {
        terminate!();
    }
    let student = at / (classes + 1);
    let column = at % (classes + 1);
    let mut sum = 0.0f32;
    if column < classes {
        for row in 0..batch {
            sum += dz[((student * batch + row) * classes + column) as usize];
        }
        dbias[(student * classes + column) as usize] = sum;
    } else {
        for row in 0..batch {
            sum += rows[(student * batch + row) as usize];
        }
        loss[student as usize] = sum;
    }
}

/// Loss and gradient of one example of one student, as [`crate::losses::evaluate`] defines them, divided by the batch size.
#[cube(launch_unchecked)]
fn loss_kernel(
    z: &[f32],
    bias: &[f32],
    teacher: &[f32],
    labels: &[f32],
    loss_params: &[f32],
    dz: &mut [f32],
    rows: &mut [f32],
    batch: u32,
    classes: u32,
    arms: u32,
    variants: u32,
    length: u32,
) {
    let row = ABSOLUTE_POS as u32;
    if row >= length {
        terminate!();
    }
    let student = row / batch;
    let example = student / arms * batch + row % batch;
    let label_at = example * comptime!(Labels::COLUMNS as u32);
    let label = labels[(label_at + comptime!(Labels::CLASS as u32)) as usize] as u32;
    let s = student * comptime!(COLUMNS as u32);
    let kind = loss_params[(s + comptime!(column::KIND as u32)) as usize] as u32;
    let t = loss_params[(s + comptime!(column::TEMPERATURE as u32)) as usize];
    let alpha = loss_params[(s + comptime!(column::SOFT_WEIGHT as u32)) as usize];
    let mut hard = loss_params[(s + comptime!(column::HARD_WEIGHT as u32)) as usize];
    if labels[(label_at + comptime!(Labels::MASK as u32)) as usize] <= 0.0f32 {
        hard = 0.0f32;
    }
    let epsilon = loss_params[(s + comptime!(column::LABEL_SMOOTHING as u32)) as usize];
    let scale = loss_params[(s + comptime!(column::SCALE as u32)) as usize];
    let a = loss_params[(s + comptime!(column::FIRST as u32)) as usize];
    let b = loss_params[(s + comptime!(column::SECOND as u32)) as usize];
    let variant = loss_params[(s + comptime!(column::VARIANT as u32)) as usize] as u32;
    let (at, from) = (row * classes, student * classes);
    let of_teacher = (example * variants + variant) * classes;
    let share = 1.0f32 / f32::cast_from(batch);
    let mut total = 0.0f32;

    // The hard term.
    let log_one = log_sum_student(z, bias, at, from, classes, 1.0f32, classes);
    for i in 0..classes {
        let v = z[(at + i) as usize] + bias[(from + i) as usize];
        let mut target = epsilon / f32::cast_from(classes);
        if i == label {
            target += 1.0f32 - epsilon;
        }
        let mut gradient = 0.0f32;
        if hard > 0.0f32 {
            gradient = hard * ((v - log_one).exp() - target);
            total -= hard * target * (v - log_one);
        }
        dz[(at + i) as usize] = share * gradient;
    }

    // The soft term.
    if alpha > 0.0f32 {
        let weight = share * alpha;
        let factor = weight * scale / t;
        if kind == comptime!(Kind::LogitMse as u32) {
            for i in 0..classes {
                let d = z[(at + i) as usize] + bias[(from + i) as usize] - teacher[(of_teacher + i) as usize];
                dz[(at + i) as usize] += weight * d;
                total += alpha * 0.5f32 * d * d;
            }
        } else if kind == comptime!(Kind::TeacherArgmax as u32) {
            let mut answer = 0u32;
            let mut best = teacher[of_teacher as usize];
            for i in 1..classes {
                let v = teacher[(of_teacher + i) as usize];
                if v > best {
                    best = v;
                    answer = i;
                }
            }
            for i in 0..classes {
                let log_q = z[(at + i) as usize] + bias[(from + i) as usize] - log_one;
                let mut target = 0.0f32;
                if i == answer {
                    target = 1.0f32;
                    total -= alpha * log_q;
                }
                dz[(at + i) as usize] += weight * (log_q.exp() - target);
            }
        } else if kind == comptime!(Kind::Dkd as u32) {
            let log_p = log_sum_teacher(teacher, of_teacher, classes, t, label);
            let log_q = log_sum_student(z, bias, at, from, classes, t, label);
            let odds_p = teacher[(of_teacher + label) as usize] / t - log_p;
            let odds_q = (z[(at + label) as usize] + bias[(from + label) as usize]) / t - log_q;
            let py = 1.0f32 / (1.0f32 + (-odds_p).exp());
            let qy = 1.0f32 / (1.0f32 + (-odds_q).exp());
            let rest_p = 1.0f32 / (1.0f32 + odds_p.exp());
            let rest_q = 1.0f32 / (1.0f32 + odds_q.exp());
            let pair = divergence_term(py, qy, softplus(-odds_p) - softplus(-odds_q))
                + divergence_term(rest_p, rest_q, softplus(odds_p) - softplus(odds_q));
            let mut among = 0.0f32;
            for i in 0..classes {
                if i == label {
                    dz[(at + i) as usize] += factor * a * (qy - py);
                } else {
                    let lp = teacher[(of_teacher + i) as usize] / t - log_p;
                    let lq = (z[(at + i) as usize] + bias[(from + i) as usize]) / t - log_q;
                    let apart = z[(at + i) as usize] + bias[(from + i) as usize] - teacher[(of_teacher + i) as usize];
                    among += divergence_term(lp.exp(), lq.exp(), apart / t - (log_q - log_p));
                    dz[(at + i) as usize] += factor * (b * (lq.exp() - lp.exp()) - a * lq.exp() * (qy - py));
                }
            }
            total += alpha * scale * (a * pair + b * among);
        } else {
            let log_p = log_sum_teacher(teacher, of_teacher, classes, t, classes);
            let log_q = log_sum_student(z, bias, at, from, classes, t, classes);
            // What the gradient is centred on (reverse KL, JSD), or the teacher's kept mass (top k).
            let mut centre = 0.0f32;
            let jsd = kind == comptime!(Kind::Jsd as u32) || kind == comptime!(Kind::JsdNormalised as u32);
            // What is divided by (normalised JSD).
            let mut size = 1.0f32;
            if kind == comptime!(Kind::JsdNormalised as u32) {
                size = 1.0f32 / (a * (1.0f32 - a));
            }
            // The student's mass on the classes kept, and on the others (top k).
            let mut kept_mass = 0.0f32;
            let mut left_out = 0.0f32;
            for i in 0..classes {
                let v = z[(at + i) as usize] + bias[(from + i) as usize];
                let q = (v / t - log_q).exp();
                // log(q / p), from the difference of the logits.
                let u = (v - teacher[(of_teacher + i) as usize]) / t - (log_q - log_p);
                if kind == comptime!(Kind::ReverseKl as u32) {
                    centre += q * u;
                } else if jsd {
                    centre -= q * (1.0f32 - a) * (log_mixture(1.0f32 - a, u) - u);
                } else if kind == comptime!(Kind::TeacherTopK as u32) {
                    if kept(teacher, of_teacher, classes, i, a) {
                        centre += (teacher[(of_teacher + i) as usize] / t - log_p).exp();
                        kept_mass += q;
                    } else {
                        left_out += q;
                    }
                }
            }
            let mut soft = 0.0f32;
            let mut shift = 0.0f32;
            let stable = kept_mass > 1e-30f32;
            if kind == comptime!(Kind::TeacherTopK as u32) {
                if stable {
                    shift = (centre / kept_mass).ln();
                    soft += outside(left_out, kept_mass);
                }
            }
            // Logarithm of the student's mass and the teacher's mass on what is not told (top k and rest).
            let mut log_rest_q = 0.0f32;
            let mut rest_p = 0.0f32;
            if kind == comptime!(Kind::TeacherTopKOther as u32) {
                if a < f32::cast_from(classes) {
                    log_rest_q = log_rest_student(z, bias, teacher, at, from, of_teacher, classes, t, a) - log_q;
                    let log_rest_p = log_rest_teacher(teacher, of_teacher, classes, t, a) - log_p;
                    rest_p = log_rest_p.exp();
                    soft += divergence_term(rest_p, log_rest_q.exp(), log_rest_q - log_rest_p);
                }
            }
            for i in 0..classes {
                let v = z[(at + i) as usize] + bias[(from + i) as usize];
                let log_qi = v / t - log_q;
                let q = log_qi.exp();
                let p = (teacher[(of_teacher + i) as usize] / t - log_p).exp();
                let u = (v - teacher[(of_teacher + i) as usize]) / t - (log_q - log_p);
                let mut gradient = q - p;
                if kind == comptime!(Kind::ReverseKl as u32) {
                    gradient = q * (u - centre);
                    soft += divergence_term(q, p, -u);
                } else if jsd {
                    let rest = 1.0f32 - a;
                    let m_over_p = log_mixture(rest, u);
                    let m = a * p + rest * q;
                    gradient = size * (q * (-rest * (m_over_p - u) - centre));
                    soft += size * (a * divergence_term(p, m, m_over_p) + rest * divergence_term(q, m, m_over_p - u));
                } else if kind == comptime!(Kind::TeacherTopK as u32) {
                    gradient = q;
                    if kept(teacher, of_teacher, classes, i, a) {
                        let target = p / centre;
                        gradient -= target;
                        if target > 0.0f32 {
                            if stable {
                                soft += divergence_term(target, q / kept_mass, u + shift);
                            } else {
                                soft += target * (target.ln() - log_qi);
                            }
                        }
                    }
                } else if kind == comptime!(Kind::TeacherTopKOther as u32) {
                    if kept(teacher, of_teacher, classes, i, a) {
                        soft += divergence_term(p, q, u);
                    } else {
                        gradient = q - rest_p * (log_qi - log_rest_q).exp();
                    }
                } else if kind == comptime!(Kind::ForwardKl as u32) {
                    soft += divergence_term(p, q, u);
                } else {
                    // A kind of loss that is not known must not pass for another: T > 0, so this is not a number.
                    gradient = (0.0f32 - t).sqrt();
                    soft = gradient;
                }
                dz[(at + i) as usize] += factor * gradient;
            }
            total += alpha * scale * soft;
        }
    }
    rows[row as usize] = share * total;
}
