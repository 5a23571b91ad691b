//! What some tests need and a machine may lack: the marker of a skipped test, and a Python with given modules.
#![allow(dead_code, unused_macros, unused_imports, reason = "each test file uses its part")]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// Marks the running test as skipped, with the reason; the test has to return right after it.
///
/// Prints `skipped: <test>: <reason>`, and appends that to the file `SKIPPED_TESTS` names, if it is set: runners do not
/// show what a passing test prints. `scripts/count-tests` counts both.
macro_rules! skip {
    ($($reason:tt)+) => {{
        fn here() {}
        let test = $crate::external::test_name(std::any::type_name_of_val(&here));
        $crate::external::report_skip(test, &format!($($reason)+));
    }};
}
pub(crate) use skip;

/// The name of a test from the path of a function inside of it: `files::test::{{closure}}::here` is `test`.
pub fn test_name(path: &str) -> &str {
    let path = path.split_once("::").map_or(path, |(_, path)| path);
    let path = path.trim_end_matches("::here");
    path.split_once("::{{closure}}").map_or(path, |(test, _)| test)
}

/// Prints and records the marker of a skipped test; for `skip!`.
pub fn report_skip(test: &str, reason: &str) {
    println!("skipped: {test}: {reason}");
    if let Some(file) = std::env::var_os("SKIPPED_TESTS") {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("a file for skipped tests");
        // One write, as tests of several processes append to it.
        file.write_all(format!("skipped: {test}: {reason}\n").as_bytes()).expect("a file for skipped tests");
    }
}

/// A Python that can import these modules, PyTorch among them: that of `SOFTLABEL_TORCH_PYTHON`, or the machine's. PyTorch is
/// large, and nothing else here needs it.
pub fn torch_python(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("SOFTLABEL_TORCH_PYTHON").map(PathBuf::from);
    named.into_iter().chain(["python3".into(), "/usr/bin/python3".into()]).find(|python| {
        let imported = Command::new(python).args(["-c", &format!("import {modules}")]).output();
        imported.is_ok_and(|output| output.status.success())
    })
}

/// A Python that can import these modules: that of `scripts/setup test`, or the machine's.
pub fn python(modules: &str) -> Option<PathBuf> {
    let cache = std::env::var("XDG_CACHE_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cache")));
    let own = PathBuf::from(cache.unwrap_or_default()).join("softlabel/python/bin/python");
    [own, PathBuf::from("python3")].into_iter().find(|python| {
        let imported = Command::new(python).args(["-c", &format!("import {modules}")]).output();
        imported.is_ok_and(|output| output.status.success())
    })
}
