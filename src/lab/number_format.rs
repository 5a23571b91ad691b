//! Numbers as the page shows them: one rule for accuracies, so that two panels never differ on the same one.

/// What is added before rounding.
///
/// Accuracies are counts over the test examples, and their means over a few replicates, so values just between two
/// tenths are common: 86.35 %. Whether floating point holds such a value a little above or below depends on the way
/// that it was worked out (`100 · mean(a)`, `mean(100 · a)`, or as the `f32` that a kept run has), and rounding would
/// decide by chance. This is more than any of these errors and less than any true difference of two accuracies.
const TIE: f64 = 1e-5;

/// A number with so many decimals: ties go up, a minus is a real one, and zero has no sign.
pub fn decimals(value: f64, digits: usize) -> String {
    let scale = 10_f64.powi(digits as i32);
    let rounded = ((value + TIE) * scale).round() / scale;
    if rounded < 0.0 { format!("−{:.digits$}", -rounded) } else { format!("{:.digits$}", rounded.abs()) }
}

/// The same, with a plus before what is more than zero: `+4.6`, `−1.2`, `0.0`.
pub fn signed_decimals(value: f64, digits: usize) -> String {
    let shown = decimals(value, digits);
    if shown.starts_with('−') || shown.chars().all(|c| matches!(c, '0' | '.')) { shown } else { format!("+{shown}") }
}

/// A value in per cent, as accuracies are shown: `86.4`.
pub fn tenths(per_cent: f64) -> String {
    decimals(per_cent, 1)
}

/// A value in per cent with its sign: `86.4 %`.
pub fn per_cent(per_cent: f64) -> String {
    format!("{}\u{a0}%", tenths(per_cent))
}

/// Two accuracies whose difference is shown beside them, in per cent: with a second decimal where those with one would
/// have another difference.
pub fn compared(accuracy: f64, hard: f64, gain: f64) -> (String, String) {
    let read = |shown: String| shown.parse::<f64>().unwrap_or(f64::NAN);
    let fits = signed_decimals(read(tenths(accuracy)) - read(tenths(hard)), 1) == signed_decimals(gain, 1);
    let digits = if fits { 1 } else { 2 };
    (format!("{}\u{a0}%", decimals(accuracy, digits)), format!("{}\u{a0}%", decimals(hard, digits)))
}

/// A share of 0 to 1 in per cent: `86.4 %`.
pub fn share(share: f64) -> String {
    per_cent(100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_decided_the_same_by_every_route() {
        // Means of three accuracies on 10,000 examples, all between two tenths.
        for tie in (3_000_u32..30_000).step_by(3).filter(|sum| sum % 30 == 15) {
            let (a, b) = (tie / 3 - 7, tie / 3 + 2);
            let values = [a, b, tie - a - b].map(|n| f64::from(n) / 10_000.0);
            let of_mean = 100.0 * (values.iter().sum::<f64>() / 3.0);
            let mean_of = values.iter().map(|a| 100.0 * a).sum::<f64>() / 3.0;
            let kept = f64::from(mean_of as f32);
            let up = format!("{}.{}", (tie / 30 + 1) / 10, (tie / 30 + 1) % 10);
            assert_eq!([of_mean, mean_of, kept].map(tenths), [up.clone(), up.clone(), up]);
        }
        assert_eq!((share(0.8635), per_cent(86.35), per_cent(f64::from(86.35_f32))), {
            let shown = || "86.4\u{a0}%".to_string();
            (shown(), shown(), shown())
        });
    }

    #[test]
    fn what_is_no_tie_is_rounded_as_ever() {
        let shown = [0.0, 86.349, 86.351, 99.96, 100.0].map(tenths);
        assert_eq!(shown, ["0.0", "86.3", "86.4", "100.0", "100.0"]);
    }

    #[test]
    fn zero_has_no_sign_and_a_minus_is_a_real_one() {
        assert_eq!(
            [4.57, -1.21, 0.04, -0.04, 0.0].map(|v| signed_decimals(v, 1)),
            ["+4.6", "−1.2", "0.0", "0.0", "0.0"]
        );
        assert_eq!(decimals(-2.0, 1), "−2.0");
        assert_eq!(signed_decimals(12.0, 0), "+12");
    }
}
