//! Names stay what they are when a query asks for more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::ast;
use buildkite_codegen::{Config, Generated};

use crate::support::{folder, shapes_in, shipped, written};

/// A field that every selection set can have and none of them has.
const UNRELATED: &str = " unrelated: __typename ";

/// The public types, by file, module and name, with what their first line says: the
/// type of the schema and where it is selected.
fn types(generated: &Generated) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for (path, text) in generated.files() {
        let file = syn::parse_file(text).unwrap();
        visit(&file.items, &format!("{}::", path.display()), &mut types);
    }
    types
}

fn visit(items: &[syn::Item], module: &str, types: &mut BTreeMap<String, String>) {
    for item in items {
        let (ident, attributes) = match item {
            syn::Item::Struct(item) => (&item.ident, &item.attrs),
            syn::Item::Enum(item) => (&item.ident, &item.attrs),
            syn::Item::Mod(item) => {
                let module = format!("{module}{}::", item.ident);
                let items = item.content.as_ref().map_or(&[][..], |(_, items)| items);
                visit(items, &module, types);
                continue;
            }
            _ => continue,
        };
        // Rows are at the same place whatever stands around them.
        let says = first_line(attributes).replace(".node", "");
        types.insert(format!("{module}{ident}"), says);
    }
}

fn first_line(attributes: &[syn::Attribute]) -> String {
    attributes
        .iter()
        .find_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(doc) if doc.path.is_ident("doc") => match &doc.value {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            },
            _ => None,
        })
        .unwrap_or_default()
}

/// A query file, and for each definition in it where its selection sets end.
struct File {
    path: PathBuf,
    text: String,
    ends: Vec<Vec<usize>>,
}

fn read(root: &Path, below: &Path, files: &mut Vec<File>) {
    let mut entries: Vec<_> = fs::read_dir(root.join(below))
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            read(root, &path, files);
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "graphql") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let document = ast::Document::parse(text.as_str(), &path).unwrap();
        let ends = document
            .definitions
            .iter()
            .map(|definition| {
                let set = match definition {
                    ast::Definition::OperationDefinition(node) => &node.selection_set,
                    ast::Definition::FragmentDefinition(node) => &node.selection_set,
                    other => panic!("{other}"),
                };
                let mut ends = vec![definition.location().unwrap().end_offset() - 1];
                inner_ends(set, &mut ends);
                ends
            })
            .collect();
        files.push(File { path, text, ends });
    }
}

fn inner_ends(set: &[ast::Selection], ends: &mut Vec<usize>) {
    for selection in set {
        let (inner, location) = match selection {
            ast::Selection::Field(node) => (&node.selection_set, node.location()),
            ast::Selection::InlineFragment(node) => (&node.selection_set, node.location()),
            ast::Selection::FragmentSpread(_) => continue,
        };
        if !inner.is_empty() {
            ends.push(location.unwrap().end_offset() - 1);
            inner_ends(inner, ends);
        }
    }
}

/// The texts with one more field in the selection set of this number of each
/// definition. Definitions are named apart from each other, so that they can
/// all be looked at in one go.
fn with_a_field(files: &[File], number: usize) -> Vec<(&Path, String)> {
    files
        .iter()
        .map(|file| {
            let mut text = file.text.clone();
            let mut places: Vec<_> = file
                .ends
                .iter()
                .filter_map(|ends| ends.get(number))
                .collect();
            places.sort_unstable_by(|a, b| b.cmp(a));
            for &place in places {
                assert_eq!(text.as_bytes()[place], b'}', "{}", file.path.display());
                text.insert_str(place, UNRELATED);
            }
            (file.path.as_path(), text)
        })
        .collect()
}

/// Adds a field to each selection set, of every so many; the names that go to
/// others then, or to nobody.
fn moved(
    config: impl Fn(&Path) -> Config,
    before: &Generated,
    files: &[File],
    every: usize,
) -> BTreeSet<String> {
    let before = types(before);
    let most = files.iter().flat_map(|file| &file.ends).map(Vec::len).max();
    let mut moved = BTreeSet::new();
    for number in (0..most.unwrap()).step_by(every) {
        let changed = written(&with_a_field(files, number));
        let generated = config(changed.path())
            .generate()
            .unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
        let after = types(&generated);
        for (name, says) in &before {
            if after.get(name) != Some(says) {
                moved.insert(name.clone());
            }
        }
    }
    moved
}

#[test]
fn a_field_more_moves_no_name_of_the_shapes() {
    let root = folder("shapes");
    let mut files = Vec::new();
    read(&root, Path::new("queries"), &mut files);
    let config = |changed: &Path| {
        for file in ["schema.graphql", "client.graphql"] {
            fs::copy(root.join(file), changed.join(file)).unwrap();
        }
        shapes_in(changed)
    };
    let before = shapes_in(&root).generate().unwrap();
    let mut moved = moved(config, &before, &files, 1);
    moved.retain(|name| !name.ends_with("Rest"));
    // A field that the runtime's connection type does not have makes a struct
    // of the connection, and its rows are the fragment's, which selects them.
    let expected =
        ["fruit_page", "tree_fruits"].map(|module| format!("queries/fragments/{module}.rs::Fruit"));
    assert_eq!(moved, BTreeSet::from(expected));
}

#[test]
fn a_field_more_moves_no_shipped_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    read(&root, Path::new("queries"), &mut files);
    let before = shipped().generate().unwrap();
    let config = |changed: &Path| Config::new().root(changed).queries("queries");
    let mut moved = moved(config, &before, &files, 4);
    // What the runtime's connection type does not have cannot be read on.
    moved.retain(|name| !name.ends_with("Rest"));
    assert!(moved.is_empty(), "{moved:#?}");
}
