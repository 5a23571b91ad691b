//! What the page knows of the engine and its run, and how each message changes it. Pure: no browser, no signals.
//!
//! Two things live apart. The *soft view* is the current teacher on the chosen examples, as fresh as can be. The
//! *results* (curves, table, verdict) are those of one run of the students, and stay on screen, marked as earlier,
//! until the first measurement of the next run replaces them: nothing a user looked at is lost to a slider.

use crate::chart::accuracy::Spread;
use crate::config::Arm;
use crate::config::{Config, Invalidates};
use crate::data::example::Example;
use crate::experiment::{Evaluation, ExampleLogits, Metrics, Outcome, Setup};
use crate::protocol::{Command, DeviceInUse, Event, FailureKind, Phase, Report};
pub use crate::ui::state::examples::{ExampleSet, Shared};
pub use crate::ui::state::probes::Probes;
pub use crate::ui::state::results::{Results, Stale, TestLogits};

/// How far the engine is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum EngineState {
    /// Its program is on the way.
    #[default]
    Starting,
    /// It is not started before the user presses Train.
    Resting,
    /// It is there; the task's data is on the way: bytes so far and in all, once known.
    Loading(Option<(u32, u32)>),
    /// It is there, but the task's data could not be had.
    NoData,
    /// A run is set up.
    Open,
    /// It stopped answering, or could not start.
    Down,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunState {
    /// How far the engine is.
    pub engine: EngineState,
    /// Bytes of the engine's program so far and in all, while it comes.
    pub arriving: Option<(u32, u32)>,
    /// Device that computes.
    pub device: Option<DeviceInUse>,
    /// The run that is set up.
    pub setup: Option<Shared<Setup>>,
    /// Where it stands; its evaluation is taken out.
    pub report: Option<Report>,
    /// The teacher on the chosen examples.
    pub soft: Option<Shared<ExampleSet>>,
    /// The teacher on the whole test set.
    pub test_logits: Option<Shared<TestLogits>>,
    /// The last measurement of the teacher that the engine has now.
    pub teacher: Option<Metrics>,
    /// What the last run has shown.
    pub results: Shared<Results>,
    /// Probes of the run.
    pub probes: Probes,
    /// Examples sent, not yet measured.
    examples: Option<Shared<Vec<Example>>>,
    /// Going on (true) or pausing (false) was asked for and not yet confirmed.
    wanted: Option<bool>,
    /// What of the results the next report of a run replaces.
    due: Option<Invalidates>,
    /// The results are of a teacher that the engine no longer has.
    left: bool,
    /// The run that is set up has been begun by the user, not only warmed up.
    pub begun: bool,
}

/// Whether two settings are those of one run: what differs acts on it while it goes on.
pub fn same_run(a: &Config, b: &Config) -> bool {
    matches!(a.effect_since(b), None | Some(Invalidates::Live))
}

impl RunState {
    /// True while a run asked for goes on by itself (a warm-up does not count).
    pub fn running(&self) -> bool {
        let reported = self.report.as_ref().is_some_and(|r| r.running && !r.warming_up);
        self.engine == EngineState::Open && self.wanted.unwrap_or(reported)
    }

    /// True while the unasked first epoch runs.
    pub fn warming_up(&self) -> bool {
        self.wanted != Some(true) && self.report.as_ref().is_some_and(|r| r.running && r.warming_up)
    }

    /// True when the run that is set up is over.
    pub fn done(&self) -> bool {
        self.wanted != Some(true) && self.report.as_ref().is_some_and(|r| r.phase == Phase::Done)
    }

    /// Records a command that is about to be sent.
    pub fn sent(&mut self, command: &Command, config: &Config) {
        match command {
            // A finished run has no next step: only Train begins another.
            Command::Step if self.done() => {}
            Command::Train | Command::TrainTo(_) | Command::Step => {
                self.begun = true;
                if *command != Command::Step {
                    self.wanted = Some(true);
                }
                self.due = match self.results.stale(config) {
                    Some(Stale::Settings(Invalidates::Everything) | Stale::Interrupted) => {
                        Some(Invalidates::Everything)
                    }
                    Some(Stale::Settings(_) | Stale::Temperature(_)) => Some(Invalidates::Students),
                    None if self.results.outcome.is_some() => Some(Invalidates::Students),
                    None => self.due,
                };
            }
            Command::Pause => self.wanted = Some(false),
            Command::Reset => {
                self.forget();
                self.wanted = Some(false);
            }
            Command::Open { .. } => (self.engine, self.arriving) = (EngineState::Starting, None),
            Command::Configure { config, .. } => self.renamed(config),
            Command::Decompose(_)
            | Command::Watch(_)
            | Command::Job(_)
            | Command::Bench(_)
            | Command::Predict(_)
            | Command::LoadCustomData(_)
            | Command::Export(_)
            | Command::Import(_) => {}
        }
    }

    /// Settings that act at once leave the run as it is, and are not announced by a new setup: its arms may have other
    /// names from now on.
    fn renamed(&mut self, config: &Config) {
        let Some(before) = self.setup.clone().filter(|s| config.effect_since(&s.config) == Some(Invalidates::Live))
        else {
            return;
        };
        self.moved();
        let examples = before.transfer_examples + before.pool_examples;
        let asked = |&arm: &Arm| config.supervision(arm).map_or(0, |r| r.queries(examples));
        let queries = before.arms.iter().map(asked).collect();
        let setup = Shared::new(Setup { config: config.clone(), queries, ..Setup::clone(&before) });
        if self.results.outcome.is_none() && self.results.setup.as_ref() == Some(&before) {
            self.change_results(|results| results.setup = Some(setup.clone()));
        }
        self.setup = Some(setup);
    }

    /// A temperature or a weight was moved: students that are half way have learnt at two.
    fn moved(&mut self) {
        if !self.done() && self.report.as_ref().is_some_and(|r| r.phase == Phase::Students && r.student_step > 0) {
            self.change_results(|results| results.moved = true);
        }
    }

    /// Nothing that a run has shown is left.
    pub fn forget(&mut self) {
        self.results = Shared::default();
        (self.teacher, self.left, self.begun) = (None, false, false);
        (self.soft, self.test_logits, self.examples) = (None, None, None);
        self.probes.forget();
        (self.due, self.wanted) = (None, None);
    }

    /// The engine is gone: what it showed stays, what it was doing does not.
    pub fn lost(&mut self) {
        self.leave();
        self.engine = EngineState::Down;
        self.device = None;
        self.wanted = None;
        self.report = None;
        self.examples = None;
    }

    /// The teacher is gone, and a run that was under way with it cannot be gone on with.
    fn leave(&mut self) {
        (self.teacher, self.begun) = (None, false);
        self.left = self.results.teacher.is_some();
        if self.results.outcome.is_none() && !self.results.students.is_empty() {
            self.change_results(|results| results.interrupted = true);
        }
    }

    /// Applies an event. Failures are for the caller to show; here they end the run.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Ready(device) => {
                self.device = Some(device);
                self.engine = EngineState::Loading(None);
            }
            Event::Arriving { loaded, total } => self.arriving = Some((loaded, total)),
            Event::Loading { loaded, total } => self.engine = EngineState::Loading(Some((loaded, total))),
            Event::Opened(setup) => self.opened(setup),
            Event::Report(report) => self.reported(report),
            Event::Examples(examples) => self.examples = Some(Shared::new(examples)),
            Event::TeacherLogits { logits, labels, trained } => {
                let classes = self.setup.as_ref().map(|s| s.classes.clone()).unwrap_or_default();
                self.test_logits = Some(Shared::new(TestLogits { classes, logits, labels, trained }));
            }
            Event::Finished(outcome) => self.finished(outcome),
            Event::Failed(failure) => {
                self.wanted = None;
                if failure.kind == FailureKind::Data {
                    self.engine = EngineState::NoData;
                }
                if let Some(report) = &mut self.report {
                    report.running = false;
                }
            }
            Event::Imported(Ok(_)) => self.forget(),
            // Sweeps and benchmarks have workers and models of their own; files are the page's business.
            Event::Job(..) | Event::Bench(_) | Event::Exported(_) | Event::Imported(_) => {}
            look => self.probes.apply(look, self.setup.as_ref()),
        }
    }

    fn opened(&mut self, setup: Setup) {
        let other_task = self.setup.as_ref().is_some_and(|before| before.config.task != setup.config.task);
        // A teacher outlives only changes of its students, in an engine that goes on.
        let same_teacher = self.engine == EngineState::Open
            && self
                .setup
                .as_ref()
                .is_some_and(|before| setup.config.effect_since(&before.config) != Some(Invalidates::Everything));
        if !same_teacher {
            self.leave();
            if self.results.without_students() {
                (self.results, self.left) = (Shared::default(), false);
            }
        }
        // Settings that act on a run under way leave it the same run.
        // What a finished run was set up with stays.
        let same_run = self.results.outcome.is_none()
            && self.results.setup.as_ref().is_none_or(|before| same_run(&setup.config, &before.config));
        self.engine = EngineState::Open;
        self.report = None;
        self.wanted = None;
        self.examples = None;
        if other_task {
            // Another task's images beside these settings would be read as theirs.
            self.soft = None;
            self.test_logits = None;
            self.probes.forget();
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
                Some(Invalidates::Everything)
            } else if report.student_step > 0 && report.student_step < before.student_step {
                Some(Invalidates::Students)
            } else {
                None
            }
        });
        let progress = report.teacher_step > 0 || report.student_step > 0;
        // A warm-up trains no students: it must not wipe a run's results off the screen.
        if progress && !report.warming_up {
            match self.due.take().or(restarted) {
                Some(Invalidates::Everything) => self.clear(true),
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
        self.teacher = Some(evaluation.teacher);
        let of_this_run = self.results.setup.as_ref() == Some(&setup) && !self.left;
        if !of_this_run {
            // A run that goes on after a change of students only: its teacher is still this one.
            if !self.results.without_students() {
                return;
            }
        }
        let anew = std::mem::take(&mut self.left);
        self.change_results(|results| {
            if anew {
                *results = Results::default();
            }
            results.setup = Some(setup.clone());
            results.teacher = Some(evaluation.teacher);
            results.chain.clone_from(&evaluation.chain);
            results.second_teacher = evaluation.second_teacher;
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
            self.soft = Some(Shared::new(ExampleSet { setup: setup.clone(), examples, logits: logits.clone() }));
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
        self.teacher = Some(outcome.evaluation.teacher);
        self.left = false;
        self.change_results(|results| {
            results.teacher = Some(outcome.evaluation.teacher);
            results.chain.clone_from(&outcome.evaluation.chain);
            results.second_teacher = outcome.evaluation.second_teacher;
            results.students.clone_from(&outcome.evaluation.students);
            results.outcome = Some(Shared::new(outcome));
        });
    }

    fn clear(&mut self, teacher: bool) {
        let setup = self.setup.clone();
        self.left = false;
        self.change_results(|results| {
            let kept = if teacher { Results::default() } else { std::mem::take(results) };
            let Results { teacher, teacher_curve, chain, second_teacher, .. } = kept;
            *results = Results { setup, teacher, teacher_curve, chain, second_teacher, ..Results::default() };
        });
        if teacher {
            self.test_logits = None;
        }
        self.probes.forget();
    }

    fn change_results(&mut self, change: impl FnOnce(&mut Results)) {
        let mut results = Results::clone(&self.results);
        change(&mut results);
        self.results = Shared::new(results);
    }
}

#[cfg(test)]
pub(in crate::ui) mod tests;
