//! Which test examples are worth looking at: where the teacher is unsure, where it is sure and wrong, and what it
//! finds typical.

use crate::data::example::{Example, Why};
use crate::data::{Dataset, Part};
use crate::engine::metrics::{entropy, log_softmax};
use crate::losses::argmax;

/// Examples of each kind.
const EACH: usize = 4;

/// Chooses by the teacher's logits on the test set, `[N, C]` flattened, row-major: four each of the least sure, the surest
/// mistakes and the surest correct predictions, of different classes as far as there are, in turn.
pub fn choose(data: &Dataset, logits: &[f32]) -> Vec<Example> {
    let c = data.classes.len();
    let log_p = log_softmax(logits, c);
    let labels = &data.test.labels;
    let answer: Vec<usize> = logits.chunks(c).map(argmax).collect();
    let sure = |i: usize| log_p[i * c + answer[i]];
    let doubt: Vec<f64> = log_p.chunks(c).map(entropy).collect();
    let right = |i: &usize| answer[*i] == usize::from(labels[*i]);

    let mut unsure: Vec<usize> = (0..labels.len()).collect();
    unsure.sort_by(|&a, &b| doubt[b].total_cmp(&doubt[a]));
    let mut mistakes: Vec<usize> = (0..labels.len()).filter(|i| !right(i)).collect();
    mistakes.sort_by(|&a, &b| sure(b).total_cmp(&sure(a)));
    let mut typical: Vec<usize> = (0..labels.len()).filter(right).collect();
    typical.sort_by(|&a, &b| sure(b).total_cmp(&sure(a)));

    let mut taken = Vec::new();
    let mut lists =
        [(Why::Unsure, unsure), (Why::ConfidentMistake, mistakes), (Why::Prototype, typical)].map(|(why, order)| {
            // One of a class before a second of it.
            let mut chosen: Vec<usize> = Vec::new();
            for round in 1.. {
                for &i in &order {
                    let of_class = chosen.iter().filter(|&&j| labels[j] == labels[i]).count();
                    if chosen.len() < EACH && of_class < round && !chosen.contains(&i) && !taken.contains(&i) {
                        chosen.push(i);
                    }
                }
                if chosen.len() >= EACH || round > EACH {
                    break;
                }
            }
            taken.extend_from_slice(&chosen);
            (why, chosen.into_iter())
        });
    let mut out = Vec::new();
    for _ in 0..EACH {
        for (why, list) in &mut lists {
            out.extend(list.next().map(|i| data.example(Part::Test, i, labels[i], Some(*why))));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::points;

    #[test]
    fn each_kind_is_what_it_says_and_none_comes_twice() {
        let data = points::spiral(1);
        // A teacher that is right where the index is even, wrong elsewhere, and surer the larger the index.
        let logits: Vec<f32> = (0..data.test.len())
            .flat_map(|i| {
                let label = usize::from(data.test.labels[i]);
                let top = if i % 2 == 0 { label } else { (label + 1) % 3 };
                (0..3).map(move |c| if c == top { i as f32 / 100.0 } else { 0.0 })
            })
            .collect();
        let chosen = choose(&data, &logits);
        assert_eq!(chosen.len(), 3 * EACH);
        for example in &chosen {
            match example.why {
                Some(Why::Unsure) => assert!(example.index < 20),
                Some(Why::ConfidentMistake) => assert!(example.index % 2 == 1 && example.index > 950),
                Some(Why::Prototype) => assert!(example.index % 2 == 0 && example.index > 950),
                None => panic!("a chosen example says why"),
            }
        }
        let mut places: Vec<_> = chosen.iter().map(|e| e.index).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 3 * EACH);
    }

    #[test]
    fn a_teacher_without_mistakes_leaves_that_kind_out() {
        let data = points::moons(1);
        let logits: Vec<f32> =
            data.test.labels.iter().flat_map(|&l| if l == 0 { [3.0, 0.0] } else { [0.0, 3.0] }).collect();
        let chosen = choose(&data, &logits);
        assert_eq!(chosen.len(), 2 * EACH);
    }
}
