//! The losses, gradients and metrics against cases computed by an independent implementation in float64
//! (`tests/oracle/README.md` has the definitions). Set `SOFTLABEL_ORACLE` to a file of the same form to try further
//! cases.

mod cases;
mod external;

use burn::tensor::Device;
use external::skip;
use futures_util::FutureExt;

fn check(text: &str) -> usize {
    cases::check_oracle(text, &Device::flex(), cases::CPU_TOLERANCE)
        .now_or_never()
        .expect("on the CPU nothing is ever waited for")
}

#[test]
fn every_case_of_the_oracle_is_met_on_the_cpu() {
    assert_eq!(check(cases::ORACLE), 84);
}

#[test]
fn losses_of_students_near_their_teacher_are_right_to_the_digits_shown() {
    assert_eq!(check(cases::NEAR), 140);
}

#[test]
fn losses_that_came_later_are_met_too() {
    assert_eq!(check(cases::LATER), 40);
}

#[test]
fn further_cases_are_met_where_a_file_names_them() {
    match std::env::var("SOFTLABEL_ORACLE") {
        Err(_) => skip!("SOFTLABEL_ORACLE names no file"),
        Ok(path) => assert!(check(&std::fs::read_to_string(path).unwrap()) > 0),
    }
}
