use super::*;
use crate::config::{AddedPoint, DeviceChoice, Method, Optimizer, Supervision, TSquared};

#[test]
fn the_default_run_has_an_empty_link() {
    assert_eq!(format(&Config::default()), "");
    assert_eq!(parse("").config, Config::default());
    assert_eq!(parse("#").notices, Vec::<String>::new());
}

#[test]
fn what_is_written_is_read_back() {
    let mut config = Config::for_task(Task::Spiral);
    config.device = DeviceChoice::Cpu;
    config.optimizer = Optimizer::Sgd;
    config.distilled.method = Method::ReverseKl;
    config.assistants = vec![64, 16];
    config.extra_arms = vec![
        Supervision::of(Method::Hint),
        Supervision { temperature: 4.5, beta: 0.3, t_squared: TSquared::Off, ..Supervision::of(Method::Jsd) },
    ];
    for (i, parameter) in PARAMETERS.iter().enumerate() {
        (parameter.set)(&mut config, parameter.at(0.05 * (i + 1) as f64));
    }
    let hash = format(&config);
    assert!(hash.contains("arms=hint~jsd,t2:off,t:4.5,beta:0.3"), "{hash}");
    let link = parse(&hash);
    assert_eq!(link.notices, Vec::<String>::new());
    assert_eq!(link.config, config);
}

#[test]
fn a_lesson_opens_with_its_settings_and_its_link_holds_what_differs() {
    let api = lesson("api").unwrap();
    let base = || (api.runs)().swap_remove(0).config;
    assert_eq!(format_in(Some(api), &base()), "lesson=api");
    let link = parse("#lesson=api");
    assert_eq!((link.config, link.lesson), (base(), Some("api")));
    for change in api.next.iter().map(|next| next.change).chain([api.bigger]) {
        let mut config = base();
        change(&mut config);
        config.extra_arms.clear();
        let link = parse(&format_in(Some(api), &config));
        assert_eq!((link.config, link.lesson, link.notices), (config, Some("api"), Vec::new()));
    }
    let moved = parse("lesson=wrong-transfer&task=moons&run=2");
    assert_eq!((moved.config, moved.lesson), (Config::for_task(Task::Moons), Some("wrong-transfer")));
    let second = parse("lesson=few-labels&run=2&seed=7").config;
    assert_eq!((second.transfer_size, second.seed), (300, 7));
    assert_eq!(parse("lesson=nonsense").notices.len(), 1);
    assert_eq!(parse("lesson=api&run=9").notices.len(), 1);
}

#[test]
fn a_shift_that_a_task_cannot_have_is_reported_and_ignored() {
    let link = parse("task=moons&shift=other");
    assert_eq!((link.config.shift, link.notices.len()), (Shift::None, 1));
    assert_eq!(parse("task=names&production=blurred").notices.len(), 1);
}

#[test]
fn classes_left_out_and_added_points_are_read_back() {
    let mut config = Config { left_out: vec![1, 3], ..Config::for_task(Task::Blobs) };
    config.added = vec![AddedPoint { x: -30, y: 120, class: 0 }, AddedPoint { x: 5, y: 5, class: 3 }];
    let hash = format(&config);
    assert!(hash.contains("without=1,3") && hash.contains("points=-30,120,0~5,5,3"), "{hash}");
    assert_eq!(parse(&hash).config, config);
    let none = parse("task=moons&without=1,2&points=0,0,1~0,0,3");
    assert_eq!((none.config.left_out, none.config.added.len(), none.notices.len()), (vec![1], 1, 2));
    let bad = parse("task=blobs&without=1,x&points=1,2~9999,0,0~1,2,3");
    assert_eq!((bad.config.left_out, bad.config.added.len(), bad.notices.len()), (vec![1], 1, 3));
}

#[test]
fn the_task_counts_wherever_it_stands() {
    let link = parse("#hidden=6&task=moons");
    assert_eq!(link.config.task, Task::Moons);
    assert_eq!(link.config.student_hidden, 6);
    assert_eq!(link.config.transfer_size, Config::for_task(Task::Moons).transfer_size);
}

#[test]
fn unusable_values_are_reported_and_left_at_their_defaults() {
    let link = parse("#t=900&alpha=much&task=cats&colour=red&n=&device=abacus&seed=NaN");
    assert_eq!(link.config, Config::default());
    assert_eq!(link.notices.len(), 7, "{:?}", link.notices);
    assert!(link.notices.iter().any(|n| n.contains("900") && n.contains("0.5 to 20")));
    assert!(link.notices.iter().any(|n| n.contains("cats") && n.contains("fashion")));
}

#[test]
fn numbers_in_notices_are_written_as_on_the_page() {
    for (hash, words) in [
        ("n=-5", "to −5, outside 10 to 10,000;"),
        ("seed=1000000", "to 1,000,000, outside 0 to 999,999;"),
        ("noise=-0.5", "to −0.5, outside 0 to 0.9;"),
        ("n=1e300", "to 1e300, outside 10 to 10,000;"),
    ] {
        let notices = parse(hash).notices;
        assert!(notices.len() == 1 && notices[0].contains(words), "{notices:?}");
    }
}

#[test]
fn impossible_arms_are_left_out_and_reported() {
    assert_eq!(parse("arms=none").config.extra_arms, []);
    let link = parse("arms=argmax~cat~top_k,k:99,n:300~argmax~argmax~argmax~argmax&assistants=64,x");
    assert_eq!(link.config.extra_arms[1], Supervision::of(Method::TopK));
    assert_eq!(link.config.extra_arms.len(), Config::MAX_EXTRA_ARMS);
    assert!(link.config.assistants.is_empty());
    assert_eq!(link.notices.len(), 5, "{:?}", link.notices);
    assert_eq!(parse("assistants=64, 32").config.assistants, [64, 32]);
}

#[test]
fn a_link_that_programs_have_changed_on_its_way_is_read() {
    let plain = parse("#task=spiral&t=5&arms=argmax~smoothing");
    assert_eq!(plain.config.task, Task::Spiral);
    for changed in [
        "#task%3Dspiral%26t%3D5%26arms%3Dargmax~smoothing",
        "#task=spiral&amp;t=5&amp;arms=argmax~smoothing",
        "#task=spiral&t=5&arms=argmax~smoothing.",
        "#task=spiral&t=5&arms=argmax~smoothing).",
        "task%3dspiral%26amp;t%3d5%26arms%3dargmax%7Esmoothing,",
    ] {
        assert_eq!(parse(changed), plain, "{changed}");
    }
}

#[test]
fn any_string_gives_a_config() {
    for hash in [
        "%",
        "%%%",
        "=&=&=",
        "t",
        "t==",
        "#%F0%28%8C%BC",
        "t=1e999",
        "n=-0",
        "t=%33",
        "\u{1F600}=1",
        &"a=".repeat(9999),
    ] {
        let link = parse(hash);
        assert!(!link.config.distilled.temperature.is_nan());
    }
    assert_eq!(parse("t=%34").config.distilled.temperature, 4.0);
}
