//! Help: what the page is in three sentences, the keys, the tour again.

use crate::ui::browser::storage;
use crate::ui::shell::shortcuts::KEYS;
use crate::ui::shell::tour::Tour;
use crate::ui::state::help::{self, HelpState};
use crate::ui::widgets::dialog::Dialog;
use leptos::prelude::*;

/// The button, and what it opens.
#[component]
pub fn Help(
    /// Its state.
    help: HelpState,
    /// The tour.
    tour: Tour,
) -> impl IntoView {
    let again = move |_| {
        help.open.set(false);
        tour.begin();
    };
    let switch = move |on: bool| {
        help.keys.set(on);
        storage::remember(help::KEY, if on { "true" } else { "false" });
    };
    view! {
        <button class="icon" aria-label="Help and keys" title="Help and keys" on:click=move |_| help.show()>
            "?"
        </button>
        <Dialog open=help.open name="Help and keys" class="help-dialog">
            <ol class="three">
                <li>"A large teacher is trained, and asked about a few examples: its answers, doubts and all, are soft labels."</li>
                <li>"Small students learn from hard labels, from the teacher’s answers, or from its soft labels: same images, same start."</li>
                <li>"The verdict says with an interval which taught more. Temperature decides how much of the doubt shows."</li>
            </ol>
            <button on:click=again>"Take the tour"</button>
            <table class="keys plain">
                <caption>"Keys, while no control is in use"</caption>
                <tbody>
                    {KEYS
                        .iter()
                        .map(|&(key, does)| view! { <tr><th scope="row"><kbd>{key}</kbd></th><td>{does}</td></tr> })
                        .collect_view()}
                </tbody>
            </table>
            <label class="tick">
                <input
                    type="checkbox" prop:checked=move || help.keys.get()
                    on:change:target=move |event| switch(event.target().checked())
                />
                "Keys are on"
            </label>
            <p class="help">"Every control can be reached with Tab; sliders move with the arrow keys, Home and End."</p>
        </Dialog>
    }
}
