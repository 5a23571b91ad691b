//! Files that are exported or imported.

use leptos::prelude::*;

/// State of exports and imports.
#[derive(Clone, Copy)]
pub struct FileTransfer {
    /// Whether the dialog is open.
    pub open: RwSignal<bool>,
    /// Why the last file could not be had or used.
    pub error: RwSignal<Option<String>>,
    /// Whether the run about to finish came from a file.
    pub imported: StoredValue<ImportState>,
}

/// Whether the run that is about to finish was trained here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// It was.
    No,
    /// It was not, and is about to be set up.
    Expected,
    /// It was not, and is set up: whatever is set up next is another.
    Open,
}

impl FileTransfer {
    /// Nothing under way.
    pub fn idle() -> Self {
        Self { open: RwSignal::new(false), error: RwSignal::new(None), imported: StoredValue::new(ImportState::No) }
    }

    /// Whether the run that has just finished came from a file; asked once.
    pub(in crate::ui) fn was_imported(self) -> bool {
        let imported = self.imported.get_value();
        self.not_imported();
        imported != ImportState::No
    }

    /// A run is set up.
    pub(in crate::ui) fn opened(self) {
        self.imported.update_value(|imported| {
            *imported = if *imported == ImportState::Expected { ImportState::Open } else { ImportState::No };
        });
    }

    /// The run that finishes next is trained here.
    pub(in crate::ui) fn not_imported(self) {
        self.imported.set_value(ImportState::No);
    }
}
