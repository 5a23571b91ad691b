//! How long one prediction takes on the device in use: the figure a reader would pay for a small model.

use crate::engine::network::Stack;
use crate::engine::session::Clock;
use burn::tensor::{ExecutionError, Tensor};

/// Samples of which the median is taken.
const SAMPLES: usize = 7;
/// Milliseconds a sample should last: browsers round their clocks to a tenth of one or more.
const SAMPLE_MS: f64 = 3.0;
/// Most predictions in one sample.
const MOST: usize = 512;

/// Median milliseconds of one prediction for one input `[1, 1, D]`, its answer read back.
///
/// # Errors
/// When the device fails.
pub async fn median(network: &Stack, input: &Tensor<3>, now: Clock<'_>) -> Result<f64, ExecutionError> {
    let mut repeats = 1;
    let mut samples = Vec::with_capacity(SAMPLES);
    while samples.len() < SAMPLES {
        let begun = now();
        for _ in 0..repeats {
            network.logits(input.clone()).into_data_async().await?;
        }
        let elapsed = now() - begun;
        if elapsed < SAMPLE_MS && repeats < MOST {
            repeats *= 2;
        } else {
            samples.push(elapsed / repeats as f64);
        }
    }
    samples.sort_by(f64::total_cmp);
    Ok(samples[SAMPLES / 2])
}
