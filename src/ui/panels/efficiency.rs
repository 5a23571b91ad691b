//! Efficiency of the student against its teacher: parameters, multiplications, bytes and time.

use crate::lab::efficiency::{AWAITED, Saving, note, rows};
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// The efficiency panel.
#[component]
pub fn EfficiencyPanel() -> impl IntoView {
    let page = Page::here();
    // The run whose results are shown, or else the run that is set up.
    let figures = memo(move || {
        let results = page.run_state.results.get();
        let setup = results.setup.clone().or_else(|| page.run_state.setup.get())?;
        let outcome = results.outcome.as_deref();
        Some((rows(&setup, outcome), note(&setup, outcome), setup.teaches()))
    });
    let body = move || {
        let row = |saving: Saving| {
            view! {
                <tr>
                    <th scope="row">{saving.what}</th>
                    <td>{saving.teacher}</td>
                    <td>{saving.student}</td>
                    <td class="saved">{saving.saved}</td>
                </tr>
            }
        };
        figures.get().map(|(rows, ..)| rows.into_iter().map(row).collect_view())
    };
    let is_known = memo(move || figures.with(Option::is_some));
    let text = move || figures.get().map_or_else(|| AWAITED.to_string(), |(_, note, _)| note);
    let teaches = move || figures.get().map(|(.., teaches)| teaches);
    view! {
        <section class="card p-saves saves" aria-labelledby="h-saves">
            <div class="head">
                <h2 id="h-saves">"Efficiency"</h2>
                <StaleBadge />
            </div>
            {move || {
                is_known
                    .get()
                    .then(|| {
                        view! {
                            <div class="scroll" tabindex="0" role="group" aria-label="What it saves, can be scrolled sideways">
                                <table class="plain" aria-labelledby="h-saves" aria-describedby="saves-note">
                                    <thead>
                                        <tr>
                                            <td></td>
                                            <th scope="col">{teaches}</th>
                                            <th scope="col">"Student"</th>
                                            <th scope="col">"Compared"</th>
                                        </tr>
                                    </thead>
                                    <tbody>{body}</tbody>
                                </table>
                            </div>
                        }
                    })
            }}
            <p class="help" id="saves-note">{text}</p>
        </section>
    }
}
