//! Lessons: claims about distillation as experiments that the user runs. Each is data in a file of its own: a
//! question, predictions to choose from, the runs, and a judge over what they gave. A judge can say no.
//!
//! To add one: write its file like the others, and name it in [`LESSONS`]; `tests/lessons.rs` runs it over five seeds
//! and `docs/lessons.md` holds what was found.

pub mod api;
pub mod evidence;
mod few_labels;
mod knows;
pub mod missing_three;
mod names;
pub mod points;
mod run_record;
mod temperature;
mod think_alike;
mod too_small;
mod wrong_labels;
mod wrong_transfer;

pub use run_record::RunRecord;

use crate::config::Config;
use serde::{Deserialize, Serialize};

/// One lesson.
pub struct Lesson {
    /// Word in the link.
    pub key: &'static str,
    /// Name in the chooser.
    pub title: &'static str,
    /// What it is about, a line of the chooser.
    pub line: &'static str,
    /// The question, and what is done to answer it.
    pub question: &'static str,
    /// Predictions, one of which the user may choose.
    pub predictions: &'static [&'static str],
    /// What is run, one after another; the first are the lesson's settings.
    pub runs: fn() -> Vec<LessonRun>,
    /// Judges what the runs have given.
    pub judge: fn(&[&RunRecord]) -> Judgement,
    /// What a paper found, with its setup and reference.
    pub paper: Option<&'static str>,
    /// What this lesson found over five seeds here (`docs/lessons.md`), and where that is not what the textbook says.
    pub record: &'static str,
    /// What to try next.
    pub next: &'static [Next],
    /// The same, bigger: more replicates, steps or examples.
    pub bigger: fn(&mut Config),
    /// The panel that shows best what the question is about, a key of [`PANELS`](crate::presentation::PANELS); its tab opens
    /// with the lesson.
    pub watch: &'static str,
    /// Seconds that all its runs take on the CPU of a laptop of two cores (measured).
    pub seconds: u32,
}

/// One run of a lesson.
pub struct LessonRun {
    /// Its name.
    pub name: &'static str,
    /// Its settings.
    pub config: Config,
}

/// Something to try after a lesson.
pub struct Next {
    /// What, an imperative.
    pub what: &'static str,
    /// Changes to the lesson's first settings.
    pub change: fn(&mut Config),
}

/// The judgement on the runs so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Figures, of the runs that are there.
    pub rows: Vec<ResultRow>,
    /// The verdict, once every run is there.
    pub verdict: Option<LessonVerdict>,
}

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// What it is of.
    pub what: String,
    /// The figure, with its unit.
    pub value: String,
}

/// A lesson's verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LessonVerdict {
    /// Which of the predictions came true; `None` when none did.
    pub came_true: Option<usize>,
    /// What was found, with its numbers: a sentence or two.
    pub sentence: String,
}

impl Judgement {
    /// A judgement of figures, and of a verdict if `whole`.
    fn new(rows: Vec<ResultRow>, whole: bool, verdict: impl FnOnce() -> Option<LessonVerdict>) -> Self {
        Self { rows, verdict: if whole { verdict() } else { None } }
    }
}

impl LessonVerdict {
    fn new(came_true: impl Into<Option<usize>>, sentence: String) -> Option<Self> {
        Some(Self { came_true: came_true.into(), sentence })
    }
}

fn row(what: impl Into<String>, value: impl Into<String>) -> ResultRow {
    ResultRow { what: what.into(), value: value.into() }
}

/// Every lesson, in the order of the chooser.
pub const LESSONS: &[Lesson] = &[
    knows::LESSON,
    few_labels::LESSON,
    missing_three::LESSON,
    wrong_labels::LESSON,
    wrong_transfer::LESSON,
    too_small::LESSON,
    temperature::LESSON,
    api::LESSON,
    think_alike::LESSON,
    names::LESSON,
];

/// The lesson of that word, if there is one.
pub fn lesson(key: &str) -> Option<&'static Lesson> {
    LESSONS.iter().find(|lesson| lesson.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link;

    #[test]
    fn every_run_of_every_lesson_fits_in_a_link() {
        for lesson in LESSONS {
            for run in (lesson.runs)() {
                let read = link::parse(&link::format(&run.config));
                assert_eq!(read.config, run.config, "{}: {}", lesson.key, run.name);
                assert!(read.notices.is_empty(), "{}: {:?}", lesson.key, read.notices);
            }
        }
    }

    #[test]
    fn what_to_try_next_and_bigger_change_something_and_stay_in_range() {
        for lesson in LESSONS {
            let base = || (lesson.runs)().swap_remove(0).config;
            let changes = lesson.next.iter().map(|next| next.change).chain([lesson.bigger]);
            for change in changes {
                let mut config = base();
                change(&mut config);
                assert_ne!(config, base(), "{}", lesson.key);
                let read = link::parse(&link::format(&config));
                assert_eq!((read.config, read.notices), (config, Vec::new()), "{}", lesson.key);
            }
        }
    }

    #[test]
    fn keys_are_unique_and_a_judge_of_nothing_says_nothing() {
        for (i, lesson) in LESSONS.iter().enumerate() {
            assert!(LESSONS[..i].iter().all(|other| other.key != lesson.key));
            assert_eq!((lesson.judge)(&[]).verdict, None, "{}", lesson.key);
            assert!(lesson.predictions.len() >= 2 && !lesson.next.is_empty());
        }
    }
}
