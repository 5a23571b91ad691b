//! What every arm of a stack is to learn from, step by step.

use crate::config::{Method, Recipe, TSquared};
use crate::engine::loss::{Soft, Supervision};
use serde::{Deserialize, Serialize};

/// The arms' recipes, and where their labels stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Syllabus {
    /// `None`: hard labels.
    recipes: Vec<Option<Recipe>>,
    /// Label smoothing ε of the arms on hard labels.
    smoothing: f32,
    replicates: usize,
}

impl Syllabus {
    /// Those arms in every one of `replicates`.
    pub fn new(recipes: Vec<Option<Recipe>>, replicates: usize) -> Self {
        Self { recipes, smoothing: 0.0, replicates }
    }

    /// One arm on hard labels with that label smoothing.
    pub fn hard(smoothing: f32, replicates: usize) -> Self {
        Self { recipes: vec![None], smoothing, replicates }
    }

    /// Number of arms.
    pub fn arms(&self) -> usize {
        self.recipes.len()
    }

    /// The recipes that need a view of the teacher's answers of their own, with their arm; view 0 is the logits, view
    /// i + 1 belongs to the i-th of these.
    pub fn views(&self) -> impl Iterator<Item = (usize, &Recipe)> {
        self.recipes.iter().enumerate().filter_map(|(arm, recipe)| {
            let recipe = recipe.as_ref()?;
            matches!(recipe.method, Method::Sampled | Method::Permuted).then_some((arm, recipe))
        })
    }

    /// Arms that take hints.
    pub fn hinted(&self) -> impl Iterator<Item = usize> {
        self.recipes
            .iter()
            .enumerate()
            .filter(|(_, recipe)| recipe.as_ref().is_some_and(|r| r.method == Method::Hint))
            .map(|(arm, _)| arm)
    }

    /// True when that arm is in its hint stage.
    pub fn hints(&self, arm: usize, step: usize, steps: usize) -> bool {
        self.recipes[arm].as_ref().is_some_and(|recipe| in_hint_stage(recipe, step, steps))
    }

    /// Whether each student learns from the teacher at all, `[S]`.
    pub fn asks(&self) -> Vec<bool> {
        let asks: Vec<bool> =
            self.recipes.iter().map(|r| r.as_ref().is_some_and(|r| r.method.asks_teacher())).collect();
        asks.repeat(self.replicates)
    }

    /// True when the supervision differs from step to step.
    pub fn scheduled(&self) -> bool {
        self.recipes.iter().flatten().any(Recipe::is_scheduled)
    }

    /// The supervision of every student at a step, `[R][A]` in one row.
    pub fn rows(&self, step: usize, steps: usize) -> Vec<Supervision> {
        let arms: Vec<Supervision> = self
            .recipes
            .iter()
            .enumerate()
            .map(|(arm, recipe)| match recipe {
                None => Supervision { label_smoothing: self.smoothing, ..Supervision::HARD },
                Some(recipe) => {
                    let view = self.views().position(|(a, _)| a == arm).map_or(0, |place| place + 1);
                    supervision(recipe, view, step, steps)
                }
            })
            .collect();
        arms.repeat(self.replicates)
    }
}

fn in_hint_stage(recipe: &Recipe, step: usize, steps: usize) -> bool {
    recipe.method == Method::Hint && step < (recipe.hint_share * steps as f32).round() as usize
}

/// A recipe at one step.
fn supervision(recipe: &Recipe, view: usize, step: usize, steps: usize) -> Supervision {
    let alpha = recipe.soft_weight_at(step, steps);
    let t = recipe.temperature_at(step, steps);
    let soft = match recipe.method {
        Method::ForwardKl | Method::Permuted | Method::Hint => Soft::ForwardKl,
        Method::ReverseKl => Soft::ReverseKl,
        Method::Jsd => Soft::Jsd { beta: recipe.beta },
        Method::LogitMse => Soft::LogitMse,
        Method::Dkd => Soft::Dkd { tckd: recipe.tckd, nckd: recipe.nckd },
        Method::TopK => Soft::TeacherTopK { k: recipe.top_k },
        Method::Argmax => Soft::TeacherArgmax,
        // The shares of the answers drawn, as they are.
        Method::Sampled => return Supervision { view, ..Supervision::soft(Soft::ForwardKl, 1.0, alpha) },
        Method::Smoothing => return Supervision { label_smoothing: recipe.smoothing, ..Supervision::HARD },
    };
    let supervision =
        Supervision { t_squared: recipe.t_squared == TSquared::On, view, ..Supervision::soft(soft, t, alpha) };
    if in_hint_stage(recipe, step, steps) {
        // The hint is all there is to learn from.
        Supervision { soft_weight: 0.0, hard_weight: 0.0, ..supervision }
    } else {
        supervision
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{TemperatureSchedule, WeightSchedule};

    #[test]
    fn every_student_of_an_arm_has_its_recipe() {
        let syllabus = Syllabus::new(vec![None, Some(Recipe::of(Method::Argmax)), Some(Recipe::of(Method::Dkd))], 2);
        let rows = syllabus.rows(0, 100);
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[0], Supervision::HARD);
        assert_eq!((rows[1].soft, rows[1].soft_weight, rows[1].hard_weight), (Soft::TeacherArgmax, 1.0, 0.0));
        assert_eq!(rows[5].soft, Soft::Dkd { tckd: 1.0, nckd: 2.0 });
        assert_eq!(rows[..3], rows[3..]);
        assert_eq!(syllabus.asks(), [false, true, true, false, true, true]);
    }

    #[test]
    fn arms_with_labels_of_their_own_read_their_own_view() {
        let arms = [Method::Sampled, Method::ForwardKl, Method::Permuted].map(|m| Some(Recipe::of(m)));
        let rows = Syllabus::new(arms.to_vec(), 1).rows(0, 100);
        assert_eq!(rows.iter().map(|row| row.view).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(rows[0].temperature, 1.0, "drawn labels are not softened");
    }

    #[test]
    fn a_hint_comes_first_and_soft_labels_after_it() {
        let syllabus = Syllabus::new(vec![Some(Recipe::of(Method::Hint))], 1);
        let weights = |step| {
            let row = syllabus.rows(step, 100)[0];
            (row.soft_weight, row.hard_weight)
        };
        assert!(syllabus.hints(0, 29, 100) && !syllabus.hints(0, 30, 100));
        assert_eq!((weights(29), weights(30)), ((0.0, 0.0), (1.0, 0.0)));
    }

    #[test]
    fn schedules_act_on_the_supervision() {
        let recipe = Recipe {
            temperature_schedule: TemperatureSchedule::Linear,
            weight_schedule: WeightSchedule::Linear,
            ..Recipe::of(Method::ForwardKl)
        };
        let syllabus = Syllabus::new(vec![Some(recipe)], 1);
        assert!(syllabus.scheduled());
        let (first, last) = (syllabus.rows(0, 11)[0], syllabus.rows(10, 11)[0]);
        assert_eq!((first.temperature, first.soft_weight), (3.0, 1.0));
        assert_eq!((last.temperature, last.soft_weight, last.hard_weight), (1.0, 0.0, 1.0));
    }
}
