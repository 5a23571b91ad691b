//! How far the page itself is loaded.

use leptos::prelude::*;

/// State of the second part of the page's program.
#[derive(Clone, Copy)]
pub struct LazyChunk {
    /// It has arrived.
    pub here: RwSignal<bool>,
    /// Every panel is mounted, or those of the second part will not come.
    pub all_made: RwSignal<bool>,
}

impl LazyChunk {
    /// Not yet.
    pub fn awaited() -> Self {
        Self { here: RwSignal::new(false), all_made: RwSignal::new(false) }
    }
}
