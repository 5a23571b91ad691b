//! The distillation losses and their gradients, in closed form.
//!
//! For one example with student logits `s`, teacher logits `t` and label `y`, with p = softmax(t/T),
//! q = softmax(s/T) and natural logarithms:
//!
//! ```text
//! L = α · soft + (1 − α) · CE(y, softmax(s); ε)
//! ```
//!
//! (The weights α and 1 − α are kept apart, so that a term can be looked at alone, or both be left out.)
//!
//! | [`Soft`]      | soft                                   | ∂soft/∂s                                  | source |
//! |---------------|----------------------------------------|-------------------------------------------|--------|
//! | `ForwardKl`   | T² · KL(p ‖ q)                         | T · (q − p)                               | Hinton et al. 2015 |
//! | `ReverseKl`   | T² · KL(q ‖ p)                         | T · q · (r − Σ q r), r = log q − log p    | |
//! | `Jsd`         | T² · (β KL(p ‖ m) + (1−β) KL(q ‖ m))   | T · q · (g − Σ q g), g = (1−β) log(q/m)   | Agarwal et al. 2024 (GKD), m = βp + (1−β)q |
//! | `LogitMse`    | ½ Σ (s − t)²                           | s − t                                     | Ba & Caruana 2014 |
//! | `Dkd`         | T² · (tckd · KL(b_p ‖ b_q) + nckd · KL(p̂ ‖ q̂)) | see [`row`]                      | Zhao et al. 2022 |
//! | `TeacherTopK` | T² · KL(p restricted to its k largest, renormalised ‖ q) | T · (q − p̃)             | |
//! | `TeacherArgmax` | CE(argmax t, softmax(s))             | softmax(s) − onehot                       | |
//!
//! T² keeps the soft gradient's size roughly constant over T (Hinton et al. 2015, §2); `t_squared: false` leaves it
//! out (then the factors T² above become 1, and T becomes 1/T).

use crate::config::MAX_CLASSES;

/// The soft term of a loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Soft {
    /// T² · KL(teacher ‖ student).
    ForwardKl,
    /// T² · KL(student ‖ teacher).
    ReverseKl,
    /// Generalised Jensen–Shannon divergence.
    Jsd {
        /// Weight of the teacher in the mixture, 0 < β < 1.
        beta: f32,
    },
    /// Half the squared distance of the logits; no temperature.
    LogitMse,
    /// Decoupled knowledge distillation.
    Dkd {
        /// Weight of the label-against-rest part.
        tckd: f32,
        /// Weight of the part without the label.
        nckd: f32,
    },
    /// Forward KL to the teacher's k largest probabilities, renormalised.
    TeacherTopK {
        /// How many classes the teacher tells.
        k: usize,
    },
    /// Cross-entropy to the teacher's most likely class; no temperature.
    TeacherArgmax,
}

/// One student's supervision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossParams {
    /// The soft term.
    pub soft: Soft,
    /// Temperature T > 0.
    pub temperature: f32,
    /// Soft weight α, 0 to 1.
    pub soft_weight: f32,
    /// Weight of the hard term: 1 − α, except where a term is looked at alone.
    pub hard_weight: f32,
    /// Label smoothing ε of the hard term, 0 to 1: targets (1−ε) · onehot + ε/C.
    pub label_smoothing: f32,
    /// Whether the soft term is multiplied by T².
    pub t_squared: bool,
    /// Which of the teacher's answers to an example is read: 0 its logits, others made from them (drawn labels,
    /// shuffled doubts).
    pub view: usize,
}

impl LossParams {
    /// Hard labels only: the baseline.
    pub const HARD: Self = Self {
        soft: Soft::ForwardKl,
        temperature: 1.0,
        soft_weight: 0.0,
        hard_weight: 1.0,
        label_smoothing: 0.0,
        t_squared: true,
        view: 0,
    };

    /// The teacher's most likely class as the label.
    pub const ARGMAX: Self = Self { soft: Soft::TeacherArgmax, soft_weight: 1.0, hard_weight: 0.0, ..Self::HARD };

    /// A soft term at T with weight α, hard labels with 1 − α.
    pub fn soft(soft: Soft, temperature: f32, alpha: f32) -> Self {
        Self { soft, temperature, soft_weight: alpha, hard_weight: 1.0 - alpha, ..Self::HARD }
    }

    /// The supervision as a row of numbers, the form in which kernels read it.
    pub fn encode(&self) -> [f32; COLUMNS] {
        let (kind, a, b) = match self.soft {
            Soft::ForwardKl => (FORWARD_KL, 0.0, 0.0),
            Soft::ReverseKl => (REVERSE_KL, 0.0, 0.0),
            Soft::Jsd { beta } => (JSD, beta, 0.0),
            Soft::LogitMse => (LOGIT_MSE, 0.0, 0.0),
            Soft::Dkd { tckd, nckd } => (DKD, tckd, nckd),
            Soft::TeacherTopK { k } => (TEACHER_TOP_K, k as f32, 0.0),
            Soft::TeacherArgmax => (TEACHER_ARGMAX, 0.0, 0.0),
        };
        let scale = if self.t_squared { self.temperature * self.temperature } else { 1.0 };
        [
            kind as f32,
            self.temperature,
            self.soft_weight,
            self.hard_weight,
            self.label_smoothing,
            scale,
            a,
            b,
            self.view as f32,
        ]
    }
}

/// Numbers in an encoded [`LossParams`]: kind, T, soft and hard weight, ε, scale (T² or 1), two parameters of the
/// kind, view.
pub const COLUMNS: usize = 9;
pub(crate) const FORWARD_KL: u32 = 0;
pub(crate) const REVERSE_KL: u32 = 1;
pub(crate) const JSD: u32 = 2;
pub(crate) const LOGIT_MSE: u32 = 3;
pub(crate) const DKD: u32 = 4;
pub(crate) const TEACHER_TOP_K: u32 = 5;
pub(crate) const TEACHER_ARGMAX: u32 = 6;

type Row = [f32; MAX_CLASSES];

/// A label as batches hold it ([`crate::engine::trainer::Batch::labels`]): the class, and whether anybody has told it.
pub fn told(label: f32) -> (usize, bool) {
    if label < 0.0 { ((-1.0 - label) as usize, false) } else { (label as usize, true) }
}

/// The encoded supervision without its hard term, for examples that have no label.
pub(crate) fn without_hard(loss_params: &[f32]) -> [f32; COLUMNS] {
    let mut out = [0.0; COLUMNS];
    out.copy_from_slice(&loss_params[..COLUMNS]);
    out[3] = 0.0;
    out
}

/// Loss of one example and its gradient with respect to the student's logits (written to `gradient`), by the
/// encoded supervision. `student` `[C]`, `teacher` `[C]` (not read when α is 0), `label` < C ≤ [`MAX_CLASSES`].
pub fn row(loss_params: &[f32], student: &[f32], teacher: &[f32], label: usize, gradient: &mut [f32]) -> f32 {
    let &[kind, t, alpha, weight, epsilon, scale, a, b, _] = loss_params else { return f32::NAN };
    let c = student.len();
    let mut loss = 0.0;
    gradient.fill(0.0);
    if weight > 0.0 {
        let mut q = [0.0; MAX_CLASSES];
        let log_sum = softmax(student, 1.0, &mut q);
        let off = epsilon / c as f32;
        for i in 0..c {
            let target = off + if i == label { 1.0 - epsilon } else { 0.0 };
            gradient[i] += weight * (q[i] - target);
            if target > 0.0 {
                loss -= weight * target * (student[i] - log_sum);
            }
        }
    }
    if alpha > 0.0 {
        loss += alpha * soft_row(kind as u32, t, scale, (a, b), alpha, student, teacher, label, gradient);
    }
    loss
}

/// The soft term of [`row`]: returns it unweighted, adds α times its gradient.
#[allow(clippy::too_many_arguments, reason = "one call, kept flat so that the hot loop stays free of structs")]
fn soft_row(
    kind: u32,
    t: f32,
    scale: f32,
    (a, b): (f32, f32),
    alpha: f32,
    student: &[f32],
    teacher: &[f32],
    label: usize,
    gradient: &mut [f32],
) -> f32 {
    let c = student.len();
    let factor = alpha * scale / t;
    let (mut p, mut q): (Row, Row) = ([0.0; MAX_CLASSES], [0.0; MAX_CLASSES]);
    match kind {
        LOGIT_MSE => {
            let mut sum = 0.0;
            for i in 0..c {
                let d = student[i] - teacher[i];
                gradient[i] += alpha * d;
                sum += 0.5 * d * d;
            }
            return sum;
        }
        TEACHER_ARGMAX => {
            let answer = argmax(teacher);
            let log_sum = softmax(student, 1.0, &mut q);
            for i in 0..c {
                gradient[i] += alpha * (q[i] - if i == answer { 1.0 } else { 0.0 });
            }
            return log_sum - student[answer];
        }
        DKD => return dkd(t, scale, (a, b), alpha, student, teacher, label, gradient),
        _ => {}
    }
    let log_p = softmax(teacher, t, &mut p);
    let log_q = softmax(student, t, &mut q);
    let (lp, lq) = (|i: usize| teacher[i] / t - log_p, |i: usize| student[i] / t - log_q);
    let mut sum = 0.0;
    match kind {
        REVERSE_KL => {
            let kl: f32 = (0..c).map(|i| q[i] * (lq(i) - lp(i))).sum();
            for i in 0..c {
                gradient[i] += factor * q[i] * (lq(i) - lp(i) - kl);
            }
            sum = kl;
        }
        JSD => {
            // β KL(p ‖ m) + (1−β) KL(q ‖ m), with log m from the logs, so that it holds where p and q underflow.
            let (ln_b, ln_1b) = (a.ln(), (1.0 - a).ln());
            let log_m = |i: usize| log_add(ln_b + lp(i), ln_1b + lq(i));
            let mean: f32 = (0..c).map(|i| q[i] * (1.0 - a) * (lq(i) - log_m(i))).sum();
            for i in 0..c {
                gradient[i] += factor * q[i] * ((1.0 - a) * (lq(i) - log_m(i)) - mean);
                sum += a * p[i] * (lp(i) - log_m(i)) + (1.0 - a) * q[i] * (lq(i) - log_m(i));
            }
        }
        TEACHER_TOP_K => {
            // Ties go to the lower index, as in a stable sort.
            let kept = |i: usize| {
                (0..c).filter(|&j| teacher[j] > teacher[i] || (teacher[j] == teacher[i] && j < i)).count() < a as usize
            };
            let mass: f32 = (0..c).filter(|&i| kept(i)).map(|i| p[i]).sum();
            for i in 0..c {
                let target = if kept(i) { p[i] / mass } else { 0.0 };
                gradient[i] += factor * (q[i] - target);
                if target > 0.0 {
                    sum += target * (target.ln() - lq(i));
                }
            }
        }
        _ => {
            for i in 0..c {
                gradient[i] += factor * (q[i] - p[i]);
                sum += p[i] * (lp(i) - lq(i));
            }
        }
    }
    scale * sum
}

/// Decoupled KD: KL of the (label, rest) pair and KL among the rest, each with its weight.
///
/// ∂/∂s_y = T (q_y − p_y) · tckd; ∂/∂s_i = T · (nckd (q̂_i − p̂_i) − tckd q̂_i (q_y − p_y)) for i ≠ y, where q̂ and p̂
/// are the softmax without the label.
#[allow(clippy::too_many_arguments, reason = "as soft_row")]
fn dkd(
    t: f32,
    scale: f32,
    (tckd, nckd): (f32, f32),
    alpha: f32,
    student: &[f32],
    teacher: &[f32],
    label: usize,
    gradient: &mut [f32],
) -> f32 {
    let c = student.len();
    let factor = alpha * scale / t;
    let rest = |z: &[f32], out: &mut Row| {
        // Softmax without the label; returns its log-sum and the log-odds of the label against the rest.
        let max = (0..c).filter(|&i| i != label).map(|i| z[i]).fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for i in (0..c).filter(|&i| i != label) {
            out[i] = ((z[i] - max) / t).exp();
            sum += out[i];
        }
        for i in (0..c).filter(|&i| i != label) {
            out[i] /= sum;
        }
        let log_sum = max / t + sum.ln();
        (log_sum, z[label] / t - log_sum)
    };
    let (mut p, mut q): (Row, Row) = ([0.0; MAX_CLASSES], [0.0; MAX_CLASSES]);
    let ((log_p, odds_p), (log_q, odds_q)) = (rest(teacher, &mut p), rest(student, &mut q));
    let (py, qy) = (sigmoid(odds_p), sigmoid(odds_q));
    // log p_y = −softplus(−odds), log(1 − p_y) = −softplus(odds)
    let pair = py * (softplus(-odds_q) - softplus(-odds_p)) + (1.0 - py) * (softplus(odds_q) - softplus(odds_p));
    let mut among = 0.0;
    for i in (0..c).filter(|&i| i != label) {
        among += p[i] * ((teacher[i] / t - log_p) - (student[i] / t - log_q));
        gradient[i] += factor * (nckd * (q[i] - p[i]) - tckd * q[i] * (qy - py));
    }
    gradient[label] += factor * tckd * (qy - py);
    scale * (tckd * pair + nckd * among)
}

/// softmax(z/t) into `out`; returns log Σ exp(z/t).
fn softmax(z: &[f32], t: f32, out: &mut Row) -> f32 {
    let max = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for (o, &v) in out.iter_mut().zip(z) {
        *o = ((v - max) / t).exp();
        sum += *o;
    }
    for o in out.iter_mut().take(z.len()) {
        *o /= sum;
    }
    max / t + sum.ln()
}

/// Index of the largest value, the first of equals.
pub fn argmax(z: &[f32]) -> usize {
    let mut best = 0;
    for (i, &v) in z.iter().enumerate() {
        if v > z[best] {
            best = i;
        }
    }
    best
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// log(1 + e^x)
fn softplus(x: f32) -> f32 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// log(e^a + e^b)
fn log_add(a: f32, b: f32) -> f32 {
    let (hi, lo) = if a > b { (a, b) } else { (b, a) };
    if hi == f32::NEG_INFINITY { hi } else { hi + (lo - hi).exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind, at a temperature and weights that leave no term out.
    fn all() -> Vec<LossParams> {
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
        let loss = row(&s.encode(), student, teacher, 1, &mut gradient);
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
            Soft::LogitMse,
            Soft::Dkd { tckd: 1.0, nckd: 1.0 },
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
    fn extreme_logits_stay_finite() {
        let (s, t) = ([50.0, -50.0, 0.0, 50.0, -50.0], [-50.0, 50.0, 50.0, 0.0, -50.0]);
        for mut loss_params in all() {
            for temperature in [0.5, 1.0, 20.0] {
                loss_params.temperature = temperature;
                let (loss, gradient) = loss(&loss_params, &s, &t);
                assert!(
                    loss.is_finite() && gradient.iter().all(|g| g.is_finite()),
                    "{loss_params:?}: {loss} {gradient:?}"
                );
            }
        }
    }
}
