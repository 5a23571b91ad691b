//! The verdict on small custom data, repeated on other splits into training and test rows.

use crate::lab::repeated_splits::{gains, sentence, wanted};
use crate::lab::sweep::{SPLITS, Sweep};
use crate::ui::app::context::Page;
use crate::ui::app::sweep::SweepRunner;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::EngineState;
use leptos::prelude::*;

/// A button that repeats a finished run on other splits, and what they say; nothing for other data.
#[component]
pub fn RepeatedSplits() -> impl IntoView {
    let page = Page::here();
    let results = page.run_state.results;
    let runner = SweepRunner::new(page);
    // Training and test rows of the finished run, where it should be repeated.
    let rows = memo(move || {
        results.with(|r| {
            let (outcome, setup) = (r.outcome.as_ref()?, r.setup.as_ref()?);
            let (train, test) = (setup.teacher_examples, setup.test_examples);
            wanted(&outcome.config, train + test).then_some((train, test))
        })
    });
    let running = memo(move || runner.run.with(|run| run.as_ref().is_some_and(|run| run.running())));
    // Those of other settings or of other data say nothing of this run.
    let fits = move || {
        runner.run.with(|run| {
            let run = run.as_ref()?;
            let same = results.with(|r| {
                r.outcome.as_ref().is_some_and(|outcome| {
                    run.base.seed == outcome.config.seed && run.grid.sweep.fits(&run.base, &outcome.config)
                })
            });
            (same && run.own_data == page.custom_data_version.get()).then(|| (gains(&run.grid), run.errors.clone()))
        })
    };
    let said = move || {
        let (train, test) = rows.get()?;
        let (gains, errors) = fits()?;
        let text = if running.get() {
            format!("{} of {SPLITS} splits done.", gains.len())
        } else {
            sentence(&gains, train, test)?
        };
        let errors = errors.into_iter().map(|why| view! { <p class="caution">{why}</p> }).collect_view();
        Some(view! { <p class="sub">{text}</p> {errors} })
    };
    let open = memo(move || page.run_state.engine.get() == EngineState::Open);
    let press = move |_| {
        if running.get_untracked() {
            runner.stop();
        } else if let Some(config) = results.with_untracked(|r| r.outcome.as_ref().map(|o| o.config.clone())) {
            runner.start_with(Sweep::splits(&config), config);
        }
    };
    move || {
        rows.get().map(|(train, test)| {
            view! {
                <div class="splits">
                    <p class="help" id="help-splits">
                        {format!(
                            "This is one split of {} rows, {test} of them to test on: another would have given other figures. Repeated on {SPLITS} \
                             splits, each with its own teacher, a verdict holds for more than these {test} rows.",
                            train + test,
                        )}
                    </p>
                    <button aria-describedby="help-splits" disabled=move || !open.get() on:click=press>
                        {move || if running.get() { "Stop".to_string() } else { format!("Repeat on {SPLITS} splits") }}
                    </button>
                    <div role="status" aria-label="Other splits">{said}</div>
                </div>
            }
        })
    }
}
