//! What the heat maps show, in words. Pure.

use crate::lab::figures::decimals;
use crate::lab::soft_labels::alike;

/// What the map of mean soft labels shows at a temperature; its pair is the one that the lesson tells of. `trained`
/// when the teacher is.
pub fn alike_most(classes: &[String], rows: &[Vec<f64>], temperature: f64, trained: bool) -> String {
    let name = |i: usize| classes.get(i).map_or("", String::as_str);
    let mut text =
        format!("Mean soft label in per cent of each true class (row) over the test set at T = {temperature:.1}.");
    if let Some(&(i, j, lent)) = alike(rows).first() {
        text.push_str(&format!(
            " The teacher finds {} and {} most alike: on average each gets {} % of the label of the other.",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_string()).collect()
    }

    #[test]
    fn the_pair_most_alike_and_its_share_are_those_of_both_directions() {
        let classes = names(&["T-shirt", "Shirt", "Coat"]);
        let rows = [vec![0.5, 0.2, 0.3], vec![0.3, 0.6, 0.1], vec![0.1, 0.0, 0.9]];
        let words = alike_most(&classes, &rows, 3.0, true);
        let told =
            "The teacher finds T-shirt and Shirt most alike: on average each gets 25 % of the label of the other.";
        assert!(words.contains("T = 3.0. ") && words.ends_with(told), "{words}");
        assert!(alike_most(&classes, &rows, 3.0, false).ends_with("one pass over its data."));
    }
}
