//! Heat map of a sweep: a cell per pair of settings, blue for a gain and orange for a loss against the hard-label student.

use crate::chart::cells::{Cells, strength};
use crate::lab::sweep::{Axis, Cell};
use crate::lab::verdict::Finding;
use crate::ui::browser::element_size::size_of;
use crate::ui::state::memo::memo;
use crate::ui::state::sweep::SweepRun;
use crate::ui::text::sweep;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Size until the element is measured, in pixels.
const SIZE: (f64, f64) = (560.0, 320.0);
/// Longest column label that is not rotated, in characters.
const MAX_UNROTATED: usize = 6;
/// Width below which a cell shows shorter numbers in smaller print, in pixels.
const NARROW: f64 = 46.0;
/// Approximate width of a character of a label, in pixels.
const CHARACTER: f64 = 7.0;

/// The cell selected in the map: the one under the pointer, else the chosen one, else the best so far.
#[derive(Clone, Copy)]
pub struct CellSelection {
    /// The cell under the pointer.
    pub pointed: RwSignal<Option<(usize, usize)>>,
    /// The cell clicked or focused.
    pub chosen: RwSignal<Option<(usize, usize)>>,
    best: Memo<(usize, usize)>,
    size: Memo<(usize, usize)>,
}

impl CellSelection {
    /// No cell pointed at or chosen.
    pub fn new(run: RwSignal<Option<SweepRun>>) -> Self {
        let best = move |run: &Option<SweepRun>| run.as_ref().and_then(|run| run.grid.best()).map(|(x, y, _)| (x, y));
        let best = memo(move || run.with(best).unwrap_or((0, 0)));
        let size = memo(move || run.with(|run| run.as_ref().map_or((0, 0), SweepRun::size)));
        Self { pointed: RwSignal::new(None), chosen: RwSignal::new(None), best, size }
    }

    /// The cell if it is inside the map: another sweep may have fewer cells.
    fn in_map(self, cell: RwSignal<Option<(usize, usize)>>) -> Option<(usize, usize)> {
        let (columns, rows) = self.size.get();
        cell.get().filter(|&(x, y)| x < columns && y < rows)
    }

    /// The cell whose settings are taken over: the chosen one, else the best; not the one under the pointer.
    pub fn chosen_or_best(self) -> (usize, usize) {
        self.in_map(self.chosen).unwrap_or_else(|| self.best.get())
    }

    /// The cell to describe.
    pub fn described(self) -> (usize, usize) {
        self.in_map(self.pointed).unwrap_or_else(|| self.chosen_or_best())
    }
}

/// Data of the map.
#[derive(Clone, Debug, Default, PartialEq)]
struct MapData {
    columns: Vec<String>,
    rows: Vec<String>,
    names: (String, String),
    cells: Vec<Option<Cell>>,
    ties: Vec<bool>,
    descriptions: Vec<String>,
    max_gain: f64,
}

fn map_data(run: &SweepRun) -> MapData {
    let sweep = &run.grid.sweep;
    let ticks = |axis: Axis, values: &[f64]| values.iter().map(|&v| sweep::tick(axis, v)).collect();
    let (nx, ny) = run.size();
    MapData {
        columns: ticks(sweep.x, &sweep.xs),
        rows: ticks(sweep.y, &sweep.ys),
        names: (sweep::axis(sweep.x), sweep::axis(sweep.y)),
        cells: run.cells(),
        ties: if run.running() { Vec::new() } else { run.grid.ties() },
        descriptions: (0..nx * ny).map(|at| sweep::cell(run, (at % nx, at / nx))).collect(),
        max_gain: run.most(),
    }
}

fn longest(labels: &[String]) -> usize {
    labels.iter().map(|label| label.chars().count()).max().unwrap_or(0)
}

/// The map; the arrow keys move between its cells.
#[component]
pub fn SweepMap(
    /// The sweep.
    run: RwSignal<Option<SweepRun>>,
    /// The selected cell.
    selection: CellSelection,
) -> impl IntoView {
    let frame: NodeRef<html::Div> = NodeRef::new();
    let size = size_of(frame, SIZE);
    let map = memo(move || run.with(|run| run.as_ref().map(map_data).unwrap_or_default()));
    // Labels and shape change only with another sweep; cells change with every measurement.
    let shape = memo(move || map.with(|m| (m.columns.clone(), m.rows.clone(), m.names.clone())));
    let cells = memo(move || {
        let (columns, rows, _) = shape.get();
        let left = 26.0 + CHARACTER * longest(&rows).max(2) as f64;
        let top =
            if longest(&columns) > MAX_UNROTATED { 34.0 + 0.62 * CHARACTER * longest(&columns) as f64 } else { 44.0 };
        Cells::new((columns.len(), rows.len()), size.get().0, left, top)
    });
    let labels = move || {
        let (columns, rows, names) = shape.get();
        let cells = cells.get();
        let rotated = longest(&columns) > MAX_UNROTATED;
        let column = |(x, label): (usize, String)| {
            let (middle, top) = (cells.middle(x, 0).0, cells.origin.1 - 8.0);
            if rotated {
                let rotation = format!("rotate(38 {middle} {top})");
                view! { <text x=middle y=top text-anchor="end" transform=rotation>{label}</text> }.into_any()
            } else {
                view! { <text x=middle y=top text-anchor="middle">{label}</text> }.into_any()
            }
        };
        let row = |(y, label): (usize, String)| {
            view! { <text x={cells.origin.0 - 8.0} y={cells.middle(0, y).1 + 4.0} text-anchor="end">{label}</text> }
        };
        let middle = cells.origin.1 + (cells.size.1 - cells.origin.1) / 2.0;
        let rotation = format!("rotate(-90 12 {middle})");
        view! {
            <g class="axis" aria-hidden="true">
                {columns.into_iter().enumerate().map(column).collect_view()}
                {rows.into_iter().enumerate().map(row).collect_view()}
                <text class="axis-name" x={cells.origin.0} y="14">{names.0} " →"</text>
                <text class="axis-name" x="12" y=middle text-anchor="middle" transform=rotation>"← " {names.1}</text>
            </g>
        }
    };
    let all = move || {
        let count = cells.get().count;
        let places = (0..count.1).flat_map(move |y| (0..count.0).map(move |x| (x, y)));
        places.map(|at| view! { <MapCell at map cells selection /> }).collect_view()
    };
    view! {
        <div class="sweep-map" node_ref=frame>
            <svg
                role="group" aria-label="Sweep map" aria-describedby="sweep-sentence"
                width=move || cells.get().size.0 height=move || cells.get().size.1
                viewBox=move || format!("0 0 {} {}", cells.get().size.0, cells.get().size.1)
            >
                <defs>
                    <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <line x1="0" y1="0" x2="0" y2="7" class="hatch-line"></line>
                    </pattern>
                </defs>
                {labels}
                {all}
            </svg>
        </div>
    }
}

/// Moves the focus to a cell.
fn focus((x, y): (usize, usize)) {
    let document = web_sys::window().and_then(|w| w.document());
    let cell = document.and_then(|d| d.get_element_by_id(&format!("sweep-cell-{x}-{y}")));
    if let Some(cell) = cell {
        // `SVGElement` has the same `focus` method as `HTMLElement`.
        let _ = cell.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

#[component]
fn MapCell(at: (usize, usize), map: Memo<MapData>, cells: Memo<Cells>, selection: CellSelection) -> impl IntoView {
    let (x, y) = at;
    let index = move || y * cells.get().count.0 + x;
    let cell = memo(move || map.with(|m| m.cells.get(index()).copied().flatten()));
    let gain = move || cell.get().and_then(|cell| cell.gain);
    let description = memo(move || map.with(|m| m.descriptions.get(index()).cloned().unwrap_or_default()));
    let colour_strength = move || format!("{:.3}", strength(gain().map_or(0.0, |g| g.mean), map.with(|m| m.max_gain)));
    let significant =
        move || cell.get().is_some_and(|c| c.done && c.gain.is_some_and(|g| g.finding() != Finding::NoSignificantGain));
    let tie = move || map.with(|m| m.ties.get(index()).copied().unwrap_or(false));
    let narrow = move || cells.get().cell.0 < NARROW;
    let left = move || cells.get().at(x, y).0;
    let top = move || cells.get().at(x, y).1;
    let keys = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, -1),
            "ArrowDown" => (0, 1),
            _ => return,
        };
        event.prevent_default();
        let to = cells.get_untracked().step(at, step);
        selection.chosen.set(Some(to));
        focus(to);
    };
    view! {
        <g
            class="sweep-cell" id=format!("sweep-cell-{x}-{y}") role="button" aria-label=description
            class:gain=move || gain().is_some_and(|g| g.mean >= 0.0) class:loss=move || gain().is_some_and(|g| g.mean < 0.0)
            class:empty=move || gain().is_none() class:unfinished=move || cell.get().is_some_and(|c| !c.done)
            class:sure=significant class:tie=tie class:narrow=narrow class:chosen=move || selection.chosen_or_best() == at
            aria-pressed=move || (selection.chosen_or_best() == at).to_string() tabindex=move || if selection.chosen_or_best() == at { "0" } else { "-1" }
            on:click=move |_| selection.chosen.set(Some(at)) on:focus=move |_| selection.chosen.set(Some(at))
            on:mouseenter=move |_| selection.pointed.set(Some(at)) on:mouseleave=move |_| selection.pointed.set(None) on:keydown=keys
        >
            <rect
                x=left y=top width=move || cells.get().cell.0 height=move || cells.get().cell.1 rx="4" style=("--v", colour_strength)
            ></rect>
            <text x=move || cells.get().middle(x, y).0 y=move || cells.get().middle(x, y).1 + 4.5 text-anchor="middle">
                {move || gain().map(|g| sweep::gain(g.mean, narrow()))}
            </text>
            {move || {
                significant()
                    .then(|| {
                        let right = left() + cells.get().cell.0;
                        view! { <circle class="sure-mark" cx={right - 6.0} cy={top() + 6.0} r="2.5"></circle> }
                    })
            }}
        </g>
    }
}
