//! Efficiency: what a student saves against its teacher, as rows of text; pure, so that a test can hold the direction of every ratio.

use crate::config::thousands;
use crate::experiment::{Outcome, Setup};

/// One row: what is counted, the teacher's, a student's, and what is saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// What is counted, with its unit.
    pub what: &'static str,
    /// The teacher's.
    pub teacher: String,
    /// One student's.
    pub student: String,
    /// The ratio as text: `5.1 × fewer`.
    pub saved: String,
}

/// A ratio that reads: `12 ×`, `5.1 ×`.
fn times(ratio: f64) -> String {
    if ratio >= 10.0 { format!("{} ×", thousands(ratio)) } else { format!("{ratio:.1} ×") }
}

/// How much less the student needs; `less` and `more` are the words for either: fewer, more.
fn saved(teacher: f64, student: f64, less: &str, more: &str) -> String {
    if teacher <= 0.0 || student <= 0.0 {
        return "–".into();
    }
    let ratio = teacher / student;
    if (0.95..1.05).contains(&ratio) {
        "the same".into()
    } else if ratio > 1.0 {
        format!("{} {less}", times(ratio))
    } else {
        format!("{} {more}", times(1.0 / ratio))
    }
}

/// Bytes of so many parameters at `each` bytes: `407 kB`.
fn bytes(parameters: usize, each: f64) -> String {
    let all = parameters as f64 * each;
    match all {
        b if b >= 1e6 => format!("{:.2} MB", b / 1e6),
        b if b >= 1e4 => format!("{:.0} kB", b / 1e3),
        b if b >= 1e3 => format!("{:.1} kB", b / 1e3),
        b => format!("{b:.0} B"),
    }
}

/// Milliseconds of a prediction below which a browser's clock, which ticks once a millisecond in some, says nothing of it: 512
/// predictions, the most that are timed together (`engine::session::latency`), take three ticks.
const CLOCK_MS: f64 = 3.0 / 512.0;

/// Milliseconds with sensible digits: `0.020 ms`, `3.1 ms`, `120 ms`; what is below a microsecond is beyond the clock.
pub fn milliseconds(ms: f64) -> String {
    if ms >= 100.0 {
        format!("{ms:.0} ms")
    } else if ms >= 1.0 {
        format!("{ms:.1} ms")
    } else if ms >= 0.001 {
        format!("{ms:.3} ms")
    } else {
        "< 0.001 ms".into()
    }
}

/// How much faster the student predicts; both in milliseconds.
fn time_saved(teacher_ms: f64, student_ms: f64) -> String {
    if teacher_ms < CLOCK_MS || student_ms < CLOCK_MS {
        return "too short to tell".into();
    }
    // Of the times as they are shown.
    let [teacher_ms, student_ms] = [teacher_ms, student_ms].map(|ms| (1e3 * ms).round() / 1e3);
    // Two measurements of the same network differ by as much on a device that does other things too.
    if (0.8..1.25).contains(&(teacher_ms / student_ms)) {
        "about the same".into()
    } else {
        saved(teacher_ms, student_ms, "faster", "slower")
    }
}

/// The rows: sizes of a run that is set up, and times of one that is over.
pub fn rows(setup: &Setup, outcome: Option<&Outcome>) -> Vec<Saving> {
    let (tp, sp) = (setup.teacher_parameters, setup.student_parameters);
    let count = |what, teacher: usize, student: usize| Saving {
        what,
        teacher: thousands(teacher as f64),
        student: thousands(student as f64),
        saved: saved(teacher as f64, student as f64, "fewer", "more"),
    };
    let size = |what, each| Saving {
        what,
        teacher: bytes(tp, each),
        student: bytes(sp, each),
        saved: saved(tp as f64, sp as f64, "smaller", "larger"),
    };
    let mut rows = vec![
        count("Parameters", tp, sp),
        count("MACs", setup.teacher_macs, setup.student_macs),
        size("Size, float32", 4.0),
        size("Size, float16", 2.0),
        size("Size, int8", 1.0),
    ];
    rows.push(match outcome {
        Some(o) => Saving {
            what: "One prediction",
            teacher: milliseconds(o.teacher_latency_ms),
            student: milliseconds(o.student_latency_ms),
            saved: time_saved(o.teacher_latency_ms, o.student_latency_ms),
        },
        None => {
            let later = || "after a run".to_string();
            Saving { what: "One prediction", teacher: later(), student: later(), saved: "–".into() }
        }
    });
    rows
}

/// What the rows leave open.
pub fn note(setup: &Setup, outcome: Option<&Outcome>) -> String {
    let both = saved(4.0 * setup.teacher_parameters as f64, setup.student_parameters as f64, "smaller", "larger");
    let time = match outcome {
        Some(_) => {
            " Times are medians on the device in use, one input at a time, the two networks in turn; other load on this device affects them."
        }
        None => " Times are measured when a run is over.",
    };
    format!(
        "MACs are the multiplications, each with an addition, of one prediction. A student at one byte per parameter against \
         its teacher at four: {both}. This page trains in float32 and does not round the weights, so what rounding costs in \
         accuracy is not measured here, and int8 sizes omit scale factors.{time}"
    )
}

/// What will be here before a run is set up.
pub const AWAITED: &str = "What a student saves over its teacher is counted here once the engine has set up a run: \
                           parameters, multiplications, bytes, and the time of a prediction once it is measured.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_the_right_direction() {
        assert_eq!(saved(101_770.0, 25_450.0, "fewer", "more"), "4.0 × fewer");
        assert_eq!(saved(1_000.0, 10.0, "smaller", "larger"), "100 × smaller");
        assert_eq!(saved(10.0, 13.0, "faster", "slower"), "1.3 × slower");
        assert_eq!(saved(100.0, 101.0, "fewer", "more"), "the same");
        assert_eq!(saved(0.0, 5.0, "fewer", "more"), "–");
    }

    #[test]
    fn sizes_are_shown_in_readable_units() {
        let shown =
            [(101_770, 4.0), (400_000, 4.0), (98, 2.0), (98, 4.0), (1_200, 1.0)].map(|(n, each)| bytes(n, each));
        assert_eq!(shown, ["407 kB", "1.60 MB", "196 B", "392 B", "1.2 kB"]);
    }

    #[test]
    fn times_too_short_for_the_clock_make_no_ratio() {
        assert_eq!((milliseconds(0.0004), milliseconds(0.0123)), ("< 0.001 ms".into(), "0.012 ms".into()));
        assert_eq!(time_saved(0.007, 0.001), "too short to tell");
        assert_eq!(time_saved(0.0, 0.0), "too short to tell");
        assert_eq!(time_saved(0.036, 0.006), "6.0 × faster");
    }
}
