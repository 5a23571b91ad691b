//! Keyboard shortcuts: listed in the help, optional, and never in the way of a control that has the focus.

use crate::config::parameter;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::examples;
use crate::ui::app::lens;
use crate::ui::app::run;
use crate::ui::app::slides;
use crate::ui::state::help::HelpState;
use crate::ui::state::keys::{Press, may_be_shortcut};
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
    ("p", "Present: slides to project"),
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
        if event.default_prevented() || !is_shortcut(event) || help.open_now() || !help.keys_on() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let in_use = target.as_ref().is_some_and(|e| e.closest(CONTROLS).is_ok_and(|found| found.is_some()));
        let types =
            target.is_some_and(|e| e.closest("input, select, textarea, dialog").is_ok_and(|found| found.is_some()));
        match event.key().as_str() {
            " " if !in_use && !event.repeat() => run::train_or_pause(page),
            "ArrowRight" if !in_use => engine::step(page),
            "[" | "]" | "," | "." | "d" if !types => {
                look(page, &event.key());
            }
            "p" if !types => slides::show(page, Some(0)),
            "r" if !types => engine::reset(page),
            "?" if !types => help.show(),
            _ => return,
        }
        event.prevent_default();
    };
    EventListener::new_with_options(&window, "keydown", options, on_key).forget();
}

/// Whether a press may be one of the page's keys.
pub fn is_shortcut(event: &KeyboardEvent) -> bool {
    let key = event.key();
    may_be_shortcut(Press {
        key: &key,
        ctrl: event.ctrl_key(),
        alt: event.alt_key(),
        meta: event.meta_key(),
        alt_graph: event.get_modifier_state("AltGraph"),
        composing: event.is_composing(),
    })
}

/// What the keys for looking do, on the page and on slides: temperature, example, theme. False of other keys.
pub fn look(page: Page, key: &str) -> bool {
    match key {
        "[" | "]" => {
            let Some(parameter) = parameter("t") else { return false };
            let now = lens::temperature_now(page);
            let (by, step) = if key == "[" { (-0.02, -parameter.step) } else { (0.02, parameter.step) };
            let far = parameter.at((parameter.position(now) + by).clamp(0.0, 1.0));
            // A step at least, also where the scale is so wide that the way is less.
            let to = if (far - now).abs() < parameter.step { now + step } else { far };
            lens::set(page, parameter, to.clamp(parameter.min, parameter.max));
        }
        "," | "." => examples::select_next(page, if key == "," { -1 } else { 1 }),
        "d" => crate::ui::shell::theme::toggle(page),
        _ => return false,
    }
    true
}
