//! Labelling by the teacher: of transfer sets, and of the training set for the next teacher of a chain.

use crate::config::{Arm, Method, Shift};
use crate::data::Part;
use crate::data::transfer::Transfer;
use crate::engine::metrics;
use crate::engine::nn::Stack;
use crate::engine::parallel::pool;
use crate::engine::parallel::pool::{Assignment, SentTargets, Shard, WorkerCommand, WorkerPool};
use crate::engine::session::eval_pass::EvalPass;
use crate::engine::session::plan::Examples;
use crate::engine::session::student_groups::{Group, StudentGroups};
use crate::engine::session::train_loop::device_failure;
use crate::engine::session::training_run;
use crate::engine::session::training_run::{InputTable, Sample, TeacherTargets};
use crate::engine::session::{Emit, Session, TeacherView, plan, targets};
use crate::experiment::TrainedTeacher;
use crate::losses::argmax;
use crate::protocol::{Event, Failure, FailureKind, Phase};
use burn::tensor::{Tensor, TensorData};

/// Examples labelled in one go.
const CHUNK: usize = 1_000;

impl Session {
    /// Continues with a teacher that another worker has trained; students need nothing but its logits.
    pub fn take_teacher(&mut self, taught: TrainedTeacher) {
        let classes = self.data.classes.len();
        let fits = taught.train.len() == (self.data.train.len() + self.data.unlabelled.len()) * classes
            && taught.test.len() == self.data.test.len() * classes;
        // The logits of a teacher on other data do not fit: the session then trains its own teacher.
        if fits {
            self.view = Some(TeacherView::new(taught.test, &self.data.test.labels, classes));
            self.given = Some(taught.train);
            self.phase = Phase::Labelling;
        }
    }

    /// Takes the teacher that the data bring, if they do: none is trained then.
    pub(super) fn take_given(&mut self) {
        let Some(given) = self.data.given.clone() else { return };
        self.view = Some(TeacherView::new(given.test.clone(), &self.data.test.labels, self.data.classes.len()));
        self.given = Some([given.train.as_slice(), &given.unlabelled].concat());
    }

    /// Why a given teacher cannot teach with these settings: it says nothing of inputs that are not in its table.
    ///
    /// # Errors
    /// [`FailureKind::Settings`]
    pub(super) fn check_given(&self) -> Result<(), Failure> {
        let settings = |message: &str| Err(Failure { kind: FailureKind::Settings, message: message.into() });
        if self.data.given.is_none() {
            return Ok(());
        }
        if self.config.alters_inputs() {
            return settings(
                "The teacher is given by its answers for the rows of the table, and has none for inputs that are shifted or mixed. \
                 Let the transfer set be as it is (no shift, no mixup).",
            );
        }
        if self.config.production.shift() != Shift::None && self.config.production_amount > 0.0 {
            return settings(
                "The teacher is given by its answers for the rows of the table, and has none for a test distribution that is \
                 shifted. Let the test set be as it is.",
            );
        }
        let hinted = |arm: &Arm| self.config.supervision(*arm).is_some_and(|s| s.method == Method::Hint);
        if self.arms.iter().any(hinted) {
            return settings(
                "Hints are the hidden layer of a teacher, and a given teacher shows none. Choose another method.",
            );
        }
        Ok(())
    }

    /// The networks whose mean is the teacher.
    pub(super) fn teaching_stack(&self) -> Stack {
        let plan = &self.plans[self.stage];
        if plan.second { self.teacher.stack.part(0..plan.members) } else { self.teacher.stack.clone() }
    }

    /// The trained teacher's logits on the training and the test set; `None` before it is trained.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn taught(&self) -> Result<Option<TrainedTeacher>, Failure> {
        if !self.teacher_trained() {
            return Ok(None);
        }
        let Some(view) = &self.view else { return Ok(None) };
        let all: Vec<usize> = (0..self.data.train.len() + self.data.unlabelled.len()).collect();
        let (train, _) = self.ask(None, &all, None).await?;
        Ok(Some(TrainedTeacher { train, test: view.logits.clone() }))
    }

    /// The teacher's logits on those rows of a source (the training set if `None`), `[U, C]` flattened (row-major), and the
    /// activations of that hidden layer.
    async fn ask(
        &self,
        source: Option<&InputTable>,
        asked: &[usize],
        layer: Option<usize>,
    ) -> Result<(Vec<f32>, Option<Tensor<2>>), Failure> {
        let classes = self.data.classes.len();
        if let (Some(given), None, None) = (&self.given, source, layer) {
            let rows = asked.iter().flat_map(|&i| &given[i * classes..(i + 1) * classes]).copied().collect();
            return Ok((rows, None));
        }
        let (stack, source) = (self.teaching_stack(), source.unwrap_or(&self.source));
        let (networks, hidden) =
            training_run::label(&stack, source, asked, layer, CHUNK, &self.device).await.map_err(device_failure)?;
        Ok((metrics::ensemble(&networks, classes), hidden))
    }

    /// Starts the next teacher of the chain, which learns from the logits of the one before on the whole training set.
    pub(super) async fn next_teacher(&mut self) -> Result<(), Failure> {
        if self.stage + 1 == self.plans.len() {
            // Its last evaluation was cancelled: it is repeated, and the run goes on from there.
            self.evaluating = Some(EvalPass::new(&[&self.teacher.stack], false, self.gpu));
            return Ok(());
        }
        let (all, classes) = ((0..self.data.train.len()).collect::<Vec<_>>(), self.data.classes.len());
        let (logits, _) = self.ask(None, &all, None).await?;
        self.chain.extend(self.view.as_ref().map(|view| view.metrics));
        self.stage += 1;
        let logits = Tensor::from_data(TensorData::new(logits, [all.len(), classes]), &self.device);
        let answers = TeacherTargets { logits, hidden: None };
        self.teacher = self.plans[self.stage].training_run(&self.data, &self.labels, Some(answers), &self.device);
        self.pace.restart();
        Ok(())
    }

    /// The teacher labels every replicate's transfer set, and the students are made.
    pub(super) async fn label(&mut self, emit: Emit<'_>) -> Result<(), Failure> {
        self.check_given()?;
        let (classes, d) = (self.data.classes.len(), self.data.dimensions);
        let drawn = self.drawn().await?;
        if self.written_by_teacher() {
            let (split, replicate) = (drawn.made.as_ref(), drawn.labelled.first());
            if let (Some(split), Some(rows)) = (split, replicate) {
                emit(Event::TransferTexts(
                    rows.iter().take(plan::SHEET).map(|&i| self.data.example_of(split, i)).collect(),
                ));
            }
        }
        check(&drawn, d)?;
        let source = drawn.made.as_ref().map(|split| InputTable {
            x: Tensor::from_data(TensorData::new(self.data.encode(split), [split.len(), d]), &self.device),
        });
        // Each example is labelled once, however many replicates drew it.
        let mut row_of = vec![usize::MAX; drawn.labels.len()];
        let mut asked = Vec::new();
        for &i in drawn.labelled.iter().chain(&drawn.pool).flatten() {
            if row_of[i] == usize::MAX {
                row_of[i] = asked.len();
                asked.push(i);
            }
        }
        let more = source.is_some() || drawn.labelled.first().is_some_and(|rows| rows.len() < drawn.all.len());
        let groups = plan::groups(&self.config, &self.arms, more);
        let hinted = groups
            .iter()
            .any(|(arms, _)| plan::group_supervision(&self.config, &self.arms, arms, 1).hinted().next().is_some());
        let middle = self.plans[self.stage].architecture.middle_hidden_layer();
        let (logits, hidden) = self.ask(source.as_ref(), &asked, hinted.then_some(middle)).await?;
        let answer = |i: usize| &logits[row_of[i] * classes..(row_of[i] + 1) * classes];
        let student = self.config.student_architecture(d, classes);
        let worker_pool = self.worker_pool.as_ref().filter(|_| self.imported.is_none());
        // A pool worker holds at most all labelled rows and the test set.
        let each = 4 * d * (asked.len() + drawn.all.len() + self.data.test.len());
        let workers = 1 + worker_pool.map_or(0, WorkerPool::pool_workers).min(MAX_SHARED_BYTES / each.max(1));
        let shared_hidden = match &hidden {
            Some(table) if workers > 1 => {
                let read = table.clone().into_data_async().await.map_err(device_failure)?;
                Some((read.as_slice::<f32>().unwrap_or(&[]).to_vec(), table.dims()[1]))
            }
            _ => None,
        };
        let mut student_groups = Vec::new();
        let mut away: Vec<Vec<Shard>> = vec![Vec::new(); workers - 1];
        for (places, of) in groups {
            let on_all = of == Examples::All;
            // All labels are the training set's, and a pool worker has one source of inputs.
            let shared = if on_all && source.is_some() { 1 } else { workers };
            let parts = pool::parts(self.config.replicates, places.len(), shared);
            for (worker, (replicates, columns)) in
                parts.into_iter().enumerate().flat_map(|(worker, part)| part.into_iter().map(move |p| (worker, p)))
            {
                let arms = places[columns].to_vec();
                let of_replicate = |r: usize| -> Vec<Sample> {
                    if on_all {
                        return drawn.all.iter().map(|&row| Sample::labelled(row, self.labels[row])).collect();
                    }
                    let labelled = drawn.labelled[r].iter().map(|&row| Sample::labelled(row, drawn.labels[row]));
                    let pool = if of == Examples::WithPool { drawn.pool[r].as_slice() } else { &[] };
                    let unlabelled = pool.iter().map(|&row| Sample::unlabelled(row, argmax(answer(row))));
                    labelled.chain(unlabelled).collect()
                };
                let examples: Vec<Vec<Sample>> = replicates.clone().map(of_replicate).collect();
                // Whoever learns from all labels asks the teacher nothing.
                let asking: &[Vec<Sample>] = if on_all { &[] } else { &examples };
                let answers: Vec<Vec<f32>> = asking
                    .iter()
                    .map(|entries| entries.iter().flat_map(|entry| answer(entry.row)).copied().collect())
                    .collect();
                let group_supervision = plan::group_supervision(&self.config, &self.arms, &arms, replicates.len());
                let table = targets::table(&answers, replicates.start, classes, &group_supervision, self.config.seed);
                let rows: usize = examples.iter().map(Vec::len).sum();
                let columns = table.len() / rows.max(1);
                let places: Vec<usize> = asking.iter().flatten().map(|entry| row_of[entry.row]).collect();
                let train_config = plan::students_train_config(&self.config, replicates.start);
                let pool_worker = worker.checked_sub(1);
                if let Some(pool_worker) = pool_worker {
                    let hidden = shared_hidden.as_ref().filter(|_| group_supervision.hinted().next().is_some());
                    let hidden = hidden.map(|(table, units)| of_rows(table, *units, &places));
                    away[pool_worker].push(Shard {
                        architecture: student.clone(),
                        group_supervision: group_supervision.clone(),
                        examples: examples.clone(),
                        targets: SentTargets { logits: table.clone(), columns, hidden },
                        train_config: train_config.clone(),
                    });
                }
                let answers = (!on_all).then(|| TeacherTargets {
                    logits: Tensor::from_data(TensorData::new(table, [rows, columns]), &self.device),
                    hidden: hidden.clone().map(|hidden| (hidden, places)),
                });
                let training_run =
                    plan::students(&student, group_supervision, examples, answers, train_config, &self.device);
                student_groups.push(Group { replicates, arms, training_run, pool_worker, on_all });
            }
        }
        if let Some(worker_pool) = worker_pool.filter(|_| workers > 1) {
            let from = source.as_ref().unwrap_or(&self.source);
            worker_pool.forget();
            // Workers without a share release what they held; no two assignments are in memory at once.
            away.resize(worker_pool.pool_workers(), Vec::new());
            for (pool_worker, shares) in away.into_iter().enumerate() {
                worker_pool.order(pool_worker, WorkerCommand::Take(self.part(shares, from).await?));
            }
        }
        // The first group is always trained here.
        student_groups.sort_by_key(|group| group.pool_worker);
        let of_first = |rows: &[Vec<usize>]| rows.first().map_or(0, Vec::len);
        let examples = (of_first(&drawn.labelled), of_first(&drawn.pool));
        self.students = Some(StudentGroups::new(student_groups, source, examples, self.config.replicates));
        self.phase = Phase::Students;
        self.take_over();
        self.pace.restart();
        emit(Event::Report(self.report()));
        Ok(())
    }
}

impl Session {
    /// The assignment of a pool worker that trains these shards, whose examples are rows of `source`.
    async fn part(&self, mut shares: Vec<Shard>, source: &InputTable) -> Result<Assignment, Failure> {
        let mut rows: Vec<usize> =
            shares.iter().flat_map(|share| share.examples.iter().flatten()).map(|e| e.row).collect();
        rows.sort_unstable();
        rows.dedup();
        for entry in shares.iter_mut().flat_map(|share| share.examples.iter_mut().flatten()) {
            entry.row = rows.partition_point(|&row| row < entry.row);
        }
        let dimensions = self.data.dimensions;
        if shares.is_empty() {
            return Ok(Assignment { dimensions, inputs: Vec::new(), test: Vec::new(), shares });
        }
        let inputs = source.rows(&rows, &self.device).await.map_err(device_failure)?;
        Ok(Assignment { dimensions, inputs, test: self.data.inputs(Part::Test), shares })
    }

    /// Whether the students are enough work for a pool: half a second on one core, or more.
    pub(super) fn worth_sharing(&self) -> bool {
        let student = self.config.student_architecture(self.data.dimensions, self.data.classes.len());
        let students = self.config.replicates * self.arms.len();
        let step = students * self.config.student_batch * student.macs();
        !self.gpu && students > 1 && step.saturating_mul(self.config.student_steps) > WORTH_SHARING
    }
}

/// Multiply–accumulates of the students' forward passes above which a pool pays: half a second and more on one core.
const WORTH_SHARING: usize = 4_000_000_000;

/// The rows of a table `[U, H]` that a shard uses: those rows, H, and each example's place among them.
fn of_rows(table: &[f32], units: usize, places: &[usize]) -> (Vec<f32>, usize, Vec<usize>) {
    let mut rows = places.to_vec();
    rows.sort_unstable();
    rows.dedup();
    let own = rows.iter().flat_map(|&row| &table[row * units..(row + 1) * units]).copied().collect();
    (own, units, places.iter().map(|place| rows.partition_point(|row| row < place)).collect())
}

/// Most bytes of inputs that all workers of a pool hold together; where that is not enough for all, fewer share the work.
const MAX_SHARED_BYTES: usize = 256 << 20;

/// Most bytes of generated inputs of transfer sets.
const MAX_BYTES: usize = 400 << 20;

/// Whether students can learn from these transfer sets.
fn check(drawn: &Transfer, dimensions: usize) -> Result<(), Failure> {
    let settings = |message: String| Err(Failure { kind: FailureKind::Settings, message });
    if drawn.labelled.iter().any(Vec::is_empty) {
        return settings(
            "The transfer set is empty: the settings leave out every class. Keep at least one class; nothing else is lost."
                .into(),
        );
    }
    let bytes = drawn.made.as_ref().map_or(0, |split| 4 * split.len() * dimensions);
    if bytes > MAX_BYTES {
        return settings(format!(
            "The altered transfer sets would take {} MB of memory, more than the {} MB allowed. Choose a smaller \
             transfer set or pool, fewer replicates, or no mixup.",
            bytes >> 20,
            MAX_BYTES >> 20,
        ));
    }
    Ok(())
}
