//! What the settings of a run's transfer set and test distribution do to its students.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{Driver, outcome};
use futures_util::FutureExt;
use softlabel::config::{AddedPoint, Arm, Config, Method, ProductionShift, Sampling, Shift, Supervision, Task};
use softlabel::data::{Dataset, test_shift, transfer};
use softlabel::engine::kernels::{Label, Labels, loss_gradient};
use softlabel::engine::trainer::loss_params;
use softlabel::experiment::Outcome;
use softlabel::lab::verdict::{arm_values, mean};
use softlabel::losses::{LossParams, Soft};
use softlabel::protocol::{Event, FailureKind};
use std::rc::Rc;

fn small() -> Config {
    Config { student_steps: 60, teacher_epochs: 6, replicates: 3, ..Config::for_task(Task::Blobs) }
}

fn driver(config: Config) -> Driver {
    let base = Rc::new(Dataset::generated(&config).expect("a generated task"));
    Driver::new(test_shift::prepare(base, &config), config)
}

fn run(config: Config) -> Outcome {
    let mut run = driver(config);
    run.session.train();
    outcome(&run.finish().unwrap()).expect("an outcome")
}

fn accuracy(outcome: &Outcome, arm: Arm) -> Vec<f64> {
    arm_values(&outcome.evaluation.students, &outcome.config.arms(), arm, |m| m.accuracy)
}

#[test]
fn an_unlabelled_pool_helps_distilled_students_and_changes_no_hard_label_student() {
    let few = || Config { transfer_size: 10, student_steps: 300, ..small() };
    let (without, with) = (run(few()), run(Config { pool: 900, ..few() }));
    assert_eq!(accuracy(&without, Arm::Hard), accuracy(&with, Arm::Hard), "hard labels are those of the transfer set");
    let apart = |outcome: &Outcome| {
        let arms = outcome.config.arms();
        mean(&arm_values(&outcome.evaluation.students, &arms, Arm::Distilled, |m| m.kl_to_teacher))
    };
    assert!(apart(&with) < 0.7 * apart(&without), "{} {}", apart(&with), apart(&without));
}

#[test]
fn labels_of_the_unlabelled_pool_are_not_used() {
    // The same teacher and the same samples, drawn independently of labels; then every label outside of them changes.
    let distilled = Supervision { soft_weight: 0.5, ..Supervision::of(Method::Dkd) };
    let config = Config { pool: 300, distilled, sampling: Sampling::AsItComes, ..small() };
    let base = Dataset::generated(&config).unwrap();
    let mut first = Driver::new(Rc::new(base.clone()), config.clone());
    first.session.train();
    first.finish().unwrap();
    let taught = first.session.taught().now_or_never().unwrap().unwrap().expect("a trained teacher");
    let students = |data: Dataset| {
        let mut run = Driver::new(Rc::new(data), config.clone());
        run.session.take_teacher(taught.clone());
        run.session.train();
        outcome(&run.finish().unwrap()).expect("an outcome").evaluation.students
    };
    let labelled = transfer::draw(&base, None, &base.train.labels, &config).labelled.concat();
    let with_labels = |wrong: &dyn Fn(usize) -> bool| {
        let mut data = base.clone();
        let mut train = (*data.train).clone();
        (0..train.labels.len()).filter(|&i| wrong(i)).for_each(|i| train.labels[i] = (train.labels[i] + 1) % 4);
        data.train = Rc::new(train);
        data
    };
    let plain = students(base.clone());
    assert_eq!(plain, students(with_labels(&|i| !labelled.contains(&i))), "labels of the pool are not read");
    assert_ne!(plain, students(with_labels(&|i| labelled.contains(&i))), "those of the transfer set are");
}

#[test]
fn an_absent_label_has_no_hard_term_and_counts_as_the_teachers_argmax() {
    let device = Device::flex();
    let row = |values: Vec<f32>| Tensor::<3>::from_data(TensorData::new(values, [1, 1, 3]), &device);
    let (z, teacher) = (row(vec![0.3, -1.0, 2.0]), row(vec![1.0, 0.5, -0.5]));
    let bias = Tensor::<3>::zeros([1, 1, 3], &device);
    let of = |labelled: bool, hard_weight: f32, soft: Soft| {
        let labels = Labels::new(&[Label { class: 0, labelled }], 1, &device);
        let rows = [LossParams { hard_weight, ..LossParams::soft(soft, 2.0, 0.7) }];
        let out = loss_gradient(z.clone(), &bias, &teacher, &labels, &loss_params(&rows, &device));
        let values = |t: Tensor<3>| t.into_data().try_into_vec::<f32>().unwrap();
        (values(out.logits), out.loss.into_data().try_into_vec::<f32>().unwrap())
    };
    for soft in [Soft::ForwardKl, Soft::Dkd { tckd: 1.0, nckd: 2.0 }] {
        assert_eq!(of(false, 0.3, soft), of(true, 0.0, soft), "the teacher's answer is class 0");
        assert_ne!(of(true, 0.3, soft), of(true, 0.0, soft));
    }
}

#[test]
fn a_class_left_out_is_never_predicted_by_hard_label_students() {
    let outcome = run(Config { left_out: vec![2], transfer_size: 200, ..small() });
    let classes = 4;
    let hard = outcome.config.arms().iter().position(|&arm| arm == Arm::Hard).unwrap();
    for replicate in outcome.student_confusions.chunks(outcome.config.arms().len()) {
        let answered: u32 = (0..classes).map(|truth| replicate[hard][truth * classes + 2]).sum();
        assert_eq!(answered, 0, "class 2 is not in its transfer set");
    }
}

#[test]
fn a_shifted_transfer_set_costs_accuracy() {
    let matching = run(Config { transfer_size: 200, ..small() });
    let elsewhere = Config { shift: Shift::Inverted, shift_amount: 1.0, transfer_size: 200, ..small() };
    assert!(mean(&accuracy(&run(elsewhere), Arm::Hard)) < mean(&accuracy(&matching, Arm::Hard)) - 0.3);
}

#[test]
fn a_shifted_test_distribution_costs_the_teacher_accuracy() {
    let config = Config { production: ProductionShift::Inverted, production_amount: 1.0, ..small() };
    let (before, after) = (run(small()), run(config));
    assert!(after.evaluation.teacher.accuracy < before.evaluation.teacher.accuracy - 0.3);
}

#[test]
fn added_points_are_in_every_transfer_set() {
    let added: Vec<AddedPoint> = (0..20).map(|i| AddedPoint { x: 280, y: 280 - i, class: 2 }).collect();
    let mut run = driver(Config { added, ..small() });
    let setup = run.session.setup();
    assert_eq!((setup.transfer_examples, setup.teacher_examples), (40, 1_020));
    run.session.train();
    assert!(outcome(&run.finish().unwrap()).is_some());
}

#[test]
fn leaving_out_every_class_is_an_error_that_keeps_the_teacher() {
    let mut run = driver(Config { left_out: vec![0, 1, 2, 3], ..small() });
    run.session.train();
    let failure = run.finish().unwrap_err();
    assert_eq!(failure.kind, FailureKind::Settings);
    assert!(failure.message.contains("Keep at least one class"));
    run.session.configure(small());
    run.session.train();
    assert!(outcome(&run.finish().unwrap()).is_some(), "the teacher was kept");
}

#[test]
fn decision_regions_come_with_every_evaluation_and_student_logits_at_the_end() {
    let mut run = driver(small());
    run.session.train();
    let events = run.finish().unwrap();
    let regions: Vec<_> =
        events.iter().filter_map(|e| if let Event::Regions(r) = e { Some(r) } else { None }).collect();
    let last = regions.last().unwrap();
    assert!(regions.len() > 10);
    assert_eq!(last.teacher.len(), last.side * last.side * 4);
    assert_eq!(last.arms.len(), 3 * last.teacher.len());
    let finished = outcome(&events).unwrap();
    let (logits, labels) = events
        .iter()
        .find_map(|e| if let Event::StudentLogits { logits, labels } = e { Some((logits, labels)) } else { None })
        .unwrap();
    assert_eq!(logits.len(), 9 * labels.len() * 4);
    // They give the accuracy that was reported.
    let right = logits[..labels.len() * 4].chunks(4).zip(labels).filter(|(z, l)| {
        let best = (0..4).max_by(|&a, &b| z[a].total_cmp(&z[b])).unwrap();
        best == usize::from(**l)
    });
    let share = right.count() as f64 / labels.len() as f64;
    assert!((share - finished.evaluation.students[0].accuracy).abs() < 1e-9);
}
