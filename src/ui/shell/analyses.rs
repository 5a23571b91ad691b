//! The analyses below the stage: a tab each, one open at a time. All are there from the start, so that what was set in
//! one is kept, and print shows them all.

use crate::presentation::{STAGE, TABS, Tab, panel_of};
use crate::ui::app::context::Page;
use crate::ui::app::view;
use crate::ui::browser::{focus, layout};
use crate::ui::shell::lazy_panels::{IN_TABS, Later, RESULT_LINE};
use leptos::prelude::*;

/// The tabs and what they open.
#[component]
pub fn Analyses() -> impl IntoView {
    let page = Page::here();
    let keys = move |event: web_sys::KeyboardEvent| {
        let shown: Vec<&Tab> = page.presentation.with(|p| TABS.iter().filter(|tab| !p.hides(tab)).collect());
        let Some(at) = shown.iter().position(|tab| tab.key == page.tab.get_untracked()) else { return };
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % shown.len(),
            "ArrowLeft" => (at + shown.len() - 1) % shown.len(),
            "Home" => 0,
            "End" => shown.len() - 1,
            _ => return,
        };
        event.prevent_default();
        view::choose(page, shown[to]);
        focus::to(&format!("tab-{}", shown[to].key));
    };
    let button = move |tab: &'static Tab| {
        let open = move || page.tab.get() == tab.key;
        view! {
            <button
                role="tab" id=format!("tab-{}", tab.key) aria-controls=format!("analysis-{}", tab.key)
                aria-selected=move || open().to_string() tabindex=move || if open() { "0" } else { "-1" }
                hidden=move || page.presentation.with(|p| p.hides(tab)) on:click=move |_| view::choose(page, tab)
            >
                {tab.name}
            </button>
        }
    };
    let close = move || {
        page.sheet.set(false);
        focus::to(&format!("tab-{}", page.tab.get_untracked()));
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" && page.sheet.get_untracked() && !event.default_prevented() {
            page.sheet.set(false);
        }
    };
    let mut turn = RESULT_LINE;
    let panels = TABS
        .iter()
        .zip(IN_TABS)
        .map(|(tab, parts)| {
            let parts = parts.iter().map(|&part| {
                turn += 1;
                view! { <Later turn part /> }
            });
            view! {
                <div
                    class="analysis" role="tabpanel" id=format!("analysis-{}", tab.key) aria-labelledby=format!("tab-{}", tab.key)
                    hidden=move || page.tab.get() != tab.key
                >
                    <div class="sheet-head">
                        <b>{tab.name}</b>
                        <button on:click=move |_| close()>"Back to the page"</button>
                    </div>
                    {parts.collect_view()}
                </div>
            }
        })
        .collect_view();
    view! {
        <div
            class="analyses" data-sheet=move || page.sheet.get().to_string() data-verdict=move || (page.stage.get() == view::VERDICT).to_string()
            on:keydown=escape
        >
            <div class="tabs" role="tablist" aria-label="Analyses" on:keydown=keys>{TABS.iter().map(button).collect_view()}</div>
            {panels}
        </div>
    }
}

/// On a phone: which part of the stage is shown.
#[component]
pub fn StageSteps() -> impl IntoView {
    let page = Page::here();
    let button = move |key: &'static str| {
        let name = panel_of(key).map_or("", |panel| panel.name);
        let shown = move || page.stage.get() == key;
        let hidden = move || page.presentation.with(|p| p.hidden.contains(&key));
        view! {
            <button aria-pressed=move || shown().to_string() hidden=hidden on:click=move |_| page.stage.set(key)>{name}</button>
        }
    };
    // The verdict, when there is one: the last part of the process.
    let over = page.run_state.done;
    Effect::new(move |before: Option<bool>| {
        let now = over.get();
        // Where all is in view, what is looked at stays.
        if now && before == Some(false) && layout::is_narrow() {
            view::show_verdict(page);
        }
        now
    });
    let at_verdict = move || page.stage.get() == view::VERDICT;
    view! {
        <div class="steps" role="group" aria-label="Stage">
            {STAGE.map(button).collect_view()}
            <button aria-pressed=move || at_verdict().to_string() on:click=move |_| view::show_verdict(page)>"Verdict"</button>
        </div>
    }
}
