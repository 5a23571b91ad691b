//! The size of an element, followed as it changes: charts are drawn in real pixels, so that their text keeps its size.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// Width and height of an element in pixels; `before` until it is measured.
pub fn size_of(element: NodeRef<html::Div>, before: (f64, f64)) -> RwSignal<(f64, f64)> {
    let size = RwSignal::new(before);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let measured: Closure<dyn FnMut(js_sys::Array)> = Closure::new(move |entries: js_sys::Array| {
            if let Ok(entry) = entries.get(0).dyn_into::<web_sys::ResizeObserverEntry>() {
                let rect = entry.content_rect();
                let now = (rect.width().round(), rect.height().round());
                if now.0 > 0.0 && now.1 > 0.0 && Some(now) != size.try_get_untracked() {
                    // The element may outlive the signal by a moment when a panel is closed.
                    let _ = size.try_set(now);
                }
            }
        });
        if let Ok(observer) = web_sys::ResizeObserver::new(measured.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // The charts are there as long as the page: so are their observers and closures.
            measured.forget();
        }
    });
    size
}
