//! One example's way through one update: the teacher's soft label, the student's answer, and which way the soft and the hard
//! term pull each of the student's logits. Step shows it change.

use crate::chart::scale::Linear;
use crate::config::{Arm, Method, Supervision, parameter};
use crate::lab::logit_gradients::{Lengths, LogitGradients, lengths, logit_gradients};
use crate::lab::number_format::{decimals, signed_decimals};
use crate::lab::probability::softmax;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::text::units::percent;
use crate::ui::widgets::example_view::selected_index;
use crate::ui::widgets::save_chart::SaveChart;
use leptos::prelude::*;

/// Classes that are shown: those that are pulled most.
const SHOWN: usize = 10;
/// Temperatures of the chart.
const POINTS: usize = 40;
/// The chart's view box.
const SIZE: (f64, f64) = (420.0, 190.0);
/// Room for the axes: left, right, top, bottom.
const MARGINS: [f64; 4] = [44.0, 96.0, 10.0, 34.0];

#[derive(Clone, PartialEq)]
struct Update {
    rows: Vec<Row>,
    class: String,
    lengths: Vec<Lengths>,
    temperature: f64,
    /// Whether the soft term has a temperature: without one there is nothing to draw against T.
    tempered: bool,
    /// Whether T² makes up for what the gradient loses at high T; not where the top answers are scaled up to 1.
    compensated: bool,
}

#[derive(Clone, PartialEq)]
struct Row {
    name: String,
    truth: bool,
    teacher: f64,
    student: f64,
    soft: f64,
    hard: f64,
}

fn update(supervision: &Supervision, teacher: &[f32], student: &[f32], label: usize, classes: &[String]) -> Update {
    let t = f64::from(supervision.temperature);
    let LogitGradients { soft, hard } = logit_gradients(supervision, teacher, student, label);
    let (p, q) = (softmax(teacher, t), softmax(student, t));
    let mut order: Vec<usize> = (0..classes.len()).collect();
    let pull = |i: &usize| soft[*i].abs().max(hard[*i].abs());
    order.sort_by(|a, b| pull(b).total_cmp(&pull(a)));
    order.truncate(SHOWN);
    order.sort_unstable();
    // A step goes against the gradient.
    let rows = order.into_iter().map(|i| Row {
        name: classes[i].clone(),
        truth: i == label,
        teacher: p[i],
        student: q[i],
        soft: -soft[i],
        hard: -hard[i],
    });
    let (low, high) = parameter("t").map_or((0.5, 20.0), |p| (p.min, p.max));
    let at = |k: usize| low * (high / low).powf(k as f64 / (POINTS - 1) as f64);
    Update {
        rows: rows.collect(),
        class: classes.get(label).cloned().unwrap_or_default(),
        lengths: lengths(supervision, teacher, student, label, (0..POINTS).map(at)),
        temperature: t,
        tempered: supervision.method.has_temperature(),
        compensated: supervision.method != Method::TopK,
    }
}

/// The table and the chart; empty before there are students.
#[component]
pub fn OneUpdate(
    /// Supervision of the distilled student at the present step.
    supervision: Memo<Supervision>,
) -> impl IntoView {
    let page = Page::here();
    let soft = page.run_state.soft;
    let shown = memo(move || {
        let view = soft.get()?;
        let at = selected_index(page, &view);
        let label = view.examples.get(at)?.label;
        let student = view.students(Arm::Distilled, at).next()?;
        Some(supervision.with(|s| update(s, view.teacher(at), student, label, &view.setup.classes)))
    });
    move || {
        let Some(update) = shown.get() else {
            return view! {
                <h3>"One update, class by class"</h3>
                <p class="help">"Press Step or Train: when students train, this shows where the soft and the hard term pull each logit of one student on the example above."</p>
            }
            .into_any();
        };
        let longest = update.rows.iter().map(|r| r.soft.abs().max(r.hard.abs())).fold(f64::MIN_POSITIVE, f64::max);
        let t = decimals(update.temperature, 1);
        let caption = format!(
            "The first distilled student on the example above ({}). The bars show which way each term pulls its logits, before its \
             weight: the soft term as this method’s loss has it (with forward KL, towards the teacher’s probabilities at T = {t}), \
             the hard term towards the label alone.",
            update.class
        );
        let lane = move |value: f64, class: &'static str| {
            let (from, to) =
                if value < 0.0 { (0.5 + 0.5 * value / longest, 0.5) } else { (0.5, 0.5 + 0.5 * value / longest) };
            view! {
                <td class=format!("pull {class}")>
                    <span class="pull-lane" aria-hidden="true"><i style=("--p", format!("{from:.4}")) style=("--q", format!("{to:.4}"))></i></span>
                    <span class="num">{signed_decimals(value, 3)}</span>
                </td>
            }
        };
        let rows = update.rows.iter().map(|row| {
            view! {
                <tr class:truth=row.truth>
                    <th scope="row">{row.name.clone()}</th>
                    <td class="num">{percent(row.teacher)}</td>
                    <td class="num">{percent(row.student)}</td>
                    {lane(row.soft, "distilled")}
                    {lane(row.hard, "hard")}
                </tr>
            }
        });
        view! {
            <h3>"One update, class by class"</h3>
            <div class="one-update">
            <div>
            <div class="scroll" tabindex="0" role="group" aria-label="One update, can be scrolled sideways">
                <table class="figures update" aria-label="One update" translate="no">
                    <thead>
                        <tr>
                            <th scope="col">"Class"</th>
                            <th scope="col">{format!("Teacher at T = {t}")}</th>
                            <th scope="col">{format!("Student at T = {t}")}</th>
                            <th scope="col">"Pull of the soft term"</th>
                            <th scope="col">"Pull of the hard term"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <p class="help">{caption}</p>
            </div>
            {update.tempered.then(|| view! { <div>{lengths_chart(&update)}</div> })}
            </div>
        }
        .into_any()
    }
}

/// Lengths of the gradients against T.
fn lengths_chart(update: &Update) -> impl IntoView + use<> {
    let [left, right, top, bottom] = MARGINS;
    let (width, height) = SIZE;
    let all = &update.lengths;
    let highest = all.iter().map(|l| l.with_t_squared.max(l.hard).max(l.without)).fold(f64::MIN_POSITIVE, f64::max);
    let (low_t, high_t) = (all[0].temperature, all[all.len() - 1].temperature);
    let x = Linear { domain: (low_t.ln(), high_t.ln()), range: (left, width - right) };
    let y = Linear { domain: (0.0, highest), range: (height - bottom, top) };
    let line = |of: fn(&Lengths) -> f64| -> String {
        let point = |(i, l): (usize, &Lengths)| {
            format!("{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, x.at(l.temperature.ln()), y.at(of(l)))
        };
        all.iter().enumerate().map(point).collect()
    };
    let last = all[all.len() - 1];
    // Names at the right ends, apart from one another.
    let mut names = [
        ("with T²", "distilled", y.at(last.with_t_squared)),
        ("without T²", "rival-0", y.at(last.without)),
        ("hard term", "hard", y.at(last.hard)),
    ];
    names.sort_by(|a, b| a.2.total_cmp(&b.2));
    for i in 1..names.len() {
        names[i].2 = names[i].2.max(names[i - 1].2 + 14.0);
    }
    let names = names.map(|(name, class, at)| {
        view! { <g class=format!("arm {class}")><text class="end-label" x=width - right + 6.0 y=at + 4.0>{name}</text></g> }
    });
    let ticks = [0.5, 1.0, 2.0, 4.0, 8.0, 20.0].into_iter().filter(|t| (low_t..=high_t).contains(t)).map(|t| {
        view! { <text x=x.at(f64::ln(t)) y=height - bottom + 16.0 text-anchor="middle">{t.to_string()}</text> }
    });
    let now = x.at(update.temperature.clamp(low_t, high_t).ln());
    let paths =
        [("distilled", line(|l| l.with_t_squared)), ("rival-0", line(|l| l.without)), ("hard", line(|l| l.hard))]
            .map(|(class, d)| view! { <g class=format!("arm {class}")><path class="mean" d=d></path></g> });
    let name = format!(
        "Lengths of the gradients against T. At T = {}: soft term with T² {}, without {}; hard term {}.",
        decimals(high_t, 0),
        decimals(last.with_t_squared, 3),
        decimals(last.without, 4),
        decimals(last.hard, 3)
    );
    view! {
        <figure class="lengths">
            <svg class="lengths-chart" viewBox=format!("0 0 {width} {height}") role="img" aria-label=name>
                <g class="axis">
                    <line class="grid-line" x1=left x2=width - right y1=height - bottom y2=height - bottom></line>
                    <line class="hair" x1=now x2=now y1=top y2=height - bottom></line>
                    {ticks.collect_view()}
                    <text x=(left + width - right) / 2.0 y=height - 2.0 text-anchor="middle">"temperature T"</text>
                    <text x=left - 6.0 y=top + 8.0 text-anchor="end">{decimals(highest, 2)}</text>
                    <text x=left - 6.0 y=height - bottom text-anchor="end">"0"</text>
                </g>
                {paths}
                {names}
            </svg>
            <figcaption>
    "Length of each term’s gradient with respect to the logits of this student on this example, at other temperatures."
                {update.compensated.then_some(" At high T the soft term without T² fades, about as 1/T²; the factor makes up for it.")}
            </figcaption>
        </figure>
        <SaveChart chart=".lengths" name="Gradient lengths" />
    }
}
