//! How `scripts/count-tests` counts the tests in the logs of the runners.

mod external;

use external::test_name;
use std::path::Path;
use std::process::Command;

/// What the script prints for a log and a file of markers.
fn counted(name: &str, log: &str, markers: &str) -> String {
    let files = [("log", log), ("markers", markers)].map(|(kind, text)| {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("count-tests-{name}.{kind}"));
        std::fs::write(&file, text).unwrap();
        file
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/count-tests");
    let output = Command::new(script).args(files).output().expect("bash, sed and awk");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_test_that_skips_itself_counts_as_skipped_in_cargos_log() {
    let log = "\
running 4 tests
test first ... ok
skipped: second: there is no Python: none at all
test second ... ok
test third ... FAILED
test fourth ... ignored, a benchmark

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.23s
test fifth ... skipped: fifth: there is no GPU
ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.10s
";
    assert_eq!(counted("cargo", log, ""), "1 1 3\nsecond: there is no Python: none at all\nfifth: there is no GPU\n");
}

#[test]
fn a_test_that_skips_itself_counts_as_skipped_in_nextests_log() {
    let log = "\
\u{1b}[32;1m        PASS\u{1b}[0m [   0.015s] (1/4) \u{1b}[35;1msoftlabel::files\u{1b}[0m \u{1b}[34;1mfirst\u{1b}[0m
  stdout ───

    running 1 test
    \u{1b}[2mskipped: first: there is no axe-core\u{1b}[0m
    test first ... ok

    test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 25 filtered out; finished in 0.01s

        FAIL [   1.204s] (2/4) softlabel::files second
────────────
     Summary [   2.412s] 4 tests run: 3 passed (1 slow), 1 failed, 4 skipped
";
    let markers = "skipped: first: there is no axe-core\nskipped: third: the oracle on WebGPU: none\n";
    assert_eq!(
        counted("nextest", log, markers),
        "1 1 6\nfirst: there is no axe-core\nthird: the oracle on WebGPU: none\n"
    );
}

#[test]
fn nothing_but_the_marker_counts_as_skipped() {
    let log = "==> skipped: NumPy could not be had\nnot skipped: second: at all\ntest result: ok. 7 passed; 0 failed; 0 ignored\n";
    assert_eq!(counted("others", log, ""), "7 0 0\n");
    assert_eq!(counted("empty", "", ""), "0 0 0\n");
}

#[test]
fn the_marker_names_the_test_from_an_async_test_too() {
    assert_eq!(test_name("page_access::no_fault::{{closure}}::here"), "no_fault");
    assert_eq!(test_name("count_tests::tests::inner::here"), "tests::inner");
}
