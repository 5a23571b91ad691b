mod common;
use common::{Driver, fashion, mnist, outcome};
use softlabel::config::*;
use softlabel::data::production;
use softlabel::lab::verdict::{arm_values, mean};
use std::rc::Rc;
fn go(label: &str, config: Config) {
    let base = Rc::new(if config.task == Task::Fashion { fashion() } else { mnist() });
    let mut d = Driver::new(production::prepare(base, &config), config.clone());
    if config.shift == Shift::OtherTask {
        d.session.lend(Rc::new(if config.task == Task::Fashion { mnist() } else { fashion() }));
    }
    d.session.train();
    let o = outcome(&d.finish().unwrap()).unwrap();
    let arms = config.arms();
    let a = |arm| mean(&arm_values(&o.evaluation.students, &arms, arm, |m| 100.0 * m.accuracy));
    println!(
        "{label}: teacher {:.1} hard {:.1} soft {:.1}",
        100.0 * o.evaluation.teacher.accuracy,
        a(Arm::Hard),
        a(Arm::Distilled)
    );
}
#[test]
fn wrong() {
    for n in [200, 500, 1000] {
        for t in [1.0, 4.0] {
            for shift in [Shift::OtherTask, Shift::None] {
                let mut c =
                    Config { transfer_size: n, shift, replicates: 3, rivals: vec![], ..Config::for_task(Task::Mnist) };
                c.distilled.temperature = t;
                go(&format!("N {n} T {t} {shift:?}"), c);
            }
        }
    }
}
#[test]
fn small() {
    for h in [3, 4, 6] {
        for t in [1.0, 3.0] {
            let mut c = Config {
                transfer_size: 1000,
                student_hidden: h,
                replicates: 3,
                rivals: vec![],
                ..Config::for_task(Task::Fashion)
            };
            c.distilled.temperature = t;
            go(&format!("H {h} T {t}"), c.clone());
            go(&format!("H {h} T {t} assistant 16"), Config { assistants: vec![16], ..c.clone() });
            go(&format!("H {h} T {t} stop .25"), Config { teacher_stop: 0.25, ..c.clone() });
            go(
                &format!("H {h} T {t} footwear"),
                Config {
                    left_out: vec![0, 1, 2, 3, 4, 6, 8],
                    production_classes: ProductionClasses::Kept,
                    ..c.clone()
                },
            );
        }
    }
}
