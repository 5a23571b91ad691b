//! Inference beside the test set: over the plane, on an image that the user drew, and texts that language models write.

use crate::data::example::Form;
use crate::data::transfer::Transfer;
use crate::data::{Split, names, rng};
use crate::engine::metrics;
use crate::engine::nn::Stack;
use crate::engine::session::train_loop::device_failure;
use crate::engine::session::{Emit, Session, targets};
use crate::protocol::{Event, Failure, Regions};
use burn::tensor::{Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

/// Places along a side of the plane.
const SIDE: usize = 48;
/// Texts of each network that are shown.
const SHOWN: usize = 6;
/// Longest text, in characters.
const MAX_LENGTH: usize = 20;

impl Session {
    /// Inputs as networks take them, `[1, N, D]`.
    fn tensor(&self, split: &Split) -> Tensor<3> {
        let rows = self.data.encode(split);
        let d = self.data.dimensions;
        let n = rows.len() / d.max(1);
        Tensor::from_data(TensorData::new(rows, [1, n, d]), &self.device)
    }

    /// The teacher's logits on inputs, `[N, C]` flattened, row-major.
    async fn of_teacher(&self, x: Tensor<3>) -> Result<Vec<f32>, Failure> {
        let networks = logits(&self.teaching_stack(), x).await?;
        Ok(metrics::ensemble(&networks, self.data.classes.len()))
    }

    /// Every student's logits on inputs, `[R][A]`, each `[N, C]` flattened, row-major; empty before there are students.
    async fn of_students(&self, x: Tensor<3>, first_only: bool) -> Result<Vec<Vec<f32>>, Failure> {
        let Some(student_groups) = &self.students else { return Ok(Vec::new()) };
        let mut of_groups = Vec::new();
        for group in &student_groups.groups {
            let stack = &group.training_run.stack;
            of_groups.push(match (first_only, group.replicates.start) {
                (false, _) => logits(stack, x.clone()).await?,
                (true, 0) => logits(&stack.part(0..1), x.clone()).await?,
                (true, _) => Vec::new(),
            });
        }
        Ok(student_groups.merged_first(of_groups, if first_only { 1 } else { self.config.replicates }))
    }

    /// Probes at every evaluation: activations on the watched example, and the task's own, regions of the plane or texts.
    pub(super) async fn probe(&mut self, emit: Emit<'_>) -> Result<(), Failure> {
        self.tell_activations(emit).await?;
        match self.data.form {
            Form::Plane => emit(Event::Regions(self.regions().await?)),
            Form::Text(_) => {
                let (teacher, arms) = self.samples().await?;
                emit(Event::Samples { teacher, arms });
            }
            Form::Image(..) | Form::Numbers(_) => {}
        }
        Ok(())
    }

    async fn regions(&self) -> Result<Regions, Failure> {
        let farthest =
            self.data.test.numbers.iter().chain(&self.data.train.numbers).fold(0.0_f32, |m, v| m.max(v.abs()));
        let half = (1.05 * farthest).max(1.0);
        let at = |k: usize| half * ((2 * k + 1) as f32 / SIDE as f32 - 1.0);
        let numbers = (0..SIDE * SIDE).flat_map(|i| [at(i % SIDE), at(i / SIDE)]).collect();
        let x = self.tensor(&Split { numbers, ..Split::default() });
        let teacher = self.of_teacher(x.clone()).await?;
        let arms = self.of_students(x, true).await?.concat();
        Ok(Regions { half, side: SIDE, teacher, arms })
    }

    /// Predictions for one image, given by its grey levels.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn ask_about(&mut self, levels: Vec<u8>) -> Result<Option<Event>, Failure> {
        if !matches!(self.data.form, Form::Image(..)) || levels.len() != self.data.dimensions {
            return Ok(None);
        }
        if let (Some(worker_pool), Some(students)) = (&self.worker_pool, &mut self.students)
            && students.shared()
        {
            // Where the pool is lost, the networks are as last evaluated; the next step finds out.
            let _ = students.refresh(worker_pool, &self.device).await;
        }
        let x = self.tensor(&Split { bytes: levels, ..Split::default() });
        let teacher = self.of_teacher(x.clone()).await?;
        let students = self.of_students(x, false).await?.concat();
        Ok(Some(Event::Predicted { teacher, students }))
    }

    /// Some texts by the teacher, and by the first replicate's student of each arm. The same random draws for all: only
    /// the networks differ.
    async fn samples(&self) -> Result<(Vec<String>, Vec<Vec<String>>), Failure> {
        let words = |texts: Vec<Vec<u8>>| -> Vec<String> {
            texts.iter().map(|codes| codes.iter().map(|&code| names::character(code)).collect()).collect()
        };
        let chance = || rng::stream(self.config.seed, "samples", 0);
        let teacher = self.write(SHOWN, &mut chance(), async |x| self.of_teacher(x).await).await?;
        let mut arms = Vec::new();
        if self.students.is_some() {
            for arm in 0..self.arms.len() {
                let of_arm = async |x| Ok(self.of_students(x, true).await?.swap_remove(arm));
                arms.push(words(self.write(SHOWN, &mut chance(), of_arm).await?));
            }
        }
        Ok((words(teacher), arms))
    }

    /// So many texts, a character at a time: each is sampled from `predict`'s distribution after the characters before it, at
    /// T = 1. Without their ends.
    async fn write(
        &self,
        texts: usize,
        rng: &mut ChaCha8Rng,
        predict: impl AsyncFn(Tensor<3>) -> Result<Vec<f32>, Failure>,
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let Form::Text(context) = self.data.form else { return Ok(Vec::new()) };
        let classes = self.data.classes.len();
        let mut written: Vec<Vec<u8>> = vec![Vec::new(); texts];
        let mut open: Vec<usize> = (0..texts).collect();
        while !open.is_empty() {
            let bytes = open.iter().flat_map(|&i| names::before(&written[i], context)).collect();
            let logits = predict(self.tensor(&Split { bytes, ..Split::default() })).await?;
            let log_p = metrics::log_softmax(&logits, classes);
            let mut going_on = Vec::new();
            for (&i, log_p) in open.iter().zip(log_p.chunks_exact(classes)) {
                let code = targets::answer(log_p, rng) as u8;
                if code > 0 {
                    written[i].push(code);
                    if written[i].len() < MAX_LENGTH {
                        going_on.push(i);
                    }
                }
            }
            open = going_on;
        }
        Ok(written)
    }

    /// Transfer sets that the teacher has written: as many characters as the real ones have, of which a share of
    /// `shift_share` is the teacher's.
    pub(super) async fn written(&self, real: Transfer) -> Result<Transfer, Failure> {
        let Form::Text(context) = self.data.form else { return Ok(real) };
        let mut made = Split::default();
        let mut labelled = Vec::new();
        for (r, rows) in real.labelled.iter().enumerate() {
            let budget = (f64::from(self.config.shift_share) * rows.len() as f64).round() as usize;
            let start = made.labels.len();
            let mut rng = rng::stream(self.config.seed, "written", r);
            while made.labels.len() - start < budget {
                // A name has about seven characters, its end among them.
                let texts = ((budget + start - made.labels.len()) / 7).max(8);
                for text in self.write(texts, &mut rng, async |x| self.of_teacher(x).await).await? {
                    for at in 0..=text.len() {
                        if made.labels.len() - start < budget {
                            made.bytes.extend(names::before(&text[..at], context));
                            made.labels.push(text.get(at).copied().unwrap_or(0));
                        }
                    }
                }
            }
            for &row in rows.iter().skip(budget) {
                made.bytes.extend(&self.data.train.bytes[row * context..(row + 1) * context]);
                made.labels.push(self.labels[row]);
            }
            labelled.push((start..made.labels.len()).collect());
        }
        let pool = vec![Vec::new(); labelled.len()];
        Ok(Transfer { labels: made.labels.clone(), made: Some(made), labelled, pool })
    }
}

/// Logits of every network of a stack on inputs `[1, N, D]`, `[S]` times `[N, C]` flattened, row-major.
async fn logits(stack: &Stack, x: Tensor<3>) -> Result<Vec<Vec<f32>>, Failure> {
    let out = stack.logits(x);
    let [_, rows, c] = out.dims();
    let read = out.into_data_async().await.map_err(device_failure)?;
    Ok(read.as_slice::<f32>().unwrap_or(&[]).chunks(rows * c).map(<[f32]>::to_vec).collect())
}
