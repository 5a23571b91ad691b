//! The teacher as a teacher: it labels transfer sets, and the training set for the next teacher of a chain.

use super::course::{self, Answers};
use super::evaluation::Evaluating;
use super::training::device_failure;
use super::{Emit, Session, TeacherView, answers, plan};
use crate::engine::metrics;
use crate::protocol::{Event, Failure, Phase, Taught};
use burn::tensor::{Tensor, TensorData};

/// Examples labelled in one go.
const CHUNK: usize = 1_000;

impl Session {
    /// Goes on with a teacher that another worker has trained: its logits are all that students need.
    pub fn take_teacher(&mut self, taught: Taught) {
        let classes = self.data.classes.len();
        let fits = taught.train.len() == self.data.train.len() * classes
            && taught.test.len() == self.data.test.len() * classes;
        // A teacher of other data is no teacher of this: the session trains its own.
        if fits {
            self.view = Some(TeacherView::new(taught.test, &self.data.test.labels, classes));
            self.given = Some(taught.train);
            self.phase = Phase::Labelling;
        }
    }

    /// What students need to know of the trained teacher; `None` before it is trained.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn taught(&self) -> Result<Option<Taught>, Failure> {
        if !self.teacher_trained() {
            return Ok(None);
        }
        let Some(view) = &self.view else { return Ok(None) };
        let all: Vec<usize> = (0..self.data.train.len()).collect();
        let (train, _) = self.ask(&all, None).await?;
        Ok(Some(Taught { train, test: view.logits.clone() }))
    }

    /// The teacher's logits on those training examples, `[U, C]` in one row, and its hidden layer's activations.
    async fn ask(&self, asked: &[usize], layer: Option<usize>) -> Result<(Vec<f32>, Option<Tensor<2>>), Failure> {
        let classes = self.data.classes.len();
        if let Some(given) = &self.given {
            let rows = asked.iter().flat_map(|&i| &given[i * classes..(i + 1) * classes]).copied().collect();
            return Ok((rows, None));
        }
        let members = self.plans[self.stage].members;
        let stack = if self.plans[self.stage].second {
            self.teacher.stack.part(0..members)
        } else {
            self.teacher.stack.clone()
        };
        let (networks, hidden) =
            course::label(&stack, &self.source, asked, layer, CHUNK, &self.device).await.map_err(device_failure)?;
        Ok((metrics::ensemble(&networks, classes), hidden))
    }

    /// The next teacher of the chain learns from what the one before says of the whole training set.
    pub(super) async fn next_teacher(&mut self) -> Result<(), Failure> {
        if self.stage + 1 == self.plans.len() {
            // Its last measurement was given up: it is made again, and what follows from it follows.
            self.evaluating = Some(Evaluating::new(&self.teacher.stack, false, self.gpu));
            return Ok(());
        }
        let (all, classes) = ((0..self.data.train.len()).collect::<Vec<_>>(), self.data.classes.len());
        let (logits, _) = self.ask(&all, None).await?;
        self.chain.extend(self.view.as_ref().map(|view| view.metrics));
        self.stage += 1;
        let logits = Tensor::from_data(TensorData::new(logits, [all.len(), classes]), &self.device);
        let answers = Answers { logits, hidden: None };
        self.teacher = self.plans[self.stage].course(&self.data, Some(answers), &self.device);
        (self.ms_per_step, self.stride) = (0.0, 1);
        Ok(())
    }

    /// The teacher labels every replicate's transfer set, and the students are made.
    pub(super) async fn label(&mut self, emit: Emit<'_>) -> Result<(), Failure> {
        let classes = self.data.classes.len();
        let samples = plan::samples(&self.config, &self.source.labels, classes);
        let syllabus = plan::syllabus(&self.config, &self.arms);
        // Each example is asked about once, however many replicates drew it.
        let mut row_of = vec![usize::MAX; self.data.train.len()];
        let mut asked = Vec::new();
        for &i in samples.iter().flatten() {
            if row_of[i] == usize::MAX {
                row_of[i] = asked.len();
                asked.push(i);
            }
        }
        let hinted = syllabus.hinted().next().is_some();
        let middle = self.plans[self.stage].widths.len().saturating_sub(3) / 2;
        let (logits, hidden) = self.ask(&asked, hinted.then_some(middle)).await?;
        let of_replicate = |sample: &Vec<usize>| -> Vec<f32> {
            sample.iter().flat_map(|&i| &logits[row_of[i] * classes..(row_of[i] + 1) * classes]).copied().collect()
        };
        let of_replicates: Vec<Vec<f32>> = samples.iter().map(of_replicate).collect();
        let table = answers::table(&of_replicates, classes, &syllabus, self.config.seed);
        let rows: usize = samples.iter().map(Vec::len).sum();
        let columns = table.len() / rows.max(1);
        let answers = Answers {
            logits: Tensor::from_data(TensorData::new(table, [rows, columns]), &self.device),
            hidden: hidden.map(|hidden| (hidden, samples.iter().flatten().map(|&i| row_of[i]).collect())),
        };
        self.students = Some(plan::students(&self.config, &self.arms, &self.data, samples, answers, &self.device));
        self.phase = Phase::Students;
        (self.ms_per_step, self.stride) = (0.0, 1);
        emit(Event::Report(self.report()));
        Ok(())
    }
}
