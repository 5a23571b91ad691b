//! The head of the page: name, lesson, device, sharing, theme.

use crate::config::{Config, Task};
use crate::lab::lessons::LESSONS;
use crate::ui::app::context::Page;
use crate::ui::app::lesson;
use crate::ui::app::settings;
use crate::ui::app::view;
use crate::ui::panels::data::set_task;
use crate::ui::panels::lesson::duration;
use crate::ui::shell::export_button::ExportButton;
use crate::ui::shell::help::Help;
use crate::ui::shell::share_button::Share;
use crate::ui::shell::theme::ThemeToggle;
use crate::ui::shell::tour::Tour;
use crate::ui::state::help::HelpState;
use crate::ui::state::memo::memo;
use crate::ui::text::device;
use crate::ui::widgets::fields;
use leptos::prelude::*;

/// The head of the page.
#[component]
pub fn Header(
    /// The help's state.
    help: HelpState,
    /// The tour.
    tour: Tour,
) -> impl IntoView {
    let page = Page::here();
    view! {
        <header class="top">
            <div class="logo">
                <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
                    <rect x="1" y="15" width="6" height="8" rx="1.5" class="logo-1"></rect>
                    <rect x="9" y="9" width="6" height="14" rx="1.5" class="logo-2"></rect>
                    <rect x="17" y="1" width="6" height="22" rx="1.5" class="logo-3"></rect>
                </svg>
                "Softlabel"
            </div>
            <Places />
            <div class="grow"></div>
            <Device />
            <Share />
            <ExportButton />
            <Help help tour />
            <ThemeToggle />
            <p class="note" role="status" aria-label="Notice">{move || page.remark.get()}</p>
        </header>
    }
}

/// A plain click, which the page answers itself; others (a new tab, say) are the browser's.
fn is_plain(event: &web_sys::MouseEvent) -> bool {
    event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

/// Where one can go: free exploration, the lessons, the user's own data, the runs made.
#[component]
fn Places() -> impl IntoView {
    let page = Page::here();
    let open = memo(move || page.lesson.with(Option::is_some));
    let own = page.setting(|c| c.task == Task::Own);
    let place = |name: &'static str, href: &'static str, here: Signal<bool>, go: fn(Page)| {
        let click = move |event: web_sys::MouseEvent| {
            if is_plain(&event) {
                event.prevent_default();
                go(page);
            }
        };
        view! { <a class="place" href=href aria-current=move || here.get().then_some("page") on:click=click>{name}</a> }
    };
    let exploring = Signal::derive(move || !open.get() && !own.get());
    let on_own = Signal::derive(move || !open.get() && own.get());
    view! {
        <nav class="places" aria-label="Places">
            {place("Explore", "#", exploring, explore)}
            <Lesson />
            {place("Your data", "#task=own", on_own, own_data)}
            {place("Runs", "#panel=runs", Signal::derive(move || page.tab.get() == "runs"), runs)}
        </nav>
    }
}

/// Leaves the lesson and the user's own data.
fn explore(page: Page) {
    if page.lesson.with_untracked(Option::is_some) {
        lesson::close(page);
    } else if page.config.with_untracked(|c| c.task == Task::Own) {
        settings::change(page, |config| set_task(config, Config::default().task));
    }
    view::show(page, "soft");
}

fn own_data(page: Page) {
    if page.lesson.with_untracked(Option::is_some) {
        lesson::close(page);
    }
    if page.config.with_untracked(|c| c.task != Task::Own) {
        settings::change(page, |config| set_task(config, Task::Own));
    }
    view::show(page, "data");
}

fn runs(page: Page) {
    view::show(page, "runs");
}

#[component]
fn Lesson() -> impl IntoView {
    let page = Page::here();
    let now = memo(move || page.lesson.with(|p| p.as_ref().map(|p| p.key)));
    view! {
        <select
            class="lesson" aria-label="Lesson"
            on:change:target=move |event| {
                let key = event.target().value();
                match LESSONS.iter().find(|lesson| lesson.key == key) {
                    Some(lesson) => lesson::open(page, lesson.key),
                    None => lesson::close(page),
                }
            }
        >
            <option value="" prop:selected=move || now.get().is_none()>"Lessons"</option>
            {LESSONS
                .iter()
                .enumerate()
                .map(|(i, lesson)| {
                    let duration = duration(lesson);
                    let duration = if duration.is_empty() { duration } else { format!(" ({duration})") };
                    view! {
                        <option value=lesson.key prop:selected=move || now.get() == Some(lesson.key)>
                            {move || {
                                let tick = page.lessons_finished.with(|all| if all.contains(&lesson.key) { "✓ " } else { "" });
                                format!("{tick}{}. {}{duration}", i + 1, lesson.title)
                            }}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
}

#[component]
fn Device() -> impl IntoView {
    let page = Page::here();
    let in_use = page.run_state.device;
    let engine = page.run_state.engine;
    let name = move || device::device(in_use.get().as_ref(), engine.get());
    let reason = move || {
        let reason = in_use.get().map(|d| d.reason).filter(|r| !r.is_empty());
        in_use.get().and(page.device_reason.get().or(reason)).unwrap_or_default()
    };
    view! {
        <div class="device">
            <span class="chip" role="status" aria-label="Device in use" id="device-in-use" title=reason>
                <b>{name}</b>
                {move || Some(reason()).filter(|r| !r.is_empty()).map(|r| view! { <span class="reason">" – " {r}</span> })}
            </span>
            {fields::select(|c| c.device, |c, v| c.device = v, "device-in-use".into())}
        </div>
    }
}
