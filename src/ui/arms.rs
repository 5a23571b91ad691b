//! How an arm looks and what it is called where room is short: the same in chart, table and bars.

use crate::config::{Arm, Config, Method};
pub use crate::lab::runs::inline;

/// Style class of an arm: its colour and its line style are the style sheet's.
pub fn class(arm: Arm) -> &'static str {
    match arm {
        Arm::Hard => "hard",
        Arm::Distilled => "distilled",
        Arm::Rival(0) => "rival-0",
        Arm::Rival(1) => "rival-1",
        Arm::Rival(2) => "rival-2",
        Arm::Rival(_) => "rival-3",
    }
}

/// A name for the end of a line; arms of one method are numbered.
pub fn short(config: &Config, arm: Arm) -> String {
    match arm {
        Arm::Hard => "Hard labels".into(),
        Arm::Distilled => "Distilled".into(),
        Arm::Rival(i) => {
            let Some(recipe) = config.rivals.get(i) else { return "Student".into() };
            let alike = |of: &[crate::config::Recipe]| of.iter().filter(|r| r.method == recipe.method).count();
            match alike(&config.rivals) {
                0 | 1 => recipe.short(),
                _ => format!("{} {}", recipe.short(), alike(&config.rivals[..=i])),
            }
        }
    }
}

/// With what a method teaches, as it ends a sentence: `with the hard labels, with …`.
fn with_what(method: Method) -> &'static str {
    match method {
        Method::ForwardKl | Method::ReverseKl | Method::Jsd | Method::Dkd => "with everything the teacher believes",
        Method::LogitMse => "with the teacher’s raw scores",
        Method::TopK => "with the teacher’s top answers",
        Method::Argmax => "with the teacher’s answers",
        Method::Sampled => "with answers drawn from the teacher",
        Method::Permuted => "with the teacher’s doubts shuffled",
        Method::Hint => "with a hint from inside the teacher and its soft labels",
        Method::Smoothing => "with smoothed labels",
    }
}

/// What the students of a run are taught with: `with the hard labels, with the teacher’s answers, and with …`.
pub fn taught(config: &Config) -> String {
    let mut parts = vec!["with the hard labels"];
    for recipe in config.rivals.iter().chain([&config.distilled]) {
        let part = with_what(recipe.method);
        if !parts.contains(&part) {
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
    use crate::config::Recipe;

    #[test]
    fn arms_of_one_method_are_numbered() {
        let rivals = vec![Recipe::of(Method::Jsd), Recipe::of(Method::Argmax), Recipe::of(Method::Jsd)];
        let config = Config { rivals, ..Config::default() };
        let names: Vec<String> = config.arms().into_iter().map(|arm| short(&config, arm)).collect();
        assert_eq!(names, ["Hard labels", "JSD 1", "Argmax", "JSD 2", "Distilled"]);
    }

    #[test]
    fn every_arm_has_a_look_of_its_own() {
        let config = Config { rivals: vec![Recipe::of(Method::Jsd); Config::MOST_RIVALS], ..Config::default() };
        let mut classes: Vec<_> = config.arms().into_iter().map(class).collect();
        classes.sort_unstable();
        classes.dedup();
        assert_eq!(classes.len(), Config::MOST_RIVALS + 2);
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
        assert_eq!(
            taught(&Config { rivals: vec![Recipe::of(Method::Jsd)], ..config }),
            "with the hard labels and with everything the teacher believes"
        );
    }
}
