//! The state machine behind the messages: train the teacher, let it label the transfer set, train the students.
//!
//! Nothing here knows of a browser: time comes in as a clock, events go out through a closure. [`Session::advance`]
//! does a slice of about 30 ms and returns, so that whoever drives it can answer a Pause in between.

mod course;
mod evaluation;
mod examples;
mod latency;
mod plan;

use crate::config::{Config, Effect};
use crate::data::{Dataset, Part, transfer};
use crate::engine::loss::MAX_CLASSES;
use crate::engine::metrics;
use crate::protocol::{
    Evaluation, Event, Example, ExampleLogits, Failure, FailureKind, Metrics, Outcome, Phase, Report, Setup,
};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use course::{Course, Labelled, Source};
use evaluation::Evaluating;
use std::rc::Rc;

pub use plan::{ARMS, student_widths, teacher_widths};

/// Milliseconds of work between two chances to be interrupted.
const SLICE_MS: f64 = 30.0;
/// Least milliseconds between two reports: at most ten a second.
const REPORT_MS: f64 = 100.0;

/// Nats above which a loss has run away: chance level is 2.3 for ten classes, and logits a thousand apart give a
/// thousand.
const RUNAWAY: f32 = 1e5;

/// Milliseconds since some moment, never going back.
pub type Clock<'a> = &'a dyn Fn() -> f64;
/// Where events go.
pub type Emit<'a> = &'a mut dyn FnMut(Event);

/// The teacher as last measured.
struct TeacherView {
    logits: Vec<f32>,
    log_softmax: Vec<f64>,
    metrics: Metrics,
}

/// One run, from a config to its outcome.
pub struct Session {
    device: Device,
    gpu: bool,
    data: Rc<Dataset>,
    config: Config,
    source: Source,
    test_x: Tensor<3>,
    teacher: Course,
    view: Option<TeacherView>,
    students: Option<Course>,
    measured: Option<Evaluation>,
    phase: Phase,
    running: bool,
    warming_up: bool,
    single: bool,
    evaluating: Option<Evaluating>,
    examples: Vec<Example>,
    /// Steps between two reads: without a read now and then a GPU's queue grows without bound.
    stride: usize,
    ms_per_step: f64,
    last_report: f64,
    training_ms: f64,
}

impl Session {
    /// A run before its first step. The data must be that of `config` (task, and seed for generated tasks).
    pub fn new(device: Device, gpu: bool, data: Rc<Dataset>, config: Config) -> Self {
        debug_assert!(data.classes.len() <= MAX_CLASSES);
        let (n, n_test, d) = (data.train.len(), data.test.len(), data.dimensions);
        let source = Source {
            x: Tensor::from_data(TensorData::new(data.inputs(Part::Train), [n, d]), &device),
            labels: transfer::noisy_labels(&data, config.label_noise, config.seed),
            teacher: None,
        };
        let test_x = Tensor::from_data(TensorData::new(data.inputs(Part::Test), [1, n_test, d]), &device);
        let teacher = plan::teacher(&config, &data, &device);
        Self {
            device,
            gpu,
            data,
            config,
            source,
            test_x,
            teacher,
            view: None,
            students: None,
            measured: None,
            phase: Phase::Teacher,
            running: false,
            warming_up: false,
            single: false,
            evaluating: None,
            examples: Vec::new(),
            stride: 1,
            ms_per_step: 0.0,
            last_report: 0.0,
            training_ms: 0.0,
        }
    }

    /// What is set up, for the page.
    pub fn setup(&self) -> Setup {
        plan::setup(&self.config, &self.data, &self.source.labels, self.teacher.steps)
    }

    /// The settings in force.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// True while [`Session::advance`] has something to do.
    pub fn busy(&self) -> bool {
        self.running || self.evaluating.is_some()
    }

    /// Goes on to the verdict; a finished run starts its students again.
    pub fn train(&mut self) {
        if self.phase == Phase::Done {
            self.restart_students();
        }
        (self.running, self.warming_up, self.single) = (true, false, false);
    }

    /// Trains the teacher for one epoch, if it has not begun.
    pub fn warm_up(&mut self) {
        if self.phase == Phase::Teacher && self.teacher.step == 0 {
            (self.running, self.warming_up) = (true, true);
        }
    }

    /// Stops after the slice under way.
    pub fn pause(&mut self) {
        (self.running, self.warming_up, self.single) = (false, false, false);
    }

    /// One step of whatever is due.
    pub fn step(&mut self) {
        if self.phase != Phase::Done {
            (self.running, self.warming_up, self.single) = (true, false, true);
        }
    }

    /// Back to the same initial weights, teacher and students.
    pub fn reset(&mut self) {
        self.pause();
        self.teacher = plan::teacher(&self.config, &self.data, &self.device);
        (self.view, self.measured, self.evaluating) = (None, None, None);
        self.source.teacher = None;
        self.examples.clear();
        self.students = None;
        self.phase = Phase::Teacher;
        (self.ms_per_step, self.training_ms) = (0.0, 0.0);
    }

    /// Temperature and soft weight for the steps to come.
    pub fn tune(&mut self, temperature: f32, soft_weight: f32) {
        (self.config.temperature, self.config.soft_weight) = (temperature, soft_weight);
        self.supervise();
    }

    /// Takes over changed settings of the same data, resetting what must start again; true when something did.
    pub fn configure(&mut self, config: Config) -> bool {
        let effect = config.effect_since(&self.config);
        self.config = config;
        match effect {
            None => false,
            Some(Effect::Live) => {
                self.supervise();
                false
            }
            Some(Effect::Students) => {
                self.pause();
                self.restart_students();
                true
            }
            Some(Effect::Everything) => {
                self.source.labels = transfer::noisy_labels(&self.data, self.config.label_noise, self.config.seed);
                self.reset();
                true
            }
        }
    }

    fn supervise(&mut self) {
        if let Some(students) = &mut self.students {
            students.supervise(&plan::supervision(&self.config), &self.device);
        }
    }

    /// Forgets the students; the teacher stays.
    fn restart_students(&mut self) {
        self.students = None;
        self.measured = None;
        if self.evaluating.as_ref().is_some_and(|e| e.students) {
            self.evaluating = None;
        }
        self.source.teacher = None;
        self.phase = if self.teacher.finished() { Phase::Labelling } else { Phase::Teacher };
    }

    /// A report of the present moment.
    pub fn report(&self) -> Report {
        Report {
            phase: self.phase,
            running: self.running,
            warming_up: self.warming_up,
            teacher_step: self.teacher.step,
            student_step: self.students.as_ref().map_or(0, |s| s.step),
            ms_per_step: self.ms_per_step as f32,
            teacher_loss: self.teacher.losses.first().copied(),
            student_losses: self.students.as_ref().map_or_else(Vec::new, |s| s.losses.clone()),
            evaluation: None,
        }
    }

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
            Phase::Teacher => self.train_slice(false, now, emit).await,
            Phase::Labelling => self.label(emit),
            Phase::Students => self.train_slice(true, now, emit).await,
            Phase::Done => {
                self.pause();
                Ok(())
            }
        }
    }

    /// Some steps of the teacher or the students, and one read of their losses.
    async fn train_slice(&mut self, students: bool, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let begun = now();
        let epoch = plan::teacher_epoch(&self.config, &self.data);
        let course = match &mut self.students {
            Some(course) if students => course,
            _ => &mut self.teacher,
        };
        let mut taken = 0;
        let due = |course: &Course| {
            if students {
                evaluation::students_due(course.step, course.steps)
            } else {
                evaluation::teacher_due(course.step, course.steps, epoch)
            }
        };
        while taken < self.stride && !course.finished() {
            let losses = course.advance(&self.source, &self.device);
            taken += 1;
            let last = taken == self.stride || course.finished() || self.single || due(course);
            // Reading costs nothing on the CPU; on a GPU it waits for the queue, so only the last step's is read.
            if last || !self.gpu {
                let read = losses.into_data_async().await.map_err(device_failure)?;
                course.losses = read.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
                if let Some(&loss) = course.losses.iter().find(|loss| !loss.is_finite() || **loss > RUNAWAY) {
                    return Err(diverged(students, loss, course.step, &self.config));
                }
            }
            if last || (!self.gpu && now() - begun > SLICE_MS) {
                break;
            }
        }
        let elapsed = now() - begun;
        self.training_ms += elapsed;
        if taken > 0 {
            let each = elapsed / taken as f64;
            self.ms_per_step = if self.ms_per_step > 0.0 { 0.8 * self.ms_per_step + 0.2 * each } else { each };
            self.stride = ((SLICE_MS / self.ms_per_step.max(0.01)).round() as usize).clamp(1, 256);
        }
        if self.single || due(course) || course.finished() {
            self.evaluating = Some(Evaluating::new(&course.stack, students, self.gpu));
            if !students && self.warming_up && course.step >= epoch {
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

    /// Pieces of a measurement for the length of a slice; when it is whole, what follows from it.
    async fn evaluate(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let begun = now();
        let Some(mut evaluating) = self.evaluating.take() else { return Ok(()) };
        let course = match &self.students {
            Some(course) if evaluating.students => course,
            _ => &self.teacher,
        };
        while !evaluating.complete(&self.test_x) {
            evaluating.advance(&course.stack, &self.test_x);
            // Metrics take a while of their own: after the last piece, too, somebody may want to interrupt.
            if !self.gpu && now() - begun > SLICE_MS / 2.0 {
                self.evaluating = Some(evaluating);
                return Ok(());
            }
        }
        let of_students = evaluating.students;
        let networks = evaluating.finish().await.map_err(device_failure)?;
        let classes = self.data.classes.len();
        if of_students {
            self.measure_students(&networks);
        } else if let Some(logits) = networks.into_iter().next() {
            let log_softmax = metrics::log_softmax(&logits, classes);
            let metrics = metrics::metrics(&logits, &logits, &log_softmax, &self.data.test.labels, classes);
            self.view = Some(TeacherView { logits, log_softmax, metrics });
            self.measured = self.view.as_ref().map(|view| Evaluation {
                teacher: view.metrics,
                students: Vec::new(),
                examples: ExampleLogits { teacher: self.on_examples(&view.logits), students: Vec::new() },
            });
            self.after_teacher_measured(emit);
        }
        self.last_report = now();
        emit(Event::Report(Report { evaluation: self.measured.clone(), ..self.report() }));
        if self.phase == Phase::Students && self.students.as_ref().is_some_and(Course::finished) && of_students {
            self.finish(now, emit).await?;
        }
        Ok(())
    }

    fn measure_students(&mut self, networks: &[Vec<f32>]) {
        let Some(view) = &self.view else { return };
        let (labels, classes) = (&self.data.test.labels, self.data.classes.len());
        self.measured = Some(Evaluation {
            teacher: view.metrics,
            students: networks
                .iter()
                .map(|logits| metrics::metrics(logits, &view.logits, &view.log_softmax, labels, classes))
                .collect(),
            examples: ExampleLogits {
                teacher: self.on_examples(&view.logits),
                students: networks.iter().flat_map(|logits| self.on_examples(logits)).collect(),
            },
        });
    }

    /// Chooses examples when the teacher has seen an epoch, and again when it is done.
    fn after_teacher_measured(&mut self, emit: Emit<'_>) {
        let epoch = plan::teacher_epoch(&self.config, &self.data);
        let Some(view) = &self.view else { return };
        let begun_to_learn = self.examples.is_empty() && self.teacher.step >= epoch.div_ceil(4);
        if begun_to_learn || self.teacher.finished() {
            self.examples = examples::choose(&self.data, &view.logits);
            emit(Event::Examples(self.examples.clone()));
            let chosen = self.on_examples(&view.logits);
            if let Some(measured) = &mut self.measured {
                measured.examples.teacher = chosen;
            }
        }
        if self.teacher.finished() && self.phase == Phase::Teacher {
            emit(Event::TeacherTrained { logits: view.logits.clone(), labels: self.data.test.labels.clone() });
            self.phase = Phase::Labelling;
            self.ms_per_step = 0.0;
        }
    }

    /// Rows of the chosen examples from logits on the test set.
    fn on_examples(&self, logits: &[f32]) -> Vec<f32> {
        let c = self.data.classes.len();
        self.examples.iter().flat_map(|e| &logits[e.index * c..(e.index + 1) * c]).copied().collect()
    }

    /// The teacher labels every replicate's transfer set, and the students are made.
    fn label(&mut self, emit: Emit<'_>) -> Result<(), Failure> {
        let samples = plan::samples(&self.config, &self.source.labels, self.data.classes.len());
        let mut row_of = vec![usize::MAX; self.data.train.len()];
        let mut asked = Vec::new();
        for &i in samples.iter().flatten() {
            if row_of[i] == usize::MAX {
                row_of[i] = asked.len();
                asked.push(i);
            }
        }
        let logits = course::label(&self.teacher.stack, &self.source, &asked, 1_000, &self.device);
        self.source.teacher = Some(Labelled { logits, row_of });
        self.students = Some(plan::students(&self.config, &self.data, samples, &self.device));
        self.phase = Phase::Students;
        (self.ms_per_step, self.stride) = (0.0, 1);
        emit(Event::Report(self.report()));
        Ok(())
    }

    /// Times a prediction of both networks and sums the run up.
    async fn finish(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let (Some(students), Some(evaluation)) = (&self.students, &self.measured) else { return Ok(()) };
        let d = self.data.dimensions;
        let one = self.test_x.clone().slice([0..1, 0..1, 0..d]);
        let teacher_latency_ms = latency::median(&self.teacher.stack, &one, now).await.map_err(device_failure)?;
        let student_latency_ms =
            latency::median(&students.stack.alone(0, 0), &one, now).await.map_err(device_failure)?;
        let outcome = Outcome {
            config: self.config.clone(),
            evaluation: evaluation.clone(),
            teacher_latency_ms,
            student_latency_ms,
            seconds: self.training_ms / 1_000.0,
        };
        self.phase = Phase::Done;
        self.pause();
        emit(Event::Report(self.report()));
        emit(Event::Finished(outcome));
        Ok(())
    }
}

fn device_failure(error: ExecutionError) -> Failure {
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
