//! Runs a sweep: gives jobs to a pool of workers, and their news to the model.

use crate::config::{Config, DeviceChoice, Task};
use crate::lab::sweep::{Limits, Sweep};
use crate::protocol::{Command, Event, FailureKind, Purpose};
use crate::ui::app::context::{ActiveWork, Page};
use crate::ui::app::engine;
use crate::ui::browser::url;
use crate::ui::state::sweep::SweepRun;
use crate::worker_client::WorkerMessage;
use crate::worker_client::pool::Pool;
use leptos::prelude::*;

/// Most workers on the CPU, however many cores there are: each has the data and a program of its own in memory.
const MAX_WORKERS: usize = 8;

/// Where sweeps run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// True for WebGPU.
    pub gpu: bool,
    /// Workers side by side.
    pub workers: usize,
    /// What each can hold.
    pub limits: Limits,
}

/// A sweep's model and its workers. Copy it freely: it holds only handles.
#[derive(Clone, Copy)]
pub struct SweepRunner {
    page: Page,
    /// The sweep on screen, under way or over.
    pub run: RwSignal<Option<SweepRun>>,
    pool: StoredValue<Option<Pool>, LocalStorage>,
    begun: StoredValue<f64>,
}

fn now() -> f64 {
    js_sys::Date::now() / 1000.0
}

impl SweepRunner {
    /// Nothing run yet.
    pub fn new(page: Page) -> Self {
        let run: RwSignal<Option<SweepRun>> = RwSignal::new(None);
        let sweeper = Self { page, run, pool: StoredValue::new_local(None), begun: StoredValue::new(0.0) };
        Effect::new(move |_| {
            let running = || run.with_untracked(|run| run.as_ref().is_some_and(SweepRun::running));
            if page.active_work.get() == ActiveWork::Bench && running() {
                sweeper.stop();
            }
        });
        sweeper
    }

    /// The device of the page's own run, with as many workers as it bears: one GPU is not shared.
    pub fn room(self) -> Room {
        let gpu = self.page.run_state.device.with(|device| device.as_ref().is_some_and(|device| device.gpu));
        let cores = web_sys::window().map_or(1.0, |w| w.navigator().hardware_concurrency());
        if gpu {
            Room { gpu, workers: 1, limits: Limits::GPU }
        } else {
            Room { gpu, workers: (cores as usize).clamp(1, MAX_WORKERS), limits: Limits::CPU }
        }
    }

    /// Runs it with the settings on screen, from the start.
    pub fn start(self, sweep: Sweep) {
        self.start_with(sweep, self.page.config.get_untracked());
    }

    /// Runs it with these settings, from the start.
    pub fn start_with(self, sweep: Sweep, base: Config) {
        engine::pause(self.page);
        self.page.active_work.set(ActiveWork::Sweep);
        let room = untrack(|| self.room());
        // The page has chosen the device already: workers need not measure it again.
        let device = if room.gpu { DeviceChoice::WebGpu } else { DeviceChoice::Cpu };
        let own_data = self.page.custom_data_version.get_untracked();
        let mut run = SweepRun::new(sweep, base.clone(), room.limits, room.workers);
        run.own_data = own_data;
        let size = room.workers.min(run.queue.jobs().len());
        let script = url::engine(if room.gpu { "worker_gpu.js" } else { "worker.js" });
        let base_task = base.task;
        let config = Config { device, ..base };
        let own = self
            .page
            .client
            .with_value(|r| r.custom_data.clone())
            .filter(|_| base_task == Task::Own)
            .map(Command::LoadCustomData);
        let open = Command::Open { config, base: url::base(), purpose: Purpose::Errands };
        let open: Vec<Command> = own.into_iter().chain([open]).collect();
        self.run.set(Some(run));
        self.begun.set_value(now());
        // Ends the workers of an earlier sweep.
        self.pool.set_value(Some(Pool::new(script, open, size, move |at, message| self.on_message(at, message))));
        self.feed();
    }

    /// Ends the workers; what is done stays.
    pub fn stop(self) {
        self.change(|run| run.stopped = true);
        self.pool.set_value(None);
    }

    fn change(self, change: impl FnOnce(&mut SweepRun)) {
        let seconds = now() - self.begun.get_value();
        self.run.update(|run| {
            if let Some(run) = run {
                if run.running() {
                    run.seconds = seconds;
                }
                change(run);
            }
        });
    }

    /// Gives idle workers what can be begun.
    fn feed(self) {
        while let Some(at) = self.pool.with_value(|pool| pool.as_ref().and_then(Pool::idle)) {
            let mut job = None;
            self.change(|run| job = if run.running() { run.queue.begin() } else { None });
            let Some(job) = job else { break };
            let mut result = Ok(());
            self.pool.update_value(|pool| {
                if let Some(pool) = pool {
                    result = pool.give(at, job);
                }
            });
            if let Err(fault) = result {
                self.lost(at, &fault.to_string(), true);
            }
        }
        if self.run.with_untracked(|run| run.as_ref().is_some_and(|run| !run.running())) {
            self.pool.set_value(None);
        }
    }

    fn on_message(self, at: usize, message: WorkerMessage) {
        match message {
            Ok(Event::Job(id, message)) => {
                let mut over = false;
                self.change(|run| over = run.receive(id, message));
                if over {
                    self.pool.update_value(|pool| {
                        if let Some(pool) = pool {
                            pool.free(at);
                        }
                    });
                }
                self.feed();
            }
            Ok(Event::Failed(failure)) => {
                self.lost(at, &failure.message, failure.kind == FailureKind::Diverged);
                self.feed();
            }
            Ok(_) => {}
            Err(fault) => {
                self.lost(at, &format!("A worker stopped: {fault}"), false);
                self.feed();
            }
        }
    }

    /// The worker at a place is of no use any more, and its job is not done.
    fn lost(self, at: usize, why: &str, hopeless: bool) {
        let mut job = None;
        self.pool.update_value(|pool| {
            if let Some(pool) = pool {
                job = pool.job(at);
                pool.end(at);
            }
        });
        if let Some(id) = job {
            self.change(|run| run.failed(id, why, hopeless));
        }
    }
}
