//! What every arm of a stack is to learn from, step by step.

use crate::config::{Method, Supervision, Targets};
use crate::losses::LossParams;
use serde::{Deserialize, Serialize};

/// Supervision of every arm of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupSupervision {
    /// `None`: hard labels.
    supervisions: Vec<Option<Supervision>>,
    /// Label smoothing ε of the arms on hard labels.
    smoothing: f32,
    replicates: usize,
}

impl GroupSupervision {
    /// These arms in each of `replicates`.
    pub fn new(supervisions: Vec<Option<Supervision>>, replicates: usize) -> Self {
        Self { supervisions, smoothing: 0.0, replicates }
    }

    /// One arm on hard labels with that label smoothing.
    pub fn hard(smoothing: f32, replicates: usize) -> Self {
        Self { supervisions: vec![None], smoothing, replicates }
    }

    /// Number of arms.
    pub fn arms(&self) -> usize {
        self.supervisions.len()
    }

    /// The supervisions that need a target variant of their own, with their arm; variant 0 is the logits, variant i + 1
    /// belongs to the i-th of these.
    pub fn variants(&self) -> impl Iterator<Item = (usize, &Supervision)> {
        self.supervisions.iter().enumerate().filter_map(|(arm, supervision)| {
            let supervision = supervision.as_ref()?;
            has_own_targets(supervision.method).then_some((arm, supervision))
        })
    }

    /// Arms that take hints.
    pub fn hinted(&self) -> impl Iterator<Item = usize> {
        self.supervisions
            .iter()
            .enumerate()
            .filter(|(_, supervision)| supervision.as_ref().is_some_and(|r| r.method == Method::Hint))
            .map(|(arm, _)| arm)
    }

    /// True when that arm is in its hint stage.
    pub fn hints(&self, arm: usize, step: usize, steps: usize) -> bool {
        self.supervisions[arm].as_ref().is_some_and(|supervision| in_hint_stage(supervision, step, steps))
    }

    /// Whether each student learns from the teacher at all, `[S]`.
    pub fn asks(&self) -> Vec<bool> {
        let asks: Vec<bool> =
            self.supervisions.iter().map(|r| r.as_ref().is_some_and(|r| r.method.asks_teacher())).collect();
        asks.repeat(self.replicates)
    }

    /// True when the supervision differs from step to step.
    pub fn scheduled(&self) -> bool {
        self.supervisions.iter().flatten().any(Supervision::is_scheduled)
    }

    /// The loss parameters of every student at a step, `[R·A]`.
    pub fn rows(&self, step: usize, steps: usize) -> Vec<LossParams> {
        let arms: Vec<LossParams> = self
            .supervisions
            .iter()
            .enumerate()
            .map(|(arm, supervision)| match supervision {
                None => LossParams { label_smoothing: self.smoothing, ..LossParams::HARD },
                Some(supervision) => {
                    let variant = self.variants().position(|(a, _)| a == arm).map_or(0, |place| place + 1);
                    loss_params(supervision, variant, step, steps)
                }
            })
            .collect();
        arms.repeat(self.replicates)
    }
}

/// True for methods whose targets are made from the teacher's logits before training.
fn has_own_targets(method: Method) -> bool {
    match method.targets() {
        Targets::Sampled | Targets::Permuted => true,
        Targets::Distribution
        | Targets::Logits
        | Targets::TopK
        | Targets::Argmax
        | Targets::Hint
        | Targets::HardLabels
        | Targets::AllLabels => false,
    }
}

fn in_hint_stage(supervision: &Supervision, step: usize, steps: usize) -> bool {
    supervision.method == Method::Hint && step < (supervision.hint_share * steps as f32).round() as usize
}

/// The loss of an arm at one step.
fn loss_params(supervision: &Supervision, variant: usize, step: usize, steps: usize) -> LossParams {
    let (t, alpha) = (supervision.temperature_at(step, steps), supervision.soft_weight_at(step, steps));
    let loss_params = LossParams { variant, ..LossParams::of(supervision, t, alpha) };
    if in_hint_stage(supervision, step, steps) {
        // The hint is all that is learned from.
        LossParams { soft_weight: 0.0, hard_weight: 0.0, ..loss_params }
    } else {
        loss_params
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{TemperatureSchedule, WeightSchedule};
    use crate::losses::Soft;

    #[test]
    fn every_student_of_an_arm_has_its_supervision() {
        let group_supervision = GroupSupervision::new(
            vec![None, Some(Supervision::of(Method::Argmax)), Some(Supervision::of(Method::Dkd))],
            2,
        );
        let rows = group_supervision.rows(0, 100);
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[0], LossParams::HARD);
        assert_eq!((rows[1].soft, rows[1].soft_weight, rows[1].hard_weight), (Soft::TeacherArgmax, 1.0, 0.0));
        assert_eq!(rows[5].soft, Soft::Dkd { tckd: 1.0, nckd: 2.0 });
        assert_eq!(rows[..3], rows[3..]);
        assert_eq!(group_supervision.asks(), [false, true, true, false, true, true]);
    }

    #[test]
    fn arms_with_targets_of_their_own_read_their_own_variant() {
        let arms = [Method::Sampled, Method::ForwardKl, Method::Permuted].map(|m| Some(Supervision::of(m)));
        let rows = GroupSupervision::new(arms.to_vec(), 1).rows(0, 100);
        assert_eq!(rows.iter().map(|row| row.variant).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(rows[0].temperature, 1.0, "drawn labels are not softened");
    }

    #[test]
    fn a_hint_comes_first_and_soft_labels_after_it() {
        let group_supervision = GroupSupervision::new(vec![Some(Supervision::of(Method::Hint))], 1);
        let weights = |step| {
            let row = group_supervision.rows(step, 100)[0];
            (row.soft_weight, row.hard_weight)
        };
        assert!(group_supervision.hints(0, 29, 100) && !group_supervision.hints(0, 30, 100));
        assert_eq!((weights(29), weights(30)), ((0.0, 0.0), (1.0, 0.0)));
    }

    #[test]
    fn schedules_act_on_the_supervision() {
        let supervision = Supervision {
            temperature_schedule: TemperatureSchedule::Linear,
            weight_schedule: WeightSchedule::Linear,
            ..Supervision::of(Method::ForwardKl)
        };
        let group_supervision = GroupSupervision::new(vec![Some(supervision)], 1);
        assert!(group_supervision.scheduled());
        let (first, last) = (group_supervision.rows(0, 11)[0], group_supervision.rows(10, 11)[0]);
        assert_eq!((first.temperature, first.soft_weight), (3.0, 1.0));
        assert_eq!((last.temperature, last.soft_weight, last.hard_weight), (1.0, 0.0, 1.0));
    }
}
