use super::*;
use crate::config::Method;
use crate::experiment::{Evaluation, ExampleLogits, Metrics};

fn outcome(config: &Config) -> Outcome {
    let metrics = |accuracy| Metrics { accuracy, ..Metrics::default() };
    let replicate = |more: f64| [0.70 + more, 0.72 + more, 0.78 + more * 1.1].map(metrics);
    Outcome {
        config: config.clone(),
        evaluation: Evaluation {
            teacher: metrics(0.86),
            students: [0.0, 0.01, 0.02].into_iter().flat_map(replicate).collect(),
            chain: Vec::new(),
            second_teacher: None,
            examples: ExampleLogits::default(),
        },
        teacher_confusion: Vec::new(),
        student_confusions: Vec::new(),
        teacher_latency_ms: 0.2,
        student_latency_ms: 0.05,
        seconds: 9.5,
        teacher_examples: 10_000,
        transfer_examples: 200,
        pool_examples: 0,
        example_errors: crate::experiment::ExampleErrors::default(),
        calibrations: Vec::new(),
    }
}
fn run(at: f64) -> SavedRun {
    let curve = vec![Point { step: 50.0, mean: 60.0, low: 58.0, high: 62.0 }];
    SavedRun::of(&outcome(&Config::default()), vec![curve; 3], at)
}

#[test]
fn a_run_is_kept_with_its_verdict_and_read_back() {
    let run = run(1e12);
    assert_eq!(run.finding, Some(Finding::Gain));
    assert!(run.sentence.contains("points more than hard labels"), "{}", run.sentence);
    assert_eq!(run.steps(), 50.0);
    assert_eq!(
        run.accuracies(),
        "hard-label student 71.0\u{a0}%, argmax student 73.0\u{a0}%, distilled student 79.1\u{a0}%; teacher 86.0\u{a0}%"
    );
    assert_eq!(SavedRun::decode(&run.encode()), Some(run));
}

#[test]
fn what_cannot_be_read_is_no_run() {
    let mut record = run(1e12).encode();
    assert_eq!(SavedRun::decode(&record[..record.len() / 2]), None);
    record[0] = VERSION + 1;
    assert_eq!(SavedRun::decode(&record), None);
    assert_eq!(SavedRun::decode(&[]), None);
    assert_eq!(SavedRun::decode(&[VERSION, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    assert_eq!(SavedRun::decode(&run(f64::NAN).encode()), None);
}

#[test]
fn a_run_is_named_by_its_unusual_settings() {
    assert_eq!(run(0.0).settings(), format!("{}: as it comes", Task::Fashion.label()));
    let mut config = Config { device: DeviceChoice::Cpu, label_noise: 0.3, ..Config::default() };
    config.distilled.temperature = 5.0;
    assert_eq!(differences(&config), ["temperature 5.0", "label noise 30\u{a0}%"]);
    config.extra_arms.clear();
    config.left_out = vec![3];
    config.assistants = vec![64, 16];
    let words = SavedRun::of(&outcome(&config), Vec::new(), 0.0).settings();
    assert!(
        words.ends_with(
            "teacher assistants of 64 and 16 units, one class left out, no further arms, temperature 5.0, label noise 30\u{a0}%"
        ),
        "{words}"
    );
}

#[test]
fn further_arms_are_a_list_with_one_and() {
    let of = |methods: &[Method]| {
        let extra_arms = methods.iter().map(|&method| Supervision::of(method)).collect();
        differences(&Config { extra_arms, ..Config::default() })
    };
    assert_eq!(of(&[Method::Jsd]), ["further arm JSD"]);
    assert_eq!(of(&[Method::Argmax, Method::TopK]), ["further arms Argmax and Top-3"]);
    let api = of(&[Method::Argmax, Method::Sampled, Method::Sampled, Method::TopK]);
    assert_eq!(api, ["further arms Argmax, 2 × Sampled-label and Top-3"]);
}

#[test]
fn the_newest_fifty_are_kept_in_order() {
    let runs: Vec<SavedRun> = (0..MAX).map(|i| run(i as f64)).collect();
    let (kept, gone) = with(runs, vec![run(1000.0), run(7.0)]);
    assert_eq!((kept.len(), kept[0].at, kept[MAX - 1].at), (MAX, 1000.0, 1.0));
    assert_eq!(gone, [0.0]);
}

#[test]
fn only_runs_of_one_task_are_compared() {
    assert!(same_task(&run(0.0), Task::Fashion) && !same_task(&run(0.0), Task::Moons));
}

#[test]
fn a_clock_that_was_set_back_keeps_the_newest_run_the_newest() {
    assert_eq!(time_after(5_000.0, [1_000.0, 4_999.0].into_iter()), 5_000.0);
    assert_eq!(time_after(5_000.0, std::iter::empty()), 5_000.0);
    // The newest first, as the list has them.
    assert_eq!(time_after(5_000.0, [9_000.0, 8_000.0].into_iter()), 9_001.0);
    assert_eq!(time_after(5_000.0, [8_000.0, 9_000.0, 5_000.0].into_iter()), 9_001.0);
}
