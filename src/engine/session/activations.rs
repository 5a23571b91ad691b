//! How teacher and distilled student compute one of the chosen examples, for the page to draw.

use crate::config::Arm;
use crate::engine::nn::{Stack, activations};
use crate::engine::session::train_loop::device_failure;
use crate::engine::session::{Emit, Session};
use crate::experiment::{Activations, NetworkActivations};
use crate::protocol::{Event, Failure};

impl Session {
    /// From now on every evaluation brings the activations on that one of the chosen examples, by its place; `None` ends
    /// it. Those of the networks as they are come at once.
    ///
    /// # Errors
    /// When the device fails.
    pub async fn watch(&mut self, example: Option<usize>, emit: Emit<'_>) -> Result<(), Failure> {
        self.watched = example;
        self.tell_activations(emit).await
    }

    /// The activations on the watched example, where there is one and the teacher has begun to learn.
    pub(super) async fn tell_activations(&self, emit: Emit<'_>) -> Result<(), Failure> {
        let Some((place, example)) = self.watched.and_then(|place| Some((place, self.examples.get(place)?))) else {
            return Ok(());
        };
        let (at, d) = (example.index, self.data.dimensions);
        let x = self.test_x.clone().slice([0..1, at..at + 1, 0..d]);
        let read = x.into_data_async().await.map_err(device_failure)?;
        let x = read.as_slice::<f32>().unwrap_or(&[]);
        let teacher = of(&self.teaching_stack().alone(0, 0), x).await?;
        let distilled = self.arms.iter().position(|&arm| arm == Arm::Distilled);
        let mut student = None;
        for group in self.students.iter().flat_map(|students| &students.groups) {
            let place = group.arms.iter().position(|&arm| Some(arm) == distilled);
            if let Some(place) = place.filter(|_| group.replicates.start == 0) {
                student = Some(of(&group.training_run.stack.alone(0, place), x).await?);
            }
        }
        emit(Event::Activations(Activations { example: place, teacher, student }));
        Ok(())
    }
}

/// The only network of a stack on one input.
async fn of(stack: &Stack, x: &[f32]) -> Result<NetworkActivations, Failure> {
    let networks = stack.to_host().await.map_err(device_failure)?;
    Ok(networks.first().map(|network| activations(stack.architecture(), network, x)).unwrap_or_default())
}
