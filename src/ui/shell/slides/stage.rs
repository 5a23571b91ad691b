//! The slides of the stage: data, teacher, soft labels, students, verdict.

use super::points::{Points, Row};
use crate::config::{Arm, thousands};
use crate::lab::number_format::share;
use crate::lab::probability::softmax;
use crate::lab::verdict::judge_by;
use crate::ui::app::context::Page;
use crate::ui::app::{lens, settings};
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{ExampleSet, Shared};
use crate::ui::state::slides::likeliest;
use crate::ui::text::accuracy::SETTINGS_MOVED;
use crate::ui::text::arms;
use crate::ui::text::intro::intro;
use crate::ui::text::units::percent;
use crate::ui::widgets::example_view::{SelectedExample, selected_index};
use crate::ui::widgets::input_view::Sheet;
use crate::ui::widgets::slider::Slider;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// Examples of the transfer set on its slide.
const EXAMPLES: usize = 8;
/// Classes on the slide of a soft label.
const CLASSES: usize = 5;

/// What everyone learns from.
#[component]
pub(super) fn Data() -> impl IntoView {
    let page = Page::here();
    let (all, transfer) = (settings::teacher_examples(page), settings::transfer_examples(page));
    let words = page.setting(move |c| intro(c, all.get(), transfer.get()));
    let sheet = move || {
        let setup = page.run_state.setup.get().filter(|setup| !setup.transfer.is_empty())?;
        let plane = setup.form == crate::data::example::Form::Plane;
        let count = if plane { setup.transfer.len() } else { EXAMPLES };
        let examples = setup.transfer.iter().take(count).cloned().collect::<Vec<_>>();
        Some(
            view! { <Sheet examples setup caption="From the transfer set, with the labels that the students are given.".into() labelled=true /> },
        )
    };
    view! {
        <p>{words}</p>
        {sheet}
    }
}

/// How large the teacher is beside a student, and how often it is right.
#[component]
pub(super) fn Teacher() -> impl IntoView {
    let page = Page::here();
    let accuracy = memo(move || page.run_state.teacher.with(|teacher| teacher.map(|t| t.accuracy)));
    let sizes = memo(move || {
        page.run_state.setup.with(|setup| setup.as_ref().map(|s| (s.first_teacher_parameters(), s.student_parameters)))
    });
    let right = move || match accuracy.get() {
        Some(accuracy) => format!("The teacher is right on {} of the test set.", share(accuracy)),
        None => "The teacher is not trained yet.".into(),
    };
    let bars = move || {
        let (teacher, student) = sizes.get()?;
        let largest = teacher.max(student).max(1) as f64;
        let bar = |class: &'static str, name: &'static str, count: usize| {
            view! {
                <div class=format!("slide-bar {class}")>
                    <span class="name">{name}</span>
                    <span class="lane" aria-hidden="true"><span class="soft" style=("--p", format!("{:.4}", count as f64 / largest))></span></span>
                    <span class="value">{thousands(count as f64)}</span>
                </div>
            }
        };
        Some(view! {
            <figure class="slide-bars">
                {bar("teacher", "Teacher", teacher)} {bar("distilled", "Student", student)}
                <figcaption>"Parameters: the numbers that training sets."</figcaption>
            </figure>
        })
    };
    view! {
        <p class="slide-say" translate="no">{right}</p>
        {bars}
    }
}

/// One example's soft label.
#[component]
pub(super) fn SoftLabels() -> impl IntoView {
    let page = Page::here();
    let soft: ReadSignal<Option<Shared<ExampleSet>>> = page.run_state.soft;
    let temperature = lens::temperature(page);
    let bars = move || {
        let view = soft.get()?;
        let (at, t) = (selected_index(page, &view), temperature.get());
        let label = view.examples.get(at)?.label;
        let (plain, now) = (softmax(view.teacher(at), 1.0), softmax(view.teacher(at), t));
        let shown = likeliest(&plain, label, CLASSES);
        let rest = now.len().saturating_sub(shown.len());
        let others: f64 = now.iter().enumerate().filter(|(class, _)| !shown.contains(class)).map(|(_, p)| p).sum();
        let row = |&class: &usize| {
            let name = view.setup.classes.get(class).cloned().unwrap_or_default();
            view! {
                <li class="slide-bar" class:truth=class == label>
                    <span class="name">{name}</span>
                    <span class="lane" aria-hidden="true"><span class="soft" style=("--p", format!("{:.4}", now[class]))></span></span>
                    <span class="value">{percent(now[class])}</span>
                </li>
            }
        };
        Some(view! {
            <ul class="slide-bars" aria-label="The likeliest classes" translate="no">{shown.iter().map(row).collect_view()}</ul>
            {(rest > 0).then(|| view! { <p class="sub" translate="no">{format!("The other {rest} together: {}.", percent(others))}</p> })}
        })
    };
    let awaited = move || {
        soft.with(Option::is_none)
            .then(|| view! { <p>"The teacher’s soft labels come here as soon as it has begun to learn."</p> })
    };
    view! {
        <div class="slide-soft">
            <SelectedExample soft />
            <div>
                <div class="slide-t">
                    <b translate="no"><i>"T"</i>{move || format!(" = {:.1}", temperature.get())}</b>
                    <Slider key="t" bare=true place="slide-" />
                </div>
                {awaited} {bars}
            </div>
        </div>
    }
}

/// The students as they stand.
#[component]
pub(super) fn Students() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let rows = memo(move || {
        results.with(|results| {
            let setup = results.setup.as_ref()?;
            let config = results.config(setup);
            let row = |(&arm, curve): (&Arm, &Vec<crate::chart::accuracy::Spread>)| {
                let last = curve.last()?;
                let name = arms::short(config, arm);
                Some(Row { class: arms::class(arm), name, range: (last.low, last.mean, last.high) })
            };
            let mut rows: Vec<Row> = setup.arms.iter().zip(&results.arm_curves).filter_map(row).collect();
            if rows.is_empty() {
                return None;
            }
            if let Some(accuracy) = results.teacher.map(|t| 100.0 * t.accuracy) {
                rows.insert(0, Row { class: "teacher", name: "Teacher".into(), range: (accuracy, accuracy, accuracy) });
            }
            Some((rows, config.replicates))
        })
    });
    let what = page.setting(arms::targets);
    move || {
        match rows.get() {
        Some((rows, replicates)) => {
            let caption = format!(
                "Right on the test set, in per cent. A dot is the mean of {replicates} students, the line goes from the worst to the best."
            );
            view! { <StaleBadge /> <Points rows caption /> }.into_any()
        }
        None => view! {
            <p>"The students have not begun."</p>
            <p>{move || format!("They learn from the same examples and start from the same weights: {}.", what.get())}</p>
        }
        .into_any(),
    }
    }
}

/// The verdict of the run.
#[component]
pub(super) fn Verdict() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let verdict = memo(move || {
        let results = results.get();
        let (outcome, setup) = (results.outcome.as_ref()?, results.setup.as_ref()?);
        Some((judge_by(outcome, page.presentation.with(|p| p.measure), &setup.classes)?, results.moved))
    });
    move || {
        match verdict.get() {
        Some((verdict, moved)) => view! {
            <StaleBadge />
            {verdict.cautions.into_iter().map(|caution| view! { <p class="caution">{caution}</p> }).collect_view()}
            <p class="slide-say">{verdict.sentence}</p>
            <p>{verdict.detail}</p>
            {moved.then(|| view! { <p class="caution">{SETTINGS_MOVED}</p> })}
        }
        .into_any(),
        None if results.with(|results| results.outcome.is_some()) => {
            view! { <p>"One replicate has no interval, and so there is no verdict: the slide before shows what the students reached."</p> }
                .into_any()
        }
        None => view! {
            <p>"When a run is over, this says whether soft labels taught the student more than hard labels did, with a 95\u{a0}% interval."</p>
            <p>"“No significant gain” is an answer too."</p>
        }
        .into_any(),
    }
    }
}
