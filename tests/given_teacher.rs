//! A teacher that comes with the data: none is trained, its soft labels are the table's, and everything else is as ever.

mod common;

use common::{Driver, outcome, reports};
use softlabel::config::{Config, Method, Options, Shift, Supervision, Task};
use softlabel::data::card::Choices;
use softlabel::data::{Dataset, table, validation};
use softlabel::experiment::{Outcome, TrainedTeacher};
use softlabel::lab::verdict::judge_by;
use softlabel::protocol::{Event, FailureKind, Phase};
use std::rc::Rc;

fn case(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/tables/{name}", env!("CARGO_MANIFEST_DIR"))).expect("a case")
}

fn data(name: &str) -> Rc<Dataset> {
    Rc::new(table::read(&case(name)).expect("a table").dataset(1))
}

fn config(data: &Dataset) -> Config {
    let config = Config { student_steps: 150, replicates: 2, ..Config::for_task(Task::Own) };
    config.fitted(data.train.len())
}

fn run(data: &Rc<Dataset>, config: Config) -> (Vec<Event>, Outcome) {
    let mut run = Driver::new(Rc::clone(data), config);
    run.session.train();
    let events = run.finish().expect("it trains");
    let outcome = outcome(&events).expect("it ends");
    (events, outcome)
}

#[test]
fn nothing_is_trained_that_is_given_and_its_accuracy_is_the_tables() {
    let data = data("19_teacher_probs.csv");
    let mut driver = Driver::new(Rc::clone(&data), config(&data));
    let setup = driver.session.setup();
    assert!(setup.given_teacher && !setup.without_truth);
    assert_eq!((setup.teacher_steps, setup.teacher_parameters, setup.stages.len()), (0, 0, 0));
    driver.session.train();
    let events = driver.finish().expect("it trains");
    assert!(reports(&events).all(|report| report.teacher_step == 0));
    let outcome = outcome(&events).expect("it ends");
    let given = data.given.as_ref().expect("a teacher");
    let right =
        given.test.chunks(2).zip(&data.test.labels).filter(|(row, label)| (row[1] > row[0]) == (**label == 1)).count();
    assert_eq!(outcome.evaluation.teacher.accuracy, right as f64 / data.test.len() as f64);
    assert!(outcome.given_teacher && outcome.teacher_latency_ms == 0.0 && outcome.student_latency_ms > 0.0);
    // The page gets its examples and soft labels, as of a teacher that was trained.
    assert!(events.iter().any(|event| matches!(event, Event::Examples(examples) if !examples.is_empty())));
    let logits = events.iter().find_map(|event| match event {
        Event::TeacherLogits { logits, trained: true, .. } => Some(logits),
        _ => None,
    });
    assert_eq!(logits, Some(&given.test));
    let verdict = judge_by(&outcome, softlabel::config::Measure::Auto, &data.classes).expect("a verdict");
    assert!(verdict.cautions.iter().all(|caution| !caution.contains("under-trained")), "{:?}", verdict.cautions);
}

#[test]
fn students_learn_from_it_as_from_the_same_logits_of_another_worker() {
    let data = data("19_teacher_probs.csv");
    let (_, ours) = run(&data, config(&data));
    let given = data.given.clone().expect("a teacher");
    let plain = Rc::new(Dataset { given: None, ..Dataset::clone(&data) });
    let mut other = Driver::new(plain, config(&data));
    other.session.take_teacher(TrainedTeacher { train: given.train.clone(), test: given.test.clone() });
    other.session.train();
    let theirs = outcome(&other.finish().expect("it trains")).expect("it ends");
    assert_eq!(ours.evaluation.students, theirs.evaluation.students);
    // Those that learn its probabilities come nearer to it than those that do not.
    let nearness = |arm: usize| {
        ours.evaluation
            .students
            .iter()
            .skip(arm)
            .step_by(config(&data).arms().len())
            .map(|m| m.kl_to_teacher)
            .sum::<f64>()
    };
    assert!(nearness(config(&data).arms().len() - 1) < nearness(0), "{} {}", nearness(2), nearness(0));
}

#[test]
fn every_method_works_with_it_but_the_one_that_needs_its_hidden_layer() {
    let data = data("19_teacher_probs.csv");
    for &method in Method::ALL {
        let config =
            Config { student_steps: 20, distilled: Supervision::of(method), extra_arms: Vec::new(), ..config(&data) };
        let mut driver = Driver::new(Rc::clone(&data), config);
        driver.session.train();
        let ended = driver.finish();
        if method == Method::Hint {
            let failure = ended.expect_err("a given teacher has no hidden layer");
            assert_eq!(failure.kind, FailureKind::Settings);
            assert!(failure.message.starts_with("Hints are"), "{}", failure.message);
        } else {
            let outcome = outcome(&ended.expect("it trains")).expect("it ends");
            assert!(outcome.evaluation.students.iter().all(|m| m.nll.is_finite()), "{method:?}");
        }
    }
}

#[test]
fn inputs_that_are_not_in_its_table_are_refused() {
    let data = data("19_teacher_probs.csv");
    for change in [
        Config { mixup: 0.5, ..config(&data) },
        Config { shift: Shift::Noise, shift_amount: 0.5, shift_share: 0.5, ..config(&data) },
        Config { production: softlabel::config::ProductionShift::Noise, production_amount: 0.5, ..config(&data) },
    ] {
        let mut driver = Driver::new(softlabel::data::test_shift::prepare(Rc::clone(&data), &change), change);
        driver.session.train();
        let failure = driver.finish().expect_err("refused");
        assert_eq!(failure.kind, FailureKind::Settings);
        assert!(failure.message.starts_with("The teacher is given by its answers"), "{}", failure.message);
    }
}

#[test]
fn it_is_there_from_the_start_and_after_a_reset() {
    let data = data("19_teacher_probs.csv");
    let mut driver = Driver::new(Rc::clone(&data), config(&data));
    driver.session.warm_up();
    driver.finish().expect("a moment");
    assert_eq!(driver.session.report().phase, Phase::Labelling);
    driver.session.train();
    let first = outcome(&driver.finish().expect("it trains")).expect("it ends");
    driver.session.reset();
    driver.session.train();
    let again = outcome(&driver.finish().expect("it trains")).expect("it ends");
    assert_eq!(first.evaluation.students, again.evaluation.students);
    // A validation set has the teacher's answers for its own rows.
    let held = Rc::new(validation::hold_out(&data, 1));
    let given = held.given.clone().expect("a teacher");
    assert_eq!((given.train.len(), given.test.len()), (2 * held.train.len(), 2 * held.test.len()));
    run(&held, config(&held));
}

#[test]
fn without_true_labels_agreement_is_what_is_measured() {
    let text = String::from_utf8(case("19_teacher_probs.csv")).unwrap();
    let cut: String = text
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("{},{},{},{}\n", cells[0], cells[1], cells[3], cells[4])
        })
        .collect();
    let data = Rc::new(table::read(cut.as_bytes()).expect("a table").dataset(1));
    assert_eq!((data.classes.as_slice(), data.dimensions), (&["no".to_string(), "yes".into()][..], 2));
    let (_, outcome) = run(&data, config(&data));
    assert!(outcome.without_truth);
    assert_eq!(outcome.evaluation.teacher.accuracy, 1.0);
    assert!(outcome.evaluation.students.iter().all(|m| m.accuracy == m.agreement));
    let verdict = judge_by(&outcome, softlabel::config::Measure::Accuracy, &data.classes).expect("a verdict");
    assert!(verdict.cautions[0].starts_with("No row has a true label"), "{:?}", verdict.cautions);
}

#[test]
fn rows_without_a_label_are_labelled_by_the_teacher() {
    let data = data("20_unlabelled_rows.csv");
    let pooled = Config { pool: 340, ..config(&data) };
    let mut driver = Driver::new(Rc::clone(&data), pooled.clone());
    let setup = driver.session.setup();
    assert_eq!((setup.transfer_examples, setup.pool_examples, setup.teacher_examples), (48, 340, 48));
    assert!(setup.pool.iter().all(|example| example.index >= 48));
    driver.session.train();
    let outcome = outcome(&driver.finish().expect("it trains")).expect("it ends");
    assert_eq!((outcome.transfer_examples, outcome.pool_examples), (48, 340));
    // A pool moved by a shift is of the unlabelled rows, too.
    run(&data, Config { shift: Shift::Noise, shift_amount: 0.2, shift_share: 1.0, ..pooled });
}

#[test]
fn groups_that_are_kept_whole_end_a_leak() {
    // Its labels are random by patient: nothing but chance is to be learned.
    let accuracy = |choices: &Choices| -> f64 {
        let (table, _) = table::read_with(&case("10_group_leak.csv"), choices).expect("a table");
        let runs = (1..=16).map(|seed| {
            let data = Rc::new(table.dataset(seed));
            run(&data, Config { seed, student_steps: 10, replicates: 1, extra_arms: Vec::new(), ..config(&data) })
                .1
                .evaluation
                .teacher
                .accuracy
        });
        runs.sum::<f64>() / 16.0
    };
    let (split, whole) =
        (accuracy(&Choices::default()), accuracy(&Choices { runs_together: true, ..Choices::default() }));
    println!("{split} {whole}");
    // Across patients the vote of the nearest one to nine (computed in Python, each patient left out) is right on 0.55 to 0.63 of
    // them: so much the labels of these 60 happen to go with the features.
    assert!(split > 0.8 && whole < 0.72 && split - whole > 0.1, "{split} {whole}");
}
