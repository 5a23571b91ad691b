//! What workers are asked to do beside the run on screen: parts of sweeps, and benchmarks.

use crate::experiment::{Metrics, TrainedTeacher};
use serde::{Deserialize, Serialize};

/// What becomes of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum JobNews {
    /// Steps taken and to take.
    Progress {
        /// Taken.
        taken: usize,
        /// In all.
        all: usize,
    },
    /// The teacher is there.
    TrainedTeacher(TrainedTeacher),
    /// The students as measured so far or at last, `[R][A]` flattened, row-major.
    Measured {
        /// The teacher's metrics.
        teacher: Metrics,
        /// The students'.
        students: Vec<Metrics>,
        /// True for the last measurement: the job is done.
        done: bool,
    },
}

/// What to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchSpec {
    /// Layer widths of the teacher, input to output.
    pub teacher: Vec<usize>,
    /// Layer widths of a student, input to output.
    pub student: Vec<usize>,
    /// Examples a step.
    pub batch: usize,
    /// Steps timed.
    pub steps: usize,
}

impl BenchSpec {
    /// Steps before the clock starts: kernels are compiled, memory is claimed.
    pub const WARM_UP: usize = 20;
}

/// One row of the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchRow {
    /// What was trained.
    pub subject: BenchSubject,
    /// Mean milliseconds per step.
    pub ms: f64,
    /// Kernel launches per step; 0 on the CPU.
    pub launches: f64,
    /// Workers that share the work.
    pub workers: usize,
}

/// What a benchmark trains, in the order it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BenchSubject {
    /// One teacher, on hard labels.
    Teacher,
    /// One distilled student.
    Student,
    /// Eight distilled students in one stack, by one worker.
    Stack8,
    /// Eight distilled students as a run trains them: in one stack, or cut in as many as there are workers to share them.
    Students8,
}
