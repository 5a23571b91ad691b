//! Training progress and state as text. Pure.

use crate::config::{Config, Task, thousands};
use crate::experiment::{Setup, Stage};
use crate::lab::efficiency::milliseconds;
use crate::protocol::Phase;
use crate::ui::state::run_state::{EngineState, RunState};
use crate::ui::text::units::{megabytes, seconds, wait};

/// Steps taken and total steps, teacher and students together.
pub fn steps(model: &RunState, config: &Config) -> (usize, usize) {
    let Some(setup) = &model.setup else { return (0, 0) };
    let all = setup.teacher_steps + config.student_steps;
    let taken = model.report.as_ref().map_or(0, |r| r.teacher_step + r.student_step);
    (if model.done() { all } else { taken.min(all) }, all)
}

/// Progress in per cent, 0 to 100: of the download while the engine or data load, then of all steps.
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

/// The stage that takes step `teacher_step` of all teachers' steps, its index, and the number of steps before it; `None`
/// where there is one teacher only.
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

/// State of loading and training, one line.
pub fn status(model: &RunState, config: &Config, queued: bool) -> String {
    match model.engine {
        EngineState::Starting => {
            let of = model
                .arriving
                .filter(|a| a.1 > 0)
                .map(|(l, t)| format!(": {} of {}", megabytes(l.min(t)), megabytes(t)));
            let then = if queued { "; training starts when it is here" } else { "" };
            return format!("Loading engine{}{then}.", of.unwrap_or_default());
        }
        EngineState::Down => return "The engine is stopped.".into(),
        EngineState::Resting => {
            return "The engine is off, so that the benchmark has the device to itself; Train starts it.".into();
        }
        EngineState::NoData if config.task == Task::Own => {
            return "Waiting for your data: choose a table or images under Data.".into();
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
    let (step, all, trained) = match report.phase {
        Phase::Teacher => (report.teacher_step, setup.teacher_steps, "teacher"),
        _ => (report.student_step, config.student_steps, "students"),
    };
    if model.done() {
        let took = model.results.outcome.as_ref().map(|o| format!(" in {} of training", seconds(o.seconds)));
        return format!("Done{}.", took.unwrap_or_default());
    }
    if report.phase == Phase::Labelling {
        let sentence = if model.running() {
            "The teacher labels the transfer sets."
        } else if setup.given_teacher {
            "Ready: the teacher came with your data, the students start afresh."
        } else {
            "Ready: the teacher is trained, the students start afresh."
        };
        return sentence.into();
    }
    let step_text = format!("step {} of {}", thousands(step as f64), thousands(all as f64));
    let named = stage(setup, report.teacher_step).filter(|_| report.phase == Phase::Teacher);
    let name = named.map_or_else(
        || capitalised(trained),
        |(stage, index, _)| format!("{} ({} of {} teachers)", stage.name, index + 1, setup.stages.len()),
    );
    let trained = if named.is_some() { "teachers" } else { trained };
    let ms_per_step = f64::from(report.ms_per_step);
    let cores = match report.workers {
        workers if workers > 1 && report.phase == Phase::Students => format!(" on {workers} cores"),
        _ => String::new(),
    };
    let speed =
        if ms_per_step > 0.0 { format!(" · {} per step{cores}", milliseconds(ms_per_step)) } else { String::new() };
    if model.warming_up() {
        format!("Warming up the teacher: {step_text}{speed}")
    } else if model.running() {
        let left = (all.saturating_sub(step)) as f64 * ms_per_step / 1000.0;
        let left =
            if ms_per_step > 0.0 { format!(" · about {} left for the {trained}", wait(left)) } else { String::new() };
        format!("{name}: {step_text}{speed}{left}")
    } else if report.teacher_step == 0 {
        "Ready.".into()
    } else if !model.begun && report.phase == Phase::Teacher {
        let epochs = config.teacher_epochs.max(1);
        let done = (step * epochs).checked_div(all).unwrap_or(0);
        format!("Warmed up: {done} of {epochs} epochs. Press Train.")
    } else {
        format!("Paused: {}, {step_text}{speed}", name.to_lowercase())
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_shows_download_progress() {
        let config = Config::default();
        let mut model = RunState::default();
        assert!(status(&model, &config, false).contains("Loading engine"));
        assert!(status(&model, &config, true).contains("training starts when"));
        model.arriving = Some((500_000, 2_000_000));
        assert_eq!(status(&model, &config, false), "Loading engine: 0.5 MB of 2.0 MB.");
        assert_eq!(progress(&model, &config), 25.0);
        model.engine = EngineState::Loading(Some((1_200_000, 4_300_000)));
        assert_eq!(status(&model, &config, false), "Fetching the data: 1.2 MB of 4.3 MB.");
        assert!((progress(&model, &config) - 27.9).abs() < 0.1);
        model.engine = EngineState::Open;
        assert_eq!(status(&model, &config, false), "Ready.");
        assert_eq!(progress(&model, &config), 0.0);
    }

    #[test]
    fn stages_of_a_chain_are_found_by_step() {
        let stage = |name: &str, steps| Stage { name: name.into(), steps, parameters: 1, macs: 1 };
        let mut setup = crate::ui::state::run_state::tests::opened(&Config::default());
        assert_eq!(super::stage(&setup, 3), None);
        setup.stages = vec![stage("Teacher", 10), stage("Generation 2", 10)];
        let at = |step| super::stage(&setup, step).map(|(stage, place, before)| (stage.name.clone(), place, before));
        assert_eq!(at(9), Some(("Teacher".into(), 0, 0)));
        assert_eq!(at(10), Some(("Generation 2".into(), 1, 10)));
        assert_eq!(at(20), Some(("Generation 2".into(), 1, 10)));
    }
}
