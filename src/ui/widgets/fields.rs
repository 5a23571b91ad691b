//! Form fields of settings: comboboxes of options, and number fields of parameters outside the main controls.

use crate::config::{Config, Options, Parameter};
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use leptos::prelude::*;

/// A combobox of a setting with a fixed list of options, with its explanation.
pub fn choice<C: Options + Send + Sync>(get: fn(&Config) -> C, set: fn(&mut Config, C)) -> impl IntoView {
    let page = Page::here();
    let current = page.setting(move |config| get(config).key());
    let help = format!("help-{}", C::KEY);
    let text = move || C::from_key(current.get()).map_or("", C::help);
    view! {
        <div class="knob" data-knob=C::KEY>
            <div class="knob-head">
                <label for=format!("knob-{}", C::KEY)>{C::NAME}</label>
                {select(get, set, help.clone())}
            </div>
            <p class="help" id=help>{text}</p>
        </div>
    }
}

/// A combobox like [`choice`], limited to the options that fit the current settings.
pub fn filtered_choice<C: Options + Send + Sync>(
    get: fn(&Config) -> C,
    set: fn(&mut Config, C),
    fits: impl Fn(&Config, C) -> bool + Send + Sync + 'static,
) -> impl IntoView {
    let page = Page::here();
    let current = page.setting(move |config| get(config).key());
    let fitting =
        page.setting(move |c| C::ALL.iter().filter(|&&option| fits(c, option)).map(|o| o.key()).collect::<Vec<_>>());
    let help = format!("help-{}", C::KEY);
    let text = move || C::from_key(current.get()).map_or("", C::help);
    let options = move || {
        let option = |key: &'static str| {
            let label = C::from_key(key).map_or("", C::label);
            view! { <option value=key prop:selected=move || current.get() == key>{label}</option> }
        };
        fitting.get().into_iter().map(option).collect_view()
    };
    view! {
        <div class="knob" data-knob=C::KEY>
            <div class="knob-head">
                <label for=format!("knob-{}", C::KEY)>{C::NAME}</label>
                <select
                    id=format!("knob-{}", C::KEY) aria-label=C::NAME aria-describedby=help.clone()
                    on:change:target=move |event| {
                        if let Some(option) = C::from_key(&event.target().value()) {
                            settings::change(page, |config| set(config, option));
                        }
                    }
                >
                    {options}
                </select>
            </div>
            <p class="help" id=help>{text}</p>
        </div>
    }
}

/// The combobox alone; `help` is the id of its explanation.
pub fn select<C: Options + Send + Sync>(get: fn(&Config) -> C, set: fn(&mut Config, C), help: String) -> impl IntoView {
    let page = Page::here();
    let current = page.setting(move |config| get(config).key());
    view! {
        <select
            id=format!("knob-{}", C::KEY) aria-label=C::NAME aria-describedby=help
            on:change:target=move |event| {
                if let Some(option) = C::from_key(&event.target().value()) {
                    settings::change(page, |config| set(config, option));
                }
            }
        >
            {C::ALL
                .iter()
                .map(|option| {
                    let key = option.key();
                    view! { <option value=key prop:selected=move || current.get() == key>{option.label()}</option> }
                })
                .collect_view()}
        </select>
    }
}

/// A number field of a parameter, with its explanation.
#[component]
pub fn NumberField(
    /// The parameter.
    parameter: &'static Parameter,
) -> impl IntoView {
    let page = Page::here();
    let value = page.setting(move |config| parameter.snap((parameter.get)(config)));
    let help = format!("help-{}", parameter.key);
    view! {
        <div class="knob field" data-knob=parameter.key>
            <div class="knob-head">
                <label for=format!("knob-{}", parameter.key)>{parameter.name}</label>
                <span>
                    <input
                        type="number" id=format!("knob-{}", parameter.key) aria-label=parameter.name aria-describedby=help.clone()
                        min=parameter.min max=parameter.max step=parameter.step inputmode="decimal"
                        prop:value=move || value.get().to_string()
                        on:change:target=move |event| {
                            let input = event.target();
                            if let Some(number) = input.value().parse::<f64>().ok().filter(|n| n.is_finite()) {
                                settings::set(page, parameter, number);
                            }
                            // Replaces invalid or out-of-range input by the value in effect.
                            input.set_value(&value.get_untracked().to_string());
                        }
                    />
                    <small>{parameter.unit}</small>
                </span>
            </div>
            <p class="help" id=help>
                {parameter.help} " " <span class="range">{format!("{} to {}.", parameter.min, parameter.max)}</span>
            </p>
        </div>
    }
}
