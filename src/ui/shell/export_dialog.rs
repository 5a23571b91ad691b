//! "Export": what can be taken away, and the way back in.

use crate::config::Arm;
use crate::experiment::Setup;
use crate::files::codec::Script;
use crate::protocol::Export;
use crate::ui::app::context::Page;
use crate::ui::app::files;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::EngineState;
use crate::ui::text::files::{ExportItem, size};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};

/// Has the file of an item written; `arm` is that of the student to deploy.
fn take(page: Page, item: ExportItem, arm: Arm) {
    match item {
        ExportItem::Student => files::export(page, Export::Student(arm)),
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
    let arms = memo(move || {
        let named = |s: &Setup| s.arms.iter().map(|&arm| (arm, s.config.arm_name(arm))).collect::<Vec<_>>();
        setup.with(|s| s.as_ref().map(|s| named(s)).unwrap_or_default())
    });
    let chosen_arm = RwSignal::new(Arm::Distilled);
    // An arm that the run has no longer gives way to the distilled one.
    let arm = memo(move || {
        let wanted = chosen_arm.get();
        if arms.with(|arms| arms.iter().any(|(arm, _)| *arm == wanted)) { wanted } else { Arm::Distilled }
    });
    let which = move || {
        let option = move |(place, (of, name)): (usize, (Arm, String))| {
            view! { <option value=place.to_string() prop:selected=move || arm.get() == of>{name}</option> }
        };
        let choose = move |event: web_sys::Event| {
            let place = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok()).map(|s| s.value());
            let found = place
                .and_then(|p| p.parse::<usize>().ok())
                .and_then(|p| arms.with_untracked(|a| a.get(p).map(|a| a.0)));
            if let Some(found) = found {
                chosen_arm.set(found);
            }
        };
        view! {
            <select aria-label="Student to deploy" on:change=choose>
                {move || arms.get().into_iter().enumerate().map(option).collect_view()}
            </select>
        }
    };
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
                <button disabled=move || why.get().is_some() aria-describedby=id.clone() on:click=move |_| take(page, item, arm.get_untracked())>
                    {name}
                </button>
                <div>
                    <p class="help" id=id>{help} " " <b>{note}</b></p>
                    {(item == ExportItem::Student).then(which)}
                </div>
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
