//! The students panel: accuracy of each arm over the steps, the method, and the arms to compare with.

mod accuracy_chart;
mod extra_arms;
mod label_animation;
mod supervision;

use crate::ui::panels::students::accuracy_chart::AccuracyChart;
use crate::ui::panels::students::extra_arms::ExtraArms;
use crate::ui::panels::students::label_animation::LabelAnimation;
use crate::ui::panels::students::supervision::SupervisionControls;
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// The students panel.
#[component]
pub fn Students(
    /// Makes the drawing of a student, which comes with the second part of the program.
    drawing: fn() -> AnyView,
    /// Makes method and arms ([`StudentSettings`]), which come with it.
    settings: fn() -> AnyView,
) -> impl IntoView {
    view! {
        <section class="card p-students" aria-labelledby="h-students">
            <div class="head">
                <h2 id="h-students"><b>"4"</b>"Students"</h2>
                <StaleBadge />
            </div>
            <div class="drawn">
                {drawing()}
                <p class="help">"One distilled student, to the teacher’s scale: a square is a unit, filled as far as it fires. Full lines add to a unit, dashed ones take away; the strongest are shown."</p>
            </div>
            <LabelAnimation />
            <AccuracyChart />
            {settings()}
            <GlossaryTerms keys=&["student", "soft-weight", "arm", "replicate", "capacity-gap"] />
        </section>
    }
}

/// The method of the distilled student, and the arms to compare with.
#[component]
pub fn StudentSettings() -> impl IntoView {
    view! {
        <SupervisionControls />
        <ExtraArms />
    }
}
