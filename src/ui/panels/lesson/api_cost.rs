//! What a teacher's answers cost: queries at the reader's own price, and points of accuracy for the money.

use crate::config::thousands;
use crate::lab::lessons::api::{self, bought};
use crate::lab::number_format::per_cent;
use crate::lab::verdict::signed;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use leptos::prelude::*;

/// A price as typed; `None` when it is no price.
fn price(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse::<f64>().ok().filter(|p| p.is_finite() && *p >= 0.0)
}

/// The table, once the run is there.
#[component]
pub fn QueryCost() -> impl IntoView {
    let page = Page::here();
    let each = RwSignal::new(api::PRICE);
    let seen = memo(move || page.lesson_progress.with(|p| p.as_ref().and_then(|p| p.seen.first().cloned())));
    let table = move || {
        let seen = seen.get()?;
        let rows = bought(&seen);
        let each = each.get();
        let body = rows.into_iter().map(|b| {
            let cost = b.queries as f64 / 1_000.0 * each;
            let worth = if cost > 0.0 { signed(b.gain / cost) } else { "–".into() };
            view! {
                <tr>
                    <th scope="row">{b.what}</th>
                    <td>{thousands(b.queries as f64)}</td>
                    <td>{format!("{cost:.2} €")}</td>
                    <td>{per_cent(b.accuracy)}</td>
                    <td>{worth}</td>
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
                        prop:value=move || each.get().to_string()
                        on:change:target=move |event| {
                            if let Some(p) = price(&event.target().value()) {
                                each.set(p);
                            }
                            event.target().set_value(&each.get_untracked().to_string());
                        }
                    />
                    <small>"€"</small>
                </span>
            </div>
            <p class="help" id="help-price">"Yours to set. Points are those over the student that got the right answers to the same images."</p>
        </div>
        {table}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_may_have_a_comma_and_must_be_a_number() {
        assert_eq!(
            (price("2,5"), price(" 0 "), price("-1"), price("x"), price("inf")),
            (Some(2.5), Some(0.0), None, None, None)
        );
    }
}
