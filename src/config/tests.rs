use super::*;

#[test]
fn every_default_is_in_range_and_on_a_step() {
    for &task in Task::ALL {
        for parameter in PARAMETERS {
            let value = (parameter.default)(task);
            assert!((parameter.min..=parameter.max).contains(&value), "{} of {}", parameter.key, task.key());
            assert!((parameter.snap(value) - value).abs() < 1e-9, "{} of {}", parameter.key, task.key());
        }
    }
}

#[test]
fn a_parameter_is_read_back_as_it_was_set() {
    for parameter in PARAMETERS {
        let mut config = Config::default();
        let value = parameter.at(0.37);
        (parameter.set)(&mut config, value);
        let back = (parameter.get)(&config);
        assert!((back - value).abs() <= 1e-6 * value.abs(), "{}: {back} is not {value}", parameter.key);
    }
}

#[test]
fn position_and_at_are_inverse() {
    for parameter in PARAMETERS {
        for i in 0..=20 {
            let value = parameter.at(f64::from(i) / 20.0);
            assert!((parameter.at(parameter.position(value)) - value).abs() < 1e-9, "{} at {i}", parameter.key);
        }
    }
}

#[test]
fn the_effect_of_a_change_is_the_greatest_one() {
    let a = Config::default();
    assert_eq!(a.effect_since(&a), None);
    let mut b = a.clone();
    b.distilled.temperature = 5.0;
    assert_eq!(b.effect_since(&a), Some(Invalidates::Live));
    b.transfer_size = 300;
    assert_eq!(b.effect_since(&a), Some(Invalidates::Students));
    b.seed = 9;
    assert_eq!(b.effect_since(&a), Some(Invalidates::Everything));
}

#[test]
fn thousands_are_grouped() {
    assert_eq!(thousands(10_000.0), "10,000");
    assert_eq!(thousands(999.0), "999");
}
