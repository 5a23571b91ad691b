//! Exported files as text: name, description, size, and why a file is not available. Pure.

use crate::config::SecondTeacher;
use crate::data::example::Form;
use crate::experiment::Setup;

/// A file that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportItem {
    /// One student for deployment (an archive of ONNX models, programs that predict, and a model card).
    Student,
    /// Weights of all networks (safetensors).
    Weights,
    /// Training, test and transfer sets (safetensors).
    Data,
    /// Evaluation script for NumPy.
    EvaluateNumpy,
    /// Evaluation script for PyTorch.
    EvaluateTorch,
    /// Training script for PyTorch.
    TrainTorch,
    /// The run as JSON.
    RunJson,
    /// The run as CSV.
    RunCsv,
}

impl ExportItem {
    /// All files, in the order shown.
    pub const ALL: [Self; 8] = [
        Self::Student,
        Self::Weights,
        Self::Data,
        Self::EvaluateNumpy,
        Self::EvaluateTorch,
        Self::TrainTorch,
        Self::RunJson,
        Self::RunCsv,
    ];

    /// Label of its button.
    pub fn name(self) -> &'static str {
        match self {
            Self::Student => "Student for deployment (zip)",
            Self::Weights => "Weights (safetensors)",
            Self::Data => "Data (safetensors)",
            Self::EvaluateNumpy => "evaluate_numpy.py",
            Self::EvaluateTorch => "evaluate_torch.py",
            Self::TrainTorch => "train_torch.py",
            Self::RunJson => "Run (JSON)",
            Self::RunCsv => "Run (CSV)",
        }
    }

    /// Description.
    pub fn help(self) -> &'static str {
        match self {
            Self::Student => {
                "One student to use elsewhere: ONNX models (one with int8 weights), predict.py, predict.js and a model card. \
                 Of its replicates the best on training rows that it did not learn from."
            }
            Self::Weights => {
                "Every network of the finished run, teacher and students, in PyTorch’s layout, with settings and measures."
            }
            Self::Data => "Training and test set, and each replicate’s transfer set, as this run uses them.",
            Self::EvaluateNumpy => "Loads weights and data, and computes the accuracies on the page again, with NumPy.",
            Self::EvaluateTorch => "The same with PyTorch.",
            Self::TrainTorch => "Trains this run in PyTorch: the same losses, networks, optimizer and transfer sets.",
            Self::RunJson => "Settings, curves, every measure and the verdict. Can be imported again.",
            Self::RunCsv => "The same as a table, one value per row.",
        }
    }

    /// Why the file is not available; `None` when it is. `open`: the engine has a run set up; `done`: that run is
    /// trained; `shown`: results of a finished run are on screen.
    pub fn unavailable_reason(self, open: bool, done: bool, shown: bool) -> Option<&'static str> {
        match self {
            // These need the engine's data; the page writes the others by itself.
            Self::Student | Self::Weights | Self::Data | Self::TrainTorch if !open => {
                Some("The engine is not ready yet.")
            }
            Self::Student | Self::Weights if !done => Some("Available after the verdict."),
            Self::RunJson | Self::RunCsv if !shown => Some("Available after the verdict."),
            _ => None,
        }
    }

    /// Estimated size in bytes; `None` where the setup does not determine it.
    pub fn bytes(self, setup: &Setup) -> Option<usize> {
        match self {
            Self::Student => {
                // Float32, eight bits, float32 in base64; then the programs and the card.
                let weights =
                    4 * setup.student_parameters + setup.student_parameters + 16 * setup.student_parameters / 3;
                Some(weights + 25_000)
            }
            Self::Weights => {
                let second = match setup.config.second_teacher {
                    SecondTeacher::On => setup.teacher_parameters / setup.config.ensemble.max(1),
                    SecondTeacher::Off => 0,
                };
                let students = setup.config.replicates * setup.arms.len();
                // Names, shapes and metrics of a network take some hundred bytes.
                let header = 3_000 + 600 * students;
                Some(4 * (setup.teacher_parameters + second + students * setup.student_parameters) + header)
            }
            Self::Data => {
                let bytes_per_example = match &setup.form {
                    Form::Image(w, h) => (w * h) as usize,
                    Form::Plane => 8,
                    Form::Numbers(columns) => 4 * columns.len(),
                    Form::Text(context) => *context,
                };
                Some((setup.teacher_examples + setup.test_examples) * (bytes_per_example + 2))
            }
            _ => None,
        }
    }
}

/// A size in bytes as text: `about 9.4 MB`.
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
    fn unavailable_files_have_a_reason() {
        let missing = |open, done, shown| -> Vec<ExportItem> {
            ExportItem::ALL.into_iter().filter(|item| item.unavailable_reason(open, done, shown).is_some()).collect()
        };
        assert_eq!(missing(true, true, true), []);
        assert_eq!(
            missing(true, false, false),
            [ExportItem::Student, ExportItem::Weights, ExportItem::RunJson, ExportItem::RunCsv]
        );
    }

    #[test]
    fn runs_and_evaluation_scripts_need_no_engine() {
        let available: Vec<_> =
            ExportItem::ALL.into_iter().filter(|item| item.unavailable_reason(false, false, true).is_none()).collect();
        assert_eq!(
            available,
            [ExportItem::EvaluateNumpy, ExportItem::EvaluateTorch, ExportItem::RunJson, ExportItem::RunCsv]
        );
    }

    #[test]
    fn sizes_are_rounded() {
        assert_eq!(
            (size(900), size(52_000), size(9_430_000)),
            ("about 1 kB".into(), "about 52 kB".into(), "about 9.4 MB".into())
        );
    }
}
