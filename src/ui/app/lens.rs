//! T as a lens and as a setting. The bars, the similar classes and the regions are shown at the lens's T; the distilled
//! students train at the settings' T. The two are one outside lessons; in a lesson, whose T is part of its question, the slider
//! moves the lens alone.

use crate::config::Parameter;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// Key of the temperature.
const T: &str = "t";

/// The T that is looked at.
pub fn temperature(page: Page) -> Memo<f64> {
    memo(move || page.lens.get().unwrap_or_else(|| page.config.with(|c| f64::from(c.distilled.temperature))))
}

/// The T that is looked at, without subscribing to it.
pub fn temperature_now(page: Page) -> f64 {
    let own = || page.config.with_untracked(|c| f64::from(c.distilled.temperature));
    page.lens.get_untracked().unwrap_or_else(own)
}

/// The value that a parameter's slider shows.
pub fn value(page: Page, parameter: &'static Parameter) -> Memo<f64> {
    memo(move || {
        let lens = page.lens.get().filter(|_| parameter.key == T);
        parameter.snap(lens.unwrap_or_else(|| page.config.with(|config| (parameter.get)(config))))
    })
}

/// Moves a parameter's slider: the setting, or in a lesson the lens for T.
pub fn set(page: Page, parameter: &'static Parameter, value: f64) {
    if parameter.key == T && page.lesson.with_untracked(Option::is_some) {
        let (value, own) =
            (parameter.snap(value), page.config.with_untracked(|config| parameter.snap((parameter.get)(config))));
        let lens = (value != own).then_some(value);
        if page.lens.get_untracked() != lens {
            page.lens.set(lens);
        }
    } else {
        settings::set(page, parameter, value);
    }
}
