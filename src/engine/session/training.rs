//! A slice of training, and what can go wrong in one.

use super::course::{Course, Source, Taken};
use super::evaluation::{self, Evaluating};
use super::{Clock, Emit, Session, plan};
use crate::config::Config;
use crate::engine::anatomy;
use crate::engine::network::Stack;
use crate::protocol::{Anatomy, Event, Failure, FailureKind, Phase};
use burn::tensor::ExecutionError;

/// Milliseconds of work between two chances to be interrupted.
pub const SLICE_MS: f64 = 30.0;
/// Least milliseconds between two reports: at most ten a second.
const REPORT_MS: f64 = 100.0;

/// Nats above which a loss has run away: chance level is 2.3 for ten classes, and logits a thousand apart give a
/// thousand.
const RUNAWAY: f32 = 1e5;

impl Session {
    /// Does a slice of what is due and tells of it.
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
        if !self.running {
            return Ok(());
        }
        match self.phase {
            Phase::Teacher if self.teacher.finished() => self.next_teacher().await,
            Phase::Teacher => self.train_slice(false, now, emit).await,
            Phase::Labelling => self.label(emit).await,
            Phase::Students if self.hold.is_some_and(|hold| self.student_step() >= hold) => {
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

    /// Some steps of a teacher or the students, and one read of their losses.
    async fn train_slice(&mut self, students: bool, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let begun = now();
        let epoch = plan::teacher_epoch(&self.config, &self.data);
        // On a clock of its own: measurements report too, and a fast run has one in every slice.
        let dissect = self.dissect && students && (self.single || begun - self.last_dissection >= REPORT_MS);
        if dissect {
            self.last_dissection = begun;
        }
        let quiet = self.quiet;
        let hold = self.hold.filter(|_| students);
        let (mut courses, source): (Vec<&mut Course>, &Source) = match &mut self.students {
            Some(cohort) if students => (
                cohort.groups.iter_mut().map(|group| &mut group.course).collect(),
                cohort.source.as_ref().unwrap_or(&self.source),
            ),
            _ => (vec![&mut self.teacher], &self.source),
        };
        let mut taken = 0;
        let mut apart: Vec<Vec<Anatomy>> = Vec::new();
        let due = |course: &Course| match (students, quiet) {
            (true, true) => evaluation::quietly_due(course.step, course.steps()),
            (true, false) => evaluation::students_due(course.step, course.steps()),
            (false, true) => course.finished(),
            (false, false) => evaluation::teacher_due(course.step, course.steps(), epoch),
        };
        while taken < self.stride && !courses[0].finished() {
            let dissect = dissect && taken == 0;
            let steps: Vec<Taken> =
                courses.iter_mut().map(|course| course.advance(source, dissect, &self.device)).collect();
            taken += 1;
            let held = hold == Some(courses[0].step);
            let last = taken == self.stride || courses[0].finished() || self.single || held || due(courses[0]);
            for (course, Taken { losses, anatomy }) in courses.iter_mut().zip(steps) {
                if let Some(anatomy) = anatomy {
                    let read = anatomy.into_data_async().await.map_err(device_failure)?;
                    apart.push(anatomy::read(read.as_slice::<f32>().unwrap_or(&[])));
                }
                // Reading costs nothing on the CPU; on a GPU it waits for the queue, so only the last step's is read.
                if last || !self.gpu {
                    let read = losses.into_data_async().await.map_err(device_failure)?;
                    course.losses = read.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
                    if let Some(&loss) = course.losses.iter().find(|loss| !loss.is_finite() || **loss > RUNAWAY) {
                        return Err(diverged(students, loss, course.step, &self.config));
                    }
                }
            }
            if last || (!self.gpu && now() - begun > SLICE_MS) {
                break;
            }
        }
        let elapsed = now() - begun;
        self.training_ms[usize::from(students)] += elapsed;
        if taken > 0 {
            let each = elapsed / taken as f64;
            self.ms_per_step = if self.ms_per_step > 0.0 { 0.8 * self.ms_per_step + 0.2 * each } else { each };
            self.stride = ((SLICE_MS / self.ms_per_step.max(0.01)).round() as usize).clamp(1, 256);
        }
        let first = &courses[0];
        let held = hold == Some(first.step);
        let (measure, step) = (self.single || held || due(first) || first.finished(), first.step);
        if measure {
            let stacks: Vec<&Stack> = courses.iter().map(|course| &course.stack).collect();
            self.evaluating = Some(Evaluating::new(&stacks, students, self.gpu));
        }
        if let Some(cohort) = self.students.as_ref().filter(|_| !apart.is_empty()) {
            self.anatomy = cohort.merged(apart);
        }
        if measure {
            if !students && self.warming_up && step >= epoch {
                self.pause();
            }
            if self.single {
                self.pause();
            }
        }
        if now() - self.last_report >= REPORT_MS {
            self.last_report = now();
            emit(Event::Report(self.report()));
        }
        Ok(())
    }
}

/// A device that failed, in words.
pub fn device_failure(error: ExecutionError) -> Failure {
    Failure {
        kind: FailureKind::Device,
        message: format!(
            "The device stopped working while training ({error}). Go on with the CPU, or start the engine again."
        ),
    }
}

fn diverged(students: bool, loss: f32, step: usize, config: &Config) -> Failure {
    let what = if loss.is_finite() { "grew beyond all use" } else { "stopped being a finite number" };
    let (who, lr) = if students { ("A student", config.student_lr) } else { ("The teacher", config.teacher_lr) };
    Failure {
        kind: FailureKind::Diverged,
        message: format!(
            "{who}'s loss {what} at step {step}: its learning rate ({lr}) is too high for these settings. Use the default learning rates, or choose a smaller one."
        ),
    }
}
