//! Verdicts on tables as users bring them: a rare class, few rows, rows that say nothing.

mod common;

use common::Driver;
use softlabel::config::{Config, Measure, Task};
use softlabel::data::table;
use softlabel::experiment::Outcome;
use softlabel::lab::class_metrics;
use softlabel::lab::verdict::{Finding, Verdict, judge_by};
use std::rc::Rc;

/// Trains the default run of a table to its verdict.
fn run(text: &[u8], change: impl FnOnce(&mut Config)) -> (Outcome, Verdict) {
    let table = table::read(text).expect("a table");
    let mut config = Config { replicates: 3, student_steps: 300, ..Config::for_task(Task::Own) };
    let rows = table.dataset(config.seed).train.len();
    config = config.fitted(rows);
    change(&mut config);
    let data = Rc::new(table.dataset(config.seed));
    let classes = data.classes.clone();
    let mut run = Driver::new(data, config);
    run.session.train();
    let outcome = common::outcome(&run.finish().expect("it trains")).expect("it ends");
    let verdict = judge_by(&outcome, Measure::Auto, &classes).expect("three replicates");
    (outcome, verdict)
}

#[test]
fn a_rare_class_is_judged_by_balanced_accuracy() {
    for transfer_size in [10_000, 100] {
        let (outcome, verdict) =
            run(include_bytes!("data/imbalanced_first600.csv"), |config| config.transfer_size = transfer_size);
        println!("{:?}\n{}\n{}", verdict.cautions, verdict.sentence, verdict.detail);
        assert_eq!(verdict.measure, Measure::Balanced);
        assert!(verdict.cautions.iter().any(|c| c.starts_with("Classes differ in size: always answering")));
        // No gain is claimed for a student that answers the majority class alone, and it is named first.
        let arms = outcome.config.arms();
        let one_class = class_metrics::of_arm(&outcome, arms.len() - 1, arms.len()).filter(|c| c.one_class().is_some());
        if one_class.count() >= 2 {
            assert_ne!(verdict.finding, Finding::Gain);
            assert!(
                verdict.cautions.iter().any(|c| c.contains("answer") && c.contains("distilled student")),
                "{:?}",
                verdict.cautions
            );
        }
        assert!(verdict.scope.starts_with("Each student had "), "{}", verdict.scope);
    }
}

#[test]
fn a_table_of_few_rows_gets_a_teacher_that_has_learned() {
    let (outcome, verdict) = run(include_bytes!("data/wine.csv"), |_| {});
    println!(
        "{} {:?}\n{}\n{}",
        outcome.evaluation.teacher.accuracy, verdict.cautions, verdict.sentence, verdict.detail
    );
    assert!(outcome.evaluation.teacher.accuracy >= 0.94, "{}", outcome.evaluation.teacher.accuracy);
    assert!(verdict.cautions.is_empty(), "{:?}", verdict.cautions);
    assert_ne!(verdict.finding, Finding::Loss, "{}", verdict.sentence);
    // The sizes of large data give this teacher ten steps: that is said before anything else.
    let (_, starved) =
        run(include_bytes!("data/wine.csv"), |config| (config.teacher_epochs, config.teacher_batch) = (5, 128));
    println!("{:?}\n{}", starved.cautions, starved.sentence);
    assert!(starved.cautions.iter().any(|c| c.contains("under-trained")), "{:?}", starved.cautions);
}

#[test]
fn rows_that_are_all_alike_teach_nothing() {
    let rows = |first: u32| -> String {
        (0..120).map(|i| format!("{},2,{}\n", if i == 0 { first } else { 1 }, ["yes", "no"][i * 7 % 5 % 2])).collect()
    };
    let alike = table::read(format!("a,b,label\n{}", rows(1)).as_bytes()).expect_err("nothing to learn from");
    assert!(alike.to_string().starts_with("No column is left to learn from"), "{alike}");
    // All but one row.
    let rows = rows(5);
    let (_, verdict) = run(format!("a,b,label\n{rows}").as_bytes(), |_| {});
    println!("{:?}\n{}\n{}", verdict.cautions, verdict.sentence, verdict.detail);
    assert_eq!(verdict.finding, Finding::NoSignificantGain, "{}", verdict.sentence);
    assert!(
        verdict.cautions.iter().any(|c| c.contains("answer “") && c.contains("distilled student")),
        "{:?}",
        verdict.cautions
    );
}
