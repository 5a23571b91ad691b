//! The head of the page: name, lesson, device, sharing, theme.

use crate::lab::lessons::LESSONS;
use crate::ui::app::context::Page;
use crate::ui::app::lesson;
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
            <Lesson />
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
            <option value="" prop:selected=move || now.get().is_none()>"Free play"</option>
            {LESSONS
                .iter()
                .enumerate()
                .map(|(i, lesson)| {
                    let duration = duration(lesson);
                    let duration = if duration.is_empty() { duration } else { format!(" ({duration})") };
                    view! {
                        <option value=lesson.key prop:selected=move || now.get() == Some(lesson.key)>
                            {format!("{}. {}{duration}", i + 1, lesson.title)}
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
