//! The page's state and what the reader can do with it: signals around the pure [`RunState`], and the worker's reins.
//!
//! Every change of a setting goes through [`Page::change`], which writes the link, and tells the engine as gently as
//! the change allows: temperature and soft weight within a frame, the rest when the reader's hand has come to rest.

use crate::ui::app::engine::EngineClient;
use crate::ui::app::files::FileTransfer;
use crate::ui::app::run_history::Runs;
use crate::ui::browser::url;
use crate::ui::panels::benchmark;
use crate::ui::shell::{presentation, theme};
use crate::ui::shell::alerts::{Alert, ErrorKind};
use crate::ui::shell::lazy_panels::LazyChunk;
use crate::ui::state::benchmark::BenchRequest;
use crate::ui::state::lesson::LessonProgress;
use crate::ui::state::run_state::{EngineState, RunState};
use crate::ui::widgets::memo::memo;
use crate::config::{Config, DeviceChoice, Invalidates, PARAMETERS, Parameter, Task};
use crate::link;
use crate::presentation::Presentation;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Browsers limit how often a page may rewrite its address (Safari: 100 times in 30 s).
const ADDRESS_MS: u32 = 350;

/// Work that is begun by the reader.
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

/// The page's state. Copy it freely: it holds only handles.
#[derive(Clone, Copy)]
pub struct Page {
    /// The settings on screen.
    pub config: RwSignal<Config>,
    /// What is known of the engine and its run.
    pub model: RwSignal<RunState>,
    /// What went wrong and was not dismissed.
    pub alerts: RwSignal<Vec<Alert>>,
    /// A passing remark for a polite status: `Link copied`.
    pub note: RwSignal<String>,
    /// Train was pressed before the engine was there.
    pub queued: RwSignal<bool>,
    /// Why this device, where the page chose it.
    pub device_reason: RwSignal<Option<String>>,
    /// How it is shown: panels, theme, type size. (The example shown is [`Page::example`].)
    pub presentation: RwSignal<Presentation>,
    /// Whether the theme is dark.
    pub dark: RwSignal<bool>,
    /// Position of the example shown.
    pub example: RwSignal<usize>,
    /// Whether the gradient is taken apart.
    pub decompose: RwSignal<bool>,
    /// The lesson that is open.
    pub lesson_progress: RwSignal<Option<LessonProgress>>,
    /// Finished runs, of this visit and earlier ones.
    pub runs: Runs,
    /// Files out and in.
    pub files: FileTransfer,
    /// The second part of the program.
    pub(in crate::ui) rest: LazyChunk,
    /// The benchmark that the link asks for.
    pub bench: RwSignal<Option<BenchRequest>>,
    /// What was begun last: a benchmark must have the machine to itself.
    pub begun: RwSignal<ActiveWork>,
    /// Counts the data of the reader's that were taken: results are of one of them.
    pub own_data: RwSignal<u32>,
    pub(in crate::ui) reins: StoredValue<EngineClient, LocalStorage>,
}

impl Page {
    /// The page of the link in the address bar, given to all components below.
    pub fn open() -> Self {
        let hash = url::hash();
        let bench = benchmark::asked_by(&hash);
        let read = if bench.is_some() { link::parse("") } else { link::parse(&hash) };
        let page = Self {
            config: RwSignal::new(read.config),
            model: RwSignal::new(RunState::default()),
            alerts: RwSignal::new(Vec::new()),
            note: RwSignal::new(String::new()),
            queued: RwSignal::new(false),
            device_reason: RwSignal::new(None),
            dark: RwSignal::new(theme::is_dark()),
            example: RwSignal::new(read.presentation.example),
            presentation: RwSignal::new(read.presentation),
            decompose: RwSignal::new(false),
            lesson_progress: RwSignal::new(read.lesson.and_then(LessonProgress::open)),
            runs: Runs::open(),
            files: FileTransfer::new(),
            rest: LazyChunk::new(),
            bench: RwSignal::new(None),
            begun: RwSignal::new(ActiveWork::Nothing),
            own_data: RwSignal::new(0),
            reins: StoredValue::new_local(EngineClient::default()),
        };
        provide_context(page);
        presentation::follow(page);
        match bench {
            None => {
                page.notices(read.notices);
                // It is on its way: `start_unasked`.
                page.model.update(|model| model.engine = EngineState::Starting);
            }
            // The device is the benchmark's: the engine is not started before the reader presses Train.
            Some((asked, notices)) => {
                page.notices(notices);
                page.config.update(|config| config.device = asked.device);
                page.model.update(|model| model.engine = EngineState::Resting);
                page.bench.set(Some(asked));
            }
        }
        page
    }

    /// The page that the calling component is on.
    pub fn here() -> Self {
        use_context().expect("every component is mounted below the one that opens the page")
    }

    /// A part of the model, for components that show nothing else.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&RunState) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        // Boxed, so that what is around it is compiled once a type and not once a closure.
        let part: Box<dyn Fn(&RunState) -> T + Send + Sync> = Box::new(part);
        self.part_of(part)
    }

    /// A part of the settings.
    pub fn setting<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Config) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        let part: Box<dyn Fn(&Config) -> T + Send + Sync> = Box::new(part);
        self.setting_of(part)
    }

    fn part_of<T: PartialEq + Send + Sync + 'static>(self, part: Box<dyn Fn(&RunState) -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| self.model.with(|m| part(m)))
    }

    fn setting_of<T: PartialEq + Send + Sync + 'static>(self, part: Box<dyn Fn(&Config) -> T + Send + Sync>) -> Memo<T> {
        Memo::new(move |_| self.config.with(|c| part(c)))
    }

    /// Examples that the teacher learns from: those of the run that is set up, or what the settings tell; 0 while nobody
    /// knows.
    pub fn examples(self) -> Memo<usize> {
        memo(move || {
            let (task, told) = self.config.with(|c| (c.task, c.teacher_examples()));
            let known = self.model.with(|m| m.setup.as_ref().filter(|s| s.config.task == task).map(|s| s.teacher_examples));
            match (known, task) {
                (Some(known), Task::Own) => known,
                (None, Task::Own) => 0,
                _ => told,
            }
        })
    }

    /// Examples of a transfer set: those of the run that is set up with these settings, or what the settings tell.
    pub fn transfer(self) -> Memo<usize> {
        let examples = self.examples();
        memo(move || {
            let config = self.config.get();
            let known = self.model.with(|m| {
                let setup = m.setup.as_ref().filter(|s| config.effect_since(&s.config).is_none_or(|e| e == Invalidates::Live));
                setup.map(|s| s.transfer_examples)
            });
            known.unwrap_or_else(|| config.transfer_size.min(examples.get()))
        })
    }

    /// Sets a knob, snapped to its steps.
    pub fn turn(self, parameter: &Parameter, value: f64) {
        let (set, value) = (parameter.set, parameter.snap(value));
        self.change(|config| set(config, value));
    }

    /// Changes settings, and lets everything that depends on them know.
    pub fn change(self, change: impl FnOnce(&mut Config)) {
        let before = self.config.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return;
        }
        let (other_device, other_task) = (after.device != before.device, after.task != before.task);
        self.leave_behind(other_task);
        self.config.set(after);
        self.publish();
        if other_device { self.start() } else { self.tell() }
    }

    /// The settings of a link that was opened, typed or gone back to.
    pub fn follow(self, hash: &str) {
        if let Some((asked, notices)) = benchmark::asked_by(hash) {
            self.notices(notices);
            self.bench.set(Some(asked));
            return;
        }
        let read = link::parse(hash);
        self.notices(read.notices);
        self.reins.update_value(|r| r.following = true);
        self.example.set(read.presentation.example);
        if self.presentation.with_untracked(|p| *p != read.presentation) {
            if self.presentation.with_untracked(|p| p.wait_at) != read.presentation.wait_at {
                self.reins.update_value(|r| r.begun = false);
            }
            self.presentation.set(read.presentation);
        }
        if self.lesson_progress.with_untracked(|p| p.as_ref().map(|p| p.key) != read.lesson) {
            self.lesson_progress.set(read.lesson.and_then(LessonProgress::open));
        }
        if self.config.with_untracked(|config| *config != read.config) {
            self.change(|config| *config = read.config);
        }
        self.reins.update_value(|r| r.following = false);
        // Settings that differ are set up first, and the demonstration follows.
        if self.reins.with_value(|r| r.told.as_ref().is_some_and(|told| self.config.with_untracked(|now| told == now))) {
            self.demonstrate();
        }
    }

    /// Before a step that the reader may want to go back from: what is on screen stays in the history.
    pub(in crate::ui) fn leave_behind(self, is_step: bool) {
        if is_step && !self.reins.with_value(|r| r.following || r.new_entry) {
            url::replace(&self.hash());
            self.reins.update_value(|r| r.new_entry = true);
        }
    }

    /// The hash of what is on screen.
    pub fn hash(self) -> String {
        let open = self.lesson_progress.with_untracked(|p| p.as_ref().and_then(LessonProgress::lesson));
        let shown = self.presented();
        self.config.with_untracked(|config| link::format_all(open, config, &shown))
    }

    /// Probes at an example so many places on, round and round.
    pub fn look_at_next(self, step: isize) {
        let count = self.model.with_untracked(|m| m.soft.as_ref().map_or(0, |view| view.examples.len()));
        if count > 0 {
            let at = self.example.get_untracked().min(count - 1) as isize;
            self.example.set((at + step).rem_euclid(count as isize) as usize);
            self.publish();
        }
    }

    /// The hash of the same settings on the whole page.
    pub fn whole(self) -> String {
        let shown = Presentation { embed: Vec::new(), panel: None, wait_at: None, ..self.presented() };
        self.config.with_untracked(|config| link::format_all(None, config, &shown))
    }

    /// How the page is shown, the example among it.
    pub fn presented(self) -> Presentation {
        Presentation { example: self.example.get_untracked(), ..self.presentation.get_untracked() }
    }

    /// Shows a remark for a while.
    pub fn remark(self, words: impl Into<String>) {
        self.note.set(words.into());
        let fade = Timeout::new(6_000, move || self.note.set(String::new()));
        self.reins.update_value(|r| r.note = Some(fade));
    }

    /// Shows an alert, in place of one of its sort.
    pub fn alert(self, trouble: ErrorKind, sentences: Vec<String>) {
        self.alerts.update(|alerts| {
            alerts.retain(|a| a.trouble != trouble);
            alerts.push(Alert { trouble, sentences });
        });
    }

    /// Takes an alert away.
    pub fn dismiss(self, trouble: ErrorKind) {
        self.alerts.update(|alerts| alerts.retain(|a| a.trouble != trouble));
    }

    /// Takes the way on that an alert offers.
    pub fn go_on(self, trouble: ErrorKind) {
        self.dismiss(trouble);
        match trouble {
            ErrorKind::Link | ErrorKind::Settings => {}
            ErrorKind::Device if self.config.with_untracked(|c| c.device != DeviceChoice::Cpu) => {
                self.change(|config| config.device = DeviceChoice::Cpu);
            }
            ErrorKind::Device | ErrorKind::Data | ErrorKind::Engine => self.start(),
            ErrorKind::LazyChunk => self.fetch_rest(),
            ErrorKind::Diverged => self.change(|config| {
                for parameter in PARAMETERS.iter().filter(|parameter| parameter.key == "lr" || parameter.key == "teacher_lr") {
                    (parameter.set)(config, (parameter.default)(config.task));
                }
            }),
        }
    }

    fn notices(self, notices: Vec<String>) {
        if notices.is_empty() { self.dismiss(ErrorKind::Link) } else { self.alert(ErrorKind::Link, notices) }
    }

    pub(in crate::ui) fn publish(self) {
        // Steps of the reader's get an entry of their own at once; what a hand moves on the way does not.
        if self.reins.try_update_value(|r| std::mem::take(&mut r.new_entry)) == Some(true) {
            self.reins.update_value(|r| r.address = None);
            return url::push(&self.hash());
        }
        let write = Timeout::new(ADDRESS_MS, move || {
            url::replace(&self.hash());
        });
        self.reins.update_value(|r| r.address = Some(write));
    }
}
