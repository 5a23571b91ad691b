//! The second part of the page's program. What a user needs at once (settings, Train, soft labels, curves) is in the
//! first; the panels further down and the dialogs are in this one, which arrives while the first is in use. The cut is
//! `wasm_split`'s, made by `scripts/place-page`: only what nothing in the first part can reach is in the second.

use crate::ui::app::alerts;
use crate::ui::app::context::Page;
use crate::ui::app::startup;
use crate::ui::browser::schedule::in_turn;
use crate::ui::panels::advanced_settings::MoreSettings;
use crate::ui::panels::benchmark::BenchmarkPanel;
use crate::ui::panels::class_bias::BiasPanel;
use crate::ui::panels::confusion_matrix::ConfusionPanel;
use crate::ui::panels::custom_data::CustomDataFiles;
use crate::ui::panels::dark_knowledge::DarkKnowledgePanel;
use crate::ui::panels::data_card::DataCardPanel;
use crate::ui::panels::decision_regions::DecisionRegionsPanel;
use crate::ui::panels::drawing::DrawingPanel;
use crate::ui::panels::efficiency::EfficiencyPanel;
use crate::ui::panels::generated_names::GeneratedNamesPanel;
use crate::ui::panels::lesson::LessonPanel;
use crate::ui::panels::loss::LossPanel;
use crate::ui::panels::networks::{Drawn, NetworkDrawing};
use crate::ui::panels::results::ResultsPanel;
use crate::ui::panels::run_history::RunHistoryPanel;
use crate::ui::panels::students::StudentSettings;
use crate::ui::panels::sweep::SweepPanel;
use crate::ui::panels::transfer_set::TransferPanel;
use crate::ui::panels::verdict::VerdictPanel;
use crate::ui::shell::result_line::Result;
use crate::ui::shell::slides::Slides;
use crate::ui::shell::{export_dialog, share_dialog};
use crate::ui::state::alerts::ErrorKind;
use crate::ui::widgets::glossary::GlossaryPopovers;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What is in the second part: the result line, the slides, panels in their order on the page, then what is in dialogs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LazyPart {
    ResultLine,
    Lesson,
    OwnFiles,
    TeacherDrawing,
    StudentDrawing,
    StudentSettings,
    DataCard,
    Slides,
    Verdict,
    Results,
    DarkKnowledge,
    Confusion,
    Bias,
    Loss,
    Sweep,
    Efficiency,
    Bench,
    Try,
    Transfer,
    Runs,
    Settings,
    GlossaryPopovers,
    Share,
    Export,
}

/// What is in each of the tabs (`presentation::TABS`), in their order.
pub const IN_TABS: [&[LazyPart]; 10] = [
    &[LazyPart::Verdict, LazyPart::Results],
    &[LazyPart::DarkKnowledge],
    &[LazyPart::Confusion, LazyPart::Bias],
    &[LazyPart::Loss],
    &[LazyPart::Sweep],
    &[LazyPart::Efficiency, LazyPart::Bench],
    &[LazyPart::Try],
    &[LazyPart::Transfer],
    &[LazyPart::Runs],
    &[LazyPart::Settings],
];

/// Turn of the result line: after the panels of the stage.
pub const RESULT_LINE: u32 = 4;
/// Number of panels that are mounted one after another.
pub const PANELS: u32 = RESULT_LINE + 1 + 13;

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, preload(preload), fallible)]
fn made(part: LazyPart) -> std::result::Result<AnyView, SplitLoaderError> {
    Ok(match part {
        LazyPart::ResultLine => view! { <Result /> }.into_any(),
        LazyPart::Lesson => view! { <LessonPanel /> }.into_any(),
        LazyPart::OwnFiles => view! { <CustomDataFiles /> }.into_any(),
        LazyPart::TeacherDrawing => view! { <NetworkDrawing which=Drawn::Teacher /> }.into_any(),
        LazyPart::StudentDrawing => view! { <NetworkDrawing which=Drawn::Student /> }.into_any(),
        LazyPart::StudentSettings => view! { <StudentSettings /> }.into_any(),
        LazyPart::DataCard => view! { <DataCardPanel /> }.into_any(),
        LazyPart::Slides => view! { <Slides /> }.into_any(),
        LazyPart::Verdict => view! { <VerdictPanel /> }.into_any(),
        LazyPart::Efficiency => view! { <EfficiencyPanel /> }.into_any(),
        LazyPart::Results => view! { <ResultsPanel /> }.into_any(),
        LazyPart::Bias => view! { <BiasPanel /> }.into_any(),
        LazyPart::Try => view! { <DrawingPanel /> <DecisionRegionsPanel /> <GeneratedNamesPanel /> }.into_any(),
        LazyPart::Transfer => view! { <TransferPanel /> }.into_any(),
        LazyPart::DarkKnowledge => view! { <DarkKnowledgePanel /> }.into_any(),
        LazyPart::Confusion => view! { <ConfusionPanel /> }.into_any(),
        LazyPart::Loss => view! { <LossPanel /> }.into_any(),
        LazyPart::Sweep => view! { <SweepPanel /> }.into_any(),
        LazyPart::Runs => view! { <RunHistoryPanel /> }.into_any(),
        LazyPart::Settings => view! { <MoreSettings /> }.into_any(),
        LazyPart::Bench => view! { <BenchmarkPanel /> }.into_any(),
        LazyPart::GlossaryPopovers => view! { <GlossaryPopovers /> }.into_any(),
        LazyPart::Share => view! { <share_dialog::Sharing /> }.into_any(),
        LazyPart::Export => view! { <export_dialog::Contents /> }.into_any(),
    })
}

/// A part, as soon as it is there and its turn has come.
#[component]
pub fn Later(
    /// How many come before, as in [`crate::ui::widgets::staged_mount::StagedMount`]; 0 for what is in a dialog, which waits for no others.
    #[prop(optional)]
    turn: u32,
    /// Which.
    part: LazyPart,
) -> impl IntoView {
    let here = Page::here().lazy_chunk.here;
    let due = RwSignal::new(turn == 0);
    Effect::new(move |_| {
        if here.get() && !due.get_untracked() {
            in_turn(turn, move || due.set(true));
        }
    });
    move || {
        if !(here.get() && due.get()) {
            // An empty place on the page is filled soon; an empty dialog would be a riddle.
            let words = "This part of the page has not arrived yet; it is shown as soon as it has.";
            return (turn == 0).then(|| view! { <p class="help">{words}</p> }.into_any());
        }
        // It has arrived, so nothing is waited for.
        match pin!(made(part)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(view)) => Some(view),
            _ => None,
        }
    }
}

/// Has the second part fetched; where that fails, an alert offers to try again. Then the engine's time
/// has come.
pub fn fetch(page: Page) {
    leptos::task::spawn_local(async move {
        match preload().await {
            Ok(()) => {
                page.lazy_chunk.here.set(true);
                in_turn(PANELS + 1, move || all_is_made(page));
            }
            Err(_) => {
                alerts::show(
                    page,
                    ErrorKind::LazyChunk,
                    vec![
                        "The second part of this page did not arrive: the network or the server failed.".into(),
                        "What is on screen works; the verdict, the tables and the dialogs are missing.".into(),
                        "Have it fetched again when the network is back.".into(),
                    ],
                );
                all_is_made(page);
            }
        }
    });
}

pub fn all_is_made(page: Page) {
    page.lazy_chunk.all_made.set(true);
    startup::start_when_active(page, PANELS + 2);
}
