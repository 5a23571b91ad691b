//! The lesson panel: question, predictions, runs and verdict. All other controls stay usable during a lesson, and one click
//! restores its settings.

mod api_cost;
pub mod chart;
mod progress;

use crate::lab::lessons::{LESSONS, Lesson, ResultRow};
use crate::ui::app::context::Page;
use crate::ui::app::lesson;
use crate::ui::browser::focus;
use crate::ui::panels::lesson::api_cost::QueryCostTable;
use crate::ui::panels::lesson::progress::progress_part;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use crate::ui::widgets::staged_mount::Disclosure;
use leptos::prelude::*;

/// Approximate duration of a lesson as text; empty if unknown.
pub fn duration(lesson: &Lesson) -> String {
    match lesson.seconds {
        0 => String::new(),
        s => format!("about {s} s"),
    }
}

/// The panel; empty while no lesson is open.
#[component]
pub fn LessonPanel() -> impl IntoView {
    let page = Page::here();
    let key = memo(move || page.lesson.with(|p| p.as_ref().map(|p| p.key)));
    move || {
        let lesson = key.get().and_then(crate::lab::lessons::lesson)?;
        Some(view! { <OpenLesson lesson /> })
    }
}

#[component]
fn OpenLesson(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let number = LESSONS.iter().position(|l| l.key == lesson.key).map_or(1, |i| i + 1);
    let rows = progress_part(page, |p| p.judgement.rows.clone());
    let verdict = progress_part(page, |p| p.judgement.verdict.clone());
    let outcome = progress_part(page, LessonProgress::outcome);
    let bigger = progress_part(page, |p| p.bigger);
    let off_settings =
        memo(move || page.lesson.with(|p| p.as_ref().is_some_and(|p| page.config.with(|c| p.place(c).is_none()))));
    let out_of_order =
        memo(move || page.lesson.with(|p| p.as_ref().is_some_and(|p| page.config.with(|c| p.too_early(c)))));
    let close = move |_| {
        lesson::close(page);
        focus::then_to("select.lesson");
    };
    let back = move |_| {
        lesson::back_to(page);
        focus::then_to(".p-lesson .row .strong");
    };
    let running = page.run_state.running;
    let run_label = move || if verdict.get().flatten().is_some() { "Run it again" } else { "Run the lesson" };
    let verdict_view = move || {
        let verdict = verdict.get().flatten()?;
        Some(view! {
            {outcome.get().flatten().map(|text| view! { <p class="expected">{text}</p> })}
            <p class="say">{verdict.sentence}</p>
        })
    };
    view! {
        <section class="card p-lesson" aria-labelledby="h-lesson" id="lesson">
            <div class="head">
                <h2 id="h-lesson">{format!("Lesson {number}. {}", lesson.title)}</h2>
                <Neighbours number />
                <button class="quiet" on:click=close>"Close the lesson"</button>
            </div>
            <div class="lesson-body">
                <div>
                    <p class="question" id="lesson-question">{lesson.question}</p>
                    <Predictions lesson />
                    <div class="row">
                        <button class="strong" disabled=move || running.get() on:click=move |_| lesson::run(page, false)>
                            {run_label}
                        </button>
                        <button disabled=move || running.get() on:click=move |_| lesson::run(page, true)>"Run it bigger"</button>
                        {move || {
                            (off_settings.get() || out_of_order.get())
                                .then(|| {
                                    let name = if out_of_order.get() { "To the run that is due" } else { "Back to the lesson’s settings" };
                                    view! { <button on:click=back>{name}</button> }
                                })
                        }}
                    </div>
                    {move || {
                        out_of_order
                            .get()
                            .then(|| {
                                view! {
                                    <p class="help">
                                        "These are the settings of a later run of the lesson. Runs count in order, and the earlier ones are missing (a reload forgets them), so what you train now does not count."
                                    </p>
                                }
                            })
                    }}
                    {move || {
                        off_settings.get()
                            .then(|| {
                                view! {
                                    <p class="help">
                                        "These settings are not the lesson’s: what you train with them is a run of your own, and does not count here."
                                    </p>
                                }
                            })
                    }}
                    <p class="help">
                        {move || {
                            if bigger.get() == Some(true) {
                                "Bigger: more replicates, steps or examples, and so more time.".into()
                            } else {
                                let duration = duration(lesson);
                                if duration.is_empty() { String::new() } else { format!("Takes {duration} on the CPU of a laptop with two cores.") }
                            }
                        }}
                    </p>
                    <LessonRuns />
                </div>
                <div>
                    <div role="status" aria-label="Lesson verdict" class="lesson-verdict">{verdict_view}</div>
                    <chart::LessonChart />
                    {move || {
                        // The API lesson shows the same figures in the query cost table.
                        let rows = rows.get().filter(|rows| !rows.is_empty() && lesson.key != "api");
                        rows.map(|rows| view! { <ResultRows rows /> })
                    }}
                    {(lesson.key == "api").then(|| view! { <QueryCostTable /> })}
                    <FollowUp lesson />
                </div>
            </div>
            <AllLessons />
        </section>
    }
}

/// To the lessons before and after.
#[component]
fn Neighbours(
    /// Of the open lesson, from 1.
    number: usize,
) -> impl IntoView {
    let page = Page::here();
    let to = move |place: Option<usize>, arrow: &'static str, name: &'static str| {
        let key = place.and_then(|place| LESSONS.get(place)).map(|lesson| lesson.key);
        let go = move |_| {
            if let Some(key) = key {
                lesson::open(page, key);
                focus::then_to(".p-lesson .row .strong");
            }
        };
        view! { <button class="quiet" aria-label=name title=name disabled=key.is_none() on:click=go>{arrow}</button> }
    };
    view! {
        <span class="neighbours">
            {to(number.checked_sub(2), "◂", "Previous lesson")}
            {to(Some(number), "▸", "Next lesson")}
        </span>
    }
}

/// Radio buttons for the user's prediction.
#[component]
fn Predictions(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let chosen = progress_part(page, |p| p.prediction);
    let came_true = progress_part(page, |p| p.judgement.verdict.as_ref().and_then(|v| v.came_true));
    view! {
        <fieldset class="predictions">
            <legend>"What do you expect?"</legend>
            {lesson
                .predictions
                .iter()
                .enumerate()
                .map(|(i, text)| {
                    view! {
                        <label class:came-true=move || came_true.get().flatten() == Some(i)>
                            <input
                                type="radio" name="prediction" value=i.to_string()
                                prop:checked=move || chosen.get().flatten() == Some(i)
                                on:change=move |_| lesson::predict(page, i)
                            />
                            <span>{*text}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// The lesson's runs with their state: done, running or to come.
#[component]
fn LessonRuns() -> impl IntoView {
    let page = Page::here();
    let names = progress_part(page, |p| p.runs().iter().map(|run| run.name).collect::<Vec<_>>());
    let done = progress_part(page, |p| p.runs_done.len());
    let current = memo(move || page.lesson.with(|p| p.as_ref().and_then(|p| page.config.with(|c| p.place(c)))));
    let running = page.run_state.running;
    let item = move |(i, name): (usize, &'static str)| {
        let state = move || {
            if current.get() == Some(i) && running.get() {
                "running"
            } else if done.get().is_some_and(|n| i < n) {
                "done"
            } else {
                "not run yet"
            }
        };
        view! {
            <li data-state=move || if state() == "not run yet" { "to-come" } else { state() }.to_string()>
                <button
                    class="quiet" aria-current=move || (current.get() == Some(i)).then_some("true")
                    title="Sets the page to the settings of this run" on:click=move |_| lesson::to_run(page, i)
                >
                    {name}
                </button>
                <small>{state}</small>
            </li>
        }
    };
    move || {
        let names = names.get().filter(|names| names.len() > 1)?;
        Some(
            view! { <ol class="lesson-runs" aria-label="Runs of the lesson">{names.into_iter().enumerate().map(item).collect_view()}</ol> },
        )
    }
}

/// Results of the lesson so far.
#[component]
fn ResultRows(rows: Vec<ResultRow>) -> impl IntoView {
    view! {
        <table class="figures" aria-label="Figures of the lesson">
            <tbody>
                {rows.into_iter().map(|row| view! { <tr><th scope="row">{row.what}</th><td>{row.value}</td></tr> }).collect_view()}
            </tbody>
        </table>
    }
}

/// Results from the literature and from our own runs, and suggestions for what to try next.
#[component]
fn FollowUp(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let verdict = progress_part(page, |p| p.judgement.verdict.is_some());
    // Hidden until the user has a verdict of their own: it would give the answer away.
    let references = move || {
        (verdict.get() == Some(true)).then(|| {
            let record = (!lesson.record.is_empty())
                .then(|| view! { <p class="record"><b>"Over five seeds (of one pool and test set) we found: "</b>{lesson.record}</p> });
            let paper = lesson.paper.map(|paper| view! { <p class="record"><b>"In the literature: "</b>{paper}</p> });
            (record, paper)
        })
    };
    view! {
        {references}
        <div class="next">
            <b>"Try next"</b>
            <ul>
                {lesson
                    .next
                    .iter()
                    .map(|next| {
                        let change = next.change;
                        view! { <li><button class="quiet" on:click=move |_| lesson::try_next(page, change)>{next.what}</button></li> }
                    })
                    .collect_view()}
            </ul>
        </div>
    }
}

/// All lessons, with a one-line summary and the duration of each.
#[component]
pub fn AllLessons() -> impl IntoView {
    let page = Page::here();
    let open = memo(move || page.lesson.with(|p| p.as_ref().map(|p| p.key)));
    let finished = move |key| page.lessons_finished.with(|all| all.contains(&key));
    view! {
        <Disclosure class="all-lessons" summary="All ten lessons".into_any()>
            <ol>
                {LESSONS
                    .iter()
                    .map(|lesson| {
                        let duration = duration(lesson);
                        view! {
                            <li>
                                <button
                                    class="quiet" aria-current=move || (open.get() == Some(lesson.key)).then_some("true")
                                    on:click=move |_| lesson::open(page, lesson.key)
                                >
                                    {lesson.title}
                                </button>
                                <span>{lesson.line}</span>
                                <small>{move || if finished(lesson.key) { "✓ finished".into() } else { duration.clone() }}</small>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </Disclosure>
    }
}
