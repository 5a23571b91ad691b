//! The mark on results that are not those of the settings on screen.

use crate::experiment::Setup;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{Shared, Stale, same_run};
use leptos::prelude::*;

/// Why the results on screen are stale, if they are.
pub fn stale(page: Page) -> Memo<Option<Stale>> {
    memo(move || page.model.with(|m| page.config.with(|c| m.stale(c))))
}

/// The same of what networks have said: of a run of its own, which may be another than that of the results.
#[component]
pub fn StaleLook(
    /// The run's setup, once they have said something.
    #[prop(into)]
    setup: Signal<Option<Shared<Setup>>>,
) -> impl IntoView {
    let page = Page::here();
    let old = memo(move || setup.get().is_some_and(|setup| page.config.with(|c| !same_run(c, &setup.config))));
    move || old.get().then(|| view! { <span class="stale-mark">"from earlier settings – press Train"</span> })
}

/// "from earlier settings – press Train".
#[component]
pub fn StaleMark() -> impl IntoView {
    let stale = stale(Page::here());
    let words = move || match stale.get()? {
        Stale::Settings(_) => Some("from earlier settings – press Train"),
        Stale::Interrupted => Some("from a run that was cut short – press Train"),
    };
    move || words().map(|words| view! { <span class="stale-mark">{words}</span> })
}
