//! The page's state and what the reader can do with it: signals around the pure [`Model`], and the worker's reins.
//!
//! Every change of a setting goes through [`Page::change`], which writes the link, and tells the engine as gently as
//! the change allows: temperature and soft weight within a frame, the rest when the reader's hand has come to rest.

use super::{
    alert::{Alert, Trouble},
    device,
    model::{Engine, Model},
};
use crate::config::{Config, DeviceChoice, Effect, KNOBS, Knob};
use crate::host::{Host, News};
use crate::link;
use crate::protocol::{Command, Event, Failure, FailureKind};
use gloo::{render::AnimationFrame, timers::callback::Timeout};
use leptos::prelude::*;

/// How long a hand must rest before the engine is set up anew, in milliseconds.
const REST_MS: u32 = 250;
/// Browsers limit how often a page may rewrite its address (Safari: 100 times in 30 s).
const ADDRESS_MS: u32 = 350;

/// The page's state. Copy it freely: it holds only handles.
#[derive(Clone, Copy)]
pub struct Page {
    /// The settings on screen.
    pub config: RwSignal<Config>,
    /// What is known of the engine and its run.
    pub model: RwSignal<Model>,
    /// What went wrong and was not dismissed.
    pub alerts: RwSignal<Vec<Alert>>,
    /// A passing remark for a polite status: `Link copied`.
    pub note: RwSignal<String>,
    /// Train was pressed before the engine was there.
    pub queued: RwSignal<bool>,
    /// Why this device, where the page chose it.
    pub device_reason: RwSignal<Option<String>>,
    /// Position of the example shown.
    pub example: RwSignal<usize>,
    reins: StoredValue<Reins, LocalStorage>,
}

/// What is not for showing.
#[derive(Default)]
struct Reins {
    host: Option<Host>,
    /// Counts the workers, so that a late answer about an earlier one is known for what it is.
    generation: u32,
    /// True while the worker in use is the WebGPU one.
    gpu: bool,
    /// Settings the engine was last told.
    told: Option<Config>,
    configure: Option<Timeout>,
    tune: Option<AnimationFrame>,
    address: Option<Timeout>,
    note: Option<Timeout>,
}

impl Page {
    /// The page of the link in the address bar, given to all components below.
    pub fn open() -> Self {
        let read = link::parse(&super::address::hash());
        let page = Self {
            config: RwSignal::new(read.config),
            model: RwSignal::new(Model::default()),
            alerts: RwSignal::new(Vec::new()),
            note: RwSignal::new(String::new()),
            queued: RwSignal::new(false),
            device_reason: RwSignal::new(None),
            example: RwSignal::new(0),
            reins: StoredValue::new_local(Reins::default()),
        };
        provide_context(page);
        page.notices(read.notices);
        page.start();
        page
    }

    /// The page that the calling component is on.
    pub fn here() -> Self {
        use_context().expect("every component is mounted below the one that opens the page")
    }

    /// A part of the model, for components that show nothing else.
    pub fn part<T: PartialEq + Send + Sync + 'static>(self, part: impl Fn(&Model) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::new(move |_| self.model.with(&part))
    }

    /// A part of the settings.
    pub fn setting<T: PartialEq + Send + Sync + 'static>(
        self,
        part: impl Fn(&Config) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.config.with(&part))
    }

    /// Sets a knob, snapped to its steps.
    pub fn turn(self, knob: &Knob, value: f64) {
        let (set, value) = (knob.set, knob.snap(value));
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
        let other_device = after.device != before.device;
        self.config.set(after);
        self.publish();
        if other_device { self.start() } else { self.tell() }
    }

    /// The settings of a link that was opened, typed or gone back to.
    pub fn follow(self, hash: &str) {
        let read = link::parse(hash);
        self.notices(read.notices);
        if self.config.with_untracked(|config| *config != read.config) {
            self.change(|config| *config = read.config);
        }
    }

    /// Train, or Pause.
    pub fn train_or_pause(self) {
        if self.model.with_untracked(Model::running) {
            self.send(Command::Pause);
        } else if self.queued.get_untracked() {
            self.queued.set(false);
        } else if self.ready() {
            self.send(Command::Train);
        } else {
            self.queued.set(true);
            if self.reins.with_value(|r| r.host.is_none()) {
                self.start();
            }
        }
    }

    /// One step.
    pub fn step(self) {
        if self.ready() {
            self.send(Command::Step);
        }
    }

    /// Back to the initial weights.
    pub fn reset(self) {
        self.queued.set(false);
        if self.ready() {
            self.send(Command::Reset);
        }
    }

    /// Shows a remark for a while.
    pub fn remark(self, words: impl Into<String>) {
        self.note.set(words.into());
        let fade = Timeout::new(6_000, move || self.note.set(String::new()));
        self.reins.update_value(|r| r.note = Some(fade));
    }

    /// Shows an alert, in place of one of its sort.
    pub fn alert(self, trouble: Trouble, sentences: Vec<String>) {
        self.alerts.update(|alerts| {
            alerts.retain(|a| a.trouble != trouble);
            alerts.push(Alert { trouble, sentences });
        });
    }

    /// Takes an alert away.
    pub fn dismiss(self, trouble: Trouble) {
        self.alerts.update(|alerts| alerts.retain(|a| a.trouble != trouble));
    }

    /// Takes the way on that an alert offers.
    pub fn go_on(self, trouble: Trouble) {
        self.dismiss(trouble);
        match trouble {
            Trouble::Link => {}
            Trouble::Device if self.config.with_untracked(|c| c.device != DeviceChoice::Cpu) => {
                self.change(|config| config.device = DeviceChoice::Cpu);
            }
            Trouble::Device | Trouble::Data | Trouble::Engine => self.start(),
            Trouble::Diverged => self.change(|config| {
                for knob in KNOBS.iter().filter(|knob| knob.key == "lr" || knob.key == "teacher_lr") {
                    (knob.set)(config, (knob.default)(config.task));
                }
            }),
        }
    }

    /// True when a run is set up and the engine listens; passes on what it was not yet told.
    fn ready(self) -> bool {
        if self.model.with_untracked(|m| m.engine != Engine::Open) {
            return false;
        }
        self.reins.update_value(|r| r.configure = None);
        self.configure();
        true
    }

    fn notices(self, notices: Vec<String>) {
        if notices.is_empty() { self.dismiss(Trouble::Link) } else { self.alert(Trouble::Link, notices) }
    }

    fn publish(self) {
        let write = Timeout::new(ADDRESS_MS, move || {
            self.config.with_untracked(|config| super::address::replace(&link::format(config)));
        });
        self.reins.update_value(|r| r.address = Some(write));
    }

    /// Tells the engine what has changed since it was last told.
    fn tell(self) {
        let config = self.config.get_untracked();
        let other_task = self.reins.with_value(|r| r.told.as_ref().is_some_and(|told| told.task != config.task));
        match self.model.with_untracked(|m| m.engine) {
            Engine::Open => {}
            // Another task gives a download up, and may have better luck where one failed.
            Engine::Loading(_) | Engine::NoData if other_task => {
                self.dismiss(Trouble::Data);
                return self.configure();
            }
            // What else is new is told when the run is set up.
            _ => return,
        }
        let Some(told) = self.reins.with_value(|r| r.told.clone()) else { return };
        match config.effect_since(&told) {
            None => {}
            Some(Effect::Live) if config.method == told.method => {
                let tune = gloo::render::request_animation_frame(move |_| self.tune());
                self.reins.update_value(|r| r.tune = Some(tune));
            }
            Some(effect) => {
                if effect != Effect::Live && self.model.with_untracked(Model::running) {
                    self.send(Command::Pause);
                    self.remark("Settings changed: training is paused, and Train starts afresh with them.");
                }
                let rest = Timeout::new(REST_MS, move || self.configure());
                self.reins.update_value(|r| r.configure = Some(rest));
            }
        }
    }

    fn tune(self) {
        let config = self.config.get_untracked();
        self.reins.update_value(|r| {
            if let Some(told) = &mut r.told {
                (told.temperature, told.soft_weight) = (config.temperature, config.soft_weight);
            }
        });
        self.send(Command::Tune { temperature: config.temperature, soft_weight: config.soft_weight });
    }

    fn configure(self) {
        let config = self.config.get_untracked();
        let same = self.reins.with_value(|r| r.told.as_ref().is_some_and(|told| config.effect_since(told).is_none()));
        if !same {
            self.reins.update_value(|r| r.told = Some(config.clone()));
            self.send(Command::Configure { config, warm_up: !device::saves_data() });
        }
    }

    fn send(self, command: Command) {
        let config = self.config.get_untracked();
        self.model.update(|model| model.sent(&command, &config));
        self.reins.with_value(|r| {
            if let Some(host) = &r.host {
                host.send(command);
            }
        });
    }

    /// Ends the worker, if there is one, and starts the one for the device asked for.
    pub fn start(self) {
        let mut generation = 0;
        self.reins.update_value(|r| {
            (r.host, r.told, r.configure, r.tune) = (None, None, None, None);
            r.generation += 1;
            generation = r.generation;
        });
        for trouble in [Trouble::Device, Trouble::Data, Trouble::Engine] {
            self.dismiss(trouble);
        }
        self.model.update(|model| {
            model.lost();
            model.engine = Engine::Starting;
            model.device = None;
        });
        let asked = self.config.with_untracked(|c| c.device);
        leptos::task::spawn_local(async move {
            let choice = device::choose(asked).await;
            if self.reins.with_value(|r| r.generation) == generation {
                self.spawn(generation, choice);
            }
        });
    }

    fn spawn(self, generation: u32, choice: device::Choice) {
        self.device_reason.set(choice.reason);
        self.reins.update_value(|r| r.gpu = choice.gpu);
        let script = super::address::engine(if choice.gpu { "worker_gpu.js" } else { "worker.js" });
        let listen = move |news: News| {
            if self.reins.try_with_value(|r| r.generation) == Some(generation) {
                self.hear(news);
            }
        };
        match Host::spawn(&script, listen) {
            Ok(host) => {
                let config = self.config.get_untracked();
                self.reins.update_value(|r| (r.host, r.told) = (Some(host), Some(config.clone())));
                self.send(Command::Open { config, base: super::address::base(), warm_up: !device::saves_data() });
            }
            Err(fault) => self.hear(Err(fault)),
        }
    }

    fn hear(self, news: News) {
        match news {
            Ok(Event::Failed(failure)) => {
                self.model.update(|model| model.apply(Event::Failed(failure.clone())));
                self.failed(failure);
            }
            Ok(event) => {
                let opened = matches!(event, Event::Opened(_));
                self.model.update(|model| model.apply(event));
                if opened {
                    self.dismiss(Trouble::Data);
                    self.tell();
                    if self.queued.get_untracked() && self.ready() {
                        self.queued.set(false);
                        self.send(Command::Train);
                    }
                }
            }
            Err(fault) => {
                let never_came = self.model.with_untracked(|m| m.device.is_none());
                self.end();
                if never_came && self.fall_back("the WebGPU engine did not start") {
                    return;
                }
                let (what, then) = if never_came {
                    ("The engine could not start", "Start it again, or reload the page; until then the sliders move your own logits.")
                } else {
                    ("The engine has stopped", "What it showed stays on screen; start it again to go on.")
                };
                self.alert(Trouble::Engine, vec![format!("{what}: {fault}."), then.into()]);
            }
        }
    }

    fn failed(self, failure: Failure) {
        let trouble = match failure.kind {
            FailureKind::Device => {
                self.end();
                if self.fall_back("WebGPU failed") {
                    return;
                }
                Trouble::Device
            }
            FailureKind::Data => Trouble::Data,
            FailureKind::Diverged => Trouble::Diverged,
            FailureKind::Engine => {
                self.end();
                Trouble::Engine
            }
        };
        self.alert(trouble, vec![failure.message]);
    }

    /// Where the reader left the choice to the page and WebGPU disappoints: the CPU, with the reason.
    fn fall_back(self, reason: &str) -> bool {
        let auto = self.config.with_untracked(|c| c.device == DeviceChoice::Auto);
        if !auto || !self.reins.with_value(|r| r.gpu) {
            return false;
        }
        let generation = self.reins.with_value(|r| r.generation);
        self.model.update(|model| model.engine = Engine::Starting);
        self.spawn(generation, device::Choice { gpu: false, reason: Some(reason.into()) });
        true
    }

    /// Ends the worker for good; late messages of it are no longer heard.
    fn end(self) {
        self.queued.set(false);
        self.reins.update_value(|r| {
            (r.host, r.told, r.configure, r.tune) = (None, None, None, None);
            r.generation += 1;
        });
        self.model.update(Model::lost);
    }
}
