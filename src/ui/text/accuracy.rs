//! Accuracies as text: the chart's caption, the warning about small test sets, the figure in a verdict. Pure.

use crate::config::{Arm, thousands};
use crate::lab::number_format::{per_cent, share};
use crate::lab::proportion::wilson;
use crate::lab::verdict::{arm_values, mean};
use crate::ui::state::run_state::Results;
use crate::ui::text::arms;

/// Test set size below which [`small_test_set`] warns.
const SMALL_TEST_SET: usize = 500;

/// What is said of students whose settings were moved while they trained.
pub const SETTINGS_MOVED: &str = "Settings were changed while these students trained, so they did not learn with one setting from start to \
                                  end. Train starts them afresh with the settings on screen.";

/// Warning that an accuracy on a small test set is uncertain, which the spread over replicates does not show; `None` for a
/// large test set. `accuracy` is a share.
pub fn small_test_set(examples: usize, accuracy: f64) -> Option<String> {
    (examples > 0 && examples < SMALL_TEST_SET).then(|| {
        let (low, high) = wilson(accuracy, examples);
        format!(
            "There are only {examples} test examples: {:.0}\u{a0}% right on these is compatible with {:.0} to {:.0}\u{a0}% on others of \
             their kind (95\u{a0}%, Wilson).",
            100.0 * accuracy,
            100.0 * low,
            100.0 * high
        )
    })
}

/// Mean accuracy of an arm over replicates, in per cent; `None` without students of that arm.
pub fn arm_accuracy(results: &Results, arm: Arm) -> Option<f64> {
    let setup = results.setup.as_ref()?;
    let values = arm_values(&results.students, &setup.arms, arm, |m| 100.0 * m.accuracy);
    (!values.is_empty()).then(|| mean(&values))
}

/// Caption of the accuracy chart.
pub fn caption(results: &Results) -> String {
    let Some(teacher) = results.teacher else {
        return "Nothing trained yet: test accuracy in per cent will be drawn here, step by step.".into();
    };
    let teacher = format!("teacher {}", share(teacher.accuracy));
    let Some(setup) = results.setup.as_ref().filter(|_| !results.students.is_empty()) else {
        return format!("Test accuracy over the teacher’s steps; now {teacher}.");
    };
    let step = results.arm_curves.iter().filter_map(|c| c.last()).map(|s| s.step).fold(0.0, f64::max);
    let arms: Vec<String> = setup
        .arms
        .iter()
        .filter_map(|&arm| {
            Some(format!(
                "{} {}",
                arms::inline(&results.config(setup).arm_name(arm)),
                per_cent(arm_accuracy(results, arm)?)
            ))
        })
        .collect();
    format!(
        "Test accuracy over the students’ steps. At step {}: {}; {teacher}. Lines are means of {} replicates, bands run from \
         the worst replicate to the best.",
        thousands(step),
        arms.join(", "),
        results.students.len() / setup.arms.len().max(1),
    )
}

/// Splits a verdict's sentence into the text before its figure in points (`5.8 points more`), the figure, and the rest;
/// without a figure, the whole sentence is the first part.
pub fn split_at_points(sentence: &str) -> (&str, &str, &str) {
    let Some(points) = sentence.find(" points") else { return (sentence, "", "") };
    let start = sentence[..points].rfind(' ').map_or(0, |space| space + 1);
    let end = points + " points".len();
    let end = if sentence[end..].starts_with(" more") { end + " more".len() } else { end };
    (&sentence[..start], &sentence[start..end], &sentence[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_test_set_has_a_warning() {
        assert_eq!(small_test_set(2_000, 0.8), None);
        let words = small_test_set(61, 0.8).unwrap();
        assert!(
            words.contains("only 61") && words.contains("80\u{a0}% right") && words.contains("68 to 88\u{a0}%"),
            "{words}"
        );
    }

    #[test]
    fn a_verdict_is_split_at_its_points() {
        let gain = "Soft labels taught this student 5.8 points more than hard labels.";
        assert_eq!(split_at_points(gain).1, "5.8 points more");
        assert_eq!(
            split_at_points("They cost this student 2.0 points against hard labels."),
            ("They cost this student ", "2.0 points", " against hard labels.")
        );
        assert_eq!(split_at_points("No significant gain."), ("No significant gain.", "", ""));
    }

    #[test]
    fn the_caption_is_neutral_before_training() {
        assert!(caption(&Results::default()).starts_with("Nothing trained yet"));
    }
}
