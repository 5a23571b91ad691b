//! What the page knows of the engine and its run, and how each message changes it. Pure: no browser, no signals.
//!
//! Two things live apart. The *soft view* is the current teacher on the chosen examples, as fresh as can be. The
//! *results* (curves, table, verdict) are those of one run of the students, and stay on screen, marked as earlier,
//! until the first measurement of the next run replaces them: nothing a reader looked at is lost to a slider.

use crate::chart::accuracy::Spread;
use crate::config::{Config, Effect};
use crate::protocol::{
    Arm, Command, DeviceInUse, Evaluation, Event, Example, ExampleLogits, FailureKind, Metrics, Outcome, Phase, Report, Setup,
};
use std::{ops::Deref, sync::Arc};

/// A shared value that is equal to itself only: views compare it in no time, however large.
#[derive(Debug, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How far the engine is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Engine {
    /// Its program is on the way.
    #[default]
    Starting,
    /// It is there; the task's data is on the way: bytes so far and in all, once known.
    Loading(Option<(u32, u32)>),
    /// It is there, but the task's data could not be had.
    NoData,
    /// A run is set up.
    Open,
    /// It stopped answering, or could not start.
    Down,
}

/// The current teacher, and students where there are any, on the chosen examples.
#[derive(Clone, Debug, PartialEq)]
pub struct SoftView {
    /// The run's setup: class names, arms, how inputs are drawn.
    pub setup: Shared<Setup>,
    /// The examples.
    pub examples: Shared<Vec<Example>>,
    /// Their logits.
    pub logits: ExampleLogits,
}

impl SoftView {
    /// The teacher's logits on an example.
    pub fn teacher(&self, example: usize) -> &[f32] {
        let classes = self.setup.classes.len();
        self.logits.teacher.get(example * classes..(example + 1) * classes).unwrap_or(&[])
    }

    /// Every replicate's logits of one arm on an example; none while the teacher trains.
    pub fn students(&self, arm: Arm, example: usize) -> impl Iterator<Item = &[f32]> {
        let (classes, arms) = (self.setup.classes.len(), self.setup.arms.len().max(1));
        let rows = self.logits.students.chunks_exact((self.examples.len() * classes).max(1));
        let position = self.setup.arms.iter().position(|&a| a == arm).unwrap_or(usize::MAX);
        rows.enumerate()
            .filter(move |(row, _)| row % arms == position)
            .filter_map(move |(_, row)| row.get(example * classes..(example + 1) * classes))
    }
}

/// The teacher's logits on the whole test set.
#[derive(Clone, Debug, PartialEq)]
pub struct TestLogits {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `[N][C]` in one row.
    pub logits: Vec<f32>,
    /// True classes, `[N]`.
    pub labels: Vec<u8>,
}

/// What a run has shown so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Setup of the run they belong to.
    pub setup: Option<Shared<Setup>>,
    /// The teacher's last measurement.
    pub teacher: Option<Metrics>,
    /// Each student's last measurement, `[R][A]` in one row.
    pub students: Vec<Metrics>,
    /// The teacher's accuracy (per cent) over its steps.
    pub teacher_curve: Vec<(f64, f64)>,
    /// Each arm's accuracy (per cent) over its steps.
    pub arm_curves: Vec<Vec<Spread>>,
    /// What the finished run left.
    pub outcome: Option<Shared<Outcome>>,
    /// The engine was lost before the run was over: it cannot be gone on with.
    pub interrupted: bool,
}

/// Why results on screen are not those of the settings on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// Settings were changed since.
    Settings(Effect),
    /// The engine was lost under way.
    Interrupted,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// How far the engine is.
    pub engine: Engine,
    /// Device that computes.
    pub device: Option<DeviceInUse>,
    /// The run that is set up.
    pub setup: Option<Shared<Setup>>,
    /// Where it stands; its evaluation is taken out.
    pub report: Option<Report>,
    /// The teacher on the chosen examples.
    pub soft: Option<Shared<SoftView>>,
    /// The teacher on the whole test set.
    pub test_logits: Option<Shared<TestLogits>>,
    /// What the last run has shown.
    pub results: Shared<Results>,
    /// Examples sent, not yet measured.
    examples: Option<Shared<Vec<Example>>>,
    /// Going on (true) or pausing (false) was asked for and not yet confirmed.
    wanted: Option<bool>,
    /// What of the results the next report of a run replaces.
    due: Option<Effect>,
}

impl Model {
    /// True while a run asked for goes on by itself (a warm-up does not count).
    pub fn running(&self) -> bool {
        let reported = self.report.as_ref().is_some_and(|r| r.running && !r.warming_up);
        self.engine == Engine::Open && self.wanted.unwrap_or(reported)
    }

    /// True while the unasked first epoch runs.
    pub fn warming_up(&self) -> bool {
        self.wanted != Some(true) && self.report.as_ref().is_some_and(|r| r.running && r.warming_up)
    }

    /// True when the run that is set up is over.
    pub fn done(&self) -> bool {
        self.wanted != Some(true) && self.report.as_ref().is_some_and(|r| r.phase == Phase::Done)
    }

    /// Why the results on screen are not those of `config`; `None` when they are, or there are none.
    pub fn stale(&self, config: &Config) -> Option<Stale> {
        let results = &self.results;
        let run = results.setup.as_ref()?;
        if results.students.is_empty() && results.teacher.is_none() {
            return None;
        }
        let (of, least) = match &results.outcome {
            // A finished run ran with one T and one α; one under way follows the sliders.
            Some(outcome) => (&outcome.config, Effect::Live),
            None => (&run.config, Effect::Students),
        };
        match config.effect_since(of) {
            Some(Effect::Live) if least != Effect::Live => {}
            // The teacher's own results hold while only students would start again.
            Some(Effect::Students) if results.students.is_empty() => {}
            Some(effect) => return Some(Stale::Settings(effect)),
            None => {}
        }
        (results.interrupted && results.outcome.is_none()).then_some(Stale::Interrupted)
    }

    /// Takes note of a command that is about to be sent.
    pub fn sent(&mut self, command: &Command, config: &Config) {
        match command {
            // A finished run has no next step: only Train begins another.
            Command::Step if self.done() => {}
            Command::Train | Command::Step => {
                if *command == Command::Train {
                    self.wanted = Some(true);
                }
                self.due = match self.stale(config) {
                    Some(Stale::Settings(Effect::Everything) | Stale::Interrupted) => Some(Effect::Everything),
                    Some(Stale::Settings(_)) => Some(Effect::Students),
                    None if self.results.outcome.is_some() => Some(Effect::Students),
                    None => self.due,
                };
            }
            Command::Pause => self.wanted = Some(false),
            Command::Reset => {
                self.wanted = Some(false);
                self.results = Shared::default();
                (self.soft, self.test_logits, self.examples) = (None, None, None);
                self.due = None;
            }
            Command::Open { .. } => self.engine = Engine::Starting,
            Command::Configure { .. } | Command::Tune { .. } => {}
        }
    }

    /// The engine is gone: what it showed stays, what it was doing does not.
    pub fn lost(&mut self) {
        let unfinished = self.results.outcome.is_none() && !self.results.students.is_empty();
        if unfinished {
            self.change_results(|results| results.interrupted = true);
        }
        self.engine = Engine::Down;
        self.wanted = None;
        self.report = None;
        self.examples = None;
    }

    /// Takes a message in. Failures are for the caller to show; here they end what was under way.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Ready(device) => {
                self.device = Some(device);
                self.engine = Engine::Loading(None);
            }
            Event::Loading { loaded, total } => self.engine = Engine::Loading(Some((loaded, total))),
            Event::Opened(setup) => self.opened(setup),
            Event::Report(report) => self.reported(report),
            Event::Examples(examples) => self.examples = Some(Shared::new(examples)),
            Event::TeacherTrained { logits, labels } => {
                let classes = self.setup.as_ref().map(|s| s.classes.clone()).unwrap_or_default();
                self.test_logits = Some(Shared::new(TestLogits { classes, logits, labels }));
            }
            Event::Finished(outcome) => self.finished(outcome),
            Event::Failed(failure) => {
                self.wanted = None;
                if failure.kind == FailureKind::Data {
                    self.engine = Engine::NoData;
                }
                if let Some(report) = &mut self.report {
                    report.running = false;
                }
            }
        }
    }

    fn opened(&mut self, setup: Setup) {
        let other_task = self.setup.as_ref().is_some_and(|before| before.config.task != setup.config.task);
        // Settings that act on a run under way leave it the same run.
        let same_run = self.results.setup.as_ref().is_none_or(|before| {
            matches!(setup.config.effect_since(&before.config), None | Some(Effect::Live))
        });
        self.engine = Engine::Open;
        self.report = None;
        self.wanted = None;
        self.examples = None;
        if other_task {
            // Another task's images beside these settings would be read as theirs.
            self.soft = None;
            self.test_logits = None;
        }
        let setup = Shared::new(setup);
        if same_run {
            self.change_results(|results| results.setup = Some(setup.clone()));
        }
        self.setup = Some(setup);
    }

    fn reported(&mut self, mut report: Report) {
        let evaluation = report.evaluation.take();
        if self.wanted == Some(report.running && !report.warming_up) {
            self.wanted = None;
        }
        let restarted = self.report.as_ref().and_then(|before| {
            if report.teacher_step < before.teacher_step {
                Some(Effect::Everything)
            } else if report.student_step > 0 && report.student_step < before.student_step {
                Some(Effect::Students)
            } else {
                None
            }
        });
        let progress = report.teacher_step > 0 || report.student_step > 0;
        // A warm-up trains no students: it must not wipe a run's results off the screen.
        if progress && !report.warming_up {
            match self.due.take().or(restarted) {
                Some(Effect::Everything) => self.clear(true),
                Some(_) if report.phase == Phase::Teacher => self.clear(true),
                Some(_) => self.clear(false),
                None => {}
            }
        }
        if let Some(evaluation) = evaluation {
            self.evaluated(&report, evaluation);
        }
        self.report = Some(report);
    }

    fn evaluated(&mut self, report: &Report, evaluation: Evaluation) {
        let Some(setup) = self.setup.clone() else { return };
        self.soften(&setup, &evaluation.examples);
        let of_this_run = self.results.setup.as_ref() == Some(&setup);
        if !of_this_run {
            // A run that goes on after a change of students only: its teacher is still this one.
            let empty = self.results.students.is_empty() && self.results.outcome.is_none();
            if !empty {
                return;
            }
        }
        self.change_results(|results| {
            results.setup = Some(setup.clone());
            results.teacher = Some(evaluation.teacher);
            let accuracy = 100.0 * evaluation.teacher.accuracy;
            if evaluation.students.is_empty() {
                let step = report.teacher_step as f64;
                results.teacher_curve.retain(|&(before, _)| before < step);
                results.teacher_curve.push((step, accuracy));
            } else {
                results.arm_curves.resize(setup.arms.len(), Vec::new());
                for (a, curve) in results.arm_curves.iter_mut().enumerate() {
                    let of_arm = evaluation.students.iter().skip(a).step_by(setup.arms.len());
                    let values: Vec<f64> = of_arm.map(|m| 100.0 * m.accuracy).collect();
                    curve.retain(|before| before.step < report.student_step as f64);
                    curve.extend(Spread::of(report.student_step, &values));
                }
                results.students = evaluation.students;
                results.interrupted = false;
            }
        });
    }

    fn soften(&mut self, setup: &Shared<Setup>, logits: &ExampleLogits) {
        let examples = self.examples.clone().or_else(|| {
            let soft = self.soft.as_ref()?;
            (soft.setup.classes == setup.classes).then(|| soft.examples.clone())
        });
        let Some(examples) = examples else { return };
        if !logits.teacher.is_empty() && logits.teacher.len() == examples.len() * setup.classes.len() {
            self.examples = None;
            self.soft = Some(Shared::new(SoftView { setup: setup.clone(), examples, logits: logits.clone() }));
        }
    }

    fn finished(&mut self, outcome: Outcome) {
        self.wanted = None;
        if let Some(report) = &mut self.report {
            report.running = false;
            report.phase = Phase::Done;
        }
        if let Some(setup) = self.setup.clone() {
            self.soften(&setup, &outcome.evaluation.examples);
        }
        self.change_results(|results| {
            results.teacher = Some(outcome.evaluation.teacher);
            results.students.clone_from(&outcome.evaluation.students);
            results.outcome = Some(Shared::new(outcome));
        });
    }

    fn clear(&mut self, teacher: bool) {
        let setup = self.setup.clone();
        self.change_results(|results| {
            let kept = if teacher { Results::default() } else { std::mem::take(results) };
            *results = Results { setup, teacher: kept.teacher, teacher_curve: kept.teacher_curve, ..Results::default() };
        });
        if teacher {
            self.test_logits = None;
        }
    }

    fn change_results(&mut self, change: impl FnOnce(&mut Results)) {
        let mut results = Results::clone(&self.results);
        change(&mut results);
        self.results = Shared::new(results);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;

    const ARMS: [Arm; 3] = [Arm::Hard, Arm::Argmax, Arm::Distilled];

    fn setup(config: &Config) -> Event {
        Event::Opened(Setup {
            config: config.clone(),
            classes: vec!["a".into(), "b".into()],
            image_size: None,
            teacher_examples: 1000,
            test_examples: 1000,
            teacher_parameters: 100,
            student_parameters: 10,
            teacher_steps: 50,
            transfer: vec![],
            plane: vec![],
            arms: ARMS.to_vec(),
        })
    }

    fn metrics(accuracy: f64) -> Metrics {
        Metrics { accuracy, ..Metrics::default() }
    }

    fn evaluation(students: &[f64]) -> Evaluation {
        Evaluation {
            teacher: metrics(0.9),
            students: students.iter().map(|&a| metrics(a)).collect(),
            examples: ExampleLogits { teacher: vec![1.0, 0.0], students: vec![0.5; students.len() * 2] },
        }
    }

    fn report(phase: Phase, teacher_step: usize, student_step: usize, students: Option<&[f64]>) -> Report {
        Report {
            phase,
            running: phase != Phase::Done,
            warming_up: false,
            teacher_step,
            student_step,
            ms_per_step: 1.0,
            teacher_loss: None,
            student_losses: vec![],
            evaluation: students.map(evaluation),
        }
    }

    fn example() -> Example {
        Example { index: 3, input: crate::protocol::Input::Point(0.0, 1.0), label: 0, given: 0, why: None }
    }

    const SIX: [f64; 6] = [0.6, 0.65, 0.8, 0.62, 0.66, 0.82];

    /// A model whose run of `config` is over.
    fn finished(config: &Config) -> Model {
        let mut model = Model::default();
        model.apply(setup(config));
        model.sent(&Command::Train, config);
        model.apply(Event::Examples(vec![example()]));
        model.apply(Event::Report(report(Phase::Teacher, 50, 0, Some(&[]))));
        model.apply(Event::TeacherTrained { logits: vec![1.0, 0.0], labels: vec![0] });
        model.apply(Event::Report(report(Phase::Students, 50, 100, Some(&SIX))));
        model.apply(Event::Finished(Outcome {
            config: config.clone(),
            evaluation: evaluation(&SIX),
            teacher_latency_ms: 1.0,
            student_latency_ms: 0.5,
            seconds: 3.0,
        }));
        model
    }

    #[test]
    fn a_run_leaves_curves_a_table_and_an_outcome() {
        let model = finished(&Config::default());
        assert!(model.done() && !model.running());
        assert_eq!(model.results.teacher_curve, vec![(50.0, 90.0)]);
        assert_eq!(model.results.arm_curves.len(), 3);
        let distilled = model.results.arm_curves[2][0];
        assert!((distilled.mean - 81.0).abs() < 1e-9 && distilled.low == 80.0, "{distilled:?}");
        assert!(model.results.outcome.is_some());
        assert_eq!(model.stale(&Config::default()), None);
    }

    #[test]
    fn replicates_of_an_arm_are_found_among_the_students() {
        let mut model = finished(&Config::default());
        let students = (0..12).map(|v| v as f32).collect();
        let mut with = evaluation(&SIX);
        with.examples.students = students;
        model.apply(Event::Report(Report { evaluation: Some(with), ..report(Phase::Students, 50, 120, None) }));
        let soft = model.soft.clone().unwrap();
        let rows: Vec<&[f32]> = soft.students(Arm::Argmax, 0).collect();
        assert_eq!(rows, vec![&[2.0, 3.0][..], &[8.0, 9.0][..]]);
        assert_eq!(soft.teacher(0), &[1.0, 0.0]);
        assert!(soft.teacher(1).is_empty());
    }

    #[test]
    fn results_stay_after_a_change_and_are_marked_until_the_next_run_measures() {
        let config = Config::default();
        let mut model = finished(&config);
        let other = Config { transfer_size: 500, ..config };
        assert_eq!(model.stale(&other), Some(Stale::Settings(Effect::Students)));
        model.apply(setup(&other));
        assert!(model.results.outcome.is_some(), "results stay");
        model.sent(&Command::Train, &other);
        assert!(model.running() && model.results.outcome.is_some());
        model.apply(Event::Report(report(Phase::Students, 50, 1, Some(&SIX))));
        assert!(model.results.outcome.is_none());
        assert_eq!(model.results.arm_curves[0].len(), 1);
        assert_eq!(model.results.teacher_curve.len(), 1, "the teacher stays");
        assert_eq!(model.stale(&other), None);
    }

    #[test]
    fn a_warm_up_after_a_change_leaves_the_results_on_screen() {
        let config = Config::default();
        let mut model = finished(&config);
        let other = Config { seed: 7, ..config };
        model.apply(setup(&other));
        let warm = Report { warming_up: true, ..report(Phase::Teacher, 20, 0, Some(&[])) };
        model.apply(Event::Report(warm));
        assert!(model.results.outcome.is_some());
        assert!(model.warming_up() && !model.running());
        assert_eq!(model.stale(&other), Some(Stale::Settings(Effect::Everything)));
        model.sent(&Command::Train, &other);
        model.apply(Event::Report(report(Phase::Teacher, 25, 0, Some(&[]))));
        assert!(model.results.students.is_empty() && model.results.outcome.is_none());
        assert_eq!(model.results.teacher_curve, vec![(25.0, 90.0)]);
    }

    #[test]
    fn a_moved_temperature_makes_a_finished_run_stale_but_not_one_under_way() {
        let config = Config::default();
        let warmer = Config { temperature: 8.0, ..config.clone() };
        let mut model = finished(&config);
        assert_eq!(model.stale(&warmer), Some(Stale::Settings(Effect::Live)));
        model.sent(&Command::Train, &warmer);
        model.apply(Event::Report(report(Phase::Students, 50, 1, Some(&SIX))));
        assert_eq!(model.stale(&warmer), None);
    }

    #[test]
    fn training_again_starts_the_students_curves_again() {
        let config = Config::default();
        let mut model = finished(&config);
        model.sent(&Command::Train, &config);
        model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
        assert_eq!(model.results.arm_curves[0].len(), 1);
        assert_eq!(model.results.arm_curves[0][0].step, 10.0);
        assert!(model.results.outcome.is_none());
    }

    #[test]
    fn a_change_that_acts_at_once_goes_on_with_the_same_run() {
        let config = Config::default();
        let mut model = finished(&config);
        model.sent(&Command::Train, &config);
        model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
        let other = Config { method: crate::config::Method::LogitMse, ..config };
        model.apply(setup(&other));
        model.sent(&Command::Train, &other);
        model.apply(Event::Report(report(Phase::Students, 50, 20, Some(&SIX))));
        assert_eq!(model.results.arm_curves[0].len(), 2);
    }

    #[test]
    fn a_reset_clears_the_results() {
        let config = Config::default();
        let mut model = finished(&config);
        model.sent(&Command::Reset, &config);
        assert_eq!(*model.results, Results::default());
        model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 0, 0, None) }));
        assert!(!model.done() && !model.running());
    }

    #[test]
    fn a_lost_engine_loses_nothing_on_screen() {
        let config = Config::default();
        let mut model = finished(&config);
        model.sent(&Command::Train, &config);
        model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
        model.lost();
        assert_eq!(model.engine, Engine::Down);
        assert!(!model.running() && model.results.students.len() == 6 && model.soft.is_some());
        assert_eq!(model.stale(&config), Some(Stale::Interrupted));
        model.apply(setup(&config));
        model.sent(&Command::Train, &config);
        model.apply(Event::Report(report(Phase::Teacher, 5, 0, Some(&[]))));
        assert_eq!(model.stale(&config), None);
        assert!(model.results.students.is_empty());
    }

    #[test]
    fn pause_and_train_show_at_once_and_hold_until_confirmed() {
        let config = Config::default();
        let mut model = Model::default();
        model.apply(setup(&config));
        model.sent(&Command::Train, &config);
        assert!(model.running());
        // A report from before the command does not undo it.
        model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 0, 0, None) }));
        assert!(model.running());
        model.apply(Event::Report(report(Phase::Teacher, 2, 0, None)));
        model.sent(&Command::Pause, &config);
        assert!(!model.running());
        model.apply(Event::Report(report(Phase::Teacher, 3, 0, None)));
        assert!(!model.running());
        model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 4, 0, None) }));
        assert!(!model.running());
    }

    #[test]
    fn new_examples_are_shown_with_their_own_logits_only() {
        let mut model = finished(&Config::default());
        let before = model.soft.clone();
        model.apply(Event::Examples(vec![example(), example()]));
        assert_eq!(model.soft, before);
        // A measurement of the old ones does not fit the new ones.
        model.apply(Event::Report(report(Phase::Students, 50, 110, Some(&SIX))));
        assert_eq!(model.soft, before);
    }

    #[test]
    fn another_task_takes_the_old_images_away() {
        let mut model = finished(&Config::default());
        model.apply(setup(&Config::for_task(Task::Moons)));
        assert!(model.soft.is_none() && model.test_logits.is_none());
        assert!(model.results.outcome.is_some());
    }
}
