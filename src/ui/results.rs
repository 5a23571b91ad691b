//! The table of results: every measure of every network, from each measurement on, provisional until the run is over.

use super::{accuracy_chart::look, model::Results, page::Page, stale::StaleMark, words};
use crate::config::thousands;
use crate::lab::verdict::{arm_values, mean};
use crate::protocol::{Arm, Metrics};
use leptos::prelude::*;

/// One row: its header, its style class, its cells (value, and scatter where there are replicates).
#[derive(Clone, Debug, PartialEq)]
struct Row {
    header: &'static str,
    class: &'static str,
    cells: Vec<(String, Option<String>)>,
}

const COLUMNS: [(&str, &str); 6] = [
    ("Test accuracy", "Share of right answers on the test set."),
    ("Agreement", "Share of answers equal to the teacher’s."),
    ("KL to teacher", "How far its probabilities are from the teacher’s, in nats; 0 is the same."),
    ("ECE", "Expected calibration error: how far confidence is from accuracy."),
    ("Parameters", "Trainable numbers of one network."),
    ("Latency", "Median time of one prediction on the device in use."),
];

fn per_cent(value: f64) -> String {
    format!("{:.1} %", 100.0 * value)
}

fn none() -> (String, Option<String>) {
    ("–".into(), None)
}

/// Mean and sample standard deviation of an arm's replicates, in words.
fn of_arm(
    results: &Results,
    arm: Arm,
    metric: fn(&Metrics) -> f64,
    show: fn(f64) -> String,
) -> (String, Option<String>) {
    let Some(setup) = &results.setup else { return none() };
    let values = arm_values(&results.students, &setup.arms, arm, metric);
    if values.is_empty() {
        return none();
    }
    let m = mean(&values);
    let n = values.len() as f64;
    let sd = (values.iter().map(|v| (v - m).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt();
    (show(m), (values.len() > 1).then(|| format!("± {}", show(sd).trim_end_matches(" %"))))
}

fn rows(results: &Results) -> Vec<Row> {
    let nats = |v: f64| format!("{v:.2}");
    let setup = results.setup.as_ref();
    let parameters =
        |of: fn(&crate::protocol::Setup) -> usize| setup.map_or_else(none, |s| (thousands(of(s) as f64), None));
    let latency = |of: fn(&crate::protocol::Outcome) -> f64| {
        results.outcome.as_ref().map_or_else(none, |o| (words::milliseconds(of(o)), None))
    };
    let teacher =
        |metric: fn(&Metrics) -> f64| results.teacher.as_ref().map_or_else(none, |t| (per_cent(metric(t)), None));
    let mut rows = vec![Row {
        header: "Teacher",
        class: "teacher",
        cells: vec![
            teacher(|m| m.accuracy),
            none(),
            none(),
            teacher(|m| m.ece),
            parameters(|s| s.teacher_parameters),
            latency(|o| o.teacher_latency_ms),
        ],
    }];
    for arm in [Arm::Hard, Arm::Argmax, Arm::Distilled] {
        rows.push(Row {
            header: arm.label(),
            class: look(arm).0,
            cells: vec![
                of_arm(results, arm, |m| m.accuracy, per_cent),
                of_arm(results, arm, |m| m.agreement, per_cent),
                of_arm(results, arm, |m| m.kl_to_teacher, nats),
                of_arm(results, arm, |m| m.ece, per_cent),
                parameters(|s| s.student_parameters),
                latency(|o| o.student_latency_ms),
            ],
        });
    }
    rows
}

/// The results panel.
#[component]
pub fn ResultsPanel() -> impl IntoView {
    let page = Page::here();
    let results = page.part(|m| m.results.clone());
    let table = Memo::new(move |_| results.with(|r| rows(r)));
    let cell = move |row: usize, column: usize| {
        let get = move || table.with(|t| t.get(row).and_then(|r| r.cells.get(column).cloned())).unwrap_or_else(none);
        view! {
            <td>
                {move || get().0}
                {move || get().1.map(|sd| view! { " " <small>{sd}</small> })}
            </td>
        }
    };
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
    let fresh = rows(&Results::default());
    view! {
        <section class="card p-results" aria-labelledby="h-results">
            <div class="head">
                <h2 id="h-results">"Results"</h2>
                {move || provisional().then(|| view! { <span class="tag">"provisional"</span> })}
                <StaleMark />
            </div>
            <div class="scroll" tabindex="0" role="group" aria-label="Results, can be scrolled sideways">
                <table aria-label="Results" aria-describedby="results-note">
                    <thead>
                        <tr>
                            <td></td>
                            {COLUMNS
                                .map(|(name, help)| view! { <th scope="col" title=help>{name}</th> })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {fresh
                            .into_iter()
                            .enumerate()
                            .map(|(i, row)| {
                                view! {
                                    <tr class=row.class>
                                        <th scope="row">{row.header}</th>
                                        {(0..COLUMNS.len()).map(|column| cell(i, column)).collect_view()}
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
            <p class="help" id="results-note">{note}</p>
            {move || results.with(|r| words::cost(r)).map(|cost| view! { <p class="cost">{cost}</p> })}
        </section>
    }
}
