//! What `bkq` prints, refuses and returns, run as a user runs it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers outside of test functions are tests, too"
)]

mod diff;
mod impact;
mod pull;
mod refresh;
mod sandbox;
mod schema;
#[path = "../../../introspection/tests/http/server.rs"]
mod server;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder around it")).expect("a folder");
        fs::write(path, content).expect("a file");
    }
    folder
}

/// `bkq` in a folder, with arguments separated by blanks, and an environment in which
/// nothing is set up.
fn bkq(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::cargo_bin("bkq").expect("bkq is built");
    for variable in [
        "BUILDKITE_API_TOKEN",
        "BUILDKITE_GRAPHQL_URL",
        "SOURCE_DATE_EPOCH",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(variable);
    }
    command
        .current_dir(folder)
        .args(arguments.split_whitespace());
    command
}

/// The exit code and both streams, in a form to compare.
fn run(command: &mut Command) -> String {
    let output = command.output().expect("bkq runs");
    let mut report = format!("exit code {}\n", output.status.code().expect("it exited"));
    for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
        if !bytes.is_empty() {
            let text = String::from_utf8(bytes).expect("output is UTF-8");
            report.extend(["--- ", name, "\n", text.as_str()]);
        }
    }
    report
}

#[test]
fn help() {
    let folder = Path::new(".");
    insta::assert_snapshot!("help", run(&mut bkq(folder, "--help")));
    insta::assert_snapshot!("help_schema", run(&mut bkq(folder, "schema --help")));
    insta::assert_snapshot!(
        "help_schema_print",
        run(&mut bkq(folder, "schema print --help"))
    );
    insta::assert_snapshot!(
        "help_schema_diff",
        run(&mut bkq(folder, "schema diff --help"))
    );
    insta::assert_snapshot!(
        "help_schema_pull",
        run(&mut bkq(folder, "schema pull --help"))
    );
    insta::assert_snapshot!(
        "help_schema_refresh",
        run(&mut bkq(folder, "schema refresh --help"))
    );
    insta::assert_snapshot!("help_sandbox", run(&mut bkq(folder, "sandbox --help")));
}

#[test]
fn wrong_arguments_exit_with_2() {
    let folder = Path::new(".");
    insta::assert_snapshot!("usage_nothing", run(&mut bkq(folder, "")));
    insta::assert_snapshot!("usage_no_file", run(&mut bkq(folder, "schema print")));
    insta::assert_snapshot!("usage_unknown", run(&mut bkq(folder, "shcema print")));
    insta::assert_snapshot!("usage_fault", run(&mut bkq(folder, "sandbox --fault boom")));
    insta::assert_snapshot!("usage_port", run(&mut bkq(folder, "sandbox --port 70000")));
}
