//! How an arm looks and what it is called where room is short: the same in chart, table and bars.

use crate::config::{Arm, Config, Supervision, Targets};
pub use crate::runs::inline;

/// Style class of an arm: its colour and its line style are the style sheet's.
pub fn class(arm: Arm) -> &'static str {
    match arm {
        Arm::Hard => "hard",
        Arm::Distilled => "distilled",
        Arm::Extra(0) => "rival-0",
        Arm::Extra(1) => "rival-1",
        Arm::Extra(2) => "rival-2",
        Arm::Extra(_) => "rival-3",
    }
}

/// A name for the end of a line. Arms of one method are told apart by their temperatures, or else numbered.
pub fn short(config: &Config, arm: Arm) -> String {
    let supervision = match arm {
        Arm::Hard => return "Hard labels".into(),
        Arm::Distilled => &config.distilled,
        Arm::Extra(i) => match config.extra_arms.get(i) {
            Some(supervision) => supervision,
            None => return "Student".into(),
        },
    };
    let alike = |of: &[Supervision]| of.iter().filter(|r| r.method == supervision.method).count();
    let extra_arms = alike(&config.extra_arms);
    // What tells all arms of that method apart.
    let differ = |of: fn(&Supervision) -> f32| {
        let all = config.extra_arms.iter().chain([&config.distilled]).filter(|r| r.method == supervision.method);
        let mut values: Vec<f32> = all.map(of).collect();
        values.sort_by(f32::total_cmp);
        values.len() > 1 && values.windows(2).all(|pair| pair[0] < pair[1])
    };
    let (by_temperature, by_weight) = (differ(|r| r.temperature), differ(|r| r.soft_weight));
    let name = if arm == Arm::Distilled { "Distilled".into() } else { supervision.short() };
    match arm {
        _ if by_temperature => format!("{name}, T = {}", supervision.temperature),
        _ if by_weight => format!("{name}, α = {}", supervision.soft_weight),
        Arm::Extra(i) if extra_arms > 1 => format!("{name} {}", alike(&config.extra_arms[..=i])),
        _ => name,
    }
}

/// With what a method teaches, as it ends a sentence: `with the hard labels, with …`.
fn with_what(targets: Targets) -> &'static str {
    match targets {
        Targets::Distribution => "with everything the teacher believes",
        Targets::Logits => "with the teacher’s raw scores",
        Targets::TopK => "with the teacher’s top answers",
        Targets::Argmax => "with the teacher’s answers",
        Targets::Sampled => "with answers drawn from the teacher",
        Targets::Permuted => "with the teacher’s doubts shuffled",
        Targets::Hint => "with a hint from inside the teacher and its soft labels",
        Targets::HardLabels => "with smoothed labels",
    }
}

/// What the students of a run are taught with: `with the hard labels, with the teacher’s answers, and with …`.
pub fn taught(config: &Config) -> String {
    let mut parts = vec!["with the hard labels"];
    for supervision in config.extra_arms.iter().chain([&config.distilled]) {
        let part = with_what(supervision.method.targets());
        // At weight 0 the teacher is not heard, and the hard labels are told already.
        let unheard = supervision.method.asks_teacher() && supervision.without_teacher();
        if !unheard && !parts.contains(&part) {
            parts.push(part);
        }
    }
    let last = parts.pop().unwrap_or_default();
    match parts.len() {
        0 => last.to_string(),
        1 => format!("{} and {last}", parts[0]),
        _ => format!("{}, and {last}", parts.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Method;

    #[test]
    fn arms_of_one_method_are_numbered() {
        let extra_arms =
            vec![Supervision::of(Method::Jsd), Supervision::of(Method::Argmax), Supervision::of(Method::Jsd)];
        let config = Config { extra_arms, ..Config::default() };
        let names: Vec<String> = config.arms().into_iter().map(|arm| short(&config, arm)).collect();
        assert_eq!(names, ["Hard labels", "JSD 1", "Argmax", "JSD 2", "Distilled"]);
    }

    #[test]
    fn arms_that_differ_in_temperature_are_named_by_it() {
        let at = |temperature| Supervision { temperature, ..Supervision::of(Method::ForwardKl) };
        let config = Config { extra_arms: vec![at(1.0), at(2.5)], distilled: at(8.0), ..Config::default() };
        let names: Vec<String> = config.arms().into_iter().map(|arm| short(&config, arm)).collect();
        let kl = Supervision::of(Method::ForwardKl).short();
        assert_eq!(names, ["Hard labels", &format!("{kl}, T = 1"), &format!("{kl}, T = 2.5"), "Distilled, T = 8"]);
    }

    #[test]
    fn every_arm_has_a_look_of_its_own() {
        let config =
            Config { extra_arms: vec![Supervision::of(Method::Jsd); Config::MAX_EXTRA_ARMS], ..Config::default() };
        let mut classes: Vec<_> = config.arms().into_iter().map(class).collect();
        classes.sort_unstable();
        classes.dedup();
        assert_eq!(classes.len(), Config::MAX_EXTRA_ARMS + 2);
    }

    #[test]
    fn a_name_within_a_sentence_keeps_its_abbreviation() {
        let names = ["Hard-label student", "JSD student", "DKD 2", "Reverse-KL student", ""].map(inline);
        assert_eq!(names, ["hard-label student", "JSD student", "DKD 2", "reverse-KL student", ""]);
    }

    #[test]
    fn what_teaches_is_told_once_each() {
        let config = Config::default();
        assert_eq!(
            taught(&config),
            "with the hard labels, with the teacher’s answers, and with everything the teacher believes"
        );
        let mut weightless = Config { extra_arms: Vec::new(), ..config.clone() };
        weightless.distilled.soft_weight = 0.0;
        assert_eq!(taught(&weightless), "with the hard labels");
        assert_eq!(
            taught(&Config { extra_arms: vec![Supervision::of(Method::Jsd)], ..config }),
            "with the hard labels and with everything the teacher believes"
        );
    }
}
