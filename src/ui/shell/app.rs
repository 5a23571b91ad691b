//! The whole page, from Data to Verdict.

use crate::ui::app::address;
use crate::ui::app::context::Hooks;
use crate::ui::app::settings;
use crate::ui::app::{engine_events, history, startup};
use crate::ui::browser::schedule::when_drawn;
use crate::ui::browser::theme;
use crate::ui::browser::url;
use crate::ui::panels::data::{Data, Teacher};
use crate::ui::panels::knobs::Knobs;
use crate::ui::panels::lesson::AllLessons;
use crate::ui::panels::soft_labels::SoftLabelsPanel;
use crate::ui::panels::students::Students;
use crate::ui::shell::alerts::Alerts;
use crate::ui::shell::analyses::{Analyses, StageSteps};
use crate::ui::shell::header::Header;
use crate::ui::shell::lazy_panels;
use crate::ui::shell::lazy_panels::{Later, LazyPart, PANELS, RESULT_LINE};
use crate::ui::shell::new_version::NewVersion;
use crate::ui::shell::run_controls::{Buttons, Progress};
use crate::ui::shell::tour::{Offer, Tour, TourCard};
use crate::ui::shell::{presentation, shortcuts};
use crate::ui::state::help::HelpState;
use crate::ui::text::intro::intro;
use crate::ui::widgets::staged_mount::StagedMount;
use leptos::prelude::*;

/// Mounts the page on the document's body, in place of the static first paint.
pub fn mount() {
    console_error_panic_hook::set_once();
    theme::recall();
    // The frame after the next one: where the program comes from a cache, it may be faster than the first paint.
    when_drawn(|| {
        when_drawn(|| {
            let first_paint =
                web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("first-paint"));
            if let Some(first_paint) = first_paint {
                first_paint.remove();
            }
            leptos::mount::mount_to_body(App);
        });
    });
}

fn teacher_drawing() -> AnyView {
    view! { <Later turn=RESULT_LINE part=LazyPart::TeacherDrawing /> }.into_any()
}

fn student_drawing() -> AnyView {
    view! { <Later turn=RESULT_LINE part=LazyPart::StudentDrawing /> }.into_any()
}

fn student_settings() -> AnyView {
    view! { <Later turn=RESULT_LINE part=LazyPart::StudentSettings /> }.into_any()
}

fn own_files() -> AnyView {
    view! { <Later turn=RESULT_LINE part=LazyPart::OwnFiles /> }.into_any()
}

#[component]
fn App() -> impl IntoView {
    let page =
        startup::open(Hooks { engine_message: engine_events::handle_message, fetch_lazy_chunk: lazy_panels::fetch });
    presentation::follow(page);
    lazy_panels::fetch(page);
    history::listen(page);
    let (help, tour) = (HelpState::recall(), Tour::new(page));
    shortcuts::listen(page, help);
    // What the page is about has been read when the first run begins.
    let begun = Memo::new(move |before: Option<&bool>| before == Some(&true) || page.run_state.running.get());
    let examples = settings::teacher_examples(page);
    let transfer = settings::transfer_examples(page);
    let intro = page.setting(move |c| intro(c, examples.get(), transfer.get()));
    view! {
        <div class="wrap">
            <Header help tour />
            <main>
                <section class="intro" class:folded=move || begun.get()>
                    <div>
                        <h1>"A small model can learn more from a large one’s doubts than from the right answers."</h1>
                        <p>{intro}</p>
                        <div class="ways-in">
                            <Offer tour />
                            {move || page.lesson.with(|p| p.is_none()).then(|| view! { <AllLessons /> })}
                        </div>
                    </div>
                </section>
                <div class="transport p-train">
                    <Buttons />
                    <Progress />
                    <Later turn=RESULT_LINE part=LazyPart::ResultLine />
                </div>
                <Alerts />
                <NewVersion />
                <Later turn=RESULT_LINE part=LazyPart::Lesson />
                <StageSteps />
                <div class="grid stage" data-stage=move || page.stage.get()>
                    <div class="column">
                        <StagedMount after=0><Data own_files /></StagedMount>
                        <StagedMount after=1><Teacher drawing=teacher_drawing /></StagedMount>
                    </div>
                    <StagedMount after=2><SoftLabelsPanel /></StagedMount>
                    <StagedMount after=3><Students drawing=student_drawing settings=student_settings /></StagedMount>
                    <StagedMount after=3><Knobs /></StagedMount>
                </div>
                <Later turn=RESULT_LINE part=LazyPart::DataCard />
                <Analyses />
                <Later turn=PANELS part=LazyPart::GlossaryPopovers />
            </main>
            <footer>
                <p>
                    "Everything here is trained in this tab: nothing is canned, nothing is sent anywhere. Fashion-MNIST by Zalando Research (MIT licence); MNIST by LeCun and Cortes (CC BY-SA 3.0); first names from the US Census of 1990 (public domain). Distillation after Hinton, Vinyals and Dean (2015)."
                </p>
            </footer>
            <p class="whole">
                <a target="_blank" rel="noopener" href=move || { page.config.track(); url::link(&address::whole_page_hash(page)) }>"Softlabel: open the whole page"</a>
            </p>
            <TourCard tour />
            <Later turn=RESULT_LINE part=LazyPart::Slides />
        </div>
    }
}
