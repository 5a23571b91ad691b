//! Networks, behind one interface: whatever their architecture, a stack of S of them is trained at once.
//!
//! S = R replicates × A arms. The arms of a replicate see the same inputs in the same order and start from the same
//! weights; a student alone is the stack R = A = 1, and so is a teacher. How a network lays out its parameters on the
//! device is its own affair: outside, they are a list of tensors in the order of [`Architecture::tensors`], or a
//! [`StateDict`] for each network on the host.
//!
//! A new architecture is a variant of [`Architecture`], a file here that implements `Network`, and a variant of the
//! enum behind [`Stack`].

mod activations;
mod init;
mod mlp;

pub use activations::activations;
pub use init::initial_weights;

use crate::config::Architecture;
use crate::experiment::StateDict;
use burn::tensor::{Device, ExecutionError, Tensor, Transaction};
use mlp::Mlp;
use std::ops::Range;

/// What a network computes of a batch: its logits are `z + bias`. The loss kernel adds the two, which saves a launch.
pub struct Output {
    /// Logits without the output bias, `[S, B, C]`.
    pub z: Tensor<3>,
    /// The output bias, `[S, 1, C]`.
    pub bias: Tensor<3>,
}

/// Gradient of a loss with respect to an [`Output`].
pub struct OutputGradient {
    /// With respect to the logits, `[S, B, C]`.
    pub logits: Tensor<3>,
    /// With respect to the output bias, `[S, 1, C]`: the sum of `logits` over the batch.
    pub bias: Tensor<3>,
}

/// Gradients with respect to all parameters of a stack, in the order of [`Architecture::tensors`] and laid out as the
/// parameters are.
pub struct Gradients(Vec<Tensor<3>>);

impl Gradients {
    /// The gradients as a list, parameter by parameter.
    pub fn into_values(self) -> Vec<Tensor<3>> {
        self.0
    }
}

/// A stack of networks of one architecture: what every architecture implements.
trait Network: Sized {
    /// What the backward pass needs of the forward pass.
    type Trace;

    /// S, the number of networks.
    fn len(&self) -> usize;

    /// The output for inputs `[R, B, D]`, or `[1, B, D]` for the same inputs in all replicates.
    fn forward(&self, x: &Tensor<3>) -> (Output, Self::Trace);

    /// Gradients with respect to the parameters. `at_hidden` maps ∂L/∂h of the first hidden layer to the gradient that
    /// goes on from there; it receives the activations h as well, `[S, B, H]` each.
    fn backward(
        &self,
        x: Tensor<3>,
        trace: Self::Trace,
        gradient: OutputGradient,
        at_hidden: impl FnOnce(Tensor<3>, &Tensor<3>) -> Tensor<3>,
    ) -> Vec<Tensor<3>>;

    /// Activations `[S, B, H]` of that hidden layer, counted from 0; of the last one where there are fewer.
    fn hidden(&self, x: Tensor<3>, layer: usize) -> Tensor<3>;

    /// All parameters, in the order of [`Architecture::tensors`].
    fn parameters(&self) -> &[Tensor<3>];

    /// The same, to be replaced by others of the same shapes.
    fn parameters_mut(&mut self) -> &mut Vec<Tensor<3>>;

    /// One parameter's values, read from the device, as the values of each network, `[S]`.
    fn unpack(&self, parameter: usize, values: &[f32]) -> Vec<Vec<f32>>;

    /// Inner product over all parameters of two lists laid out as the parameters are, `[S]`.
    fn inner(&self, a: &[Tensor<3>], b: &[Tensor<3>]) -> Tensor<1>;

    /// Some of the replicates.
    fn part(&self, replicates: Range<usize>) -> Self;

    /// One network.
    fn alone(&self, replicate: usize, arm: usize) -> Self;
}

/// S = R·A networks of one architecture on a device.
#[derive(Clone, Debug)]
pub struct Stack {
    architecture: Architecture,
    arms: usize,
    networks: Networks,
}

#[derive(Clone, Debug)]
enum Networks {
    Mlp(Mlp),
}

/// Calls a method of the network behind a stack.
macro_rules! on_networks {
    ($stack:expr, $networks:ident => $call:expr) => {
        match $stack {
            Networks::Mlp($networks) => $call,
        }
    };
}

impl Stack {
    /// A stack on `device` whose replicate r starts, in every arm, from `starts[r]`.
    pub fn new(architecture: &Architecture, starts: &[StateDict], arms: usize, device: &Device) -> Self {
        let networks: Vec<&StateDict> = starts.iter().flat_map(|start| std::iter::repeat_n(start, arms)).collect();
        Self::of(architecture, &networks, arms, device)
    }

    /// A stack on `device` of those networks, `[R·A]` with the arms of a replicate side by side.
    pub fn of(architecture: &Architecture, networks: &[&StateDict], arms: usize, device: &Device) -> Self {
        debug_assert!(networks.iter().all(|network| network.fits(architecture)));
        let stack = match architecture {
            Architecture::Mlp { widths } => Networks::Mlp(Mlp::new(widths, networks, arms, device)),
        };
        Self { architecture: architecture.clone(), arms, networks: stack }
    }

    /// Replaces all networks, `[R·A]`; nothing happens for an empty slice.
    pub fn replace(&mut self, networks: &[&StateDict], device: &Device) {
        if !networks.is_empty() {
            *self = Self::of(&self.architecture, networks, self.arms, device);
        }
    }

    /// The architecture of every network.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// A, the number of arms.
    pub fn arms(&self) -> usize {
        self.arms
    }

    /// S, the number of networks.
    pub fn networks(&self) -> usize {
        on_networks!(&self.networks, networks => networks.len())
    }

    /// R, the number of replicates.
    pub fn replicates(&self) -> usize {
        self.networks() / self.arms
    }

    /// Logits `[S, B, C]` for inputs `[R, B, D]`, or `[1, B, D]` for the same inputs in all replicates.
    pub fn logits(&self, x: Tensor<3>) -> Tensor<3> {
        let Output { z, bias } = on_networks!(&self.networks, networks => networks.forward(&x).0);
        z + bias
    }

    /// Activations `[S, B, H]` of that hidden layer, counted from 0; of the last one where there are fewer.
    pub fn hidden(&self, x: Tensor<3>, layer: usize) -> Tensor<3> {
        on_networks!(&self.networks, networks => networks.hidden(x, layer))
    }

    /// Forward and backward pass for inputs `[R, B, D]`. `loss` gives the gradient of the summed losses with respect to
    /// the output, and whatever else it computes. `at_hidden` maps ∂L/∂h of the first hidden layer to the gradient that
    /// goes on from there; it receives the activations h as well, `[S, B, H]` each.
    pub fn differentiate<T>(
        &self,
        x: Tensor<3>,
        loss: impl FnOnce(Output) -> (OutputGradient, T),
        at_hidden: impl FnOnce(Tensor<3>, &Tensor<3>) -> Tensor<3>,
    ) -> (T, Gradients) {
        on_networks!(&self.networks, networks => {
            let (output, trace) = networks.forward(&x);
            let (gradient, computed) = loss(output);
            (computed, Gradients(networks.backward(x, trace, gradient, at_hidden)))
        })
    }

    /// All parameters, in the order of [`Architecture::tensors`].
    pub fn parameters(&self) -> &[Tensor<3>] {
        on_networks!(&self.networks, networks => networks.parameters())
    }

    /// Replaces all parameters by what `update` makes of them. They are passed by value, so that an optimizer may write
    /// them in place.
    pub fn update(&mut self, update: impl FnOnce(Vec<Tensor<3>>) -> Vec<Tensor<3>>) {
        let parameters = on_networks!(&mut self.networks, networks => networks.parameters_mut());
        *parameters = update(std::mem::take(parameters));
    }

    /// Inner product of two gradients over all parameters of each network, `[S]`.
    pub fn inner(&self, a: &Gradients, b: &Gradients) -> Tensor<1> {
        on_networks!(&self.networks, networks => networks.inner(&a.0, &b.0))
    }

    /// The weights of every network, `[R·A]`; one read.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn to_host(&self) -> Result<Vec<StateDict>, ExecutionError> {
        self.read(self.parameters()).await
    }

    /// The gradients of every network by the names of its parameters, `[R·A]`; one read.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn gradients_to_host(&self, gradients: &Gradients) -> Result<Vec<StateDict>, ExecutionError> {
        self.read(&gradients.0).await
    }

    async fn read(&self, parameters: &[Tensor<3>]) -> Result<Vec<StateDict>, ExecutionError> {
        let all = parameters.iter().cloned().fold(Transaction::default(), Transaction::register);
        let read = all.execute_async().await?;
        let mut networks = vec![Vec::with_capacity(parameters.len()); self.networks()];
        for (parameter, data) in read.iter().enumerate() {
            let values = data.as_slice::<f32>().unwrap_or(&[]);
            let of_networks = on_networks!(&self.networks, networks => networks.unpack(parameter, values));
            networks.iter_mut().zip(of_networks).for_each(|(network, values)| network.push(values));
        }
        Ok(networks.into_iter().map(|values| StateDict::new(&self.architecture, values)).collect())
    }

    /// Some of the replicates as a stack of their own.
    pub fn part(&self, replicates: Range<usize>) -> Self {
        let networks = match &self.networks {
            Networks::Mlp(mlp) => Networks::Mlp(mlp.part(replicates)),
        };
        Self { architecture: self.architecture.clone(), arms: self.arms, networks }
    }

    /// One network as a stack of its own.
    pub fn alone(&self, replicate: usize, arm: usize) -> Self {
        let networks = match &self.networks {
            Networks::Mlp(mlp) => Networks::Mlp(mlp.alone(replicate, arm)),
        };
        Self { architecture: self.architecture.clone(), arms: 1, networks }
    }

    /// The same networks with memory of their own.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn copy(&self, device: &Device) -> Result<Self, ExecutionError> {
        let weights = self.to_host().await?;
        Ok(Self::of(&self.architecture, &weights.iter().collect::<Vec<_>>(), self.arms, device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn networks_come_back_from_a_stack_as_they_went_in() {
        let network = Architecture::mlp([3, 4, 2]);
        for (networks, arms) in [(6, 3), (2, 1), (1, 1)] {
            let all: Vec<StateDict> = (0..networks).map(|i| initial_weights(&network, 7, "test", i)).collect();
            let stack = Stack::of(&network, &all.iter().collect::<Vec<_>>(), arms, &Device::flex());
            let back = stack.to_host().now_or_never().expect("the CPU does not wait").unwrap();
            assert_eq!(back, all);
        }
    }
}
