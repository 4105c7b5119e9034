//! `bkq sandbox`.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::bkq;

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> (Running, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bkq"))
        .arg("sandbox")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bkq runs");
    let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    (Running(child), stdout)
}

fn line(stdout: &mut impl std::io::BufRead, start: &str) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let rest = line.trim_end().strip_prefix(start);
    rest.unwrap_or_else(|| panic!("{line:?} does not start with {start:?}"))
        .to_owned()
}

/// The host and port, and the path, of a plain HTTP address.
fn split(url: &str) -> (&str, String) {
    let rest = url.strip_prefix("http://").expect("plain HTTP");
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (host, format!("/{path}"))
}

fn post(url: &str, token: &str, body: &str) -> String {
    let (host, path) = split(url);
    let mut stream = TcpStream::connect(host).expect("the sandbox listens");
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[cfg(unix)]
#[test]
fn runs_until_it_is_interrupted() {
    for signal in ["-INT", "-TERM"] {
        let (mut running, mut stdout) = start(&["--seed", "7"]);
        let token = line(&mut stdout, "export BUILDKITE_API_TOKEN=");
        let url = line(&mut stdout, "export BUILDKITE_GRAPHQL_URL=");

        let answer = post(&url, &token, r#"{"query": "{ __typename }"}"#);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(r#""__typename":"Query""#), "{answer}");

        let id = running.0.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill runs").success());
        assert!(running.0.wait().expect("it ends").success(), "{signal}");

        let mut notes = String::new();
        let mut stderr = running.0.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut notes).expect("notes");
        let notes = notes.replace(&url, "URL").replace(&token, "TOKEN");
        insta::allow_duplicates! {
            insta::assert_snapshot!(notes.trim(), @r#"
            The sandbox is running. In another terminal, enter the two lines above to point
            a client at it, or ask it something right away:

              curl -s URL -H 'Authorization: Bearer TOKEN' \
                --json '{"query": "{ viewer { organizations { edges { node { name } } } } }"}'

            Press Ctrl-C to stop it.

            Stopping the sandbox.
            "#);
        }
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).expect("the rest");
        assert_eq!(rest, "", "only data belongs on standard output");
    }
}

#[test]
fn fails_as_it_is_told() {
    let (_running, mut stdout) = start(&["--fault", "status=503 times=1", "--speed", "0"]);
    let token = line(&mut stdout, "export BUILDKITE_API_TOKEN=");
    let url = line(&mut stdout, "export BUILDKITE_GRAPHQL_URL=");
    let query = r#"{"query": "{ __typename }"}"#;
    let answer = post(&url, &token, query);
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    let answer = post(&url, &token, query);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn serves_the_data_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("acme.yaml");
    let pinned =
        "with_acme: true\npipelines: [{ name: Pinned, builds: [{ state: failed, times: 3 }] }]";
    std::fs::write(&file, pinned).expect("a file");
    let path = file.to_str().expect("a path");
    let sizes = ["--builds", "1000000", "--pipelines", "200", "--no-limits"];
    let (_running, mut stdout) = start(&[&["--data", path][..], &sizes].concat());
    let token = line(&mut stdout, "export BUILDKITE_API_TOKEN=");
    let url = line(&mut stdout, "export BUILDKITE_GRAPHQL_URL=");
    let query = r#"{"query": "{ organization(slug: \"acme-inc\") { pipelines(first: 1) { count } }
        pipeline(slug: \"acme-inc/pinned\") { builds(first: 5, state: [FAILED]) { count } } }"}"#;
    let answer = post(&url, &token, &query.replace('\n', " "));
    assert!(answer.contains(r#""pipelines":{"count":201}"#), "{answer}");
    assert!(answer.contains(r#""builds":{"count":3}"#), "{answer}");
    assert!(!answer.to_lowercase().contains("ratelimit"), "{answer}");
}

#[test]
fn refuses_what_is_beyond_the_limits_that_it_is_given() {
    let limits = [
        "--user-points",
        "3",
        "--organization-points",
        "9",
        "--window",
        "60",
    ];
    let (_running, mut stdout) = start(&limits);
    let token = line(&mut stdout, "export BUILDKITE_API_TOKEN=");
    let url = line(&mut stdout, "export BUILDKITE_GRAPHQL_URL=");
    let query = r#"{"query": "{ viewer { user { name } organizations(first: 1) { count } } }"}"#;
    let answer = post(&url, &token, query);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("ratelimit-limit: 9"), "{answer}");
    let answer = post(&url, &token, query);
    assert!(answer.starts_with("HTTP/1.1 429"), "{answer}");
    for wrong in [
        "--speed nan",
        "--speed=-1",
        "--builds 9999999999",
        "--no-limits --window 3",
    ] {
        let report = super::run(&mut bkq(Path::new("."), &format!("sandbox {wrong}")));
        assert!(report.starts_with("exit code 2"), "{wrong}\n{report}");
    }
}

#[test]
fn says_what_is_wrong_with_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |data: &str| {
        std::fs::write(folder.path().join("data.yaml"), data).expect("a file");
        super::run(&mut bkq(folder.path(), "sandbox --data data.yaml"))
    };
    insta::assert_snapshot!(
        "data_of_another_form",
        run("pipelines:\n  - name: Web\n    build: []\n")
    );
    insta::assert_snapshot!(
        "data_that_cannot_be",
        run("pipelines:\n  - name: Web\n    builds:\n      - state: blocked\n")
    );
    let missing = super::run(&mut bkq(folder.path(), "sandbox --data nowhere.yaml"));
    insta::assert_snapshot!("data_that_is_missing", missing);
}

#[test]
fn says_so_when_the_port_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let output = bkq(Path::new("."), &format!("sandbox --port {port}"))
        .output()
        .expect("bkq runs");
    let notes = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{notes}");
    assert!(output.stdout.is_empty());
    let expected = format!("error: cannot start the sandbox\n  port {port} is in use");
    assert!(notes.starts_with(&expected), "{notes}");
}
