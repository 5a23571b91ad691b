//! Work beside the run on screen: jobs of a sweep, and benchmarks.

use super::{Inbox, Worker, now, post, sleep};
use crate::engine::bench;
use crate::engine::session::job;
use crate::experiment::Job;
use crate::protocol::{BenchSpec, BenchSubject, Event, Failure, FailureKind};

impl Worker {
    /// Sets up a job, with its data.
    pub(super) async fn begin(&mut self, job: Job, inbox: &mut Inbox) {
        let Some((device, gpu)) = self.device() else { return };
        let Some(other) = self.other(&job.config, inbox).await else { return };
        let data = match job.on_test {
            true => self.data(&job.config, inbox).await,
            false => self.validation_data(&job.config, inbox).await,
        };
        if let Some(data) = data {
            self.job = Some(job::Running::new(device, gpu, data, other, job));
        }
    }

    /// A slice of the job under way.
    pub(super) async fn work(&mut self) {
        let Some(running) = &mut self.job else { return };
        let id = running.id;
        let result = running.advance(&now, &mut |news| post(&Event::Job(id, news))).await;
        let over = result.is_err() || !running.busy();
        if let Err(failure) = result {
            post(&Event::Failed(failure));
        }
        if over {
            self.job = None;
        }
    }

    pub(super) async fn bench(&mut self, spec: &BenchSpec) {
        let Some((device, gpu)) = self.device() else { return };
        #[cfg(feature = "gpu")]
        let count = if gpu { super::webgpu::count_launches() } else { None };
        #[cfg(not(feature = "gpu"))]
        let count: Option<fn() -> f64> = {
            let _ = gpu;
            None
        };
        let launches = || count.map_or(0.0, |count| count());
        if !gpu {
            self.pool_workers.call();
            while !self.pool_workers.settled() {
                sleep(10).await;
            }
        }
        let worker_pool = self.pool_workers.worker_pool();
        for subject in BenchSubject::ALL {
            if subject == BenchSubject::Stack8 && worker_pool.is_none() {
                continue;
            }
            match bench::measure(spec, subject, worker_pool.as_ref(), &device, &now, &launches).await {
                Ok(row) => post(&Event::Bench(row)),
                Err(error) => {
                    let message = match error {
                        bench::BenchError::Device(error) => format!(
                            "The device stopped working during the benchmark ({error}). Try again, or measure the CPU."
                        ),
                        bench::BenchError::WorkerPool(_) => {
                            "A worker that shared the benchmark stopped. Run it again.".into()
                        }
                    };
                    return post(&Event::Failed(Failure { kind: FailureKind::Device, message }));
                }
            }
        }
    }
}
