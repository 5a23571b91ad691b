//! Which test examples are worth looking at. Half are right answers with telling doubts, which is what students learn
//! from; the others are those between which the teacher is torn, its surest mistakes, and clear cases.

use crate::data::example::{Example, Why};
use crate::data::{Dataset, Part};
use crate::engine::metrics::log_softmax;
use crate::losses::argmax;

/// Right answers with telling doubts.
const TELLING: usize = 6;
/// Examples of each of the other kinds.
const EACH: usize = 2;
/// Shares that the right class has where the doubts are telling: below, the teacher is torn; above, the bars are too
/// short to see.
const TELLING_SHARES: std::ops::RangeInclusive<f64> = 0.6..=0.95;
/// A telling doubt has one direction: the runner-up has so many times the share of the third class.
const TELLING_RATIO: f64 = 3.0;

/// Shares of the three likeliest classes at T = 1, the likeliest first; 0 where there are fewer classes.
fn top_three(log_p: &[f64]) -> [f64; 3] {
    let mut top = [0.0; 3];
    for share in log_p.iter().map(|l| l.exp()) {
        if let Some(place) = top.iter().position(|&other| share > other) {
            top[place..].rotate_right(1);
            top[place] = share;
        }
    }
    top
}

/// So many of `order` that are not in `taken`, one of a class before a second of it.
fn spread(order: &[usize], labels: &[u8], count: usize, taken: &mut Vec<usize>) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    for round in 1..=count {
        for &i in order {
            let of_class = chosen.iter().filter(|&&j| labels[j] == labels[i]).count();
            if chosen.len() < count && of_class < round && !chosen.contains(&i) && !taken.contains(&i) {
                chosen.push(i);
            }
        }
    }
    taken.extend_from_slice(&chosen);
    chosen
}

/// Chooses by the teacher's logits on the test set, `[N, C]` flattened, row-major: up to six right answers with telling
/// doubts (the likeliest class has 60 to 95 %, the runner-up three times the share of the third), two each of those with the
/// smallest margin, the surest mistakes and the surest right answers; of different classes as far as there are. The telling
/// ones alternate with the others and come first.
pub fn choose(data: &Dataset, logits: &[f32]) -> Vec<Example> {
    let c = data.classes.len();
    let log_p = log_softmax(logits, c);
    let labels = &data.test.labels;
    let top: Vec<[f64; 3]> = log_p.chunks(c).map(top_three).collect();
    let answers: Vec<usize> = logits.chunks(c).map(argmax).collect();
    let right = |i: &usize| answers[*i] == usize::from(labels[*i]);
    let ordered = |keep: &dyn Fn(&usize) -> bool, key: &dyn Fn(usize) -> f64| {
        let mut order: Vec<usize> = (0..labels.len()).filter(keep).collect();
        order.sort_by(|&a, &b| key(b).total_cmp(&key(a)));
        order
    };
    let is_telling =
        |i: &usize| right(i) && TELLING_SHARES.contains(&top[*i][0]) && top[*i][1] >= TELLING_RATIO * top[*i][2];
    let by_kind = [
        (Why::TellingDoubt, ordered(&is_telling, &|i| top[i][1])),
        (Why::Torn, ordered(&|_| true, &|i| top[i][1] - top[i][0])),
        (Why::ConfidentMistake, ordered(&|i| !right(i), &|i| top[i][0])),
        (Why::Prototype, ordered(&right, &|i| top[i][0])),
    ];
    let mut taken = Vec::new();
    let mut chosen = by_kind.map(|(why, order)| {
        let count = if why == Why::TellingDoubt { TELLING } else { EACH };
        spread(&order, labels, count, &mut taken).into_iter().map(move |i| (why, i))
    });
    let [telling, others @ ..] = &mut chosen;
    let mut rest = Vec::new();
    for _ in 0..EACH {
        rest.extend(others.iter_mut().filter_map(Iterator::next));
    }
    let mut rest = rest.into_iter();
    let mut out = Vec::new();
    loop {
        let pair = [telling.next(), rest.next()];
        if pair == [None, None] {
            break;
        }
        out.extend(pair.into_iter().flatten().map(|(why, i)| data.example(Part::Test, i, labels[i], Some(why))));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::points;

    /// Logits that give these shares.
    fn logits_of(shares: [f32; 3]) -> [f32; 3] {
        shares.map(f32::ln)
    }

    #[test]
    fn each_kind_is_what_it_says_and_none_comes_twice() {
        let data = points::spiral(1);
        // By index: telling doubts, torn, sure and wrong, sure and right, doubts in two directions.
        let logits: Vec<f32> = (0..data.test.len())
            .flat_map(|i| {
                let label = usize::from(data.test.labels[i]);
                let mut shares = match i % 5 {
                    0 => [0.8, 0.18, 0.02],
                    1 => [0.34, 0.335, 0.325],
                    2 => [0.01, 0.98, 0.01],
                    3 => [0.98, 0.01, 0.01],
                    _ => [0.7, 0.16, 0.14],
                };
                shares.rotate_right(label);
                logits_of(shares)
            })
            .collect();
        let chosen = choose(&data, &logits);
        let kinds: Vec<Why> = chosen.iter().filter_map(|example| example.why).collect();
        assert_eq!(kinds.len(), TELLING + 3 * EACH);
        assert_eq!(kinds[..3], [Why::TellingDoubt, Why::Torn, Why::TellingDoubt]);
        for (kind, count, place) in [
            (Why::TellingDoubt, TELLING, 0),
            (Why::Torn, EACH, 1),
            (Why::ConfidentMistake, EACH, 2),
            (Why::Prototype, EACH, 3),
        ] {
            let of_kind: Vec<_> = chosen.iter().filter(|example| example.why == Some(kind)).collect();
            assert_eq!(of_kind.len(), count, "{kind:?}");
            assert!(of_kind.iter().all(|example| example.index % 5 == place), "{kind:?}");
            let mut classes: Vec<_> = of_kind.iter().map(|example| data.test.labels[example.index]).collect();
            classes.sort_unstable();
            classes.dedup();
            assert_eq!(classes.len(), count.min(3), "{kind:?}: of different classes");
        }
        let mut places: Vec<_> = chosen.iter().map(|e| e.index).collect();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), chosen.len());
    }

    #[test]
    fn a_teacher_without_mistakes_or_doubts_leaves_those_kinds_out() {
        let data = points::moons(1);
        let logits: Vec<f32> =
            data.test.labels.iter().flat_map(|&l| if l == 0 { [9.0, 0.0] } else { [0.0, 9.0] }).collect();
        let chosen = choose(&data, &logits);
        let kinds: Vec<_> = chosen.iter().filter_map(|example| example.why).collect();
        assert_eq!(kinds, [Why::Torn, Why::Prototype, Why::Torn, Why::Prototype]);
    }

    #[test]
    fn two_classes_have_no_third() {
        assert_eq!(top_three(&[0.75_f64.ln(), 0.25_f64.ln()]).map(|p| (100.0 * p).round()), [75.0, 25.0, 0.0]);
    }
}
