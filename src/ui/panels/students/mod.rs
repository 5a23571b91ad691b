//! The students panel: accuracy of each arm over the steps, and the settings of the students.

mod accuracy_chart;
mod extra_arms;
mod label_animation;
mod supervision;

use crate::config::thousands;
use crate::ui::app::context::Page;
use crate::ui::panels::students::accuracy_chart::AccuracyChart;
use crate::ui::panels::students::extra_arms::ExtraArms;
use crate::ui::panels::students::label_animation::LabelAnimation;
use crate::ui::panels::students::supervision::SupervisionControls;
use crate::ui::state::memo::memo;
use crate::ui::widgets::glossary::GlossaryTerms;
use crate::ui::widgets::slider::Slider;
use crate::ui::widgets::stale_badge::StaleBadge;
use leptos::prelude::*;

/// The students panel.
#[component]
pub fn Students() -> impl IntoView {
    let page = Page::here();
    let size = memo(move || {
        page.run_state.setup.with(|setup| setup.as_ref().map(|s| (s.student_parameters, s.first_teacher_parameters())))
    });
    let help = move || match size.get() {
        Some((student, 0)) => format!("Width of its one hidden layer: {} parameters.", thousands(student as f64)),
        Some((student, teacher)) => {
            let share = 100.0 * student as f64 / teacher as f64;
            let share =
                if share >= 10.0 { format!("{}\u{a0}%", thousands(share)) } else { format!("{share:.1}\u{a0}%") };
            format!(
                "Width of its one hidden layer: {} parameters, {share} of the teacher’s.",
                thousands(student as f64)
            )
        }
        None => "Width of the student’s one hidden layer: its size.".into(),
    };
    view! {
        <section class="card p-students" aria-labelledby="h-students">
            <div class="head">
                <h2 id="h-students"><b>"4"</b>"Students"</h2>
                <StaleBadge />
            </div>
            <LabelAnimation />
            <AccuracyChart />
            <SupervisionControls />
            <Slider key="hidden" help=Signal::derive(help) />
            <ExtraArms />
            <GlossaryTerms keys=&["student", "soft-weight", "arm", "replicate", "capacity-gap"] />
        </section>
    }
}
