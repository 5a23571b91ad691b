//! State of a sweep: its grid, its queue, and how each message changes them. Pure: no browser, no signals.

use crate::config::Config;
use crate::lab::sweep::{Cell, Grid, Limits, Sweep};
use crate::lab::sweep_queue::{Fate, Queue};
use crate::protocol::JobNews;

/// A sweep, from its start to long after its end.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepRun {
    /// Settings that it varies.
    pub base: Config,
    /// What is measured so far.
    pub grid: Grid,
    /// Its jobs.
    pub queue: Queue,
    /// Share of its steps that each job has taken, 0 to 1.
    progress: Vec<f64>,
    /// What went wrong and was given up, one sentence each.
    pub errors: Vec<String>,
    /// The user stopped it, or has not begun it.
    pub stopped: bool,
    /// It only shows what would be run.
    pub preview: bool,
    /// Seconds since it began, as last measured.
    pub seconds: f64,
    /// Which custom data it is of, as the page counts them.
    pub own_data: u32,
}

impl SweepRun {
    /// Before its first job.
    pub fn new(sweep: Sweep, base: Config, limits: Limits, workers: usize) -> Self {
        let jobs = sweep.jobs(&base, limits, workers);
        Self {
            grid: Grid::new(sweep, &jobs),
            progress: vec![0.0; jobs.len()],
            queue: Queue::new(jobs),
            base,
            errors: Vec::new(),
            stopped: false,
            preview: false,
            seconds: 0.0,
            own_data: 0,
        }
    }

    /// The empty map of a sweep that is not run yet.
    pub fn preview(sweep: Sweep, base: Config) -> Self {
        Self { stopped: true, preview: true, ..Self::new(sweep, base, Limits::CPU, 1) }
    }

    /// True until every job is done or given up, or the user has stopped it.
    pub fn running(&self) -> bool {
        !self.stopped && !self.queue.over()
    }

    /// Takes news of a job in; true when its worker is free again.
    pub fn receive(&mut self, id: u32, news: JobNews) -> bool {
        let Some(planned) = self.queue.job(id) else { return false };
        match news {
            JobNews::Progress { taken, all } => {
                if let Some(progress) = self.progress.get_mut(id as usize) {
                    *progress = (taken as f64 / all.max(1) as f64).min(1.0);
                }
                false
            }
            JobNews::TrainedTeacher(taught) => {
                self.queue.taught(id, taught);
                false
            }
            JobNews::Measured { teacher, students, done } => {
                self.grid.take(planned, &teacher, &students, done);
                if done {
                    self.progress[id as usize] = 1.0;
                    self.queue.finished(id);
                }
                done
            }
        }
    }

    /// A job's worker failed.
    pub fn failed(&mut self, id: u32, why: &str, hopeless: bool) {
        if let Some(progress) = self.progress.get_mut(id as usize) {
            *progress = 0.0;
        }
        if self.queue.failed(id, hopeless) == Fate::GivenUp {
            if let Some(progress) = self.progress.get_mut(id as usize) {
                *progress = 1.0;
            }
            let why = format!("{}.", why.trim_end_matches('.'));
            if !self.errors.contains(&why) {
                self.errors.push(why);
            }
        }
    }

    /// How far it is, 0 to 1.
    pub fn share(&self) -> f64 {
        self.progress.iter().sum::<f64>() / self.progress.len().max(1) as f64
    }

    /// Seconds it will yet take, if it goes on as it did; `None` while that cannot be known.
    pub fn left(&self) -> Option<f64> {
        let share = self.share();
        (self.running() && share > 0.08).then(|| self.seconds * (1.0 - share) / share)
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        (self.grid.sweep.xs.len(), self.grid.sweep.ys.len())
    }

    /// Every cell, row by row.
    pub fn cells(&self) -> Vec<Option<Cell>> {
        let (nx, ny) = self.size();
        (0..nx * ny).map(|at| self.grid.cell(at % nx, at / nx)).collect()
    }

    /// The largest gain or loss so far, in points, but at least two: less would dress noise up as news.
    pub fn most(&self) -> f64 {
        let gains = self.cells().into_iter().flatten().filter_map(|cell| cell.gain).map(|gain| gain.mean.abs());
        gains.fold(2.0, f64::max)
    }

    /// The settings of a cell, for the page to take over: all that decides the cell, its replicates among it, with a new seed, so
    /// that a run with them confirms what the sweep found on other samples and on the test set.
    pub fn settings(&self, (x, y): (usize, usize), on_screen: &Config) -> Config {
        let cell = self.grid.sweep.cell(&self.base, x, y);
        Config {
            device: on_screen.device,
            extra_arms: on_screen.extra_arms.clone(),
            second_teacher: on_screen.second_teacher,
            seed: if on_screen.seed == cell.seed { cell.seed % 999_999 + 1 } else { on_screen.seed },
            ..cell
        }
    }
}

#[cfg(test)]
pub(in crate::ui) mod tests {
    use super::*;
    use crate::config::Task;
    use crate::experiment::Metrics;
    use crate::lab::sweep::Axis;

    /// A sweep over temperature and soft weight, before its first job.
    pub fn run() -> SweepRun {
        let config = Config::for_task(Task::Moons);
        let sweep = Sweep::over(Axis::Temperature, Axis::SoftWeight, &config);
        SweepRun::new(sweep, config, Limits::CPU, 2)
    }

    /// What a job would measure: hard-label students 70 %, others by their place from 72 % on.
    pub fn measured(run: &SweepRun, id: u32, done: bool) -> JobNews {
        let planned = run.queue.job(id).unwrap();
        let baseline = usize::from(planned.job.baseline);
        let arms = planned.cells.len() + baseline;
        let accuracy = |i: usize| match (i % arms, i / arms) {
            (0, r) if baseline == 1 => 0.70 + 0.001 * r as f64,
            (arm, r) => 0.72 + 0.002 * (arm - baseline) as f64 + 0.0013 * r as f64,
        };
        let students = (0..arms * run.grid.sweep.replicates)
            .map(|i| Metrics { accuracy: accuracy(i), agreement: 0.8, ..Metrics::default() })
            .collect();
        JobNews::Measured { teacher: Metrics { accuracy: 0.9, ..Metrics::default() }, students, done }
    }

    #[test]
    fn a_grid_fills_as_jobs_are_measured() {
        let mut run = run();
        let job = run.queue.begin().unwrap();
        assert!(!run.receive(job.id, JobNews::Progress { taken: 30, all: 60 }));
        assert!(run.share() > 0.0 && run.running());
        let news = measured(&run, job.id, false);
        assert!(!run.receive(job.id, news));
        assert!(run.cells().iter().flatten().all(|cell| !cell.done));
        let news = measured(&run, job.id, true);
        assert!(run.receive(job.id, news));
        assert_eq!(run.grid.filled(), run.queue.job(job.id).unwrap().cells.len());
    }

    #[test]
    fn a_job_that_is_given_up_is_reported_once_and_the_rest_goes_on() {
        let mut run = run();
        let first = run.queue.begin().unwrap().id;
        run.failed(first, "the worker stopped", false);
        assert!(run.errors.is_empty(), "it is tried once more");
        assert_eq!(run.queue.begin().unwrap().id, first);
        run.failed(first, "the worker stopped", false);
        assert_eq!(run.errors, ["the worker stopped."]);
        let second = run.queue.begin().unwrap().id;
        run.failed(second, "the worker stopped.", true);
        assert_eq!(run.errors.len(), 1);
        assert!(run.running());
    }

    #[test]
    fn the_settings_of_a_cell_are_taken_over_without_what_a_sweep_only_borrows() {
        let run = run();
        let on_screen = Config { replicates: 7, ..run.base.clone() };
        let taken = run.settings((2, 0), &on_screen);
        assert_eq!((taken.distilled.temperature, taken.distilled.soft_weight), (3.0, 0.1));
        assert_eq!((taken.replicates, &taken.extra_arms), (3, &on_screen.extra_arms));
        assert_ne!(taken.seed, run.base.seed, "it is confirmed on other samples");
        assert!(run.grid.sweep.fits(&run.base, &taken));
    }

    #[test]
    fn a_stopped_sweep_keeps_what_is_done() {
        let mut run = run();
        let job = run.queue.begin().unwrap();
        let news = measured(&run, job.id, true);
        run.receive(job.id, news);
        run.stopped = true;
        assert!(!run.running() && run.grid.filled() > 0 && run.left().is_none());
    }
}
