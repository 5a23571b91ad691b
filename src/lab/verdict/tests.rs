use super::*;
use crate::config::Config;
use crate::experiment::Evaluation;

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
    assert!(detail_of(&same, &config).contains("the very same students"), "{}", detail_of(&same, &config));
    let mut weightless = config;
    weightless.extra_arms[0].soft_weight = 0.0;
    assert!(!detail_of(&same, &weightless).contains("the very same"), "{}", detail_of(&same, &weightless));
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
fn a_loss_is_stated_too() {
    let v = judge_two(&students(&[(0.80, 0.70), (0.81, 0.72), (0.82, 0.72)])).unwrap();
    assert_eq!(v.finding, Finding::Loss);
    assert!(v.sentence.contains("cost") && v.detail.contains('−'), "{v:?}");
}

#[test]
fn one_replicate_gives_no_verdict() {
    assert_eq!(judge_two(&students(&[(0.7, 0.8)])), None);
}
