//! A sweep as a table: a row per cell.

use crate::lab::number_format::{compared, per_cent};
use crate::lab::sweep::Cell;
use crate::lab::verdict::signed;
use crate::ui::state::memo::memo;
use crate::ui::state::sweep::SweepRun;
use leptos::prelude::*;

/// Table of all cells.
#[component]
pub fn SweepTable(run: RwSignal<Option<SweepRun>>) -> impl IntoView {
    let rows = memo(move || {
        run.with(|run| {
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
        run.with(|run| run.as_ref().map(|run| (run.grid.sweep.x.name(), run.grid.sweep.y.name()))).unwrap_or_default()
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
