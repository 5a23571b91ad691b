//! "Export": what can be taken away, and the way back in.

use super::memo::memo;
use super::{file_words::{Item, size}, model::Engine, page::Page, rest::{Later, Part}};
use crate::protocol::{Export, Script};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Has the file of an item written.
fn take(page: Page, item: Item) {
    match item {
        Item::Weights => page.export(Export::Weights),
        Item::Data => page.export(Export::Data),
        Item::EvaluateNumpy => page.export_script(Script::EvaluateNumpy),
        Item::EvaluateTorch => page.export_script(Script::EvaluateTorch),
        Item::TrainTorch => page.export_script(Script::TrainTorch),
        Item::RunJson => page.export_shown_run(false),
        Item::RunCsv => page.export_shown_run(true),
    }
}

/// The button and its dialog. The browser's own modal dialog: Escape closes it, and the focus goes back to the button.
#[component]
pub fn ExportButton() -> impl IntoView {
    let page = Page::here();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let open = page.files.open;
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                // Refused only where it is not in the document; it is.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let show = move |_| {
        page.files.trouble.set(None);
        open.set(true);
    };
    view! {
        <button aria-haspopup="dialog" on:click=show>"Export"</button>
        <dialog class="export" aria-labelledby="h-export" node_ref=dialog on:close=move |_| open.set(false)>
            {move || open.get().then(|| view! { <Later part=Part::Export /> })}
        </dialog>
    }
}

#[component]
pub fn Contents() -> impl IntoView {
    let page = Page::here();
    let setup = page.part(|m| m.setup.clone());
    let state = page.part(|m| (m.engine == Engine::Open, m.done(), m.results.outcome.is_some()));
    let item = move |item: Item| {
        let (name, help) = (item.name(), item.help());
        let id = format!("export-{item:?}");
        let why = memo(move || {
            let (open, done, shown) = state.get();
            item.why_not(open, done, shown)
        });
        let told = move || match why.get() {
            Some(why) => Some(why.to_string()),
            None => setup.with(|s| s.as_ref().and_then(|s| item.bytes(s))).map(size),
        };
        view! {
            <li>
                <button disabled=move || why.get().is_some() aria-describedby=id.clone() on:click=move |_| take(page, item)>
                    {name}
                </button>
                <p class="help" id=id>{help} " " <b>{told}</b></p>
            </li>
        }
    };
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            page.import(file);
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
        <div class="head">
            <h2 id="h-export">"Take it with you"</h2>
            <button class="quiet" on:click=move |_| page.files.open.set(false)>"Close"</button>
        </div>
        <ul>{Item::ALL.map(item).collect_view()}</ul>
        <p class="help">"Charts: “Save chart” stands under each of them."</p>
        <h3>"Bring it back"</h3>
        <div class="row">
            <button aria-describedby="help-import" on:click=choose>"Import…"</button>
            <input
                type="file" hidden accept=".json,.safetensors" aria-label="File to import" node_ref=chooser on:change=chosen
            />
            <p class="help" id="help-import">
                "Weights that were exported here are set up and measured anew; a run (JSON) joins “Your runs” and sets its settings."
            </p>
        </div>
        {move || page.files.trouble.get().map(|why| view! { <p class="refused" role="alert">{why}</p> })}
    }
}
