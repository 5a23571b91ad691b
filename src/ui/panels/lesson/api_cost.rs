//! Query cost of the API lesson: queries at the user's price, and points of accuracy per euro.

use crate::config::thousands;
use crate::lab::lessons::api::{self, query_costs};
use crate::lab::number_format::per_cent;
use crate::lab::query_cost::{cost, gain_per_cost, parse_price};
use crate::lab::verdict::signed;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// The price field, and the cost table once the lesson has a run.
#[component]
pub fn QueryCostTable() -> impl IntoView {
    let page = Page::here();
    let price = RwSignal::new(api::PRICE);
    let first_run = memo(move || page.lesson.with(|p| p.as_ref().and_then(|p| p.runs_done.first().cloned())));
    let table = move || {
        let run = first_run.get()?;
        let rows = query_costs(&run);
        let price = price.get();
        let body = rows.into_iter().map(|b| {
            let cost = cost(b.queries, price);
            let per_euro = gain_per_cost(b.gain, cost).map_or_else(|| "–".into(), signed);
            view! {
                <tr>
                    <th scope="row">{b.what}</th>
                    <td>{thousands(b.queries as f64)}</td>
                    <td>{format!("{cost:.2} €")}</td>
                    <td>{per_cent(b.accuracy)}</td>
                    <td>{per_euro}</td>
                </tr>
            }
        });
        Some(view! {
            <div class="scroll" tabindex="0" role="group" aria-label="What the answers cost, can be scrolled sideways">
            <table class="figures wide" aria-label="What the answers cost">
                <thead>
                    <tr>
                        <th scope="col">"Told"</th>
                        <th scope="col">"Queries"</th>
                        <th scope="col">"Cost"</th>
                        <th scope="col">"Accuracy"</th>
                        <th scope="col">"Points per €"</th>
                    </tr>
                </thead>
                <tbody>{body.collect_view()}</tbody>
            </table>
            </div>
        })
    };
    view! {
        <div class="knob field">
            <div class="knob-head">
                <label for="price">"Price of 1,000 queries"</label>
                <span>
                    <input
                        type="text" inputmode="decimal" id="price" aria-describedby="help-price"
                        prop:value=move || price.get().to_string()
                        on:change:target=move |event| {
                            if let Some(p) = parse_price(&event.target().value()) {
                                price.set(p);
                            }
                            event.target().set_value(&price.get_untracked().to_string());
                        }
                    />
                    <small>"€"</small>
                </span>
            </div>
            <p class="help" id="help-price">"Set the price yourself. Points are the gain over the student that got the right answers for the same images."</p>
        </div>
        {table}
    }
}
