//! Relative entropy without cancellation.
//!
//! Where student and teacher nearly agree, KL(p ‖ q) = Σ p (log p − log q) is a small difference of large terms, and in float32
//! little of it is left once T² multiplies it. Since p and q both sum to 1, it is as well
//!
//! ```text
//! KL(p ‖ q) = Σ p φ(u),   φ(u) = e^u − 1 − u,   u = log(q / p)
//! ```
//!
//! whose terms are all positive. An error in u, the same for all classes, changes the sum by its square only.

use super::Real;

/// |u| below which φ is computed by its series.
const NEAR: f32 = 0.5;

/// One class's share of KL(p ‖ q), p φ(u), for u = log(q / p) computed as accurately as may be; 0 where p is 0 and q underflows.
#[inline]
pub(super) fn divergence_term<R: Real>(p: R, q: R, u: R) -> R {
    if u.abs() < R::of(NEAR) { p * exp_minus_linear(u) } else { q - p - p * u }
}

/// φ(u) = e^u − 1 − u for |u| < ½, by u²/2 · (1 + u/3 · (1 + u/4 · (…))): the first term left out is less than 4e-10 of it.
#[inline]
fn exp_minus_linear<R: Real>(u: R) -> R {
    let mut sum = R::ONE;
    // From the last factor to the first: 10, 9, … 3.
    for divisor in (3..=10_u8).rev() {
        sum = R::ONE + sum * u / R::of(f32::from(divisor));
    }
    R::HALF * u * u * sum
}

/// log(1 − w + w e^u) for 0 < w < 1, without overflow.
#[inline]
pub(super) fn log_mixture<R: Real>(w: R, u: R) -> R {
    let rest = R::ONE - w;
    if u > R::ZERO { u + (w + rest * (-u).exp()).ln() } else { (rest + w * u.exp()).ln() }
}

/// −log(1 − r) for a share 0 ≤ r < 1.
#[inline]
pub(super) fn negative_log_of_rest<R: Real>(r: R) -> R {
    -(-r).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_function() {
        for i in -49..50 {
            let u = f64::from(i) / 100.0;
            let exact = u.exp_m1() - u;
            assert!((exp_minus_linear(u) - exact).abs() <= 1e-9 * exact + 1e-16, "{u}");
            let single = f64::from(exp_minus_linear(u as f32));
            assert!((single - exact).abs() <= 1e-6 * exact, "{u}: {single} {exact}");
        }
    }

    #[test]
    fn mixtures_do_not_overflow() {
        for (w, u, expected) in
            [(0.3, 200.0, 200.0 + 0.3_f32.ln()), (0.3, -200.0, 0.7_f32.ln()), (0.5, 0.0, 0.0), (0.2, 1.0, 0.295_3)]
        {
            assert!((log_mixture(w, u) - expected).abs() < 1e-4, "{w} {u}");
        }
    }
}
