//! A hand of a crew: trains the students that it is given, and answers ([`crate::engine::parallel::pool`]).

use crate::engine::bench::Bench;
use crate::engine::gradient_terms;
use crate::engine::network::Stack;
use crate::engine::parallel::pool::{Answer, Measured, Order, Part, Progress, Share, Told};
use crate::engine::session::eval_pass::Evaluating;
use crate::engine::session::plan;
use crate::engine::session::train_loop::ran_away;
use crate::engine::session::training_run::{Answers, Course, Source};
use burn::tensor::{Device, ExecutionError, Tensor, TensorData};

/// What a hand holds.
pub struct Hand {
    device: Device,
    courses: Vec<Course>,
    source: Source,
    /// `[1, N, D]`
    test: Tensor<3>,
    bench: Option<Bench>,
}

impl Hand {
    /// A hand with nothing to do, on the CPU.
    pub fn new(device: Device) -> Self {
        let source = Source { x: Tensor::zeros([0, 0], &device) };
        Self { courses: Vec::new(), source, test: Tensor::zeros([1, 0, 0], &device), bench: None, device }
    }

    /// Does it; the answer, where there is one.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn obey(&mut self, order: Order) -> Result<Option<Answer>, ExecutionError> {
        Ok(match order {
            Order::Take(part) => {
                self.take(part);
                None
            }
            Order::Supervise(syllabi) => {
                for (course, syllabus) in self.courses.iter_mut().zip(syllabi) {
                    course.supervise(syllabus, &self.device);
                }
                None
            }
            Order::Advance { steps, dissect } => Some(Answer::Advanced(self.advance(steps, dissect).await?)),
            Order::Measure => Some(Answer::Measured(self.measure().await?)),
            Order::Tell => Some(Answer::Told(self.weights().await?)),
            Order::Bench(spec, students) => {
                self.bench = Some(Bench::students(&spec, students, &self.device));
                Some(Answer::Ready)
            }
            Order::Run(steps) => {
                if let Some(bench) = &mut self.bench {
                    bench.run(steps).await?;
                }
                Some(Answer::Ready)
            }
        })
    }

    fn take(&mut self, part: Part) {
        let Part { dimensions: d, inputs, test, shares } = part;
        if shares.is_empty() {
            *self = Self::new(self.device.clone());
            return;
        }
        let matrix = |values: Vec<f32>| {
            let rows = values.len() / d.max(1);
            Tensor::<2>::from_data(TensorData::new(values, [rows, d]), &self.device)
        };
        (self.source, self.test) = (Source { x: matrix(inputs) }, matrix(test).unsqueeze_dim(0));
        self.courses = shares.into_iter().map(|share| share.course(&self.device)).collect();
        self.bench = None;
    }

    async fn advance(&mut self, steps: usize, dissect: bool) -> Result<Vec<Progress>, ExecutionError> {
        let mut apart = vec![None; self.courses.len()];
        for taken in 0..steps {
            let mut well = true;
            for (course, apart) in self.courses.iter_mut().zip(&mut apart) {
                if course.finished() {
                    continue;
                }
                let taken = course.advance(&self.source, dissect && taken == 0, &self.device);
                if let Some(anatomy) = taken.anatomy {
                    *apart =
                        Some(gradient_terms::read(anatomy.into_data_async().await?.as_slice::<f32>().unwrap_or(&[])));
                }
                let read = taken.losses.into_data_async().await?;
                course.losses = read.as_slice::<f32>().map(<[f32]>::to_vec).unwrap_or_default();
                well &= ran_away(&course.losses).is_none();
            }
            if !well {
                break;
            }
        }
        let progress =
            |(course, anatomy): (&Course, _)| Progress { step: course.step, losses: course.losses.clone(), anatomy };
        Ok(self.courses.iter().zip(apart).map(progress).collect())
    }

    async fn measure(&self) -> Result<Vec<Measured>, ExecutionError> {
        let stacks: Vec<&Stack> = self.courses.iter().map(|course| &course.stack).collect();
        let mut evaluating = Evaluating::new(&stacks, true, false);
        while !evaluating.complete(&self.test) {
            evaluating.advance(&stacks, &self.test);
        }
        let logits = evaluating.finish().await?;
        let weights = self.weights().await?;
        Ok(logits.into_iter().zip(weights).map(|(logits, weights)| Measured { logits, weights }).collect())
    }

    async fn weights(&self) -> Result<Vec<Vec<crate::engine::network::HostWeights>>, ExecutionError> {
        let mut all = Vec::with_capacity(self.courses.len());
        for course in &self.courses {
            all.push(course.stack.to_host().await?);
        }
        Ok(all)
    }
}

impl Told {
    /// On a device.
    pub fn answers(self, device: &Device) -> Answers {
        let matrix = |values: Vec<f32>, columns: usize| {
            let rows = values.len() / columns.max(1);
            Tensor::from_data(TensorData::new(values, [rows, columns]), device)
        };
        Answers {
            logits: matrix(self.logits, self.columns),
            hidden: self.hidden.map(|(table, units, row_of)| (matrix(table, units), row_of)),
        }
    }
}

impl Share {
    /// Its course before the first step.
    pub fn course(self, device: &Device) -> Course {
        let Self { widths, syllabus, examples, told, regime } = self;
        plan::students(&widths, syllabus, examples, told.answers(device), regime, device)
    }
}
