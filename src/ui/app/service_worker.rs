//! The page without a network: sees to it that the browser keeps the page and the data of the run, and offers a new
//! version when there is one. `www/sw.js` is the other half.
//!
//! What fails here fails silently: the page works without it, as it does in an insecure context.

use crate::ui::app::context::Page;
use crate::ui::browser::{focus, url};
use crate::data::files;
use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

/// The browser's service workers; none in an insecure context.
fn container() -> Option<ServiceWorkerContainer> {
    let window = web_sys::window()?;
    window.is_secure_context().then(|| window.navigator().service_worker()).filter(|c| !c.is_undefined())
}

/// A version that waits, when another is in use.
fn waiting(registration: &ServiceWorkerRegistration) -> bool {
    registration.active().is_some() && registration.waiting().is_some()
}

/// Registers the service worker and tells `offer` whenever a new version has arrived.
async fn register(offer: RwSignal<bool>) -> Result<(), JsValue> {
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
async fn keep(addresses: Vec<String>) -> Result<(), JsValue> {
    let Some(container) = container() else { return Ok(()) };
    let registration: ServiceWorkerRegistration = JsFuture::from(container.ready()?).await?.unchecked_into();
    let addresses: Array = addresses.into_iter().map(JsValue::from).collect();
    let message = Object::new();
    Reflect::set(&message, &"keep".into(), &addresses)?;
    registration.active().map_or(Ok(()), |worker| worker.post_message(&message))
}

/// Puts the waiting version in charge, and shows it once it is.
async fn renew() -> Result<(), JsValue> {
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

/// The offer of a new version; nothing while there is none.
#[component]
pub fn NewVersion() -> impl IntoView {
    let page = Page::here();
    let offer = RwSignal::new(false);
    // Not before everything that a run needs has come: the first visit's line is for that.
    let needed = page.part(|m| {
        let gpu = m.device.as_ref().is_some_and(|d| d.gpu);
        m.setup.as_ref().map(|setup| (files::addresses(&setup.config), gpu))
    });
    let registered = StoredValue::new(false);
    Effect::new(move |_| {
        let controlled = container().is_some_and(|c| c.controller().is_some());
        let needed = needed.get();
        if (controlled || needed.is_some()) && !registered.get_value() {
            registered.set_value(true);
            leptos::task::spawn_local(async move { drop(register(offer).await) });
        }
        if let Some((data, gpu)) = needed {
            let base = url::base();
            let mut addresses: Vec<String> = data.iter().map(|path| format!("{base}{path}")).collect();
            if gpu {
                addresses.extend(["worker_gpu.js", "worker_gpu_bg.wasm"].map(url::engine));
            }
            leptos::task::spawn_local(async move { drop(keep(addresses).await) });
        }
    });
    let later = move |_| {
        offer.set(false);
        focus::then_to(focus::TRAIN);
    };
    let accept = move |_| leptos::task::spawn_local(async { drop(renew().await) });
    view! {
        <div role="status" aria-label="New version">
            {move || {
                offer
                    .get()
                    .then(|| {
                        view! {
                            <div class="offer">
                                <p>
                                    "A new version of Softlabel has arrived. It is there after a reload, which ends a run under way; settings and finished runs stay."
                                </p>
                                <button on:click=accept>"Reload with the new version"</button>
                                <button on:click=later>"Later"</button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
