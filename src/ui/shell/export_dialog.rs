//! "Export": what can be taken away, and the way back in.

use crate::files::codec::Script;
use crate::protocol::Export;
use crate::ui::app::context::Page;
use crate::ui::app::files;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::EngineState;
use crate::ui::text::files::{ExportItem, size};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Has the file of an item written.
fn take(page: Page, item: ExportItem) {
    match item {
        ExportItem::Weights => files::export(page, Export::Weights),
        ExportItem::Data => files::export(page, Export::Data),
        ExportItem::EvaluateNumpy => files::export_script(page, Script::EvaluateNumpy),
        ExportItem::EvaluateTorch => files::export_script(page, Script::EvaluateTorch),
        ExportItem::TrainTorch => files::export(page, Export::Training),
        ExportItem::RunJson => files::export_shown_run(page, false),
        ExportItem::RunCsv => files::export_shown_run(page, true),
    }
}

/// What is in the dialog.
#[component]
pub fn Contents() -> impl IntoView {
    let page = Page::here();
    let setup = page.run_state.setup;
    let state = memo(move || {
        let run = page.run_state;
        (run.engine.get() == EngineState::Open, run.done.get(), run.results.with(|results| results.outcome.is_some()))
    });
    let item = move |item: ExportItem| {
        let (name, help) = (item.name(), item.help());
        let id = format!("export-{item:?}");
        let why = memo(move || {
            let (open, done, shown) = state.get();
            item.unavailable_reason(open, done, shown)
        });
        let note = move || match why.get() {
            Some(why) => Some(why.to_string()),
            None => setup.with(|s| s.as_ref().and_then(|s| item.bytes(s))).map(size),
        };
        view! {
            <li>
                <button disabled=move || why.get().is_some() aria-describedby=id.clone() on:click=move |_| take(page, item)>
                    {name}
                </button>
                <p class="help" id=id>{help} " " <b>{note}</b></p>
            </li>
        }
    };
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            files::import(page, file);
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let chooser: NodeRef<html::Input> = NodeRef::new();
    let choose = move |_| {
        if let Some(chooser) = chooser.get_untracked() {
            chooser.click();
        }
    };
    view! {
        <ul>{ExportItem::ALL.map(item).collect_view()}</ul>
        <p class="help">"Charts: use “Save chart” under each of them."</p>
        <h3>"Import"</h3>
        <div class="row">
            <button aria-describedby="help-import" on:click=choose>"Import…"</button>
            <input
                type="file" hidden accept=".json,.safetensors" aria-label="File to import" node_ref=chooser on:change=chosen
            />
            <p class="help" id="help-import">
                "Weights that were exported here are loaded and measured again; a run (JSON) is added to “Runs”, and the page takes its settings."
            </p>
        </div>
        {move || page.files.error.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
    }
}
