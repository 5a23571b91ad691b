//! Dark knowledge: the teacher's mean soft label of each true class at the current T, as a heat map.

use crate::chart::scale::root;
use crate::lab::probability::mean_by_class;
use crate::ui::app::context::Page;
use crate::ui::app::lens;
use crate::ui::state::memo::memo;
use crate::ui::text::soft_labels;
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// Data of the heat map: class names, and mean soft labels `[C][C]`.
#[derive(Clone, Debug, Default, PartialEq)]
struct Map {
    classes: Vec<String>,
    rows: Vec<Vec<f64>>,
    trained: bool,
}

/// The heat map panel.
#[component]
pub fn DarkKnowledgePanel() -> impl IntoView {
    let page = Page::here();
    let logits = page.run_state.test_logits;
    let temperature = lens::temperature(page);
    let map = memo(move || {
        let t = temperature.get();
        logits.with(|l| {
            l.as_ref().map(|l| Map {
                classes: l.classes.clone(),
                rows: mean_by_class(&l.logits, &l.labels, l.classes.len(), t),
                trained: l.trained,
            })
        })
    });
    // Without a teacher the map is drawn empty, as a preview.
    let setup = page.run_state.setup;
    let classes = memo(move || {
        let named = map.with(|m| m.as_ref().map(|m| m.classes.clone()));
        named.or_else(|| setup.get().map(|s| s.classes.clone())).unwrap_or_else(|| vec![String::new(); 10])
    });
    let empty = move || map.with(Option::is_none);
    let sentence = move || {
        map.with(|m| {
            let Some(m) = m else {
                return "When the teacher is trained, its mean soft label of each true class is drawn here: the dark \
                        knowledge that hard labels leave out."
                    .to_string();
            };
            soft_labels::most_alike(&m.classes, &m.rows, temperature.get(), m.trained)
        })
    };
    let value =
        move |i: usize, j: usize| map.with(|m| m.as_ref().and_then(|m| m.rows.get(i)?.get(j).copied())).unwrap_or(0.0);
    let table = move |classes: Vec<String>| {
        // An empty table without names is hidden from screen readers: the caption describes what will appear.
        let nameless = classes.iter().all(String::is_empty).then_some("true");
        let count = classes.len();
        let head = classes.iter().map(|c| view! { <th scope="col"><span>{c.clone()}</span></th> }).collect_view();
        let body = classes.into_iter().enumerate().map(|(i, class)| {
            let cells = (0..count).map(|j| {
                view! {
                    <td class:same=i == j style=("--v", move || format!("{:.3}", root(value(i, j))))>
                        {move || Some(100.0 * value(i, j)).filter(|&v| v >= 0.5).map(|v| format!("{v:.0}"))}
                    </td>
                }
            });
            view! { <tr><th scope="row">{class}</th>{cells.collect_view()}</tr> }
        });
        view! {
            <table class="heat" class:empty=empty class:few={count < 5} aria-label="Dark knowledge" aria-describedby="dark-sentence" aria-hidden=nameless>
                <thead><tr><td></td>{head}</tr></thead>
                <tbody>{body.collect_view()}</tbody>
            </table>
        }
    };
    view! {
        <section class="card p-dark" aria-labelledby="h-dark">
            <h2 id="h-dark">"Similar classes"</h2>
            <figure>
                {move || table(classes.get())}
                <figcaption id="dark-sentence">{sentence}</figcaption>
            </figure>
            <SaveChart chart=".p-dark figure" name="Dark knowledge" />
            <GlossaryTerms keys=&["dark-knowledge", "soft-label"] />
        </section>
    }
}
