//! The loss with its current numbers in it, for those who want the formula.

use super::{example::shown, page::Page};
use crate::config::Method;
use crate::lab::loss_terms::{Terms, mean, terms};
use crate::protocol::Arm;
use leptos::prelude::*;

/// The soft term in symbols.
fn soft_symbols(method: Method) -> impl IntoView {
    match method {
        Method::ForwardKl => view! {
            <i>"T"</i>"² · "<span class="nb">"KL( softmax("<i>"z"</i><sub>"t"</sub>"/"<i>"T"</i>") ‖ softmax("<i>"z"</i><sub>"s"</sub>"/"<i>"T"</i>") )"</span>
        }
        .into_any(),
        Method::ReverseKl => view! {
            <i>"T"</i>"² · "<span class="nb">"KL( softmax("<i>"z"</i><sub>"s"</sub>"/"<i>"T"</i>") ‖ softmax("<i>"z"</i><sub>"t"</sub>"/"<i>"T"</i>") )"</span>
        }
        .into_any(),
        Method::LogitMse => view! { "½ ‖"<i>"z"</i><sub>"s"</sub>" − "<i>"z"</i><sub>"t"</sub>"‖²" }.into_any(),
    }
}

/// The panel.
#[component]
pub fn LossNow() -> impl IntoView {
    let page = Page::here();
    let soft = page.part(|m| m.soft.clone());
    let losses = page.part(|m| {
        let setup = m.setup.clone()?;
        let report = m.report.as_ref().filter(|r| !r.student_losses.is_empty())?;
        let arms = setup.arms.len().max(1);
        let of = |a: usize| {
            let values: Vec<f64> = report.student_losses.iter().skip(a).step_by(arms).map(|&l| f64::from(l)).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        Some(setup.arms.iter().enumerate().map(|(a, &arm)| (arm, of(a))).collect::<Vec<_>>())
    });
    let weights = page.setting(|c| (c.method, f64::from(c.temperature), f64::from(c.soft_weight)));
    let now: Memo<Option<(Terms, String)>> = Memo::new(move |_| {
        let view = soft.get()?;
        let at = shown(page, &view);
        let label = view.examples.get(at)?.label;
        let (method, t, alpha) = weights.get();
        let each = view.students(Arm::Distilled, at).map(|z| terms(method, view.teacher(at), z, label, t, alpha));
        Some((mean(each)?, view.setup.classes.get(label)?.clone()))
    });
    let numbers = move || {
        let (_, t, alpha) = weights.get();
        let number = |v: Option<f64>| v.map_or_else(|| "?".to_string(), |v| format!("{v:.3}"));
        let terms = now.get().map(|n| n.0);
        let scale = (weights.get().0 != Method::LogitMse).then(|| view! { <b>{format!("{t:.1}²")}</b>" · " });
        view! {
            " = "<b>{format!("{alpha:.2}")}</b>" · "{scale}<span class="num">{number(terms.map(|t| t.soft))}</span>" + "
            <b>{format!("{:.2}", 1.0 - alpha)}</b>" · "<span class="num">{number(terms.map(|t| t.hard))}</span>" = "
            <span class="num">{number(terms.map(|t| t.loss))}</span>
        }
    };
    let whose = move || {
        match now.get() {
        Some((_, class)) => format!(
            "The numbers are the distilled student’s on the example above ({class}), mean over replicates, in nats: the soft \
             term, the hard term, and the loss they make.",
        ),
        None => "The question marks are the soft and the hard term; their numbers come from the example above as soon as students train.".into(),
    }
    };
    let scale = move || match weights.get() {
        (Method::LogitMse, ..) => "Logit matching has no temperature: T only changes what you see.".to_string(),
        (_, t, _) => format!(
            "Softening by T makes the soft term’s gradient about T² times smaller; the factor T² = {:.2} takes that back, so that α \
             means the same at every T.",
            t * t
        ),
    };
    let weighs = move || {
        let (_, _, alpha) = weights.get();
        let rest = match alpha {
            1.0 => "the hard labels count for nothing in the distilled student’s loss",
            0.0 => "the soft labels count for nothing, and the distilled student is a hard-label student",
            _ => "both count",
        };
        format!("α = {alpha:.2} weighs the soft term and 1 − α = {:.2} the hard one: {rest}.", 1.0 - alpha)
    };
    let rows = move || {
        losses.get().map(|losses| {
            let most = losses.iter().map(|l| l.1).fold(f64::MIN_POSITIVE, f64::max);
            let row = move |(arm, loss): (Arm, f64)| {
                let class = super::accuracy_chart::look(arm).0;
                view! {
                    <div class=format!("loss-row {class}")>
                        <span>{arm.label()}</span>
                        <span class="loss-bar"><i style=("--p", format!("{:.4}", (loss / most).clamp(0.0, 1.0)))></i></span>
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
            }
        })
    };
    view! {
        <section class="card p-loss" aria-labelledby="h-loss">
            <h2 id="h-loss">"The loss, now"</h2>
            <p class="formula">
                <i>"L"</i>" = "<b>"α"</b>" · "{move || soft_symbols(weights.get().0)}" + (1 − "<b>"α"</b>") · "<span class="nb">"CE( "<i>"y"</i>", softmax("<i>"z"</i><sub>"s"</sub>") )"</span>
            </p>
            <p class="formula now"><i>"L"</i>{numbers}</p>
            <p class="help">{whose}</p>
            <ul class="notes">
                <li>{weighs}</li>
                <li>{scale}</li>
            </ul>
            {rows}
        </section>
    }
}
