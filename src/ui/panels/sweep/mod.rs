//! The sweep panel: a grid of settings, each compared with the hard-label student of the same replicates.

mod controls;
mod heatmap;
mod results_table;

use crate::config::Task;
use crate::data::validation::held_out;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::app::sweep::SweepRunner;
use crate::ui::browser::schedule::in_turn;
use crate::ui::panels::sweep::controls::{Controls, SweepSelection};
use crate::ui::panels::sweep::heatmap::{CellSelection, SweepMap};
use crate::ui::panels::sweep::results_table::SweepTable;
use crate::ui::state::memo::memo;
use crate::ui::state::sweep::SweepRun;
use crate::ui::text::sweep;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// The sweep panel.
#[component]
pub fn SweepPanel() -> impl IntoView {
    let page = Page::here();
    let runner = SweepRunner::new(page);
    let chosen = SweepSelection::new();
    let examples = settings::teacher_examples(page);
    let selected = memo(move || {
        let left = examples.get() - held_out(examples.get());
        page.config.with(|config| chosen.sweep(config)).within(left)
    });
    let running = memo(move || runner.run.with(|run| run.as_ref().is_some_and(|run| run.running())));
    let has_run = memo(move || runner.run.with(Option::is_some));
    // Plan and map are expensive to compute, so they are deferred until every panel is mounted.
    let (planning, drawing) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        if page.lazy_chunk.all_made.get() {
            in_turn(1, move || planning.set(true));
            in_turn(2, move || drawing.set(true));
        }
    });
    let plan = memo(move || {
        if !planning.get() {
            return String::new();
        }
        let room = runner.room();
        page.config.with(|config| {
            let sweep = selected.get();
            let jobs = sweep.jobs(config, room.limits, room.workers);
            sweep::plan(&sweep, config, &jobs, room.workers)
        })
    });
    let selection = CellSelection::new(runner.run);
    let on_click = move |_| {
        if running.get_untracked() {
            runner.stop();
        } else {
            selection.chosen.set(None);
            runner.start(selected.get_untracked());
        }
    };
    // Until a sweep has run, the map is a preview of the selected one.
    Effect::new(move |_| {
        if !drawing.get() {
            return;
        }
        let (sweep, config) = (selected.get(), page.config.get());
        let shown = |run: &Option<SweepRun>| match run {
            Some(run) => (run.preview, (run.grid.sweep.x, run.grid.sweep.y) == (sweep.x, sweep.y)),
            None => (true, true),
        };
        let (preview, same) = runner.run.with_untracked(shown);
        if preview {
            // A cell of another sweep's map does not exist in this one.
            if !same {
                selection.chosen.set(None);
            }
            runner.run.set(Some(SweepRun::preview(sweep, config)));
        }
    });
    let stale = memo(move || {
        runner.run.with(|run| {
            let run = run.as_ref().filter(|run| !run.preview)?;
            let now = selected.get();
            if (run.grid.sweep.x, run.grid.sweep.y) != (now.x, now.y) {
                return Some("from another sweep");
            }
            if run.base.task == Task::Own && run.own_data != page.custom_data_version.get() {
                return Some("from other data");
            }
            page.config.with(|config| (!run.grid.sweep.fits(&run.base, config)).then_some("from earlier settings"))
        })
    });
    let errors = memo(move || runner.run.with(|run| run.as_ref().map(|run| run.errors.clone())).unwrap_or_default());
    view! {
        <section class="card p-sweep" aria-labelledby="h-sweep">
            <div class="head">
                <h2 id="h-sweep">"Sweep"</h2>
                {move || stale.get().map(|words| view! { <span class="stale-mark">{words}</span> })}
            </div>
            <p class="help">
                "Where does distilling help, and where does it harm? Each cell trains the distilled student at another pair of settings, in every replicate."
            </p>
            <div class="sweep-controls">
                <Controls chosen selected running />
                <button class="strong" on:click=on_click>{move || if running.get() { "Stop" } else { "Run sweep" }}</button>
            </div>
            {move || (!running.get()).then(|| view! { <p class="help" id="sweep-plan">{plan}</p> })}
            {move || {
                (!errors.get().is_empty())
                    .then(|| {
                        let messages = errors.get().into_iter().map(|t| view! { <p>{t}</p> }).collect_view();
                        view! { <div class="alert" role="alert"><div>{messages}</div></div> }
                    })
            }}
            {move || has_run.get().then(|| view! { <Outcome runner selection /> })}
        </section>
    }
}

/// The map with its caption, the selected cell and the table.
#[component]
fn Outcome(runner: SweepRunner, selection: CellSelection) -> impl IntoView {
    let page = Page::here();
    let run = runner.run;
    let sentence = memo(move || run.with(|run| run.as_ref().map(sweep::caption)).unwrap_or_default());
    let share = memo(move || run.with(|run| run.as_ref().map_or(0.0, |run| (200.0 * run.share()).round() / 2.0)));
    let running = memo(move || run.with(|run| run.as_ref().is_some_and(|run| run.running())));
    let preview = memo(move || run.with(|run| run.as_ref().is_some_and(|run| run.preview)));
    let details = memo(move || run.with(|run| run.as_ref().map(|run| sweep::cell(run, selection.described()))));
    let apply_settings = move |_| {
        let settings = page.config.with_untracked(|config| {
            run.with_untracked(|run| Some(run.as_ref()?.settings(untrack(|| selection.chosen_or_best()), config)))
        });
        if let Some(settings) = settings {
            settings::change(page, |config| *config = settings);
            alerts::remark(
                page,
                "The page has these settings now, with a new seed: press Train to confirm them on the test set.",
            );
        }
    };
    view! {
        <figure class="sweep">
            {move || {
                running
                    .get()
                    .then(|| {
                        view! {
                            <div
                                class="bar" role="progressbar" aria-label="Sweep progress" aria-valuemin="0" aria-valuemax="100"
                                aria-valuenow=move || share.get().round().to_string()
                            >
                                <span style=("--p", move || format!("{:.3}", share.get() / 100.0))></span>
                            </div>
                        }
                    })
            }}
            <SweepMap run selection />
            <ul class="key">
                <li><i class="k-gain"></i>"gain, points over hard labels"</li>
                <li><i class="k-loss"></i>"loss"</li>
                <li><i class="k-sure"></i>"95\u{a0}% interval without 0"</li>
                <li><i class="k-tie"></i>"not significantly behind the best"</li>
                <li><i class="k-hatch"></i>"not done"</li>
            </ul>
            <div class="looked-at" data-unsaved="">
                <p aria-live="polite">{details}</p>
                <button on:click=apply_settings>"Use these settings"</button>
            </div>
            <figcaption id="sweep-sentence">{sentence}</figcaption>
            <SaveChart chart=".sweep" name="Sweep map" />
            {move || {
                (!preview.get())
                    .then(|| {
                        view! {
                            <details class="more">
                                <summary>"As a table"</summary>
                                <SweepTable run />
                            </details>
                        }
                    })
            }}
        </figure>
    }
}
