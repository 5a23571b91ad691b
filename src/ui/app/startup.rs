//! When the engine is started unasked, and what is off screen laid out: as soon as the reader moves, scrolls or presses
//! anything, and after a moment of peace if they only read. Until the page is all there, its own program has the processor
//! and the network to itself; who only looks in and leaves is spared the engine.

use crate::ui::app::context::Page;
use crate::ui::shell::presentation;
use crate::ui::shell::lazy_panels::TURNS;
use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::prelude::*;

/// How long a reader may sit still, in milliseconds after the page is all there.
const STILL_MS: u32 = 3_000;
/// Signs of life.
const SIGNS: [&str; 7] = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "scroll", "click"];

impl Page {
    /// Starts the engine when the time has come; the page is all there.
    pub(in crate::ui) fn start_when_awake(self) {
        // A demonstration begins by itself.
        if self.presentation.with_untracked(|p| p.wait_at.is_some()) {
            return self.wake();
        }
        Timeout::new(STILL_MS, move || self.wake()).forget();
        let Some(window) = web_sys::window() else { return };
        for sign in SIGNS {
            EventListener::once(&window, sign, move |_| self.wake()).forget();
        }
    }

    /// What has been done is not done again.
    fn wake(self) {
        self.start_unasked();
        presentation::lay_out_all(TURNS + 2);
    }
}
