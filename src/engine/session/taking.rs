//! What is taken away of a run (weights, data, scripts), and how weights are brought back.

use super::evaluation::Evaluating;
use super::training::device_failure;
use super::{Session, plan};
use crate::config::{Choice, Config, Shift};
use crate::data::transfer::{self, Transfer};
use crate::engine::network::{HostWeights, Stack};
use crate::files::about::{self, Run};
use crate::files::weights::{Measures, Networks, Opened, Shape};
use crate::files::{FileError, data, scripts, weights};
use crate::protocol::{Failure, Metrics, Phase, Script, Written};

/// Networks that are to take the place of those that would be trained.
pub(super) struct Adopted {
    /// The students, `[R][A]` in one row.
    students: Vec<HostWeights>,
}

impl Session {
    /// The architecture of the run.
    fn shape(&self) -> Shape {
        let (d, c) = (self.data.dimensions, self.data.classes.len());
        let last = &self.plans[self.plans.len() - 1];
        Shape {
            teacher: last.widths.clone(),
            members: last.members,
            second: last.second,
            student: plan::student_widths(&self.config, d, c),
            replicates: self.config.replicates,
            arms: about::arm_keys(self.told(), &self.arms),
        }
    }

    /// The settings that its files tell: those that a finished run ended with.
    fn told(&self) -> &Config {
        self.ended.as_ref().unwrap_or(&self.config)
    }

    fn file_name(&self, what: &str) -> String {
        format!("softlabel-{}-{what}.safetensors", self.config.task.key())
    }

    /// Every network of the finished run.
    ///
    /// # Errors
    /// Sentences: there is none yet, or the device failed.
    pub async fn weights_file(&self) -> Result<Written, String> {
        let (Some(cohort), Some(measured), Phase::Done) = (&self.students, &self.measured, self.phase) else {
            return Err("There are no trained networks of these settings yet: press Train, and take them when the \
                        verdict is there."
                .into());
        };
        let in_words = |error| device_failure(error).message;
        let shape = self.shape();
        let mut teacher = self.teacher.stack.to_host().await.map_err(in_words)?;
        let second = if shape.second { teacher.pop() } else { None };
        let mut of_groups = Vec::new();
        for stack in cohort.stacks() {
            of_groups.push(stack.to_host().await.map_err(in_words)?);
        }
        let networks = Networks { teacher, second, students: cohort.merged(of_groups) };
        let measures = Measures {
            teacher: measured.teacher,
            second: measured.second_teacher,
            chain: measured.chain.clone(),
            students: measured.students.clone(),
            seconds: self.training_ms / 1_000.0,
        };
        let names: Vec<String> = self.arms.iter().map(|&arm| self.told().arm_name(arm)).collect();
        let run = Run::of("weights", self.told(), &self.data);
        let bytes = weights::write(&run, &shape, &networks, &measures, &names).map_err(|error| error.to_string())?;
        Ok(Written { name: self.file_name("weights"), bytes })
    }

    /// What the run learns from and is measured on.
    ///
    /// # Errors
    /// Sentences: the teacher has yet to write the transfer set, or the device failed.
    pub async fn data_file(&self) -> Result<Written, String> {
        if self.written_by_teacher() && !self.teacher_trained() {
            return Err("The teacher has not written the transfer set yet: press Train first.".into());
        }
        let drawn = self.drawn().await.map_err(|failure| failure.message)?;
        let run = Run::of("data", self.told(), &self.data);
        let bytes = data::write(&run, &self.data, &self.labels, &drawn).map_err(|error| error.to_string())?;
        Ok(Written { name: self.file_name("data"), bytes })
    }

    /// A script for the run.
    pub fn script(&self, script: Script) -> Written {
        let (name, text) = match script {
            Script::EvaluateNumpy => ("evaluate_numpy.py", scripts::EVALUATE_NUMPY.to_string()),
            Script::EvaluateTorch => ("evaluate_torch.py", scripts::EVALUATE_TORCH.to_string()),
            Script::TrainTorch => ("train_torch.py", self.training_script()),
        };
        Written { name: name.into(), bytes: text.into_bytes() }
    }

    fn training_script(&self) -> String {
        let teachers: Vec<_> = self.plans.iter().map(plan::TeacherPlan::told).collect();
        let done = self.measured.as_ref().filter(|_| self.phase == Phase::Done);
        let measured = done.map(|measured| (&measured.teacher, &measured.students[..]));
        let link = Run::of("run", self.told(), &self.data).link;
        scripts::training(self.told(), &link, &teachers, &self.shape(), &self.arms, measured)
    }

    /// Whether the transfer set is of texts that the teacher writes.
    pub(super) fn written_by_teacher(&self) -> bool {
        self.config.alters_inputs() && self.config.shift == Shift::Written
    }

    /// Every replicate's transfer set and pool.
    pub(super) async fn drawn(&self) -> Result<Transfer, Failure> {
        let drawn = transfer::draw(&self.data, self.other.as_deref(), &self.labels, &self.config);
        if self.written_by_teacher() { self.written(drawn).await } else { Ok(drawn) }
    }

    /// Puts the networks of a file in place of what would be trained; the session must be that of the file's settings.
    /// It then goes on by itself: it is measured, and told like a run that has just come to its end.
    ///
    /// # Errors
    /// [`FileError`], and nothing was changed.
    pub fn adopt(&mut self, file: &Opened<'_>) -> Result<(), FileError> {
        if about::fingerprint(&self.data.test) != file.test_sha256 {
            return Err(FileError::OtherData("their test set is another one, or was made by another version".into()));
        }
        let networks = file.networks(&self.shape())?;
        self.reset();
        self.stage = self.plans.len() - 1;
        let chain: &[Metrics] = &file.chain[..file.chain.len().min(self.stage)];
        self.chain = chain.to_vec();
        let plan = &self.plans[self.stage];
        let all: Vec<&HostWeights> = networks.teacher.iter().chain(&networks.second).collect();
        self.teacher = plan.course(&self.data, &self.labels, None, &self.device);
        self.teacher.stack = Stack::of(&plan.widths, &all, 1, &self.device);
        self.teacher.step = self.teacher.steps();
        self.training_ms = 1_000.0 * file.seconds;
        self.adopted = Some(Adopted { students: networks.students });
        self.running = true;
        self.evaluating = Some(Evaluating::new(&[&self.teacher.stack], false, self.gpu));
        Ok(())
    }

    /// Puts adopted students, if there are any, in place of those that have just been made.
    pub(super) fn take_over(&mut self) {
        let Some(Adopted { students }) = self.adopted.take() else { return };
        let (arms, gpu) = (self.arms.len(), self.gpu);
        let Some(cohort) = &mut self.students else { return };
        let widths = plan::student_widths(&self.config, self.data.dimensions, self.data.classes.len());
        for group in &mut cohort.groups {
            let own: Vec<&HostWeights> = students
                .chunks(arms)
                .flat_map(|replicate| group.arms.iter().filter_map(|&place| replicate.get(place)))
                .collect();
            group.course.stack = Stack::of(&widths, &own, group.arms.len(), &self.device);
            group.course.step = group.course.steps();
        }
        self.evaluating = Some(Evaluating::new(&cohort.stacks(), true, gpu));
    }
}
