//! Labels at line ends that do not cover one another.

/// Moves places apart until neighbours are `gap` apart, within `low..=high`, as little as that needs, keeping
/// their order. Returns the new places in the order given.
pub fn spread(places: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|&a, &b| places[a].total_cmp(&places[b]));
    // Blocks of labels that touch: (sum of wished starts, size, first index in `order`); a block stands at the
    // mean of what its members wish, and is merged with the one above while they overlap.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for &i in &order {
        blocks.push((places[i], 1));
        while let [.., (above, n), (below, m)] = blocks[..] {
            let end = above / n as f64 + gap * n as f64;
            if below / m as f64 >= end {
                break;
            }
            blocks.truncate(blocks.len() - 2);
            blocks.push((above + below - gap * (n * m) as f64, n + m));
        }
    }
    let room = (high - gap * places.len().saturating_sub(1) as f64).max(low);
    let mut out = vec![0.0; places.len()];
    let mut next = 0;
    for (sum, size) in blocks {
        for k in 0..size {
            let i = order[next];
            // Within the range: not nearer to an end than the labels beyond need.
            let least = low + gap * next as f64;
            let most = room + gap * next as f64;
            out[i] = (sum / size as f64 + gap * k as f64).clamp(least, most.max(least));
            next += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(places: &[f64], gap: f64) -> bool {
        let mut sorted = places.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.windows(2).all(|w| w[1] - w[0] >= gap - 1e-9)
    }

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[90.0, 10.0, 50.0], 14.0, 0.0, 100.0), vec![90.0, 10.0, 50.0]);
    }

    #[test]
    fn labels_that_touch_move_apart_around_their_middle() {
        assert_eq!(spread(&[50.0, 50.0], 14.0, 0.0, 100.0), vec![43.0, 57.0]);
        let four = spread(&[50.0, 51.0, 49.0, 80.0], 14.0, 0.0, 100.0);
        assert!(apart(&four, 14.0), "{four:?}");
        assert!(four[2] < four[0] && four[0] < four[1] && four[3] == 80.0, "{four:?}");
    }

    #[test]
    fn labels_stay_within_the_chart() {
        for places in [[1.0, 2.0, 3.0], [98.0, 99.0, 100.0], [0.0, 0.0, 100.0]] {
            let moved = spread(&places, 14.0, 0.0, 100.0);
            assert!(apart(&moved, 14.0) && moved.iter().all(|&y| (0.0..=100.0).contains(&y)), "{moved:?}");
        }
        assert!(spread(&[], 14.0, 0.0, 100.0).is_empty());
    }
}
