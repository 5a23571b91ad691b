//! What went wrong, in a sentence, and the way on: the one place where faults meet the reader.

use crate::ui::app::context::Page;
use crate::ui::browser::focus;
use leptos::prelude::*;

/// Sorts of trouble, by the way on that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A link that could not be used in full.
    Link,
    /// The device cannot be used.
    Device,
    /// The data could not be had.
    Data,
    /// The settings ask for what cannot be.
    Settings,
    /// A loss is not finite.
    Diverged,
    /// The engine failed.
    Engine,
    /// The second part of the page's program did not arrive.
    LazyChunk,
}

impl ErrorKind {
    /// Name of the button that leads on, beside `Dismiss`.
    fn way_on(self) -> Option<&'static str> {
        match self {
            Self::Link | Self::Settings => None,
            Self::Device => Some("Use the CPU"),
            Self::Data | Self::LazyChunk => Some("Try again"),
            Self::Diverged => Some("Use the default learning rates"),
            Self::Engine => Some("Start the engine again"),
        }
    }
}

/// One alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// What sort; there is at most one of each.
    pub trouble: ErrorKind,
    /// What, why, and what to do: one sentence each.
    pub sentences: Vec<String>,
}

/// Every alert, the newest last.
#[component]
pub fn Alerts() -> impl IntoView {
    let page = Page::here();
    let one = move |alert: Alert| {
        let trouble = alert.trouble;
        let go_on = move |_| {
            page.go_on(trouble);
            focus::then_to(focus::TRAIN);
        };
        let dismiss = move |_| {
            page.dismiss(trouble);
            focus::then_to(focus::TRAIN);
        };
        view! {
            <div class="alert" role="alert" data-trouble=format!("{trouble:?}").to_lowercase()>
                <div>{alert.sentences.into_iter().map(|s| view! { <p>{s}</p> }).collect_view()}</div>
                <div class="row">
                    {trouble
                        .way_on()
                        .map(|name| view! { <button class="strong" on:click=go_on>{name}</button> })}
                    <button on:click=dismiss>"Dismiss"</button>
                </div>
            </div>
        }
    };
    view! {
        <div class="alerts">
            <For each=move || page.alerts.get() key=|a| (a.trouble as u8, a.sentences.clone()) children=one />
        </div>
    }
}
