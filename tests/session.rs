//! The session from outside: commands in, events out, on the CPU and without a browser.

mod common;

use common::{Driver, fashion};
use softlabel::config::{Config, Task};
use softlabel::data::Dataset;
use softlabel::lab::verdict::{Finding, judge};
use softlabel::protocol::{Event, FailureKind, Phase};
use std::rc::Rc;

/// A run of a second or less.
fn small() -> Config {
    Config { student_steps: 40, teacher_epochs: 3, replicates: 3, ..Config::for_task(Task::Moons) }
}

fn driver(config: Config) -> Driver {
    let data = Dataset::generated(&config).expect("a generated task");
    Driver::new(Rc::new(data), config)
}

#[test]
fn a_run_goes_from_teacher_to_students_to_an_outcome() {
    let mut run = driver(small());
    run.session.train();
    let events = run.finish().unwrap();
    let outcome = common::outcome(&events).expect("an outcome");
    assert_eq!(outcome.evaluation.students.len(), 9);
    assert!(outcome.evaluation.teacher.accuracy > 0.9, "{:?}", outcome.evaluation.teacher);
    assert!(outcome.teacher_latency_ms > 0.0 && outcome.student_latency_ms > 0.0);
    assert!(
        events.iter().any(|e| matches!(e, Event::TeacherLogits { logits, trained: true, .. } if logits.len() == 2_000))
    );
    assert!(events.iter().any(|e| matches!(e, Event::Examples(list) if !list.is_empty())));
    let phases: Vec<Phase> = common::reports(&events).map(|r| r.phase).collect();
    assert!(phases.windows(2).all(|w| w[0] as u8 <= w[1] as u8), "{phases:?}");
    assert_eq!(phases.last(), Some(&Phase::Done));
    let steps: Vec<usize> =
        common::reports(&events).filter(|r| r.evaluation.is_some()).map(|r| r.student_step).collect();
    assert_eq!(steps.last(), Some(&40));
}

#[test]
fn a_watched_example_is_told_as_the_networks_that_are_measured_compute_it() {
    use futures_util::FutureExt;
    let mut run = driver(small());
    run.session
        .watch(Some(1), &mut |event| panic!("before the first measurement: {event:?}"))
        .now_or_never()
        .unwrap()
        .unwrap();
    run.session.train();
    let events = run.finish().unwrap();
    let told: Vec<_> =
        events.iter().filter_map(|e| if let Event::Activations(told) = e { Some(told) } else { None }).collect();
    let last = told.last().expect("activations with every measurement");
    let measured = common::outcome(&events).unwrap().evaluation.examples;
    let near = |a: &[f32], b: &[f32]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
    let count = measured.teacher.len() / 2;
    assert_eq!(last.example, 1);
    assert!(near(&last.teacher.logits, &measured.teacher[2..4]), "{last:?} {measured:?}");
    // The arms are hard, argmax, distilled: [R][A][E][C].
    let distilled = small().arms().iter().position(|arm| *arm == softlabel::config::Arm::Distilled).unwrap();
    let student = last.student.as_ref().expect("a student");
    assert!(near(&student.logits, &measured.students[2 * (distilled * count + 1)..][..2]), "{student:?}");
    assert_eq!(student.hidden[0].len(), small().student_hidden);
    // It goes on until it is ended, and comes at once when asked for.
    let mut at_once = Vec::new();
    run.session.watch(Some(0), &mut |event| at_once.push(event)).now_or_never().unwrap().unwrap();
    assert!(matches!(&at_once[..], [Event::Activations(told)] if told.example == 0 && told.student.is_some()));
    run.session.watch(None, &mut |event| panic!("{event:?}")).now_or_never().unwrap().unwrap();
}

#[test]
fn the_same_seed_gives_the_same_outcome_and_another_seed_another() {
    let run = |config| {
        let mut run = driver(config);
        run.session.train();
        common::outcome(&run.finish().unwrap()).unwrap().evaluation
    };
    let first = run(small());
    assert_eq!(first, run(small()));
    assert_ne!(first, run(Config { seed: 2, ..small() }));
}

#[test]
fn the_seconds_of_a_run_are_its_own_however_often_its_students_are_trained() {
    let mut run = driver(small());
    run.ticks = Some(Default::default());
    let mut seconds = || {
        run.session.train();
        common::outcome(&run.finish().unwrap()).unwrap().seconds
    };
    let first = seconds();
    assert!(first > 0.0);
    for again in [seconds(), seconds()] {
        assert!((again - first).abs() < 0.2 * first, "{again} s after {first} s");
    }
}

#[test]
fn a_run_waits_where_a_demonstration_begins_and_goes_on_from_there() {
    let mut straight = driver(small());
    straight.session.train();
    let straight = common::outcome(&straight.finish().unwrap()).unwrap().evaluation;
    for step in [0, 17] {
        let mut run = driver(small());
        run.session.train_to(step);
        run.finish().unwrap();
        let report = run.session.report();
        assert_eq!((report.phase, report.student_step, report.running), (Phase::Students, step, false));
        run.session.train_to(step);
        assert!(!run.session.report().running, "it is there already");
        run.session.step();
        run.finish().unwrap();
        assert_eq!(run.session.report().student_step, step + 1, "one step takes it on");
        run.session.train();
        assert_eq!(common::outcome(&run.finish().unwrap()).unwrap().evaluation, straight);
    }
}

#[test]
fn pausing_stepping_and_going_on_change_nothing() {
    let mut straight = driver(small());
    straight.session.train();
    let straight = common::outcome(&straight.finish().unwrap()).unwrap().evaluation;

    let mut halting = driver(small());
    halting.session.warm_up();
    let mut events = halting.finish().unwrap();
    assert!(common::reports(&events).all(|r| r.student_step == 0));
    for _ in 0..7 {
        halting.session.step();
        let before = halting.session.report().teacher_step;
        events.extend(halting.finish().unwrap());
        assert_eq!(halting.session.report().teacher_step, before + 1);
    }
    halting.session.train();
    for _ in 0..3 {
        events.extend(halting.slice().unwrap());
    }
    halting.session.pause();
    assert!(!halting.session.report().running);
    halting.session.train();
    events.extend(halting.finish().unwrap());
    assert_eq!(common::outcome(&events).unwrap().evaluation, straight);
}

#[test]
fn a_warm_up_is_the_teachers_alone_however_short_its_training_is() {
    let config = Config { teacher_stop: 0.1, teacher_epochs: 3, ..small() };
    let mut run = driver(config);
    run.session.warm_up();
    let events = run.finish().unwrap();
    let report = run.session.report();
    assert!(common::outcome(&events).is_none() && common::reports(&events).all(|r| r.student_step == 0));
    assert_eq!((report.phase, report.running), (Phase::Labelling, false));
}

#[test]
fn a_change_of_students_does_not_end_the_teachers_warm_up() {
    let mut run = driver(small());
    let epoch = {
        run.session.warm_up();
        run.finish().unwrap();
        run.session.report().teacher_step
    };
    let mut run = driver(small());
    run.session.warm_up();
    assert!(run.session.configure(Config { student_hidden: 7, ..small() }));
    run.finish().unwrap();
    assert_eq!((run.session.report().teacher_step, run.session.report().student_step), (epoch, 0));
    // What the user has begun is stopped by it.
    run.session.train();
    assert!(run.session.configure(Config { student_hidden: 8, ..small() }) && !run.session.busy());
}

#[test]
fn reset_goes_back_to_the_same_start() {
    let mut run = driver(small());
    run.session.step();
    let first = common::reports(&run.finish().unwrap()).last().cloned().unwrap();
    run.session.train();
    run.finish().unwrap();
    run.session.reset();
    let report = run.session.report();
    assert_eq!((report.phase, report.teacher_step, report.student_step), (Phase::Teacher, 0, 0));
    run.session.step();
    let again = common::reports(&run.finish().unwrap()).last().cloned().unwrap();
    assert_eq!(first.teacher_loss, again.teacher_loss);
    assert_eq!(first.evaluation, again.evaluation);
}

#[test]
fn temperature_and_soft_weight_act_on_the_students_under_way() {
    let mut config = small();
    config.distilled.soft_weight = 0.0;
    let losses = |tune: bool| {
        let mut run = driver(config.clone());
        run.session.train();
        while run.session.report().student_step == 0 {
            run.slice().unwrap();
        }
        run.session.pause();
        run.finish().unwrap();
        if tune {
            run.set_supervision(5.0, 1.0);
        }
        run.session.train();
        let outcome = common::outcome(&run.finish().unwrap()).unwrap();
        (outcome.config.distilled.temperature, outcome.evaluation.students)
    };
    let ((t0, plain), (t1, tuned)) = (losses(false), losses(true));
    assert_eq!((t0, t1), (3.0, 5.0));
    // [hard, argmax, distilled] of each replicate: only the distilled arm may have changed.
    for (a, b) in plain.chunks(3).zip(tuned.chunks(3)) {
        assert_eq!(a[..2], b[..2]);
        assert_ne!(a[2], b[2]);
    }
}

#[test]
fn changed_student_settings_keep_the_teacher() {
    let mut run = driver(small());
    run.session.train();
    run.finish().unwrap();
    let teacher = run.session.report().teacher_step;
    assert!(run.session.configure(Config { student_hidden: 3, ..small() }));
    assert_eq!(run.session.report().teacher_step, teacher);
    run.session.train();
    let events = run.finish().unwrap();
    assert!(common::reports(&events).all(|r| r.phase != Phase::Teacher));
    assert_eq!(common::outcome(&events).unwrap().config.student_hidden, 3);
    assert!(run.session.configure(Config { label_noise: 0.2, ..small() }));
    assert_eq!(run.session.report().teacher_step, 0);
}

#[test]
fn a_loss_that_runs_away_stops_the_run_in_words() {
    for config in [
        Config { student_lr: 100.0, optimizer: softlabel::config::Optimizer::Sgd, ..small() },
        Config { teacher_lr: 100.0, optimizer: softlabel::config::Optimizer::Sgd, ..small() },
    ] {
        let mut run = driver(Config { student_steps: 400, teacher_epochs: 20, ..config });
        run.session.train();
        let Err(failure) = run.finish() else { panic!("it must fail") };
        assert_eq!(failure.kind, FailureKind::Diverged);
        assert!(failure.message.contains("learning rate (100)"), "{}", failure.message);
        assert!(!run.session.busy());
    }
}

#[test]
fn the_default_run_shows_what_the_page_is_about() {
    // DESIGN §5: the teacher reaches 85 %, soft labels beat hard ones by more than 4 points on average.
    let data = Rc::new(fashion());
    let mut gains = Vec::new();
    for seed in 1..=5 {
        let config = Config { seed, ..Config::default() };
        let mut run = Driver::new(Rc::clone(&data), config);
        run.session.train();
        let outcome = common::outcome(&run.finish().unwrap()).unwrap();
        let verdict = judge(&outcome).unwrap();
        println!(
            "seed {seed}: teacher {:.1} %, {} {}, {:.1} s",
            100.0 * outcome.evaluation.teacher.accuracy,
            verdict.sentence,
            verdict.detail,
            outcome.seconds
        );
        assert!(outcome.evaluation.teacher.accuracy >= 0.85, "seed {seed}: {:?}", outcome.evaluation.teacher);
        assert_eq!(verdict.finding, Finding::Gain, "seed {seed}");
        gains.push(verdict.gain.mean());
    }
    let mean = gains.iter().sum::<f64>() / gains.len() as f64;
    assert!(mean >= 4.0, "{gains:?}");
}
