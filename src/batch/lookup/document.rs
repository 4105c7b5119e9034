//! The document that asks for several IDs.

use std::fmt::Write as _;

/// What the document of a lookup is made of, to ask for any number of IDs at once.
///
/// Made by the query compiler. What is selected of each ID is a fragment, so that it
/// stands in the document once.
///
/// ```
/// use buildkite_client::batch::NodeLookup;
/// use buildkite_client::queries::RuleByUuid;
///
/// let text = RuleByUuid::LOOKUP.document(RuleByUuid::NAME, 2);
/// assert!(text.starts_with(
///     "query RuleByUuid($rule0: ID!, $rule1: ID!) {
///   n0: rule(uuid: $rule0) { ...RuleByUuidNode }
///   n1: rule(uuid: $rule1) { ...RuleByUuidNode }
/// }
///
/// fragment RuleByUuidNode on Rule {"
/// ));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_structs,
    reason = "generated code builds it, of the same version as this crate"
)]
pub struct LookupDocument {
    /// The variable that carries the ID where the operation asks for one.
    pub variable: &'static str,
    /// How the variables begin that carry IDs where it asks for several.
    pub prefix: &'static str,
    /// The declarations of all other variables.
    pub variables: &'static str,
    /// The directives of the operation.
    pub directives: &'static str,
    /// The field that takes an ID.
    pub field: &'static str,
    /// The argument in which it does.
    pub argument: &'static str,
    /// Under which key the operation has it in its answer.
    pub key: &'static str,
    /// The name of the fragment with what is selected of each.
    pub fragment: &'static str,
    /// That fragment, and those that it reaches.
    pub fragments: &'static str,
}

impl LookupDocument {
    /// The document for this many IDs, of an operation with this name.
    ///
    /// The `i`th of them, from zero, is the variable `{prefix}{i}`, and what is found is
    /// under the key `n{i}`.
    pub fn document(&self, name: &str, ids: usize) -> String {
        let Self {
            prefix,
            variables,
            directives,
            field,
            argument,
            fragment,
            fragments,
            ..
        } = self;
        let mut text = format!("query {name}({variables}");
        for i in 0..ids {
            let comma = if text.ends_with('(') { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(text, "{comma}${prefix}{i}: ID!");
        }
        text.push(')');
        if !directives.is_empty() {
            let _ = write!(text, " {directives}");
        }
        text.push_str(" {\n");
        for i in 0..ids {
            let _ = writeln!(
                text,
                "  n{i}: {field}({argument}: ${prefix}{i}) {{ ...{fragment} }}"
            );
        }
        text.push_str("}\n\n");
        text.push_str(fragments);
        text
    }
}

/// The place of an ID, by the key under which it was asked for.
pub(super) fn place(key: &str) -> Option<usize> {
    key.strip_prefix('n')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: LookupDocument = LookupDocument {
        variable: "id",
        prefix: "id",
        variables: "",
        directives: "",
        field: "node",
        argument: "id",
        key: "it",
        fragment: "F",
        fragments: "fragment F on Node {\n  id\n}",
    };

    #[test]
    fn of_one_id_and_of_several() {
        assert_eq!(
            PARTS.document("A", 1),
            "query A($id0: ID!) {\n  n0: node(id: $id0) { ...F }\n}\n\nfragment F on Node {\n  id\n}"
        );
        let more = LookupDocument {
            prefix: "id_",
            variables: "$id0: Int = 1, $b: Boolean!",
            directives: "@x(y: 1) @z",
            ..PARTS
        };
        let text = more.document("A", 2);
        assert_eq!(
            text.lines().next(),
            Some("query A($id0: Int = 1, $b: Boolean!, $id_0: ID!, $id_1: ID!) @x(y: 1) @z {")
        );
        assert_eq!(text.matches("...F").count(), 2);
    }

    #[test]
    fn places() {
        assert_eq!(place("n0"), Some(0));
        assert_eq!(place("n417"), Some(417));
        for other in ["", "n", "n-1", "node", "0", "n99999999999999999999999"] {
            assert_eq!(place(other), None, "{other}");
        }
    }
}
