//! The slider of a parameter. A native range input holds the value, for keyboards, assistive technology and scripts; the
//! visible track follows the parameter's own, often logarithmic, scale, as do pointer events.

use crate::config::{Parameter, parameter, thousands};
use crate::ui::app::context::Page;
use crate::ui::app::lens;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};

/// Distance of the ends of the thumb's travel from the ends of the track, in pixels; `--inset` in the style sheet.
const INSET: f64 = 11.0;

/// Values of the marks below a slider: round and evenly spaced.
fn marks(parameter: &Parameter) -> &'static [f64] {
    match parameter.key {
        "t" => &[0.5, 1.0, 2.0, 4.0, 8.0, 20.0],
        "alpha" => &[0.0, 0.25, 0.5, 0.75, 1.0],
        "n" => &[10.0, 100.0, 1_000.0, 10_000.0],
        "hidden" => &[1.0, 4.0, 16.0, 64.0, 256.0],
        "noise" => &[0.0, 0.3, 0.6, 0.9],
        "shift_by" | "shift_share" | "production_by" | "mixup" => &[0.0, 0.5, 1.0],
        "pool" => &[0.0, 2_500.0, 5_000.0, 10_000.0],
        "teacher" => &[4.0, 16.0, 64.0, 256.0],
        _ => &[],
    }
}

/// Label of a mark: the number without its unit, except for per cent.
fn mark_label(parameter: &Parameter, value: f64) -> String {
    match parameter.key {
        "noise" | "shift_by" | "shift_share" | "production_by" | "mixup" => format!("{:.0}\u{a0}%", 100.0 * value),
        "n" | "pool" => thousands(value),
        _ => format!("{value}"),
    }
}

/// The slider of a parameter.
#[component]
pub fn Slider(
    /// Key of the parameter.
    key: &'static str,
    /// Symbol of the parameter in formulas, shown beside its name.
    #[prop(optional)]
    symbol: &'static str,
    /// Hides name and value, where they are shown elsewhere.
    #[prop(optional)]
    bare: bool,
    /// Text that replaces the parameter's explanation.
    #[prop(optional, into)]
    help: Option<Signal<String>>,
    /// Begins the identifiers of its elements, where another slider of the same parameter is on the page.
    #[prop(optional)]
    place: &'static str,
) -> impl IntoView {
    let page = Page::here();
    let parameter = parameter(key).expect("the page uses keys of the parameter table only");
    let value = lens::value(page, parameter);
    let input: NodeRef<html::Input> = NodeRef::new();
    // The pointer that holds the thumb, and the value when it came down; `None` while it is up.
    let held = StoredValue::new(None::<(i32, f64)>);
    let holds = move |event: &PointerEvent| held.get_value().filter(|(pointer, _)| *pointer == event.pointer_id());
    let moved = StoredValue::new(false);

    let set_from_pointer = move |event: &PointerEvent| {
        let Some(track) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return };
        let rect = track.get_bounding_client_rect();
        let travel = (rect.width() - 2.0 * INSET).max(1.0);
        lens::set(page, parameter, parameter.at((f64::from(event.client_x()) - rect.left() - INSET) / travel));
    };
    let down = move |event: PointerEvent| {
        // A second finger is the start of a pinch.
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        event.prevent_default();
        if let Some(track) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            let _ = track.set_pointer_capture(event.pointer_id());
        }
        held.set_value(Some((event.pointer_id(), value.get_untracked())));
        moved.set_value(false);
        // A touch may be the start of a scroll: it sets the value only when it moves sideways or lifts.
        if event.pointer_type() != "touch" {
            set_from_pointer(&event);
        }
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    let drag = move |event: PointerEvent| {
        if holds(&event).is_some() {
            moved.set_value(true);
            set_from_pointer(&event);
        }
    };
    let up = move |event: PointerEvent| {
        if holds(&event).is_some() {
            if !moved.get_value() {
                set_from_pointer(&event);
            }
            held.set_value(None);
        }
    };
    // The browser has taken the gesture as a scroll or a pinch: restore the value.
    let cancel = move |event: PointerEvent| {
        if let Some((_, before)) = holds(&event) {
            lens::set(page, parameter, before);
            held.set_value(None);
        }
    };
    // The pointer was taken away without a word, by a dialog or another window: the value stays where it is.
    let lost = move |event: PointerEvent| {
        if holds(&event).is_some() {
            held.set_value(None);
        }
    };

    let position = move || format!("{:.4}", parameter.position(value.get()));
    let shown = move || parameter.show(value.get());
    let (id, help_id) = (format!("{place}knob-{key}"), format!("{place}help-{key}"));
    let text = move || help.map_or_else(|| parameter.help.to_string(), |help| help.get());
    view! {
        <div class="knob" class:bare=bare data-knob=key>
            {(!bare)
                .then(|| {
                    view! {
                        <div class="knob-head">
                            <label for=id.clone()>{parameter.name}{(!symbol.is_empty()).then(|| view! { " " <i>{symbol}</i> })}</label>
                            <b aria-hidden="true" translate="no">{shown}</b>
                        </div>
                    }
                })}
            <div
                class="track" style=("--p", position)
                on:pointerdown=down on:pointermove=drag on:pointerup=up on:pointercancel=cancel on:lostpointercapture=lost
            >
                <input
                    type="range" id=id aria-label=parameter.name aria-describedby=help_id.clone()
                    min=parameter.min max=parameter.max step=parameter.step aria-valuetext=shown node_ref=input
                    prop:value=move || value.get().to_string()
                    on:input:target=move |event| {
                        if let Ok(number) = event.target().value().parse::<f64>() {
                            lens::set(page, parameter, number);
                        }
                    }
                />
                <span class="rail"></span>
                <span class="fill"></span>
                <span class="thumb"></span>
            </div>
            <div class="marks" aria-hidden="true" translate="no">
                {marks(parameter)
                    .iter()
                    .map(|&mark| {
                        let at = format!("{:.4}", parameter.position(mark));
                        view! { <span style=("--p", at)>{mark_label(parameter, mark)}</span> }
                    })
                    .collect_view()}
            </div>
            <p class="help" id=help_id>{text}</p>
        </div>
    }
}
