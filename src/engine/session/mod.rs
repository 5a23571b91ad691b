//! The state machine behind the messages: train the teacher, let it label the transfer set, train the students.
//!
//! Nothing here knows of a browser: time comes in as a clock, events go out through a closure. [`Session::advance`]
//! does a slice of about 30 ms and returns, so that its driver can handle a Pause in between.
//!
//! This file has the session's state and controls; `train_loop`, `evaluate` and `labelling` do the work, `checkpoint` exports
//! and imports networks.

mod activations;
mod checkpoint;
mod control;
pub(crate) mod eval_pass;
mod evaluate;
mod examples;
mod inference;
pub mod job;
mod labelling;
mod latency;
mod pace;
pub(crate) mod plan;
mod run_mode;
mod student_groups;
pub(crate) mod supervision;
mod targets;
pub(crate) mod train_loop;
pub(crate) mod training_run;

use super::parallel::pool::WorkerPool;
use crate::config::MAX_CLASSES;
use crate::config::{Arm, Config};
use crate::data::example::Example;
use crate::data::{Dataset, Part, transfer};
use crate::experiment::{Calibration, Evaluation, ExampleErrors, GradientTerms, Metrics, Setup};
use crate::protocol::{Event, Phase, Report};
use burn::tensor::{Device, Tensor, TensorData};
use eval_pass::EvalPass;
use pace::Pace;
use plan::TeacherPlan;
use run_mode::RunMode;
use std::rc::Rc;
use student_groups::StudentGroups;
use training_run::{InputTable, TrainingRun};

pub use checkpoint::OtherData;

/// Milliseconds since some moment, never going back.
pub type Clock<'a> = &'a dyn Fn() -> f64;
/// Where events go.
pub type Emit<'a> = &'a mut dyn FnMut(Event);

/// The teacher as last measured.
struct TeacherView {
    logits: Vec<f32>,
    log_softmax: Vec<f64>,
    metrics: Metrics,
    confusion: Vec<u32>,
}

/// One run, from a config to its outcome.
pub struct Session {
    device: Device,
    gpu: bool,
    data: Rc<Dataset>,
    config: Config,
    arms: Vec<Arm>,
    source: InputTable,
    /// Training labels as training sees them, noise included, `[N]`.
    labels: Vec<u8>,
    test_x: Tensor<3>,
    /// The teachers, one after another.
    plans: Vec<TeacherPlan>,
    /// Which of them is being trained, or was last.
    stage: usize,
    teacher: TrainingRun,
    /// Metrics of the chain's earlier teachers.
    chain: Vec<Metrics>,
    second_teacher: Option<Metrics>,
    /// The teacher's logits on the training set, where another worker trained it.
    given: Option<Vec<f32>>,
    /// Settings that the finished run ended with: those in force may have moved since.
    ended: Option<Config>,
    /// Students of a file, until they take their places.
    imported: Option<checkpoint::ImportedStudents>,
    view: Option<TeacherView>,
    students: Option<StudentGroups>,
    /// Pool that shares the students' training.
    worker_pool: Option<WorkerPool>,
    /// The other image task, where the transfer set comes from there.
    other: Option<Rc<Dataset>>,
    measured: Option<Evaluation>,
    confusions: Vec<Vec<u32>>,
    /// Of the finished students.
    example_errors: ExampleErrors,
    calibrations: Vec<Calibration>,
    phase: Phase,
    mode: RunMode,
    decompose: bool,
    gradient_terms: Vec<GradientTerms>,
    /// Place of the chosen example whose activations evaluations bring.
    watched: Option<usize>,
    /// True for jobs: measured only half way and at the end, without examples and latencies.
    headless: bool,
    evaluating: Option<EvalPass>,
    examples: Vec<Example>,
    pace: Pace,
}

impl Session {
    /// A run before its first step. The data must be that of `config` (task, and seed for generated tasks).
    pub fn new(device: Device, gpu: bool, data: Rc<Dataset>, config: Config) -> Self {
        debug_assert!(data.classes.len() <= MAX_CLASSES);
        let (n, n_test, d) = (data.train.len(), data.test.len(), data.dimensions);
        let source = InputTable { x: Tensor::from_data(TensorData::new(data.inputs(Part::Train), [n, d]), &device) };
        let labels = transfer::noisy_labels(&data, &config);
        let test_x = Tensor::from_data(TensorData::new(data.inputs(Part::Test), [1, n_test, d]), &device);
        let plans = plan::teachers(&config, &data);
        let teacher = plans[0].training_run(&data, &labels, None, &device);
        Self {
            device,
            gpu,
            data,
            arms: config.arms(),
            config,
            source,
            labels,
            test_x,
            plans,
            stage: 0,
            teacher,
            chain: Vec::new(),
            second_teacher: None,
            given: None,
            ended: None,
            imported: None,
            view: None,
            students: None,
            worker_pool: None,
            other: None,
            measured: None,
            confusions: Vec::new(),
            example_errors: ExampleErrors::default(),
            calibrations: Vec::new(),
            phase: Phase::Teacher,
            mode: RunMode::Paused,
            decompose: false,
            gradient_terms: Vec::new(),
            watched: None,
            headless: false,
            evaluating: None,
            examples: Vec::new(),
            pace: Pace::new(),
        }
    }

    /// Sets the other image task's data, for transfer sets that come from there.
    pub fn lend(&mut self, other: Rc<Dataset>) {
        self.other = Some(other);
    }

    /// Whether a run is under way whose students are worth a worker pool.
    pub fn wants_worker_pool(&self) -> bool {
        self.mode.is_asked_for() && self.imported.is_none() && self.worth_sharing()
    }

    /// Whether the students are made next: a pool that is to share them must be there.
    pub fn shares_next(&self) -> bool {
        self.mode.is_running() && self.phase == Phase::Labelling
    }

    /// Sets the pool that students made from now on are shared with, if any. Students that a pool trains already stay with it.
    pub fn join(&mut self, worker_pool: Option<WorkerPool>) {
        if !self.shared() {
            self.worker_pool = worker_pool;
        }
    }

    /// Whether the students are being trained with a worker pool.
    pub fn shared(&self) -> bool {
        self.students.as_ref().is_some_and(StudentGroups::shared)
    }

    /// What is set up, for the page.
    pub fn setup(&self) -> Setup {
        plan::setup(&self.config, &self.data, self.other.as_deref(), &self.labels)
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// True while [`Session::advance`] has something to do.
    pub fn busy(&self) -> bool {
        self.mode.is_running() || self.evaluating.is_some()
    }

    /// Steps taken by the students.
    fn student_step(&self) -> usize {
        self.students.as_ref().map_or(0, StudentGroups::step)
    }

    /// Steps taken by all teachers so far.
    fn teacher_step(&self) -> usize {
        self.plans[..self.stage].iter().map(TeacherPlan::steps).sum::<usize>() + self.teacher.step
    }

    /// True when the last of the teachers is trained and measured.
    fn teacher_trained(&self) -> bool {
        self.given.is_some() || (self.stage + 1 == self.plans.len() && self.teacher.finished())
    }

    /// A report of the present moment.
    pub fn report(&self) -> Report {
        Report {
            phase: self.phase,
            running: self.mode.is_running(),
            warming_up: self.mode == RunMode::WarmUp,
            teacher_step: self.teacher_step(),
            student_step: self.student_step(),
            ms_per_step: self.pace.ms_per_step as f32,
            workers: self.students.as_ref().map_or(1, StudentGroups::workers),
            teacher_loss: self.teacher.losses.first().copied(),
            student_losses: self.students.as_ref().map_or_else(Vec::new, StudentGroups::losses),
            gradient_terms: self.gradient_terms.clone(),
            evaluation: None,
        }
    }
}
