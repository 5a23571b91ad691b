//! Every method, every kind of teacher, and jobs, through the session: on the CPU and without a browser.

mod common;

use common::{Driver, outcome, reports};
use futures_util::FutureExt;
use softlabel::config::{
    Arm, Config, Method, Options, SecondTeacher, Shift, Supervision, TSquared, Task, TemperatureSchedule,
    WeightSchedule,
};
use softlabel::data::Dataset;
use softlabel::engine::session::job::Running;
use softlabel::experiment::{Job, Metrics, Outcome, TrainedTeacher};
use softlabel::protocol::{Event, JobNews};
use std::rc::Rc;

/// A run of a second or less.
fn small() -> Config {
    Config {
        student_steps: 200,
        teacher_epochs: 8,
        replicates: 2,
        transfer_size: 60,
        student_hidden: 6,
        ..Config::for_task(Task::Spiral)
    }
}

fn run(config: Config) -> (Outcome, Vec<Event>) {
    let data = Rc::new(Dataset::generated(&config).expect("a generated task"));
    let mut driver = Driver::new(data, config);
    driver.session.train();
    let events = driver.finish().expect("a run without failure");
    (outcome(&events).expect("an outcome"), events)
}

fn supervision(method: Method) -> Supervision {
    // Two of three classes: all three would be plain soft labels, as would two and the rest.
    let top_k = if method == Method::TopKOther { 1 } else { 2 };
    Supervision { soft_weight: 0.7, top_k, ..Supervision::of(method) }
}

/// One arm's students, replicate by replicate.
fn of_arm(outcome: &Outcome, arm: Arm) -> Vec<Metrics> {
    let arms = outcome.config.arms();
    let place = arms.iter().position(|&a| a == arm).unwrap();
    outcome.evaluation.students.iter().skip(place).step_by(arms.len()).copied().collect()
}

#[test]
fn every_method_learns_and_is_the_same_alone_as_beside_all_others() {
    let all: Vec<Supervision> = Method::ALL.iter().map(|&method| supervision(method)).collect();
    let (together, _) = run(Config { extra_arms: all.clone(), ..small() });
    for (i, supervision) in all.into_iter().enumerate() {
        let name = supervision.method.key();
        let (alone, _) = run(Config { extra_arms: vec![supervision], ..small() });
        let (a, b) = (of_arm(&together, Arm::Extra(i)), of_arm(&alone, Arm::Extra(0)));
        for (a, b) in a.iter().zip(&b) {
            assert!((a.nll - b.nll).abs() < 1e-3 && (a.accuracy - b.accuracy).abs() < 0.01, "{name}: {a:?} {b:?}");
            // Three classes: chance is 1/3.
            assert!(a.accuracy > 0.45, "{name}: {a:?}");
        }
    }
}

#[test]
fn an_arm_on_all_labels_learns_from_every_example_whatever_the_transfer_set_is() {
    let on_all = |config: Config| Config { extra_arms: vec![Supervision::of(Method::AllLabels)], ..config };
    let few = run(on_all(small())).0;
    let of = |outcome: &Outcome| of_arm(outcome, Arm::Extra(0));
    assert_eq!((few.transfer_examples, few.teacher_examples), (60, Config::POINTS_TRAIN));
    assert_ne!(of(&few), of_arm(&few, Arm::Hard));
    // The same students whether the others have few examples, fewer, or altered ones.
    let fewer = run(on_all(Config { transfer_size: 20, ..small() })).0;
    let altered = Config { shift: Shift::Turned, shift_amount: 0.5, shift_share: 1.0, ..small() };
    let altered = run(on_all(altered)).0;
    assert_eq!((of(&few), of(&few)), (of(&fewer), of(&altered)));
    assert_ne!(of_arm(&few, Arm::Hard), of_arm(&altered, Arm::Hard));
    // Nor do they differ from what they would be beside arms that learn from a pool.
    let pool = Config { pool: 200, ..small() };
    assert_eq!(of(&run(on_all(pool)).0), of(&few));
    // Where the transfer set has all labels there is no such arm.
    let all = on_all(Config { transfer_size: Config::POINTS_TRAIN, ..small() });
    assert_eq!(all.arms(), [Arm::Hard, Arm::Distilled]);
    assert_eq!(run(all).0.evaluation.students.len(), 2 * 2);
}

#[test]
fn of_custom_data_with_all_rows_an_arm_on_all_labels_is_the_hard_label_student() {
    let text: String = std::iter::once("x,y,kind\n".to_string())
        .chain(
            (0..120_u32)
                .map(|i| format!("{},{},{}\n", i * 37 % 101, i * 53 % 89 + 40 * (i % 2), ["a", "b"][(i % 2) as usize])),
        )
        .collect();
    let config = Config { student_steps: 40, teacher_epochs: 3, replicates: 2, ..Config::for_task(Task::Own) };
    let config = config.with_all_labels();
    let data = || Rc::new(softlabel::data::table::read(text.as_bytes()).expect("a table").dataset(1));
    let ran = |transfer_size| {
        let mut driver = Driver::new(data(), Config { transfer_size, ..config.clone() });
        driver.session.train();
        outcome(&driver.finish().unwrap()).unwrap()
    };
    // The rows are fewer than the settings can know.
    let (more_than_all, few) = (ran(5_000), ran(30));
    assert_eq!(of_arm(&more_than_all, Arm::Extra(1)), of_arm(&more_than_all, Arm::Hard));
    assert_ne!(of_arm(&few, Arm::Extra(1)), of_arm(&few, Arm::Hard));
    let words = |outcome: &Outcome| softlabel::lab::verdict::judge(outcome).expect("two replicates").detail;
    let all = few.teacher_examples;
    assert!(words(&few).contains(&format!("With hard labels for all {all} examples")), "{}", words(&few));
    assert!(words(&few).contains("with 30 labels"), "{}", words(&few));
    assert!(!words(&more_than_all).contains("With hard labels for all"), "{}", words(&more_than_all));
}

#[test]
fn methods_are_not_all_the_same() {
    let all: Vec<Supervision> = Method::ALL.iter().map(|&method| supervision(method)).collect();
    let (outcome, _) = run(Config { extra_arms: all, ..small() });
    for (i, a) in Method::ALL.iter().enumerate() {
        for (j, b) in Method::ALL.iter().enumerate().skip(i + 1) {
            let (x, y) = (of_arm(&outcome, Arm::Extra(i))[0].nll, of_arm(&outcome, Arm::Extra(j))[0].nll);
            assert!((x - y).abs() > 1e-6, "{a:?} and {b:?} give the same student");
        }
    }
}

#[test]
fn sampling_often_comes_near_to_soft_labels_at_temperature_one() {
    let plain = Supervision { temperature: 1.0, ..Supervision::of(Method::ForwardKl) };
    let sampled = |samples| Supervision { samples, ..Supervision::of(Method::Sampled) };
    let (outcome, _) = run(Config { extra_arms: vec![plain, sampled(1), sampled(2_000)], ..small() });
    let nll = |i| of_arm(&outcome, Arm::Extra(i)).iter().map(|m| m.kl_to_teacher).sum::<f64>();
    let (exact, once, often) = (nll(0), nll(1), nll(2));
    assert!((often - exact).abs() < 0.2 * (once - exact).abs(), "{exact} {once} {often}");
}

#[test]
fn schedules_and_t_squared_change_the_student_and_constant_ones_do_not() {
    let plain = Supervision { soft_weight: 0.5, ..Supervision::of(Method::ForwardKl) };
    let same = Supervision {
        temperature_schedule: TemperatureSchedule::Linear,
        temperature_end: plain.temperature,
        weight_schedule: WeightSchedule::Linear,
        soft_weight_end: plain.soft_weight,
        ..plain.clone()
    };
    let cooling = Supervision { temperature_end: 1.0, ..same.clone() };
    let fading = Supervision { soft_weight_end: 0.0, ..same.clone() };
    let unscaled = Supervision { t_squared: TSquared::Off, ..plain.clone() };
    let (outcome, _) = run(Config { extra_arms: vec![plain, same, cooling, fading], distilled: unscaled, ..small() });
    let of = |arm| of_arm(&outcome, arm)[0];
    assert_eq!(of(Arm::Extra(0)), of(Arm::Extra(1)));
    for other in [Arm::Extra(2), Arm::Extra(3), Arm::Distilled] {
        assert_ne!(of(Arm::Extra(0)), of(other), "{other:?}");
    }
}

#[test]
fn an_ensemble_has_its_members_parameters_and_a_second_teacher_agrees_most_of_the_time() {
    let single = run(small()).0;
    let config = Config { ensemble: 3, second_teacher: SecondTeacher::On, ..small() };
    let (outcome, events) = run(config.clone());
    let data = Rc::new(Dataset::generated(&config).unwrap());
    let setup = Driver::new(data, config).session.setup();
    assert_eq!(setup.stages[0].name, "Ensemble of 3");
    assert_eq!(setup.teacher_parameters % 3, 0);
    let second = outcome.evaluation.second_teacher.expect("a second teacher");
    assert!(second.agreement > 0.8 && second.agreement < 1.0, "{second:?}");
    assert!(single.evaluation.second_teacher.is_none());
    assert_ne!(single.evaluation.teacher, outcome.evaluation.teacher);
    assert!(reports(&events).any(|r| r.evaluation.as_ref().is_some_and(|e| e.second_teacher.is_some())));
}

#[test]
fn a_second_teacher_changes_nothing_for_the_students() {
    let with = run(Config { second_teacher: SecondTeacher::On, ..small() }).0;
    assert_eq!(run(small()).0.evaluation.students, with.evaluation.students);
}

#[test]
fn a_chain_of_teachers_is_trained_one_after_another_and_the_last_one_teaches() {
    let config = Config { generations: 1, assistants: vec![4], ..small() };
    let (outcome, events) = run(config.clone());
    let setup = Driver::new(Rc::new(Dataset::generated(&config).unwrap()), config.clone()).session.setup();
    let names: Vec<&str> = setup.stages.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["Teacher", "Generation 1", "Assistant (4 units)"]);
    assert_eq!(setup.teacher_parameters, 2 * 4 + 4 + 4 * 3 + 3);
    assert_eq!(setup.teacher_steps, setup.stages.iter().map(|s| s.steps).sum::<usize>());
    assert_eq!(outcome.evaluation.chain.len(), 2);
    // A narrow assistant cannot be as good as the teachers before it on three spirals.
    assert!(outcome.evaluation.chain[0].accuracy > outcome.evaluation.teacher.accuracy);
    let steps: Vec<usize> = reports(&events).map(|r| r.teacher_step).collect();
    assert!(steps.windows(2).all(|w| w[0] <= w[1]), "steps count on through the chain");
    assert_eq!(steps.last(), Some(&setup.teacher_steps));
    let trained = |e: &&Event| matches!(e, Event::TeacherLogits { trained: true, .. });
    assert_eq!(events.iter().filter(trained).count(), 1);
    assert_eq!(outcome.evaluation, run(config).0.evaluation, "the same seed, the same chain");
}

#[test]
fn a_teacher_stopped_early_takes_fewer_steps_and_a_smoothed_one_is_less_sure() {
    let data = |config: &Config| Rc::new(Dataset::generated(config).unwrap());
    let stopped = Config { teacher_stop: 0.25, ..small() };
    let steps = |config: &Config| Driver::new(data(config), config.clone()).session.setup().teacher_steps;
    assert_eq!(steps(&stopped) * 4, steps(&small()));
    let entropy = |config| run(config).0.evaluation.teacher.entropy;
    assert!(entropy(Config { teacher_smoothing: 0.3, ..small() }) > 1.2 * entropy(small()));
    assert!(entropy(stopped) > entropy(small()));
}

#[test]
fn confusions_count_the_whole_test_set_and_agree_with_the_accuracy() {
    let outcome = run(small()).0;
    let check = |confusion: &[u32], accuracy: f64| {
        assert_eq!(confusion.iter().sum::<u32>(), 1_000);
        let right: u32 = (0..3).map(|c| confusion[c * 3 + c]).sum();
        assert!((f64::from(right) / 1_000.0 - accuracy).abs() < 1e-12);
    };
    check(&outcome.teacher_confusion, outcome.evaluation.teacher.accuracy);
    assert_eq!(outcome.student_confusions.len(), outcome.evaluation.students.len());
    for (confusion, student) in outcome.student_confusions.iter().zip(&outcome.evaluation.students) {
        check(confusion, student.accuracy);
    }
}

#[test]
fn a_gradient_is_taken_apart_only_when_asked() {
    let mut config = small();
    config.distilled.soft_weight = 0.5;
    let data = Rc::new(Dataset::generated(&config).unwrap());
    let mut driver = Driver::new(data, config);
    driver.session.decompose(true);
    driver.session.train();
    while driver.session.report().student_step == 0 {
        driver.slice().unwrap();
    }
    let under_way = driver.finish().unwrap();
    assert!(reports(&under_way).any(|r| !r.gradient_terms.is_empty()), "a run reported nothing of its gradient");
    let gradient_terms = driver.session.report().gradient_terms;
    assert_eq!(gradient_terms.len(), 6);
    for replicate in gradient_terms.chunks(3) {
        assert_eq!(replicate[0].soft, 0.0, "the hard-label student has no soft term");
        assert!(replicate.iter().all(|a| a.hard > 0.0 && (-1.0..=1.0).contains(&a.cosine)), "{replicate:?}");
        assert!(replicate[2].soft > 0.0 && replicate[2].cosine > 0.0, "the two terms pull alike: {replicate:?}");
    }
    driver.session.decompose(false);
    assert!(driver.session.report().gradient_terms.is_empty());
}

/// Runs a job; its last measurement, and the teacher it shared.
fn job(
    config: Config,
    baseline: bool,
    taught: Option<TrainedTeacher>,
    share: bool,
) -> (Metrics, Vec<Metrics>, Option<TrainedTeacher>) {
    let data = Rc::new(Dataset::generated(&config).unwrap());
    let job = Job { id: 7, config, baseline, taught, share, on_test: false };
    let mut running = Running::new(burn::tensor::Device::flex(), false, data, None, job);
    let (mut last, mut shared, mut measured) = (None, None, 0);
    let begun = std::time::Instant::now();
    let now = move || begun.elapsed().as_secs_f64() * 1e3;
    while running.busy() {
        let mut tell = |news| match news {
            JobNews::Measured { teacher, students, done } => {
                measured += 1;
                assert_eq!(done, measured == 2, "half way, and at the end");
                last = Some((teacher, students));
            }
            JobNews::TrainedTeacher(taught) => shared = Some(taught),
            JobNews::Progress { taken, all } => assert!(taken <= all),
        };
        running.advance(&now, &mut tell).now_or_never().expect("the CPU waits for nothing").unwrap();
    }
    let (teacher, students) = last.expect("a measurement");
    (teacher, students, shared)
}

#[test]
fn a_job_trains_the_students_that_a_run_would() {
    let run = run(Config { extra_arms: vec![supervision(Method::Jsd)], ..small() }).0;
    let config = Config { extra_arms: vec![run.config.distilled.clone(), supervision(Method::Jsd)], ..small() };
    let (teacher, students, shared) = job(config.clone(), true, None, true);
    assert_eq!(teacher, run.evaluation.teacher);
    for (r, replicate) in students.chunks(3).enumerate() {
        for (in_job, arm) in replicate.iter().zip([Arm::Hard, Arm::Distilled, Arm::Extra(0)]) {
            let in_run = of_arm(&run, arm)[r];
            assert!((in_job.nll - in_run.nll).abs() < 1e-3, "{arm:?}: {in_job:?} {in_run:?}");
        }
    }
    // Another worker that has the teacher's logits trains the very same students, without a teacher of its own.
    let shared = shared.expect("it was asked to share");
    let (teacher_there, students_there, _) = job(config.clone(), true, Some(shared), false);
    assert_eq!((teacher_there, students_there), (teacher, students.clone()));
    // Hints need more than the logits that others receive: a job that shares its teacher must not read them there.
    let hinted = Config { extra_arms: vec![supervision(Method::Hint)], ..small() };
    let (_, shares, _) = job(hinted.clone(), true, None, true);
    let (_, keeps, _) = job(hinted, true, None, false);
    assert_eq!(shares, keeps);
    // Without the baseline its arms are the same.
    let (_, without, _) = job(config, false, None, false);
    assert!((without[0].nll - students[1].nll).abs() < 1e-3);
}
