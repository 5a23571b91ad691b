use super::*;

fn example(error: f64) -> Option<ExampleError> {
    Some(ExampleError { error, examples: 2_000 })
}

#[test]
fn quantiles_are_the_tabulated_ones() {
    // NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.7.2.
    for (freedom, t) in [(1.0, 12.706), (2.0, 4.303), (4.0, 2.776), (14.0, 2.145), (30.0, 2.042), (100.0, 1.984)] {
        assert!((t_quantile(freedom) - t).abs() < 6e-4, "{freedom}: {}", t_quantile(freedom));
    }
}

#[test]
fn test_examples_widen_the_interval() {
    let (a, b) = ([5.0, 6.0, 7.0, 8.0, 9.0], [0.0; 5]);
    let alone = Comparison::of(&a, &b, None).unwrap();
    assert_eq!(alone.wider(), alone.replicates);
    let both = Comparison::of(&a, &b, example(1.0)).unwrap();
    // V = 2.5 / 5 + 1; degrees of freedom V² / (0.5² / 4 + 1 / 1999) = 35.7.
    let half = t_quantile(2.25 / (0.0625 + 1.0 / 1_999.0)) * 1.5_f64.sqrt();
    assert!((both.half_width() - half).abs() < 1e-9, "{both:?}");
    assert_eq!((both.finding(), both.mean()), (Finding::Gain, 7.0));
    assert_eq!(Comparison::of(&a, &b, example(5.0)).unwrap().finding(), Finding::NoSignificantGain);
}

#[test]
fn the_wider_interval_decides_even_where_it_is_of_replicates_alone() {
    // Two replicates: t(1) = 12.7; test examples add little variance and many degrees of freedom.
    let two = Comparison::of(&[3.0, 5.0], &[0.0, 0.0], example(1.0)).unwrap();
    assert!(two.two_way.unwrap().half_width() < two.replicates.half_width(), "{two:?}");
    assert_eq!((two.wider(), two.finding()), (two.replicates, Finding::NoSignificantGain));
    assert!(two.p_value > 0.05);
}

#[test]
fn p_values_and_intervals_agree() {
    let mut rng = 1_u64;
    let mut random = || {
        rng = rng.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (rng >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let mut gains = 0;
    for i in 0..2_000 {
        let n = 2 + i % 9;
        let a: Vec<f64> = (0..n).map(|_| random() + 0.3).collect();
        let b: Vec<f64> = (0..n).map(|_| random()).collect();
        let c = Comparison::of(&a, &b, example(0.2 * random())).unwrap();
        assert_eq!(c.p_value < LEVEL, c.finding() != Finding::NoSignificantGain, "{c:?}");
        gains += usize::from(c.finding() == Finding::Gain);
    }
    assert!((100..1_900).contains(&gains), "{gains}");
}

#[test]
fn equivalence_needs_the_whole_interval_inside_the_margin() {
    let same = Comparison::of(&[80.1, 80.0, 79.9, 80.0], &[80.0; 4], None).unwrap();
    assert!(same.equivalent_within(0.5) && !same.equivalent_within(0.1), "{same:?}");
    let unknown = Comparison::of(&[81.0, 79.0], &[80.0, 80.0], None).unwrap();
    assert!(!unknown.equivalent_within(0.5), "two replicates cannot rule a difference out");
}

#[test]
fn several_comparisons_need_more_evidence_than_one() {
    let (b, just) = ([0.0; 4], [1.0, 2.0, 3.0, 1.5]);
    let one = Comparison::of(&just, &b, None).unwrap();
    assert_eq!(one.finding(), Finding::Gain);
    assert!(one.p_value > LEVEL / 5.0);
    let nothing = Comparison::of(&[1.0, -1.0, 0.5, -0.5], &b, None).unwrap();
    let sure = Comparison::of(&[9.0, 9.1, 9.2, 9.1], &b, None).unwrap();
    assert_eq!(holm(&[one]), [Finding::Gain]);
    let found = holm(&[nothing, one, sure, nothing, nothing]);
    let no = Finding::NoSignificantGain;
    assert_eq!(found, [no, no, Finding::Gain, no, no]);
    assert_eq!(holm(&[]), []);
}

#[test]
fn what_is_not_a_number_is_no_finding() {
    assert_eq!(Comparison::of(&[f64::NAN, 1.0, 2.0], &[0.0; 3], example(1.0)), None);
    assert_eq!(Comparison::of(&[f64::INFINITY, 1.0], &[0.0; 2], None), None);
    let c = Comparison::of(&[1.0, 2.0, 3.0], &[0.0; 3], example(f64::NAN)).unwrap();
    assert_eq!(c.two_way, None);
}

#[test]
fn equal_arms_do_not_differ() {
    let c = Comparison::of(&[80.0, 81.0], &[80.0, 81.0], example(0.0)).unwrap();
    assert_eq!((c.p_value, c.finding()), (1.0, Finding::NoSignificantGain));
}

#[test]
fn the_interval_is_that_of_the_paired_t_test() {
    // Differences 5, 6, 7, 8, 9: mean 7, s = √2.5, half width 2.776 · √(2.5 / 5) = 1.963.
    let p = paired(&[5.0, 6.0, 7.0, 8.0, 9.0], &[0.0; 5]).unwrap();
    assert!((p.mean - 7.0).abs() < 1e-12);
    assert!((p.low - 5.037).abs() < 1e-3 && (p.high - 8.963).abs() < 1e-3, "{p:?}");
}

#[test]
fn gains_that_happen_to_be_equal_are_not_sure() {
    // One test example in a thousand more, three times: the spread is below what can be seen, not nought.
    let p = paired(&[98.1, 98.3, 98.2], &[98.0, 98.2, 98.1]).unwrap();
    assert!((p.mean - 0.1).abs() < 1e-9 && p.finding() == Finding::NoSignificantGain, "{p:?}");
    // Many examples more, as often, are sure all the same.
    let p = paired(&[99.1, 99.3, 99.2], &[98.0, 98.2, 98.1]).unwrap();
    assert!(
        (p.low - (1.1 - t_quantile(2.0) * 0.1 / 3.0_f64.sqrt())).abs() < 1e-6 && p.finding() == Finding::Gain,
        "{p:?}"
    );
    // The same student twice has no gain, and no spread of it.
    let p = paired(&[80.0, 81.0], &[80.0, 81.0]).unwrap();
    assert_eq!((p.low, p.high, p.finding()), (0.0, 0.0, Finding::NoSignificantGain));
}
