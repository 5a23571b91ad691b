//! Opening, running and leaving a lesson, and its progress from run to run.

use crate::config::Config;
use crate::lab::lessons::LESSONS;
use crate::ui::app::address;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::settings;
use crate::ui::app::view;
use crate::ui::browser::storage;
use crate::ui::state::lesson::{LessonProgress, record_of};
use leptos::prelude::*;

/// Opens a lesson with its settings; the device stays the user's.
pub fn open(page: Page, key: &'static str) {
    engine::pause(page);
    address::leave_behind(page, true);
    switch(page, Some(key));
    watch(page);
    to_settings(page, |lesson_progress, like| {
        lesson_progress.settings(lesson_progress.due(), &Config { seed: 1, ..like.clone() })
    });
}

/// Leaves the open lesson as it is, and opens another as it was left.
pub fn switch(page: Page, key: Option<&'static str>) {
    page.lens.set(None);
    let left = page.lesson.get_untracked();
    if let Some(mut left) = left {
        left.going = false;
        keep(&left);
        page.lessons_left.update_value(|all| {
            all.retain(|other| other.key != left.key);
            all.push(left);
        });
    }
    let as_left = |key: &'static str| {
        let left = page.lessons_left.with_value(|all| all.iter().find(|left| left.key == key).cloned());
        left.or_else(|| storage::recall_bytes(&stored(key)).and_then(|bytes| LessonProgress::recall(key, &bytes)))
            .or_else(|| LessonProgress::open(key))
    };
    page.lesson.set(key.and_then(as_left));
}

/// After a reload: the open lesson as it was, and which are finished.
pub fn recall(page: Page) {
    let recalled = |key: &'static str| LessonProgress::recall(key, &storage::recall_bytes(&stored(key))?);
    let finished = LESSONS.iter().map(|lesson| lesson.key);
    let finished = finished.filter(|&key| recalled(key).is_some_and(|p| p.is_finished())).collect();
    page.lessons_finished.set(finished);
    let open = page.lesson.with_untracked(|p| p.as_ref().map(|p| p.key));
    if let Some(progress) = open.and_then(recalled) {
        page.lesson.set(Some(progress));
    }
}

/// Key in the browser's storage.
fn stored(key: &str) -> String {
    format!("softlabel-lesson-{key}")
}

/// Keeps a lesson over a reload.
fn keep(progress: &LessonProgress) {
    storage::keep_bytes(&stored(progress.key), &progress.kept());
}

/// The user's prediction.
pub fn predict(page: Page, choice: usize) {
    page.lesson.update(|p| {
        if let Some(p) = p {
            p.prediction = Some(choice);
            keep(p);
        }
    });
}

/// Opens the tab of what the open lesson is about, unless the link wants another.
pub fn watch(page: Page) {
    let lesson = page.lesson.with_untracked(|p| p.as_ref().and_then(LessonProgress::lesson));
    if let Some(lesson) = lesson.filter(|_| page.presentation.with_untracked(|shown| shown.panel.is_none())) {
        view::open_tab_of(page, lesson.watch);
    }
}

/// Closes the lesson; the settings stay.
pub fn close(page: Page) {
    address::leave_behind(page, true);
    switch(page, None);
    address::publish(page);
}

/// Runs the lesson from its start to its verdict.
pub fn run(page: Page, bigger: bool) {
    let like = page.config.get_untracked();
    page.lesson.update(|p| {
        if let Some(p) = p {
            p.again(bigger);
            p.going = true;
        }
    });
    let first = page.lesson.with_untracked(|p| p.as_ref().and_then(|p| p.settings(0, &like)));
    if let Some(first) = first {
        go_on_with(page, first);
    }
}

/// Back to the settings of the run that is due.
pub fn back_to(page: Page) {
    let due = page.lesson.with_untracked(|p| p.as_ref().map_or(0, LessonProgress::due));
    to_run(page, due);
}

/// The settings of one of the lesson's runs.
pub fn to_run(page: Page, place: usize) {
    to_settings(page, move |lesson_progress, like| lesson_progress.settings(place, like));
}

/// Settings to try after the lesson.
pub fn try_next(page: Page, change: fn(&mut Config)) {
    to_settings(page, move |lesson_progress, like| {
        let mut config = lesson_progress.settings(0, like)?;
        change(&mut config);
        Some(Config { device: like.device, seed: like.seed, ..config })
    });
    alerts::remark(page, "Settings changed: press Train to see what they do.");
}

pub fn to_settings(page: Page, settings: impl FnOnce(&LessonProgress, &Config) -> Option<Config>) {
    let like = page.config.get_untracked();
    let next = page.lesson.with_untracked(|p| p.as_ref().and_then(|p| settings(p, &like)));
    page.lens.set(None);
    if let Some(next) = next {
        settings::change(page, |config| *config = next);
    }
    // The link names the lesson even where its settings were there already.
    address::publish(page);
}

/// Train was pressed: a lesson at its own settings goes on by itself from here.
pub fn begin(page: Page) {
    page.lesson.update(|p| {
        if let Some(p) = p {
            p.going = page.config.with_untracked(|config| p.place(config).is_some() && !p.too_early(config));
        }
    });
}

/// Adds a finished run to the lesson, which goes on.
pub fn run_finished(page: Page) {
    let Some(record) = page.run_state.with_untracked(record_of) else { return };
    let its = page.lesson.with_untracked(|p| p.as_ref().is_some_and(|p| p.place(record.config()).is_some()));
    // What is on screen at the end is not all that these students have learned at.
    if its && page.run_state.with_untracked(|m| m.results.moved) {
        page.lesson.update(|p| {
            if let Some(p) = p {
                p.going = false;
            }
        });
        return alerts::remark(
            page,
            "Settings were changed while these students trained, so the run does not count for the lesson. Train again for one that does.",
        );
    }
    let next = page.lesson.try_update(|p| p.as_mut().and_then(|p| p.finished(record))).flatten();
    page.lesson.with_untracked(|p| {
        if let Some(p) = p.as_ref().filter(|p| p.is_finished()) {
            keep(p);
            page.lessons_finished.update(|all| {
                if !all.contains(&p.key) {
                    all.push(p.key);
                }
            });
        }
    });
    if let Some(next) = next {
        go_on_with(page, next);
    }
}

pub fn go_on_with(page: Page, settings: Config) {
    settings::change(page, |config| *config = settings);
    engine::train(page);
}
