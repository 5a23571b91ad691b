//! The page without a network: sees to it that the browser keeps the page and the data of the run, and offers a new
//! version when there is one. `www/sw.js` is the other half.
//!
//! What fails here fails silently: the page works without it, as it does in an insecure context.

use crate::ui::browser::url;
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// The browser's service workers; none in an insecure context.
pub fn container() -> Option<ServiceWorkerContainer> {
    let window = web_sys::window()?;
    window.is_secure_context().then(|| window.navigator().service_worker()).filter(|c| !c.is_undefined())
}

/// A version that waits, when another is in use.
fn waiting(registration: &ServiceWorkerRegistration) -> bool {
    registration.active().is_some() && registration.waiting().is_some()
}

/// Registers the service worker and sets `offer` whenever a new version has arrived.
pub async fn register(offer: RwSignal<bool>) -> Result<(), JsValue> {
    let Some(container) = container() else { return Ok(()) };
    let script = format!("{}sw.js", url::base());
    let registration: ServiceWorkerRegistration = JsFuture::from(container.register(&script)).await?.unchecked_into();
    offer.set(waiting(&registration));
    let found = registration.clone();
    EventListener::new(&registration, "updatefound", move |_| {
        let Some(installing) = found.installing() else { return };
        let found = found.clone();
        EventListener::new(&installing, "statechange", move |_| {
            if waiting(&found) {
                offer.set(true);
            }
        })
        .forget();
    })
    .forget();
    Ok(())
}

/// Has the worker in charge keep these addresses.
pub async fn keep(addresses: Vec<String>) -> Result<(), JsValue> {
    let Some(container) = container() else { return Ok(()) };
    let registration: ServiceWorkerRegistration = JsFuture::from(container.ready()?).await?.unchecked_into();
    let addresses: Array = addresses.into_iter().map(JsValue::from).collect();
    let message = Object::new();
    Reflect::set(&message, &"keep".into(), &addresses)?;
    registration.active().map_or(Ok(()), |worker| worker.post_message(&message))
}

/// Puts the waiting version in charge, and shows it once it is.
pub async fn renew() -> Result<(), JsValue> {
    let Some(container) = container() else { return Ok(()) };
    let options = EventListenerOptions::default();
    EventListener::once_with_options(&container, "controllerchange", options, |_| {
        let _ = web_sys::window().map(|w| w.location().reload());
    })
    .forget();
    let registration: ServiceWorkerRegistration = JsFuture::from(container.ready()?).await?.unchecked_into();
    match registration.waiting() {
        Some(worker) => worker.post_message(&"activate".into()),
        // Another tab has put it in charge.
        None => web_sys::window().map_or(Ok(()), |window| window.location().reload()),
    }
}
