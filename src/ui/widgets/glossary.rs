//! A word that explains itself: a button around it opens a popover of the browser's own, which Esc and a click
//! elsewhere close; the explanation is the button’s description too, so that it is heard without opening. The popovers stand once each at the end of the page, outside of headings and tables, so that no
//! name of those has an explanation in it.

use crate::lab::glossary::{self, GLOSSARY};
use leptos::prelude::*;

/// A term of the glossary, as a word to press.
#[component]
pub fn Term(
    /// Its key in the glossary.
    key: &'static str,
    /// The word as it stands here, where it is another than the glossary's.
    #[prop(optional, into)]
    word: Option<&'static str>,
) -> impl IntoView {
    let term = glossary::find(key);
    term.map(|term| {
        view! {
            <button type="button" class="term" popovertarget=format!("term-{}", term.key) aria-label=term.question
                aria-describedby=format!("term-{}-text", term.key)
            >
                {word.unwrap_or(term.term)}
            </button>
        }
    })
}

/// The words of a panel, in one line.
#[component]
pub fn Words(
    /// Their keys.
    keys: &'static [&'static str],
) -> impl IntoView {
    view! {
        <p class="terms">
            <span>"Words: "</span>
            {keys.iter().map(|&key| view! { <Term key /> " " }).collect_view()}
        </p>
    }
}

/// The popovers of all terms. Mounted once.
#[component]
pub fn Explanations() -> impl IntoView {
    let one = |term: &'static glossary::Term| {
        let id = format!("term-{}", term.key);
        let (heading, text) = (format!("term-{}-name", term.key), format!("term-{}-text", term.key));
        view! {
            <div class="explanation" id=id popover="auto" role="note" aria-labelledby=heading.clone()>
                <p class="explained" id=heading.clone()>{term.term}</p>
                <p id=text>{term.text}</p>
            </div>
        }
    };
    GLOSSARY.iter().map(one).collect_view()
}
