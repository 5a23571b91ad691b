//! The remedies that alerts offer.

use crate::config::{DeviceChoice, PARAMETERS};
use crate::ui::app::context::Page;
use crate::ui::app::{alerts, engine, settings};
use crate::ui::state::alerts::ErrorKind;
use leptos::prelude::*;

/// Applies the remedy that an alert offers.
pub fn resolve(page: Page, kind: ErrorKind) {
    alerts::dismiss(page, kind);
    match kind {
        ErrorKind::Link | ErrorKind::Settings => {}
        ErrorKind::Device if page.config.with_untracked(|c| c.device != DeviceChoice::Cpu) => {
            settings::change(page, |config| config.device = DeviceChoice::Cpu);
        }
        ErrorKind::Device | ErrorKind::Data | ErrorKind::Engine | ErrorKind::Silent => engine::start(page),
        ErrorKind::LazyChunk => (page.hooks.fetch_lazy_chunk)(page),
        ErrorKind::Diverged => settings::change(page, |config| {
            for parameter in
                PARAMETERS.iter().filter(|parameter| parameter.key == "lr" || parameter.key == "teacher_lr")
            {
                (parameter.set)(config, (parameter.default)(config.task));
            }
        }),
    }
}
