//! Measuring on the test set, in pieces, and what follows from a measurement.

use super::{Clock, Emit, Session, TeacherView, examples, latency, plan};
use crate::data::example::Form;
use crate::data::names;
use crate::engine::calibration::calibrate;
use crate::engine::example_errors::{Predictions, example_errors};
use crate::engine::metrics;
use crate::engine::parallel::pool::WorkerLost;
use crate::engine::session::pace::SLICE_MS;
use crate::engine::session::run_mode::RunMode;
use crate::engine::session::student_groups::StudentGroups;
use crate::engine::session::train_loop::device_failure;
use crate::experiment::{Calibration, Evaluation, ExampleErrors, ExampleLogits, Outcome, Reading};
use crate::protocol::{Event, Failure, Phase, Report};

impl TeacherView {
    /// A teacher by its logits on the test set, `[N, C]` flattened, row-major.
    pub fn new(logits: Vec<f32>, labels: &[u8], classes: usize) -> Self {
        let log_softmax = metrics::log_softmax(&logits, classes);
        let measured = metrics::metrics(&logits, &logits, &log_softmax, labels, classes);
        Self { metrics: measured, confusion: metrics::confusion(&logits, labels, classes), log_softmax, logits }
    }
}

impl Session {
    /// Pieces of a measurement for the length of a slice; when it is whole, what follows from it.
    pub(super) async fn evaluate(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let begun = now();
        let Some(mut evaluating) = self.evaluating.take() else { return Ok(()) };
        let stacks = match &self.students {
            Some(students) if evaluating.students => students.own_stacks(),
            _ => vec![&self.teacher.stack],
        };
        while !evaluating.complete(&self.test_x) {
            evaluating.advance(&stacks, &self.test_x);
            // Metrics take a while of their own: a Pause must get through after the last piece, too.
            if !self.gpu && now() - begun > SLICE_MS / 2.0 {
                self.evaluating = Some(evaluating);
                return Ok(());
            }
        }
        let (of_students, asked) = (evaluating.students, evaluating.asked);
        let mut networks = evaluating.finish().await.map_err(device_failure)?;
        if let (Some(asked), Some(worker_pool), Some(students)) = (asked, self.worker_pool.clone(), &mut self.students)
        {
            match students.measured(&worker_pool, asked, networks, &self.device).await {
                Ok(all) => networks = all,
                Err(WorkerLost) => return self.go_on_alone(emit),
            }
        }
        if let Some(students) = self.students.as_ref().filter(|_| of_students) {
            let (networks, finished) = (students.merged(networks), students.finished());
            self.measure_students(&networks);
            if finished {
                self.example_errors = self.errors_of_examples(&networks);
                self.calibrations = self.calibrate(&networks);
                self.readings = self.readings(&networks);
            }
            if !self.headless && finished && !matches!(self.data.form, Form::Text(_)) {
                let labels = self.data.test.labels.clone();
                emit(Event::StudentLogits { logits: networks.concat(), labels });
            }
        } else {
            self.measure_teacher(&networks.swap_remove(0));
            self.after_teacher_measured(emit);
        }
        if !self.headless {
            self.probe(emit).await?;
        }
        self.pace.reported(now());
        emit(Event::Report(Report { evaluation: self.measured.clone(), ..self.report() }));
        if self.phase == Phase::Students && self.students.as_ref().is_some_and(StudentGroups::finished) && of_students {
            self.finish(now, emit).await?;
        }
        Ok(())
    }

    /// The teacher under training, by the logits of its networks: the members of an ensemble, then the second teacher.
    fn measure_teacher(&mut self, networks: &[Vec<f32>]) {
        let (labels, classes) = (&self.data.test.labels, self.data.classes.len());
        let members = self.plans[self.stage].members.min(networks.len());
        let view = TeacherView::new(metrics::ensemble(&networks[..members], classes), labels, classes);
        if let Some(second) = networks.get(members) {
            self.second_teacher = Some(metrics::metrics(second, &view.logits, &view.log_softmax, labels, classes));
        }
        self.view = Some(view);
        self.measured = self.teacher_evaluation();
    }

    /// What is known of the teacher, before there are students.
    fn teacher_evaluation(&self) -> Option<Evaluation> {
        self.view.as_ref().map(|view| Evaluation {
            teacher: view.metrics,
            students: Vec::new(),
            chain: self.chain.clone(),
            second_teacher: self.second_teacher,
            examples: ExampleLogits { teacher: self.on_examples(&view.logits), students: Vec::new() },
        })
    }

    /// A teacher that is given needs no training: it is measured, and the students' turn has come.
    pub(super) fn introduce_teacher(&mut self, emit: Emit<'_>) {
        self.measured = self.teacher_evaluation();
        self.after_teacher_measured(emit);
        if !matches!(self.mode, RunMode::ToEnd | RunMode::Until(_)) {
            self.pause();
        }
        emit(Event::Report(Report { evaluation: self.measured.clone(), ..self.report() }));
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
            chain: self.chain.clone(),
            second_teacher: self.second_teacher,
            examples: ExampleLogits {
                teacher: self.on_examples(&view.logits),
                students: networks.iter().flat_map(|logits| self.on_examples(logits)).collect(),
            },
        });
        let step = self.students.as_ref().map_or(0, StudentGroups::step);
        let halves = networks.iter().map(|logits| metrics::halves(logits, labels, classes)).collect();
        self.moments.add(step, halves);
        self.confusions = networks.iter().map(|logits| metrics::confusion(logits, labels, classes)).collect();
    }

    /// What the draw of the test examples adds to the uncertainty of comparisons; a text's characters are not independent.
    fn errors_of_examples(&self, networks: &[Vec<f32>]) -> ExampleErrors {
        let clusters = match self.data.form {
            Form::Text(context) => names::starts(&self.data.test, context),
            _ => Vec::new(),
        };
        example_errors(Predictions {
            networks,
            arms: self.arms.len(),
            labels: &self.data.test.labels,
            classes: self.data.classes.len(),
            clusters: &clusters,
        })
    }

    /// Calibrating temperatures of the teacher and all students; none in a job, which shows none.
    fn calibrate(&self, networks: &[Vec<f32>]) -> Vec<Calibration> {
        let (labels, classes) = (&self.data.test.labels, self.data.classes.len());
        let Some(view) = self.view.as_ref().filter(|_| !self.headless) else { return Vec::new() };
        let all = std::iter::once(&view.logits).chain(networks);
        all.map(|logits| calibrate(logits, labels, classes)).collect()
    }

    /// How sure the teacher and all students are; nothing in a job, which shows none.
    fn readings(&self, networks: &[Vec<f32>]) -> Vec<Reading> {
        let (labels, classes) = (&self.data.test.labels, self.data.classes.len());
        let Some(view) = self.view.as_ref().filter(|_| !self.headless) else { return Vec::new() };
        let all = std::iter::once(&view.logits).chain(networks);
        all.map(|logits| metrics::reading(logits, labels, classes)).collect()
    }

    /// Chooses examples when the teacher has seen an epoch, and again when it is done.
    fn after_teacher_measured(&mut self, emit: Emit<'_>) {
        let epoch = plan::teacher_epoch(&self.config, &self.data);
        let trained = self.teacher_trained();
        let Some(view) = &self.view else { return };
        if !self.headless {
            let begun_to_learn = self.examples.is_empty() && self.teacher.step >= epoch.div_ceil(4);
            if begun_to_learn || trained {
                self.examples = examples::choose(&self.data, &view.logits);
                emit(Event::Examples(self.examples.clone()));
                let chosen = self.on_examples(&view.logits);
                if let Some(measured) = &mut self.measured {
                    measured.examples.teacher = chosen;
                }
            }
            if trained || self.teacher.step == epoch {
                let (logits, labels) = (view.logits.clone(), self.data.test.labels.clone());
                emit(Event::TeacherLogits { logits, labels, trained });
            }
        }
        if trained && self.phase == Phase::Teacher {
            self.phase = Phase::Labelling;
            self.pace.ms_per_step = 0.0;
        }
    }

    /// Rows of the chosen examples from logits on the test set.
    fn on_examples(&self, logits: &[f32]) -> Vec<f32> {
        let c = self.data.classes.len();
        self.examples.iter().flat_map(|e| &logits[e.index * c..(e.index + 1) * c]).copied().collect()
    }

    /// Times a prediction of both networks and sums the run up.
    async fn finish(&mut self, now: Clock<'_>, emit: Emit<'_>) -> Result<(), Failure> {
        let (Some(students), Some(outcome)) = (&self.students, self.outcome()) else { return Ok(()) };
        let (mut teacher_latency_ms, mut student_latency_ms) = (0.0, 0.0);
        if !self.headless {
            let d = self.data.dimensions;
            let one = self.test_x.clone().slice([0..1, 0..1, 0..d]);
            // Each with weights of its own, as it would be deployed: a part of a stack is copied together at every use.
            let plan = &self.plans[self.stage];
            let teacher = self.teacher.stack.part(0..plan.members);
            let teacher = teacher.copy(&self.device).await.map_err(device_failure)?;
            let student = students.stacks()[0].alone(0, 0);
            let student = student.copy(&self.device).await.map_err(device_failure)?;
            [teacher_latency_ms, student_latency_ms] =
                latency::medians([&teacher, &student], &one, now).await.map_err(device_failure)?;
            // How fast a given teacher is, only its owner knows.
            if self.data.given.is_some() {
                teacher_latency_ms = 0.0;
            }
        }
        let (config, seconds) = (self.config.clone(), self.pace.seconds());
        let outcome = Outcome { config, teacher_latency_ms, student_latency_ms, seconds, ..outcome };
        self.phase = Phase::Done;
        self.ended = Some(self.config.clone());
        self.pause();
        emit(Event::Report(self.report()));
        emit(Event::Finished(outcome));
        Ok(())
    }

    /// What the run leaves, without what it took: seconds and latencies. `None` before students are measured.
    pub(super) fn outcome(&self) -> Option<Outcome> {
        let (students, evaluation, view) = (self.students.as_ref()?, self.measured.as_ref()?, self.view.as_ref()?);
        let (transfer_examples, pool_examples) = students.examples;
        Some(Outcome {
            config: self.final_config().clone(),
            evaluation: evaluation.clone(),
            teacher_confusion: view.confusion.clone(),
            student_confusions: self.confusions.clone(),
            teacher_latency_ms: 0.0,
            student_latency_ms: 0.0,
            seconds: 0.0,
            teacher_examples: if self.data.given.is_some() { 0 } else { self.data.train.len() },
            transfer_examples,
            pool_examples,
            example_errors: self.example_errors.clone(),
            calibrations: self.calibrations.clone(),
            readings: self.readings.clone(),
            best_moments: self.moments.best(self.data.test.len()),
            given_teacher: self.data.given.is_some(),
            without_truth: self.data.given.as_ref().is_some_and(|given| !given.has_truth),
        })
    }
}
