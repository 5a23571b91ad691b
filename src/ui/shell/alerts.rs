//! The alerts on screen: the one place where the user meets a failure.

use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::recovery;
use crate::ui::browser::focus;
use crate::ui::state::alerts::Alert;
use leptos::prelude::*;

/// Every alert, the newest last.
#[component]
pub fn Alerts() -> impl IntoView {
    let page = Page::here();
    let one = move |alert: Alert| {
        let kind = alert.kind;
        let go_on = move |_| {
            recovery::resolve(page, kind);
            focus::then_to(focus::TRAIN);
        };
        let dismiss = move |_| {
            alerts::dismiss(page, kind);
            focus::then_to(focus::TRAIN);
        };
        view! {
            <div class="alert" role="alert" data-trouble=format!("{kind:?}").to_lowercase()>
                <div>{alert.sentences.into_iter().map(|s| view! { <p>{s}</p> }).collect_view()}</div>
                <div class="row">
                    {kind
                        .recovery()
                        .map(|name| view! { <button class="strong" on:click=go_on>{name}</button> })}
                    <button on:click=dismiss>"Dismiss"</button>
                </div>
            </div>
        }
    };
    view! {
        <div class="alerts">
            <For each=move || page.alerts.get() key=|a| (a.kind as u8, a.sentences.clone()) children=one />
        </div>
    }
}
