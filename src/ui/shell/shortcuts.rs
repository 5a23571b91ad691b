//! Keyboard shortcuts: listed in the help, optional, and never in the way of a control that has the focus.

use crate::config::parameter;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::examples;
use crate::ui::app::lens;
use crate::ui::app::run;
use crate::ui::state::help::HelpState;
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// What each key does, for the list.
pub const KEYS: &[(&str, &str)] = &[
    ("Space", "Train, or pause"),
    ("→", "One step"),
    ("[ and ]", "Temperature down and up"),
    (", and .", "Previous and next example"),
    ("r", "Reset"),
    ("d", "Dark or light theme"),
    ("?", "This help"),
];

/// Controls that have a use of their own for keys.
const CONTROLS: &str = "input, select, textarea, button, summary, a, dialog, [role=grid], [tabindex='0']";

/// Listens from now on.
pub fn listen(page: Page, help: HelpState) {
    let Some(window) = web_sys::window() else { return };
    let options = EventListenerOptions::enable_prevent_default();
    let on_key = move |event: &web_sys::Event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        if event.default_prevented() || modified || help.open_now() || !help.keys_on() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let in_use = target.as_ref().is_some_and(|e| e.closest(CONTROLS).is_ok_and(|found| found.is_some()));
        let types =
            target.is_some_and(|e| e.closest("input, select, textarea, dialog").is_ok_and(|found| found.is_some()));
        match event.key().as_str() {
            " " if !in_use && !event.repeat() => run::train_or_pause(page),
            "ArrowRight" if !in_use => engine::step(page),
            "[" | "]" if !types => {
                let Some(parameter) = parameter("t") else { return };
                let now = lens::temperature_now(page);
                let (by, step) = if event.key() == "[" { (-0.02, -parameter.step) } else { (0.02, parameter.step) };
                let far = parameter.at((parameter.position(now) + by).clamp(0.0, 1.0));
                // A step at least, also where the scale is so wide that the way is less.
                let to = if (far - now).abs() < parameter.step { now + step } else { far };
                lens::set(page, parameter, to.clamp(parameter.min, parameter.max));
            }
            "," | "." if !types => examples::select_next(page, if event.key() == "," { -1 } else { 1 }),
            "r" if !types => engine::reset(page),
            "d" if !types => crate::ui::shell::theme::toggle(page),
            "?" if !types => help.show(),
            _ => return,
        }
        event.prevent_default();
    };
    EventListener::new_with_options(&window, "keydown", options, on_key).forget();
}
