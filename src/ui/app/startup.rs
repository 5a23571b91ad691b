//! Opening the page, and the deferred start of the engine: as soon as the user moves, scrolls or presses anything, or after a
//! while if they only read. Until the page is complete, its own program has the processor and the network to itself; a visitor
//! who leaves at once is spared the engine.

use crate::link;
use crate::ui::app::context::{Hooks, Page};
use crate::ui::app::{alerts, engine, lesson, watchdog};
use crate::ui::browser::{layout, url};
use crate::ui::state::benchmark;
use crate::ui::state::run_state::EngineState;
use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::prelude::*;

/// Opens the page of the link in the address bar, for all components below.
pub fn open(hooks: Hooks) -> Page {
    let hash = url::hash();
    let bench = benchmark::requested_by(&hash);
    let mut read = if bench.is_some() { link::parse("") } else { link::parse(&hash) };
    let notices = std::mem::take(&mut read.notices);
    if let Some((asked, _)) = &bench {
        read.config.device = asked.device;
    }
    let page = Page::new(read, hooks);
    provide_context(page);
    lesson::recall(page);
    watchdog::watch(page);
    match bench {
        None => {
            alerts::notices(page, notices);
            // The engine itself is started later: `start_when_active`.
            page.run_state.update(|model| model.engine = EngineState::Starting);
        }
        // The device is the benchmark's: the engine is not started before the user presses Train.
        Some((asked, notices)) => {
            alerts::notices(page, notices);
            page.run_state.update(|model| model.engine = EngineState::Resting);
            page.bench_request.set(Some(asked));
        }
    }
    page
}

/// Time without activity after which the engine starts anyway, in milliseconds from the page being complete.
const STILL_MS: u32 = 3_000;
/// Events that show an active user.
const ACTIVITY_EVENTS: [&str; 7] = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "scroll", "click"];

/// Starts the engine when the time has come; the page is all there.
pub fn start_when_active(page: Page, turns: u32) {
    // A demonstration begins by itself.
    if page.presentation.with_untracked(|p| p.wait_at.is_some()) {
        return start_deferred(page, turns);
    }
    Timeout::new(STILL_MS, move || start_deferred(page, turns)).forget();
    let Some(window) = web_sys::window() else { return };
    for event in ACTIVITY_EVENTS {
        EventListener::once(&window, event, move |_| start_deferred(page, turns)).forget();
    }
}

/// Starts the engine and lays out all panels; both do nothing the second time.
fn start_deferred(page: Page, turns: u32) {
    engine::start_unasked(page);
    layout::lay_out_all(turns);
}
