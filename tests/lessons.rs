//! The lessons as the page runs them, natively: each claim over five seeds. `docs/lessons.md` holds what was found.
//!
//! Every test prints its lesson's figures (`--nocapture`); `SEEDS=2` runs fewer.

mod common;

use common::{Driver, fashion, mnist, names, outcome};
use softlabel::config::{Config, Task};
use softlabel::data::{Dataset, production};
use softlabel::lab::lessons::{Judgement, Seen, lesson};
use softlabel::protocol::Event;
use std::rc::Rc;
use std::time::Instant;

/// The data of a task as it is shipped.
fn data(task: Task, config: &Config) -> Rc<Dataset> {
    Rc::new(match task {
        Task::Fashion => fashion(),
        Task::Mnist => mnist(),
        Task::Names => names(config),
        _ => Dataset::generated(config).expect("a generated task"),
    })
}

/// What is kept of a run, from its events and those of the runs before it that had the same teacher.
fn seen(events: &[Event], setup: &softlabel::protocol::Setup) -> Seen {
    let outcome = outcome(events).expect("a finished run");
    let arms = setup.arms.len();
    let mut curves = vec![Vec::new(); arms];
    for report in common::reports(events) {
        let Some(evaluation) = report.evaluation.as_ref().filter(|e| !e.students.is_empty()) else { continue };
        for (arm, curve) in curves.iter_mut().enumerate() {
            let values: Vec<f64> = evaluation.students.iter().skip(arm).step_by(arms).map(|m| m.accuracy).collect();
            curve.push((report.student_step as f64, 100.0 * values.iter().sum::<f64>() / values.len() as f64));
        }
    }
    let teacher = events.iter().rev().find_map(|e| match e {
        Event::TeacherLogits { logits, labels, trained: true } => Some((logits.clone(), labels.clone())),
        _ => None,
    });
    let (teacher_logits, labels) = teacher.unwrap_or_default();
    let student_logits = events.iter().rev().find_map(|e| match e {
        Event::StudentLogits { logits, .. } => Some(logits.clone()),
        _ => None,
    });
    Seen {
        outcome,
        classes: setup.classes.clone(),
        curves,
        teacher_logits,
        student_logits: student_logits.unwrap_or_default(),
        labels,
        transfer_examples: setup.transfer_examples,
        queries: setup.queries.clone(),
    }
}

/// A lesson's runs with that seed, judged.
fn judged(key: &str, seed: u32) -> (Judgement, Vec<Seen>) {
    let lesson = lesson(key).expect("a lesson of that key");
    let mut all: Vec<Seen> = Vec::new();
    let mut driver: Option<Driver> = None;
    let mut events = Vec::new();
    let begun = Instant::now();
    for run in (lesson.runs)() {
        let config = Config { seed, ..run.config };
        match &mut driver {
            Some(driver) if driver.session.config().same_data(&config) => {
                driver.session.configure(config.clone());
            }
            _ => {
                let base = data(config.task, &config);
                driver = Some(Driver::new(production::prepare(base, &config), config.clone()));
            }
        }
        let driver = driver.as_mut().unwrap();
        if let Some(task) = config.task.other_images() {
            driver.session.lend(data(task, &config));
        }
        driver.session.train();
        // The teacher's logits may be those of a run before.
        events.retain(|e| matches!(e, Event::TeacherLogits { .. }));
        events.extend(driver.finish().unwrap());
        all.push(seen(&events, &driver.session.setup()));
    }
    let judgement = (lesson.judge)(&all.iter().collect::<Vec<_>>());
    println!("## {key}, seed {seed} ({:.1} s)", begun.elapsed().as_secs_f64());
    for row in &judgement.rows {
        println!("- {}: {}", row.what, row.value);
    }
    let verdict = judgement.verdict.as_ref().expect("a verdict");
    println!("-> {:?}: {}\n", verdict.came_true.map(|i| lesson.predictions[i]), verdict.sentence);
    (judgement, all)
}

/// The lesson over all seeds: which prediction came true how often.
fn over_seeds(key: &str, check: impl Fn(&Judgement, &[Seen])) -> Vec<usize> {
    let seeds: u32 = std::env::var("SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(5);
    let lesson = lesson(key).unwrap();
    let mut counts = vec![0; lesson.predictions.len() + 1];
    for seed in 1..=seeds {
        let (judgement, all) = judged(key, seed);
        check(&judgement, &all);
        let came_true = judgement.verdict.as_ref().and_then(|v| v.came_true);
        counts[came_true.unwrap_or(lesson.predictions.len())] += 1;
    }
    println!("{key}: {counts:?}");
    counts
}

#[test]
fn knows() {
    over_seeds("knows", |_, _| {});
}

#[test]
fn few_labels() {
    over_seeds("few-labels", |_, _| {});
}

#[test]
fn missing_three() {
    over_seeds("missing-three", |_, _| {});
}

#[test]
fn wrong_labels() {
    over_seeds("wrong-labels", |_, _| {});
}

#[test]
fn wrong_transfer() {
    over_seeds("wrong-transfer", |_, _| {});
}

#[test]
fn too_small() {
    over_seeds("too-small", |_, _| {});
}

#[test]
fn temperature() {
    over_seeds("temperature", |_, _| {});
}

#[test]
fn api() {
    over_seeds("api", |_, _| {});
}

#[test]
fn think_alike() {
    over_seeds("think-alike", |_, _| {});
}

#[test]
fn names_lesson() {
    over_seeds("names", |_, _| {});
}
