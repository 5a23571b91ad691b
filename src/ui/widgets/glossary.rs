//! Glossary terms: buttons that open a native popover with an explanation.
//!
//! The explanation is also the button's accessible description, so screen readers announce it without opening. Each popover
//! is mounted once, at the end of the page: inside a heading or table it would become part of the accessible name.

use crate::lab::glossary::{self, GLOSSARY};
use leptos::prelude::*;

/// A button that explains a term of the glossary.
#[component]
pub fn Term(
    /// Its key in the glossary.
    key: &'static str,
    /// Text of the button, if different from the glossary's term.
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

/// The glossary terms of a panel, in one line.
#[component]
pub fn GlossaryTerms(
    /// Keys of the terms.
    keys: &'static [&'static str],
) -> impl IntoView {
    view! {
        <p class="terms">
            <span>"Glossary: "</span>
            {keys.iter().map(|&key| view! { <Term key /> " " }).collect_view()}
        </p>
    }
}

/// The popovers of all terms. To be mounted once.
#[component]
pub fn GlossaryPopovers() -> impl IntoView {
    let popover = |term: &'static glossary::Term| {
        let id = format!("term-{}", term.key);
        let (heading, text) = (format!("term-{}-name", term.key), format!("term-{}-text", term.key));
        view! {
            <div class="explanation" id=id popover="auto" role="note" aria-labelledby=heading.clone()>
                <p class="explained" id=heading.clone()>{term.term}</p>
                <p id=text>{term.text}</p>
            </div>
        }
    };
    GLOSSARY.iter().map(popover).collect_view()
}
