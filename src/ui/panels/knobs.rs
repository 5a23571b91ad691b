//! The strip under the stage: the settings that matter most. Those of the data, of the teacher and of the students stand apart, so that
//! a link that hides, embeds or shows one of these panels does the same with its settings.

use crate::config::thousands;
use crate::ui::app::context::Page;
use crate::ui::app::settings;
use crate::ui::state::memo::memo;
use crate::ui::text::examples::noun;
use crate::ui::widgets::slider::Slider;
use leptos::prelude::*;

/// The strip.
#[component]
pub fn Knobs() -> impl IntoView {
    let page = Page::here();
    let examples = settings::teacher_examples(page);
    let size_help = page.setting(move |c| {
        let all = examples.get() as f64;
        if all == 0.0 {
            return "What each student learns from.".to_string();
        }
        let of = noun(c.task, all);
        let more = if c.transfer_size as f64 > all { " There are no more than these." } else { "" };
        let added = match c.added.len() {
            0 => String::new(),
            1 => " The point that you added comes on top.".into(),
            n => format!(" The {n} points that you added come on top."),
        };
        format!("What each student learns from. The teacher saw {} {of}.{more}{added}", thousands(all))
    });
    let size = memo(move || {
        page.run_state.setup.with(|setup| setup.as_ref().map(|s| (s.student_parameters, s.first_teacher_parameters())))
    });
    let width_help = move || match size.get() {
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
    let teacher_size = memo(move || {
        page.run_state
            .setup
            .with(|setup| setup.as_ref().map(|s| (s.first_teacher_parameters(), s.config.teacher_layers)))
    });
    let layers = page.setting(|c| c.teacher_layers);
    let teacher_help = move || match teacher_size.get() {
        Some((parameters, 1)) => format!("Width of its hidden layer: {} parameters.", thousands(parameters as f64)),
        Some((parameters, layers)) => {
            format!("Width of each of its {layers} hidden layers: {} parameters.", thousands(parameters as f64))
        }
        None if layers.get() == 1 => "Width of its hidden layer.".into(),
        None => "Width of each of its hidden layers.".into(),
    };
    let asks_teacher = page.setting(|c| c.distilled.method.asks_teacher());
    let alpha_help = move || {
        if asks_teacher.get() {
            "Weight α of the soft term in the distilled student’s loss; the hard labels have 1 − α.".to_string()
        } else {
            "Of no effect: label smoothing has no soft term.".to_string()
        }
    };
    view! {
        <div class="knobs p-data" role="group" aria-label="Settings of the data">
            <Slider key="n" help=Signal::derive(move || size_help.get()) />
            <Slider key="noise" />
        </div>
        <div class="knobs p-teacher" role="group" aria-label="Settings of the teacher">
            <Slider key="teacher" help=Signal::derive(teacher_help) />
        </div>
        <div class="knobs p-students" role="group" aria-label="Settings of the students">
            <Slider key="hidden" help=Signal::derive(width_help) />
            <Slider key="alpha" symbol="α" help=Signal::derive(alpha_help) />
        </div>
    }
}
