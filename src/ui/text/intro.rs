//! The introduction under the page's title. Pure.

use crate::config::{Config, Shift, thousands};
use crate::ui::text::arms;
use crate::ui::text::examples::noun;

/// What Train will do with these settings.
/// `examples` is the size of the teacher's training set, 0 while it is unknown; `transfer` the size of a transfer set.
pub fn intro(config: &Config, examples: usize, transfer: usize) -> String {
    if examples == 0 {
        return "Choose a table or images of your own in the Data panel: your browser trains a teacher on them, lets it label a \
                few, and trains students on these."
            .into();
    }
    let (all, some) = (examples as f64, transfer as f64);
    format!(
        "Your browser trains a teacher on {} labelled {}, lets it {}{}, and trains {} students on samples of \
         that size: {}. Then it says, with an interval, which of them learned more.",
        thousands(all),
        noun(config.task, all),
        labelled(config, some),
        pooled(config, examples, transfer),
        config.replicates * config.arms().len(),
        arms::targets(config),
    )
}

/// Continuation of the sentence for an unlabelled pool; empty without one.
fn pooled(config: &Config, all: usize, some: usize) -> String {
    let pool = config.pool_examples(all, some);
    if pool == 0 {
        return String::new();
    }
    let (pool, things) = (thousands(pool as f64), noun(config.task, pool as f64));
    format!(
        " and {pool} {things} more, which only students who ask it learn from (the others have the {})",
        thousands(some as f64)
    )
}

/// What the teacher does with `some` examples: `label 300 of them`.
fn labelled(config: &Config, some: f64) -> String {
    let (number, things) = (thousands(some), noun(config.task, some));
    let part_of = f64::from(config.shift_share);
    if !config.alters_inputs() || !config.shift.fits(config.task) || part_of == 0.0 {
        return format!("label {number} of them");
    }
    let part = if part_of < 1.0 { format!(", {:.0}\u{a0}% of them", 100.0 * part_of) } else { String::new() };
    match config.shift {
        Shift::None => format!("label {number} of them"),
        Shift::Written if part.is_empty() => format!("write {number} {things} and label them"),
        Shift::Written => format!("label {number} {things}{part} written by itself"),
        Shift::OtherTask => format!("label {number} {things}{part} of the other task"),
        _ => format!("label {number} of them{} altered", if part.is_empty() { "," } else { &part }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Task;

    #[test]
    fn the_introduction_names_what_the_teacher_labels() {
        let text_of = |task, shift, share| {
            let config = Config { shift, shift_share: share, shift_amount: 0.5, ..Config::for_task(task) };
            intro(&config, 10_000, 300)
        };
        for (task, shift, share, sentence) in [
            (Task::Mnist, Shift::OtherTask, 1.0, "lets it label 300 images of the other task, and"),
            (Task::Mnist, Shift::OtherTask, 0.5, "lets it label 300 images, 50\u{a0}% of them of the other task, and"),
            (Task::Fashion, Shift::Blurred, 1.0, "lets it label 300 of them, altered, and"),
            (Task::Fashion, Shift::Blurred, 0.25, "lets it label 300 of them, 25\u{a0}% of them altered, and"),
            (Task::Names, Shift::Written, 1.0, "lets it write 300 characters and label them, and"),
            (Task::Fashion, Shift::Written, 1.0, "lets it label 300 of them, and"),
        ] {
            let text = text_of(task, shift, share);
            assert!(text.contains(sentence), "{text}");
        }
    }

    #[test]
    fn the_introduction_counts_examples_and_students() {
        let text = intro(&Config::default(), 10_000, 200);
        assert!(text.contains("lets it label 200 of them, and"), "{text}");
        assert!(
            text.contains("10,000 labelled images") && text.contains("200 of them") && text.contains("15 students")
        );
        let pool = intro(&Config { pool: 2_000, ..Config::default() }, 10_000, 200);
        assert!(pool.contains("label 200 of them and 2,000 images more"), "{pool}");
        assert!(intro(&Config::for_task(Task::Moons), 1_000, 20).contains("1,000 labelled points"));
    }
}
