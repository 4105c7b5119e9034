//! `bkq schema pull`, and `live` in `bkq schema diff`.

mod check;
mod failures;
mod live;
mod sources;
mod writing;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use buildkite_sandbox::Sandbox;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::server::{Reply, Server};
use super::{bkq, folder, run};

/// In no output and in no file.
const TOKEN: &str = "bkua_0f1e2d3c4b5a69788796a5b4c3d2e1f0";

const SDL: &str = "\"The start.\" type Query { a: Int, b(c: Int @deprecated): In }
type In { d: String } scalar Day @specifiedBy(url: \"https://days.example\")";

const PRINTED: &str = r#"schema {
  query: Query
}

scalar Day @specifiedBy(url: "https://days.example")

type In {
  d: String
}

"""The start."""
type Query {
  a: Int
  b(c: Int @deprecated): In
}
"#;

/// A server of this schema, which wants the token.
fn sandbox(sdl: &str) -> Sandbox {
    let builder = Sandbox::builder().schema(sdl).token(TOKEN);
    runtime().block_on(builder.start()).expect("a sandbox")
}

/// The same with a fault.
fn faulty(fault: &str) -> Sandbox {
    let builder = Sandbox::builder().schema(SDL).token(TOKEN);
    let builder = builder.fault(fault.parse().expect("a fault"));
    runtime().block_on(builder.start()).expect("a sandbox")
}

fn runtime() -> Runtime {
    Runtime::new().expect("a runtime")
}

/// A folder with a folder for the snapshot, as the default wants it.
fn project() -> TempDir {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("schema")).expect("a folder");
    folder
}

/// A project that has pulled `SDL` from a file, with the time that tests have by default.
fn pulled() -> TempDir {
    let folder = project();
    let mut command = bkq(folder.path(), "schema pull --from -");
    command.env("SOURCE_DATE_EPOCH", "1000000000");
    command.write_stdin(SDL).assert().success();
    folder
}

/// `bkq` with a server in the place of Buildkite's.
fn with(url: &str, folder: &Path, arguments: &str) -> Command {
    let mut command = bkq(folder, arguments);
    command
        .env("BUILDKITE_API_TOKEN", TOKEN)
        .env("BUILDKITE_GRAPHQL_URL", url)
        .env("SOURCE_DATE_EPOCH", "1795176000");
    command
}

/// What comes of a command, with the server's address in one form. The token is in none of
/// it, nor in any file.
fn told(command: &mut Command, address: &str, folder: &Path) -> String {
    let report = run(command);
    assert!(!report.contains(TOKEN), "{report}");
    assert!(!report.contains("hidden"), "{report}");
    for (name, content) in files(folder) {
        assert!(!content.contains(TOKEN), "{name}");
        assert!(!content.contains("hidden"), "{name}");
        assert!(!name.contains("/.bkq-"), "{name} was left behind");
    }
    report.replace(address, "SERVER")
}

/// The files in a folder and in those below.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = fs::read(&path).expect("a file");
            let content = String::from_utf8_lossy(&content).into_owned();
            found.push((path.display().to_string(), content));
        }
    }
    found.sort();
    found
}

/// Host and port of a URL.
fn address(url: &str) -> &str {
    let url = url.strip_prefix("http://").expect("a loopback URL");
    url.split('/').next().expect("host and port")
}

fn pull_from(sandbox: &Sandbox, folder: &Path, arguments: &str) -> String {
    let url = sandbox.url();
    let mut command = with(url, folder, &format!("schema pull {arguments}"));
    told(&mut command, address(url), folder)
}

fn pull_of(server: &Server, folder: &Path, arguments: &str) -> String {
    let mut command = with(&server.url(), folder, &format!("schema pull {arguments}"));
    told(&mut command, &server.address(), folder)
}

fn snapshot(folder: &Path) -> String {
    fs::read_to_string(folder.join("schema/buildkite.graphql")).expect("a snapshot")
}

fn metadata(folder: &Path) -> String {
    fs::read_to_string(folder.join("schema/buildkite.meta.json")).expect("a file beside it")
}

/// A server that answers this, whatever it is asked.
fn answering(body: &str) -> Server {
    Server::always(Reply::json(body))
}
