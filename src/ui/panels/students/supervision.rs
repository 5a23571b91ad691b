//! Supervision of the distilled student: the method and its parameters.

use crate::config::{Method, Options, Parameter, TemperatureSchedule, WeightSchedule, parameter};
use crate::ui::app::context::Page;
use crate::ui::widgets::fields::{NumberField, choice};
use leptos::prelude::*;

/// Number fields of the parameters with these keys.
fn fields(keys: &[&str]) -> impl IntoView + use<> {
    let parameters: Vec<&'static Parameter> = keys.iter().filter_map(|key| parameter(key)).collect();
    parameters.into_iter().map(|parameter| view! { <NumberField parameter /> }).collect_view()
}

/// Controls of method, the method's parameters, T² and schedules, in a disclosure: few runs need them.
#[component]
pub fn SupervisionControls() -> impl IntoView {
    let page = Page::here();
    let method = page.setting(|c| c.distilled.method);
    view! {
        <details class="weighed">
            <summary>"Method " <small>{move || method.get().label()}</small></summary>
            {choice(|c| c.distilled.method, |c, v| c.distilled.method = v)}
            {move || {
                let own = method.get().own_parameters();
                (!own.is_empty()).then(|| view! { <div class="own-knobs">{fields(own)}</div> })
            }}
            <Schedules method />
        </details>
    }
}

/// T² and schedules.
#[component]
fn Schedules(method: Memo<Method>) -> impl IntoView {
    let page = Page::here();
    let t_linear = page.setting(|c| c.distilled.temperature_schedule == TemperatureSchedule::Linear);
    let alpha_linear = page.setting(|c| c.distilled.weight_schedule == WeightSchedule::Linear);
    let temperature = move || {
        method.get().has_temperature().then(|| {
            view! {
                {choice(|c| c.distilled.t_squared, |c, v| c.distilled.t_squared = v)}
                {choice(|c| c.distilled.temperature_schedule, |c, v| c.distilled.temperature_schedule = v)}
                {move || t_linear.get().then(|| fields(&["t_end"]))}
            }
        })
    };
    let weight = move || {
        method.get().asks_teacher().then(|| {
            view! {
                {choice(|c| c.distilled.weight_schedule, |c, v| c.distilled.weight_schedule = v)}
                {move || alpha_linear.get().then(|| fields(&["alpha_end"]))}
            }
        })
    };
    // Label smoothing has neither T² nor schedules.
    move || {
        method.get().asks_teacher().then(|| {
            view! {
                {temperature}
                {weight}
            }
        })
    }
}
