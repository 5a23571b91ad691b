//! What the reader can do with a lesson, and how it goes on from run to run.

use crate::ui::app::context::Page;
use crate::ui::state::lesson::{LessonProgress, seen};
use crate::config::Config;
use leptos::prelude::*;

impl Page {
    /// Opens a lesson with its settings; the device stays the reader's.
    pub fn open_lesson(self, key: &'static str) {
        self.pause();
        self.leave_behind(true);
        self.lesson_progress.set(LessonProgress::open(key));
        self.to_settings(|lesson_progress, like| lesson_progress.settings(0, &Config { seed: 1, ..like.clone() }));
    }

    /// Closes the lesson; the settings stay.
    pub fn close_lesson(self) {
        self.leave_behind(true);
        self.lesson_progress.set(None);
        self.publish();
    }

    /// Runs the lesson from its start to its verdict.
    pub fn run_lesson(self, bigger: bool) {
        let like = self.config.get_untracked();
        self.lesson_progress.update(|p| {
            if let Some(p) = p {
                p.again(bigger);
                p.going = true;
            }
        });
        let first = self.lesson_progress.with_untracked(|p| p.as_ref().and_then(|p| p.settings(0, &like)));
        if let Some(first) = first {
            self.go_on_with(first);
        }
    }

    /// Back to the settings of the run that is due.
    pub fn back_to_lesson(self) {
        let due = self.lesson_progress.with_untracked(|p| {
            p.as_ref().map_or(0, |p| if p.judgement.verdict.is_some() { 0 } else { p.seen.len() })
        });
        self.to_run(due);
    }

    /// The settings of one of the lesson's runs.
    pub fn to_run(self, place: usize) {
        self.to_settings(move |lesson_progress, like| lesson_progress.settings(place, like));
    }

    /// Settings to try after the lesson.
    pub fn try_next(self, change: fn(&mut Config)) {
        self.to_settings(move |lesson_progress, like| {
            let mut config = lesson_progress.settings(0, like)?;
            change(&mut config);
            Some(Config { device: like.device, seed: like.seed, ..config })
        });
        self.remark("Settings changed: press Train to see what they bring.");
    }

    fn to_settings(self, settings: impl FnOnce(&LessonProgress, &Config) -> Option<Config>) {
        let like = self.config.get_untracked();
        let next = self.lesson_progress.with_untracked(|p| p.as_ref().and_then(|p| settings(p, &like)));
        if let Some(next) = next {
            self.change(|config| *config = next);
        }
        // The link names the lesson even where its settings were there already.
        self.publish();
    }

    /// Train was pressed: a lesson at its own settings goes on by itself from here.
    pub(in crate::ui) fn lesson_begins(self) {
        self.lesson_progress.update(|p| {
            if let Some(p) = p {
                p.going = self.config.with_untracked(|config| p.place(config).is_some() && !p.too_early(config));
            }
        });
    }

    /// A run is over: the lesson takes it in, and goes on.
    pub(in crate::ui) fn lesson_run_finished(self) {
        let Some(seen) = self.model.with_untracked(seen) else { return };
        let its = self.lesson_progress.with_untracked(|p| p.as_ref().is_some_and(|p| p.place(seen.config()).is_some()));
        // What is on screen at the end is not all that these students have learned at.
        if its && self.model.with_untracked(|m| m.results.moved) {
            self.lesson_progress.update(|p| {
                if let Some(p) = p {
                    p.going = false;
                }
            });
            return self.remark("Settings were moved while these students trained, so the run does not count for the lesson. Train again for one that does.");
        }
        let next = self.lesson_progress.try_update(|p| p.as_mut().and_then(|p| p.finished(seen))).flatten();
        if let Some(next) = next {
            self.go_on_with(next);
        }
    }

    fn go_on_with(self, settings: Config) {
        self.change(|config| *config = settings);
        self.train();
    }
}
