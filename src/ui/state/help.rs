//! Help and keys.

use crate::ui::browser::storage;
use leptos::prelude::*;

/// Storage key of whether the keys are on.
pub const KEY: &str = "softlabel-keys";

/// Whether the user had the keys on the last time; they are on at first.
pub fn keys_remembered() -> bool {
    storage::recall(KEY).is_none_or(|on| on != "false")
}

/// Whether the help is open, and whether the keys are on.
#[derive(Clone, Copy)]
pub struct HelpState {
    /// Whether the help is open.
    pub open: RwSignal<bool>,
    /// Whether the keys are on.
    pub keys: RwSignal<bool>,
}

impl HelpState {
    /// Closed; the keys as the user last had them.
    pub fn recall() -> Self {
        Self { open: RwSignal::new(false), keys: RwSignal::new(keys_remembered()) }
    }

    /// Opens it.
    pub fn show(self) {
        self.open.set(true);
    }

    /// Whether it is open.
    pub fn open_now(self) -> bool {
        self.open.get_untracked()
    }

    /// Whether keyboard shortcuts are on.
    pub fn keys_on(self) -> bool {
        self.keys.get_untracked()
    }
}
