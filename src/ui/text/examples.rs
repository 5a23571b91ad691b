//! Examples as text: the noun of a task's examples, and why one was selected. Pure.

use crate::config::{Task, TaskKind};
use crate::data::example::Why;

/// Noun for `count` examples of a task: `image`, `points`.
pub fn noun(task: Task, count: f64) -> &'static str {
    let (one, many) = match task.kind() {
        TaskKind::Images => ("image", "images"),
        TaskKind::Points => ("point", "points"),
        TaskKind::Text => ("character", "characters"),
        TaskKind::Custom => ("example", "examples"),
    };
    if count == 1.0 { one } else { many }
}

/// Why an example was selected for display, a sentence.
pub fn reason(why: Option<Why>) -> &'static str {
    match why {
        Some(Why::TellingDoubt) => "Right, with a telling doubt: see which class comes second.",
        Some(Why::Torn) => "The teacher is torn: its two likeliest classes are nearly level.",
        Some(Why::ConfidentMistake) => "The teacher is sure, and wrong.",
        Some(Why::Prototype) => "A clear case: right, and among the teacher’s surest answers.",
        None => "An example of the test set.",
    }
}
