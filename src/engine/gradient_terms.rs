//! The anatomy of a gradient: how much of a student's step comes from the soft labels and how much from the hard ones,
//! and whether the two pull the same way.

use super::loss::LossParams;
use super::network::Stack;
use super::trainer::{self, Batch, Gradients};
use crate::experiment::GradientTerms;
use burn::tensor::{Device, Tensor};

/// Squared norms of the soft and the hard term's gradients and their inner product, `[3, S]`, over all parameters of
/// each network. Each term is taken with weight 1 where its weight may be above 0 at all (`asks`: the arm has a
/// teacher), so that the page can weigh them itself.
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
    Tensor::stack(
        vec![inner(&soft, &soft, stack.arms), inner(&hard, &hard, stack.arms), inner(&soft, &hard, stack.arms)],
        0,
    )
}

/// What [`measure`] says, read back (`[3, S]` in one row).
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

/// Inner product of two gradients, network by network, `[S]`.
fn inner(a: &Gradients, b: &Gradients, arms: usize) -> Tensor<1> {
    let mut total: Option<Tensor<1>> = None;
    for (l, ((aw, ab), (bw, bb))) in a.iter().zip(b).enumerate() {
        let [s, width] = ab.dims();
        let product = aw.clone() * bw.clone();
        // The first layer holds the arms side by side: [R, D, A·H].
        let weights: Tensor<1> = if l == 0 {
            let [r, rows, _] = product.dims();
            product.reshape([r, rows, arms, width]).sum_dim(3).sum_dim(1).reshape([s])
        } else {
            product.sum_dim(2).sum_dim(1).reshape([s])
        };
        let biases: Tensor<1> = (ab.clone() * bb.clone()).sum_dim(1).reshape([s]);
        let part = weights + biases;
        total = Some(match total {
            Some(total) => total + part,
            None => part,
        });
    }
    total.unwrap_or_else(|| Tensor::zeros([0], &Device::flex()))
}
