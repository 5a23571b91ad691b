//! The one sort by a number: each sort of another type is three kilobytes of the page's program.

/// Places of the values from the smallest on; equal ones stay in their order.
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// Places of the values from the largest on; equal ones stay in their order.
pub fn descending(values: &[f64]) -> Vec<usize> {
    let turned: Vec<f64> = values.iter().map(|value| -value).collect();
    ascending(&turned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_the_order_of_their_values() {
        assert_eq!(ascending(&[2.0, -1.0, 2.0, 0.5]), [1, 3, 0, 2]);
        assert_eq!(descending(&[2.0, -1.0, 2.0, 0.5]), [0, 2, 3, 1]);
    }
}
