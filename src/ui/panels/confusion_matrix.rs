//! Confusion matrix of one network, with the recall of each class.

use crate::chart::scale::root;
use crate::experiment::{Reading, TOP_FIVE_CLASSES};
use crate::lab::class_metrics::Counts;
use crate::lab::confusion::Confusion;
use crate::lab::number_format;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::Results;
use crate::ui::text::soft_labels;
use crate::ui::widgets::save_chart::SaveChart;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// A network whose confusion matrix can be shown: the teacher, or an arm by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Network {
    Teacher,
    Arm(usize),
}

/// The networks of the results, with their names.
fn networks(results: &Results) -> Vec<(Network, String)> {
    let mut all = vec![(Network::Teacher, "Teacher".to_string())];
    if let (Some(setup), Some(outcome)) = (&results.setup, &results.outcome) {
        let named = setup.arms.iter().enumerate().map(|(a, &arm)| (Network::Arm(a), outcome.config.arm_name(arm)));
        all.extend(named);
    }
    all
}

fn confusion(results: &Results, selected: Network) -> Option<Confusion> {
    let (setup, outcome) = (results.setup.as_ref()?, results.outcome.as_ref()?);
    let classes = setup.classes.len();
    match selected {
        Network::Teacher => Confusion::mean([outcome.teacher_confusion.as_slice()].into_iter(), classes),
        Network::Arm(a) => {
            let of_arm = outcome.student_confusions.iter().skip(a).step_by(setup.arms.len().max(1));
            Confusion::mean(of_arm.map(Vec::as_slice), classes)
        }
    }
}

/// The confusion panel.
#[component]
pub fn ConfusionPanel() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let all = memo(move || results.with(|r| networks(r)));
    // The default is the distilled student, whose index depends on the number of arms.
    let chosen = RwSignal::new(None::<Network>);
    let selected = memo(move || {
        let default = all.with(|all| all.last().map_or(Network::Teacher, |network| network.0));
        chosen.get().filter(|wanted| all.with(|all| all.iter().any(|network| network.0 == *wanted))).unwrap_or(default)
    });
    let shown = memo(move || results.with(|r| confusion(r, selected.get())));
    let setup = memo(move || {
        let of_outcome = results.with(|r| r.setup.clone().filter(|_| r.outcome.is_some()));
        of_outcome.or_else(|| page.run_state.setup.get())
    });
    let classes = memo(move || setup.get().map_or_else(|| vec![String::new(); 10], |s| s.classes.clone()));
    let name = memo(move || {
        let name =
            all.with(|all| all.iter().find(|network| network.0 == selected.get()).map(|network| network.1.clone()));
        name.unwrap_or_default()
    });
    let sentence = move || {
        let Some(confusion) = shown.get() else {
            return "When a run is over, this shows which classes each network mistakes for which.".to_string();
        };
        let mean = if selected.get() == Network::Teacher { "" } else { ", mean over replicates" };
        let network = format!("{}{mean}", name.get());
        classes.with(|classes| soft_labels::confusions(&network, classes, &confusion))
    };
    let options = move || {
        let option = |(place, (network, name)): (usize, (Network, String))| {
            view! { <option value=place.to_string() prop:selected=move || selected.get() == network>{name}</option> }
        };
        all.get().into_iter().enumerate().map(option).collect_view()
    };
    view! {
        <section class="card p-confusion" aria-labelledby="h-confusion">
            <div class="head">
                <h2 id="h-confusion">"Confusion matrix"</h2>
                <StaleBadge />
            </div>
            <div class="knob-head">
                <label for="confusion-of">"Network"</label>
                <select
                    id="confusion-of" aria-label="Network" aria-describedby="confusion-sentence" disabled=move || shown.with(Option::is_none)
                    on:change:target=move |event| {
                        let place: Option<usize> = event.target().value().parse().ok();
                        chosen.set(place.and_then(|place| all.with_untracked(|all| all.get(place).map(|n| n.0))));
                    }
                >
                    {options}
                </select>
            </div>
            <figure>
                {move || view! { <Matrix classes=classes.get() shown /> }}
                <figcaption id="confusion-sentence">{sentence}</figcaption>
            </figure>
            <SaveChart chart=".p-confusion figure" name="Confusion" />
            {move || {
                let rows = results.with(|r| class_rows(r, selected.get()));
                (!rows.is_empty()).then(|| view! { <ByClass rows /> })
            }}
        </section>
    }
}

/// Rows of the table by class, of one network or summed over an arm's replicates: class, test examples, recall, precision, F1
/// and, of many classes, how often it is among the five likeliest.
fn class_rows(results: &Results, selected: Network) -> Vec<Vec<String>> {
    let (Some(setup), Some(outcome)) = (&results.setup, &results.outcome) else { return Vec::new() };
    let arms = setup.arms.len().max(1);
    let networks: Vec<&[u32]> = match selected {
        Network::Teacher => vec![&outcome.teacher_confusion],
        Network::Arm(a) => outcome.student_confusions.iter().skip(a).step_by(arms).map(Vec::as_slice).collect(),
    };
    let cells = setup.classes.len().pow(2);
    let mut sum = vec![0_u32; cells];
    for counts in networks.iter().filter(|counts| counts.len() == cells) {
        sum.iter_mut().zip(*counts).for_each(|(sum, n)| *sum += n);
    }
    let Some(counts) = Counts::new(&sum) else { return Vec::new() };
    // As many readings as networks; the teacher's is the first.
    let readings: Vec<&Reading> = match selected {
        Network::Teacher => outcome.readings.first().into_iter().collect(),
        Network::Arm(a) => outcome.readings.iter().skip(1 + a).step_by(arms).collect(),
    };
    let top_five = |class: usize| -> Option<f64> {
        let found: Option<u32> = readings.iter().map(|reading| reading.in_top_five.get(class)).sum();
        let support = counts.support(class);
        found.filter(|_| !readings.is_empty() && support > 0.0).map(|found| f64::from(found) / support)
    };
    let many =
        setup.classes.len() >= TOP_FIVE_CLASSES && readings.iter().all(|reading| !reading.in_top_five.is_empty());
    let of = |share: Option<f64>| share.map_or_else(|| "–".to_string(), number_format::share);
    let row = |(class, name): (usize, &String)| {
        let support = counts.support(class) / networks.len() as f64;
        let mut cells = vec![
            name.clone(),
            format!("{support:.0}"),
            of(counts.recall(class)),
            of(counts.precision(class)),
            of(counts.f1(class)),
        ];
        if many {
            cells.push(of(top_five(class)));
        }
        cells
    };
    let mut rows: Vec<Vec<String>> = setup.classes.iter().enumerate().map(row).collect();
    if many {
        let (found, all) = (0..setup.classes.len())
            .filter_map(|class| Some((top_five(class)? * counts.support(class), counts.support(class))))
            .fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        let dash = || "–".to_string();
        let examples = format!("{:.0}", all / networks.len() as f64);
        rows.push(vec!["All classes".into(), examples, dash(), dash(), dash(), of(Some(found / all))]);
    }
    rows
}

/// Measures by class, folded away.
#[component]
fn ByClass(rows: Vec<Vec<String>>) -> impl IntoView {
    let columns = rows.first().map_or(0, Vec::len);
    let row = |cells: Vec<String>| {
        let mut cells = cells.into_iter();
        let class = cells.next();
        view! { <tr><th scope="row">{class}</th>{cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
    };
    let heads = ["Test examples", "Recall", "Precision", "F1", "In the top 5"].into_iter().take(columns.max(1) - 1);
    let heads = heads.map(|head| view! { <th scope="col">{head}</th> });
    view! {
        <details class="more">
            <summary>"By class"</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="By class, can be scrolled sideways">
                <table class="plain" aria-label="By class">
                    <thead><tr><td></td>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
}

/// The matrix, with a column for the recall of each class.
#[component]
fn Matrix(
    /// Names of the classes.
    classes: Vec<String>,
    /// The confusion matrix; `None` while there is none.
    shown: Memo<Option<Confusion>>,
) -> impl IntoView {
    // An empty table without names is hidden from screen readers: the caption describes what will appear.
    let nameless = classes.iter().all(String::is_empty).then_some("true");
    let count = classes.len();
    let share = move |i: usize, j: usize| {
        shown.with(|c| c.as_ref().and_then(|c| c.shares.get(i)?.get(j).copied())).unwrap_or(0.0)
    };
    let head = classes.iter().map(|c| view! { <th scope="col"><span>{c.clone()}</span></th> }).collect_view();
    let body = classes.into_iter().enumerate().map(|(i, class)| {
        let cells = (0..count).map(|j| {
            view! {
                <td class:same=i == j style=("--v", move || format!("{:.3}", root(share(i, j))))>
                    {move || Some(100.0 * share(i, j)).filter(|&v| v >= 0.5).map(|v| format!("{v:.0}"))}
                </td>
            }
        });
        let right = move || shown.with(|c| c.as_ref().map(|c| soft_labels::recall(c, i)));
        view! { <tr><th scope="row">{class}</th>{cells.collect_view()}<td class="right">{right}</td></tr> }
    });
    view! {
        <table
            class="heat" class:empty=move || shown.with(Option::is_none) class:few={count < 5}
            aria-label="Confusion" aria-describedby="confusion-sentence" aria-hidden=nameless
        >
            <thead><tr><td></td>{head}<th scope="col"><span>"Right"</span></th></tr></thead>
            <tbody>{body.collect_view()}</tbody>
        </table>
    }
}
