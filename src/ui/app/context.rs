//! The page's state as handles: signals, stored values, and groups of them. They are copied freely and have no behaviour;
//! what the user can do are the functions of the other files in this folder.

use crate::config::Config;
use crate::lab::lessons::lesson;
use crate::link::Link;
use crate::presentation::{Presentation, TABS, tab_of};
use crate::ui::app::engine_client::EngineClient;
use crate::ui::app::run_signals::RunSignals;
use crate::ui::browser::{layout, theme};
use crate::ui::state::alerts::Alert;
use crate::ui::state::benchmark::BenchRequest;
use crate::ui::state::files::FileTransfer;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::loading::LazyChunk;
use crate::ui::state::run_history::Runs;
use crate::worker_client::WorkerMessage;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Work that the user started last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActiveWork {
    /// None yet.
    Nothing,
    /// A run.
    Run,
    /// A sweep.
    Sweep,
    /// A benchmark.
    Bench,
}

/// How the address bar follows the settings.
#[derive(Default)]
pub struct AddressState {
    /// Timer of the next write.
    pub pending: Option<Timeout>,
    /// The next link written is a step to go back from.
    pub new_entry: bool,
    /// A link is being followed: it is in the history already.
    pub following: bool,
}

/// Functions of layers above that layers below have to call; set once, when the page is opened.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// Handles a message from the engine.
    pub engine_message: fn(Page, WorkerMessage),
    /// Fetches the second part of the page's program.
    pub fetch_lazy_chunk: fn(Page),
}

/// Handles of the page's state.
///
/// Settings live in three copies: those on screen ([`Page::config`], written by `app/settings` alone), those last sent to the engine ([`EngineClient::sent`], written in `app/engine` alone),
/// and those of the results on screen (in the [`RunState`](crate::ui::state::run_state::RunState), written by its own methods alone).
#[derive(Clone, Copy)]
pub struct Page {
    /// The settings on screen.
    pub config: RwSignal<Config>,
    /// State of the engine and its run, one signal a part.
    pub run_state: RunSignals,
    /// What went wrong and was not dismissed.
    pub alerts: RwSignal<Vec<Alert>>,
    /// A passing remark for a polite status: `Link copied`.
    pub remark: RwSignal<String>,
    /// Train was pressed before the engine was there.
    pub queued: RwSignal<bool>,
    /// Why this device, where the page chose it.
    pub device_reason: RwSignal<Option<String>>,
    /// How it is shown: panels, theme, type size. (The example shown is [`Page::example`].)
    pub presentation: RwSignal<Presentation>,
    /// The analysis that is open below the stage, a key of [`TABS`](crate::presentation::TABS).
    pub tab: RwSignal<&'static str>,
    /// The panel of the stage that a phone shows, a key of [`PANELS`](crate::presentation::PANELS).
    pub stage: RwSignal<&'static str>,
    /// On a phone: the open analysis covers the window.
    pub sheet: RwSignal<bool>,
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    /// Position of the example shown.
    pub example: RwSignal<usize>,
    /// Whether the gradient is decomposed at every report.
    pub decompose: RwSignal<bool>,
    /// The lesson that is open.
    pub lesson: RwSignal<Option<LessonProgress>>,
    /// The T that is looked at, where it is not that of the settings (`app/lens`).
    pub lens: RwSignal<Option<f64>>,
    /// Lessons that were left, as they were.
    pub lessons_left: StoredValue<Vec<LessonProgress>>,
    /// Words of the lessons that are finished.
    pub lessons_finished: RwSignal<Vec<&'static str>>,
    /// Finished runs, of this visit and earlier ones.
    pub runs: Runs,
    /// Files out and in.
    pub files: FileTransfer,
    /// The second part of the program.
    pub lazy_chunk: LazyChunk,
    /// The benchmark that the link asks for.
    pub bench_request: RwSignal<Option<BenchRequest>>,
    /// What was begun last: a benchmark must have the machine to itself.
    pub active_work: RwSignal<ActiveWork>,
    /// Counts the custom data that became the task, so that results can name theirs.
    pub custom_data_version: RwSignal<u32>,
    /// Connection to the engine.
    pub client: StoredValue<EngineClient, LocalStorage>,
    /// How the address bar follows.
    pub address: StoredValue<AddressState, LocalStorage>,
    /// Takes a passing remark away.
    pub remark_timer: StoredValue<Option<Timeout>, LocalStorage>,
    /// What the layers above do when they are called from below.
    pub hooks: Hooks,
}

impl Page {
    /// The handles for a link that was read, before anything has happened.
    pub fn new(link: Link, hooks: Hooks) -> Self {
        let watched = link.lesson.and_then(lesson).map(|lesson| lesson.watch);
        let tab = link.presentation.panel.or(watched).and_then(tab_of).unwrap_or(&TABS[0]);
        Self {
            config: RwSignal::new(link.config),
            run_state: RunSignals::idle(),
            alerts: RwSignal::new(Vec::new()),
            remark: RwSignal::new(String::new()),
            queued: RwSignal::new(false),
            device_reason: RwSignal::new(None),
            tab: RwSignal::new(tab.key),
            stage: RwSignal::new("soft"),
            sheet: RwSignal::new(
                link.presentation.panel.is_some_and(|panel| tab_of(panel).is_some()) && layout::is_phone(),
            ),
            dark: RwSignal::new(theme::is_dark()),
            example: RwSignal::new(link.presentation.example),
            presentation: RwSignal::new(link.presentation),
            decompose: RwSignal::new(false),
            lesson: RwSignal::new(link.lesson.and_then(LessonProgress::open)),
            lens: RwSignal::new(None),
            lessons_left: StoredValue::new(Vec::new()),
            lessons_finished: RwSignal::new(Vec::new()),
            runs: Runs::open(),
            files: FileTransfer::idle(),
            lazy_chunk: LazyChunk::awaited(),
            bench_request: RwSignal::new(None),
            active_work: RwSignal::new(ActiveWork::Nothing),
            custom_data_version: RwSignal::new(0),
            client: StoredValue::new_local(EngineClient::default()),
            address: StoredValue::new_local(AddressState::default()),
            remark_timer: StoredValue::new_local(None),
            hooks,
        }
    }

    /// The page that the calling component is on.
    pub fn here() -> Self {
        use_context().expect("every component is mounted below the one that opens the page")
    }

    /// A part of the settings.
    pub fn setting<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Config) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let part: Box<dyn Fn(&Config) -> T + Send + Sync> = Box::new(part);
        self.setting_of(part)
    }

    fn setting_of<T: PartialEq + Send + Sync + 'static>(
        self,
        part: Box<dyn Fn(&Config) -> T + Send + Sync>,
    ) -> Memo<T> {
        Memo::new(move |_| self.config.with(|c| part(c)))
    }
}
