//! What can be taken away, in words: each file's name, what it is, how large it will be, and why it cannot be had yet.
//! Pure.

use crate::config::SecondTeacher;
use crate::data::example::Form;
use crate::experiment::Setup;

/// A file that can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Weights.
    Weights,
    /// Data.
    Data,
    /// NumPy script.
    EvaluateNumpy,
    /// PyTorch script.
    EvaluateTorch,
    /// Training script.
    TrainTorch,
    /// The run as JSON.
    RunJson,
    /// The run as a table.
    RunCsv,
}

impl Item {
    /// All, in the order shown.
    pub const ALL: [Self; 7] = [
        Self::Weights,
        Self::Data,
        Self::EvaluateNumpy,
        Self::EvaluateTorch,
        Self::TrainTorch,
        Self::RunJson,
        Self::RunCsv,
    ];

    /// Name of its button.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "Weights (safetensors)",
            Self::Data => "Data (safetensors)",
            Self::EvaluateNumpy => "evaluate_numpy.py",
            Self::EvaluateTorch => "evaluate_torch.py",
            Self::TrainTorch => "train_torch.py",
            Self::RunJson => "Run (JSON)",
            Self::RunCsv => "Run (CSV)",
        }
    }

    /// What it is.
    pub fn help(self) -> &'static str {
        match self {
            Self::Weights => {
                "Every network of the finished run, teacher and students, in PyTorch’s layout, with settings and measures."
            }
            Self::Data => "Training and test set, and each replicate’s transfer set, as this run uses them.",
            Self::EvaluateNumpy => "Loads weights and data, and finds the accuracies that the page shows: NumPy.",
            Self::EvaluateTorch => "The same with PyTorch.",
            Self::TrainTorch => "Trains this run in PyTorch: the same losses, networks, optimizer and transfer sets.",
            Self::RunJson => "Settings, curves, every measure and the verdict. Can be imported again.",
            Self::RunCsv => "The same as a table, a value a row.",
        }
    }

    /// Why it cannot be had; `None` when it can. `open`: the engine has a run set up; `done`: it is trained; `shown`: the
    /// results of a finished run are on screen.
    pub fn why_not(self, open: bool, done: bool, shown: bool) -> Option<&'static str> {
        match self {
            // What these are written of only the engine knows; the others the page writes alone.
            Self::Weights | Self::Data | Self::TrainTorch if !open => Some("The engine is not there yet."),
            Self::Weights if !done => Some("When the verdict is there."),
            Self::RunJson | Self::RunCsv if !shown => Some("When the verdict is there."),
            _ => None,
        }
    }

    /// Its size in bytes, roughly, where the setup tells.
    pub fn bytes(self, setup: &Setup) -> Option<usize> {
        match self {
            Self::Weights => {
                let second = match setup.config.second_teacher {
                    SecondTeacher::On => setup.teacher_parameters / setup.config.ensemble.max(1),
                    SecondTeacher::Off => 0,
                };
                let students = setup.config.replicates * setup.arms.len();
                // Names, shapes and measures of a network take some hundred bytes.
                let told = 3_000 + 600 * students;
                Some(4 * (setup.teacher_parameters + second + students * setup.student_parameters) + told)
            }
            Self::Data => {
                let each = match &setup.form {
                    Form::Image(w, h) => (w * h) as usize,
                    Form::Plane => 8,
                    Form::Numbers(columns) => 4 * columns.len(),
                    Form::Text(context) => *context,
                };
                Some((setup.teacher_examples + setup.test_examples) * (each + 2))
            }
            _ => None,
        }
    }
}

/// A size in words: `about 9.4 MB`.
pub fn size(bytes: usize) -> String {
    match bytes as f64 {
        b if b < 1e6 => format!("about {:.0} kB", (b / 1e3).max(1.0)),
        b => format!("about {:.1} MB", b / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_yet_says_so() {
        let missing = |open, done, shown| -> Vec<Item> {
            Item::ALL.into_iter().filter(|item| item.why_not(open, done, shown).is_some()).collect()
        };
        assert_eq!(missing(true, true, true), []);
        assert_eq!(missing(true, false, false), [Item::Weights, Item::RunJson, Item::RunCsv]);
    }

    #[test]
    fn a_run_and_the_scripts_that_measure_can_be_had_without_the_engine() {
        let there: Vec<_> = Item::ALL.into_iter().filter(|item| item.why_not(false, false, true).is_none()).collect();
        assert_eq!(there, [Item::EvaluateNumpy, Item::EvaluateTorch, Item::RunJson, Item::RunCsv]);
    }

    #[test]
    fn sizes_are_round() {
        assert_eq!(
            (size(900), size(52_000), size(9_430_000)),
            ("about 1 kB".into(), "about 52 kB".into(), "about 9.4 MB".into())
        );
    }
}
