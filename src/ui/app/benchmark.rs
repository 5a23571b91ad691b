//! Runs a benchmark, in a worker of its own.

use crate::config::{Config, DeviceChoice};
use crate::protocol::{BenchRow, BenchSubject, Command, DeviceInUse, Event, Purpose};
use crate::ui::app::context::{ActiveWork, Page};
use crate::ui::app::engine;
use crate::ui::browser::{gpu_probe, url};
use crate::ui::state::benchmark::BenchRequest;
use crate::worker_client::{WorkerClient, WorkerMessage};
use leptos::prelude::*;

/// What is known of the benchmark on screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BenchState {
    /// A worker is at it.
    pub running: bool,
    /// The device it is on.
    pub device: Option<DeviceInUse>,
    /// Why that device, where the page chose it.
    pub reason: Option<String>,
    /// What is measured so far.
    pub rows: Vec<BenchRow>,
    /// What went wrong, a sentence.
    pub error: Option<String>,
}

/// The benchmark and its worker. Copy it freely: it holds only handles.
#[derive(Clone, Copy)]
pub struct BenchRunner {
    page: Page,
    /// What is known.
    pub state: RwSignal<BenchState>,
    host: StoredValue<Option<WorkerClient>, LocalStorage>,
    /// Counts the benchmarks, so that a late answer is known for what it is.
    generation: StoredValue<u32>,
}

impl BenchState {
    /// What is measured of a subject.
    pub fn row(&self, subject: BenchSubject) -> Option<&BenchRow> {
        self.rows.iter().find(|row| row.subject == subject)
    }

    /// True when all is measured.
    pub fn done(&self) -> bool {
        self.row(BenchSubject::Students8).is_some()
    }
}

impl BenchRunner {
    /// Nothing measured yet.
    pub fn new(page: Page) -> Self {
        let bencher = Self {
            page,
            state: RwSignal::new(BenchState::default()),
            host: StoredValue::new_local(None),
            generation: StoredValue::new(0),
        };
        Effect::new(move |_| {
            let other = !matches!(page.active_work.get(), ActiveWork::Bench | ActiveWork::Nothing);
            if other && bencher.state.with_untracked(|state| state.running) {
                bencher.fail("Stopped: other work began, and the figures would have measured both. Run it again when that is over.".into());
            }
        });
        bencher
    }

    /// Measures it from the start, with the page's own run paused.
    pub fn start(self, asked: BenchRequest) {
        engine::pause_all(self.page);
        self.page.active_work.set(ActiveWork::Bench);
        self.stop();
        self.state.set(BenchState { running: true, ..BenchState::default() });
        let generation = self.generation.get_value();
        leptos::task::spawn_local(async move {
            let choice = gpu_probe::choose(asked.device).await;
            if self.generation.try_get_value() == Some(generation) {
                self.spawn(asked, choice, generation);
            }
        });
    }

    fn spawn(self, asked: BenchRequest, choice: gpu_probe::DeviceDecision, generation: u32) {
        let script = url::engine(if choice.gpu { "worker_gpu.js" } else { "worker.js" });
        let device = if choice.gpu { asked.device } else { DeviceChoice::Cpu };
        self.state.update(|state| state.reason = choice.reason);
        let spec = asked.spec;
        let listen = move |message: WorkerMessage| {
            if self.generation.try_get_value() == Some(generation) {
                self.on_message(message);
            }
        };
        match WorkerClient::spawn(&script, listen) {
            Ok(host) => {
                let config = Config { device, ..Config::default() };
                host.send(Command::Open { config, base: url::base(), purpose: Purpose::Errands });
                host.send(Command::Bench(spec));
                self.host.set_value(Some(host));
            }
            Err(fault) => self.fail(format!("The benchmark could not start: {fault}.")),
        }
    }

    /// Ends its worker; what is measured stays.
    pub fn stop(self) {
        self.generation.update_value(|n| *n += 1);
        self.host.set_value(None);
        self.state.update(|state| state.running = false);
    }

    fn on_message(self, message: WorkerMessage) {
        match message {
            Ok(Event::Ready(device)) => self.state.update(|state| state.device = Some(device)),
            Ok(Event::Bench(row)) => {
                self.state.update(|state| state.rows.push(row));
                if self.state.with_untracked(BenchState::done) {
                    self.stop();
                }
            }
            Ok(Event::Failed(failure)) => self.fail(failure.message),
            Ok(_) => {}
            Err(fault) => self.fail(format!("The benchmark’s worker stopped: {fault}. Run it again.")),
        }
    }

    fn fail(self, error: String) {
        self.stop();
        self.state.update(|state| state.error = Some(error));
    }
}
