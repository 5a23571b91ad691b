//! A job: a session without spectators, for one part of a sweep.

use super::{Clock, Session};
use crate::config::Arm;
use crate::data::Dataset;
use crate::experiment::Job;
use crate::protocol::{Event, Failure, JobNews, Phase};
use burn::tensor::Device;
use std::rc::Rc;

/// A job that is being run.
pub struct Running {
    /// The page's number for it.
    pub id: u32,
    session: Session,
    share: bool,
    steps: usize,
}

impl Running {
    /// A job before its first step. The data must be that of its config.
    pub fn new(device: Device, gpu: bool, data: Rc<Dataset>, other: Option<Rc<Dataset>>, job: Job) -> Self {
        let own = job.trains_own();
        let Job { id, config, baseline, taught, share, .. } = job;
        let mut arms: Vec<Arm> = (0..config.extra_arms.len()).map(Arm::Extra).collect();
        if baseline {
            arms.insert(0, Arm::Hard);
        }
        let mut session = Session::new(device, gpu, data, config);
        session.arms = arms;
        session.other = other;
        session.headless = true;
        if let Some(taught) = taught.filter(|_| !own) {
            session.take_teacher(taught);
        }
        let setup = session.setup();
        let teacher = if session.given.is_some() { 0 } else { setup.teacher_steps };
        let steps = teacher + session.config.student_steps;
        session.train();
        Self { id, session, share, steps }
    }

    /// True until the last evaluation is sent.
    pub fn busy(&self) -> bool {
        self.session.busy()
    }

    /// Does one slice and reports it.
    ///
    /// # Errors
    /// As [`Session::advance`].
    pub async fn advance(&mut self, now: Clock<'_>, tell: &mut dyn FnMut(JobNews)) -> Result<(), Failure> {
        let before = self.session.phase;
        let mut events = Vec::new();
        self.session.advance(now, &mut |event| events.push(event)).await?;
        if self.share
            && before == Phase::Teacher
            && self.session.phase == Phase::Labelling
            && let Some(taught) = self.session.taught().await?
        {
            // The students read it from here, too: nothing is asked twice.
            self.session.given = Some(taught.train.clone());
            tell(JobNews::TrainedTeacher(taught));
        }
        for event in events {
            let Event::Report(report) = event else { continue };
            tell(JobNews::Progress { taken: report.teacher_step + report.student_step, all: self.steps });
            if let Some(evaluation) = report.evaluation.filter(|e| !e.students.is_empty()) {
                let done = self.session.phase == Phase::Done;
                tell(JobNews::Measured { teacher: evaluation.teacher, students: evaluation.students, done });
            }
        }
        Ok(())
    }
}
