//! The lesson panel: a question, a prediction, the runs, the verdict. It never traps: every other control stays usable,
//! and one click leads back to the lesson's settings.

mod api_cost;

use crate::lab::lessons::{LESSONS, Lesson, ResultRow};
use crate::ui::app::context::Page;
use crate::ui::app::lesson;
use crate::ui::browser::focus;
use crate::ui::panels::lesson::api_cost::QueryCost;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::memo::memo;
use crate::ui::widgets::staged_mount::Disclosure;
use leptos::prelude::*;

/// About how long a lesson takes, in words.
pub fn takes(lesson: &Lesson) -> String {
    match lesson.seconds {
        0 => String::new(),
        s => format!("about {s} s"),
    }
}

/// The panel; nothing while no lesson is open.
#[component]
pub fn LessonPanel() -> impl IntoView {
    let page = Page::here();
    let key = memo(move || page.lesson_progress.with(|p| p.as_ref().map(|p| p.key)));
    move || {
        let lesson = key.get().and_then(crate::lab::lessons::lesson)?;
        Some(view! { <Open lesson /> })
    }
}

/// Something of the lesson that is open.
fn part<T: PartialEq + Send + Sync + 'static>(
    page: Page,
    part: impl Fn(&LessonProgress) -> T + Send + Sync + 'static,
) -> Memo<Option<T>> {
    memo(move || page.lesson_progress.with(|p| p.as_ref().map(&part)))
}

#[component]
fn Open(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let number = LESSONS.iter().position(|l| l.key == lesson.key).map_or(1, |i| i + 1);
    let rows = part(page, |p| p.judgement.rows.clone());
    let verdict = part(page, |p| p.judgement.verdict.clone());
    let outcome = part(page, LessonProgress::outcome);
    let bigger = part(page, |p| p.bigger);
    let away = memo(move || {
        page.lesson_progress.with(|p| p.as_ref().is_some_and(|p| page.config.with(|c| p.place(c).is_none())))
    });
    let early =
        memo(move || page.lesson_progress.with(|p| p.as_ref().is_some_and(|p| page.config.with(|c| p.too_early(c)))));
    let close = move |_| {
        lesson::close(page);
        focus::then_to("select.lesson");
    };
    let back = move |_| {
        lesson::back_to(page);
        focus::then_to(".p-lesson .row .strong");
    };
    let running = page.part(|m| m.running());
    let run_words = move || if verdict.get().flatten().is_some() { "Run it again" } else { "Run the lesson" };
    let said = move || {
        let verdict = verdict.get().flatten()?;
        Some(view! {
            {outcome.get().flatten().map(|words| view! { <p class="expected">{words}</p> })}
            <p class="say">{verdict.sentence}</p>
        })
    };
    view! {
        <section class="card p-lesson" aria-labelledby="h-lesson" id="lesson">
            <div class="head">
                <h2 id="h-lesson">{format!("Lesson {number}. {}", lesson.title)}</h2>
                <button class="quiet" on:click=close>"Close the lesson"</button>
            </div>
            <div class="lesson-body">
                <div>
                    <p class="question" id="lesson-question">{lesson.question}</p>
                    <Predictions lesson />
                    <div class="row">
                        <button class="strong" disabled=move || running.get() on:click=move |_| lesson::run(page, false)>
                            {run_words}
                        </button>
                        <button disabled=move || running.get() on:click=move |_| lesson::run(page, true)>"Run it bigger"</button>
                        {move || {
                            (away.get() || early.get())
                                .then(|| {
                                    let name = if early.get() { "To the run that is due" } else { "Back to the lesson’s settings" };
                                    view! { <button on:click=back>{name}</button> }
                                })
                        }}
                    </div>
                    {move || {
                        early
                            .get()
                            .then(|| {
                                view! {
                                    <p class="help">
                                        "These are the settings of a later run of the lesson. Its runs count in their order: the earlier ones are not there (a reload forgets them), so what you train now does not count here."
                                    </p>
                                }
                            })
                    }}
                    {move || {
                        away.get()
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
                                let takes = takes(lesson);
                                if takes.is_empty() { String::new() } else { format!("Takes {takes} on the CPU of a laptop with two cores.") }
                            }
                        }}
                    </p>
                    <Runs />
                </div>
                <div>
                    <div role="status" aria-label="Lesson verdict" class="lesson-verdict">{said}</div>
                    {move || {
                        // What the answers cost is a table of its own, with the same figures.
                        let rows = rows.get().filter(|rows| !rows.is_empty() && lesson.key != "api");
                        rows.map(|rows| view! { <Figures rows /> })
                    }}
                    {(lesson.key == "api").then(|| view! { <QueryCost /> })}
                    <Afterwards lesson />
                </div>
            </div>
            <AllLessons />
        </section>
    }
}

/// What the reader expects.
#[component]
fn Predictions(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let chosen = part(page, |p| p.prediction);
    let true_one = part(page, |p| p.judgement.verdict.as_ref().and_then(|v| v.came_true));
    view! {
        <fieldset class="predictions">
            <legend>"What do you expect?"</legend>
            {lesson
                .predictions
                .iter()
                .enumerate()
                .map(|(i, words)| {
                    view! {
                        <label class:came-true=move || true_one.get().flatten() == Some(i)>
                            <input
                                type="radio" name="prediction" value=i.to_string()
                                prop:checked=move || chosen.get().flatten() == Some(i)
                                on:change=move |_| {
                                    page.lesson_progress
                                        .update(|p| {
                                            if let Some(p) = p {
                                                p.prediction = Some(i);
                                            }
                                        });
                                }
                            />
                            <span>{*words}</span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}

/// The lesson's runs: which are there, which is on.
#[component]
fn Runs() -> impl IntoView {
    let page = Page::here();
    let names = part(page, |p| p.runs().iter().map(|run| run.name).collect::<Vec<_>>());
    let done = part(page, |p| p.seen.len());
    let now = memo(move || page.lesson_progress.with(|p| p.as_ref().and_then(|p| page.config.with(|c| p.place(c)))));
    let running = page.part(|m| m.running());
    let item = move |(i, name): (usize, &'static str)| {
        let state = move || {
            if now.get() == Some(i) && running.get() {
                "running"
            } else if done.get().is_some_and(|n| i < n) {
                "done"
            } else {
                "to come"
            }
        };
        view! {
            <li data-state=move || state().replace(' ', "-")>
                <button
                    class="quiet" aria-current=move || (now.get() == Some(i)).then_some("true")
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

/// The figures so far.
#[component]
fn Figures(rows: Vec<ResultRow>) -> impl IntoView {
    view! {
        <table class="figures" aria-label="Figures of the lesson">
            <tbody>
                {rows.into_iter().map(|row| view! { <tr><th scope="row">{row.what}</th><td>{row.value}</td></tr> }).collect_view()}
            </tbody>
        </table>
    }
}

/// The papers' figures, what the lesson has found elsewhere, and what to try next.
#[component]
fn Afterwards(lesson: &'static Lesson) -> impl IntoView {
    let page = Page::here();
    let verdict = part(page, |p| p.judgement.verdict.is_some());
    // Not before the reader's own verdict: it would answer the question.
    let elsewhere = move || {
        (verdict.get() == Some(true)).then(|| {
            let record = (!lesson.record.is_empty())
                .then(|| view! { <p class="record"><b>"Over five seeds we found: "</b>{lesson.record}</p> });
            let paper = lesson.paper.map(|paper| view! { <p class="record"><b>"In the literature: "</b>{paper}</p> });
            (record, paper)
        })
    };
    view! {
        {elsewhere}
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

/// Every lesson, with its line and the time it takes.
#[component]
pub fn AllLessons() -> impl IntoView {
    let page = Page::here();
    let open = memo(move || page.lesson_progress.with(|p| p.as_ref().map(|p| p.key)));
    view! {
        <Disclosure class="all-lessons" summary="All ten lessons".into_any()>
            <ol>
                {LESSONS
                    .iter()
                    .map(|lesson| {
                        let takes = takes(lesson);
                        view! {
                            <li>
                                <button
                                    class="quiet" aria-current=move || (open.get() == Some(lesson.key)).then_some("true")
                                    on:click=move |_| lesson::open(page, lesson.key)
                                >
                                    {lesson.title}
                                </button>
                                <span>{lesson.line}</span>
                                <small>{takes}</small>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </Disclosure>
    }
}
