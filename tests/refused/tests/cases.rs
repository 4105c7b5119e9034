//! Mistakes that a user of the client makes in Rust end the build, and what is said
//! then helps.
//!
//! Beside each file in `cases` stands what the compiler says. These words change with
//! its version: they are held against one. Another one has to refuse the cases, too.

#![allow(
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

use std::path::PathBuf;

use trybuild::TestCases;

#[rustversion::attr(
    not(stable(1.95)),
    should_panic(expected = "successfully created new stderr files")
)]
#[test]
fn mistakes_do_not_compile() {
    TestCases::new().compile_fail(cases().join("*.rs"));
}

#[rustversion::stable(1.95)]
fn cases() -> PathBuf {
    "cases".into()
}

/// The cases without a word of what is said: trybuild writes that down then, for each
/// that does not compile, and ends by saying so.
#[rustversion::not(stable(1.95))]
fn cases() -> PathBuf {
    use std::fs;
    use std::path::Path;

    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases");
    // What is left of cases that are gone would be compiled as well.
    let _ = fs::remove_dir_all(&copies);
    fs::create_dir_all(&copies).unwrap();
    for case in fs::read_dir("cases").unwrap() {
        let case = case.unwrap().path();
        if case.extension().is_some_and(|extension| extension == "rs") {
            fs::copy(&case, copies.join(case.file_name().unwrap())).unwrap();
        }
    }
    copies
}
