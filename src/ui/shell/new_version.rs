//! The offer of a new version of the page.

use crate::data::files;
use crate::ui::app::context::Page;
use crate::ui::app::service_worker::{container, keep, register, renew};
use crate::ui::browser::{focus, url};
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// The offer of a new version; nothing while there is none.
#[component]
pub fn NewVersion() -> impl IntoView {
    let page = Page::here();
    let offer = RwSignal::new(false);
    // Not before everything that a run needs has come: the first visit's line is for that.
    let needed = memo(move || {
        let gpu = page.run_state.device.with(|device| device.as_ref().is_some_and(|d| d.gpu));
        page.run_state.setup.with(|setup| setup.as_ref().map(|setup| (files::addresses(&setup.config), gpu)))
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
                                    "A new version of Softlabel has arrived. Reload to use it: that ends a run under way, but settings and finished runs stay."
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
