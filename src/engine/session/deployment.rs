//! One student of the finished run, to be deployed: which, and what its weights in eight bits cost.

use super::{Session, training_run};
use crate::config::Arm;
use crate::data::fingerprint::fingerprint;
use crate::data::transfer;
use crate::engine::metrics;
use crate::engine::nn::Stack;
use crate::engine::session::train_loop::device_failure;
use crate::experiment::StateDict;
use crate::export::int8::{dequantized, quantize};
use crate::export::{StudentPayload, Validation, choose};
use crate::losses::argmax;
use burn::tensor::Tensor;

/// Most training rows that students are compared on, as many as a validation set has at most.
const MAX_ROWS: usize = 2_000;
/// Rows computed in one go.
const CHUNK: usize = 500;

impl Session {
    /// The student of an arm to be deployed: of its replicates the best on training rows that it did not learn from.
    ///
    /// # Errors
    /// A sentence: nothing is trained, there is no such arm, or the device failed.
    pub(super) async fn student(&self, arm: Arm) -> Result<StudentPayload, String> {
        let trained = self.trained().await?;
        let config = &trained.origin.config;
        let (arms, classes) = (config.arms(), self.data.classes.len());
        let (Some(place), Some(view)) = (arms.iter().position(|&a| a == arm), &self.view) else {
            return Err("The run has no students of that kind: choose another in the dialog.".into());
        };
        let students: Vec<&StateDict> = trained.networks.students.iter().skip(place).step_by(arms.len()).collect();
        let validations = self.validations(&students).await?;
        let replicate = choose(&validations);
        let Some(&weights) = students.get(replicate) else {
            return Err("The run has no students of that kind: choose another in the dialog.".into());
        };
        let int8 = quantize(weights);
        let stored = dequantized(weights, &int8);
        let own = self.on_test(&[weights, &stored]).await?;
        let answers = |logits: &[f32]| logits.chunks(classes).map(argmax).collect::<Vec<usize>>();
        let changed = answers(&own[0]).iter().zip(answers(&own[1])).filter(|(a, b)| **a != *b).count();
        let labels = &self.data.test.labels;
        Ok(StudentPayload {
            train_sha256: fingerprint(&self.data.train),
            outcome: self.outcome().ok_or("The run is not over yet: press Train, and wait for the verdict.")?,
            arm,
            replicate,
            validations,
            weights: weights.clone(),
            int8_metrics: metrics::metrics(&own[1], &view.logits, &view.log_softmax, labels, classes),
            int8_changed: changed,
            int8,
            origin: trained.origin,
        })
    }

    /// What each replicate's student answers on rows of the training set that it did not learn from.
    async fn validations(&self, students: &[&StateDict]) -> Result<Vec<Validation>, String> {
        let (n, classes) = (self.data.train.len(), self.data.classes.len());
        // Every k-th row, so that all of the file is in it whatever its order.
        let rows: Vec<usize> = (0..n).step_by(n.div_ceil(MAX_ROWS).max(1)).collect();
        let architecture = self.run_networks().student;
        let stack = Stack::of(&architecture, students, 1, &self.device);
        let (logits, _) = training_run::label(&stack, &self.source, &rows, None, CHUNK, &self.device)
            .await
            .map_err(|error| device_failure(error).message)?;
        let measured = logits.iter().enumerate().map(|(replicate, logits)| {
            let mut learned = vec![false; n];
            transfer::learned_from(&self.data, &self.labels, self.final_config(), replicate)
                .into_iter()
                .for_each(|row| learned[row] = true);
            let log_p = metrics::log_softmax(logits, classes);
            let (mut examples, mut right, mut nll) = (0, 0, 0.0);
            for (at, &row) in rows.iter().enumerate().filter(|(_, row)| !learned[**row]) {
                let (of_row, label) = (at * classes..(at + 1) * classes, usize::from(self.labels[row]));
                examples += 1;
                right += usize::from(argmax(&logits[of_row.clone()]) == label);
                nll -= log_p[of_row][label];
            }
            let share = |sum: f64| if examples > 0 { sum / examples as f64 } else { 0.0 };
            Validation { examples, accuracy: share(right as f64), nll: share(nll) }
        });
        Ok(measured.collect())
    }

    /// Logits of student networks on the test set, `[N, C]` flattened (row-major) each.
    async fn on_test(&self, networks: &[&StateDict]) -> Result<Vec<Vec<f32>>, String> {
        let stack = Stack::of(&self.run_networks().student, networks, networks.len(), &self.device);
        let [_, n, d] = self.test_x.dims();
        let mut logits = vec![Vec::new(); networks.len()];
        for start in (0..n).step_by(CHUNK) {
            let x: Tensor<3> = self.test_x.clone().slice([0..1, start..(start + CHUNK).min(n), 0..d]);
            let read = stack.logits(x).into_data_async().await.map_err(|error| device_failure(error).message)?;
            let values = read.as_slice::<f32>().unwrap_or(&[]);
            for (network, part) in logits.iter_mut().zip(values.chunks((values.len() / networks.len()).max(1))) {
                network.extend_from_slice(part);
            }
        }
        Ok(logits)
    }
}
