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
    let (of_teachers, of_student) = training_macs(setup);
    rows.push(Saving {
        what: "MACs of training",
        teacher: large(of_teachers),
        student: large(of_teachers + of_student),
        saved: saved(of_teachers, of_teachers + of_student, "fewer", "more"),
    });
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
    if setup.given_teacher {
        for row in &mut rows {
            (row.teacher, row.saved) = ("not known".into(), "–".into());
        }
    }
    rows
}

/// Multiply–accumulates of a training step over those of its predictions: forwards, then backwards to the weights and to the
/// inputs of each layer, about as many each.
const TRAINING: f64 = 3.0;

/// Multiply–accumulates that it takes to train all teachers, one after another (assistants and generations among them), and one
/// student besides, whose examples the last teacher has labelled.
fn training_macs(setup: &Setup) -> (f64, f64) {
    let config = &setup.config;
    let teachers = setup.stages.iter().map(|stage| stage.macs as f64 * stage.steps as f64).sum::<f64>();
    let labelled = (setup.transfer_examples + setup.pool_examples) as f64 * setup.teacher_macs as f64;
    let student = (setup.student_macs * config.student_batch) as f64 * config.student_steps as f64;
    (TRAINING * config.teacher_batch as f64 * teachers, TRAINING * student + labelled)
}

/// A large number in words: `9.6 billion`.
fn large(number: f64) -> String {
    match number {
        n if n >= 9.995e11 => format!("{:.1} trillion", n / 1e12),
        n if n >= 9.995e8 => format!("{:.1} billion", n / 1e9),
        n if n >= 9.995e5 => format!("{:.1} million", n / 1e6),
        n => thousands(n),
    }
}

/// What a student saves against the first of several teachers, and what the others cost; empty where there is one.
fn chain(setup: &Setup) -> String {
    let (Some(first), true) = (setup.stages.first(), setup.stages.len() > 1) else { return String::new() };
    let later: f64 = setup.stages[1..].iter().map(|stage| stage.macs as f64 * stage.steps as f64).sum();
    let own = first.macs as f64 * first.steps as f64;
    format!(
        " The columns compare the student with the network that teaches it. Against the first teacher it has {} parameters and \
         {} MACs. What stands between them has to be trained, too: the training of the first teacher is 100\u{a0}%, that of the \
         others {:.0}\u{a0}% more, all of it counted above.",
        saved(first.parameters as f64, setup.student_parameters as f64, "fewer", "more"),
        saved(first.macs as f64, setup.student_macs as f64, "fewer", "more"),
        100.0 * later / own.max(1.0),
    )
}

/// What the rows leave open.
pub fn note(setup: &Setup, outcome: Option<&Outcome>) -> String {
    if setup.given_teacher {
        return "The teacher came with your data: how large and how fast it is, they do not say. MACs are the multiplications, each with \
                an addition, of one prediction."
            .into();
    }
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
         accuracy is not measured here, and int8 sizes omit scale factors. A step of training takes about three times the MACs of \
         its predictions; a student needs its teachers trained and its examples labelled first, and that is counted in.{time}{}",
        chain(setup)
    )
}

/// What will be here before a run is set up.
pub const AWAITED: &str = "What a student saves over its teacher is counted here once the engine has set up a run: \
                           parameters, multiplications, bytes, and the time of a prediction once it is measured.";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::data::example::Form;
    use crate::experiment::Stage;

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
    fn the_training_of_an_assistant_counts() {
        let config = Config { teacher_batch: 10, student_batch: 10, student_steps: 100, ..Config::default() };
        let stage = |steps, macs| Stage { name: "One".into(), steps, parameters: macs + 10, macs };
        let setup = |stages: Vec<Stage>| Setup {
            stages,
            config: config.clone(),
            classes: Vec::new(),
            form: Form::Plane,
            teacher_examples: 100,
            test_examples: 100,
            teacher_parameters: 60,
            student_parameters: 30,
            teacher_macs: 50,
            student_macs: 20,
            teacher_steps: 0,
            queries: Vec::new(),
            transfer: Vec::new(),
            pool: Vec::new(),
            transfer_examples: 40,
            pool_examples: 0,
            production: Vec::new(),
            plane: Vec::new(),
            arms: Vec::new(),
            given_teacher: false,
            without_truth: false,
        };
        let alone = setup(vec![stage(1_000, 100)]);
        // 3 · 10 examples · 1,000 steps · 100; the student 3 · 10 · 100 · 20, and 40 labels at 50.
        assert_eq!(training_macs(&alone), (3e6, 62_000.0));
        assert_eq!(chain(&alone), "");
        let assisted = setup(vec![stage(1_000, 100), stage(1_000, 50)]);
        assert_eq!(training_macs(&assisted).0, 4.5e6);
        let row = rows(&assisted, None).into_iter().find(|row| row.what == "MACs of training").unwrap();
        assert_eq!(
            (row.teacher.as_str(), row.student.as_str(), row.saved.as_str()),
            ("4.5 million", "4.6 million", "the same")
        );
        let note = note(&assisted, None);
        assert!(
            note.contains("others 50\u{a0}% more")
                && note.contains("it has 3.7 × fewer parameters and 5.0 × fewer MACs"),
            "{note}"
        );
        assert_eq!([large(999_499.0), large(999_500.0), large(2.5e9)], ["999,499", "1.0 million", "2.5 billion"]);
    }

    #[test]
    fn times_too_short_for_the_clock_make_no_ratio() {
        assert_eq!((milliseconds(0.0004), milliseconds(0.0123)), ("< 0.001 ms".into(), "0.012 ms".into()));
        assert_eq!(time_saved(0.007, 0.001), "too short to tell");
        assert_eq!(time_saved(0.0, 0.0), "too short to tell");
        assert_eq!(time_saved(0.036, 0.006), "6.0 × faster");
    }
}
