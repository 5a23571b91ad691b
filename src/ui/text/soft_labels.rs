//! Captions of the soft labels and the heat maps. Pure.

use crate::lab::confusion::Confusion;
use crate::lab::number_format::decimals;
use crate::lab::probability::alike;
use crate::ui::text::units::percent;

/// The two most probable classes, each given as name, share at T, and share at T = 1. At T = 1 the shares are given once.
/// `lead` is the subject and verb: `the teacher gives`.
pub fn two_most_probable(t: f64, lead: &str, first: (&str, f64, f64), second: (&str, f64, f64)) -> String {
    let shown = format!("{t:.1}");
    let plain = if shown == "1.0" {
        String::new()
    } else {
        format!("; at T = 1 they have {} and {}", percent(first.2), percent(second.2))
    };
    format!("At T = {shown} {lead} {} ({}) and {} ({}){plain}.", first.0, percent(first.1), second.0, percent(second.1),)
}

/// Caption of the map of mean soft labels at a temperature, with the pair of classes that the lesson reports too.
/// `rows` are the mean soft labels `[C][C]`; `trained` is true once the teacher is.
pub fn most_alike(classes: &[String], rows: &[Vec<f64>], temperature: f64, trained: bool) -> String {
    let name = |i: usize| classes.get(i).map_or("", String::as_str);
    let mut text =
        format!("Mean soft label in per cent of each true class (row) over the test set at T = {temperature:.1}.");
    if let Some(&(i, j, lent)) = alike(rows).first() {
        text.push_str(&format!(
            " The teacher finds {} and {} most alike: each gets {}\u{a0}% of the label of the other, averaged over the two.",
            name(i),
            name(j),
            decimals(100.0 * lent, 0),
        ));
    }
    if !trained {
        text.push_str(" So far it has had one pass over its data.");
    }
    text
}

/// Recall of a class as in its cell; a dash for a class without test examples.
pub fn recall(confusion: &Confusion, class: usize) -> String {
    confusion.right(class).map_or("–".into(), |right| format!("{}\u{a0}%", decimals(100.0 * right, 0)))
}

/// Caption of a confusion matrix: the network, the largest confusion, and the class with the lowest recall.
pub fn confusions(network: &str, classes: &[String], confusion: &Confusion) -> String {
    let name = |i: usize| classes.get(i).map_or("", String::as_str);
    let mut text = format!("{network}: answers (columns) in per cent of each true class (rows) on the test set.");
    if let Some((i, j, share)) = confusion.worst() {
        let share = decimals(100.0 * share, 0);
        text.push_str(&format!(
            " The largest share taken for another class: {share}\u{a0}% of {} for {}.",
            name(i),
            name(j)
        ));
    }
    if let Some((i, _, others)) = confusion.hardest() {
        let others = match others {
            0 => String::new(),
            1 => " and one other".into(),
            n => format!(" and {n} others"),
        };
        text.push_str(&format!(" It is right least often on {}{others}: {}.", name(i), recall(confusion, i)));
    }
    if (0..classes.len()).any(|i| confusion.right(i).is_none()) {
        text.push_str(" “–”: the test set has none of that class.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_string()).collect()
    }

    #[test]
    fn at_t_1_the_shares_appear_once() {
        let text_of = |t, soft| two_most_probable(t, "the teacher gives", ("m", soft, 0.095), ("n", 0.08, 0.08));
        assert_eq!(text_of(1.0, 0.095), "At T = 1.0 the teacher gives m (9.5\u{a0}%) and n (8.0\u{a0}%).");
        assert!(text_of(3.0, 0.05).ends_with("; at T = 1 they have 9.5\u{a0}% and 8.0\u{a0}%."));
    }

    #[test]
    fn the_share_of_the_most_alike_pair_averages_both_directions() {
        let classes = names(&["T-shirt", "Shirt", "Coat"]);
        let rows = [vec![0.5, 0.2, 0.3], vec![0.3, 0.6, 0.1], vec![0.1, 0.0, 0.9]];
        let sentence = most_alike(&classes, &rows, 3.0, true);
        let ending = "The teacher finds T-shirt and Shirt most alike: each gets 25\u{a0}% of the label of the other, averaged over the two.";
        assert!(sentence.contains("T = 3.0. ") && sentence.ends_with(ending), "{sentence}");
        assert!(most_alike(&classes, &rows, 3.0, false).ends_with("one pass over its data."));
    }

    #[test]
    fn classes_without_test_examples_have_no_recall() {
        let classes = names(&["a", "b", "c", "d"]);
        let of = |counts: [u32; 16]| Confusion::mean([&counts[..]].into_iter(), 4).unwrap();
        let lacking = of([3, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 2, 0, 0, 0]);
        assert_eq!([0, 1, 2].map(|i| recall(&lacking, i)), ["75\u{a0}%", "–", "0\u{a0}%"]);
        let sentence = confusions("Teacher", &classes, &lacking);
        assert!(
            sentence.contains("right least often on c and one other: 0\u{a0}%.") && sentence.contains("“–”"),
            "{sentence}"
        );
        let full = of([3, 1, 0, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4]);
        let sentence = confusions("Teacher", &classes, &full);
        assert!(
            sentence.ends_with(
                "The largest share taken for another class: 25\u{a0}% of a for b. It is right least often on a: 75\u{a0}%."
            ),
            "{sentence}"
        );
    }
}
