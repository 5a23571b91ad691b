//! The slides of a lesson: question, guess, run, what each run gave, verdict, why.

use super::points::{Points, Row};
use crate::lab::lessons::Lesson;
use crate::lab::lessons::points::points;
use crate::ui::app::context::Page;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use crate::ui::text::arms::class;
use crate::ui::text::status;
use leptos::prelude::*;

/// A part of the open lesson's progress; `None` while no lesson is open.
fn part<T: PartialEq + Send + Sync + 'static>(
    page: Page,
    part: impl Fn(&LessonProgress) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    memo(move || page.lesson.with(|open| open.as_ref().map(&part)))
}

/// The lesson that is open.
fn lesson(page: Page) -> Option<&'static Lesson> {
    page.lesson.with(|open| open.as_ref().and_then(LessonProgress::lesson))
}

/// The question.
#[component]
pub(super) fn Question() -> impl IntoView {
    let page = Page::here();
    view! { <p class="slide-question">{move || lesson(page).map(|lesson| lesson.question)}</p> }
}

/// The predictions; one may be chosen for the class.
#[component]
pub(super) fn Guess() -> impl IntoView {
    let page = Page::here();
    let chosen = part(page, |open| open.prediction);
    let choice = move |(place, text): (usize, &'static str)| {
        let choose = move |_| {
            page.lesson.update(|open| {
                if let Some(open) = open {
                    open.prediction = Some(place);
                }
            });
        };
        view! {
            <label>
                <input type="radio" name="slide-prediction" prop:checked=move || chosen.get().flatten() == Some(place) on:change=choose />
                <span>{text}</span>
            </label>
        }
    };
    let predictions = part(page, |open| open.lesson().map_or(&[][..], |lesson| lesson.predictions));
    view! {
        <fieldset class="slide-guess">
            <legend>"What do you expect?"</legend>
            {move || predictions.get().map(|all| all.iter().copied().enumerate().map(choice).collect_view())}
        </fieldset>
    }
}

/// The runs with how far each is.
#[component]
pub(super) fn Run() -> impl IntoView {
    let page = Page::here();
    let run = page.run_state;
    let names = part(page, |open| open.runs().iter().map(|run| run.name).collect::<Vec<_>>());
    let done = part(page, |open| open.runs_done.len());
    let judged = part(page, |open| open.judgement.verdict.is_some());
    let current =
        memo(move || page.lesson.with(|open| open.as_ref().and_then(|open| page.config.with(|c| open.place(c)))));
    let percent = memo(move || {
        run.track_progress();
        run.with_untracked(|state| page.config.with(|c| status::progress(state, c).round()))
    });
    let item = move |(place, name): (usize, &'static str)| {
        let here = move || current.get() == Some(place) && run.running.get();
        let past = move || done.get().is_some_and(|count| place < count);
        let state = move || match (here(), past()) {
            (true, _) => format!("running, {:.0}\u{a0}%", percent.get()),
            (false, true) => "done".into(),
            (false, false) => "not run yet".into(),
        };
        let share = move || match (here(), past()) {
            (true, _) => percent.get() / 100.0,
            (false, past) => f64::from(u8::from(past)),
        };
        view! {
            <li>
                <span>{name}</span>
                <span class="bar" aria-hidden="true"><span style=("--p", move || format!("{:.3}", share()))></span></span>
                <small translate="no">{state}</small>
            </li>
        }
    };
    let off = memo(move || {
        page.lesson.with(|open| open.as_ref().is_some_and(|open| page.config.with(|c| open.place(c).is_none())))
    });
    let words = move || match (judged.get(), off.get()) {
        (Some(true), _) => "All runs are done: the next slides show what came out.",
        (_, true) => "The settings on the page are not the lesson’s: Train goes back to these and begins.",
        _ => "Train, or the space bar, begins and pauses.",
    };
    view! {
        <ol class="slide-runs">{move || names.get().map(|all| all.into_iter().enumerate().map(item).collect_view())}</ol>
        <p>{words}</p>
    }
}

/// What one run gave: a point with its interval for every arm.
#[component]
pub(super) fn RunEnd(run: usize) -> impl IntoView {
    let page = Page::here();
    let name = part(page, move |open| open.runs().get(run).map_or("", |run| run.name));
    let rows = part(page, move |open| {
        let record = open.runs_done.get(run)?;
        let row = |point: crate::lab::lessons::points::ArmPoint| Row {
            class: class(point.arm),
            name: point.name,
            range: (point.accuracy.low, point.accuracy.mean, point.accuracy.high),
        };
        Some(points(&[&**record]).into_iter().map(row).collect::<Vec<_>>())
    });
    let body = move || match rows.get().flatten() {
        Some(rows) => {
            let caption = "Right on the test set, in per cent: the mean over replicates and its 95\u{a0}% interval (Student’s t).";
            view! { <Points rows caption /> }.into_any()
        }
        None => view! { <p>"This run is not over yet."</p> }.into_any(),
    };
    view! {
        <p class="slide-question">{name}</p>
        {body}
    }
}

/// The verdict, the guess, and the prediction that came true.
#[component]
pub(super) fn LessonVerdict() -> impl IntoView {
    let page = Page::here();
    let verdict = part(page, |open| open.judgement.verdict.clone());
    let outcome = part(page, LessonProgress::outcome);
    move || match verdict.get().flatten() {
        Some(verdict) => {
            let happened = verdict.came_true.and_then(|place| lesson(page)?.predictions.get(place).copied());
            let outcome = outcome.get().flatten();
            let happened = happened.filter(|_| outcome.is_none()).map(|text| format!("What happened: “{text}”."));
            view! {
                {outcome.or(happened).map(|text| view! { <p class="expected">{text}</p> })}
                <p>{verdict.sentence}</p>
            }
            .into_any()
        }
        None => view! { <p>"The verdict stands here when every run is over."</p> }.into_any(),
    }
}

/// What was found here over five seeds, and by others. It would give the answer away before the verdict.
#[component]
pub(super) fn Why() -> impl IntoView {
    let page = Page::here();
    let judged = part(page, |open| open.judgement.verdict.is_some());
    move || {
        if judged.get() != Some(true) {
            return view! { <p>"First the lesson’s verdict: what others found would give it away."</p> }.into_any();
        }
        let lesson = lesson(page);
        let record = lesson.map(|lesson| lesson.record).filter(|record| !record.is_empty());
        view! {
            {record.map(|record| view! { <p><b>"Over five seeds (of one pool and test set): "</b>{record}</p> })}
            {lesson.and_then(|lesson| lesson.paper).map(|paper| view! { <p><b>"In the literature: "</b>{paper}</p> })}
        }
        .into_any()
    }
}
