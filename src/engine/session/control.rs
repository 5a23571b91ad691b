//! Controls of a session: train, pause, step, reset, changed settings.

use super::run_mode::RunMode;
use super::student_groups::Group;
use super::{Session, plan};
use crate::config::{Config, Invalidates};
use crate::data::transfer;
use crate::protocol::Phase;

impl Session {
    /// Goes on to the verdict; a finished run starts its students again.
    pub fn train(&mut self) {
        if self.phase == Phase::Done {
            self.restart_students();
        }
        self.mode = RunMode::ToEnd;
    }

    /// Goes on to that step of the students, and waits there; a run that is past it or finished stays as it is.
    pub fn train_to(&mut self, step: usize) {
        if self.phase != Phase::Done && (self.phase != Phase::Students || self.student_step() < step) {
            self.train();
            self.mode = RunMode::Until(step);
        }
    }

    /// Trains the teacher for one epoch, if it has not begun.
    pub fn warm_up(&mut self) {
        if self.phase == Phase::Teacher && self.teacher_step() == 0 {
            self.mode = RunMode::WarmUp;
        }
    }

    /// Stops after the slice under way.
    pub fn pause(&mut self) {
        self.mode = RunMode::Paused;
    }

    /// One step of whatever is due.
    pub fn step(&mut self) {
        if self.phase != Phase::Done {
            self.mode = RunMode::Step;
        }
    }

    /// Whether reports carry the gradient's decomposition.
    pub fn decompose(&mut self, decompose: bool) {
        self.decompose = decompose;
        if !decompose {
            self.gradient_terms.clear();
        }
    }

    /// Back to the same initial weights, teacher and students.
    pub fn reset(&mut self) {
        self.pause();
        self.plans = plan::teachers(&self.config, &self.data);
        self.stage = 0;
        self.teacher = self.plans[0].training_run(&self.data, &self.labels, None, &self.device);
        (self.view, self.measured, self.evaluating) = (None, None, None);
        (self.second_teacher, self.given, self.students) = (None, None, None);
        (self.imported, self.ended) = (None, None);
        self.chain.clear();
        self.moments.clear();
        self.examples.clear();
        self.gradient_terms.clear();
        self.phase = Phase::Teacher;
        self.take_given();
        (self.pace.ms_per_step, self.pace.training_ms) = (0.0, [0.0; 2]);
    }

    /// Takes over changed settings of the same data, resetting what must start again; true when something did.
    pub fn configure(&mut self, config: Config) -> bool {
        let effect = config.effect_since(&self.config);
        self.config = config;
        self.arms = self.config.arms();
        match effect {
            None => false,
            Some(Invalidates::Live) => {
                self.set_supervision();
                false
            }
            Some(Invalidates::Students) => {
                let warming_up = self.mode == RunMode::WarmUp;
                self.pause();
                self.restart_students();
                // The warm-up is of the teacher alone, which is the same.
                if warming_up {
                    self.mode = RunMode::WarmUp;
                }
                true
            }
            Some(Invalidates::Everything) => {
                self.labels = transfer::noisy_labels(&self.data, &self.config);
                self.reset();
                true
            }
        }
    }

    pub(super) fn set_supervision(&mut self) {
        if let Some(students) = &mut self.students {
            let group_supervision =
                |group: &Group| plan::group_supervision(&self.config, &self.arms, &group.arms, group.replicates.len());
            students.set_supervision(group_supervision, self.worker_pool.as_ref(), &self.device);
        }
    }

    /// Forgets the students; the teacher stays.
    pub(super) fn restart_students(&mut self) {
        (self.students, self.imported, self.ended) = (None, None, None);
        self.measured = None;
        self.moments.clear();
        self.pace.training_ms[1] = 0.0;
        self.gradient_terms.clear();
        if self.evaluating.as_ref().is_some_and(|e| e.students) {
            self.evaluating = None;
        }
        // A given teacher is introduced anew, which costs nothing.
        let trained = self.teacher_trained() && self.data.given.is_none();
        self.phase = if trained { Phase::Labelling } else { Phase::Teacher };
    }
}
