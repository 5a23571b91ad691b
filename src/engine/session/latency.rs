//! How long one prediction takes on the device in use: the figure a user would pay for a small model.

use crate::engine::nn::Stack;
use crate::engine::session::Clock;
use burn::tensor::{ExecutionError, Tensor};

/// Samples of which the median is taken.
const SAMPLES: usize = 11;
/// Milliseconds a sample should last: browsers round their clocks to a tenth of one or more.
const SAMPLE_MS: f64 = 3.0;
/// Most predictions in one sample.
const MAX: u32 = 512;

/// Median milliseconds of one prediction by each of two networks for one input `[1, 1, D]`, its answer read back. They take
/// turns, so that what else the device does meanwhile is no one's advantage.
///
/// # Errors
/// When the device fails.
pub async fn medians(networks: [&Stack; 2], input: &Tensor<3>, now: Clock<'_>) -> Result<[f64; 2], ExecutionError> {
    let mut repeats = [1_u32; 2];
    let mut samples = [const { Vec::new() }; 2];
    while samples.iter().any(|samples| samples.len() < SAMPLES) {
        for ((network, repeats), samples) in networks.into_iter().zip(&mut repeats).zip(&mut samples) {
            let begun = now();
            for _ in 0..*repeats {
                network.logits(input.clone()).into_data_async().await?;
            }
            let elapsed = now() - begun;
            if elapsed < SAMPLE_MS && *repeats < MAX {
                *repeats *= 2;
            } else {
                samples.push(elapsed / f64::from(*repeats));
            }
        }
    }
    Ok(samples.map(|mut samples| {
        samples.sort_by(f64::total_cmp);
        samples[samples.len() / 2]
    }))
}
