//! Which job of a sweep is next: the first of each teacher trains it, the others wait for its logits; a job whose worker
//! failed is tried once more. Pure: workers, and the time they take, are the page's.

use super::sweep::Planned;
use crate::experiment::{Job, TrainedTeacher};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Waiting,
    Running,
    Done,
    GivenUp,
}

/// What becomes of a job whose worker failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is tried once more.
    Again,
    /// It failed twice, or would fail again: the sweep goes on without it.
    GivenUp,
}

/// The jobs of one sweep, and where each stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    jobs: Vec<Planned>,
    places: Vec<Place>,
    failures: Vec<usize>,
    /// What is known of each teacher.
    taught: Vec<Option<TrainedTeacher>>,
}

impl Queue {
    /// All jobs waiting.
    pub fn new(jobs: Vec<Planned>) -> Self {
        let teachers = jobs.iter().map(|p| p.teacher + 1).max().unwrap_or(0);
        Self {
            places: vec![Place::Waiting; jobs.len()],
            failures: vec![0; jobs.len()],
            taught: vec![None; teachers],
            jobs,
        }
    }

    /// The jobs, in their order.
    pub fn jobs(&self) -> &[Planned] {
        &self.jobs
    }

    /// The job of that number.
    pub fn job(&self, id: u32) -> Option<&Planned> {
        self.jobs.get(id as usize)
    }

    /// The next job for an idle worker, if one can be begun now; it counts as running from then on.
    pub fn begin(&mut self) -> Option<Job> {
        let at = (0..self.jobs.len()).find(|&at| self.places[at] == Place::Waiting && self.ready(at))?;
        self.places[at] = Place::Running;
        let planned = &self.jobs[at];
        let mut job = planned.job.clone();
        if !planned.job.trains_own() {
            job.taught.clone_from(&self.taught[planned.teacher]);
            job.share = job.taught.is_none() && self.wanted(planned.teacher);
        }
        Some(job)
    }

    /// Whether a waiting job has all it needs, or is the one to train its teacher.
    fn ready(&self, at: usize) -> bool {
        let planned = &self.jobs[at];
        let teacher = planned.teacher;
        let in_training = || {
            let mut others = self.jobs.iter().zip(&self.places);
            others.any(|(other, &place)| other.teacher == teacher && place == Place::Running && !other.job.trains_own())
        };
        planned.job.trains_own() || self.taught[teacher].is_some() || !in_training()
    }

    /// Whether other jobs wait for that teacher.
    fn wanted(&self, teacher: usize) -> bool {
        let mut jobs = self.jobs.iter().zip(&self.places);
        jobs.any(|(other, &place)| other.teacher == teacher && place == Place::Waiting && !other.job.trains_own())
    }

    /// A job's teacher is trained: its logits, for the jobs that wait for it.
    pub fn taught(&mut self, id: u32, taught: TrainedTeacher) {
        if let Some(teacher) = self.job(id).map(|planned| planned.teacher) {
            self.taught[teacher] = Some(taught);
        }
    }

    /// A job is done.
    pub fn finished(&mut self, id: u32) {
        if let Some(place) = self.places.get_mut(id as usize) {
            *place = Place::Done;
        }
    }

    /// A job's worker failed. `hopeless` says that it would do so again.
    pub fn failed(&mut self, id: u32, hopeless: bool) -> Fate {
        let Some(place) = self.places.get_mut(id as usize) else { return Fate::GivenUp };
        self.failures[id as usize] += 1;
        if hopeless || self.failures[id as usize] > 1 {
            *place = Place::GivenUp;
            Fate::GivenUp
        } else {
            *place = Place::Waiting;
            Fate::Again
        }
    }

    /// True when nothing runs and nothing waits.
    pub fn over(&self) -> bool {
        self.places.iter().all(|place| matches!(place, Place::Done | Place::GivenUp))
    }

    /// Jobs given up.
    pub fn given_up(&self) -> usize {
        self.places.iter().filter(|&&place| place == Place::GivenUp).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{Axis, Limits, Sweep};
    use super::*;
    use crate::config::{Config, Task};

    fn queue(x: Axis, y: Axis, workers: usize) -> Queue {
        let config = Config::for_task(Task::Moons);
        Queue::new(Sweep::over(x, y, &config).jobs(&config, Limits::CPU, workers))
    }

    fn logits() -> TrainedTeacher {
        TrainedTeacher { train: vec![1.0], test: vec![2.0] }
    }

    #[test]
    fn the_first_job_trains_the_teacher_and_the_others_wait_for_it() {
        let mut queue = queue(Axis::Temperature, Axis::SoftWeight, 2);
        let first = queue.begin().unwrap();
        assert!(first.share && first.taught.is_none());
        assert_eq!(queue.begin(), None, "the teacher is being trained");
        queue.taught(first.id, logits());
        let second = queue.begin().unwrap();
        assert!(!second.share && second.taught == Some(logits()));
    }

    #[test]
    fn several_teachers_are_trained_side_by_side() {
        let mut queue = queue(Axis::Method, Axis::LabelNoise, 2);
        let (a, b) = (queue.begin().unwrap(), queue.begin().unwrap());
        assert!(a.config.label_noise != b.config.label_noise);
    }

    #[test]
    fn a_sweep_is_over_when_every_job_is_done() {
        let mut queue = queue(Axis::Temperature, Axis::StudentHidden, 2);
        let mut begun = 0;
        while let Some(job) = queue.begin() {
            begun += 1;
            if job.taught.is_none() {
                queue.taught(job.id, logits());
            }
            assert!(!queue.over());
            queue.finished(job.id);
        }
        assert_eq!(begun, queue.jobs().len());
        assert!(queue.over() && queue.given_up() == 0);
    }

    #[test]
    fn a_job_whose_worker_failed_is_tried_once_more_and_then_given_up() {
        let mut queue = queue(Axis::Temperature, Axis::SoftWeight, 1);
        let first = queue.begin().unwrap();
        assert_eq!(queue.failed(first.id, false), Fate::Again);
        assert_eq!(queue.begin().unwrap().id, first.id);
        assert_eq!(queue.failed(first.id, false), Fate::GivenUp);
        // Another trains the teacher in its place.
        let second = queue.begin().unwrap();
        assert!(second.id != first.id && second.share && second.taught.is_none());
        assert_eq!(queue.given_up(), 1);
    }

    #[test]
    fn a_failure_that_would_come_again_is_not_tried_again() {
        let mut queue = queue(Axis::Temperature, Axis::SoftWeight, 1);
        let first = queue.begin().unwrap();
        assert_eq!(queue.failed(first.id, true), Fate::GivenUp);
    }
}
