//! Selection of a sweep, with its replicates and steps.

use crate::config::{Config, parameter};
use crate::lab::sweep::Sweep;
use leptos::prelude::*;

/// Range of a sweep's replicates: minimum, maximum, step.
const REPLICATES: (usize, usize, usize) = (2, 12, 1);

/// The selected sweep, with replicates and steps if the user has set them.
#[derive(Clone, Copy)]
pub struct SweepSelection {
    /// Index into [`Sweep::OFFERED`].
    offered: RwSignal<usize>,
    replicates: RwSignal<Option<usize>>,
    steps: RwSignal<Option<usize>>,
}

impl SweepSelection {
    /// The first sweep offered, with its default replicates and steps.
    pub fn new() -> Self {
        Self { offered: RwSignal::new(0), replicates: RwSignal::new(None), steps: RwSignal::new(None) }
    }

    /// The sweep for these settings, with the defaults of what is not set.
    pub fn sweep(self, config: &Config) -> Sweep {
        let (_, x, y) = Sweep::OFFERED[self.offered.get().min(Sweep::OFFERED.len() - 1)];
        let usual = Sweep::over(x, y, config);
        Sweep {
            replicates: self.replicates.get().unwrap_or(usual.replicates),
            steps: self.steps.get().map_or(usual.steps, Sweep::steps),
            ..usual
        }
    }
}

/// Controls of the sweep, its replicates and steps.
#[component]
pub fn Controls(chosen: SweepSelection, selected: Memo<Sweep>, running: Memo<bool>) -> impl IntoView {
    let number = move |name: &'static str,
                       (min, max, step): (usize, usize, usize),
                       get: fn(&Sweep) -> usize,
                       set: RwSignal<Option<usize>>| {
        view! {
            <label>
                {name}
                <input
                    type="number" aria-label=format!("Sweep {}", name.to_lowercase()) min=min max=max step=step inputmode="numeric"
                    disabled=move || running.get() prop:value=move || selected.with(get).to_string()
                    on:change:target=move |event| {
                        let input = event.target();
                        if let Ok(n) = input.value().trim().parse::<usize>() {
                            set.set(Some(n.clamp(min, max)));
                        }
                        input.set_value(&selected.with_untracked(get).to_string());
                    }
                />
            </label>
        }
    };
    let steps = parameter("steps")
        .map_or((20, 5_000, 20), |parameter| (parameter.min as usize, parameter.max as usize, parameter.step as usize));
    view! {
        <label class="which">
            "Settings"
            <select
                aria-label="Sweep" disabled=move || running.get()
                on:change:target=move |event| {
                    if let Ok(place) = event.target().value().parse() {
                        chosen.offered.set(place);
                    }
                }
            >
                {Sweep::OFFERED
                    .iter()
                    .enumerate()
                    .map(|(i, (name, ..))| {
                        view! {
                            <option value=i.to_string() prop:selected=move || chosen.offered.get() == i>{*name}</option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
        {number("Replicates", REPLICATES, |s| s.replicates, chosen.replicates)}
        {number("Steps", steps, |s| s.steps, chosen.steps)}
    }
}
