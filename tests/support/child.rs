//! A test in a process of its own: the test program runs itself once more, for one test.

use std::process::{Command, Stdio};

/// Says to a test that it is run by another, and what for.
const TASK: &str = "RUNTIME_TEST_TASK";

/// What a test is to do that was started by [`command`]; `None` where it was not.
#[allow(clippy::disallowed_methods, reason = "it is a test that reads it")]
pub(crate) fn task() -> Option<String> {
    std::env::var(TASK).ok()
}

/// Runs the test of this name alone, in another process, with a task.
pub(crate) fn command(test: &str, task: &str) -> Command {
    let program = std::env::current_exe().expect("a test knows where it is");
    let mut command = Command::new(program);
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(TASK, task)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    command
}
