//! The data card of the user's own table: what was recognised in it, the role of every column, and what to look out for, each with
//! a remedy. A choice made here reads the table again.

use crate::config::{Task, thousands};
use crate::data::card::{Choices, ColumnCard, DataCard, Role, Warning};
use crate::ui::app::context::Page;
use crate::ui::app::custom_data;
use crate::ui::state::run_state::Shared;
use leptos::prelude::*;

/// Columns that are listed; of very wide tables the others are alike.
const LISTED: usize = 60;

/// The panel; nothing while the task is another one or there is no table.
#[component]
pub fn DataCardPanel() -> impl IntoView {
    let page = Page::here();
    let is_custom = page.setting(|c| c.task == Task::Own);
    let card = page.run_state.data_card;
    move || card.get().filter(|_| is_custom.get()).map(|card| view! { <Card card /> })
}

#[component]
fn Card(card: Shared<DataCard>) -> impl IntoView {
    let page = Page::here();
    let classes: Vec<String> =
        card.classes.iter().take(LISTED).map(|(name, rows)| format!("{name} ({})", thousands(*rows as f64))).collect();
    let choices = card.choices.clone();
    let header = card.header.map(|header| {
        let choices = choices.clone();
        let change = move |_| custom_data::choose(page, Choices { header: Some(!header), ..choices.clone() });
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=header on:change=change />
                "Row 1 names the columns"
            </label>
        }
    });
    let chosen = choices != Choices::default();
    let reset = chosen.then(|| {
        let recognised = move |_| custom_data::choose(page, Choices::default());
        view! { <button class="quiet" on:click=recognised>"Undo all choices"</button> }
    });
    let notes = card.notes.clone();
    let warnings = card.warnings.clone();
    let columns: Vec<ColumnCard> = card.columns.iter().take(LISTED).cloned().collect();
    let more = card.columns.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| {
        view! { <p class="help">{format!("and {} more columns, in the roles that they were recognised in.", thousands(more as f64))}</p> }
    });
    view! {
        <section class="card p-data-card" aria-labelledby="h-data-card">
            <h2 id="h-data-card">"Data card"</h2>
            <p class="figure">
                {format!("{}; {} rows, {} columns.", card.format, thousands(card.rows as f64), thousands(card.columns.len() as f64))}
            </p>
            {card.teacher.clone().map(|teacher| view! { <p class="figure">{teacher}</p> })}
            <p class="figure">{format!("Classes, with their labelled rows: {}.", classes.join(", "))}</p>
            {notes.into_iter().map(|note| view! { <p class="help">{note}</p> }).collect_view()}
            <div class="row">{header} {reset}</div>
            <Warnings warnings />
            <details open=true>
                <summary>"Columns and their roles"</summary>
                <div class="scroll" tabindex="0" role="group" aria-label="Columns and their roles, can be scrolled sideways">
                    <table class="figures">
                        <thead>
                            <tr>
                                <th scope="col">"Column"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col">"Inputs"</th>
                                <th scope="col">"Note"</th>
                            </tr>
                        </thead>
                        <tbody>
                            {columns.into_iter().map(|column| view! { <Line column choices=choices.clone() /> }).collect_view()}
                        </tbody>
                    </table>
                </div>
                {more}
            </details>
            <FirstRows card />
        </section>
    }
}

/// What to look out for.
#[component]
fn Warnings(warnings: Vec<Warning>) -> impl IntoView {
    let page = Page::here();
    let item = move |warning: Warning| {
        let remedy = warning.remedy.map(|(name, choices)| {
            view! { <button on:click=move |_| custom_data::choose(page, choices.clone())>{name}</button> }
        });
        view! { <li>{warning.text} " " {remedy}</li> }
    };
    (!warnings.is_empty()).then(|| {
        view! { <ul class="data-warnings" aria-label="Warnings">{warnings.into_iter().map(item).collect_view()}</ul> }
    })
}

/// A column with the choice of its role.
#[component]
fn Line(column: ColumnCard, choices: Choices) -> impl IntoView {
    let page = Page::here();
    let ColumnCard { name, role, inputs, note } = column;
    let options = Role::ALL.into_iter().enumerate().map(|(place, option)| {
        view! { <option value=place.to_string() selected={option == role}>{option.label()}</option> }
    });
    let column = name.clone();
    let change = move |event: web_sys::Event| {
        let chosen = event_target_value(&event).parse::<usize>().ok().and_then(|place| Role::ALL.get(place).copied());
        if let Some(role) = chosen {
            custom_data::choose(page, choices.with_role(&column, role));
        }
    };
    view! {
        <tr>
            <th scope="row">{name.clone()}</th>
            <td><select aria-label=format!("Role of {name}") on:change=change>{options.collect_view()}</select></td>
            <td>{inputs}</td>
            <td class="help">{note}</td>
        </tr>
    }
}

/// The first rows, as they stand in the file.
#[component]
fn FirstRows(card: Shared<DataCard>) -> impl IntoView {
    let names = card
        .columns
        .iter()
        .take(DataCard::SHOWN_COLUMNS)
        .map(|column| view! { <th scope="col">{column.name.clone()}</th> });
    let row = |cells: &Vec<String>| {
        view! { <tr>{cells.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr> }
    };
    view! {
        <details>
            <summary>"First rows"</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="First rows, can be scrolled sideways">
                <table class="figures wide">
                    <thead><tr>{names.collect_view()}</tr></thead>
                    <tbody>{card.first_rows.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}
