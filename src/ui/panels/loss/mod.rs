//! The loss panel: the formula, its current values, and each arm's training loss.

mod gradient;
mod one_update;

use crate::config::Arm;
use crate::config::{Method, Supervision};
use crate::lab::loss_terms::{Terms, mean, terms};
use crate::ui::app::context::Page;
use crate::ui::panels::loss::gradient::GradientDecomposition;
use crate::ui::panels::loss::one_update::OneUpdate;
use crate::ui::state::memo::memo;
use crate::ui::text::{arms, loss};
use crate::ui::widgets::example_view::selected_index;
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::save_chart::SaveChart;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// softmax(z) of the student.
fn plain() -> impl IntoView {
    view! { "softmax("<i>"z"</i><sub>"s"</sub>")" }
}

/// Characters of a soft term that fit the width of a phone.
const PHONE: usize = 40;

/// The soft term in symbols, without T², as HTML, and whether it fits the width of a phone.
fn soft_symbols(supervision: &Supervision) -> (String, bool) {
    let symbols = (supervision.method.symbols())
        .replace("{tckd}", &format!("{:.2}", supervision.tckd))
        .replace("{nckd}", &format!("{:.2}", supervision.nckd))
        .replace("{k}", &supervision.top_k.to_string());
    // Of each tag, what is before its end is not shown.
    let shown: usize =
        symbols.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text).chars().count()).sum();
    (symbols, shown <= PHONE)
}

/// The whole formula.
fn formula(supervision: &Supervision) -> AnyView {
    let hard_symbols = || view! { <span class="nb">"CE( "<i>"y"</i>", "{plain()}" )"</span> };
    if supervision.method == Method::Smoothing {
        return view! {
            <i>"L"</i>" = (1 − "<b>"ε"</b>") · "{hard_symbols()}" + "<b>"ε"</b>" · "<span class="nb">"mean over classes of CE"</span>
        }
        .into_any();
    }
    let scale = loss::t_squared(supervision).map(|_| view! { <i>"T"</i>"² · " });
    let (symbols, short) = soft_symbols(supervision);
    view! {
        <i>"L"</i>" = "<b>"α"</b>" · "{scale}<span class:nb=short inner_html=symbols></span>" + (1 − "<b>"α"</b>") · "{hard_symbols()}
    }
    .into_any()
}

/// The formula with its current values; question marks where there are none.
fn numbers(supervision: &Supervision, terms: Option<Terms>) -> AnyView {
    let number = |v: Option<f64>, digits: usize| v.map_or_else(|| "?".to_string(), |v| format!("{v:.digits$}"));
    let loss = number(terms.map(|t| t.loss), 3);
    // The factor of T² needs more digits for a product with three decimals.
    let digits = loss::soft_digits(supervision);
    if supervision.method == Method::Smoothing {
        return view! { " = "<span class="num">{loss}</span>" with ε = "<b>{format!("{:.2}", supervision.smoothing)}</b> }
            .into_any();
    }
    let scale =
        loss::t_squared(supervision).map(|_| view! { <b>{format!("{:.1}²", supervision.temperature)}</b>" · " });
    view! {
        " = "<b>{format!("{:.2}", supervision.soft_weight)}</b>" · "{scale}<span class="num">{number(terms.map(|t| t.soft), digits)}</span>" + "
        <b>{format!("{:.2}", 1.0 - supervision.soft_weight)}</b>" · "<span class="num">{number(terms.map(|t| t.hard), 3)}</span>" = "
        <span class="num">{loss}</span>
    }
    .into_any()
}

/// The loss panel.
#[component]
pub fn LossPanel() -> impl IntoView {
    let page = Page::here();
    let soft = page.run_state.soft;
    let step = memo(move || page.run_state.report.with(|report| report.as_ref().map_or(0, |r| r.student_step)));
    let supervision = memo(move || page.config.with(|c| loss::at_step(&c.distilled, step.get(), c.student_steps)));
    let given = page.setting(|c| (c.distilled.clone(), c.optimizer));
    let classes =
        memo(move || page.run_state.setup.with(|setup| setup.as_ref().map_or(0, |setup| setup.classes.len())));
    let current: Memo<Option<(Terms, String)>> = memo(move || {
        let view = soft.get()?;
        let at = selected_index(page, &view);
        let label = view.examples.get(at)?.label;
        let student_logits = view.students(Arm::Distilled, at);
        let all = supervision
            .with(|supervision| mean(student_logits.map(|z| terms(supervision, view.teacher(at), z, label))));
        Some((all?, view.setup.classes.get(label)?.clone()))
    });
    let smoothing = memo(move || supervision.with(|r| r.method == Method::Smoothing));
    let explanation = move || match current.get() {
        Some((_, class)) if smoothing.get() => {
            format!(
                "The number is the distilled student’s loss on the example above ({class}), mean over replicates, in nats."
            )
        }
        None if smoothing.get() => {
            "The question mark is the loss; its number comes from the example above as soon as students train.".into()
        }
        Some((_, class)) => format!(
            "The numbers are the distilled student’s on the example above ({class}), mean over replicates, in nats: the soft \
             term, the hard term, and the loss they make.",
        ),
        None => {
            "The question marks are the soft and the hard term; their numbers come from the example above as soon as \
                 students train."
                .into()
        }
    };
    view! {
        <section class="card p-loss" aria-labelledby="h-loss">
            <div class="head">
                <h2 id="h-loss">"The loss in numbers"</h2>
                <StaleBadge />
            </div>
            <p class="formula">{move || supervision.with(formula)}</p>
            <p class="formula now"><i>"L"</i>{move || supervision.with(|r| numbers(r, current.get().map(|n| n.0)))}</p>
            <p class="help">{explanation}</p>
            <ul class="notes">
                {move || loss::two_class_note(supervision.with(|r| r.method), classes.get()).map(|sentence| view! { <li>{sentence}</li> })}
                {move || supervision.with(|r| loss::target_note(r.method)).map(|sentence| view! { <li>{sentence}</li> })}
                {move || {
                    let given = given.get();
                    supervision.with(|r| loss::alpha_note(r, &given.0)).map(|sentence| view! { <li>{sentence}</li> })
                }}
                <li>
                    {move || {
                        let (given, optimizer) = given.get();
                        supervision.with(|r| loss::temperature_note(r, &given, optimizer))
                    }}
                </li>
            </ul>
            <GlossaryTerms keys=&["soft-weight", "temperature", "nats"] />
            <OneUpdate supervision />
            <TrainingLosses />
            <GradientDecomposition />
        </section>
    }
}

/// Training loss of each arm.
#[component]
fn TrainingLosses() -> impl IntoView {
    let run = Page::here().run_state;
    let losses = memo(move || {
        let setup = run.setup.get()?;
        let report = run.report.get().filter(|r| !r.student_losses.is_empty())?;
        let arms = setup.arms.len().max(1);
        let of = |a: usize| {
            let values: Vec<f64> = report.student_losses.iter().skip(a).step_by(arms).map(|&l| f64::from(l)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        let row = |(a, &arm): (usize, &Arm)| (arms::class(arm), setup.config.arm_name(arm), of(a));
        Some(setup.arms.iter().enumerate().map(row).collect::<Vec<_>>())
    });
    move || {
        losses.get().map(|losses| {
            let max = losses.iter().map(|l| l.2).fold(f64::MIN_POSITIVE, f64::max);
            let row = move |(class, name, loss): (&'static str, String, f64)| {
                view! {
                    <div class=format!("loss-row {class}")>
                        <span>{name}</span>
                        <span class="loss-bar"><i style=("--p", format!("{:.4}", (loss / max).clamp(0.0, 1.0)))></i></span>
                        <span class="num">{format!("{loss:.3}")}</span>
                    </div>
                }
            };
            view! {
                <figure class="losses">
                    {losses.into_iter().map(row).collect_view()}
                    <figcaption>
                        "Training loss at the last step, nats, mean over replicates. Each arm minimises its own loss: compare an arm with itself, not with another."
                    </figcaption>
                </figure>
                <SaveChart chart=".losses" name="Training losses" />
            }
        })
    }
}
