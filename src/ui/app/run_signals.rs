//! The state of the engine and its run as signals, one a part. A message from the engine changes the pure [`RunState`], and
//! then only the parts that differ reach what depends on them.

use crate::experiment::{Activations, Metrics, Setup};
use crate::protocol::{CustomDataInfo, DeviceInUse, Regions, Report};
use crate::ui::state::examples::{ExampleSet, Shared};
use crate::ui::state::probes::{Answers, Probe, StudentLogits, Texts};
use crate::ui::state::results::{Results, TestLogits};
use crate::ui::state::run_state::{EngineState, RunState};
use leptos::prelude::*;

/// Declares [`RunSignals`]: each part with its type and how it is read from the state.
macro_rules! run_signals {
    ($($(#[$doc:meta])* $part:ident: $type:ty = $read:expr;)*) => {
        /// One signal for each part of [`RunState`]. Components read the parts; [`RunSignals::update`] alone writes them.
        #[derive(Clone, Copy)]
        pub struct RunSignals {
            state: StoredValue<RunState>,
            writers: StoredValue<Writers>,
            $($(#[$doc])* pub $part: ReadSignal<$type>,)*
        }

        struct Writers {
            $($part: WriteSignal<$type>,)*
        }

        impl RunSignals {
            /// The signals of a page on which nothing has happened.
            pub fn idle() -> Self {
                let state = RunState::default();
                $(let $part = signal::<$type>(($read)(&state));)*
                Self {
                    state: StoredValue::new(state),
                    writers: StoredValue::new(Writers { $($part: $part.1,)* }),
                    $($part: $part.0,)*
                }
            }

            fn publish(self) {
                self.writers.with_value(|writers| {
                    $(publish(self.$part, writers.$part, self.state.with_value($read));)*
                });
            }
        }
    };
}

run_signals! {
    /// Engine lifecycle state.
    engine: EngineState = |state: &RunState| state.engine;
    /// Bytes of the engine's program so far and in all, while it loads.
    arriving: Option<(u32, u32)> = |state: &RunState| state.arriving;
    /// Device that computes.
    device: Option<DeviceInUse> = |state: &RunState| state.device.clone();
    /// The run that is set up.
    setup: Option<Shared<Setup>> = |state: &RunState| state.setup.clone();
    /// The latest report, without its evaluation.
    report: Option<Report> = |state: &RunState| state.report.clone();
    /// [`RunState::running`].
    running: bool = RunState::running;
    /// [`RunState::warming_up`].
    warming_up: bool = RunState::warming_up;
    /// [`RunState::done`].
    done: bool = RunState::done;
    /// The teacher on the chosen examples.
    soft: Option<Shared<ExampleSet>> = |state: &RunState| state.soft.clone();
    /// The teacher on the whole test set.
    test_logits: Option<Shared<TestLogits>> = |state: &RunState| state.test_logits.clone();
    /// The last measurement of the engine's current teacher.
    teacher: Option<Metrics> = |state: &RunState| state.teacher;
    /// Results of the last run.
    results: Shared<Results> = |state: &RunState| state.results.clone();
    /// Predictions over the plane.
    regions: Option<Probe<Regions>> = |state: &RunState| state.probes.regions.clone();
    /// How the networks compute the example looked at.
    activations: Option<Probe<Activations>> = |state: &RunState| state.probes.activations.clone();
    /// Texts that the networks have generated.
    texts: Option<Probe<Texts>> = |state: &RunState| state.probes.texts.clone();
    /// Logits of the finished students on the test set.
    students: Option<Shared<StudentLogits>> = |state: &RunState| state.probes.students.clone();
    /// Predictions for the user's drawing.
    answers: Option<Probe<Answers>> = |state: &RunState| state.probes.answers.clone();
    /// Transfer set that the teacher generated.
    written: Option<Shared<Vec<crate::data::example::Example>>> = |state: &RunState| state.probes.written.clone();
    /// Custom data, or why they could not be used.
    custom_data: Option<Result<CustomDataInfo, String>> = |state: &RunState| state.probes.own.clone();
}

fn publish<T: PartialEq + Send + Sync + 'static>(part: ReadSignal<T>, writer: WriteSignal<T>, value: T) {
    if part.with_untracked(|before| *before != value) {
        writer.set(value);
    }
}

impl RunSignals {
    /// Changes the state, then the signals of the parts that differ.
    pub fn update(self, change: impl FnOnce(&mut RunState)) {
        self.state.update_value(change);
        self.publish();
    }

    /// Reads the whole state without subscribing to any of it.
    pub fn with_untracked<T>(self, read: impl FnOnce(&RunState) -> T) -> T {
        self.state.with_value(read)
    }

    /// Subscribes to everything that progress and status depend on.
    pub fn track_progress(self) {
        self.engine.track();
        self.arriving.track();
        self.setup.track();
        self.report.track();
        self.running.track();
        self.warming_up.track();
        self.done.track();
        self.results.track();
    }
}
