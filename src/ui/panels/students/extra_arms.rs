//! List of the extra arms, beside the hard-label and the distilled student, with controls to add and remove them.

use crate::config::{Arm, Config, Method, Options, Supervision};
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::browser::focus;
use crate::ui::text::arms;
use leptos::prelude::*;

/// An extra arm in the list: style class, name, details.
type Listed = (&'static str, String, String);

fn listed(config: &Config) -> Vec<Listed> {
    let row = |(i, supervision): (usize, &Supervision)| {
        let arm = Arm::Extra(i);
        let details = match supervision.method {
            Method::AllLabels => "if the transfer set has fewer".into(),
            _ => supervision.details(),
        };
        (arms::class(arm), format!("{} student", supervision.short()), details)
    };
    config.extra_arms.iter().enumerate().map(row).collect()
}

/// The list, with controls to add an arm by method or from the current settings.
#[component]
pub fn ExtraArms() -> impl IntoView {
    let page = Page::here();
    let extra_arms = page.setting(listed);
    let full = page.setting(|c| c.extra_arms.len() >= Config::MAX_EXTRA_ARMS);
    let chosen = RwSignal::new(Method::Permuted);
    let add = move |supervision: Supervision| {
        settings::change(page, |config| {
            if config.extra_arms.len() < Config::MAX_EXTRA_ARMS {
                config.extra_arms.push(supervision);
            }
        });
    };
    let row = move |(i, (class, name, details)): (usize, Listed)| {
        let remove = move |_| {
            settings::change(page, |config| {
                if i < config.extra_arms.len() {
                    config.extra_arms.remove(i);
                }
            });
            focus::then_to(".rivals > summary");
        };
        view! {
            <li class=class>
                <span class="swatch"></span>
                <span>{name.clone()} " " <small>{details}</small></span>
                <button class="quiet" aria-label=format!("Remove {name}") on:click=remove>"Remove"</button>
            </li>
        }
    };
    let named = page.setting(|c| {
        let arms = c.arms().into_iter().filter(|&arm| arm != Arm::Distilled);
        arms.map(|arm| arms::inline(&arms::short(c, arm))).collect::<Vec<_>>().join(", ")
    });
    let help = move || {
        if full.get() {
            format!("At most {} further arms can be told apart: remove one to add another.", Config::MAX_EXTRA_ARMS)
        } else {
            "Each is one more student in every replicate: same images (all there are, for one on all labels), batches and first weights, other supervision.".into()
        }
    };
    view! {
        <details class="rivals">
            <summary>"Compare with " <small>{named}</small></summary>
            <ul>
                <li class="hard">
                    <span class="swatch"></span>
                    <span>"Hard-label student " <small>"the baseline, always there"</small></span>
                </li>
                {move || extra_arms.get().into_iter().enumerate().map(row).collect_view()}
            </ul>
            <div class="row">
                <select
                    aria-label="Arm to add" aria-describedby="help-rivals" disabled=move || full.get()
                    on:change:target=move |event| {
                        if let Some(method) = Method::from_key(&event.target().value()) {
                            chosen.set(method);
                        }
                    }
                >
                    {Method::ALL
                        .iter()
                        .map(|&method| {
                            view! {
                                <option value=method.key() prop:selected=move || chosen.get() == method>{method.label()}</option>
                            }
                        })
                        .collect_view()}
                </select>
                <button disabled=move || full.get() on:click=move |_| add(Supervision::of(chosen.get_untracked()))>"Add arm"</button>
                <button
                    disabled=move || full.get() title="Adds a student with the distilled student’s settings as they are now"
                    on:click=move |_| add(page.config.with_untracked(|c| c.distilled.clone()))
                >
                    "Keep these settings as an arm"
                </button>
            </div>
            <p class="help" id="help-rivals">{help}</p>
        </details>
    }
}
