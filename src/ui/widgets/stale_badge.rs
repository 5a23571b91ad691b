//! Badges on results that do not belong to the settings on screen.

use crate::experiment::Setup;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{Shared, Stale, same_run};
use leptos::prelude::*;

/// Why the results on screen are stale; `None` if they are current.
pub fn stale(page: Page) -> Memo<Option<Stale>> {
    memo(move || page.run_state.results.with(|results| page.config.with(|c| results.stale(c))))
}

/// Badge on outputs of the networks (regions, texts), whose run may be another than that of the results.
#[component]
pub fn StaleOutputBadge(
    /// Setup of the outputs' run; `None` while there are none.
    #[prop(into)]
    setup: Signal<Option<Shared<Setup>>>,
) -> impl IntoView {
    let page = Page::here();
    let stale = memo(move || setup.get().is_some_and(|setup| page.config.with(|c| !same_run(c, &setup.config))));
    move || stale.get().then(|| view! { <span class="stale-mark">"from earlier settings – press Train"</span> })
}

/// Badge on results: from earlier settings, or from an interrupted run.
#[component]
pub fn StaleBadge() -> impl IntoView {
    let stale = stale(Page::here());
    move || {
        let (class, text) = match stale.get()? {
            Stale::Temperature(t) => ("tag", format!("trained at T = {t}")),
            Stale::Settings(_) => ("stale-mark", "from earlier settings – press Train".into()),
            Stale::Interrupted => ("stale-mark", "from a run that was cut short – press Train".into()),
        };
        Some(view! { <span class=class>{text}</span> })
    }
}
