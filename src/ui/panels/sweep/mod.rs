//! Sweep: many settings at once, each against the hard-label student of the same replicates.

mod heatmap;

use crate::config::{Config, Task, parameter};
use crate::lab::number_format::{compared, per_cent};
use crate::lab::sweep::{Cell, Sweep};
use crate::lab::verdict::signed;
use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::app::sweep::SweepRunner;
use crate::ui::browser::schedule::in_turn;
use crate::ui::panels::sweep::heatmap::{Looked, SweepMap};
use crate::ui::state::loading::PANELS;
use crate::ui::state::memo::memo;
use crate::ui::state::sweep::SweepRun;
use crate::ui::text::sweep;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// Replicates of a sweep, at least and at most.
const REPLICATES: (usize, usize, usize) = (2, 12, 1);

/// The sweep chosen, with its replicates and steps where the reader has set them.
#[derive(Clone, Copy)]
struct SelectedDevice {
    offered: RwSignal<usize>,
    replicates: RwSignal<Option<usize>>,
    steps: RwSignal<Option<usize>>,
}

impl SelectedDevice {
    fn sweep(self, config: &Config) -> Sweep {
        let (_, x, y) = Sweep::OFFERED[self.offered.get().min(Sweep::OFFERED.len() - 1)];
        let usual = Sweep::over(x, y, config);
        Sweep {
            replicates: self.replicates.get().unwrap_or(usual.replicates),
            steps: self.steps.get().map_or(usual.steps, Sweep::steps),
            ..usual
        }
    }
}

/// The panel.
#[component]
pub fn SweepPanel() -> impl IntoView {
    let page = Page::here();
    let sweeper = SweepRunner::new(page);
    let chosen =
        SelectedDevice { offered: RwSignal::new(0), replicates: RwSignal::new(None), steps: RwSignal::new(None) };
    let planned = memo(move || page.config.with(|config| chosen.sweep(config)));
    let running = memo(move || sweeper.run.with(|run| run.as_ref().is_some_and(|run| run.running())));
    let any = memo(move || sweeper.run.with(Option::is_some));
    // The plan and the map are much work beside the rest, and come after every panel.
    let (planning, drawing) = (RwSignal::new(false), RwSignal::new(false));
    in_turn(PANELS + 2, move || planning.set(true));
    in_turn(PANELS + 3, move || drawing.set(true));
    let plan = memo(move || {
        if !planning.get() {
            return String::new();
        }
        let room = sweeper.room();
        page.config.with(|config| {
            let sweep = planned.get();
            let jobs = sweep.jobs(config, room.limits, room.workers);
            sweep::plan(&sweep, config, &jobs, room.workers)
        })
    });
    let looked = Looked::new(sweeper.run);
    let act = move |_| {
        if running.get_untracked() {
            sweeper.stop();
        } else {
            looked.chosen.set(None);
            sweeper.start(planned.get_untracked());
        }
    };
    // Before anything ran, the map of what would be run.
    Effect::new(move |_| {
        if !drawing.get() {
            return;
        }
        let (sweep, config) = (planned.get(), page.config.get());
        let shown = |run: &Option<SweepRun>| match run {
            Some(run) => (run.preview, (run.grid.sweep.x, run.grid.sweep.y) == (sweep.x, sweep.y)),
            None => (true, true),
        };
        let (preview, same) = sweeper.run.with_untracked(shown);
        if preview {
            // A place in the map of other settings is none in this one.
            if !same {
                looked.chosen.set(None);
            }
            sweeper.run.set(Some(SweepRun::preview(sweep, config)));
        }
    });
    let stale = memo(move || {
        sweeper.run.with(|run| {
            let run = run.as_ref().filter(|run| !run.preview)?;
            let now = planned.get();
            if (run.grid.sweep.x, run.grid.sweep.y) != (now.x, now.y) {
                return Some("from another sweep");
            }
            if run.base.task == Task::Own && run.own_data != page.own_data.get() {
                return Some("from other data");
            }
            page.config.with(|config| (!run.grid.sweep.fits(&run.base, config)).then_some("from earlier settings"))
        })
    });
    let troubles =
        memo(move || sweeper.run.with(|run| run.as_ref().map(|run| run.troubles.clone())).unwrap_or_default());
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
                <Controls chosen planned running />
                <button class="strong" on:click=act>{move || if running.get() { "Stop" } else { "Run sweep" }}</button>
            </div>
            {move || (!running.get()).then(|| view! { <p class="help" id="sweep-plan">{plan}</p> })}
            {move || {
                (!troubles.get().is_empty())
                    .then(|| {
                        let said = troubles.get().into_iter().map(|t| view! { <p>{t}</p> }).collect_view();
                        view! { <div class="alert" role="alert"><div>{said}</div></div> }
                    })
            }}
            {move || any.get().then(|| view! { <Outcome sweeper looked /> })}
        </section>
    }
}

/// Which sweep, how often, how long.
#[component]
fn Controls(chosen: SelectedDevice, planned: Memo<Sweep>, running: Memo<bool>) -> impl IntoView {
    let number = move |name: &'static str,
                       (least, most, step): (usize, usize, usize),
                       get: fn(&Sweep) -> usize,
                       set: RwSignal<Option<usize>>| {
        view! {
            <label>
                {name}
                <input
                    type="number" aria-label=format!("Sweep {}", name.to_lowercase()) min=least max=most step=step inputmode="numeric"
                    disabled=move || running.get() prop:value=move || planned.with(get).to_string()
                    on:change:target=move |event| {
                        let input = event.target();
                        if let Ok(n) = input.value().trim().parse::<usize>() {
                            set.set(Some(n.clamp(least, most)));
                        }
                        input.set_value(&planned.with_untracked(get).to_string());
                    }
                />
            </label>
        }
    };
    let steps = parameter("steps")
        .map_or((20, 5_000, 20), |parameter| (parameter.min as usize, parameter.max as usize, parameter.step as usize));
    view! {
        <label class="which">
            "Settings"
            <select
                aria-label="Sweep" disabled=move || running.get()
                on:change:target=move |event| {
                    if let Ok(place) = event.target().value().parse() {
                        chosen.offered.set(place);
                    }
                }
            >
                {Sweep::OFFERED
                    .iter()
                    .enumerate()
                    .map(|(i, (name, ..))| {
                        view! {
                            <option value=i.to_string() prop:selected=move || chosen.offered.get() == i>{*name}</option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
        {number("Replicates", REPLICATES, |s| s.replicates, chosen.replicates)}
        {number("Steps", steps, |s| s.steps, chosen.steps)}
    }
}

/// The map, what it says, and the cell looked at.
#[component]
fn Outcome(sweeper: SweepRunner, looked: Looked) -> impl IntoView {
    let page = Page::here();
    let run = sweeper.run;
    let sentence = memo(move || run.with(|run| run.as_ref().map(sweep::caption)).unwrap_or_default());
    let share = memo(move || run.with(|run| run.as_ref().map_or(0.0, |run| (200.0 * run.share()).round() / 2.0)));
    let running = memo(move || run.with(|run| run.as_ref().is_some_and(|run| run.running())));
    let preview = memo(move || run.with(|run| run.as_ref().is_some_and(|run| run.preview)));
    let details = memo(move || run.with(|run| run.as_ref().map(|run| sweep::cell(run, looked.told()))));
    let take = move |_| {
        let settings = page.config.with_untracked(|config| {
            run.with_untracked(|run| Some(run.as_ref()?.settings(untrack(|| looked.used()), config)))
        });
        if let Some(settings) = settings {
            let (own, of_cell) =
                (settings.replicates, run.with_untracked(|run| run.as_ref().map(|run| run.grid.sweep.replicates)));
            settings::change(page, |config| *config = settings);
            alerts::remark(
                page,
                match of_cell.filter(|of_cell| *of_cell != own) {
                    Some(n) => format!(
                        "These settings are set above: press Train to run them, in {own} replicates where the cell has {n}."
                    ),
                    None => "These settings are set above: press Train to run them.".into(),
                },
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
            <SweepMap run looked />
            <ul class="key">
                <li><i class="k-gain"></i>"gain, points over hard labels"</li>
                <li><i class="k-loss"></i>"loss"</li>
                <li><i class="k-sure"></i>"95\u{a0}% interval without 0"</li>
                <li><i class="k-hatch"></i>"not done"</li>
            </ul>
            <div class="looked-at" data-unsaved="">
                <p aria-live="polite">{details}</p>
                <button on:click=take>"Use these settings"</button>
            </div>
            <figcaption id="sweep-sentence">{sentence}</figcaption>
            <SaveChart chart=".sweep" name="Sweep map" />
            {move || {
                (!preview.get())
                    .then(|| {
                        view! {
                            <details class="more">
                                <summary>"As a table"</summary>
                                <Table sweeper />
                            </details>
                        }
                    })
            }}
        </figure>
    }
}

/// Every cell's numbers.
#[component]
fn Table(sweeper: SweepRunner) -> impl IntoView {
    let rows = memo(move || {
        sweeper.run.with(|run| {
            let Some(run) = run else { return Vec::new() };
            let (nx, ny) = run.size();
            let sweep = &run.grid.sweep;
            let row = |at: usize| {
                let (x, y) = (at % nx, at / nx);
                let head = [sweep.x.show(sweep.xs[x]), sweep.y.show(sweep.ys[y])];
                let cell = run.grid.cell(x, y).filter(|cell: &Cell| cell.done);
                let or = |value: Option<String>| value.unwrap_or_else(|| "–".into());
                let gain = cell.and_then(|c| c.gain);
                let (accuracy, hard) = (cell.map(|c| c.accuracy), gain.and(run.grid.baseline(x, y)));
                let shown = match (accuracy, hard, gain) {
                    (Some(accuracy), Some(hard), Some(gain)) => {
                        let (accuracy, hard) = compared(accuracy, hard, gain.mean);
                        [Some(accuracy), Some(hard)]
                    }
                    _ => [accuracy, hard].map(|share| share.map(per_cent)),
                };
                let [accuracy, hard] = shown.map(or);
                let cells = [
                    accuracy,
                    hard,
                    or(gain.map(|g| signed(g.mean))),
                    or(gain.map(|g| format!("{} to {}", signed(g.low), signed(g.high)))),
                    or(cell.map(|c| per_cent(c.agreement))),
                ];
                (head, cells)
            };
            (0..nx * ny).map(row).collect()
        })
    });
    let axes = memo(move || {
        sweeper
            .run
            .with(|run| run.as_ref().map(|run| (run.grid.sweep.x.name(), run.grid.sweep.y.name())))
            .unwrap_or_default()
    });
    let body = move || {
        let row = |(head, cells): ([String; 2], [String; 5])| {
            view! {
                <tr>
                    {head.map(|h| view! { <th scope="row">{h}</th> }).collect_view()}
                    {cells.map(|c| view! { <td>{c}</td> }).collect_view()}
                </tr>
            }
        };
        rows.get().into_iter().map(row).collect_view()
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="Sweep table, can be scrolled sideways">
            <table class="plain" aria-label="Sweep results">
                <thead>
                    <tr>
                        <th scope="col">{move || axes.get().0}</th>
                        <th scope="col">{move || axes.get().1}</th>
                        <th scope="col">"Distilled"</th>
                        <th scope="col">"Hard labels"</th>
                        <th scope="col">"Gain, points"</th>
                        <th scope="col">"95\u{a0}% interval"</th>
                        <th scope="col">"Agreement"</th>
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
