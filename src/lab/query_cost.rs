//! The cost of a teacher's queries at a price per thousand.

/// Parses a price as typed, with a decimal point or comma; `None` unless it is finite and not negative.
pub fn parse_price(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse::<f64>().ok().filter(|p| p.is_finite() && *p >= 0.0)
}

/// Cost of `queries` at `price` per thousand.
pub fn cost(queries: usize, price: f64) -> f64 {
    queries as f64 / 1_000.0 * price
}

/// Accuracy gain in points per unit of money; `None` where nothing was spent.
pub fn gain_per_cost(gain: f64, cost: f64) -> Option<f64> {
    (cost > 0.0).then(|| gain / cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_may_have_a_comma_and_must_be_a_number() {
        assert_eq!(
            (parse_price("2,5"), parse_price(" 0 "), parse_price("-1"), parse_price("x"), parse_price("inf")),
            (Some(2.5), Some(0.0), None, None, None)
        );
    }

    #[test]
    fn a_gain_is_divided_by_what_it_cost() {
        assert_eq!(cost(1_600, 2.5), 4.0);
        assert_eq!((gain_per_cost(6.0, 4.0), gain_per_cost(6.0, 0.0)), (Some(1.5), None));
    }
}
