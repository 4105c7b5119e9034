//! The project's own queries.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

use crate::support::shipped;

fn shipped_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../queries")
}

/// How many operations start a line in the files below a folder.
fn operations_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return operations_below(&path);
            }
            if path
                .extension()
                .is_none_or(|extension| extension != "graphql")
            {
                return 0;
            }
            let text = fs::read_to_string(path).unwrap();
            text.lines()
                .filter(|line| line.starts_with("query ") || line.starts_with("mutation "))
                .count()
        })
        .sum()
}

#[test]
fn they_have_no_mistakes() {
    let generated = shipped()
        .generate()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let written = operations_below(&shipped_folder());
    assert!(written >= 40, "{written}");
    assert_eq!(generated.operations(), written);
}

#[test]
fn no_name_is_longer_than_a_line_can_take() {
    let generated = shipped().generate().unwrap();
    let mut longest = String::new();
    for (_, text) in generated.files() {
        visit(text.parse().unwrap(), &mut longest);
    }
    assert!(
        longest.len() <= 60,
        "{longest} has {} characters",
        longest.len()
    );
}

fn visit(tokens: TokenStream, longest: &mut String) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if name.len() > longest.len() {
                    *longest = name;
                }
            }
            TokenTree::Group(group) => visit(group.stream(), longest),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
