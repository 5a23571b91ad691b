use super::*;
use crate::config::Config;
use crate::experiment::{Evaluation, Metrics};

/// A finished run of those students, who had 200 labelled examples and perhaps a pool.
fn of(students: &[Metrics], config: &Config, pool_examples: usize) -> Outcome {
    Outcome {
        config: config.clone(),
        evaluation: Evaluation { students: students.to_vec(), ..Evaluation::default() },
        transfer_examples: 200,
        pool_examples,
        ..Outcome::default()
    }
}
fn students(pairs: &[(f64, f64)]) -> Vec<Metrics> {
    pairs
        .iter()
        .flat_map(|&(hard, soft)| [hard, soft].map(|accuracy| Metrics { accuracy, ..Metrics::default() }))
        .collect()
}
fn judge_two(students: &[Metrics]) -> Option<Verdict> {
    judge(&of(students, &Config { extra_arms: Vec::new(), ..Config::default() }, 0))
}

#[test]
fn a_clear_gain_is_stated_with_its_numbers() {
    let v = judge_two(&students(&[(0.74, 0.80), (0.75, 0.80), (0.73, 0.79)])).unwrap();
    assert_eq!(v.finding, Finding::Gain);
    assert!(
        v.sentence.contains("5.7 points more")
            && v.sentence.contains("79.7\u{a0}%")
            && v.sentence.contains("74.0\u{a0}%"),
        "{}",
        v.sentence
    );
}

#[test]
fn an_arm_that_is_ahead_or_equal_is_called_so() {
    let three = |arms: [[(f64, f64); 3]; 3]| {
        let metric = |(accuracy, nll)| Metrics { accuracy, nll, ..Metrics::default() };
        arms.into_iter().flatten().map(metric).collect::<Vec<_>>()
    };
    let config = Config::default();
    let detail_of = |students: &[Metrics], config: &Config| judge(&of(students, config, 0)).unwrap().detail;
    // Hard, argmax, distilled: the answers alone are ahead of the soft labels, surely and not.
    let sure = three([0.0, 0.01, 0.02].map(|m| [(0.7 + m, 1.0), (0.8 + m, 0.9), (0.75 + 1.1 * m, 0.8)]));
    assert!(detail_of(&sure, &config).contains("which is more than the distilled"), "{}", detail_of(&sure, &config));
    let unsure = three([0.0, 0.01, 0.02].map(|m| [(0.7 + m, 1.0), (0.75 + 3.0 * m, 0.9), (0.75 + m, 0.8)]));
    assert!(detail_of(&unsure, &config).contains("not significantly more"), "{}", detail_of(&unsure, &config));
    let behind = three([0.0, 0.01, 0.02].map(|m| [(0.7 + m, 1.0), (0.72 + m, 0.9), (0.75 + m, 0.8)]));
    assert!(
        detail_of(&behind, &config).contains("without its doubts: +2.0 points (not significant)."),
        "{}",
        detail_of(&behind, &config)
    );
    // The same weights as the hard-label students', because the answers were the labels; not so at α = 0.
    let same = three([0.0, 0.01, 0.02].map(|m| [(0.7 + m, 1.0 + m), (0.7 + m, 1.0 + m), (0.75 + m, 0.8)]));
    assert!(detail_of(&same, &config).contains("the same students exactly"), "{}", detail_of(&same, &config));
    let mut weightless = config;
    weightless.extra_arms[0].soft_weight = 0.0;
    assert!(!detail_of(&same, &weightless).contains("the same students exactly"), "{}", detail_of(&same, &weightless));
}

#[test]
fn a_gain_within_the_scatter_is_not_called_one() {
    let v = judge_two(&students(&[(0.74, 0.80), (0.78, 0.74), (0.75, 0.76)])).unwrap();
    assert_eq!(v.finding, Finding::NoSignificantGain);
    assert!(v.sentence.starts_with("No significant gain"));
}

#[test]
fn an_arm_behind_within_the_scatter_is_not_called_without_gain() {
    let v = judge_two(&students(&[(0.80, 0.74), (0.74, 0.75), (0.76, 0.75)])).unwrap();
    assert_eq!(v.finding, Finding::NoSignificantGain);
    assert!(v.sentence.starts_with("No significant difference"), "{}", v.sentence);
}

#[test]
fn differences_of_supervision_are_stated() {
    let pairs = students(&[(0.74, 0.80), (0.75, 0.80), (0.73, 0.79)]);
    let plain = Config { extra_arms: Vec::new(), ..Config::default() };
    // As many as there were, whatever was asked for.
    let pool = judge(&of(&pairs, &Config { pool: 10_000, ..plain.clone() }, 9_800)).unwrap();
    assert!(pool.detail.contains("10,000") && pool.detail.contains("200 that have labels"), "{}", pool.detail);
    assert!(!judge(&of(&pairs, &plain, 0)).unwrap().detail.contains("that have labels"));
    let mut weightless = plain.clone();
    weightless.distilled.soft_weight = 0.0;
    assert!(judge(&of(&pairs, &weightless, 0)).unwrap().sentence.starts_with("Soft labels of weight α = 0 taught"));
    // The distilled student's twin says nothing of its own.
    let threes: Vec<Metrics> = pairs.chunks(2).flat_map(|pair| [pair[0], pair[1], pair[1]]).collect();
    let twin = Config { extra_arms: vec![plain.distilled.clone()], ..plain };
    let verdict = judge(&of(&threes, &twin, 0)).unwrap();
    assert_eq!((verdict.extra_arms.len(), verdict.detail.matches("points").count()), (1, 1), "{}", verdict.detail);
}

#[test]
fn schedules_and_a_weight_of_0_are_said() {
    let pairs = students(&[(0.74, 0.80), (0.75, 0.80), (0.73, 0.79)]);
    let mut config = Config { extra_arms: Vec::new(), ..Config::default() };
    let judged = |config: &Config| judge(&of(&pairs, config, 0)).unwrap();
    let nothing =
        |config: &Config| judged(config).cautions.iter().any(|caution| caution.contains("nothing is distilled"));
    assert!(!judged(&config).detail.contains("supervision changed") && !nothing(&config));
    config.distilled.weight_schedule = crate::config::WeightSchedule::Linear;
    let text = judged(&config).detail;
    assert!(
        text.contains("α from 1.00 at the first step to 0.00 at the last, where only the hard term counts."),
        "{text}"
    );
    config.distilled.temperature_schedule = crate::config::TemperatureSchedule::Linear;
    let text = judged(&config).detail;
    assert!(text.contains("changed: T from 3.0 at the first step to 1.0 at the last, α from"), "{text}");
    config.distilled.soft_weight = 0.0;
    assert!(nothing(&config), "{:?}", judged(&config).cautions);
    config.distilled = crate::config::Supervision::of(Method::Smoothing);
    assert!(!nothing(&config) && !judged(&config).detail.contains("supervision changed"));
    assert_eq!(config.arm_name(Arm::Distilled), "Label-smoothing student");
}

#[test]
fn the_distilled_student_is_held_against_hard_labels_for_all_examples() {
    let config = Config { extra_arms: vec![crate::config::Supervision::of(Method::AllLabels)], ..Config::default() };
    // Hard, all labels, distilled.
    let ran = |all: f64| {
        let metric = |accuracy| Metrics { accuracy, ..Metrics::default() };
        let scatter = [0.0, 0.01, 0.02, 0.013];
        let students: Vec<Metrics> =
            scatter.iter().flat_map(|m| [0.7 + m, all + 0.9 * m, 0.8 + m].map(metric)).collect();
        let mut outcome = of(&students, &config, 0);
        outcome.teacher_examples = 10_000;
        judge(&outcome).unwrap()
    };
    let behind = ran(0.86);
    assert!(
        behind.detail.contains("With hard labels for all 10,000 examples this student reaches 87.0\u{a0}%"),
        "{}",
        behind.detail
    );
    assert!(behind.detail.contains("with 200 labels, is 5.9 points behind that."), "{}", behind.detail);
    assert!(behind.detail.contains("The 2 comparisons with hard labels are judged together"), "{}", behind.detail);
    assert!(behind.extra_arms.is_empty(), "it is no arm beside the hard labels");
    assert!(ran(0.75).detail.contains("is 5.1 points ahead of that."));
    let equal = ran(0.801).detail;
    assert!(equal.contains("is not significantly apart from that (0.0 points)"), "{equal}");
}

#[test]
fn a_loss_is_stated_too() {
    let v = judge_two(&students(&[(0.80, 0.70), (0.81, 0.72), (0.82, 0.72)])).unwrap();
    assert_eq!(v.finding, Finding::Loss);
    assert!(v.sentence.contains("cost") && v.detail.contains('−'), "{v:?}");
}

#[test]
fn one_replicate_gives_no_verdict() {
    assert_eq!(judge_two(&students(&[(0.7, 0.8)])), None);
}

/// A run on custom data with those confusions of teacher, hard-label and distilled students, `[C][C]` each.
fn with_counts(teacher: [u32; 4], hard: [[u32; 4]; 3], distilled: [[u32; 4]; 3]) -> Outcome {
    let accuracy = |c: &[u32; 4]| f64::from(c[0] + c[3]) / f64::from(c.iter().sum::<u32>());
    let both: Vec<[u32; 4]> = hard.into_iter().zip(distilled).flat_map(|(h, d)| [h, d]).collect();
    let metrics = |c: &[u32; 4]| Metrics { accuracy: accuracy(c), ..Metrics::default() };
    let config = Config { extra_arms: Vec::new(), teacher_epochs: 20, ..Config::for_task(crate::config::Task::Own) };
    let students: Vec<Metrics> = both.iter().map(metrics).collect();
    let mut outcome = of(&students, &config, 0);
    outcome.evaluation.teacher = metrics(&teacher);
    outcome.teacher_confusion = teacher.to_vec();
    outcome.student_confusions = both.into_iter().map(Vec::from).collect();
    outcome.teacher_examples = 1_000;
    outcome
}

#[test]
fn a_student_that_answers_one_class_gains_nothing_and_is_named_first() {
    // 97 of 100 are of the first class: always answering it is 97 % right.
    let hard = [[80, 17, 1, 2], [82, 15, 1, 2], [79, 18, 0, 3]];
    let always = [[97, 0, 3, 0]; 3];
    let outcome = with_counts([95, 2, 1, 2], hard, always);
    let names = ["no".to_string(), "yes".to_string()];
    let verdict = judge_by(&outcome, Measure::Auto, &names).unwrap();
    assert_eq!((verdict.measure, verdict.finding), (Measure::Balanced, Finding::Loss));
    assert!(verdict.cautions[0].starts_with("The distilled student answers “no”"), "{:?}", verdict.cautions);
    assert!(
        verdict.cautions[1].contains("always answering “no” would be right on 97.0\u{a0}%"),
        "{:?}",
        verdict.cautions
    );
    // Accuracy, if it is asked for, is no reason to claim a gain either.
    let by_accuracy = judge_by(&outcome, Measure::Accuracy, &names).unwrap();
    assert_eq!((by_accuracy.gain.mean() > 10.0, by_accuracy.finding), (true, Finding::NoSignificantGain));
}

#[test]
fn a_teacher_worse_than_its_students_is_called_under_trained() {
    let hard = [[45, 5, 4, 46], [46, 4, 5, 45], [44, 6, 4, 46]];
    let outcome = with_counts([40, 10, 10, 40], hard, hard);
    let verdict = judge(&outcome).unwrap();
    assert_eq!(verdict.measure, Measure::Accuracy, "classes of equal size");
    assert!(
        verdict.cautions[0].starts_with("The teacher is under-trained: 80.0\u{a0}% right"),
        "{:?}",
        verdict.cautions
    );
    assert!(judge(&with_counts([48, 2, 2, 48], hard, hard)).unwrap().cautions.is_empty());
}

#[test]
fn a_verdict_can_go_by_another_measure() {
    let hard = [[90, 5, 5, 0], [91, 4, 5, 0], [90, 5, 5, 0]];
    let distilled = [[85, 10, 1, 4], [86, 9, 1, 4], [85, 10, 0, 5]];
    let outcome = with_counts([90, 5, 1, 4], hard, distilled);
    let findings = [Measure::Accuracy, Measure::Balanced, Measure::MacroF1]
        .map(|measure| judge_by(&outcome, measure, &[]).map(|verdict| verdict.finding));
    assert_eq!(findings[1..], [Some(Finding::Gain); 2], "rare cases are found");
    assert_eq!(findings[0], Some(Finding::NoSignificantGain));
    let text = judge_by(&outcome, Measure::Balanced, &[]).unwrap().sentence;
    assert!(text.contains("points more than hard labels in balanced accuracy"), "{text}");
}

#[test]
fn log_loss_is_better_where_it_is_less() {
    let mut outcome = of(
        &students(&[(0.7, 0.7), (0.7, 0.7), (0.7, 0.7)]),
        &Config { extra_arms: Vec::new(), ..Config::default() },
        0,
    );
    for (i, student) in outcome.evaluation.students.iter_mut().enumerate() {
        student.nll = if i % 2 == 0 { 0.8 } else { 0.6 } + 0.01 * i as f64;
    }
    let verdict = judge_by(&outcome, Measure::Nll, &[]).unwrap();
    assert_eq!(verdict.finding, Finding::Gain);
    assert!(verdict.sentence.contains("lowered this student’s log-loss by 0.190 nats"), "{}", verdict.sentence);
    assert!(verdict.scope.contains("nats over 3 paired"), "{}", verdict.scope);
}

#[test]
fn the_labels_that_students_had_are_always_said() {
    let mut outcome = of(
        &students(&[(0.74, 0.80), (0.75, 0.80), (0.73, 0.79)]),
        &Config { extra_arms: Vec::new(), ..Config::default() },
        0,
    );
    outcome.teacher_examples = 10_000;
    let scope = |outcome: &Outcome| judge(outcome).unwrap().scope;
    assert!(scope(&outcome).starts_with("Each student had 200 of 10,000 labels."), "{}", scope(&outcome));
    assert!(!scope(&outcome).contains("in common"));
    outcome.transfer_examples = 5_000;
    assert!(scope(&outcome).contains("have 50\u{a0}% of their examples in common"), "{}", scope(&outcome));
    outcome.transfer_examples = 10_000;
    assert!(scope(&outcome).contains("All replicates learned from the same examples"), "{}", scope(&outcome));
}
