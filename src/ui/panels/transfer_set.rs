//! Settings of the transfer set and of the test distribution, with examples of both, so that a mismatch is visible before
//! training.

use crate::config::{Config, ProductionShift, Shift, Task, parameter, thousands};
use crate::data::example::Form;
use crate::experiment::Setup;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::state::memo::memo;
use crate::ui::state::run_state::Shared;
use crate::ui::text::examples;
use crate::ui::widgets::fields::{NumberField, choice, filtered_choice};
use crate::ui::widgets::input_view::Sheet;
use crate::ui::widgets::slider::Slider;
use crate::ui::widgets::staged_mount::Disclosure;
use leptos::prelude::*;

/// True when a setting of this panel differs from its default.
fn changed(config: &Config) -> bool {
    let defaults = Config::for_task(config.task);
    config.sampling != defaults.sampling
        || config.noise_kind != defaults.noise_kind
        || !config.left_out.is_empty()
        || config.pool > 0
        || config.alters_inputs()
        || config.production.shift() != Shift::None
        || config.production_classes != defaults.production_classes
}

/// A slider shown only while `when` holds.
fn conditional_slider(key: &'static str, when: fn(&Config) -> bool) -> impl IntoView {
    let page = Page::here();
    let shown = page.setting(when);
    move || shown.get().then(|| view! { <Slider key /> })
}

/// The transfer set panel.
#[component]
pub fn TransferPanel() -> impl IntoView {
    let page = Page::here();
    let is_changed = page.setting(changed);
    let open = Signal::derive(move || is_changed.get() || page.tab.get() == "transfer");
    let by_amount = |c: &Config| !matches!(c.shift, Shift::None | Shift::OtherTask | Shift::Written);
    let context = parameter("context");
    let summary = view! {
        "Transfer set and production in detail"
        <small>{move || if is_changed.get() { " – changed" } else { "" }}</small>
    }
    .into_any();
    // The columns of a table have no middle to be turned about.
    let no_turning = move |shift: Shift| {
        let is_table =
            |setup: &Option<Shared<Setup>>| setup.as_ref().is_some_and(|s| matches!(s.form, Form::Numbers(_)));
        shift == Shift::Turned && page.run_state.setup.with(is_table)
    };
    view! {
        <Disclosure class="card p-transfer" open summary>
            <div class="three">
                <section aria-labelledby="h-drawn">
                    <h3 id="h-drawn">"How the transfer set is drawn"</h3>
                    {choice(|c| c.sampling, |c, v| c.sampling = v)}
                    <ClassToggles />
                    <Slider key="pool" />
                    {choice(|c| c.noise_kind, |c, v| c.noise_kind = v)}
                    {move || {
                        let names = page.config.with(|c| c.task == Task::Names);
                        context.filter(|_| names).map(|parameter| view! { <NumberField parameter /> })
                    }}
                </section>
                <section aria-labelledby="h-elsewhere">
                    <h3 id="h-elsewhere">"Where it comes from"</h3>
                    {filtered_choice(|c| c.shift, |c, v| c.shift = v, move |c, v: Shift| v.fits(c.task) && !no_turning(v))}
                    {conditional_slider("shift_by", by_amount)}
                    {conditional_slider("shift_share", |c| c.shift != Shift::None)}
                    {conditional_slider("mixup", |c| c.task != Task::Names)}
                    <TransferExamples />
                </section>
                <section aria-labelledby="h-production">
                    <h3 id="h-production">"Production: where the student will work"</h3>
                    {filtered_choice(|c| c.production, |c, v| c.production = v, move |c, v: ProductionShift| v.shift().fits(c.task) && !no_turning(v.shift()))}
                    {conditional_slider("production_by", |c| c.production != ProductionShift::None)}
                    {choice(|c| c.production_classes, |c, v| c.production_classes = v)}
                    <TestExamples />
                </section>
            </div>
        </Disclosure>
    }
}

/// Toggles for the classes of the transfer set.
#[component]
fn ClassToggles() -> impl IntoView {
    let page = Page::here();
    let classes =
        memo(move || page.run_state.setup.with(|setup| setup.as_ref().map(|s| s.classes.clone()).unwrap_or_default()));
    let left_out = page.setting(|c| c.left_out.clone());
    let toggle = move |class: usize| {
        settings::change(page, |config| match config.left_out.iter().position(|&c| c == class) {
            Some(place) => {
                config.left_out.remove(place);
            }
            None => {
                config.left_out.push(class);
                config.left_out.sort_unstable();
            }
        });
    };
    let chip = move |(i, name): (usize, String)| {
        view! {
            <button class="chip-toggle" aria-pressed=move || (!left_out.get().contains(&i)).to_string() on:click=move |_| toggle(i)>
                {name}
            </button>
        }
    };
    let sentence = move || match left_out.get().len() {
        0 => "Every class is in the transfer set. Press one to leave it out.".to_string(),
        n => format!("{n} of {} classes left out.", classes.get().len()),
    };
    view! {
        <div class="knob" role="group" aria-label="Classes in the transfer set">
            <div class="knob-head"><span class="label">"Classes in the transfer set"</span></div>
            <div class="chips">{move || classes.get().into_iter().enumerate().map(chip).collect_view()}</div>
            <p class="help">{sentence}</p>
        </div>
    }
}

/// Examples of the transfer set and of the unlabelled pool.
#[component]
fn TransferExamples() -> impl IntoView {
    let page = Page::here();
    let setup = page.run_state.setup;
    let written = page.run_state.written;
    move || {
        let setup = setup.get()?;
        let of = |n: usize| format!("{} {}", thousands(n as f64), examples::noun(setup.config.task, n as f64));
        let transfer = match written.get() {
            Some(written) if setup.transfer.is_empty() => written.to_vec(),
            _ => setup.transfer.clone(),
        };
        let caption = if transfer.is_empty() {
            "The teacher writes them once it is trained.".to_string()
        } else {
            format!("What the students are given: the first of {}, with their labels.", of(setup.transfer_examples))
        };
        let pool = (!setup.pool.is_empty()).then(|| {
            let caption = format!("The pool: {} without labels, which the teacher labels.", of(setup.pool_examples));
            view! { <Sheet examples=setup.pool.clone() setup=setup.clone() caption labelled=false /> }
        });
        Some(view! {
            <Sheet examples=transfer setup=setup.clone() caption labelled=true />
            {pool}
        })
    }
}

/// Examples of the test distribution.
#[component]
fn TestExamples() -> impl IntoView {
    let page = Page::here();
    let setup = page.run_state.setup;
    move || {
        let setup = setup.get()?;
        let caption = format!(
            "What production sends: the first of the {} {} that everything is measured on.",
            thousands(setup.test_examples as f64),
            examples::noun(setup.config.task, setup.test_examples as f64),
        );
        Some(view! { <Sheet examples=setup.production.clone() setup=setup.clone() caption labelled=true /> })
    }
}
