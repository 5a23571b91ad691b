//! A drawn network in words. Pure.

use crate::experiment::NetworkActivations;
use crate::lab::probability::{softmax, top_two};
use crate::ui::text::units::percent;

/// A network on the example that is shown: how many of its units are active, and what it answers at T = 1.
pub fn at_work(name: &str, network: &NetworkActivations, classes: &[String]) -> String {
    let layers: Vec<String> = network
        .hidden
        .iter()
        .map(|layer| {
            let active = layer.iter().filter(|&&value| value > 0.0).count();
            format!("{active} of {}", layer.len())
        })
        .collect();
    let units = match layers.as_slice() {
        [] => "it has no hidden units".to_string(),
        [one] => format!("{one} hidden units are active"),
        [rest @ .., last] => format!("{} and {last} units of its hidden layers are active", rest.join(", ")),
    };
    let shares = softmax(&network.logits, 1.0);
    let answer = top_two(&shares)
        .and_then(|(first, ..)| Some(format!(" It answers {} with {}.", classes.get(first)?, percent(shares[first]))))
        .unwrap_or_default();
    format!("{name}, drawn, on the example shown: {units}.{answer}")
}

/// A network before it has seen an example.
pub fn at_rest(name: &str, hidden: &[usize]) -> String {
    match hidden {
        [] => format!("{name}, drawn: no hidden units."),
        [one] => format!("{name}, drawn: {one} hidden units, not trained yet."),
        layers => {
            let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
            format!("{name}, drawn: hidden layers of {} units, not trained yet.", layers.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_what_the_drawing_shows() {
        let classes = ["cat".to_string(), "dog".into()];
        let network = NetworkActivations {
            hidden: vec![vec![0.0, 2.0, 0.1], vec![1.0]],
            logits: vec![0.0, 3.0_f32.ln()],
            connections: Vec::new(),
        };
        assert_eq!(
            at_work("Teacher", &network, &classes),
            "Teacher, drawn, on the example shown: 2 of 3 and 1 of 1 units of its hidden layers are active. It answers dog with 75.0\u{a0}%."
        );
        let linear = NetworkActivations { hidden: vec![], ..network };
        assert!(at_work("Student", &linear, &classes).contains("it has no hidden units."));
        assert_eq!(at_rest("Student", &[32]), "Student, drawn: 32 hidden units, not trained yet.");
        assert_eq!(at_rest("Teacher", &[8, 8]), "Teacher, drawn: hidden layers of 8, 8 units, not trained yet.");
    }
}
