//! Settings outside the main controls, grouped by teacher, students and run.

use crate::config::{Config, Group, PARAMETERS};
use crate::link::read_assistants;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::widgets::fields::{NumberField, choice};
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::staged_mount::Disclosure;
use leptos::prelude::*;

/// Number fields of a group's parameters outside the main controls.
fn fields(group: Group) -> impl IntoView {
    let parameters = PARAMETERS.iter().filter(move |parameter| !parameter.main && parameter.group == group);
    parameters.map(|parameter| view! { <NumberField parameter /> }).collect_view()
}

/// The "More settings" panel.
#[component]
pub fn MoreSettings() -> impl IntoView {
    let page = Page::here();
    let open = Signal::derive(move || page.tab.get() == "settings");
    view! {
        <Disclosure class="card p-more" open summary="More settings".into_any()>
            <h3>"Teacher"</h3>
            <div class="fields">
                {fields(Group::Teacher)}
                <Assistants />
                {choice(|c| c.second_teacher, |c, v| c.second_teacher = v)}
            </div>
            <GlossaryTerms keys=&["born-again", "assistant", "capacity-gap", "smoothing"] />
            <h3>"Students"</h3>
            <div class="fields">{fields(Group::Students)}</div>
            <h3>"The whole run"</h3>
            <div class="fields">
                {choice(|c| c.optimizer, |c, v| c.optimizer = v)}
                {fields(Group::Run)}
            </div>
        </Disclosure>
    }
}

/// Text field for the widths of the teacher assistants.
#[component]
fn Assistants() -> impl IntoView {
    let page = Page::here();
    let current = page.setting(|c| c.assistants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    let error = RwSignal::new(None::<String>);
    let read = move |text: String| match read_assistants(&text) {
        Ok(widths) => {
            error.set(None);
            settings::change(page, |config| config.assistants = widths);
        }
        Err(why) => error.set(Some(format!("Not applied: {}.", why.trim_start_matches("but ")))),
    };
    let (min, max) = (Config::ASSISTANT_HIDDEN.start(), Config::ASSISTANT_HIDDEN.end());
    let help = format!(
        "Hidden units of networks between teacher and student, from large to small, as in “64, 32”; each is distilled from \
         the one before at T = 3, and the last one teaches (Mirzadeh et al. 2020). At most {}, {min} to {max} units; \
         empty for none.",
        Config::MAX_ASSISTANTS
    );
    view! {
        <div class="knob field" data-knob="assistants">
            <div class="knob-head">
                <label for="knob-assistants">"Teacher assistants"</label>
                <input
                    type="text" id="knob-assistants" aria-label="Teacher assistants" aria-describedby="help-assistants refused-assistants"
                    aria-invalid=move || error.get().is_some().to_string() inputmode="numeric" autocomplete="off" placeholder="none"
                    prop:value=move || current.get() on:change:target=move |event| read(event.target().value())
                />
            </div>
            <p class="refused" id="refused-assistants" aria-live="polite">{move || error.get()}</p>
            <p class="help" id="help-assistants">{help}</p>
        </div>
    }
}
