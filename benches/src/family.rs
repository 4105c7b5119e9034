//! Any number of operations of ten shapes, as each of the three libraries takes
//! them.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};

use crate::cynic_text;

const SHAPES: &str = include_str!("../family/shapes.graphql");
const FRAGMENTS: &str = include_str!("../family/fragments.graphql");

/// The spreads that come first where a union is selected.
const FIRST_OF_A_UNION: [&str; 2] = ["...CommandJob", "...CreatorUser"];

/// One operation, of a name that no other has.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `Builds17`.
    pub name: String,
    /// Without the fragments that it spreads.
    pub text: String,
}

/// The first so many operations: the ten shapes, over and over.
pub fn operations(count: usize) -> Vec<Operation> {
    let shapes: Vec<&str> = definitions(SHAPES);
    shapes
        .iter()
        .cycle()
        .take(count)
        .enumerate()
        .map(|(index, shape)| {
            let shape_name = name_of(shape);
            let name = format!("{shape_name}{index}");
            let text = shape.replacen(shape_name, &name, 1);
            Operation { name, text }
        })
        .collect()
}

/// The fragments that all operations share.
pub const fn fragments() -> &'static str {
    FRAGMENTS
}

/// Writes operations and fragments to the folder `queries` of a crate.
///
/// # Errors
///
/// What goes wrong with the files.
pub fn write(root: &Path, operations: &[Operation]) -> io::Result<()> {
    let queries = root.join("queries");
    fs::create_dir_all(&queries)?;
    fs::write(queries.join("fragments.graphql"), FRAGMENTS)?;
    for operation in operations {
        let path = queries.join(format!("{}.graphql", operation.name));
        fs::write(path, &operation.text)?;
    }
    Ok(())
}

/// An operation in a text of its own, with `__typename` where unions are: what
/// `graphql_client` takes.
pub fn for_graphql_client(operation: &Operation) -> String {
    let mut reached = BTreeSet::new();
    let mut texts = vec![operation.text.clone()];
    let mut next = 0;
    while next < texts.len() {
        let text = texts[next].clone();
        for fragment in definitions(FRAGMENTS) {
            let name = name_of(fragment);
            let is_spread = text.lines().any(|line| line.trim() == format!("...{name}"));
            if is_spread && reached.insert(name) {
                texts.push(fragment.to_owned());
            }
        }
        next += 1;
    }
    let mut whole = String::new();
    for line in texts.join("\n\n").lines() {
        if FIRST_OF_A_UNION.contains(&line.trim()) {
            whole.push_str("__typename\n");
        }
        whole.push_str(line);
        whole.push('\n');
    }
    whole
}

/// The same operations as Rust, which is what `cynic` takes: one module with
/// what all share, and one for each operation.
///
/// # Errors
///
/// What is wrong with the operations.
pub fn for_cynic(operations: &[Operation], schema: &Valid<Schema>) -> Result<CynicCode, String> {
    let mut text = FRAGMENTS.to_owned();
    for operation in operations {
        text.push_str(&operation.text);
        text.push_str("\n\n");
    }
    let document = ExecutableDocument::parse_and_validate(schema, text, "family.graphql")
        .map_err(|errors| errors.to_string())?;
    Ok(cynic_text::print(schema, &document))
}

/// What a user of `cynic` writes.
#[derive(Debug)]
pub struct CynicCode {
    /// Fragments, enums and inputs.
    pub shared: String,
    /// The name of an operation's module, and its content.
    pub operations: Vec<(String, String)>,
}

fn definitions(text: &str) -> Vec<&str> {
    text.split("\n\n").map(str::trim).collect()
}

/// The second word, up to what is no letter.
fn name_of(definition: &str) -> &str {
    let word = definition.split_whitespace().nth(1).unwrap_or_default();
    word.split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
}
