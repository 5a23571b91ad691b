//! Lessons: settings worth trying, each with the question it asks. Data, not code.

use crate::config::{Config, Task};

/// One lesson: a question, and the settings that let the reader's own run answer it.
pub struct Lesson {
    /// Word in the link.
    pub key: &'static str,
    /// Name in the chooser.
    pub title: &'static str,
    /// The question, one sentence.
    pub question: &'static str,
    /// Its settings.
    pub config: fn() -> Config,
}

/// Every lesson, in the order of the chooser. The first is the page's default run.
pub const LESSONS: &[Lesson] = &[
    Lesson {
        key: "few-labels",
        title: "A student with few labels",
        question: "With 200 labelled images, does a student learn more from the teacher's soft labels than from the right answers?",
        config: || Config::for_task(Task::Fashion),
    },
    Lesson {
        key: "wrong-labels",
        title: "Wrong labels",
        question: "When 30 % of all labels are wrong, the teacher's too, can soft labels still teach?",
        config: || Config { transfer_size: 300, label_noise: 0.3, ..Config::for_task(Task::Mnist) },
    },
    Lesson {
        key: "plenty",
        title: "Plenty of clean labels",
        question: "When the student has all 10,000 clean labels itself, is there anything left to gain?",
        config: || Config { transfer_size: 10_000, ..Config::for_task(Task::Mnist) },
    },
    Lesson {
        key: "too-small",
        title: "Too small a student",
        question: "Can a student of two hidden units replicate its teacher?",
        config: || Config { student_hidden: 2, ..Config::for_task(Task::Fashion) },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link;

    #[test]
    fn every_lesson_fits_in_a_link() {
        for lesson in LESSONS {
            let config = (lesson.config)();
            let read = link::parse(&link::format(&config));
            assert_eq!(read.config, config, "{}", lesson.key);
            assert!(read.notices.is_empty());
        }
    }
}
