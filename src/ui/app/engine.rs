//! The worker's reins: what the reader's acts send to the engine, what is heard from it, and what is done when it fails.

use crate::ui::app::context::{ActiveWork, Page};
use crate::ui::browser::{gpu_probe, url};
use crate::ui::shell::alerts::ErrorKind;
use crate::ui::state::run_state::{EngineState, RunState};
use crate::config::{Config, DeviceChoice, Invalidates, Supervision, Task};
use crate::data::files;
use crate::worker_client::{WorkerClient, WorkerMessage};
use crate::protocol::{Command, Event, Failure, FailureKind, CustomDataInfo, Purpose, Upload};
use gloo::{render::AnimationFrame, timers::callback::Timeout};
use leptos::prelude::*;
use std::collections::VecDeque;

/// How long a hand must rest before the engine is set up anew, in milliseconds.
const REST_MS: u32 = 250;

/// Settings with the temperature and the soft weight of others: what [`Command::Tune`] makes of them.
fn tuned(told: &Config, now: &Config) -> Config {
    let Supervision { temperature, soft_weight, .. } = now.distilled;
    Config {
        distilled: Supervision { temperature, soft_weight, ..told.distilled.clone() },
        device: now.device,
        ..told.clone()
    }
}

/// What is not for showing: the worker, what it was told, and what waits for its time.
#[derive(Default)]
pub struct EngineClient {
    host: Option<WorkerClient>,
    /// Counts the workers, so that a late answer about an earlier one is known for what it is.
    generation: u32,
    /// True while the worker in use is the WebGPU one.
    gpu: bool,
    /// Settings the engine was last told.
    pub(in crate::ui) told: Option<Config>,
    configure: Option<Timeout>,
    tune: Option<AnimationFrame>,
    /// The reader's own data, for the engines that are started later.
    pub(in crate::ui) own: Option<Upload>,
    /// Own data that no engine has been given yet, and are to become the task.
    pending: Option<Upload>,
    /// What the engine was given and has not answered yet, in this order: those that are to become the task, or nothing
    /// where they are those that were taken before.
    given: VecDeque<Option<Upload>>,
    pub(in crate::ui) address: Option<Timeout>,
    /// The next link written is a step to go back from.
    pub(in crate::ui) new_entry: bool,
    /// A link is being followed: it is in the history already.
    pub(in crate::ui) following: bool,
    /// The demonstration that the link asks for has begun.
    pub(in crate::ui) begun: bool,
    pub(in crate::ui) note: Option<Timeout>,
}

impl EngineClient {
    /// Ends the worker; the number of the next one.
    fn let_go(&mut self) -> u32 {
        (self.host, self.told, self.configure, self.tune) = (None, None, None, None);
        // New data that it had no time to understand are for the next.
        self.pending = self.given.drain(..).flatten().last().or(self.pending.take());
        self.generation += 1;
        self.generation
    }
}

impl Page {
    /// Train, or Pause.
    pub fn train_or_pause(self) {
        if self.model.with_untracked(RunState::running) {
            self.send(Command::Pause);
        } else if self.queued.get_untracked() {
            self.queued.set(false);
        } else {
            self.lesson_begins();
            self.train();
        }
    }

    /// Goes on to the verdict, as soon as the engine is there.
    pub(in crate::ui) fn train(self) {
        self.begun.set(ActiveWork::Run);
        if self.ready() {
            self.dismiss(ErrorKind::Settings);
            self.dismiss(ErrorKind::Diverged);
            self.send(Command::Train);
        } else if self.model.with_untracked(|m| m.engine == EngineState::NoData) && self.own_task() {
            self.ask_for_file();
        } else {
            self.queued.set(true);
            // Data that could not be had may be there by now.
            let nothing_comes = self.model.with_untracked(|m| m.engine == EngineState::NoData);
            if nothing_comes || self.reins.with_value(|r| r.host.is_none()) {
                self.start();
            }
        }
    }

    fn own_task(self) -> bool {
        self.config.with_untracked(|c| c.task == Task::Own)
    }

    /// Nothing comes by itself where the data are the reader's, so there is nothing to wait for: says what to do.
    fn ask_for_file(self) {
        self.queued.set(false);
        self.remark("There are no data of yours yet: choose a table or images under Data, then press Train.");
    }

    /// Pauses a run under way; what is not under way stays as it is.
    pub fn pause(self) {
        self.queued.set(false);
        if self.model.with_untracked(RunState::running) {
            self.send(Command::Pause);
        }
    }

    /// Pauses whatever it computes, an unasked warm-up, too.
    pub(in crate::ui) fn be_still(self) {
        self.pause();
        if self.model.with_untracked(RunState::warming_up) {
            self.send(Command::Pause);
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
            self.files.not_imported();
            self.send(Command::Reset);
        }
    }

    /// Takes the gradient apart at every report, or no more.
    pub fn decompose(self, on: bool) {
        self.decompose.set(on);
        self.send(Command::Decompose(on));
    }

    /// True when a run is set up and the engine listens; passes on what it was not yet told.
    fn ready(self) -> bool {
        if self.model.with_untracked(|m| m.engine != EngineState::Open) {
            return false;
        }
        self.reins.update_value(|r| r.configure = None);
        self.configure();
        true
    }

    /// Tells the engine what has changed since it was last told.
    pub(in crate::ui) fn tell(self) {
        let config = self.config.get_untracked();
        let other_task = self.reins.with_value(|r| r.told.as_ref().is_some_and(|told| told.task != config.task));
        match self.model.with_untracked(|m| m.engine) {
            EngineState::Open => {}
            // Another task gives a download up, and may have better luck where one failed.
            EngineState::Loading(_) | EngineState::NoData if other_task => {
                self.dismiss(ErrorKind::Data);
                return self.configure();
            }
            // Settings that need other data may need no more than what is there.
            EngineState::NoData => {
                let needs = self.reins.with_value(|r| r.told.as_ref().map(files::addresses));
                if needs == Some(files::addresses(&config)) {
                    return;
                }
                let rest = Timeout::new(REST_MS, move || self.configure());
                return self.reins.update_value(|r| r.configure = Some(rest));
            }
            // What else is new is told when the run is set up.
            _ => return,
        }
        let Some(told) = self.reins.with_value(|r| r.told.clone()) else { return };
        match config.effect_since(&told) {
            None => {}
            Some(Invalidates::Live) if tuned(&told, &config) == config => {
                let tune = gloo::render::request_animation_frame(move |_| self.tune());
                self.reins.update_value(|r| r.tune = Some(tune));
            }
            Some(effect) => {
                if effect != Invalidates::Live && self.model.with_untracked(RunState::running) {
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
                *told = tuned(told, &config);
            }
        });
        let Supervision { temperature, soft_weight, .. } = config.distilled;
        self.send(Command::Tune { temperature, soft_weight });
    }

    fn configure(self) {
        let config = self.config.get_untracked();
        let same = self.reins.with_value(|r| r.told.as_ref().is_some_and(|told| config.effect_since(told).is_none()));
        if !same {
            self.reins.update_value(|r| r.told = Some(config.clone()));
            self.send(Command::Configure { config, warm_up: !gpu_probe::saves_data() });
        }
    }

    /// The engine has set a run up by itself: its settings are those on screen from now on, and not told again.
    pub(in crate::ui) fn engine_has(self, config: Config) {
        self.reins.update_value(|r| (r.told, r.configure, r.tune) = (Some(config.clone()), None, None));
        self.lesson_progress.set(None);
        self.config.set(config);
        self.publish();
    }

    /// Sets the engine up anew, whatever it was told.
    pub(in crate::ui) fn told_nothing(self) {
        self.reins.update_value(|r| r.told = None);
        self.configure();
    }

    pub(in crate::ui) fn send(self, command: Command) {
        let config = self.config.get_untracked();
        self.model.update(|model| model.sent(&command, &config));
        self.reins.with_value(|r| {
            if let Some(host) = &r.host {
                host.send(command);
            }
        });
    }

    /// Starts the worker that the settings ask for, unless the reader's acts have done so, or a benchmark wants the device.
    pub(in crate::ui) fn start_unasked(self) {
        if self.reins.with_value(|r| r.generation == 0) && self.model.with_untracked(|m| m.engine == EngineState::Starting) {
            self.start();
        }
    }

    /// Ends the worker, if there is one, and starts the one for the device asked for.
    pub fn start(self) {
        let mut generation = 0;
        self.reins.update_value(|r| generation = r.let_go());
        self.files.not_imported();
        for trouble in [ErrorKind::Device, ErrorKind::Data, ErrorKind::Engine] {
            self.dismiss(trouble);
        }
        self.model.update(|model| {
            model.lost();
            model.engine = EngineState::Starting;
        });
        let asked = self.config.with_untracked(|c| c.device);
        leptos::task::spawn_local(async move {
            let choice = gpu_probe::choose(asked).await;
            if self.reins.with_value(|r| r.generation) == generation {
                self.spawn(generation, choice);
            }
        });
    }

    fn spawn(self, generation: u32, choice: gpu_probe::DeviceDecision) {
        self.device_reason.set(choice.reason);
        self.reins.update_value(|r| r.gpu = choice.gpu);
        let script = url::engine(if choice.gpu { "worker_gpu.js" } else { "worker.js" });
        let listen = move |news: WorkerMessage| {
            if self.reins.try_with_value(|r| r.generation) == Some(generation) {
                self.hear(news);
            }
        };
        match WorkerClient::spawn(&script, listen) {
            Ok(host) => {
                let config = self.config.get_untracked();
                self.reins.update_value(|r| (r.host, r.told) = (Some(host), Some(config.clone())));
                if let Some(own) = self.reins.with_value(|r| r.own.clone()) {
                    self.give(own, false);
                }
                if let Some(own) = self.reins.try_update_value(|r| r.pending.take()).flatten() {
                    self.give(own, true);
                }
                let purpose = Purpose::Run { warm_up: !gpu_probe::saves_data() };
                self.send(Command::Open { config, base: url::base(), purpose });
            }
            Err(fault) => self.hear(Err(fault)),
        }
    }

    /// Begins the demonstration that the link asks for, once; whether it did.
    pub(in crate::ui) fn demonstrate(self) -> bool {
        let wait_at = self.presentation.with_untracked(|p| p.wait_at);
        let Some(step) = wait_at.filter(|_| !self.reins.with_value(|r| r.begun) && self.ready()) else { return false };
        self.reins.update_value(|r| r.begun = true);
        self.queued.set(false);
        self.send(Command::TrainTo(step));
        true
    }

    /// Gives the engine data of the reader's, to become the task; starts one, where there is none.
    pub(in crate::ui) fn give_own(self, upload: Upload) {
        if self.reins.with_value(|r| r.host.is_some()) {
            return self.give(upload, true);
        }
        self.reins.update_value(|r| r.pending = Some(upload));
        // One that is being started is given them when it is there.
        let coming = self.reins.with_value(|r| r.generation > 0) && self.model.with_untracked(|m| m.engine == EngineState::Starting);
        if !coming {
            self.start();
        }
    }

    fn give(self, upload: Upload, new: bool) {
        self.reins.update_value(|r| r.given.push_back(new.then(|| upload.clone())));
        self.send(Command::Own(upload));
    }

    /// The engine has understood data of the reader's, or has not.
    fn own_answered(self, told: Result<CustomDataInfo, String>) {
        let given = self.reins.try_update_value(|r| r.given.pop_front()).flatten().flatten();
        // What was taken before stays, where these are of no use.
        if let (Some(upload), Ok(own)) = (given, told) {
            self.reins.update_value(|r| r.own = Some(upload));
            self.dismiss(ErrorKind::Data);
            // What a run has shown is of the data before.
            self.model.update(RunState::forget);
            self.own_data.update(|n| *n += 1);
            self.own_taken(&own);
        }
    }

    fn hear(self, news: WorkerMessage) {
        match news {
            Ok(Event::Failed(failure)) => {
                self.model.update(|model| model.apply(Event::Failed(failure.clone())));
                self.failed(failure);
            }
            Ok(Event::Exported(told)) => self.exported(told),
            Ok(event) => {
                let opened = matches!(event, Event::Opened(_));
                let finished = matches!(event, Event::Finished(_));
                let answered = if let Event::Taken(told) = &event { Some(told.clone()) } else { None };
                if let Event::Imported(told) = &event {
                    self.imported(told);
                }
                self.model.update(|model| model.apply(event));
                if let Some(told) = answered {
                    self.own_answered(told);
                }
                if finished && !self.files.was_imported() {
                    self.keep_run();
                    self.lesson_run_finished();
                }
                if opened {
                    self.files.opened();
                    // What was the trouble with the settings before is not with these.
                    for trouble in [ErrorKind::Data, ErrorKind::Settings, ErrorKind::Diverged] {
                        self.dismiss(trouble);
                    }
                    self.tell();
                    // A new session has forgotten it.
                    if self.decompose.get_untracked() {
                        self.send(Command::Decompose(true));
                    }
                    if !self.demonstrate() && self.queued.get_untracked() && self.ready() {
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
                if never_came && self.reins.with_value(|r| r.gpu) {
                    let sentence =
                        format!("The WebGPU engine could not start: {fault}. The CPU works in every browser.");
                    return self.alert(ErrorKind::Device, vec![sentence]);
                }
                let (what, then) = if never_came {
                    (
                        "The engine could not start",
                        "Start it again, or reload the page; until then the sliders move your own logits.",
                    )
                } else {
                    ("The engine has stopped", "What it showed stays on screen; start it again to go on.")
                };
                self.alert(ErrorKind::Engine, vec![format!("{what}: {fault}."), then.into()]);
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
                ErrorKind::Device
            }
            // The Data panel says so itself, where the files are chosen.
            FailureKind::Data if self.own_task() => {
                if self.queued.get_untracked() {
                    self.ask_for_file();
                }
                return;
            }
            FailureKind::Data => {
                // What was changed while they were on their way has not been told.
                self.tell();
                ErrorKind::Data
            }
            FailureKind::Settings => ErrorKind::Settings,
            FailureKind::Diverged => ErrorKind::Diverged,
            FailureKind::Engine => {
                self.end();
                ErrorKind::Engine
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
        self.model.update(|model| model.engine = EngineState::Starting);
        self.spawn(generation, gpu_probe::DeviceDecision { gpu: false, reason: Some(reason.into()) });
        true
    }

    /// Ends the worker for good; late messages of it are no longer heard.
    fn end(self) {
        self.queued.set(false);
        let alive = self.model.with_untracked(|m| m.device.is_some());
        self.reins.update_value(|r| {
            r.let_go();
            // Data at which it has perished would end the next one, too.
            if alive {
                r.pending = None;
            }
        });
        self.files.not_imported();
        self.model.update(RunState::lost);
    }
}
