//! The model as messages come and go.

use crate::config::Task;
use crate::experiment::Metrics;
use crate::ui::state::run_state::*;

const ARMS: [Arm; 3] = [Arm::Hard, Arm::Extra(0), Arm::Distilled];

/// A setup of two classes and three arms.
pub fn opened(config: &Config) -> Setup {
    Setup {
        config: config.clone(),
        classes: vec!["a".into(), "b".into()],
        form: crate::data::example::Form::Plane,
        teacher_examples: 1000,
        test_examples: 1000,
        teacher_parameters: 100,
        student_parameters: 10,
        teacher_macs: 90,
        student_macs: 9,
        stages: Vec::new(),
        queries: Vec::new(),
        teacher_steps: 50,
        transfer: vec![],
        pool: vec![],
        production: vec![],
        transfer_examples: 20,
        pool_examples: 0,
        plane: vec![],
        arms: ARMS.to_vec(),
    }
}

fn setup(config: &Config) -> Event {
    Event::Opened(opened(config))
}

fn metrics(accuracy: f64) -> Metrics {
    Metrics { accuracy, ..Metrics::default() }
}

fn evaluation(students: &[f64]) -> Evaluation {
    Evaluation {
        chain: Vec::new(),
        second_teacher: None,
        teacher: metrics(0.9),
        students: students.iter().map(|&a| metrics(a)).collect(),
        examples: ExampleLogits { teacher: vec![1.0, 0.0], students: vec![0.5; students.len() * 2] },
    }
}

fn report(phase: Phase, teacher_step: usize, student_step: usize, students: Option<&[f64]>) -> Report {
    Report {
        gradient_terms: Vec::new(),
        phase,
        running: phase != Phase::Done,
        warming_up: false,
        teacher_step,
        student_step,
        ms_per_step: 1.0,
        workers: 1,
        teacher_loss: None,
        student_losses: vec![],
        evaluation: students.map(evaluation),
    }
}

fn example() -> Example {
    Example { index: 3, input: crate::data::example::Input::Point(0.0, 1.0), label: 0, given: 0, why: None }
}

const SIX: [f64; 6] = [0.6, 0.65, 0.8, 0.62, 0.66, 0.82];

/// A model whose run of `config` is over.
fn finished(config: &Config) -> RunState {
    let mut model = RunState::default();
    model.apply(setup(config));
    model.sent(&Command::Train, config);
    model.apply(Event::Examples(vec![example()]));
    model.apply(Event::Report(report(Phase::Teacher, 50, 0, Some(&[]))));
    model.apply(Event::TeacherLogits { logits: vec![1.0, 0.0], labels: vec![0], trained: true });
    model.apply(Event::Report(report(Phase::Students, 50, 100, Some(&SIX))));
    model.apply(Event::Finished(Outcome {
        teacher_confusion: Vec::new(),
        student_confusions: Vec::new(),
        config: config.clone(),
        evaluation: evaluation(&SIX),
        teacher_latency_ms: 1.0,
        student_latency_ms: 0.5,
        teacher_examples: 10_000,
        transfer_examples: 200,
        pool_examples: 0,
        example_errors: crate::experiment::ExampleErrors::default(),
        calibrations: Vec::new(),
        seconds: 3.0,
    }));
    model
}

#[test]
fn a_finished_run_keeps_what_it_was_set_up_with() {
    let mut model = finished(&Config::default());
    let before = model.results.setup.clone().unwrap();
    // Another method acts at once, but on no run that is over.
    let mut smoothed = Config::default();
    smoothed.distilled.method = crate::config::Method::Smoothing;
    model.sent(&Command::Configure { config: smoothed.clone(), warm_up: true }, &smoothed);
    assert_eq!(model.results.setup.as_ref(), Some(&before));
    assert_eq!(model.setup.as_ref().unwrap().config, smoothed);
}

#[test]
fn queries_count_the_pool_after_a_change_that_acts_at_once() {
    let config = Config { pool: 2_000, ..Config::default() };
    let mut model = RunState::default();
    model.apply(Event::Opened(Setup { transfer_examples: 200, pool_examples: 2_000, ..opened(&config) }));
    let mut other = config;
    other.distilled.method = crate::config::Method::ReverseKl;
    model.sent(&Command::Configure { config: other.clone(), warm_up: true }, &other);
    assert_eq!(model.setup.as_ref().unwrap().queries.last(), Some(&2_200));
}

#[test]
fn predictions_keep_the_arms_that_made_them() {
    let mut model = finished(&Config::default());
    let arms = model.setup.as_ref().unwrap().arms.clone();
    model.apply(Event::Samples { teacher: vec!["ada".into()], arms: vec![Vec::new(); arms.len()] });
    let more = Config { extra_arms: Vec::new(), ..Config::default() };
    let before = Setup::clone(model.setup.as_ref().unwrap());
    model.apply(Event::Opened(Setup { arms: more.arms(), config: more, ..before }));
    assert_eq!(model.probes.texts.as_ref().unwrap().setup.arms, arms);
    assert_ne!(model.setup.as_ref().unwrap().arms, arms);
}

#[test]
fn other_data_of_the_readers_leave_no_result_of_those_before() {
    let mut model = finished(&Config::default());
    model.forget();
    assert!(model.results.outcome.is_none() && model.results.students.is_empty() && model.teacher.is_none());
    assert!(model.soft.is_none() && model.test_logits.is_none());
}

#[test]
fn a_run_leaves_curves_a_table_and_an_outcome() {
    let model = finished(&Config::default());
    assert!(model.done() && !model.running());
    assert_eq!(model.results.teacher_curve, vec![(50.0, 90.0)]);
    assert_eq!(model.results.arm_curves.len(), 3);
    let distilled = model.results.arm_curves[2][0];
    assert!((distilled.mean - 81.0).abs() < 1e-9 && distilled.low == 80.0, "{distilled:?}");
    assert!(model.results.outcome.is_some());
    assert_eq!(model.results.stale(&Config::default()), None);
}

#[test]
fn replicates_of_an_arm_are_found_among_the_students() {
    let mut model = finished(&Config::default());
    let students = (0..12).map(|v| v as f32).collect();
    let mut with = evaluation(&SIX);
    with.examples.students = students;
    model.apply(Event::Report(Report { evaluation: Some(with), ..report(Phase::Students, 50, 120, None) }));
    let soft = model.soft.clone().unwrap();
    let rows: Vec<&[f32]> = soft.students(Arm::Extra(0), 0).collect();
    assert_eq!(rows, vec![&[2.0, 3.0][..], &[8.0, 9.0][..]]);
    assert_eq!(soft.teacher(0), &[1.0, 0.0]);
    assert!(soft.teacher(1).is_empty());
}

#[test]
fn results_stay_after_a_change_and_are_marked_until_the_next_run_measures() {
    let config = Config::default();
    let mut model = finished(&config);
    let other = Config { transfer_size: 500, ..config };
    assert_eq!(model.results.stale(&other), Some(Stale::Settings(Invalidates::Students)));
    model.apply(setup(&other));
    assert!(model.results.outcome.is_some(), "results stay");
    model.sent(&Command::Train, &other);
    assert!(model.running() && model.results.outcome.is_some());
    model.apply(Event::Report(report(Phase::Students, 50, 1, Some(&SIX))));
    assert!(model.results.outcome.is_none());
    assert_eq!(model.results.arm_curves[0].len(), 1);
    assert_eq!(model.results.teacher_curve.len(), 1, "the teacher stays");
    assert_eq!(model.results.stale(&other), None);
}

#[test]
fn a_warm_up_after_a_change_leaves_the_results_on_screen() {
    let config = Config::default();
    let mut model = finished(&config);
    let other = Config { seed: 7, ..config };
    model.apply(setup(&other));
    let warm = Report { warming_up: true, ..report(Phase::Teacher, 20, 0, Some(&[])) };
    model.apply(Event::Report(warm));
    assert!(model.results.outcome.is_some());
    assert!(model.warming_up() && !model.running());
    assert_eq!(model.results.stale(&other), Some(Stale::Settings(Invalidates::Everything)));
    model.sent(&Command::Train, &other);
    model.apply(Event::Report(report(Phase::Teacher, 25, 0, Some(&[]))));
    assert!(model.results.students.is_empty() && model.results.outcome.is_none());
    assert_eq!(model.results.teacher_curve, vec![(25.0, 90.0)]);
}

#[test]
fn a_temperature_looked_at_leaves_results_as_they_are_until_the_next_run() {
    let config = Config::default();
    let warmer = {
        let mut warmer = config.clone();
        warmer.distilled.temperature = 8.0;
        warmer
    };
    let mut model = finished(&config);
    // Looking at another temperature leaves the results as good as they were.
    assert_eq!(model.results.stale(&warmer), Some(Stale::Temperature(config.distilled.temperature)));
    model.sent(&Command::Train, &warmer);
    model.apply(Event::Report(report(Phase::Students, 50, 1, Some(&SIX))));
    assert_eq!(model.results.stale(&warmer), None);
}

#[test]
fn training_again_starts_the_students_curves_again() {
    let config = Config::default();
    let mut model = finished(&config);
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
    assert_eq!(model.results.arm_curves[0].len(), 1);
    assert_eq!(model.results.arm_curves[0][0].step, 10.0);
    assert!(model.results.outcome.is_none());
}

#[test]
fn a_change_that_acts_at_once_goes_on_with_the_same_run() {
    let config = Config::default();
    let mut model = finished(&config);
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
    let other = {
        let mut other = config;
        other.distilled.method = crate::config::Method::LogitMse;
        other
    };
    model.apply(setup(&other));
    model.sent(&Command::Train, &other);
    model.apply(Event::Report(report(Phase::Students, 50, 20, Some(&SIX))));
    assert_eq!(model.results.arm_curves[0].len(), 2);
}

#[test]
fn an_arm_changed_under_way_has_its_new_name_at_once() {
    let config = Config::default();
    let mut model = RunState::default();
    model.apply(setup(&config));
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
    let extra_arms = vec![crate::config::Supervision::of(crate::config::Method::Smoothing)];
    let other = Config { extra_arms, ..config };
    model.sent(&Command::Configure { config: other.clone(), warm_up: false }, &other);
    let setup = model.results.setup.clone().unwrap();
    assert_eq!(model.results.config(&setup).arm_name(Arm::Extra(0)), "Label-smoothing student");
    model.apply(Event::Report(report(Phase::Students, 50, 20, Some(&SIX))));
    assert_eq!(model.results.arm_curves[0].len(), 2, "it is the same run");
}

#[test]
fn a_reset_clears_the_results() {
    let config = Config::default();
    let mut model = finished(&config);
    model.sent(&Command::Reset, &config);
    assert_eq!(*model.results, Results::default());
    model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 0, 0, None) }));
    assert!(!model.done() && !model.running());
}

#[test]
fn a_lost_engine_loses_nothing_on_screen() {
    let config = Config::default();
    let mut model = finished(&config);
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
    model.lost();
    assert_eq!(model.engine, EngineState::Down);
    assert!(!model.running() && model.results.students.len() == 6 && model.soft.is_some());
    assert_eq!(model.results.stale(&config), Some(Stale::Interrupted));
    model.apply(setup(&config));
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Teacher, 5, 0, Some(&[]))));
    assert_eq!(model.results.stale(&config), None);
    assert!(model.results.students.is_empty());
}

#[test]
fn pause_and_train_show_at_once_and_hold_until_confirmed() {
    let config = Config::default();
    let mut model = RunState::default();
    model.apply(setup(&config));
    model.sent(&Command::Train, &config);
    assert!(model.running());
    // A report from before the command does not undo it.
    model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 0, 0, None) }));
    assert!(model.running());
    model.apply(Event::Report(report(Phase::Teacher, 2, 0, None)));
    model.sent(&Command::Pause, &config);
    assert!(!model.running());
    model.apply(Event::Report(report(Phase::Teacher, 3, 0, None)));
    assert!(!model.running());
    model.apply(Event::Report(Report { running: false, ..report(Phase::Teacher, 4, 0, None) }));
    assert!(!model.running());
}

#[test]
fn new_examples_are_shown_with_their_own_logits_only() {
    let mut model = finished(&Config::default());
    let before = model.soft.clone();
    model.apply(Event::Examples(vec![example(), example()]));
    assert_eq!(model.soft, before);
    // A measurement of the old ones does not fit the new ones.
    model.apply(Event::Report(report(Phase::Students, 50, 110, Some(&SIX))));
    assert_eq!(model.soft, before);
}

#[test]
fn another_task_takes_the_old_images_away() {
    let mut model = finished(&Config::default());
    model.apply(setup(&Config::for_task(Task::Moons)));
    assert!(model.soft.is_none() && model.test_logits.is_none());
    assert!(model.results.outcome.is_some());
}

#[test]
fn a_run_left_for_another_task_keeps_its_own_teacher() {
    let config = Config::default();
    let moons = Config { task: Task::Moons, ..config.clone() };
    let mut model = finished(&config);
    let warm_up = |accuracy| {
        let evaluation = Evaluation { teacher: metrics(accuracy), ..evaluation(&[]) };
        let report = report(Phase::Teacher, 5, 0, None);
        Event::Report(Report { warming_up: true, evaluation: Some(evaluation), ..report })
    };
    model.apply(setup(&moons));
    assert!(model.teacher.is_none(), "the teacher is another one");
    model.apply(warm_up(0.7));
    assert_eq!((model.teacher, model.results.teacher), (Some(metrics(0.7)), Some(metrics(0.9))));
    // Back: the run's results are those of these settings, and the teacher that warms up now is not theirs.
    model.apply(setup(&config));
    model.apply(warm_up(0.6));
    assert_eq!((model.teacher, model.results.teacher), (Some(metrics(0.6)), Some(metrics(0.9))));
    assert!(model.results.outcome.is_some() && model.results.stale(&config).is_none());
    model.sent(&Command::Train, &config);
    model.apply(Event::Report(report(Phase::Teacher, 20, 0, Some(&[]))));
    assert!(model.results.without_students() && model.results.teacher == model.teacher);
}

#[test]
fn a_run_left_under_way_is_marked_and_a_warm_up_left_begins_its_curve_anew() {
    let config = Config::default();
    let moons = Config { task: Task::Moons, ..config.clone() };
    let mut model = RunState::default();
    model.apply(setup(&config));
    model.apply(Event::Report(report(Phase::Teacher, 40, 0, Some(&[]))));
    model.apply(setup(&moons));
    model.apply(Event::Report(report(Phase::Teacher, 50, 0, Some(&[]))));
    assert_eq!(model.results.teacher_curve, vec![(50.0, 90.0)]);
    model.apply(Event::Report(report(Phase::Students, 50, 10, Some(&SIX))));
    model.apply(setup(&config));
    model.apply(setup(&moons));
    assert_eq!(model.results.stale(&moons), Some(Stale::Interrupted));
}
