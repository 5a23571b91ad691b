//! The introduction under the page's title. Pure.

use crate::config::{Config, Shift, thousands};
use crate::ui::text::arms;
use crate::ui::text::examples::noun;

/// What Train will do with these settings.
/// `examples` is the size of the teacher's training set, 0 while it is unknown; `transfer` the size of a transfer set.
pub fn intro(config: &Config, examples: usize, transfer: usize) -> String {
    if examples == 0 {
        return "Choose a table or images of your own under Data. A large network, the teacher, learns from them; small students learn from a few of them, with the labels or with what the teacher says about them."
            .into();
    }
    let (all, some) = (examples as f64, transfer as f64);
    format!(
        "A large network, the teacher, learns from {} labelled {} and {}{}. Small students learn from these: {}. Each kind \
         is trained {}.",
        thousands(all),
        noun(config.task, all),
        labelled(config, some),
        pooled(config, examples, transfer),
        arms::targets(config),
        match config.replicates {
            1 => "once".into(),
            times => format!("{times} times, to tell a gain from luck"),
        },
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
        " and {pool} {things} more, which only students that ask it see (the others have the {})",
        thousands(some as f64)
    )
}

/// What the teacher does with `some` examples: `labels 300 of them`.
fn labelled(config: &Config, some: f64) -> String {
    let (number, things) = (thousands(some), noun(config.task, some));
    let part_of = f64::from(config.shift_share);
    if !config.alters_inputs() || !config.shift.fits(config.task) || part_of == 0.0 {
        return format!("labels {number} of them");
    }
    let part = if part_of < 1.0 { format!(", {:.0}\u{a0}% of them", 100.0 * part_of) } else { String::new() };
    match config.shift {
        Shift::None => format!("labels {number} of them"),
        Shift::Written if part.is_empty() => format!("writes {number} {things} and labels them"),
        Shift::Written => format!("labels {number} {things}{part} written by itself"),
        Shift::OtherTask => format!("labels {number} {things}{part} of the other task"),
        _ => format!("labels {number} of them{} altered", if part.is_empty() { "," } else { &part }),
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
            (Task::Mnist, Shift::OtherTask, 1.0, "labels 300 images of the other task. Small"),
            (Task::Mnist, Shift::OtherTask, 0.5, "labels 300 images, 50\u{a0}% of them of the other task. Small"),
            (Task::Fashion, Shift::Blurred, 1.0, "labels 300 of them, altered. Small"),
            (Task::Fashion, Shift::Blurred, 0.25, "labels 300 of them, 25\u{a0}% of them altered. Small"),
            (Task::Names, Shift::Written, 1.0, "writes 300 characters and labels them. Small"),
            (Task::Fashion, Shift::Written, 1.0, "labels 300 of them. Small"),
        ] {
            let text = text_of(task, shift, share);
            assert!(text.contains(sentence), "{text}");
        }
    }

    #[test]
    fn the_introduction_counts_examples_and_students() {
        let text = intro(&Config::default(), 10_000, 200);
        assert!(text.contains("labels 200 of them. Small"), "{text}");
        assert!(
            text.contains("10,000 labelled images") && text.contains("200 of them") && text.contains("trained 5 times")
        );
        let pool = intro(&Config { pool: 2_000, ..Config::default() }, 10_000, 200);
        assert!(pool.contains("labels 200 of them and 2,000 images more"), "{pool}");
        assert!(intro(&Config::for_task(Task::Moons), 1_000, 20).contains("1,000 labelled points"));
    }
}
