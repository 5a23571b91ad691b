//! A table of metrics: a row per network, a column per metric.

use crate::lab::glossary;
use crate::ui::state::memo::memo;
use crate::ui::text::metrics::{Column, Row};
use crate::ui::widgets::glossary::Term;
use leptos::prelude::*;

/// A table of metrics with reactive cells.
#[component]
pub fn MetricsTable(
    /// Accessible name.
    name: &'static str,
    /// Id of the element that describes it.
    described_by: &'static str,
    /// Its columns.
    columns: &'static [Column],
    /// Its rows.
    rows: Memo<Vec<Row>>,
) -> impl IntoView {
    // Rows are rendered again only when a header changes; a new value updates its cell alone.
    let heads = memo(move || rows.with(|rows| rows.iter().map(|r| (r.header.clone(), r.class)).collect::<Vec<_>>()));
    let cell = move |row: usize, column: usize| {
        let get = memo(move || rows.with(|rows| rows.get(row)?.cells.get(column).cloned()));
        view! {
            <td translate="no">
                {move || get.get().map(|cell| cell.0)}
                {move || get.get().and_then(|cell| cell.1).map(|sd| view! { " " <small>{sd}</small> })}
            </td>
        }
    };
    let body = move || {
        let row = |(i, (header, class)): (usize, (String, &'static str))| {
            view! {
                <tr class=class>
                    <th scope="row">{header}</th>
                    {(0..columns.len()).map(|column| cell(i, column)).collect_view()}
                </tr>
            }
        };
        heads.get().into_iter().enumerate().map(row).collect_view()
    };
    // The header's accessible name is the metric's name, not that of the button inside.
    let head = |(name, help): Column| {
        let word = match glossary::of_column(name) {
            Some(term) => view! { <Term key=term.key word=name /> }.into_any(),
            None => name.into_any(),
        };
        view! { <th scope="col" title=help aria-label=name>{word}</th> }
    };
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=format!("{name}, can be scrolled sideways")>
            <table class="measures" aria-label=name aria-describedby=described_by>
                <thead>
                    <tr>
                        <td></td>
                        {columns.iter().map(|&column| head(column)).collect_view()}
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}
