//! Results tables: the metrics of every network, updated at each measurement and provisional until the run is done.

use crate::config::thousands;
use crate::ui::app::context::Page;
use crate::ui::panels::reliability::Reliability;
use crate::ui::state::memo::memo;
use crate::ui::text::metrics;
use crate::ui::text::metrics::{MAIN, MORE, TEACHERS};
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::metrics_table::MetricsTable;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// The results panel.
#[component]
pub fn ResultsPanel() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let rows = move |of: fn(&crate::ui::state::run_state::Results, &crate::config::Config) -> Vec<metrics::Row>| {
        memo(move || results.with(|r| page.config.with(|c| of(r, metrics::shown(r, c)))))
    };
    let (main, more) = (rows(metrics::main_rows), rows(metrics::more_rows));
    let teachers = memo(move || results.with(|r| metrics::teacher_rows(r)));
    let several = memo(move || teachers.with(|rows| !rows.is_empty()));
    let provisional = move || results.with(|r| r.teacher.is_some() && r.outcome.is_none());
    let note = move || {
        let (replicates, tests) = results.with(|r| {
            let arms = r.setup.as_ref().map_or(3, |s| s.arms.len()).max(1);
            (r.students.len() / arms, r.setup.as_ref().map(|s| s.test_examples))
        });
        let tests = tests.map(|n| format!("Measured on {} test examples at T = 1. ", thousands(n as f64)));
        let spread =
            (replicates > 1).then(|| format!("Students: mean ± standard deviation over {replicates} replicates."));
        format!("{}{}", tests.unwrap_or_default(), spread.unwrap_or_default())
    };
    view! {
        <section class="card p-results" aria-labelledby="h-results">
            <div class="head">
                <h2 id="h-results">"Results"</h2>
                {move || provisional().then(|| view! { <span class="tag">"provisional"</span> })}
                <StaleBadge />
            </div>
            <MetricsTable name="Results" described_by="results-note" columns=MAIN rows=main />
            <p class="help" id="results-note">{note}</p>
            <GlossaryTerms keys=&["arm", "argmax", "replicate", "nats"] />
            {move || {
                several
                    .get()
                    .then(|| {
                        view! {
                            <h3>"The teachers"</h3>
                            <MetricsTable name="Teachers" described_by="teachers-note" columns=TEACHERS rows=teachers />
                            <p class="help" id="teachers-note">
                                "Agreement and KL are to the teacher that teaches the students. "
                                {move || results.with(|r| metrics::agreement_ceiling(r))}
                            </p>
                        }
                    })
            }}
            <details class="more">
                <summary>"More measures"</summary>
                <MetricsTable name="More measures" described_by="more-note" columns=MORE rows=more />
                <p class="help" id="more-note">
                    "NLL and entropy in nats."
                </p>
            </details>
            <Reliability />
        </section>
    }
}
