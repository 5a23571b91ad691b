//! How fast a session goes: steps per slice, the time of a step, and when it last reported.

/// Milliseconds of work between two chances to be interrupted.
pub const SLICE_MS: f64 = 30.0;
/// Least milliseconds between two reports: at most ten a second.
const REPORT_MS: f64 = 100.0;
/// Most steps between two reads of the losses.
const MAX_STEPS: usize = 256;

/// The pace of a session. Times are milliseconds of the session's clock.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Steps between two reads: without a read now and then a GPU's queue grows without bound.
    pub steps_per_slice: usize,
    /// Moving average of a step's time; 0 before the first.
    pub ms_per_step: f64,
    last_report: f64,
    last_decomposition: f64,
    /// Milliseconds that the teachers were trained, and the students of this run.
    pub training_ms: [f64; 2],
}

impl Pace {
    /// Before the first step.
    pub fn new() -> Self {
        Self {
            steps_per_slice: 1,
            ms_per_step: 0.0,
            last_report: 0.0,
            last_decomposition: f64::NEG_INFINITY,
            training_ms: [0.0; 2],
        }
    }

    /// Forgets how long steps take: other networks are trained next.
    pub fn restart(&mut self) {
        (self.ms_per_step, self.steps_per_slice) = (0.0, 1);
    }

    /// Takes note of a slice of so many steps, and sets the length of the next.
    pub fn measured(&mut self, elapsed_ms: f64, steps: usize) {
        let each = elapsed_ms / steps as f64;
        self.ms_per_step = if self.ms_per_step > 0.0 { 0.8 * self.ms_per_step + 0.2 * each } else { each };
        self.steps_per_slice = ((SLICE_MS / self.ms_per_step.max(0.01)).round() as usize).clamp(1, MAX_STEPS);
    }

    /// Whether a report is due; if so, it counts as sent.
    pub fn report_due(&mut self, now: f64) -> bool {
        let due = now - self.last_report >= REPORT_MS;
        if due {
            self.last_report = now;
        }
        due
    }

    /// A report was sent for another reason.
    pub fn reported(&mut self, now: f64) {
        self.last_report = now;
    }

    /// Whether the gradient is to be decomposed again; if so, it counts as done. On a clock of its own: evaluations report
    /// too, and a fast run has one in every slice.
    pub fn decomposition_due(&mut self, now: f64, at_once: bool) -> bool {
        let due = at_once || now - self.last_decomposition >= REPORT_MS;
        if due {
            self.last_decomposition = now;
        }
        due
    }

    /// Seconds that the networks of the run were trained.
    pub fn seconds(&self) -> f64 {
        self.training_ms.iter().sum::<f64>() / 1_000.0
    }
}
