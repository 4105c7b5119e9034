//! Points by the book, for a comparison: every selection is expanded wherever it
//! is spread, with all variables known and nothing remembered.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use apollo_compiler::ast::Value as Literal;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};
use buildkite_codegen::{Config, CostLine};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::written;

struct Naive<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    variables: &'a Map<String, Value>,
}

impl<'a> Naive<'a> {
    fn points(&self) -> u64 {
        self.object(
            self.operation.object_type(),
            &[&self.operation.selection_set],
        )
    }

    fn object(&self, ty: &Name, sets: &[&'a SelectionSet]) -> u64 {
        let fields = self.fields(ty, sets);
        fields.values().map(|fields| self.field(ty, fields)).sum()
    }

    fn field(&self, parent: &Name, fields: &[&'a Node<Field>]) -> u64 {
        let Some((inner, below)) = self.below(parent, fields) else {
            return 0;
        };
        let rows = self.rows(fields[0]);
        let is_connection = inner.ends_with("Connection");
        1 + self
            .types(&inner)
            .iter()
            .map(|ty| {
                if is_connection {
                    self.connection(ty, &below, rows)
                } else {
                    self.object(ty, &below)
                }
            })
            .max()
            .unwrap()
    }

    fn connection(&self, ty: &Name, sets: &[&'a SelectionSet], rows: u64) -> u64 {
        let fields = self.fields(ty, sets);
        fields
            .values()
            .map(|fields| match fields[0].name.as_str() {
                "edges" => 1 + rows * (self.field(ty, fields) - 1),
                "nodes" => rows * self.field(ty, fields),
                _ => self.field(ty, fields),
            })
            .sum()
    }

    /// The type of a field, and what is selected of it.
    fn below(
        &self,
        parent: &Name,
        fields: &[&'a Node<Field>],
    ) -> Option<(Name, Vec<&'a SelectionSet>)> {
        let definition = self.schema.type_field(parent, &fields[0].name).unwrap();
        let inner = definition.ty.inner_named_type().clone();
        let sets = fields.iter().map(|field| &field.selection_set);
        (!self.types(&inner).is_empty()).then(|| (inner, sets.collect()))
    }

    /// The object types behind a type.
    fn types(&self, ty: &Name) -> Vec<Name> {
        let implementers = self.schema.implementers_map();
        if let Some(union) = self.schema.get_union(ty) {
            return union.members.iter().map(|ty| ty.name.clone()).collect();
        }
        if self.schema.get_interface(ty).is_some() {
            return implementers[ty].objects.iter().cloned().collect();
        }
        let object = self.schema.get_object(ty);
        object
            .map(|object| object.name.clone())
            .into_iter()
            .collect()
    }

    fn fields(
        &self,
        ty: &Name,
        sets: &[&'a SelectionSet],
    ) -> IndexMap<&'a Name, Vec<&'a Node<Field>>> {
        let mut fields = IndexMap::default();
        let mut spread = BTreeSet::new();
        for set in sets {
            self.collect(ty, set, &mut spread, &mut fields);
        }
        fields
    }

    fn collect(
        &self,
        ty: &Name,
        set: &'a SelectionSet,
        spread: &mut BTreeSet<&'a Name>,
        fields: &mut IndexMap<&'a Name, Vec<&'a Node<Field>>>,
    ) {
        for selection in &set.selections {
            let directives = selection.directives();
            let is_left_out = [("include", false), ("skip", true)]
                .iter()
                .any(|(name, value)| {
                    directives.get(name).is_some_and(|directive| {
                        let condition = directive.specified_argument_by_name("if").unwrap();
                        self.condition(condition) == *value
                    })
                });
            if is_left_out {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    let found: &mut Vec<_> = fields.entry(field.response_key()).or_default();
                    found.push(field);
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.type_condition.as_ref();
                    if condition.is_none_or(|condition| self.types(condition).contains(ty)) {
                        self.collect(ty, &inline.selection_set, spread, fields);
                    }
                }
                Selection::FragmentSpread(fragment) => {
                    let set = &self.document.fragments[&fragment.fragment_name].selection_set;
                    if spread.insert(&fragment.fragment_name) && self.types(&set.ty).contains(ty) {
                        self.collect(ty, set, spread, fields);
                    }
                }
            }
        }
    }

    fn condition(&self, value: &Literal) -> bool {
        match value {
            Literal::Boolean(value) => *value,
            Literal::Variable(name) => match self.variables.get(name.as_str()) {
                Some(value) => value.as_bool().unwrap(),
                None => self.default(name).and_then(Literal::to_bool).unwrap(),
            },
            other => panic!("{other:?}"),
        }
    }

    fn rows(&self, field: &Field) -> u64 {
        let size = |argument| match field.specified_argument_by_name(argument)?.as_ref() {
            Literal::Variable(name) => match self.variables.get(name.as_str()) {
                Some(value) => value.as_i64(),
                None => self.default(name)?.to_i32().map(i64::from),
            },
            literal => literal.to_i32().map(i64::from),
        };
        let larger = size("first").max(size("last"));
        larger.map_or(500, |rows| u64::try_from(rows).unwrap_or(0))
    }

    fn default(&self, name: &Name) -> Option<&'a Literal> {
        let variables = &self.operation.variables;
        let variable = variables.iter().find(|variable| variable.name == *name);
        variable?.default_value.as_deref()
    }
}

const SCHEMA: &str = "
schema { query: Query }
type Query { a: A u: U n: Node as(first: Int, last: Int): AConnection }
interface Node { id: ID! kids(first: Int, last: Int): NodeConnection }
type A implements Node {
  id: ID! name: String b: B u: U list: [A]
  kids(first: Int, last: Int): NodeConnection
  as(first: Int, last: Int): AConnection
}
type B implements Node { id: ID! n: Node kids(first: Int, last: Int): NodeConnection }
type C { id: ID! c: C a: A }
union U = A | B | C
type AConnection { count: Int edges: [AEdge] nodes: [A] pageInfo: PageInfo }
type AEdge { cursor: String node: A }
type NodeConnection { edges: [NodeEdge] pageInfo: PageInfo }
type NodeEdge { node: Node }
type PageInfo { hasNextPage: Boolean }
";

/// What can be selected of a type: a response key with its field, and the type
/// of what is below it.
const FIELDS: &[(&str, &[(&str, &str)])] = &[
    (
        "Query",
        &[("a", "A"), ("u", "U"), ("n", "Node"), ("as", "AConnection")],
    ),
    ("Node", &[("id", ""), ("kids", "NodeConnection")]),
    (
        "A",
        &[
            ("id", ""),
            ("name", ""),
            ("b", "B"),
            ("u", "U"),
            ("list", "A"),
            ("kids", "NodeConnection"),
            ("as", "AConnection"),
        ],
    ),
    (
        "B",
        &[("id", ""), ("n", "Node"), ("kids", "NodeConnection")],
    ),
    ("C", &[("id", ""), ("c", "C"), ("a", "A")]),
    ("U", &[("__typename", "")]),
    (
        "AConnection",
        &[
            ("count", ""),
            ("edges", "AEdge"),
            ("nodes", "A"),
            ("pageInfo", "PageInfo"),
        ],
    ),
    ("AEdge", &[("cursor", ""), ("node", "A")]),
    (
        "NodeConnection",
        &[("edges", "NodeEdge"), ("pageInfo", "PageInfo")],
    ),
    ("NodeEdge", &[("node", "Node")]),
    ("PageInfo", &[("hasNextPage", "")]),
];

/// Which fragments may be spread on a type, and which types it may be.
const FITS: &[(&str, &[&str])] = &[
    ("A", &["A", "Node", "U"]),
    ("B", &["B", "Node", "U"]),
    ("C", &["C", "U"]),
    ("Node", &["A", "B", "Node", "U"]),
    ("U", &["A", "B", "C", "Node", "U"]),
];

/// The types of the fragments; each spreads only those before it.
const FRAGMENTS: [&str; 6] = ["A", "Node", "B", "U", "A", "Node"];

/// With an alias for each, so that no two of them clash.
const SIZES: [&str; 6] = [
    "",
    "_n: KEY(first: $n)",
    "_m: KEY(last: $m)",
    "_three: KEY(first: 3)",
    "_both: KEY(first: $n, last: $m)",
    "_null: KEY(first: null, last: -2)",
];

const CONDITIONS: [&str; 8] = [
    "",
    "",
    "",
    " @include(if: $x)",
    " @skip(if: $x)",
    " @include(if: $y)",
    " @skip(if: $y) @include(if: $x)",
    " @include(if: false)",
];

/// Writes selections as a list of choices says.
struct Writer<'a> {
    choices: std::slice::Iter<'a, u8>,
    text: String,
}

impl Writer<'_> {
    fn choose<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        let choice = self.choices.next().copied().unwrap_or(0);
        &from[usize::from(choice) % from.len()]
    }

    fn set(&mut self, ty: &str, depth: usize, fragments: usize) {
        self.text.push_str(" {");
        // Never without a field, whatever is left out.
        self.text.push_str(" __typename");
        let count = *self.choose(&[1, 2, 3, 4]);
        for _ in 0..count {
            self.selection(ty, depth, fragments);
        }
        self.text.push_str(" }");
    }

    fn selection(&mut self, ty: &str, depth: usize, fragments: usize) {
        let fits = FITS.iter().find(|(fitting, _)| *fitting == ty);
        let kind = *self.choose(&[0, 0, 0, 1, 2]);
        match (kind, fits) {
            (1, Some((_, types))) if depth > 0 => {
                let on = *self.choose(types);
                let condition = *self.choose(&CONDITIONS);
                write!(self.text, " ... on {on}{condition}").unwrap();
                self.set(on, depth - 1, fragments);
            }
            (2, Some((_, types))) if fragments > 0 => {
                let index = *self.choose(&[0, 1, 2, 3, 4, 5]) % fragments;
                if types.contains(&FRAGMENTS[index]) {
                    let condition = *self.choose(&CONDITIONS);
                    write!(self.text, " ...F{index}{condition}").unwrap();
                }
            }
            _ => self.field(ty, depth, fragments),
        }
    }

    fn field(&mut self, ty: &str, depth: usize, fragments: usize) {
        let (_, fields) = FIELDS.iter().find(|(of, _)| *of == ty).unwrap();
        let (key, below) = *self.choose(fields);
        if !below.is_empty() && depth == 0 {
            return;
        }
        write!(self.text, " {key}").unwrap();
        if below.ends_with("Connection") {
            let size = self.choose(&SIZES).replace("KEY", key);
            self.text.push_str(&size);
        }
        let condition = *self.choose(&CONDITIONS);
        self.text.push_str(condition);
        if !below.is_empty() {
            self.set(below, depth - 1, fragments);
        }
    }
}

fn document(choices: &[u8]) -> String {
    let mut writer = Writer {
        choices: choices.iter(),
        text: "query Q($n: Int = 4, $m: Int, $x: Boolean!, $y: Boolean = true)".to_owned(),
    };
    writer.set("Query", 5, FRAGMENTS.len());
    for (index, ty) in FRAGMENTS.iter().enumerate() {
        write!(writer.text, "\nfragment F{index} on {ty}").unwrap();
        writer.set(ty, 3, index);
    }
    writer.text
}

fn variables() -> impl Strategy<Value = Map<String, Value>> {
    let size = prop_oneof![
        Just(None),
        Just(Some(Value::Null)),
        (-2..6_i64).prop_map(|size| Some(json!(size)))
    ];
    let given = prop::option::of(any::<bool>());
    (size.clone(), size, any::<bool>(), given).prop_map(|(n, m, x, y)| {
        let y = y.map(Value::from);
        [("n", n), ("m", m), ("x", Some(x.into())), ("y", y)]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn points_are_those_of_a_full_expansion(
        choices in prop::collection::vec(any::<u8>(), 0..300),
        variables in prop::collection::vec(variables(), 4),
    ) {
        let text = document(&choices);
        let allow = "[lints]\nunused_fragment = \"allow\"\nunused_variable = \"allow\"";
        let folder = written(&[("queries/a.graphql", text.as_str()), ("queries/lints.toml", allow)]);
        let config = Config::new()
            .root(folder.path())
            .schema_text(SCHEMA, "schema.graphql")
            .queries("queries");
        let explained = config.explain().unwrap_or_else(|errors| panic!("{text}\n{errors}"));
        let explained = explained.operation("Q").unwrap();

        let schema = Schema::parse_and_validate(SCHEMA, "schema.graphql").unwrap();
        let parsed = ExecutableDocument::parse(&schema, text.as_str(), "a.graphql").unwrap();
        let operation = parsed.operations.get(Some("Q")).unwrap();
        for variables in &variables {
            let naive = Naive { schema: &schema, document: &parsed, operation, variables };
            prop_assert_eq!(explained.complexity(variables), naive.points(), "{}\n{:?}", text, variables);
            let sum: u64 = explained.lines(variables).iter().map(CostLine::points).sum();
            prop_assert_eq!(sum, naive.points(), "{}\n{:?}", text, variables);
        }
    }
}
