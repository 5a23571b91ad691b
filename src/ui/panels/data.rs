//! The data and teacher panels.

use crate::config::{Config, Task, thousands};
use crate::data::example::{Example, Form, Input};
use crate::experiment::Setup;
use crate::lab::number_format::share;
use crate::ui::app::context::Page;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::{EngineState, Shared};
use crate::ui::text::examples::noun;
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::input_view::{Picture, Plane};
use crate::ui::widgets::{fields, input_view};
use leptos::prelude::*;

/// Largest number of examples on the contact sheet.
const SHEET_SIZE: usize = 12;

/// Changes the task and resets sizes to its defaults; device, optimizer, supervision and seed stay.
pub fn set_task(config: &mut Config, task: Task) {
    *config = Config {
        device: config.device,
        optimizer: config.optimizer,
        distilled: config.distilled.clone(),
        extra_arms: config.extra_arms.clone(),
        seed: config.seed,
        ..Config::for_task(task)
    };
}

/// The data panel.
#[component]
pub fn Data(
    /// Makes the inputs for files of the user's, which come with the second part of the program.
    own_files: fn() -> AnyView,
) -> impl IntoView {
    let page = Page::here();
    let setup = page.run_state.setup;
    view! {
        <section class="card p-data" aria-labelledby="h-data">
            <h2 id="h-data"><b>"1"</b>"Data"</h2>
            {fields::choice(|c| c.task, set_task)}
            {own_files()}
            {move || match setup.get() {
                Some(setup) => view! { <Sheet setup /> }.into_any(),
                None => view! { <SheetPlaceholder /> }.into_any(),
            }}
            <GlossaryTerms keys=&["transfer-set", "production", "hard-label"] />
        </section>
    }
}

/// Placeholder of the contact sheet while there is no data.
#[component]
fn SheetPlaceholder() -> impl IntoView {
    let page = Page::here();
    let engine = page.run_state.engine;
    let sentence = move || match engine.get() {
        EngineState::Down | EngineState::NoData => "No data so far.",
        _ => "What the students are given will be shown here.",
    };
    view! {
        <figure>
            <div class="sheet" aria-hidden="true">
                {(0..SHEET_SIZE).map(|_| view! { <div class="cell awaited"><span></span><small>" "</small></div> }).collect_view()}
            </div>
            <figcaption>{sentence}</figcaption>
        </figure>
    }
}

/// Contact sheet of the transfer set, with the labels that the students are given.
#[component]
fn Sheet(setup: Shared<Setup>) -> impl IntoView {
    if !matches!(setup.form, Form::Image(..) | Form::Plane) {
        let caption = format!(
            "From the transfer set of {} {}, with the labels the students are given.",
            thousands(setup.transfer_examples as f64),
            noun(setup.config.task, setup.transfer_examples as f64)
        );
        let examples: Vec<Example> = setup.transfer.iter().take(SHEET_SIZE).cloned().collect();
        let caption = if examples.is_empty() {
            "The teacher writes the transfer set when it is trained: “Generated names” shows it then.".into()
        } else {
            caption
        };
        return view! { <input_view::Sheet examples setup caption labelled=true /> }.into_any();
    }
    let class = |index: usize| setup.classes.get(index).cloned().unwrap_or_default();
    let wrong = setup.transfer.iter().filter(|e| e.given != e.label).count();
    let shown =
        if setup.form.image_size().is_some() { setup.transfer.len().min(SHEET_SIZE) } else { setup.transfer.len() };
    let noise = match wrong {
        0 => String::new(),
        _ => " Wrong labels are struck out in red, as label noise made them.".into(),
    };
    let caption = match setup.form.image_size() {
        Some(_) => format!("From the transfer set, with the labels the students are given.{noise}"),
        None => format!(
            "All {shown} points of the transfer set, by the label the students are given; the pale points behind them \
             are from the test set.{noise}"
        ),
    };
    let picture = setup.form.image_size().map(|size| {
        let cells = setup.transfer.iter().take(SHEET_SIZE).filter_map(|example| {
            let Input::Image(levels) = &example.input else { return None };
            let (given, label) = (class(example.given), class(example.label));
            let wrong = example.given != example.label;
            let name = if wrong { format!("{label}, wrongly labelled {given}") } else { label };
            Some(view! {
                <div class="cell" class:wrong=wrong title=name.clone()>
                    <Picture levels=levels.clone() size name=name.clone() />
                    <small aria-hidden="true">{given}</small>
                </div>
            })
        });
        view! { <div class="sheet">{cells.collect_view()}</div> }
    });
    let plane = (setup.form == Form::Plane).then(|| {
        let name = format!("{shown} labelled points in the plane, of {} classes", setup.classes.len());
        view! { <Plane points=setup.transfer.clone() background=setup.plane.clone() name /> }
    });
    view! {
        <figure>
            {picture} {plane}
            <figcaption>{caption}</figcaption>
        </figure>
    }
    .into_any()
}

/// The teacher panel.
#[component]
pub fn Teacher(
    /// Makes the drawing of the network, which comes with the second part of the program.
    drawing: fn() -> AnyView,
) -> impl IntoView {
    let page = Page::here();
    let accuracy = memo(move || page.run_state.teacher.with(|teacher| teacher.map(|t| t.accuracy)));
    let loss = memo(move || page.run_state.report.with(|report| report.as_ref().and_then(|r| r.teacher_loss)));
    let given = memo(move || {
        page.run_state.setup.with(|setup| setup.as_ref().filter(|s| s.given_teacher).map(|s| s.without_truth))
    });
    let state_text = move || match (accuracy.get(), loss.get()) {
        (Some(a), _) if given.get() == Some(false) => {
            format!("It came with your data and is not trained here. Right on {} of the test set.", share(a))
        }
        _ if given.get().is_some() => "It came with your data and is not trained here.".into(),
        (Some(a), Some(loss)) => format!("Right on {} of the test set; training loss {loss:.3} nats.", share(a)),
        (Some(a), None) => format!("Right on {} of the test set.", share(a)),
        _ => "Not trained yet.".into(),
    };
    view! {
        <section class="card p-teacher" aria-labelledby="h-teacher">
            <h2 id="h-teacher"><b>"2"</b>"Teacher"</h2>
            <div class="drawn" hidden=move || given.get().is_some()>{drawing()}</div>
            <p class="figure">{state_text}</p>
            <GlossaryTerms keys=&["teacher", "nats"] />
        </section>
    }
}
