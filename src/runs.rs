//! Finished runs as they are kept: enough to distinguish one from others, to open its settings and to lay its curves over later
//! ones. Pure; where it is kept is the page's business.
//!
//! A record is a version byte and postcard behind it. What is of another version, or broken, is no run: it is skipped.

use crate::config::{Arm, Config, DeviceChoice, OPTIONS, Options, PARAMETERS, Supervision, Task};
use crate::experiment::Outcome;
use crate::lab::number_format::per_cent;
use crate::lab::verdict::{Finding, Verdict, arm_values, judge, mean};
use crate::link;
use serde::{Deserialize, Serialize};

/// Raised whenever a record changes shape.
const VERSION: u8 = 1;
/// Most runs that are kept; the oldest go.
pub const MAX: usize = 50;
/// Differing settings that are named before the rest is only counted.
const MAX_NAMED: usize = 6;

/// One measurement of an arm, in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Step at which it was measured.
    pub step: f32,
    /// Mean over the replicates.
    pub mean: f32,
    /// Lowest replicate.
    pub low: f32,
    /// Highest replicate.
    pub high: f32,
}

/// What is kept of one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptArm {
    /// Which.
    pub arm: Arm,
    /// Its name in the table of results.
    pub name: String,
    /// Mean test accuracy at the end, per cent.
    pub accuracy: f32,
    /// Its accuracy over its steps.
    pub curve: Vec<Point>,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedRun {
    /// When it was over, in milliseconds since 1970; identifies the run.
    pub at: f64,
    /// Its settings, as a link has them.
    pub link: String,
    /// Seconds of training.
    pub seconds: f32,
    /// The teacher's test accuracy, per cent.
    pub teacher: f32,
    /// The arms in their order.
    pub arms: Vec<KeptArm>,
    /// The finding, where there were replicates enough.
    pub finding: Option<Finding>,
    /// The verdict's sentence and its interval; empty without one.
    pub sentence: String,
}

impl SavedRun {
    /// What is kept of a run that ended at `at`; `curves` are those of its arms, in their order.
    pub fn of(outcome: &Outcome, curves: Vec<Vec<Point>>, at: f64) -> Self {
        let (config, evaluation) = (&outcome.config, &outcome.evaluation);
        let arms = config.arms();
        let mut curves = curves.into_iter();
        let kept = |&arm: &Arm| {
            let values = arm_values(&evaluation.students, &arms, arm, |m| 100.0 * m.accuracy);
            let curve = curves.next().unwrap_or_default();
            KeptArm { arm, name: config.arm_name(arm), accuracy: mean(&values) as f32, curve }
        };
        let kept = arms.iter().map(kept).collect();
        let (finding, sentence) = match judge(outcome) {
            Some(Verdict { finding, sentence, scope, .. }) => (Some(finding), format!("{sentence} {scope}")),
            None => (None, String::new()),
        };
        Self {
            at,
            link: link::format(config),
            seconds: outcome.seconds as f32,
            teacher: (100.0 * evaluation.teacher.accuracy) as f32,
            arms: kept,
            finding,
            sentence,
        }
    }

    /// The record that is stored.
    pub fn encode(&self) -> Vec<u8> {
        // What is made of numbers, strings and lists alone can always be written.
        let body = postcard::to_allocvec(self).unwrap_or_default();
        [vec![VERSION], body].concat()
    }

    /// The run of a record; `None` of one that this version cannot read.
    pub fn decode(record: &[u8]) -> Option<Self> {
        match record.split_first() {
            Some((&VERSION, body)) => postcard::from_bytes(body).ok().filter(|run: &Self| run.at.is_finite()),
            _ => None,
        }
    }

    /// Its task, and how it differs from the task's usual run: `Fashion-MNIST: temperature 5.0, label noise 30 %`.
    pub fn settings(&self) -> String {
        let config = link::parse(&self.link).config;
        let mut words = differences(&config);
        let more = words.len().saturating_sub(MAX_NAMED);
        words.truncate(MAX_NAMED);
        let words = if words.is_empty() { "as it comes".into() } else { words.join(", ") };
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}: {words}{more}", config.task.label())
    }

    /// The steps that its curves reach.
    pub fn steps(&self) -> f64 {
        let last = self.arms.iter().filter_map(|arm| arm.curve.last());
        last.map(|point| f64::from(point.step)).fold(0.0, f64::max)
    }

    /// The accuracies as text: `hard-label student 74.1 %, distilled student 79.9 %; teacher 86.0 %`.
    pub fn accuracies(&self) -> String {
        let arm = |arm: &KeptArm| format!("{} {}", inline(&arm.name), per_cent(arm.accuracy.into()));
        let arms: Vec<String> = self.arms.iter().map(arm).collect();
        format!("{}; teacher {}", arms.join(", "), per_cent(self.teacher.into()))
    }
}

/// A name as it stands within a sentence: `hard-label student`, but `JSD student`.
pub fn inline(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => name.to_string(),
    }
}

/// A list within a sentence: `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => words.concat(),
    }
}

/// What of these settings is not the task's default, each in a few words; the device is of no account.
pub fn differences(config: &Config) -> Vec<String> {
    let plain = Config::for_task(config.task);
    let mut words = Vec::new();
    // What is rare comes first: it is what tells a run from others, and the last may have to go.
    if !config.assistants.is_empty() {
        let widths: Vec<String> = config.assistants.iter().map(ToString::to_string).collect();
        words.push(format!("teacher assistants of {} units", listed(&widths)));
    }
    match config.left_out.len() {
        0 => {}
        1 => words.push("one class left out".into()),
        n => words.push(format!("{n} classes left out")),
    }
    match config.added.len() {
        0 => {}
        1 => words.push("one point added".into()),
        n => words.push(format!("{n} points added")),
    }
    if config.extra_arms != plain.extra_arms {
        // Each name once: twins differ in what there is no room for.
        let mut names: Vec<(String, usize)> = Vec::new();
        for name in config.extra_arms.iter().map(Supervision::short) {
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => names.push((name, 1)),
            }
        }
        let counted = |(name, count): (String, usize)| if count > 1 { format!("{count} × {name}") } else { name };
        let names: Vec<String> = names.into_iter().map(counted).collect();
        words.push(match config.extra_arms.len() {
            0 => "no further arms".into(),
            1 => format!("further arm {}", listed(&names)),
            _ => format!("further arms {}", listed(&names)),
        });
    }
    for parameter in PARAMETERS {
        let value = parameter.snap((parameter.get)(config));
        if (value - (parameter.default)(config.task)).abs() > 1e-9 {
            let (name, value) = (inline(parameter.name), parameter.show(value));
            // “student steps 100”, not “100 steps”.
            let bare = value
                .strip_suffix(parameter.unit)
                .filter(|_| !parameter.unit.is_empty() && name.ends_with(parameter.unit));
            words.push(format!("{name} {}", bare.unwrap_or(&value).trim_end()));
        }
    }
    let slots = OPTIONS.iter().filter(|slot| slot.key != DeviceChoice::KEY);
    for slot in slots.filter(|slot| (slot.get)(config) != (slot.get)(&plain)) {
        words.push(format!("{} {}", inline(slot.name), inline((slot.label)(config))));
    }
    words
}

/// A list with another run in it, the newest first and [`MAX`] at most, and the times of those that had to go.
pub fn with(mut runs: Vec<SavedRun>, more: Vec<SavedRun>) -> (Vec<SavedRun>, Vec<f64>) {
    runs.extend(more);
    runs.sort_by(|a, b| b.at.total_cmp(&a.at));
    runs.dedup_by(|a, b| a.at == b.at);
    let gone = runs.split_off(runs.len().min(MAX));
    (runs, gone.into_iter().map(|run| run.at).collect())
}

/// The time under which a run that is over now is kept, in milliseconds since 1970: after every other, so that a clock that was
/// set back does not make the newest run the oldest.
pub fn time_after(now: f64, others: impl Iterator<Item = f64>) -> f64 {
    others.fold(now, |time, other| if other >= time { other + 1.0 } else { time })
}

/// What a finding is called, shortly.
pub fn finding(finding: Option<Finding>) -> &'static str {
    match finding {
        Some(Finding::Gain) => "Gain",
        Some(Finding::NoSignificantGain) => "Not significant",
        Some(Finding::Loss) => "Loss",
        None => "No verdict",
    }
}

/// True where the two runs are of one task, so that their accuracies mean the same.
pub fn same_task(run: &SavedRun, task: Task) -> bool {
    link::parse(&run.link).config.task == task
}

#[cfg(test)]
mod tests;
