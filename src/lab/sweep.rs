//! Sweeps: a grid of two settings, each cell a student trained at every replicate, judged against the hard-label
//! student of the same replicate. A grid is cut into jobs of one stack each, which workers share among themselves.

use super::comparison::{Comparison, Finding, Paired, holm, paired};
use super::measured::mean;
use crate::config::{Config, Method, Options, Supervision, parameter};
use crate::experiment::{Job, Metrics};
use serde::{Deserialize, Serialize};

/// A setting that a sweep goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Axis {
    /// Temperature T.
    Temperature,
    /// Soft weight α.
    SoftWeight,
    /// Hidden units of the student.
    StudentHidden,
    /// Examples in the transfer set.
    TransferSize,
    /// Share of wrong labels, the teacher's too.
    LabelNoise,
    /// The method, by its place in [`METHODS`].
    Method,
    /// Another seed, and with it another split of custom data into training and test rows: how much is added to it.
    Split,
}

/// The methods a sweep over methods tries: those that need no second setting to be compared fairly.
pub const METHODS: [Method; 6] =
    [Method::ForwardKl, Method::ReverseKl, Method::LogitMse, Method::Argmax, Method::Permuted, Method::Smoothing];

impl Axis {
    /// Every axis.
    pub const ALL: [Self; 7] = [
        Self::Temperature,
        Self::SoftWeight,
        Self::StudentHidden,
        Self::TransferSize,
        Self::LabelNoise,
        Self::Method,
        Self::Split,
    ];

    /// Key of the setting, as in the link.
    pub fn key(self) -> &'static str {
        match self {
            Self::Temperature => "t",
            Self::SoftWeight => "alpha",
            Self::StudentHidden => "hidden",
            Self::TransferSize => "n",
            Self::LabelNoise => "noise",
            Self::Method => Method::KEY,
            Self::Split => "split",
        }
    }

    /// Its name, as on its control.
    pub fn name(self) -> &'static str {
        match self {
            Self::Split => "Split",
            _ => parameter(self.key()).map_or(Method::NAME, |parameter| parameter.name),
        }
    }

    /// A value as text.
    pub fn show(self, value: f64) -> String {
        match parameter(self.key()) {
            Some(parameter) => parameter.show(value),
            None if self == Self::Split => value.to_string(),
            None => method(value).map_or_else(String::new, |m| Supervision::of(m).short()),
        }
    }

    /// The values a sweep over it tries; `images` says whether the task is one of images.
    pub fn values(self, images: bool) -> Vec<f64> {
        match self {
            Self::Temperature => vec![1.0, 2.0, 3.0, 5.0, 8.0, 20.0],
            Self::SoftWeight => vec![0.1, 0.3, 0.5, 0.7, 0.9, 1.0],
            Self::StudentHidden => vec![2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
            Self::TransferSize if images => vec![50.0, 100.0, 200.0, 500.0, 2_000.0, 10_000.0],
            Self::TransferSize => vec![10.0, 20.0, 50.0, 100.0, 300.0, 1_000.0],
            Self::LabelNoise => vec![0.0, 0.15, 0.3, 0.45, 0.6],
            Self::Method => (0..METHODS.len()).map(|i| i as f64).collect(),
            Self::Split => (0..SPLITS).map(|i| i as f64).collect(),
        }
    }

    /// Sets it.
    fn apply(self, config: &mut Config, value: f64) {
        match parameter(self.key()) {
            Some(parameter) => (parameter.set)(config, parameter.snap(value)),
            None if self == Self::Split => config.seed = (config.seed + value as u32) % SEEDS,
            None => {
                if let Some(method) = method(value) {
                    config.distilled.method = method;
                }
            }
        }
    }
}

/// Splits of small custom data that a verdict is repeated on.
pub const SPLITS: usize = 5;
/// Seeds are below this.
const SEEDS: u32 = 1_000_000;

fn method(value: f64) -> Option<Method> {
    METHODS.get(value as usize).copied()
}

/// A grid to be run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// What goes from left to right.
    pub x: Axis,
    /// Its values.
    pub xs: Vec<f64>,
    /// What goes from top to bottom.
    pub y: Axis,
    /// Its values.
    pub ys: Vec<f64>,
    /// Independent repetitions of every cell, at least 2.
    pub replicates: usize,
    /// Optimizer steps of every student.
    pub steps: usize,
}

/// What a device can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Bytes in one tensor.
    pub tensor: u64,
    /// Bytes of everything that a job's students need.
    pub total: u64,
}

impl Limits {
    /// A worker on the CPU: WebAssembly's memory grows to 4 GB at most, and phones refuse far less.
    pub const CPU: Self = Self { tensor: 256 << 20, total: 384 << 20 };
    /// WebGPU's default limit for one binding is 128 MiB.
    pub const GPU: Self = Self { tensor: 128 << 20, total: 768 << 20 };
}

/// A job and what it fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// For the worker; without the teacher's logits, which are not known yet.
    pub job: Job,
    /// Cells (x, y) of its arms, in their order (the baseline left out).
    pub cells: Vec<(usize, usize)>,
    /// Which of the sweep's teachers it needs. The first job of each trains and shares it; the others wait for that.
    pub teacher: usize,
    /// Which baseline it is judged by: that of the job with the same number and `job.baseline`.
    pub group: usize,
}

impl Planned {
    /// Bytes that its students need, roughly.
    pub fn bytes(&self) -> u64 {
        let arms = self.cells.len() + usize::from(self.job.baseline);
        arms as u64 * bytes(&self.job.config).1
    }
}

impl Sweep {
    /// A sweep over two settings at their usual values.
    pub fn over(x: Axis, y: Axis, config: &Config) -> Self {
        let values = |axis: Axis| axis.values(!config.task.is_plane());
        let steps = Self::steps(config.student_steps.min(400));
        Self { x, xs: values(x), y, ys: values(y), replicates: 3, steps }
    }

    /// The same run on several splits of custom data, each with a teacher of its own, measured on its own test rows.
    pub fn splits(config: &Config) -> Self {
        let (x, y) = (Axis::Split, Axis::TransferSize);
        let steps = Self::steps(config.student_steps);
        Self { x, xs: x.values(true), y, ys: vec![config.transfer_size as f64], replicates: config.replicates, steps }
    }

    /// Without the transfer sets that are larger than the `available` examples (0: not known); the largest is then all of them,
    /// as far as the control of the page can be set to it.
    pub fn within(mut self, available: usize) -> Self {
        let least = parameter("n").map_or(1.0, |parameter| parameter.min);
        let most = (available as f64 / 10.0).floor() * 10.0;
        for (axis, values) in [(self.x, &mut self.xs), (self.y, &mut self.ys)] {
            if axis == Axis::TransferSize && available > 0 && values.last().is_some_and(|&last| last > most) {
                values.retain(|&value| value < most);
                values.push(most.max(least));
                values.dedup();
            }
        }
        self
    }

    /// The sweeps that are offered: what to do, and the two settings.
    pub const OFFERED: [(&'static str, Axis, Axis); 4] = [
        ("Temperature × soft weight", Axis::Temperature, Axis::SoftWeight),
        ("Temperature × student size", Axis::Temperature, Axis::StudentHidden),
        ("Temperature × transfer set size", Axis::Temperature, Axis::TransferSize),
        ("Method × label noise", Axis::Method, Axis::LabelNoise),
    ];

    /// The steps nearest to those wished for that the control of the page can be set to: a cell's settings are to be
    /// used there, and must be those that were measured.
    pub fn steps(wished: usize) -> usize {
        parameter("steps").map_or(wished, |parameter| parameter.snap(wished as f64) as usize)
    }

    /// Whether this sweep of other settings would be the same: what it does not set itself is alike.
    pub fn fits(&self, base: &Config, other: &Config) -> bool {
        // A cell is confirmed with another seed.
        let own = |config: &Config| Config {
            device: base.device,
            seed: base.seed,
            extra_arms: Vec::new(),
            ..self.cell(config, 0, 0)
        };
        own(base) == own(other)
    }

    /// Students in all, baselines left out.
    pub fn students(&self) -> usize {
        self.xs.len() * self.ys.len() * self.replicates
    }

    /// The settings of one cell: its distilled supervision is the arm.
    pub fn cell(&self, base: &Config, x: usize, y: usize) -> Config {
        let mut config = base.clone();
        config.replicates = self.replicates;
        config.student_steps = Self::steps(self.steps);
        config.second_teacher = crate::config::SecondTeacher::Off;
        self.x.apply(&mut config, self.xs[x]);
        self.y.apply(&mut config, self.ys[y]);
        config
    }

    /// The jobs that make up the grid: students of one shape and one transfer set together, in parts small enough for
    /// `limits` and numerous enough for `workers` to share and for the grid to fill while it runs.
    pub fn jobs(&self, base: &Config, limits: Limits, workers: usize) -> Vec<Planned> {
        // Cells by what a stack has in common, in the order of the grid.
        type Place = ((usize, usize), Supervision);
        let mut groups: Vec<(Config, Vec<Place>)> = Vec::new();
        for y in 0..self.ys.len() {
            for x in 0..self.xs.len() {
                let mut common = self.cell(base, x, y);
                let supervision = std::mem::replace(&mut common.distilled, base.distilled.clone());
                common.extra_arms = Vec::new();
                match groups.iter_mut().find(|(config, _)| *config == common) {
                    Some((_, cells)) => cells.push(((x, y), supervision)),
                    None => groups.push((common, vec![((x, y), supervision)])),
                }
            }
        }
        let parts = (3 * workers.max(1)).div_ceil(groups.len());
        let mut teachers: Vec<(u32, u32)> = Vec::new();
        let mut planned: Vec<Planned> = Vec::new();
        for (group, (common, cells)) in groups.into_iter().enumerate() {
            let data = (common.label_noise.to_bits(), common.seed);
            let teacher = teachers.iter().position(|&known| known == data).unwrap_or_else(|| {
                teachers.push(data);
                teachers.len() - 1
            });
            let most = cells.len().div_ceil(parts).min(fitting(&common, limits)).max(1);
            for (i, part) in cells.chunks(most).enumerate() {
                let extra_arms = part.iter().map(|(_, supervision)| supervision.clone()).collect();
                planned.push(Planned {
                    job: Job {
                        id: planned.len() as u32,
                        config: Config { extra_arms, ..common.clone() },
                        baseline: i == 0,
                        taught: None,
                        share: false,
                        on_test: [self.x, self.y].contains(&Axis::Split),
                    },
                    cells: part.iter().map(|(cell, _)| *cell).collect(),
                    teacher,
                    group,
                });
            }
        }
        for teacher in 0..teachers.len() {
            let mut sharing = planned.iter_mut().filter(|p| p.teacher == teacher && !p.job.trains_own());
            if let (Some(first), Some(_)) = (sharing.next(), sharing.next()) {
                first.job.share = true;
            }
        }
        planned
    }
}

/// Bytes of one arm's students: parameters, two moments and gradients, and the activations of a batch, four bytes
/// each. Of the largest tensor, and in all.
fn bytes(config: &Config) -> (u64, u64) {
    let (d, c) = if config.task.is_plane() { (2, 4) } else { (784, 27) };
    let (r, h, b) = (config.replicates as u64, config.student_hidden as u64, config.student_batch as u64);
    let first = 4 * r * d * h;
    let parameters = first + 4 * r * (h + h * c + c);
    (first, 4 * parameters + 4 * r * b * 4 * (h + c))
}

/// How many arms of that kind fit together beside the hard-label students.
fn fitting(config: &Config, limits: Limits) -> usize {
    let (tensor, total) = bytes(config);
    // The hard-label students may be one arm more.
    ((limits.tensor / tensor.max(1)).min(limits.total / total.max(1)) as usize).saturating_sub(1)
}

/// One cell of the grid, once measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Mean test accuracy of its students, per cent.
    pub accuracy: f64,
    /// Mean agreement with the teacher, per cent.
    pub agreement: f64,
    /// Distilled minus hard, in points, with its interval; `None` until the baseline is measured too.
    pub gain: Option<Paired>,
    /// False while its students are still training.
    pub done: bool,
}

/// A grid filling up.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// What is being run.
    pub sweep: Sweep,
    /// Accuracies (per cent), agreements (per cent) and whether they are final, of every cell, row by row.
    measured: Vec<Option<(Vec<f64>, f64, bool)>>,
    /// Which group each cell belongs to.
    group: Vec<usize>,
    /// Accuracies of every group's hard-label students, per cent, and whether they are final.
    baselines: Vec<Option<(Vec<f64>, bool)>>,
    /// Test accuracy of every teacher, per cent.
    pub teachers: Vec<Option<f64>>,
}

impl Grid {
    /// An empty grid for those jobs.
    pub fn new(sweep: Sweep, jobs: &[Planned]) -> Self {
        let cells = sweep.xs.len() * sweep.ys.len();
        let mut group = vec![0; cells];
        for planned in jobs {
            for &(x, y) in &planned.cells {
                group[y * sweep.xs.len() + x] = planned.group;
            }
        }
        let count = |of: fn(&Planned) -> usize| jobs.iter().map(of).max().map_or(0, |most| most + 1);
        Self {
            measured: vec![None; cells],
            group,
            baselines: vec![None; count(|p| p.group)],
            teachers: vec![None; count(|p| p.teacher)],
            sweep,
        }
    }

    /// Takes in what a job has measured, `[R][A]` flattened, row-major.
    pub fn take(&mut self, planned: &Planned, teacher: &Metrics, students: &[Metrics], done: bool) {
        let baseline = usize::from(planned.job.baseline);
        let arms = planned.cells.len() + baseline;
        let of = |arm: usize| students.iter().skip(arm).step_by(arms);
        let accuracy = |arm: usize| of(arm).map(|m| 100.0 * m.accuracy).collect::<Vec<_>>();
        if planned.job.baseline {
            self.baselines[planned.group] = Some((accuracy(0), done));
        }
        self.teachers[planned.teacher] = Some(100.0 * teacher.accuracy);
        for (i, &(x, y)) in planned.cells.iter().enumerate() {
            let agreements: Vec<f64> = of(i + baseline).map(|m| 100.0 * m.agreement).collect();
            let at = y * self.sweep.xs.len() + x;
            self.measured[at] = Some((accuracy(i + baseline), mean(&agreements), done));
        }
    }

    /// A cell, once there is something to tell.
    pub fn cell(&self, x: usize, y: usize) -> Option<Cell> {
        let at = y * self.sweep.xs.len() + x;
        let (accuracies, agreement, done) = self.measured.get(at)?.as_ref()?;
        // Students half way are compared with others half way, trained ones with trained ones.
        let baseline = self.baselines[self.group[at]].as_ref().filter(|(_, last)| last == done);
        Some(Cell {
            accuracy: mean(accuracies),
            agreement: *agreement,
            gain: baseline.and_then(|(hard, _)| paired(accuracies, hard)).filter(|gain| gain.mean.is_finite()),
            done: *done,
        })
    }

    /// Mean accuracy of the hard-label students that a cell is judged by, per cent.
    pub fn baseline(&self, x: usize, y: usize) -> Option<f64> {
        self.baselines[self.group[y * self.sweep.xs.len() + x]].as_ref().map(|(hard, _)| mean(hard))
    }

    /// Cells whose students are trained.
    pub fn filled(&self) -> usize {
        self.measured.iter().flatten().filter(|(_, _, done)| *done).count()
    }

    /// Cells that are done and whose gain is not significantly behind the best one's, which is among them: paired over
    /// replicates, judged together (Holm). `[Y][X]` flattened, row-major; all false without a best one.
    pub fn ties(&self) -> Vec<bool> {
        let mut ties = vec![false; self.measured.len()];
        let Some((x, y, _)) = self.best() else { return ties };
        let best = y * self.sweep.xs.len() + x;
        let Some(of_best) = self.gains(best) else { return ties };
        let (others, behind): (Vec<usize>, Vec<Comparison>) = (0..self.measured.len())
            .filter(|&at| at != best)
            .filter_map(|at| Some((at, Comparison::of(&of_best, &self.gains(at)?, None)?)))
            .unzip();
        ties[best] = true;
        for (at, finding) in others.into_iter().zip(holm(&behind)) {
            ties[at] = finding != Finding::Gain;
        }
        ties
    }

    /// Distilled minus hard-label student of a cell that is done, in points, one a replicate.
    fn gains(&self, at: usize) -> Option<Vec<f64>> {
        let (accuracies, ..) = self.measured[at].as_ref().filter(|(_, _, done)| *done)?;
        let (hard, _) = self.baselines[self.group[at]].as_ref().filter(|(_, done)| *done)?;
        Some(accuracies.iter().zip(hard).map(|(accuracy, hard)| accuracy - hard).collect())
    }

    /// The cell with the greatest gain among those done.
    pub fn best(&self) -> Option<(usize, usize, Cell)> {
        let (nx, ny) = (self.sweep.xs.len(), self.sweep.ys.len());
        (0..nx * ny)
            .map(|at| (at % nx, at / nx))
            .filter_map(|(x, y)| self.cell(x, y).map(|cell| (x, y, cell)))
            .filter(|(_, _, cell)| cell.done && cell.gain.is_some())
            // The first of equals.
            .reduce(|best, other| {
                let gain = |cell: &Cell| cell.gain.map_or(f64::NEG_INFINITY, |gain| gain.mean);
                if gain(&other.2) > gain(&best.2) { other } else { best }
            })
    }
}

#[cfg(test)]
mod tests;
