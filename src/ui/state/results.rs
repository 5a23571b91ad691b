//! What a run has shown so far, kept apart from what is known of the engine.

use crate::chart::accuracy::Spread;
use crate::config::{Config, Invalidates};
use crate::experiment::{Metrics, Outcome, Setup};
use crate::ui::state::examples::Shared;

/// The teacher's logits on the whole test set.
#[derive(Clone, Debug, PartialEq)]
pub struct TestLogits {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// `[N][C]` flattened, row-major.
    pub logits: Vec<f32>,
    /// True classes, `[N]`.
    pub labels: Vec<u8>,
    /// False where the teacher has only warmed up.
    pub trained: bool,
}

/// What a run has shown so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Setup of the run they belong to.
    pub setup: Option<Shared<Setup>>,
    /// The teacher's last measurement.
    pub teacher: Option<Metrics>,
    /// Each student's last measurement, `[R][A]` flattened, row-major.
    pub students: Vec<Metrics>,
    /// The earlier teachers of a chain, those that are trained.
    pub chain: Vec<Metrics>,
    /// The independent second teacher, where there is one.
    pub second_teacher: Option<Metrics>,
    /// The teacher's accuracy (per cent) over its steps.
    pub teacher_curve: Vec<(f64, f64)>,
    /// Each arm's accuracy (per cent) over its steps.
    pub arm_curves: Vec<Vec<Spread>>,
    /// What the finished run left.
    pub outcome: Option<Shared<Outcome>>,
    /// The engine was lost before the run was over: it cannot be gone on with.
    pub interrupted: bool,
    /// Temperature, soft weight or the like were moved while the students trained.
    pub moved: bool,
}

impl Results {
    /// True of nothing, and of what a warm-up or a teacher's training has shown.
    pub fn without_students(&self) -> bool {
        self.students.is_empty() && self.outcome.is_none()
    }

    /// The settings that the results are of: those a finished run ended with, else those it was set up with.
    pub fn config<'a>(&'a self, setup: &'a Setup) -> &'a Config {
        self.outcome.as_ref().map_or(&setup.config, |outcome| &outcome.config)
    }

    /// Why the results on screen are not those of `config`; `None` when they are, or there are none.
    pub fn stale(&self, config: &Config) -> Option<Stale> {
        let run = self.setup.as_ref()?;
        if self.students.is_empty() && self.teacher.is_none() {
            return None;
        }
        let (of, least) = match &self.outcome {
            // A finished run ran with one T and one α; one under way follows the sliders.
            Some(outcome) => (&outcome.config, Invalidates::Live),
            None => (&run.config, Invalidates::Students),
        };
        match config.effect_since(of) {
            Some(Invalidates::Live) if least != Invalidates::Live => {}
            // The teacher's own results hold while only students would start again.
            Some(Invalidates::Students) if self.students.is_empty() => {}
            Some(effect) => return Some(Stale::by(config, of, effect)),
            None => {}
        }
        (self.interrupted && self.outcome.is_none()).then_some(Stale::Interrupted)
    }
}

/// Why results on screen are not those of the settings on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stale {
    /// Another temperature is looked at than this, which the distilled students learned at: the results hold.
    Temperature(f32),
    /// Settings were changed since.
    Settings(Invalidates),
    /// The engine was lost under way.
    Interrupted,
}

impl Stale {
    /// What settings that differ so from those of the results make of these.
    fn by(config: &Config, of: &Config, effect: Invalidates) -> Self {
        let mut at_their_own = config.clone();
        at_their_own.distilled.temperature = of.distilled.temperature;
        match at_their_own.effect_since(of) {
            None => Self::Temperature(of.distilled.temperature),
            Some(_) => Self::Settings(effect),
        }
    }
}
