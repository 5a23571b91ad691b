//! When the engine is started unasked: as soon as the reader moves, scrolls or presses anything, and after a moment of peace
//! if they only read. Until the page is all there, its own program has the processor and the network to itself; who only
//! looks in and leaves is spared the engine.

use super::page::Page;
use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::prelude::*;

/// How long a reader may sit still, in milliseconds after the page is all there.
const STILL_MS: u32 = 3_000;
/// Signs of life.
const SIGNS: [&str; 6] = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "scroll"];

impl Page {
    /// Starts the engine when the time has come; the page is all there.
    pub(super) fn start_when_awake(self) {
        // A demonstration begins by itself.
        if self.presentation.with_untracked(|p| p.wait_at.is_some()) {
            return self.start_unasked();
        }
        Timeout::new(STILL_MS, move || self.start_unasked()).forget();
        let Some(window) = web_sys::window() else { return };
        for sign in SIGNS {
            // Once each, and without effect once it has been started.
            EventListener::once(&window, sign, move |_| self.start_unasked()).forget();
        }
    }
}
