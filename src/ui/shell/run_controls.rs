//! Train, Step, Reset, and how far training is.

use crate::config::thousands;
use crate::lab::number_format::share;
use crate::protocol::Phase;
use crate::ui::app::context::Page;
use crate::ui::app::engine;
use crate::ui::app::run;
use crate::ui::app::settings;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::EngineState;
use crate::ui::text::status;
use leptos::prelude::*;

/// The three buttons.
#[component]
pub fn Buttons() -> impl IntoView {
    let page = Page::here();
    let running = page.run_state.running;
    let open = memo(move || page.run_state.engine.get() == EngineState::Open);
    let can_step = memo(move || open.get() && !page.run_state.done.get());
    let going = move || running.get() || page.queued.get();
    // Highlights Train until the first run.
    let new_here = move || {
        page.runs.list.with(Vec::is_empty)
            && page.run_state.soft.with(Option::is_some)
            && page.run_state.results.with(|results| results.students.is_empty())
            && !going()
    };
    view! {
        <div class="go">
            <button class="train" class:going=going class:beckons=new_here on:click=move |_| run::train_or_pause(page)>
                <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                    <path
                        fill="currentColor"
                        d=move || if going() { "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" } else { "M3.5 1.5v13l10-6.5z" }
                    ></path>
                </svg>
                {move || if going() { "Pause" } else { "Train" }}
            </button>
            <button disabled=move || !can_step.get() title="One optimizer step, then measure; the tab Loss shows what it does to the example" on:click=move |_| engine::step(page)>
                "Step"
            </button>
            <button disabled=move || !open.get() title="Back to the initial weights" on:click=move |_| engine::reset(page)>
                "Reset"
            </button>
        </div>
    }
}

/// Phases, progress bar and a line of figures.
#[component]
pub fn Progress() -> impl IntoView {
    let page = Page::here();
    let run = page.run_state;
    let percent = memo(move || {
        run.track_progress();
        run.with_untracked(|state| page.config.with(|c| status::progress(state, c).round()))
    });
    let line = memo(move || {
        run.track_progress();
        let queued = page.queued.get();
        run.with_untracked(|state| page.config.with(|c| status::status(state, c, queued)))
    });
    let at = memo(move || {
        let phase = run.report.with(|report| report.as_ref().map(|r| r.phase));
        match phase {
            None => 0,
            Some(_) if run.done.get() => 4,
            Some(Phase::Teacher) => 0,
            Some(Phase::Labelling) => 1,
            Some(Phase::Students) => 2,
            Some(Phase::Done) => 3,
        }
    });
    let teacher = memo(move || run.teacher.get().map(|t| format!("Teacher {}", share(t.accuracy))));
    let examples = settings::teacher_examples(page);
    let transfer = settings::transfer_examples(page);
    let labels = page.setting(move |c| match examples.get() {
        0 => "Soft labels".to_string(),
        all => {
            let labelled = transfer.get();
            format!("{} soft labels", thousands((labelled + c.pool_examples(all, labelled)) as f64))
        }
    });
    let students = page.setting(|c| c.replicates * c.arms().len());
    let names: [Signal<String>; 4] = [
        Signal::derive(move || teacher.get().unwrap_or_else(|| "Teacher".into())),
        Signal::derive(move || labels.get()),
        Signal::derive(move || format!("{} students", students.get())),
        Signal::derive(|| "Verdict".into()),
    ];
    view! {
        <div class="progress">
            <ol class="phases" translate="no">
                {names
                    .into_iter()
                    .enumerate()
                    .map(|(i, name)| {
                        view! {
                            <li
                                class:past=move || { at.get() > i } class:now=move || at.get() == i
                                aria-current=move || (at.get() == i).then_some("step")
                            >
                                {name}
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <div
                class="bar" role="progressbar" aria-label="Training progress" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || percent.get().to_string() aria-valuetext=line
            >
                <span style=("--p", move || format!("{:.3}", percent.get() / 100.0))></span>
            </div>
            <p class="line" title=line translate="no">{line}</p>
        </div>
    }
}
