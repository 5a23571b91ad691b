//! Engine client: the worker in use, the settings it was last sent, and what waits to be sent.

use crate::config::Config;
use crate::protocol::Upload;
use crate::worker_client::WorkerClient;
use gloo::{render::AnimationFrame, timers::callback::Timeout};
use std::collections::VecDeque;

/// Non-reactive state of the connection to the engine.
#[derive(Default)]
pub struct EngineClient {
    /// The worker in use.
    pub host: Option<WorkerClient>,
    /// Number of the worker, counted from 1: late messages of an earlier one are recognised by it.
    pub generation: u32,
    /// True while the worker in use is the WebGPU one.
    pub gpu: bool,
    /// Settings that were last sent to the engine. Written by `app/engine` alone.
    pub sent: Option<Config>,
    /// Timer of a change that makes the engine set up anew.
    pub pending_change: Option<Timeout>,
    /// Frame at which a live change is sent.
    pub pending_live_change: Option<AnimationFrame>,
    /// Custom data in use, for engines that are started later.
    pub custom_data: Option<Upload>,
    /// Custom data that no engine has received yet.
    pub pending_data: Option<Upload>,
    /// Uploads that the engine has not answered yet, in order: new data, or `None` for data that were accepted before.
    pub unanswered: VecDeque<Option<Upload>>,
    /// Looks of the watchdog since the engine last said something, while a run is under way.
    pub silent_looks: u32,
    /// Whether the demonstration that the link asks for has begun.
    pub demonstrated: bool,
}

impl EngineClient {
    /// Ends the worker; returns the number of the next one.
    pub fn disconnect(&mut self) -> u32 {
        (self.host, self.sent, self.pending_change, self.pending_live_change) = (None, None, None, None);
        // New data that it had no time to read are for the next worker.
        self.pending_data = self.unanswered.drain(..).flatten().last().or(self.pending_data.take());
        self.generation += 1;
        self.generation
    }
}
