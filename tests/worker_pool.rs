//! A worker pool trains a part of the students: whoever trains them, they come out the same to the last bit.

mod common;

use burn::tensor::Device;
use common::{Driver, fashion, outcome};
use futures_util::FutureExt;
use softlabel::config::{Config, Method, Options, Shift, Supervision, Task, TemperatureSchedule, WeightSchedule};
use softlabel::data::Dataset;
use softlabel::engine::parallel::pool::{ReplyFuture, Transport, WorkerCommand, WorkerLost, WorkerPool, WorkerReply};
use softlabel::engine::parallel::worker::PoolWorker;
use softlabel::experiment::Evaluation;
use softlabel::export::ExportPayload;
use softlabel::protocol::{self, Event, Export, FailureKind, Phase};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// A pool worker and what it has answered.
struct Desk {
    pool_worker: PoolWorker,
    answers: VecDeque<(u32, WorkerReply)>,
}

/// Pool workers in this process. Commands and replies pass as bytes, as between workers.
struct Near {
    pool_workers: Vec<RefCell<Desk>>,
    /// TeacherTargets until they are lost.
    lasts: Cell<usize>,
    sent: Cell<bool>,
    commands: Cell<usize>,
}

impl Near {
    fn new(pool_workers: usize, lasts: usize) -> Rc<Self> {
        let pool_worker =
            || RefCell::new(Desk { pool_worker: PoolWorker::new(Device::flex()), answers: VecDeque::new() });
        Rc::new(Self {
            pool_workers: (0..pool_workers).map(|_| pool_worker()).collect(),
            lasts: Cell::new(lasts),
            sent: Cell::new(false),
            commands: Cell::new(0),
        })
    }
}

impl Transport for Near {
    fn pool_workers(&self) -> usize {
        self.pool_workers.len()
    }

    fn send(&self, pool_worker: usize, number: u32, command: WorkerCommand) {
        self.commands.set(self.commands.get() + 1);
        let Desk { pool_worker, answers } = &mut *self.pool_workers[pool_worker].borrow_mut();
        let command: WorkerCommand =
            protocol::decode(&protocol::encode(&command)).expect("an command survives its way");
        let answer =
            pool_worker.handle(command).now_or_never().expect("the CPU does not wait").expect("the CPU does not fail");
        answers.extend(answer.map(|answer| {
            (number, protocol::decode::<WorkerReply>(&protocol::encode(&answer)).expect("an answer survives its way"))
        }));
    }

    fn receive(&self, pool_worker: usize) -> ReplyFuture<'_> {
        Box::pin(async move {
            let Some(left) = self.lasts.get().checked_sub(1) else {
                // As a worker's end: reported once, and silence after that.
                if self.sent.replace(true) {
                    std::future::pending::<()>().await;
                }
                return Err(WorkerLost);
            };
            self.lasts.set(left);
            self.pool_workers[pool_worker].borrow_mut().answers.pop_front().ok_or(WorkerLost)
        })
    }
}

const ENDLESS: usize = usize::MAX;

fn driver(config: &Config, data: &Rc<Dataset>, line: Option<Rc<Near>>) -> Driver {
    let mut run = Driver::new(Rc::clone(data), config.clone());
    run.session.join(line.map(|line| WorkerPool::new(line)));
    run
}

fn generated(config: &Config) -> Rc<Dataset> {
    Rc::new(Dataset::generated(config).expect("a generated task"))
}

/// The last measurement of a run and the students' last losses.
fn ran(mut run: Driver) -> (Evaluation, Vec<f32>) {
    run.session.train();
    let events = run.finish().unwrap();
    let evaluation = outcome(&events).expect("an outcome").evaluation;
    (evaluation, run.session.report().student_losses)
}

fn small() -> Config {
    Config { student_steps: 40, teacher_epochs: 3, replicates: 3, ..Config::for_task(Task::Moons) }
}

#[test]
fn every_method_comes_out_the_same_whoever_trains_it() {
    for methods in Method::ALL.chunks(4) {
        let extra_arms = methods.iter().map(|&method| Supervision::of(method)).collect();
        let config = Config { extra_arms, ..small() };
        let data = generated(&config);
        let alone = ran(driver(&config, &data, None));
        assert!(alone.1.iter().all(|loss| loss.is_finite()));
        for pool_workers in [1, 2, 3, 40] {
            let line = Near::new(pool_workers, ENDLESS);
            assert_eq!(
                ran(driver(&config, &data, Some(line.clone()))),
                alone,
                "{methods:?} with {pool_workers} workers"
            );
            assert!(line.commands.get() > 20, "the pool workers had something to do");
        }
    }
}

#[test]
fn a_teacher_that_comes_with_the_data_teaches_a_pool_of_workers_the_same() {
    for case in ["19_teacher_probs.csv", "20_unlabelled_rows.csv"] {
        let path = format!("{}/tests/data/tables/{case}", env!("CARGO_MANIFEST_DIR"));
        let table = softlabel::data::table::read(&std::fs::read(path).expect("a case")).expect("a table");
        let config = Config { pool: 300, student_steps: 40, replicates: 3, ..Config::for_task(Task::Own) };
        let data = Rc::new(table.dataset(config.seed));
        let alone = ran(driver(&config, &data, None));
        for pool_workers in [1, 3] {
            let line = Near::new(pool_workers, ENDLESS);
            assert_eq!(ran(driver(&config, &data, Some(line.clone()))), alone, "{case} with {pool_workers} workers");
            assert!(line.commands.get() > 10, "the pool workers had something to do");
        }
    }
}

#[test]
fn schedules_pools_and_altered_transfer_sets_come_out_the_same() {
    let schedules = Supervision {
        temperature_schedule: TemperatureSchedule::Linear,
        weight_schedule: WeightSchedule::Linear,
        ..Supervision::of(Method::ForwardKl)
    };
    let pool = Config { transfer_size: 60, pool: 200, ..small() };
    let shifted = Config { mixup: 0.5, shift: Shift::Turned, shift_amount: 0.5, shift_share: 0.5, ..small() };
    let noisy = Config { label_noise: 0.3, second_teacher: softlabel::config::SecondTeacher::On, ..small() };
    for config in [Config { distilled: schedules, ..small() }, pool, shifted, noisy] {
        let data = generated(&config);
        let alone = ran(driver(&config, &data, None));
        assert_eq!(ran(driver(&config, &data, Some(Near::new(2, ENDLESS)))), alone);
    }
}

#[test]
fn images_come_out_the_same_and_so_do_their_weights() {
    let data = Rc::new(fashion());
    let config = Config { student_steps: 30, teacher_epochs: 1, replicates: 2, ..Config::for_task(Task::Fashion) };
    let taken = |line: Option<Rc<Near>>| {
        let mut run = driver(&config, &data, line);
        run.session.train();
        run.finish().unwrap();
        match run.session.payload(Export::Weights).now_or_never().unwrap().unwrap() {
            ExportPayload::Weights(trained) => trained.networks,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(taken(Some(Near::new(3, ENDLESS))), taken(None));
}

#[test]
fn commands_during_training_reach_the_pool() {
    let data = Rc::new(fashion());
    let config = Config { student_steps: 30, teacher_epochs: 1, replicates: 2, ..Config::for_task(Task::Fashion) };
    let seen = |line: Option<Rc<Near>>, ask_at: Option<usize>| {
        let mut run = driver(&config, &data, line);
        run.session.train_to(13);
        run.finish().unwrap();
        assert_eq!((run.session.report().phase, run.session.report().student_step), (Phase::Students, 13));
        run.set_supervision(9.0, 0.2);
        run.session.decompose(true);
        run.session.step();
        run.finish().unwrap();
        let gradient_terms = run.session.report().gradient_terms;
        assert_eq!(gradient_terms.len(), 6);
        // Some further steps, which are not measured: what an image is said to be is as of now, all the same. A worker pool takes
        // several in a slice, so whoever is alone goes where it went.
        match ask_at {
            Some(step) => run.session.train_to(step),
            None => run.session.train(),
        }
        while run.session.busy() && (ask_at.is_some() || run.session.report().student_step < 16) {
            run.slice().unwrap();
        }
        run.session.pause();
        let asked = run.session.ask_about(data.train.bytes[..784].to_vec()).now_or_never().unwrap().unwrap();
        let Some(Event::Predicted { students, .. }) = asked else { panic!("no answer") };
        let at = run.session.report().student_step;
        run.session.train();
        let end = outcome(&run.finish().unwrap()).unwrap().evaluation;
        (gradient_terms, (at, students), end)
    };
    let shared = seen(Some(Near::new(2, ENDLESS)), None);
    assert!((16..30).contains(&shared.1.0), "{}", shared.1.0);
    assert_eq!(seen(None, Some(shared.1.0)), shared);
}

#[test]
fn losing_the_pool_costs_time_and_nothing_else() {
    let config = small();
    let data = generated(&config);
    let alone = ran(driver(&config, &data, None));
    for lasts in [0, 1, 7, 30] {
        assert_eq!(ran(driver(&config, &data, Some(Near::new(2, lasts)))), alone, "lost after {lasts} answers");
    }
}

#[test]
fn a_paused_run_that_loses_its_pool_stays_at_its_step() {
    let config = small();
    let data = generated(&config);
    let alone = ran(driver(&config, &data, None));
    let line = Near::new(2, ENDLESS);
    let mut run = driver(&config, &data, Some(line.clone()));
    run.session.train_to(13);
    run.finish().unwrap();
    line.lasts.set(0);
    run.session.step();
    run.finish().unwrap();
    let report = run.session.report();
    assert_eq!((report.phase, report.student_step, report.running), (Phase::Students, 14, false));
    assert!(!run.session.shared());
    assert_eq!(ran(run), alone);
}

#[test]
fn a_pool_that_cannot_hold_all_data_is_smaller() {
    // A pool worker has the rows and the test set: 10,000 and 2,000 images of 784 numbers are 36 MiB, so seven pool workers hold them.
    let data = Rc::new(fashion());
    let config = Config {
        transfer_size: 10_000,
        student_steps: 20,
        teacher_epochs: 1,
        replicates: 2,
        ..Config::for_task(Task::Fashion)
    };
    let workers = |pool_workers: usize| {
        let mut run = driver(&config, &data, Some(Near::new(pool_workers, ENDLESS)));
        run.session.train();
        while run.session.report().phase != Phase::Students {
            run.slice().unwrap();
        }
        run.session.report().workers
    };
    assert_eq!((workers(2), workers(5)), (3, 6));
    let few = Config { replicates: 4, ..config.clone() };
    let mut run = driver(&few, &data, Some(Near::new(11, ENDLESS)));
    run.session.train();
    while run.session.report().phase != Phase::Students {
        run.slice().unwrap();
    }
    assert_eq!(run.session.report().workers, 8);
}

#[test]
fn a_loss_that_is_noticed_while_a_drawing_is_asked_about_is_got_over_too() {
    let data = Rc::new(fashion());
    let config = Config { student_steps: 20, teacher_epochs: 1, replicates: 2, ..Config::for_task(Task::Fashion) };
    let alone = ran(driver(&config, &data, None));
    let line = Near::new(1, ENDLESS);
    let mut run = driver(&config, &data, Some(line.clone()));
    run.session.train_to(7);
    run.finish().unwrap();
    line.lasts.set(0);
    let asked = run.session.ask_about(data.train.bytes[..784].to_vec()).now_or_never().expect("no wait").unwrap();
    assert!(matches!(asked, Some(Event::Predicted { .. })), "as last measured");
    assert_eq!(ran(run), alone);
}

#[test]
fn trained_again_the_students_are_shared_again() {
    let config = small();
    let data = generated(&config);
    let line = Near::new(1, ENDLESS);
    let mut run = driver(&config, &data, Some(line.clone()));
    run.session.train();
    let first = outcome(&run.finish().unwrap()).unwrap().evaluation;
    assert!(run.session.shared());
    let orders = line.commands.get();
    // Left in the middle once, so that answers are still on their way.
    run.session.train();
    while run.session.report().student_step < 10 {
        run.slice().unwrap();
    }
    assert!(run.session.configure(Config { student_steps: 41, ..config.clone() }));
    assert!(run.session.configure(config));
    run.session.train();
    assert_eq!(outcome(&run.finish().unwrap()).unwrap().evaluation, first);
    assert!(line.commands.get() > 2 * orders - 5, "the second time, too");
}

#[test]
fn a_loss_that_diverges_at_a_pool_worker_is_reported() {
    let config = Config { student_lr: 1e30, ..small() };
    let mut run = driver(&config, &generated(&config), Some(Near::new(2, ENDLESS)));
    run.session.train();
    let failure = run.finish().unwrap_err();
    assert_eq!(failure.kind, FailureKind::Diverged);
    assert!(!run.session.busy());
}
