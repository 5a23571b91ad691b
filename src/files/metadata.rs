//! The description of a run that files of weights and data share.

use crate::config::{Arm, Config, DeviceChoice, Options};
use crate::data::example::Form;
use crate::export::Origin;
use crate::link;
use serde::Serialize;

/// How stored inputs become what networks take.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum Inputs {
    /// Grey levels 0 to 255, row by row: (x − mean) / deviation, in float64, then rounded to float32.
    Grey {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Mean grey level.
        mean: f64,
        /// Standard deviation of the grey levels.
        deviation: f64,
    },
    /// Numbers as they are: places in the plane, standardised columns of a table.
    Numbers {
        /// Names of the columns.
        columns: Vec<String>,
        /// Mean and standard deviation that each column was standardised with; none of the plane.
        moments: Vec<(f64, f64)>,
    },
    /// Numbers of characters, each of which becomes one-hot.
    Codes {
        /// Characters an example.
        context: usize,
        /// Characters there are.
        characters: usize,
    },
}

/// A run, as its files describe it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunMetadata {
    /// [`super::FORMAT`].
    pub format: u32,
    /// `weights` or `data`.
    pub kind: &'static str,
    /// The settings as a link has them: `task=moons&t=5`.
    pub link: String,
    /// The same settings, every one of them.
    pub config: Config,
    /// Names of the classes, in the order of the logits.
    pub classes: Vec<String>,
    /// How inputs become what networks take.
    pub inputs: Inputs,
    /// Examples in the test set.
    pub test_examples: usize,
    /// SHA-256 of the test set: labels, then inputs, as the data file stores them.
    pub test_sha256: String,
}

impl RunMetadata {
    /// Of the run of a payload.
    pub fn of(kind: &'static str, origin: &Origin) -> Self {
        // On which device it was computed is no setting of the run.
        let config = Config { device: DeviceChoice::Auto, ..origin.config.clone() };
        Self {
            format: super::FORMAT,
            kind,
            link: link::format(&config),
            config,
            classes: origin.classes.clone(),
            inputs: inputs(origin),
            test_examples: origin.test_examples,
            test_sha256: origin.test_sha256.clone(),
        }
    }
}

/// How the inputs of a run are scaled.
pub fn inputs(origin: &Origin) -> Inputs {
    match &origin.form {
        Form::Image(width, height) => {
            let (mean, deviation) = origin.moments.first().copied().unwrap_or((0.0, 1.0));
            Inputs::Grey { width: *width, height: *height, mean, deviation }
        }
        Form::Plane => Inputs::Numbers { columns: vec!["x".into(), "y".into()], moments: Vec::new() },
        Form::Numbers(columns) => Inputs::Numbers { columns: columns.clone(), moments: origin.moments.clone() },
        Form::Text(context) => Inputs::Codes { context: *context, characters: origin.dimensions / (*context).max(1) },
    }
}

/// A short name for each arm, its own in the run: `hard`, the method's word in a link, `distilled`; of twins the second
/// is `jsd_2`.
pub fn arm_keys(config: &Config, arms: &[Arm]) -> Vec<String> {
    let word = |arm: &Arm| match *arm {
        Arm::Hard => "hard",
        Arm::Distilled => "distilled",
        Arm::Extra(i) => config.extra_arms.get(i).map_or("arm", |supervision| supervision.method.key()),
    };
    let words: Vec<&str> = arms.iter().map(word).collect();
    let key = |(place, word): (usize, &&str)| match words[..place].iter().filter(|before| *before == word).count() {
        0 => (*word).to_string(),
        twins => format!("{word}_{}", twins + 1),
    };
    words.iter().enumerate().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Method, Supervision, Task};

    #[test]
    fn twins_among_the_arms_have_names_of_their_own() {
        let extra_arms = [Method::Argmax, Method::Jsd, Method::Argmax, Method::Jsd].map(Supervision::of).to_vec();
        let config = Config { extra_arms, ..Config::for_task(Task::Moons) };
        assert_eq!(arm_keys(&config, &config.arms()), ["hard", "argmax", "jsd", "argmax_2", "jsd_2", "distilled"]);
    }
}
