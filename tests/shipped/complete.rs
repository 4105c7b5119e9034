//! Whether every operation of `queries/` was run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::session::Session;

/// An operation by its name, whether it is a query, and whether it reads a
/// list page by page.
struct Found {
    name: String,
    query: bool,
    paged: bool,
}

pub(crate) fn check(session: &Session) {
    let mut operations = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    read(&folder, &mut operations);
    let names = |wanted: fn(&Found) -> bool| -> BTreeSet<String> {
        let wanted = operations.iter().filter(|operation| wanted(operation));
        wanted.map(|operation| operation.name.clone()).collect()
    };
    let queries = names(|operation| operation.query);
    let mutations = names(|operation| !operation.query);
    let lists = names(|operation| operation.paged);
    assert!(!queries.is_empty() && !mutations.is_empty() && !lists.is_empty());
    for (what, shipped, ran) in [
        ("queries", queries, &session.asked),
        ("mutations", mutations, &session.changed),
        ("lists to be drained", lists, &session.drained),
    ] {
        let ran = ran.borrow();
        let forgotten: Vec<&String> = shipped.difference(&ran).collect();
        assert!(
            forgotten.is_empty(),
            "{what} that no test runs: {forgotten:?}"
        );
        let unknown: Vec<&String> = ran.difference(&shipped).collect();
        assert!(unknown.is_empty(), "{what} not in `queries/`: {unknown:?}");
    }
}

/// Adds the operations of a folder and of those in it.
fn read(folder: &Path, operations: &mut Vec<Found>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, operations);
        } else if path.extension().is_some_and(|end| end == "graphql") {
            scan(&fs::read_to_string(&path).unwrap(), operations);
        }
    }
}

/// Adds the operations of a document. A head ends with the first line that
/// opens a selection.
fn scan(document: &str, operations: &mut Vec<Found>) {
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some((kind @ ("query" | "mutation"), rest)) = line.split_once(' ') else {
            continue;
        };
        let name = rest.split(['(', ' ', '{']).next().unwrap_or_default();
        let mut head = line.to_owned();
        while !head.ends_with('{') {
            head.push_str(lines.next().unwrap_or("{"));
        }
        operations.push(Found {
            name: name.to_owned(),
            query: kind == "query",
            paged: head.contains("$after:"),
        });
    }
}
