//! The model card (after Mitchell et al. 2019): what the student is, what was measured of it, and what it cannot do.
//!
//! Every number is one that the run measured; the run's sentences are those of the page, by [`crate::lab::verdict`].

use super::onnx::OPSET;
use crate::config::{Arm, Config, Measure, Options, TaskKind, thousands};
use crate::experiment::Metrics;
use crate::export::{FEWEST_VALIDATION_ROWS, StudentPayload};
use crate::files::FORMAT;
use crate::files::metadata::{Inputs, inputs};
use crate::lab::class_metrics::Counts;
use crate::lab::number_format::{decimals, share};
use crate::lab::proportion::wilson;
use crate::lab::verdict::{arm_values, judge_by, mean};
use crate::link;

/// Sizes of the model files, bytes.
pub struct Sizes {
    /// In float32.
    pub full: usize,
    /// With weights in eight bits.
    pub int8: usize,
}

/// A text that comes from the user's data, so that Markdown shows it as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.push(' ');
        } else {
            if "\\`*_{}[]<>|#&~".contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// A number of things: `1 label`, `2,000 labels`.
fn count(n: usize, one: &str) -> String {
    format!("{} {one}{}", thousands(n as f64), if n == 1 { "" } else { "s" })
}

/// A value with the interval over test examples.
fn with_interval(value: f64, n: usize) -> String {
    let (low, high) = wilson(value, n);
    format!("{} (95 % interval {} to {})", share(value), share(low), share(high))
}

/// The card, Markdown.
pub fn card(payload: &StudentPayload, sizes: &Sizes) -> String {
    let sections = [
        what(payload),
        files(payload, sizes),
        rows(payload),
        choice(payload),
        measured(payload),
        eight_bits(payload, sizes),
        run(payload),
        limits(payload),
        origin(payload),
    ];
    sections.join("\n")
}

fn config(payload: &StudentPayload) -> &Config {
    &payload.origin.config
}

fn what(payload: &StudentPayload) -> String {
    let (config, outcome) = (config(payload), &payload.outcome);
    let student = payload.origin.run_networks().student;
    let crate::config::Architecture::Mlp { widths } = &student;
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    let pool = match (payload.arm, outcome.pool_examples) {
        (Arm::Hard, _) | (_, 0) => String::new(),
        (_, pool) => format!(" and {} without labels", count(pool, "example")),
    };
    let supervision = match config.supervision(payload.arm) {
        None => "Hard labels alone: the baseline of the run.".to_string(),
        Some(supervision) => {
            let asks = if supervision.without_teacher() { "without a teacher" } else { "with the run’s teacher" };
            let details = supervision.details();
            let details = if details.is_empty() { details } else { format!(" ({details})") };
            format!("{}{details}, {asks}.", supervision.method.label())
        }
    };
    format!(
        "# {}: {}\n\n\
         A multilayer perceptron {} ({} parameters, ReLU) for {} classes, trained in a browser by Softlabel, a laboratory of \
         knowledge distillation.\n\n\
         - Learned from: {}{pool}, of {} that the teacher learned from.\n\
         - Supervision: {supervision}\n\
         - Steps: {} of {} examples.\n",
        config.arm_name(payload.arm),
        config.task.label(),
        widths.join("-"),
        thousands(student.parameter_count() as f64),
        payload.origin.classes.len(),
        count(outcome.transfer_examples, "labelled example"),
        thousands(outcome.teacher_examples as f64),
        thousands(config.student_steps as f64),
        config.student_batch,
    )
}

fn files(payload: &StudentPayload, sizes: &Sizes) -> String {
    let classes = payload.origin.classes.len();
    let size = |bytes: usize| thousands(bytes as f64);
    format!(
        "## Files\n\n\
         | file | what it is |\n|---|---|\n\
         | `student.onnx` | ONNX, opset {OPSET}, {} bytes: `input` raw rows; `probabilities` and `logits` float32 `[N, {classes}]`, `label` int64 `[N]` |\n\
         | `student-int8.onnx` | the same with weights in eight bits, {} bytes |\n\
         | `predict.py`, `predict.js` | predict with NumPy, and in Node or a browser; both read `student.json` |\n\
         | `student.json` | names of the classes, scaling, weights |\n",
        size(sizes.full),
        size(sizes.int8),
    )
}

fn rows(payload: &StudentPayload) -> String {
    let input = match inputs(&payload.origin) {
        Inputs::Grey { width, height, mean, deviation } => format!(
            "A row is an image of {width} × {height} grey levels, 0 to 255, row by row: float32 `[N, {}]`. The model \
             subtracts {mean:.4} and divides by {deviation:.4} itself.",
            width * height
        ),
        Inputs::Numbers { columns, moments } if moments.is_empty() => {
            format!("A row is a place in the plane, {}: float32 `[N, {}]`.", columns.join(" and "), columns.len())
        }
        Inputs::Numbers { columns, .. } => {
            let names: Vec<String> = columns.iter().map(|name| plain(name)).collect();
            format!(
                "A row has {}, in the table’s own units and in this order, float64 `[N, {}]`: {}. The model standardises \
                 them itself. Missing values are not taken.{}",
                count(columns.len(), "number"),
                columns.len(),
                names.join(", "),
                derived(&columns)
            )
        }
        Inputs::Codes { context, characters } => format!(
            "A row is the {context} characters before the one that is predicted, as numbers int64 `[N, {context}]`: 0 for \
             what is before the beginning, then 1 to {} for a to z. The model turns them into one-hot vectors itself. \
             (`predict.py` and `predict.js` take the text.)",
            characters - 1
        ),
    };
    let classes: Vec<String> =
        payload.origin.classes.iter().enumerate().map(|(i, name)| format!("{i} {}", plain(name))).collect();
    format!("## Input and classes\n\n{input}\n\nClasses: {}.\n", classes.join(", "))
}

/// What to make first of a table whose columns became other inputs.
fn derived(columns: &[String]) -> &'static str {
    let made = |column: &String| column.contains(" = ") || column.ends_with(" is missing");
    if columns.iter().any(made) {
        " The page made some of these from the columns of the table, and the scripts take them made: “x = y” is 1 where \
         column x is y and 0 elsewhere; “x is missing” is 1 where x is empty, and the median of the training rows stands in x \
         there."
    } else {
        ""
    }
}

fn choice(payload: &StudentPayload) -> String {
    let StudentPayload { validations, replicate, .. } = payload;
    let fewest = validations.iter().map(|v| v.examples).min().unwrap_or(0);
    let how = if validations.len() == 1 {
        "The run has one student of this arm.".to_string()
    } else if fewest < FEWEST_VALIDATION_ROWS {
        format!(
            "The run has {} students of this arm, one a replicate. This is the first: too few training rows are left that a \
             student did not learn from ({fewest}; {FEWEST_VALIDATION_ROWS} are needed) to choose by, and the test set is \
             not for choosing.",
            validations.len()
        )
    } else {
        let each: Vec<String> = validations.iter().map(|v| share(v.accuracy)).collect();
        format!(
            "The run has {} students of this arm, one a replicate. This is replicate {}: of {} or more training rows that a \
             student did not learn from itself (the teacher did), with the labels that training sees, it answers most right: \
             {}, in the order of the replicates. The test set had no part in the choice.",
            validations.len(),
            replicate + 1,
            thousands(fewest as f64),
            each.join(", ")
        )
    };
    format!("## Why this student\n\n{how}\n")
}

fn measured(payload: &StudentPayload) -> String {
    let (outcome, n) = (&payload.outcome, payload.origin.test_examples);
    let arms = config(payload).arms();
    let students = &outcome.evaluation.students;
    let place = arms.iter().position(|&arm| arm == payload.arm).unwrap_or(0);
    let index = payload.replicate * arms.len() + place;
    let own = students.get(index).copied().unwrap_or_default();
    let of_arm = |arm: Arm, metric: fn(&Metrics) -> f64, show: fn(f64) -> String| {
        let values = arm_values(students, &arms, arm, metric);
        let average = mean(&values);
        let squares = values.iter().map(|value| (value - average).powi(2)).sum::<f64>();
        let spread = (values.len() > 1).then(|| format!(" ± {}", show((squares / (values.len() - 1) as f64).sqrt())));
        format!("{}{}", show(average), spread.unwrap_or_default())
    };
    type Measured = (&'static str, fn(&Metrics) -> f64, fn(f64) -> String);
    let three = |value: f64| decimals(value, 3);
    let measures: [Measured; 6] = [
        ("accuracy", |m| m.accuracy, share),
        ("agreement with the teacher", |m| m.agreement, share),
        ("KL to the teacher, nats", |m| m.kl_to_teacher, three),
        ("negative log-likelihood, nats", |m| m.nll, three),
        ("Brier score", |m| m.brier, three),
        ("expected calibration error", |m| m.ece, three),
    ];
    let hard = arms.contains(&Arm::Hard) && payload.arm != Arm::Hard;
    let head = if hard { " hard-label students |" } else { "" };
    let mut text = format!(
        "## Measured\n\nOn {} at T = 1.\n\n\
         | measure | this student | all {} of its arm | teacher |{head}\n|---|---|---|---|{}\n",
        count(n, "test example"),
        payload.validations.len(),
        if hard { "---|" } else { "" },
    );
    for (name, metric, show) in measures {
        let baseline = if hard { format!(" {} |", of_arm(Arm::Hard, metric, show)) } else { String::new() };
        text.push_str(&format!(
            "| {name} | {} | {} | {} |{baseline}\n",
            show(metric(&own)),
            of_arm(payload.arm, metric, show),
            show(metric(&outcome.evaluation.teacher)),
        ));
    }
    text.push_str(&format!(
        "\nThis student’s accuracy: {}; the interval is Wilson’s, over test examples{}. The ± are standard deviations over \
         replicates.\n",
        with_interval(own.accuracy, n),
        if config(payload).task.kind() == TaskKind::Text {
            ", as if the characters of a text were independent: it is too narrow"
        } else {
            ""
        }
    ));
    if let Some(counts) = outcome.student_confusions.get(index).and_then(|counts| Counts::new(counts)) {
        text.push_str(&format!(
            "Balanced accuracy {}, macro-F1 {}. Share of each class that it answers right:\n\n| class | right | test examples |\n|---|---|---|\n",
            share(counts.balanced_accuracy()),
            decimals(counts.macro_f1(), 3)
        ));
        for (class, name) in payload.origin.classes.iter().enumerate() {
            let right = counts.recall(class).map_or_else(|| "–".into(), share);
            text.push_str(&format!("| {} | {right} | {} |\n", plain(name), thousands(counts.support(class))));
        }
    }
    if let Some(calibration) = outcome.calibrations.get(index + 1).filter(|calibration| calibration.temperature > 0.0) {
        text.push_str(&format!(
            "\nIts confidence fits best when logits are divided by {} (chosen and measured on different halves of the test \
             set; negative log-likelihood {} nats then). The models do not divide them.\n",
            decimals(calibration.temperature, 2),
            three(calibration.nll)
        ));
    }
    text
}

fn eight_bits(payload: &StudentPayload, sizes: &Sizes) -> String {
    let (outcome, n) = (&payload.outcome, payload.origin.test_examples);
    let arms = config(payload).arms();
    let place = arms.iter().position(|&arm| arm == payload.arm).unwrap_or(0);
    let own = outcome.evaluation.students.get(payload.replicate * arms.len() + place).copied().unwrap_or_default();
    let int8 = payload.int8_metrics;
    format!(
        "## Eight bits\n\nWeights are rounded to 255 levels, with a scale for each output channel; biases and activations stay \
         float32. Measured on the same {}: accuracy {} instead of {} ({} points), negative log-likelihood {} instead of {} \
         nats; {} answered otherwise. The file has {} % of the bytes.\n",
        count(n, "test example"),
        decimals(100.0 * int8.accuracy, 2),
        decimals(100.0 * own.accuracy, 2),
        crate::lab::number_format::signed_decimals(100.0 * (int8.accuracy - own.accuracy), 2),
        decimals(int8.nll, 4),
        decimals(own.nll, 4),
        match payload.int8_changed {
            0 => "none is".into(),
            1 => "1 is".into(),
            changed => format!("{} are", thousands(changed as f64)),
        },
        decimals(100.0 * sizes.int8 as f64 / sizes.full as f64, 0),
    )
}

fn run(payload: &StudentPayload) -> String {
    let verdict = judge_by(&payload.outcome, Measure::Auto, &payload.origin.classes);
    let found = match verdict {
        Some(verdict) => {
            let cautions: String = verdict.cautions.iter().map(|caution| format!("- {}\n", plain(caution))).collect();
            format!("{}\n\n{}\n{}", plain(&verdict.sentence), plain(&verdict.detail), cautions)
        }
        None => "One replicate: there is nothing to judge a difference by.\n".into(),
    };
    format!(
        "## What the run found\n\nAbout the two kinds of students, hard-label and distilled, over all replicates; not about this \
         one student.\n\n{found}"
    )
}

fn limits(payload: &StudentPayload) -> String {
    let (config, outcome) = (config(payload), &payload.outcome);
    let mut lines = vec![
        format!(
            "It knows these {} classes and nothing else: whatever goes in, one of them comes out.",
            payload.origin.classes.len()
        ),
        format!(
            "It learned from {}, and was measured on {}. On data of another kind its figures mean nothing: it is not a general \
             model.",
            count(outcome.transfer_examples, "label"),
            count(payload.origin.test_examples, "test example")
        ),
        "Its probabilities are no guarantees: see the calibration error above.".into(),
        "It is the work of a laboratory for learning about distillation. Nobody has examined it for fairness, robustness or \
         safety."
            .into(),
    ];
    if config.label_noise > 0.0 {
        lines.push(format!(
            "{} of the training labels were made wrong on purpose.",
            share(f64::from(config.label_noise))
        ));
    }
    if config.alters_inputs() {
        lines.push("The transfer set that it learned from was altered on purpose; see the settings.".into());
    }
    if config.production.shift() != crate::config::Shift::None && config.production_amount > 0.0 {
        lines.push("The test set was shifted on purpose; see the settings.".into());
    }
    let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    format!("## Limits\n\n{lines}")
}

fn origin(payload: &StudentPayload) -> String {
    let device = crate::config::DeviceChoice::Auto;
    let link = link::format(&Config { device, ..config(payload).clone() });
    format!(
        "## Where it comes from\n\n\
         - Settings: `#{link}`\n\
         - Training set, SHA-256: `{}`\n\
         - Test set, SHA-256: `{}` (labels, then inputs, as the data file of the run stores them)\n\
         - Softlabel {}, file format {FORMAT}, ONNX opset {OPSET}\n",
        payload.train_sha256,
        payload.origin.test_sha256,
        env!("CARGO_PKG_VERSION"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_users_data_stay_text() {
        assert_eq!(plain("a|b\n<b>*c*"), "a\\|b \\<b\\>\\*c\\*");
        assert_eq!((count(1, "label"), count(2_000, "label")), ("1 label".into(), "2,000 labels".into()));
    }
}
