//! What has to be known before a verdict: students that answer one class, a teacher that has hardly learned.

use crate::config::{Arm, Config, Sampling, Shift, Task};
use crate::experiment::Outcome;
use crate::lab::class_metrics::{self, Counts};
use crate::lab::measured::arm_values;
use crate::lab::number_format::share;

/// Steps below which a teacher is said to have taken few: an optimizer's learning rate has hardly decayed by then.
const FEW_STEPS: usize = 100;

/// The class that most students of an arm answer nearly all test examples with.
pub(super) fn one_class(outcome: &Outcome, arm: Arm) -> Option<usize> {
    let arms = outcome.config.arms();
    let place = arms.iter().position(|&a| a == arm)?;
    let answers: Vec<Option<usize>> =
        class_metrics::of_arm(outcome, place, arms.len()).map(|counts| counts.one_class()).collect();
    let class = answers.iter().find_map(|&class| class)?;
    (2 * answers.iter().filter(|answer| answer.is_some()).count() > answers.len()).then_some(class)
}

/// Whether the hard labels of the transfer set are of the task: inputs of another task come with its labels.
pub fn has_baseline(config: &Config) -> bool {
    config.shift != Shift::OtherTask || !config.shift.fits(config.task) || config.shift_share <= 0.0
}

/// Sentences for a finished run, the most important first.
pub(super) fn cautions(outcome: &Outcome, classes: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let config = &outcome.config;
    let teacher = Counts::new(&outcome.teacher_confusion);
    let name =
        |class: usize| classes.get(class).map_or_else(|| format!("class {}", class + 1), |name| format!("“{name}”"));
    if outcome.without_truth {
        out.push(
            "No row has a true label: the labels are the given teacher’s answers, and accuracy is agreement with it."
                .into(),
        );
    }
    // Networks that answer one class, by that class.
    let of_teacher = teacher.and_then(|counts| counts.one_class()).map(|class| ("teacher".to_string(), class));
    let of_arms =
        config.arms().into_iter().filter_map(|arm| Some((lower(&config.arm_name(arm)), one_class(outcome, arm)?)));
    let found: Vec<(String, usize)> = of_teacher.into_iter().chain(of_arms).collect();
    for (place, (who, class)) in found.iter().enumerate() {
        let others: Vec<&str> = found[place + 1..].iter().filter(|o| o.1 == *class).map(|o| o.0.as_str()).collect();
        let named = found[..place].iter().any(|before| before.1 == *class);
        let class = name(*class);
        if !named && others.is_empty() {
            out.push(format!(
                "The {who} answers {class} for nearly every test example: it has not learned to tell the classes apart."
            ));
        } else if !named {
            out.push(format!(
                "These networks answer {class} for nearly every test example and have not learned to tell the classes apart: \
                 {who}, {}.",
                others.join(", ")
            ));
        }
    }
    if config.distilled.method.asks_teacher() && config.distilled.without_teacher() {
        out.push(
            "The soft weight α is 0 at every step: nothing is distilled, and the distilled student learns from hard labels alone."
                .into(),
        );
    }
    if config.task == Task::Own
        && let Some(imbalance) = teacher.and_then(|counts| counts.imbalance())
    {
        out.push(format!(
            "Classes differ in size: always answering {} would be right on {} of the test set.",
            name(imbalance.majority),
            share(imbalance.share)
        ));
        if config.sampling == Sampling::Balanced {
            out.push(
                "The transfer set was drawn with all classes equally common, which they are not in the test set: students \
                 expect rare classes more often than they come."
                    .into(),
            );
        }
    }
    out.extend(under_trained(outcome));
    out
}

/// That the teacher has hardly learned: it is worse than every hard-label student, or took few steps.
fn under_trained(outcome: &Outcome) -> Option<String> {
    let config = &outcome.config;
    if outcome.given_teacher {
        return None;
    }
    let hard = arm_values(&outcome.evaluation.students, &config.arms(), Arm::Hard, |m| m.accuracy);
    let worst = hard.iter().copied().reduce(f64::min)?;
    let accuracy = outcome.evaluation.teacher.accuracy;
    let steps = config.teacher_epochs * outcome.teacher_examples.div_ceil(config.teacher_batch.max(1));
    let steps = (steps as f64 * f64::from(config.teacher_stop)).round() as usize;
    let few = outcome.teacher_examples > 0 && steps < FEW_STEPS;
    if hard.len() > 1 && accuracy < worst {
        let took = if few { format!(" It took {steps} steps.") } else { String::new() };
        Some(format!(
            "The teacher is under-trained: {} right, less than every hard-label student.{took} Give it more passes before \
             judging what it teaches.",
            share(accuracy)
        ))
    } else if few {
        Some(format!(
            "The teacher took only {steps} steps and may be under-trained: more passes may make it teach better."
        ))
    } else {
        None
    }
}

fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
