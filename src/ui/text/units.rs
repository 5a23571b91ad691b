//! Shares, sizes and durations as text. Pure.

/// A share in per cent, with more digits for small shares: `97.3 %`, `17.7 %`, `0.32 %`, `< 0.01 %`.
pub fn percent(share: f64) -> String {
    let p = 100.0 * share;
    if (99.95..99.995).contains(&p) {
        format!("{p:.2}\u{a0}%")
    } else if p >= 1.0 {
        format!("{p:.1}\u{a0}%")
    } else if p >= 0.01 {
        format!("{p:.2}\u{a0}%")
    } else if p > 0.0 {
        "< 0.01\u{a0}%".into()
    } else {
        "0\u{a0}%".into()
    }
}

/// A size in megabytes with one decimal: `4.3 MB`.
pub fn megabytes(bytes: u32) -> String {
    format!("{:.1} MB", f64::from(bytes) / 1e6)
}

/// A waiting time, rounded: `2 s`, `1 min 20 s`.
pub fn wait(seconds: f64) -> String {
    let s = seconds.max(1.0).round() as u64;
    if s < 60 { format!("{s} s") } else { format!("{} min {} s", s / 60, s % 60 / 10 * 10) }
}

/// A measured duration: `0.1 s`, `4.8 s`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 0.05 { "less than 0.1 s".into() } else { format!("{seconds:.1} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_have_more_digits() {
        let shown: Vec<String> = [0.973, 0.177, 0.0032, 0.00002, 0.0, 1.0].iter().map(|&s| percent(s)).collect();
        assert_eq!(shown, ["97.3\u{a0}%", "17.7\u{a0}%", "0.32\u{a0}%", "< 0.01\u{a0}%", "0\u{a0}%", "100.0\u{a0}%"]);
        assert_eq!(percent(0.9997), "99.97\u{a0}%");
    }

    #[test]
    fn waiting_times_are_rounded() {
        assert_eq!((wait(0.2), wait(12.4), wait(83.0)), ("1 s".into(), "12 s".into(), "1 min 20 s".into()));
    }
}
