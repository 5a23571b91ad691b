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
) -> impl IntoView {
    view! {
        <section class="card p-students" aria-labelledby="h-students">
            <div class="head">
                <h2 id="h-students"><b>"4"</b>"Students"</h2>
                <StaleBadge />
            </div>
            <div class="drawn">{drawing()}</div>
            <LabelAnimation />
            <AccuracyChart />
            <SupervisionControls />
            <ExtraArms />
            <GlossaryTerms keys=&["student", "soft-weight", "arm", "replicate", "capacity-gap"] />
        </section>
    }
}
