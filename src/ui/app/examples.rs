//! Which of the chosen examples is shown.

use crate::ui::app::address;
use crate::ui::app::context::Page;
use leptos::prelude::*;

/// Probes at an example so many places on, round and round.
pub fn select_next(page: Page, step: isize) {
    let count = page.run_state.with_untracked(|m| m.soft.as_ref().map_or(0, |view| view.examples.len()));
    if count > 0 {
        let at = page.example.get_untracked().min(count - 1) as isize;
        page.example.set((at + step).rem_euclid(count as isize) as usize);
        address::publish(page);
    }
}
