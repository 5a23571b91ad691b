//! Gradient decomposition: the share of a student's step that comes from its soft term, and the angle between its two terms.

use crate::experiment::GradientTerms;

/// Terms of one arm's gradient, mean over its replicates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// Norm of the soft term's gradient, before α (with its T², where that is on).
    pub soft: f64,
    /// Norm of the hard term's gradient, before 1 − α.
    pub hard: f64,
    /// Cosine of the angle between the two.
    pub cosine: f64,
    /// Share of the soft term in the sum of the two weighted norms, 0 to 1.
    pub share: f64,
    /// What that share would be without T²; `None` where there is no T².
    pub share_without: Option<f64>,
}

/// α · soft out of α · soft + (1 − α) · hard; 0 where both are nothing.
fn share(alpha: f64, soft: f64, hard: f64) -> f64 {
    let (soft, hard) = (alpha * soft, (1.0 - alpha) * hard);
    if soft + hard > 0.0 { soft / (soft + hard) } else { 0.0 }
}

/// The terms of the arm at `position` of `arms`. `gradient_terms` is `[R·A]`; `scale` is T² where the soft term has it.
/// `None` if nothing was measured.
pub fn parts(
    gradient_terms: &[GradientTerms],
    arms: usize,
    position: usize,
    alpha: f64,
    scale: Option<f64>,
) -> Option<Parts> {
    let of_arm: Vec<&GradientTerms> =
        gradient_terms.chunks_exact(arms.max(1)).filter_map(|replicate| replicate.get(position)).collect();
    let n = of_arm.len() as f64;
    let mean = |of: &dyn Fn(&GradientTerms) -> f64| of_arm.iter().map(|a| of(a)).sum::<f64>() / n;
    (!of_arm.is_empty()).then(|| Parts {
        soft: mean(&|a| f64::from(a.soft)),
        hard: mean(&|a| f64::from(a.hard)),
        cosine: mean(&|a| f64::from(a.cosine)),
        share: mean(&|a| share(alpha, f64::from(a.soft), f64::from(a.hard))),
        share_without: scale.map(|t2| mean(&|a| share(alpha, f64::from(a.soft) / t2, f64::from(a.hard)))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [GradientTerms; 4] = [
        GradientTerms { soft: 9.0, hard: 9.0, cosine: 0.0 },
        GradientTerms { soft: 3.0, hard: 1.0, cosine: 0.5 },
        GradientTerms { soft: 9.0, hard: 9.0, cosine: 0.0 },
        GradientTerms { soft: 1.0, hard: 3.0, cosine: 0.7 },
    ];

    #[test]
    fn an_arm_is_averaged_over_its_replicates() {
        let parts = parts(&TWO, 2, 1, 0.5, Some(9.0)).unwrap();
        assert!((parts.soft - 2.0).abs() < 1e-6 && (parts.hard - 2.0).abs() < 1e-6);
        assert!((parts.cosine - 0.6).abs() < 1e-6);
        assert!((parts.share - 0.5).abs() < 1e-6, "{parts:?}");
        assert!(parts.share_without.unwrap() < 0.2);
    }

    #[test]
    fn a_term_of_no_weight_has_no_share() {
        assert!((parts(&TWO, 2, 1, 1.0, None).unwrap().share - 1.0).abs() < 1e-12);
        assert_eq!(parts(&TWO, 2, 1, 0.0, None).unwrap().share, 0.0);
        assert_eq!(parts(&[GradientTerms::default()], 1, 0, 0.5, None).unwrap().share, 0.0);
    }

    #[test]
    fn nothing_is_computed_of_nothing() {
        assert_eq!(parts(&[], 3, 0, 0.5, None), None);
    }
}
