//! Supervision: what one student learns from. Arms of a replicate differ in nothing else.

use super::{Config, Group, Method, OPTIONS, PARAMETERS, TSquared, Task, TemperatureSchedule, WeightSchedule};
use serde::{Deserialize, Serialize};

/// One student's supervision; arms of a replicate differ in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Arm {
    /// Hard labels: the baseline.
    Hard,
    /// One of [`Config::extra_arms`], by its place.
    #[serde(rename = "Rival")]
    Extra(usize),
    /// The student that the main controls act on: [`Config::distilled`].
    Distilled,
}

/// What one student learns from. Numbers of other methods than its own are kept, not read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supervision {
    /// The soft term, or what stands in for it.
    pub method: Method,
    /// Temperature T at the first step.
    pub temperature: f32,
    /// How T goes on.
    pub temperature_schedule: TemperatureSchedule,
    /// T at the last step of a linear schedule.
    pub temperature_end: f32,
    /// Soft weight α at the first step: weight of the soft term; the hard term has 1 − α.
    pub soft_weight: f32,
    /// How α goes on.
    pub weight_schedule: WeightSchedule,
    /// α at the last step of a linear schedule.
    pub soft_weight_end: f32,
    /// Whether the soft term is multiplied by T².
    pub t_squared: TSquared,
    /// The teacher's weight β in the mixture ([`Method::Jsd`], [`Method::JsdNormalised`]).
    pub beta: f32,
    /// Weight of the label-against-rest part ([`Method::Dkd`]).
    pub tckd: f32,
    /// Weight of the part without the label ([`Method::Dkd`]).
    pub nckd: f32,
    /// How many classes the teacher gives probabilities for ([`Method::TopK`], [`Method::TopKOther`]).
    pub top_k: usize,
    /// Labels drawn for each example ([`Method::Sampled`]).
    pub samples: usize,
    /// ε of the hard labels ([`Method::Smoothing`]).
    pub smoothing: f32,
    /// Share of the steps that imitate the hidden layer ([`Method::Hint`]).
    pub hint_share: f32,
}

impl Supervision {
    /// What the teachers of a chain (born-again generations, teacher assistants) learn from the one before: soft
    /// labels at T = 3 alone, whatever the students' sliders are at, so that a link holds the whole run.
    pub fn of_chain() -> Self {
        Self::of(Method::ForwardKl)
    }

    /// The default supervision of a method.
    pub fn of(method: Method) -> Self {
        Self {
            method,
            temperature: 3.0,
            temperature_schedule: TemperatureSchedule::Constant,
            temperature_end: 1.0,
            soft_weight: 1.0,
            weight_schedule: WeightSchedule::Constant,
            soft_weight_end: 0.0,
            t_squared: TSquared::On,
            beta: 0.5,
            tckd: 1.0,
            nckd: 2.0,
            top_k: 3,
            samples: 1,
            smoothing: 0.1,
            hint_share: 0.3,
        }
    }

    /// Temperature at a step, of so many steps in all.
    pub fn temperature_at(&self, step: usize, steps: usize) -> f32 {
        match self.temperature_schedule {
            TemperatureSchedule::Constant => self.temperature,
            TemperatureSchedule::Linear => line(self.temperature, self.temperature_end, step, steps),
        }
    }

    /// Soft weight at a step, of so many steps in all.
    pub fn soft_weight_at(&self, step: usize, steps: usize) -> f32 {
        match self.weight_schedule {
            WeightSchedule::Constant => self.soft_weight,
            WeightSchedule::Linear => line(self.soft_weight, self.soft_weight_end, step, steps),
        }
    }

    /// True where the teacher counts for nothing at any step.
    pub fn without_teacher(&self) -> bool {
        let at_the_end = self.weight_schedule == WeightSchedule::Constant || self.soft_weight_end == 0.0;
        !self.method.asks_teacher() || (self.soft_weight == 0.0 && at_the_end)
    }

    /// True when its supervision changes from step to step.
    pub fn is_scheduled(&self) -> bool {
        self.temperature_schedule == TemperatureSchedule::Linear
            || self.weight_schedule == WeightSchedule::Linear
            || self.method == Method::Hint
    }

    /// True when a student under way cannot go on after a change from `before` to this.
    pub fn restarts(&self, before: &Self) -> bool {
        let prepared = |r: &Self| (r.method, r.samples, r.hint_share.to_bits());
        let needed = self.method.needs_preparation() || before.method.needs_preparation();
        needed && prepared(self) != prepared(before)
    }

    /// One or two words: `Argmax`, `Soft-label`, `Top-3`.
    pub fn short(&self) -> String {
        match self.method {
            Method::TopK => format!("Top-{}", self.top_k),
            Method::TopKOther => format!("Top-{}-and-rest", self.top_k),
            method => method.short_name().into(),
        }
    }

    /// What else decides it, for telling twins apart: `T 4, α 0.5`.
    pub fn details(&self) -> String {
        self.parts().join(", ")
    }

    /// What sets it apart from another of the same method; empty beside one of another method, and beside its like.
    pub fn apart_from(&self, other: &Self) -> String {
        if self.method != other.method {
            return String::new();
        }
        let (own, others) = (self.parts(), other.parts());
        own.into_iter().filter(|part| !others.contains(part)).collect::<Vec<_>>().join(", ")
    }

    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if self.method.has_temperature() {
            let end = match self.temperature_schedule {
                TemperatureSchedule::Linear => format!(" to {}", self.temperature_end),
                TemperatureSchedule::Constant => String::new(),
            };
            parts.push(format!("T {}{end}", self.temperature));
            if self.t_squared == TSquared::Off {
                parts.push("no T²".into());
            }
        }
        if self.method.asks_teacher() {
            let end = match self.weight_schedule {
                WeightSchedule::Linear => format!(" to {}", self.soft_weight_end),
                WeightSchedule::Constant => String::new(),
            };
            parts.push(format!("α {}{end}", self.soft_weight));
        }
        let scratch = Config { distilled: self.clone(), ..Config::default() };
        for parameter in PARAMETERS.iter().filter(|parameter| self.method.own_parameters().contains(&parameter.key)) {
            parts.push(match (parameter.key, self.samples) {
                // The parameter's name and unit say it twice.
                ("samples", 1) => "1 answer an example".into(),
                ("samples", n) => format!("{n} answers an example"),
                _ => format!("{} {}", parameter.name.to_lowercase(), parameter.show((parameter.get)(&scratch))),
            });
        }
        parts
    }

    /// How often the teacher is asked for labels of so many examples.
    pub fn queries(&self, examples: usize) -> usize {
        match self.method {
            Method::Sampled => self.samples * examples,
            method if method.asks_teacher() => examples,
            _ => 0,
        }
    }

    /// Whether a setting of that key belongs to the supervision of one arm.
    pub fn owns(key: &str) -> bool {
        PARAMETERS.iter().any(|parameter| parameter.key == key && parameter.group == Group::Supervision)
            || OPTIONS.iter().any(|setting| setting.key == key && setting.group == Group::Supervision)
    }
}

impl Default for Supervision {
    fn default() -> Self {
        Config::for_task(Task::Fashion).distilled
    }
}

fn line(from: f32, to: f32, step: usize, steps: usize) -> f32 {
    let last = steps.saturating_sub(1).max(1) as f32;
    from + (to - from) * (step as f32 / last).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_schedule_goes_from_its_start_to_its_end() {
        let supervision = Supervision {
            temperature: 5.0,
            temperature_schedule: TemperatureSchedule::Linear,
            weight_schedule: WeightSchedule::Linear,
            ..Supervision::of(Method::ForwardKl)
        };
        assert_eq!((supervision.temperature_at(0, 101), supervision.temperature_at(100, 101)), (5.0, 1.0));
        assert_eq!(supervision.temperature_at(50, 101), 3.0);
        assert_eq!((supervision.soft_weight_at(0, 101), supervision.soft_weight_at(100, 101)), (1.0, 0.0));
        let constant = Supervision::of(Method::ForwardKl);
        assert_eq!(constant.temperature_at(77, 101), 3.0);
    }

    #[test]
    fn default_supervision_equals_the_table_of_parameters() {
        let of_table = Config::default().distilled;
        assert_eq!(of_table, Supervision::of(Method::ForwardKl));
    }

    #[test]
    fn twins_are_distinguished_by_their_details() {
        let plain = Supervision::of(Method::ForwardKl);
        let other = Supervision {
            temperature_schedule: TemperatureSchedule::Linear,
            weight_schedule: WeightSchedule::Linear,
            t_squared: TSquared::Off,
            ..plain.clone()
        };
        assert_eq!((plain.details().as_str(), other.details().as_str()), ("T 3, α 1", "T 3 to 1, no T², α 1 to 0"));
        let sampled = [1, 8].map(|samples| Supervision { samples, ..Supervision::of(Method::Sampled) }.details());
        assert_eq!(sampled, ["α 1, 1 answer an example", "α 1, 8 answers an example"]);
    }

    #[test]
    fn an_extra_arm_of_the_distilled_method_is_named_by_what_differs() {
        let mut config = Config::default();
        config.extra_arms = vec![Supervision { soft_weight: 0.5, ..config.distilled.clone() }];
        assert_eq!(config.arm_name(crate::config::Arm::Extra(0)), "Soft-label student (α 0.5)");
        config.extra_arms = vec![config.distilled.clone()];
        assert_eq!(config.arm_name(crate::config::Arm::Extra(0)), "Soft-label student");
    }

    #[test]
    fn only_what_was_made_beforehand_makes_students_start_again() {
        let a = Supervision::of(Method::ForwardKl);
        assert!(!Supervision { temperature: 9.0, method: Method::Jsd, ..a.clone() }.restarts(&a));
        assert!(Supervision { method: Method::Sampled, ..a.clone() }.restarts(&a));
        let sampled = Supervision::of(Method::Sampled);
        assert!(Supervision { samples: 4, ..sampled.clone() }.restarts(&sampled));
        assert!(!Supervision { temperature: 4.0, ..sampled.clone() }.restarts(&sampled));
    }
}
