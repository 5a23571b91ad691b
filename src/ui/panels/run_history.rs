//! Run history: finished runs, to reopen, overlay on the accuracy chart, save or delete.

use crate::lab::verdict::Finding;
use crate::runs::{MAX, finding};
use crate::ui::app::context::Page;
use crate::ui::app::files;
use crate::ui::app::run_history;
use crate::ui::state::memo::memo;
use crate::ui::state::run_history::{Listed, Stored, when};
use crate::ui::text::units::seconds;
use leptos::{html, prelude::*};

/// The run history panel.
#[component]
pub fn RunHistoryPanel() -> impl IntoView {
    let page = Page::here();
    let runs = page.runs;
    let heading: NodeRef<html::H2> = NodeRef::new();
    let has_runs = memo(move || runs.list.with(|list| !list.is_empty()));
    let storage_text = move || match runs.stored.get() {
        Stored::Asking => String::new(),
        Stored::Yes => format!(
            "Runs are kept in this browser, on this device, and sent nowhere. The latest {MAX} are kept; older ones are dropped."
        ),
        Stored::No => format!(
            "This browser stores nothing for this page (a private window, perhaps), so runs are kept for this visit only, \
             the latest {MAX} of them."
        ),
    };
    view! {
        <section class="card p-runs" aria-labelledby="h-runs">
            <div class="head">
                <h2 id="h-runs" tabindex="-1" node_ref=heading>"Runs"</h2>
                {move || {
                    has_runs.get()
                        .then(|| {
                            view! {
                                <button class="quiet" on:click=move |_| runs.forget_all()>"Forget all"</button>
                            }
                        })
                }}
            </div>
            <DeletedRuns heading />
            {move || {
                (!has_runs.get())
                    .then(|| {
                        view! {
                            <p class="hint">
                                "No runs yet. Each run that comes to its verdict is listed here, with the settings that made it."
                            </p>
                        }
                    })
            }}
            <ol class="runs" aria-labelledby="h-runs">
                <For each=move || runs.list.get() key=|run| run.at.to_bits() let:run>
                    <Row run />
                </For>
            </ol>
            <p class="help">{storage_text}</p>
        </section>
    }
}

/// Message about the runs just deleted, with an undo button. It takes the focus, because the pressed button is gone.
#[component]
fn DeletedRuns(heading: NodeRef<html::H2>) -> impl IntoView {
    let runs = Page::here().runs;
    let count = memo(move || runs.forgotten.with(Vec::len));
    let undo: NodeRef<html::Button> = NodeRef::new();
    Effect::new(move |_| {
        runs.forgotten.track();
        if let Some(undo) = undo.get() {
            let _ = undo.focus();
        }
    });
    let on_undo = move |_| {
        runs.undo();
        if let Some(heading) = heading.get_untracked() {
            let _ = heading.focus();
        }
    };
    let words = move || match count.get() {
        0 => String::new(),
        1 => "One run forgotten.".into(),
        n => format!("{n} runs forgotten."),
    };
    view! {
        <div class="forgotten">
            <span role="status" aria-label="Forgotten runs">{words}</span>
            {move || {
                (count.get() > 0)
                    .then(|| view! { <button class="quiet" node_ref=undo on:click=on_undo>"Undo"</button> })
            }}
        </div>
    }
}

/// One run of the list.
#[component]
fn Row(run: Listed) -> impl IntoView {
    let page = Page::here();
    let runs = page.runs;
    let (time, settings) = (when(&run), run.settings());
    let state = match run.finding {
        Some(Finding::Gain) => "gain",
        Some(Finding::Loss) => "loss",
        _ => "none",
    };
    let laid = {
        let run = run.clone();
        memo(move || runs.laid.with(|laid| laid.as_ref() == Some(&run)))
    };
    let named = |act: &str| format!("{act}: run of {time}");
    let (open, over, forget) = (named("Use its settings"), named("Overlay"), named("Forget"));
    let (to_open, to_lay, to_forget) = (run.clone(), run.clone(), run.clone());
    let save = |form: &'static str| {
        let (run, named) = (run.clone(), named(&format!("Save as {form}")));
        view! {
            <button class="quiet" aria-label=named on:click=move |_| files::export_kept_run(page, &run, form == "CSV")>{form}</button>
        }
    };
    let saves = ["JSON", "CSV"].map(save).collect_view();
    view! {
        <li>
            <div class="run-words">
                <p>
                    <time>{time.clone()}</time>
                    <span class=format!("found {state}")>{finding(run.finding)}</span>
                    <small>{seconds(run.seconds.into())} " of training"</small>
                </p>
                <p class="run-settings">{settings}</p>
                <p class="help">{run.sentence.clone()} " " {format!("Test accuracy: {}.", run.accuracies())}</p>
            </div>
            <div class="row">
                <button aria-label=open on:click=move |_| run_history::open(page, &to_open)>"Use its settings"</button>
                <button
                    aria-label=over aria-pressed=move || laid.get().to_string()
                    title="Draws its curves, dashed, over those of the accuracy chart"
                    on:click=move |_| runs.lay(&to_lay)
                >
                    "Overlay"
                </button>
                {saves}
                <button class="quiet" aria-label=forget on:click=move |_| runs.forget(&to_forget)>"Forget"</button>
            </div>
        </li>
    }
}
