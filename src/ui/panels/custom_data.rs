//! File choosers for custom data, and a summary of what was read.

use crate::config::{Task, thousands};
use crate::ui::app::context::Page;
use crate::ui::app::custom_data;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

fn files(list: Option<FileList>) -> Vec<File> {
    list.map(|list| (0..list.length()).filter_map(|i| list.get(i)).collect()).unwrap_or_default()
}

/// The file choosers; empty unless the task is custom data.
#[component]
pub fn CustomDataFiles() -> impl IntoView {
    let page = Page::here();
    let is_custom = page.setting(|c| c.task == Task::Own);
    let summary = page.run_state.custom_data;
    let card = page.run_state.data_card;
    let folder: NodeRef<html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(input) = folder.get() {
            // Leptos lacks this attribute. Without it, the input chooses files instead of a folder.
            let _ = input.set_attribute("webkitdirectory", "");
        }
    });
    let chosen = move |event: web_sys::Event| {
        let Some(input) = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) else { return };
        let files = files(input.files());
        custom_data::take_files(page, files);
        // Lets the user choose the same file again after correcting it.
        input.set_value("");
    };
    let text = move || {
        match summary.get() {
        None => view! { <p class="help">"They stay in this tab: nothing is sent anywhere."</p> }.into_any(),
        Some(Ok(info)) => view! {
            <p class="figure">
                {format!(
                    "“{}”: {} examples to learn from, {} to test on; {} {}, {} classes.",
                    info.name,
                    thousands(info.train as f64),
                    thousands(info.test as f64),
                    thousands(info.dimensions as f64),
                    if info.dimensions == 784 { "pixels" } else { "inputs" },
                    info.classes.len(),
                )}
            </p>
            {card.with(Option::is_some).then(|| view! { <p class="help">"The data card below says what was recognised; correct it there."</p> })}
        }
        .into_any(),
        Some(Err(why)) => view! { <p class="refused" role="alert">{why} " Nothing was changed."</p> }.into_any(),
    }
    };
    move || {
        is_custom.get().then(|| {
            view! {
                <div class="own-files">
                    <label class="file">
                        "Table (CSV)"
                        <input type="file" aria-label="Table (CSV)" multiple=true accept=".csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.npy,.npz,.safetensors,text/csv" on:change=chosen />
                    </label>
                    <label class="file">
                        "Images"
                        <input type="file" aria-label="Images" accept="image/*" multiple=true on:change=chosen />
                    </label>
                    <label class="file">
                        "Folder of images"
                        <input type="file" aria-label="Folder of images" multiple=true on:change=chosen node_ref=folder />
                    </label>
                    <div aria-live="polite">{text}</div>
                    <details>
                        <summary>"What the files must look like"</summary>
                        <p class="help">
                            "A table (CSV, TSV, JSON Lines): 20 to 100,000 rows, at most 2,048 columns and 50 MB, with a column of labels of 2 to 32 \
                             classes. Numbers, categories, dates and gaps are recognised, and so are a teacher’s own probabilities (p_cat, p_dog). \
                             Images: 20 to 3,000, in a folder for each class or with names that begin with it (cat_01.png); they are \
                             scaled to 28 × 28 grey pixels; at most 60 MB. One example in five is kept for the test."
                        </p>
                    </details>
                </div>
            }
        })
    }
}
