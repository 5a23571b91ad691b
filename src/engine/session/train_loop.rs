//! A slice of training, and what can go wrong in one.

use super::pace::SLICE_MS;
use super::run_mode::RunMode;
use super::{Clock, Emit, Session, plan};
use crate::config::Config;
use crate::engine::gradient_terms;
use crate::engine::parallel::pool::{WorkerCommand, WorkerLost};
use crate::engine::session::eval_pass;
use crate::engine::session::eval_pass::EvalPass;
use crate::engine::session::student_groups::StudentGroups;
use crate::engine::session::training_run::{InputTable, StepOutcome, TrainingRun};
use crate::experiment::GradientTerms;
use crate::protocol::{Event, Failure, FailureKind, Phase};
use burn::tensor::ExecutionError;

/// Nats above which a loss has run away: chance level is 2.3 for ten classes, and logits a thousand apart give a
/// thousand.
const RUNAWAY: f32 = 1e5;

impl Session {
    /// Does one slice of the work that is due and reports it.
    ///
    /// # Errors
    /// When a loss is not finite any more, or the device fails; the session is then paused and keeps its state.
    pub async fn advance(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let result = self.slice(now, emit).await;
        if result.is_err() {
            self.pause();
            self.evaluating = None;
        }
        result
    }

    async fn slice(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        if self.evaluating.is_some() {
            return self.evaluate(now, emit).await;
        }
        if !self.mode.is_running() {
            return Ok(());
        }
        match self.phase {
            Phase::Teacher if self.given.is_some() => {
                self.introduce_teacher(emit);
                Ok(())
            }
            Phase::Teacher if self.teacher.finished() => self.next_teacher().await,
            Phase::Teacher => self.train_slice(false, now, emit).await,
            Phase::Labelling => self.label(emit).await,
            Phase::Students if self.mode.target_step().is_some_and(|target| self.student_step() >= target) => {
                self.pause();
                emit(Event::Report(self.report()));
                Ok(())
            }
            Phase::Students => self.train_slice(true, now, emit).await,
            Phase::Done => {
                self.pause();
                Ok(())
            }
        }
    }

    /// Some steps of a teacher or of the students, and one read of their losses. Students that a worker pool trains take as many
    /// meanwhile.
    async fn train_slice(&mut self, students: bool, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let begun = now();
        let epoch = plan::teacher_epoch(&self.config, &self.data);
        let single = self.mode == RunMode::Step;
        let decompose = self.decompose && students && self.pace.decomposition_due(begun, single);
        let headless = self.headless;
        let target = self.mode.target_step().filter(|_| students);
        let worker_pool =
            self.worker_pool.clone().filter(|_| students && self.students.as_ref().is_some_and(StudentGroups::shared));
        let due = |step: usize, steps: usize| match (students, headless) {
            (true, true) => eval_pass::quietly_due(step, steps),
            (true, false) => eval_pass::students_due(step, steps),
            (false, true) => step >= steps,
            (false, false) => eval_pass::teacher_due(step, steps, epoch),
        };
        let stops = |step: usize, steps: usize| single || target == Some(step) || step >= steps || due(step, steps);
        let mut groups: Vec<(usize, &mut TrainingRun, &InputTable)> = match &mut self.students {
            // Those of the worker pool are trained there.
            Some(student_groups) if students => {
                let altered = student_groups.source.as_ref();
                student_groups
                    .groups
                    .iter_mut()
                    .enumerate()
                    .filter(|(_, g)| g.pool_worker.is_none())
                    .map(|(i, g)| {
                        let source = altered.filter(|_| !g.on_all).unwrap_or(&self.source);
                        (i, &mut g.training_run, source)
                    })
                    .collect()
            }
            _ => vec![(0, &mut self.teacher, &self.source)],
        };
        let (begun_at, steps) = (groups[0].1.step, groups[0].1.steps());
        // The pool's number of steps must be known beforehand.
        let most = match &worker_pool {
            Some(_) => (1..self.pace.steps_per_slice)
                .find(|taken| stops(begun_at + taken, steps))
                .unwrap_or(self.pace.steps_per_slice),
            None => self.pace.steps_per_slice,
        };
        let asked = worker_pool.as_ref().map(|worker_pool| {
            worker_pool.tell((0..worker_pool.pool_workers()).map(|_| WorkerCommand::Advance { steps: most, decompose }))
        });
        let mut taken = 0;
        let mut apart: Vec<(usize, Vec<GradientTerms>)> = Vec::new();
        while taken < most && !groups[0].1.finished() {
            let decompose = decompose && taken == 0;
            let outcomes: Vec<StepOutcome> = groups
                .iter_mut()
                .map(|(_, training_run, source)| training_run.advance(source, decompose, &self.device))
                .collect();
            taken += 1;
            let last = taken == most || stops(groups[0].1.step, steps);
            for ((group, training_run, _), StepOutcome { losses, gradient_terms }) in groups.iter_mut().zip(outcomes) {
                if let Some(gradient_terms) = gradient_terms {
                    let read = gradient_terms.into_data_async().await.map_err(device_failure)?;
                    apart.push((*group, gradient_terms::read(read.as_slice::<f32>().unwrap_or(&[]))));
                }
                // Reading costs nothing on the CPU; on a GPU it waits for the queue, so only the last step's is read.
                if last || !self.gpu {
                    let read = losses.into_data_async().await.map_err(device_failure)?;
                    training_run.losses = read.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
                    if let Some(loss) = ran_away(&training_run.losses) {
                        return Err(diverged(students, loss, training_run.step, &self.config));
                    }
                }
            }
            if last || (!self.gpu && worker_pool.is_none() && now() - begun > SLICE_MS) {
                break;
            }
        }
        let step = groups[0].1.step;
        if let (Some(worker_pool), Some(asked), Some(student_groups)) = (&worker_pool, asked, &mut self.students) {
            match student_groups.receive(worker_pool, asked).await {
                Ok(terms) => apart.extend(terms),
                Err(WorkerLost) => return self.go_on_alone(emit),
            }
            let lost = student_groups
                .groups
                .iter()
                .find_map(|g| ran_away(&g.training_run.losses).map(|loss| (loss, g.training_run.step)));
            if let Some((loss, step)) = lost {
                return Err(diverged(students, loss, step, &self.config));
            }
        }
        let elapsed = now() - begun;
        self.pace.training_ms[usize::from(students)] += elapsed;
        // During the first slice the pool's workers still unpack their assignments.
        if taken > 0 && !(worker_pool.is_some() && begun_at == 0) {
            self.pace.measured(elapsed, taken);
        }
        let measure = stops(step, steps);
        if measure {
            self.evaluating = Some(match &self.students {
                Some(student_groups) if students => {
                    let asked = worker_pool.map(|worker_pool| {
                        worker_pool.tell((0..worker_pool.pool_workers()).map(|_| WorkerCommand::Measure))
                    });
                    EvalPass::new(&student_groups.own_stacks(), true, self.gpu).with(asked)
                }
                _ => EvalPass::new(&[&self.teacher.stack], false, self.gpu),
            });
        }
        if let Some(student_groups) = self.students.as_ref().filter(|_| !apart.is_empty()) {
            apart.sort_by_key(|(group, _)| *group);
            self.gradient_terms =
                student_groups.merged(apart.into_iter().map(|(_, gradient_terms)| gradient_terms).collect());
        }
        if measure {
            if !students && self.mode == RunMode::WarmUp && step >= epoch.min(steps) {
                self.pause();
            }
            if single {
                self.pause();
            }
        }
        if self.pace.report_due(now()) {
            emit(Event::Report(self.report()));
        }
        Ok(())
    }
}

impl Session {
    /// The worker pool has lost a part of the students: they begin again, all of them here, as far as they were. It
    /// comes out the same.
    pub(super) fn go_on_alone(&mut self, emit: Emit<'_>) -> Result<(), Failure> {
        let mode = self.mode;
        // Students that are trained here have taken the step that was asked for.
        let reached = self.student_step();
        if let Some(worker_pool) = self.worker_pool.take() {
            worker_pool.dismiss();
        }
        self.restart_students();
        self.mode = mode.catching_up(reached);
        emit(Event::Report(self.report()));
        Ok(())
    }
}

/// The first loss that is no number any more, or has grown beyond all use.
pub fn ran_away(losses: &[f32]) -> Option<f32> {
    losses.iter().copied().find(|loss| !loss.is_finite() || *loss > RUNAWAY)
}

/// A device that failed, as text.
pub fn device_failure(error: ExecutionError) -> Failure {
    Failure {
        kind: FailureKind::Device,
        message: format!(
            "The device stopped working while training ({error}). Go on with the CPU, or start the engine again."
        ),
    }
}

fn diverged(students: bool, loss: f32, step: usize, config: &Config) -> Failure {
    let what = if loss.is_finite() { "diverged" } else { "stopped being a finite number" };
    let (who, lr) = if students { ("A student", config.student_lr) } else { ("The teacher", config.teacher_lr) };
    Failure {
        kind: FailureKind::Diverged,
        message: format!(
            "{who}’s loss {what} at step {step}: its learning rate ({lr}) is too high for these settings. Use the default learning rates, or choose a smaller one."
        ),
    }
}
