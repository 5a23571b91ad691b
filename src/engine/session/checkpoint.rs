//! Export of a run (weights, data, settings of a script) and import of networks.

use super::run_mode::RunMode;
use super::{Session, plan};
use crate::config::{Config, RunNetworks, Shift};
use crate::data::fingerprint::fingerprint;
use crate::data::transfer::{self, Transfer};
use crate::engine::session::eval_pass::EvalPass;
use crate::engine::session::train_loop::device_failure;
use crate::experiment::{Metrics, StateDict};
use crate::export::{
    DataPayload, ExportPayload, ImportPayload, Measures, Networks, Origin, ScriptPayload, WeightsPayload,
};
use crate::protocol::{Export, Failure, Phase};

/// Students that replace those that would be trained.
pub(super) struct ImportedStudents {
    /// The students, `[R·A]`.
    students: Vec<StateDict>,
}

/// The networks were trained on other data than the session's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The weights are of other data than there are here: {0}.")]
pub struct OtherData(&'static str);

impl Session {
    /// The networks of the run.
    pub(super) fn run_networks(&self) -> RunNetworks {
        let networks = self.config.run_networks(self.data.dimensions, self.data.classes.len());
        networks.with_teacher(self.data.given.is_none())
    }

    /// The settings that files state: those that a finished run ended with.
    pub(super) fn final_config(&self) -> &Config {
        self.ended.as_ref().unwrap_or(&self.config)
    }

    fn origin(&self) -> Origin {
        let data = &self.data;
        Origin {
            config: self.final_config().clone(),
            form: data.form.clone(),
            dimensions: data.dimensions,
            moments: data.moments.clone(),
            classes: data.classes.clone(),
            test_examples: data.test.len(),
            test_sha256: fingerprint(&data.test),
            given_teacher: data.given.is_some(),
        }
    }

    /// The payload of an export.
    ///
    /// # Errors
    /// A sentence: there is nothing to export yet, or the device failed.
    pub async fn payload(&self, export: Export) -> Result<ExportPayload, String> {
        Ok(match export {
            Export::Weights => ExportPayload::Weights(Box::new(self.trained().await?)),
            Export::Data => ExportPayload::Data(Box::new(self.data_payload().await?)),
            Export::Training if self.data.given.is_some() => {
                return Err("The teacher came with the data, so there is no training of it to write down: take the data, which hold \
                            what it says, and the weights."
                    .into());
            }
            Export::Training => ExportPayload::Training(Box::new(self.training())),
            Export::Student(arm) => ExportPayload::Student(Box::new(self.student(arm).await?)),
        })
    }

    /// Every network of the finished run.
    pub(super) async fn trained(&self) -> Result<WeightsPayload, String> {
        let (Some(student_groups), Some(measured), Phase::Done) = (&self.students, &self.measured, self.phase) else {
            return Err("There are no trained networks of these settings yet: press Train, and take them when the \
                        verdict is there."
                .into());
        };
        let message = |error| device_failure(error).message;
        let mut teacher = match &self.data.given {
            None => self.teacher.stack.to_host().await.map_err(message)?,
            Some(_) => Vec::new(),
        };
        let second = if self.run_networks().second { teacher.pop() } else { None };
        let mut of_groups = Vec::new();
        for stack in student_groups.stacks() {
            of_groups.push(stack.to_host().await.map_err(message)?);
        }
        let networks = Networks { teacher, second, students: student_groups.merged(of_groups) };
        let measures = Measures {
            teacher: measured.teacher,
            second: measured.second_teacher,
            chain: measured.chain.clone(),
            students: measured.students.clone(),
            seconds: self.pace.seconds(),
        };
        Ok(WeightsPayload { origin: self.origin(), networks, measures })
    }

    /// Training, transfer and test data of the run.
    async fn data_payload(&self) -> Result<DataPayload, String> {
        if self.written_by_teacher() && !self.teacher_trained() {
            return Err("The teacher has not written the transfer set yet: press Train first.".into());
        }
        let transfer = self.drawn().await.map_err(|failure| failure.message)?;
        Ok(DataPayload {
            origin: self.origin(),
            train: (*self.data.train).clone(),
            labels: self.labels.clone(),
            test: self.data.test.clone(),
            transfer,
            unlabelled: (*self.data.unlabelled).clone(),
            given: self.data.given.as_deref().cloned(),
        })
    }

    /// The settings of a script that trains as the run does.
    fn training(&self) -> ScriptPayload {
        let done = self.measured.as_ref().filter(|_| self.phase == Phase::Done);
        ScriptPayload {
            config: self.final_config().clone(),
            dimensions: self.data.dimensions,
            classes: self.data.classes.len(),
            teachers: self.plans.iter().map(plan::TeacherPlan::record).collect(),
            measured: done.map(|measured| (measured.teacher, measured.students.clone())),
        }
    }

    /// Whether the teacher generates the transfer set.
    pub(super) fn written_by_teacher(&self) -> bool {
        self.config.alters_inputs() && self.config.shift == Shift::Written
    }

    /// Every replicate's transfer set and pool.
    pub(super) async fn drawn(&self) -> Result<Transfer, Failure> {
        let drawn = transfer::draw(&self.data, self.other.as_deref(), &self.labels, &self.config);
        if self.written_by_teacher() { self.written(drawn).await } else { Ok(drawn) }
    }

    /// Replaces the networks that would be trained by those of a file; the session must have the file's settings. The session
    /// then evaluates them and reports as at the end of a run.
    ///
    /// # Errors
    /// [`OtherData`], and nothing was changed.
    pub fn import(&mut self, imported: ImportPayload) -> Result<(), OtherData> {
        if fingerprint(&self.data.test) != imported.test_sha256 {
            return Err(OtherData("their test set is another one, or was made by another version"));
        }
        let ImportPayload { chain, seconds, networks, .. } = imported;
        if !networks.fit(&self.run_networks()) {
            return Err(OtherData("their inputs or their classes are others"));
        }
        self.reset();
        self.stage = self.plans.len() - 1;
        let chain: &[Metrics] = &chain[..chain.len().min(self.stage)];
        self.chain = chain.to_vec();
        let plan = &self.plans[self.stage];
        let all: Vec<&StateDict> = networks.teacher.iter().chain(&networks.second).collect();
        self.pace.training_ms = [1_000.0 * seconds, 0.0];
        self.mode = RunMode::ToEnd;
        // A given teacher is here with the data already.
        if self.data.given.is_none() {
            self.teacher = plan.training_run(&self.data, &self.labels, None, &self.device);
            self.teacher.stack.replace(&all, &self.device);
            self.teacher.step = self.teacher.steps();
            self.evaluating = Some(EvalPass::new(&[&self.teacher.stack], false, self.gpu));
        }
        self.imported = Some(ImportedStudents { students: networks.students });
        Ok(())
    }

    /// Replaces newly created students by imported ones, if there are any.
    pub(super) fn take_over(&mut self) {
        let Some(ImportedStudents { students }) = self.imported.take() else { return };
        let (arms, gpu) = (self.arms.len(), self.gpu);
        let Some(student_groups) = &mut self.students else { return };
        for group in &mut student_groups.groups {
            let own: Vec<&StateDict> = students
                .chunks(arms)
                .skip(group.replicates.start)
                .take(group.replicates.len())
                .flat_map(|replicate| group.arms.iter().filter_map(|&place| replicate.get(place)))
                .collect();
            group.training_run.stack.replace(&own, &self.device);
            group.training_run.step = group.training_run.steps();
        }
        self.evaluating = Some(EvalPass::new(&student_groups.stacks(), true, gpu));
    }
}
