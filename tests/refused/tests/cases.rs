//! Mistakes that a user of the client makes in Rust end the build, where they are and
//! for the reason that is expected.
//!
//! Each file in `cases` marks the lines that must not compile with the code of the
//! error, `//~ E0061`, and, where the words are the project's own, a part of the
//! message. Compiler output as a whole would change with the version of rustc.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers outside of test functions are tests, too"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A line that does not compile, and why.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Refusal {
    case: String,
    line: usize,
    code: String,
    message: String,
}

#[test]
fn mistakes_do_not_compile() {
    let folder = package();
    let expected = expected();
    let found = refusals(&folder);
    let place = |refusal: &Refusal| (refusal.case.clone(), refusal.line, refusal.code.clone());
    let places = |refusals: &[Refusal]| refusals.iter().map(place).collect::<BTreeSet<_>>();
    assert!(expected.len() > 8);
    assert_eq!(places(&found), places(&expected), "{found:#?}");
    for wanted in expected {
        let said = found
            .iter()
            .any(|found| place(found) == place(&wanted) && found.message.contains(&wanted.message));
        assert!(said, "{wanted:?} is not among {found:#?}");
    }
}

/// A package beside the workspace with a binary for each case.
fn package() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused");
    // What is left of cases that are gone would be found as well.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src/bin")).unwrap();
    let manifest = format!(
        "[package]\nname = \"refused-cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nbuildkite-client = {{ path = '{}' }}\n\n[workspace]\n",
        root.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for (path, name) in cases() {
        fs::copy(path, folder.join("src/bin").join(name + ".rs")).unwrap();
    }
    folder
}

fn cases() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (path, name)
        })
        .collect()
}

fn expected() -> Vec<Refusal> {
    let mut expected = Vec::new();
    for (path, case) in cases() {
        let text = fs::read_to_string(path).unwrap();
        let before = expected.len();
        for (index, line) in text.lines().enumerate() {
            let Some((_, wanted)) = line.split_once("//~ ") else {
                continue;
            };
            let (code, message) = wanted.split_once(' ').unwrap_or((wanted, ""));
            expected.push(Refusal {
                case: case.clone(),
                line: index + 1,
                code: code.to_owned(),
                message: message.to_owned(),
            });
        }
        assert!(expected.len() > before, "{case} expects nothing");
    }
    expected
}

/// The errors of all cases.
fn refusals(folder: &Path) -> Vec<Refusal> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--bins", "--keep-going", "--offline", "--quiet"])
        .arg("--message-format=json")
        .env("CARGO_TARGET_DIR", folder.join("../.."))
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let found: Vec<Refusal> = text.lines().filter_map(refusal).collect();
    assert!(!found.is_empty(), "cargo found nothing: {errors}");
    found
}

/// The error in a line that cargo writes, if it is one of a case.
fn refusal(line: &str) -> Option<Refusal> {
    let line: Value = serde_json::from_str(line).ok()?;
    let message = &line["message"];
    if message["level"] != "error" {
        return None;
    }
    let spans = message["spans"].as_array()?;
    let primary = spans.iter().find(|span| span["is_primary"] == true)?;
    Some(Refusal {
        case: line["target"]["name"].as_str()?.to_owned(),
        line: usize::try_from(primary["line_start"].as_u64()?).ok()?,
        code: message["code"]["code"]
            .as_str()
            .unwrap_or("none")
            .to_owned(),
        message: message["message"].as_str()?.to_owned(),
    })
}
