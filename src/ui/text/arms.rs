//! Style class and short name of an arm: the same in charts, tables and bars.

use crate::config::{Arm, Config, Supervision, Targets};
pub use crate::runs::inline;

/// Style class of an arm; the style sheet defines its colour and line style.
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

/// Short name of an arm, for the end of a curve. Arms that share a method are distinguished by temperature, else by soft
/// weight, else by a number.
pub fn short(config: &Config, arm: Arm) -> String {
    let supervision = match arm {
        Arm::Hard => return "Hard labels".into(),
        Arm::Distilled => &config.distilled,
        Arm::Extra(i) => match config.extra_arms.get(i) {
            Some(supervision) => supervision,
            None => return "Student".into(),
        },
    };
    let count_same_method = |of: &[Supervision]| of.iter().filter(|r| r.method == supervision.method).count();
    let extra_arms = count_same_method(&config.extra_arms);
    // Whether a setting differs between all arms of that method.
    let all_differ = |of: fn(&Supervision) -> f32| {
        let all = config.extra_arms.iter().chain([&config.distilled]).filter(|r| r.method == supervision.method);
        let mut values: Vec<f32> = all.map(of).collect();
        values.sort_by(f32::total_cmp);
        values.len() > 1 && values.windows(2).all(|pair| pair[0] < pair[1])
    };
    let (temperatures_differ, weights_differ) = (all_differ(|r| r.temperature), all_differ(|r| r.soft_weight));
    // Without a teacher nothing is distilled.
    let distilled = arm == Arm::Distilled && supervision.method.asks_teacher();
    let name = if distilled { "Distilled".into() } else { supervision.short() };
    match arm {
        _ if temperatures_differ => format!("{name}, T = {}", supervision.temperature),
        _ if weights_differ => format!("{name}, α = {}", supervision.soft_weight),
        Arm::Extra(i) if extra_arms > 1 => format!("{name} {}", count_same_method(&config.extra_arms[..=i])),
        _ => name,
    }
}

/// The targets of a method as what a student gets.
fn targets_text(targets: Targets) -> &'static str {
    match targets {
        Targets::Distribution => "all the teacher’s probabilities",
        Targets::Logits => "the teacher’s raw scores (logits)",
        Targets::TopK => "the teacher’s top answers with their probabilities",
        Targets::Argmax => "the teacher’s answers",
        Targets::Sampled => "answers drawn from the teacher’s probabilities",
        Targets::Permuted => "the teacher’s probabilities with the wrong classes shuffled",
        Targets::Hint => "all the teacher’s probabilities and a hint from inside it",
        Targets::HardLabels => "smoothed labels",
        Targets::AllLabels => "the labels of all examples",
    }
}

/// The targets of all arms of a run: `some get the labels themselves, some the teacher’s answers, some …`.
pub fn targets(config: &Config) -> String {
    let mut parts = vec!["the labels themselves"];
    for supervision in config.arms().into_iter().filter_map(|arm| config.supervision(arm)) {
        let part = targets_text(supervision.method.targets());
        // At soft weight 0 only the hard labels count, and these are listed already.
        let unused = supervision.method.asks_teacher() && supervision.without_teacher();
        if !unused && !parts.contains(&part) {
            parts.push(part);
        }
    }
    match parts[..] {
        [only] => format!("they get {only}"),
        _ => format!("some get {}", parts.join(", some ")),
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
    fn every_arm_has_its_own_style_class() {
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
    fn every_kind_of_target_is_listed_once() {
        let config = Config::default();
        assert_eq!(
            targets(&config),
            "some get the labels themselves, some the teacher’s answers, some all the teacher’s probabilities"
        );
        let mut weightless = Config { extra_arms: Vec::new(), ..config.clone() };
        weightless.distilled.soft_weight = 0.0;
        assert_eq!(targets(&weightless), "they get the labels themselves");
        assert_eq!(
            targets(&Config { extra_arms: vec![Supervision::of(Method::Jsd)], ..config }),
            "some get the labels themselves, some all the teacher’s probabilities"
        );
    }
}
