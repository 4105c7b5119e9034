//! The documents that are sent: each is complete, valid on its own, and asks
//! for what decoding needs.

use std::path::Path;

use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use buildkite_codegen::Generated;

use crate::support::{constants, folder, shapes, shipped};

fn documents(generated: &Generated) -> Vec<String> {
    let documents = constants(generated, "DOCUMENT");
    // Those that read the rest of connections come on top.
    let names = constants(generated, "NAME");
    let rests = names.iter().filter(|name| name.ends_with("Rest"));
    assert_eq!(documents.len(), generated.operations() + rests.count());
    documents
}

fn check(schema: &Valid<Schema>, generated: &Generated) {
    for (text, name) in documents(generated)
        .iter()
        .zip(constants(generated, "NAME"))
    {
        let document = ExecutableDocument::parse_and_validate(schema, text, "sent.graphql")
            .unwrap_or_else(|invalid| panic!("{text}\n{}", invalid.errors));
        assert!(document.operations.anonymous.is_none());
        assert_eq!(document.operations.named.len(), 1, "{text}");
        assert!(
            document.operations.named.contains_key(name.as_str()),
            "{text}"
        );
        for operation in document.operations.iter() {
            asks_for_typename_first(schema, &operation.selection_set, text);
        }
        for fragment in document.fragments.values() {
            asks_for_typename_first(schema, &fragment.selection_set, text);
        }
    }
}

/// Whether every object of which the type is open says it before all else.
fn asks_for_typename_first(schema: &Schema, set: &SelectionSet, text: &str) {
    let ty = &schema.types[&set.ty];
    if ty.is_interface() || ty.is_union() {
        let first = set.selections.first().and_then(Selection::as_field);
        assert!(
            first.is_some_and(|field| field.name == "__typename"
                && field.alias.is_none()
                && field.directives.is_empty()),
            "{text}\n\n{set}"
        );
    }
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => {
                if !field.selection_set.is_empty() {
                    asks_for_typename_first(schema, &field.selection_set, text);
                }
            }
            // An inline fragment adds to the object around it, which is asked.
            Selection::InlineFragment(inline) => {
                for selection in &inline.selection_set.selections {
                    if let Some(field) = selection.as_field()
                        && !field.selection_set.is_empty()
                    {
                        asks_for_typename_first(schema, &field.selection_set, text);
                    }
                }
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

#[test]
fn directives_of_the_server_stay_where_those_of_the_client_are_removed() {
    let sent = documents(&shapes().generate().unwrap()).join("\n");
    let allowed = sent.split("query Allowed").nth(1).unwrap();
    assert!(
        allowed.starts_with(
            "($id: ID!, $with: Boolean!) {\n  me {\n    old @include(if: $with)\n    ...AllowedName @skip(if: $with)\n"
        ),
        "{allowed}"
    );
    assert!(
        allowed.contains("... on Tree @include(if: true) {"),
        "{allowed}"
    );
    for directive in ["@allow", "@required", "@targetName", "@targetType"] {
        assert!(!sent.contains(directive), "{directive}");
    }
}

#[test]
fn every_shape_is_sent_as_a_valid_document() {
    let path = folder("shapes").join("schema.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    let schema = Schema::parse_and_validate(text, "schema.graphql").unwrap();
    check(&schema, &shapes().generate().unwrap());
}

#[test]
fn every_shipped_operation_is_sent_as_a_valid_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/buildkite.graphql");
    let text = std::fs::read_to_string(path).unwrap();
    let schema = Schema::parse_and_validate(text, "buildkite.graphql").unwrap();
    check(&schema, &shipped().generate().unwrap());
}
