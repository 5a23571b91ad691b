//! The page's sentences, from numbers. Pure, so that what readers and screen readers are told is tested.

use crate::config::Arm;
use crate::config::{Config, Shift, Task, TaskKind, thousands};
use crate::data::example::Why;
use crate::experiment::{Setup, Stage};
pub use crate::lab::efficiency::milliseconds;
use crate::lab::number_format::{per_cent, share};
use crate::lab::verdict::{arm_values, mean};
use crate::protocol::Phase;
use crate::ui::state::run_state::{EngineState, Results, RunState};
use crate::ui::text::arms;

/// A share as per cent, with as many digits as a small one needs: `97 %`, `17.7 %`, `0.32 %`, `< 0.01 %`.
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

/// Megabytes, one digit: `4.3 MB`.
pub fn megabytes(bytes: u32) -> String {
    format!("{:.1} MB", f64::from(bytes) / 1e6)
}

/// A time to wait, roundly: `2 s`, `1 min 20 s`.
pub fn wait(seconds: f64) -> String {
    let s = seconds.max(1.0).round() as u64;
    if s < 60 { format!("{s} s") } else { format!("{} min {} s", s / 60, s % 60 / 10 * 10) }
}

/// A time that was measured: `0.1 s`, `4.8 s`.
pub fn seconds(seconds: f64) -> String {
    if seconds < 0.05 { "less than 0.1 s".into() } else { format!("{seconds:.1} s") }
}

/// What an example is called: an image, a point.
pub fn thing(task: Task, count: f64) -> &'static str {
    let (one, many) = match task.kind() {
        TaskKind::Images => ("image", "images"),
        TaskKind::Points => ("point", "points"),
        TaskKind::Text => ("character", "characters"),
        TaskKind::Custom => ("example", "examples"),
    };
    if count == 1.0 { one } else { many }
}

/// What pressing Train will do, from the settings alone.
/// `examples` are those that the teacher learns from, 0 while nobody knows; `transfer` those of a transfer set.
pub fn intro(config: &Config, examples: usize, transfer: usize) -> String {
    if examples == 0 {
        return "Choose a table or images of your own in the Data panel: your browser trains a teacher on them, lets it label a \
                few, and trains students on these."
            .into();
    }
    let (all, some) = (examples as f64, transfer as f64);
    format!(
        "Your browser trains a teacher on {} labelled {}, lets it {}{}, and trains {} students on samples of \
         that size: {}. Then it says, with an interval, which of them learned more.",
        thousands(all),
        thing(config.task, all),
        labelled(config, some),
        pooled(config, examples, transfer),
        config.replicates * config.arms().len(),
        arms::taught(config),
    )
}

/// What it is asked besides, where there is a pool without labels.
fn pooled(config: &Config, all: usize, some: usize) -> String {
    let pool = config.pool_examples(all, some);
    if pool == 0 {
        return String::new();
    }
    let (pool, things) = (thousands(pool as f64), thing(config.task, pool as f64));
    format!(
        " and {pool} {things} more, which only students who ask it learn from (the others have the {})",
        thousands(some as f64)
    )
}

/// What the teacher is asked for so many examples: "label 300 of them".
fn labelled(config: &Config, some: f64) -> String {
    let (number, things) = (thousands(some), thing(config.task, some));
    let part_of = f64::from(config.shift_share);
    if !config.alters_inputs() || !config.shift.fits(config.task) || part_of == 0.0 {
        return format!("label {number} of them");
    }
    let part = if part_of < 1.0 { format!(", {:.0}\u{a0}% of them", 100.0 * part_of) } else { String::new() };
    match config.shift {
        Shift::None => format!("label {number} of them"),
        Shift::Written if part.is_empty() => format!("write {number} {things} and label them"),
        Shift::Written => format!("label {number} {things}{part} written by itself"),
        Shift::OtherTask => format!("label {number} {things}{part} of the other task"),
        _ => format!("label {number} of them{} altered", if part.is_empty() { "," } else { &part }),
    }
}

/// Test examples below which [`few_tests`] has something to say.
const FEW: usize = 500;

/// How far an accuracy on few test examples can be off, which the spread of the replicates does not tell; `None` where they
/// are many. The half-width of the 95 % interval of a share, normal approximation.
pub fn few_tests(examples: usize, accuracy: f64) -> Option<String> {
    (examples > 0 && examples < FEW).then(|| {
        let points = 196.0 * (accuracy * (1.0 - accuracy) / examples as f64).sqrt();
        format!(
            "There are only {examples} test examples: {:.0}\u{a0}% right on these can be {points:.0} points more or less on others of \
             their kind. The interval tells how far the students differ, not that.",
            100.0 * accuracy
        )
    })
}

/// Why an example is worth looking at.
pub fn why(why: Option<Why>) -> &'static str {
    match why {
        Some(Why::Unsure) => "The teacher is torn: among its least sure answers.",
        Some(Why::ConfidentMistake) => "The teacher is sure, and wrong.",
        Some(Why::Prototype) => "A clear case: among the surest right answers of its class.",
        None => "One of the test set.",
    }
}

/// Steps taken and to take, both phases together.
pub fn steps(model: &RunState, config: &Config) -> (usize, usize) {
    let Some(setup) = &model.setup else { return (0, 0) };
    let all = setup.teacher_steps + config.student_steps;
    let taken = model.report.as_ref().map_or(0, |r| r.teacher_step + r.student_step);
    (if model.done() { all } else { taken.min(all) }, all)
}

/// Per cent of all steps taken, 0 to 100.
pub fn progress(model: &RunState, config: &Config) -> f64 {
    match (model.engine, steps(model, config)) {
        (EngineState::Starting, _) if model.arriving.is_some_and(|(_, total)| total > 0) => {
            model.arriving.map_or(0.0, |(loaded, total)| 100.0 * f64::from(loaded.min(total)) / f64::from(total))
        }
        (EngineState::Loading(Some((loaded, total))), _) if total > 0 => 100.0 * f64::from(loaded) / f64::from(total),
        (EngineState::Open, (taken, all)) if all > 0 => 100.0 * taken as f64 / all as f64,
        _ => 0.0,
    }
}

/// The teacher that takes the next of all teachers' steps, its place among them, and the steps before it; `None` of
/// a single teacher.
pub fn stage(setup: &Setup, teacher_step: usize) -> Option<(&Stage, usize, usize)> {
    let mut before = 0;
    let all = setup.stages.len();
    for (place, stage) in setup.stages.iter().enumerate() {
        if teacher_step < before + stage.steps || place + 1 == all {
            return (all > 1).then_some((stage, place, before));
        }
        before += stage.steps;
    }
    None
}

/// Where training stands, one line.
pub fn status(model: &RunState, config: &Config, queued: bool) -> String {
    match model.engine {
        EngineState::Starting => {
            let of = model
                .arriving
                .filter(|a| a.1 > 0)
                .map(|(l, t)| format!(": {} of {}", megabytes(l.min(t)), megabytes(t)));
            let then = if queued { "; training starts when it is here" } else { "" };
            return format!("The engine is on its way{}{then}.", of.unwrap_or_default());
        }
        EngineState::Down => return "The engine is stopped.".into(),
        EngineState::Resting => {
            return "The engine rests, so that the benchmark has the device to itself; Train starts it.".into();
        }
        EngineState::NoData if config.task == Task::Own => {
            return "Waiting for data of yours: a table or images, chosen under Data.".into();
        }
        EngineState::NoData => return "There is no data to train on.".into(),
        EngineState::Loading(bytes) => {
            let of = bytes.filter(|b| b.1 > 0).map(|(l, t)| format!(": {} of {}", megabytes(l), megabytes(t)));
            let then = if queued { "; training starts when they are here" } else { "" };
            return format!("Fetching the data{}{then}.", of.unwrap_or_default());
        }
        EngineState::Open => {}
    }
    let (Some(setup), Some(report)) = (&model.setup, &model.report) else { return "Ready.".into() };
    let (step, all, whose) = match report.phase {
        Phase::Teacher => (report.teacher_step, setup.teacher_steps, "teacher"),
        _ => (report.student_step, config.student_steps, "students"),
    };
    if model.done() {
        let took = model.results.outcome.as_ref().map(|o| format!(" in {} of training", seconds(o.seconds)));
        return format!("Done{}.", took.unwrap_or_default());
    }
    if report.phase == Phase::Labelling {
        let words = if model.running() {
            "The teacher labels the transfer sets."
        } else {
            "Ready: the teacher is trained, the students start afresh."
        };
        return words.into();
    }
    let place = format!("step {} of {}", thousands(step as f64), thousands(all as f64));
    let named = stage(setup, report.teacher_step).filter(|_| report.phase == Phase::Teacher);
    let who = named.map_or_else(
        || capital(whose),
        |(stage, place, _)| format!("{} ({} of {} teachers)", stage.name, place + 1, setup.stages.len()),
    );
    let whose = if named.is_some() { "teachers" } else { whose };
    let pace = f64::from(report.ms_per_step);
    let cores = match report.workers {
        workers if workers > 1 && report.phase == Phase::Students => format!(" on {workers} cores"),
        _ => String::new(),
    };
    let speed = if pace > 0.0 { format!(" · {} a step{cores}", milliseconds(pace)) } else { String::new() };
    if model.warming_up() {
        format!("Warming up: one pass of the teacher over its data, {place}{speed}")
    } else if model.running() {
        let left = (all.saturating_sub(step)) as f64 * pace / 1000.0;
        let left = if pace > 0.0 { format!(" · about {} left for the {whose}", wait(left)) } else { String::new() };
        format!("{who}: {place}{speed}{left}")
    } else if report.teacher_step == 0 {
        "Ready.".into()
    } else if !model.begun && report.phase == Phase::Teacher {
        format!("Ready: the teacher has taken {} of {} steps.", thousands(step as f64), thousands(all as f64))
    } else {
        format!("Paused: {}, {place}{speed}", who.to_lowercase())
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Mean accuracy of an arm, per cent; `None` without such students.
pub fn arm_accuracy(results: &Results, arm: Arm) -> Option<f64> {
    let setup = results.setup.as_ref()?;
    let values = arm_values(&results.students, &setup.arms, arm, |m| 100.0 * m.accuracy);
    (!values.is_empty()).then(|| mean(&values))
}

/// What the chart of accuracy shows now.
pub fn accuracy_sentence(results: &Results) -> String {
    let Some(teacher) = results.teacher else {
        return "Nothing trained yet: test accuracy in per cent will be drawn here, step by step.".into();
    };
    let teacher = format!("teacher {}", share(teacher.accuracy));
    let Some(setup) = results.setup.as_ref().filter(|_| !results.students.is_empty()) else {
        return format!("Test accuracy over the teacher’s steps; now {teacher}.");
    };
    let step = results.arm_curves.iter().filter_map(|c| c.last()).map(|s| s.step).fold(0.0, f64::max);
    let arms: Vec<String> = setup
        .arms
        .iter()
        .filter_map(|&arm| {
            Some(format!(
                "{} {}",
                arms::inline(&results.config(setup).arm_name(arm)),
                per_cent(arm_accuracy(results, arm)?)
            ))
        })
        .collect();
    format!(
        "Test accuracy over the students’ steps. At step {}: {}; {teacher}. Lines are means of {} replicates, bands run from \
         the worst replicate to the best.",
        thousands(step),
        arms.join(", "),
        results.students.len() / setup.arms.len().max(1),
    )
}

/// A verdict's sentence cut around its figure in points, `5.8 points more`; the figure is empty where there is none.
pub fn around_points(sentence: &str) -> (&str, &str, &str) {
    let Some(points) = sentence.find(" points") else { return (sentence, "", "") };
    let start = sentence[..points].rfind(' ').map_or(0, |space| space + 1);
    let end = points + " points".len();
    let end = if sentence[end..].starts_with(" more") { end + " more".len() } else { end };
    (&sentence[..start], &sentence[start..end], &sentence[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_introduction_says_what_the_teacher_labels() {
        let said = |task, shift, share| {
            let config = Config { shift, shift_share: share, shift_amount: 0.5, ..Config::for_task(task) };
            intro(&config, 10_000, 300)
        };
        for (task, shift, share, words) in [
            (Task::Mnist, Shift::OtherTask, 1.0, "lets it label 300 images of the other task, and"),
            (Task::Mnist, Shift::OtherTask, 0.5, "lets it label 300 images, 50\u{a0}% of them of the other task, and"),
            (Task::Fashion, Shift::Blurred, 1.0, "lets it label 300 of them, altered, and"),
            (Task::Fashion, Shift::Blurred, 0.25, "lets it label 300 of them, 25\u{a0}% of them altered, and"),
            (Task::Names, Shift::Written, 1.0, "lets it write 300 characters and label them, and"),
            (Task::Fashion, Shift::Written, 1.0, "lets it label 300 of them, and"),
        ] {
            let text = said(task, shift, share);
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn few_test_examples_are_a_caution() {
        assert_eq!(few_tests(2_000, 0.8), None);
        let words = few_tests(61, 0.8).unwrap();
        assert!(
            words.contains("only 61") && words.contains("80\u{a0}% right") && words.contains("10 points"),
            "{words}"
        );
    }

    #[test]
    fn shares_keep_the_digits_that_small_ones_need() {
        let shown: Vec<String> = [0.973, 0.177, 0.0032, 0.00002, 0.0, 1.0].iter().map(|&s| percent(s)).collect();
        assert_eq!(shown, ["97.3\u{a0}%", "17.7\u{a0}%", "0.32\u{a0}%", "< 0.01\u{a0}%", "0\u{a0}%", "100.0\u{a0}%"]);
        assert_eq!(percent(0.9997), "99.97\u{a0}%");
    }

    #[test]
    fn waits_are_round() {
        assert_eq!((wait(0.2), wait(12.4), wait(83.0)), ("1 s".into(), "12 s".into(), "1 min 20 s".into()));
    }

    #[test]
    fn the_intro_counts_from_the_settings() {
        let text = intro(&Config::default(), 10_000, 200);
        assert!(text.contains("lets it label 200 of them, and"), "{text}");
        assert!(
            text.contains("10,000 labelled images") && text.contains("200 of them") && text.contains("15 students")
        );
        let pool = intro(&Config { pool: 2_000, ..Config::default() }, 10_000, 200);
        assert!(pool.contains("label 200 of them and 2,000 images more"), "{pool}");
        assert!(intro(&Config::for_task(Task::Moons), 1_000, 20).contains("1,000 labelled points"));
    }

    #[test]
    fn the_status_tells_of_the_way_the_engine_comes() {
        let config = Config::default();
        let mut model = RunState::default();
        assert!(status(&model, &config, false).contains("on its way"));
        assert!(status(&model, &config, true).contains("training starts when"));
        model.arriving = Some((500_000, 2_000_000));
        assert_eq!(status(&model, &config, false), "The engine is on its way: 0.5 MB of 2.0 MB.");
        assert_eq!(progress(&model, &config), 25.0);
        model.engine = EngineState::Loading(Some((1_200_000, 4_300_000)));
        assert_eq!(status(&model, &config, false), "Fetching the data: 1.2 MB of 4.3 MB.");
        assert!((progress(&model, &config) - 27.9).abs() < 0.1);
        model.engine = EngineState::Open;
        assert_eq!(status(&model, &config, false), "Ready.");
        assert_eq!(progress(&model, &config), 0.0);
    }

    #[test]
    fn a_chain_of_teachers_is_told_by_name() {
        let stage = |name: &str, steps| Stage { name: name.into(), steps, parameters: 1 };
        let mut setup = crate::ui::state::run_state::tests::opened(&Config::default());
        assert_eq!(super::stage(&setup, 3), None);
        setup.stages = vec![stage("Teacher", 10), stage("Generation 2", 10)];
        let at = |step| super::stage(&setup, step).map(|(stage, place, before)| (stage.name.clone(), place, before));
        assert_eq!(at(9), Some(("Teacher".into(), 0, 0)));
        assert_eq!(at(10), Some(("Generation 2".into(), 1, 10)));
        assert_eq!(at(20), Some(("Generation 2".into(), 1, 10)));
    }

    #[test]
    fn a_verdict_is_cut_around_its_points() {
        let gain = "Soft labels taught this student 5.8 points more than hard labels.";
        assert_eq!(around_points(gain).1, "5.8 points more");
        assert_eq!(
            around_points("They cost this student 2.0 points against hard labels."),
            ("They cost this student ", "2.0 points", " against hard labels.")
        );
        assert_eq!(around_points("No significant gain."), ("No significant gain.", "", ""));
    }

    #[test]
    fn nothing_is_claimed_before_anything_ran() {
        assert!(accuracy_sentence(&Results::default()).starts_with("Nothing trained yet"));
    }
}
