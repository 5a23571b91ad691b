//! Decomposition of a gradient: how much of a student's step comes from the soft labels and how much from the hard ones,
//! and the angle between the two.

use super::nn::Stack;
use super::trainer::{self, Batch};
use crate::experiment::GradientTerms;
use crate::losses::LossParams;
use burn::tensor::{Device, Tensor};

/// Squared norms of the soft and the hard term's gradients and their inner product, `[3, S]`, over all parameters of
/// each network. Each term has weight 1 where its weight may be above 0 at all (`asks`: the arm has a
/// teacher), so that the page can weight them itself.
pub fn measure(stack: &Stack, batch: &Batch, rows: &[LossParams], asks: &[bool], device: &Device) -> Tensor<2> {
    let only = |soft: f32, hard: f32| {
        let rows: Vec<LossParams> = rows
            .iter()
            .zip(asks)
            .map(|(row, &asks)| LossParams { soft_weight: if asks { soft } else { 0.0 }, hard_weight: hard, ..*row })
            .collect();
        trainer::gradients(stack, batch.clone(), &trainer::loss_params(&rows, device)).1
    };
    let (soft, hard) = (only(1.0, 0.0), only(0.0, 1.0));
    Tensor::stack(vec![stack.inner(&soft, &soft), stack.inner(&hard, &hard), stack.inner(&soft, &hard)], 0)
}

/// The result of [`measure`], read from the device (`[3, S]`, flattened).
pub fn read(values: &[f32]) -> Vec<GradientTerms> {
    let s = values.len() / 3;
    (0..s)
        .map(|i| {
            let (soft, hard) = (values[i].max(0.0).sqrt(), values[s + i].max(0.0).sqrt());
            let product = soft * hard;
            let cosine = if product > 0.0 { (values[2 * s + i] / product).clamp(-1.0, 1.0) } else { 0.0 };
            GradientTerms { soft, hard, cosine }
        })
        .collect()
}
