//! What the native tests of the session share: a driver without a browser, and the packed data read from disk.

#![allow(dead_code, reason = "each test file uses its part")]

use burn::tensor::Device;
use softlabel::config::{Config, Task};
use softlabel::data::{Dataset, images};
use softlabel::engine::session::Session;
use softlabel::experiment::Outcome;
use softlabel::protocol::{Event, Failure, Report};
use std::cell::Cell;
use std::io::Read;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

/// Drives a session as the worker does.
pub struct Driver {
    pub session: Session,
    begun: Instant,
    /// Milliseconds of a clock that goes on by one whenever it is read, instead of the real one.
    pub ticks: Option<Cell<f64>>,
}

impl Driver {
    pub fn new(data: Rc<Dataset>, config: Config) -> Self {
        Self { session: Session::new(Device::flex(), false, data, config), begun: Instant::now(), ticks: None }
    }

    /// Temperature and soft weight of the distilled arm for the steps to come.
    pub fn set_supervision(&mut self, temperature: f32, soft_weight: f32) {
        let mut config = self.session.config().clone();
        (config.distilled.temperature, config.distilled.soft_weight) = (temperature, soft_weight);
        assert!(!self.session.configure(config), "a live change restarts nothing");
    }

    /// One slice; its events.
    pub fn slice(&mut self) -> Result<Vec<Event>, Failure> {
        let mut events = Vec::new();
        let begun = self.begun;
        let ticks = self.ticks.as_ref();
        let now = move || match ticks {
            Some(ticks) => ticks.replace(ticks.get() + 1.0),
            None => begun.elapsed().as_secs_f64() * 1e3,
        };
        let result = {
            let mut emit = |event| events.push(event);
            let mut future = pin!(self.session.advance(&now, &mut emit));
            // On the CPU nothing is ever waited for.
            match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(result) => result,
                Poll::Pending => panic!("the CPU engine waited"),
            }
        };
        result.map(|()| events)
    }

    /// Slices until nothing is due.
    pub fn finish(&mut self) -> Result<Vec<Event>, Failure> {
        let mut events = Vec::new();
        while self.session.busy() {
            events.extend(self.slice()?);
        }
        Ok(events)
    }
}

pub fn outcome(events: &[Event]) -> Option<Outcome> {
    events.iter().find_map(|event| match event {
        Event::Finished(outcome) => Some(outcome.clone()),
        _ => None,
    })
}

pub fn reports(events: &[Event]) -> impl Iterator<Item = &Report> {
    events.iter().filter_map(|event| match event {
        Event::Report(report) => Some(report),
        _ => None,
    })
}

/// Bytes of a file shipped with the page, gunzipped.
pub fn shipped(name: &str) -> Vec<u8> {
    let path = format!("{}/www/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let file = std::fs::File::open(path).expect("www/data holds the packed file");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("a gzip file");
    bytes
}

/// Fashion-MNIST as shipped with the page.
pub fn fashion() -> Dataset {
    images::unpack(Task::Fashion, &shipped("fashion.bin.gz")).expect("a packed file")
}

/// MNIST as shipped with the page.
pub fn mnist() -> Dataset {
    images::unpack(Task::Mnist, &shipped("mnist.bin.gz")).expect("a packed file")
}

/// First names as shipped with the page.
pub fn names(config: &Config) -> Dataset {
    let text = String::from_utf8(shipped("names.txt.gz")).expect("text");
    softlabel::data::names::dataset(&text, config.context, config.seed).expect("a list of names")
}
