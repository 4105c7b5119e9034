//! The Rust-shaped form of a set of queries: what will be printed, with every
//! name and type decided.

mod chosen;
mod docs;
mod inputs;
mod lookup;
mod names;
mod node_id;
mod operations;
mod pagination;
mod rest;
mod selections;

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::parser::SourceSpan;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema, executable};

use self::chosen::{Chosen, Refused};
use self::docs::Docs;
use self::selections::keys::{self, Keys};
use crate::check::Checked;
use crate::client::{Directives, Nullability};
use crate::diagnostic::Diagnostics;
use crate::lints::Finding;
use crate::possible::Possible;
use crate::source::Source;

pub(crate) use chosen::TARGET_NAME;
pub(crate) use inputs::{EnumType, InputField, InputType, Presence, deprecation, one_of_variants};
pub(crate) use names::camel;
pub(crate) use node_id::{NodeId, VariantId};
pub(crate) use operations::Operation;
pub(crate) use pagination::{Direction, Pagination, Step};
pub(crate) use rest::{Given, Rest, Rows};

/// Everything that a set of queries becomes.
#[derive(Debug)]
pub(crate) struct Model {
    /// Sorted by name.
    pub(crate) operations: Vec<Operation>,
    /// By GraphQL name.
    pub(crate) fragments: BTreeMap<Name, Fragment>,
    /// Sorted by name; only those that are used.
    pub(crate) enums: Vec<EnumType>,
    /// Sorted by name; only those that are used.
    pub(crate) inputs: Vec<InputType>,
}

/// A named fragment: a type shared by all operations that spread it.
#[derive(Debug)]
pub(crate) struct Fragment {
    pub(crate) graphql_name: Name,
    pub(crate) rust_name: String,
    pub(crate) module: String,
    pub(crate) docs: Vec<String>,
    pub(crate) shapes: Shapes,
    /// Every response key that it reads.
    pub(crate) keys: BTreeSet<String>,
}

/// The types of one module, and which of them the module is about.
#[derive(Debug)]
pub(crate) struct Shapes {
    pub(crate) root: RustType,
    pub(crate) types: Vec<Shape>,
}

impl Shapes {
    /// Where a module has no such types.
    pub(crate) const fn none() -> Self {
        Self {
            root: RustType::Path(String::new()),
            types: Vec::new(),
        }
    }

    pub(crate) fn get(&self, id: ShapeId) -> &Shape {
        &self.types[id.0]
    }
}

/// The place of a [`Shape`] in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ShapeId(usize);

/// A type that stands for one selection set.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) rust_name: String,
    /// The type in the schema; several where types that the query does not
    /// name apart share what is selected of them.
    pub(crate) graphql_types: Vec<Name>,
    /// The response keys that lead to it.
    pub(crate) path: Vec<String>,
    pub(crate) kind: ShapeKind,
    /// Every response key that it reads.
    pub(crate) keys: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) enum ShapeKind {
    /// One type, or what all types of a union or interface have in common.
    Struct(Struct),
    /// The types that are told apart by `__typename`.
    Enum(Vec<Variant>),
}

#[derive(Debug, Default)]
pub(crate) struct Struct {
    pub(crate) fields: Vec<Field>,
    pub(crate) spreads: Vec<Spread>,
    /// The enum of the types that are selected further.
    pub(crate) on: Option<On>,
}

/// The part of a struct that depends on `__typename`.
#[derive(Debug)]
pub(crate) struct On {
    pub(crate) rust_name: String,
    pub(crate) shape: ShapeId,
}

/// One response key.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) rust_name: String,
    pub(crate) ty: RustType,
    /// Where the query selects it, in the order of the query.
    pub(crate) places: Vec<SourceSpan>,
    /// Whether `@include` or `@skip` can leave it out.
    pub(crate) may_be_left_out: bool,
    /// Whether the schema lets it be null.
    pub(crate) nullable: bool,
    /// `Pipeline.slug: String!`, for the documentation.
    pub(crate) coordinate: String,
    pub(crate) description: Option<String>,
    /// The reason, where the schema deprecates the field.
    pub(crate) deprecated: Option<String>,
    /// Where the field is a connection: how it is paged.
    pub(crate) paging: Option<pagination::Paging>,
    /// Where the field is a connection: what the query says of it, in its words.
    pub(crate) written: Vec<Node<executable::Field>>,
    /// Whether conditions leave out some of that, but not all.
    pub(crate) is_partly_conditional: bool,
}

/// A fragment that is part of a struct.
#[derive(Debug)]
pub(crate) struct Spread {
    pub(crate) fragment: Name,
    pub(crate) rust_name: String,
    /// Whether `@include` or `@skip` may leave it out.
    pub(crate) optional: bool,
}

/// One type, or several alike, behind a union or interface.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) rust_name: String,
    /// The values of `__typename` that lead here, sorted.
    pub(crate) typenames: Vec<Name>,
    /// Whether the query names none of them, so that there may be more of them
    /// tomorrow.
    pub(crate) shared: bool,
    pub(crate) content: RustType,
}

/// A type as it is written in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RustType {
    /// A path as it stands: `String`, `i64`, or what a scalar is mapped to.
    Path(String),
    /// An enum of the schema, by its Rust name.
    Enum(String),
    /// An input object of the schema, by its Rust name.
    Input(String),
    /// A type of this module.
    Shape(ShapeId),
    /// A fragment, by its GraphQL name.
    Fragment(Name),
    Option(Box<RustType>),
    List(Box<RustType>),
    Boxed(Box<RustType>),
    /// The runtime's type for a page of such nodes.
    Connection(Box<RustType>),
}

impl RustType {
    pub(crate) fn optional(self) -> Self {
        match self {
            Self::Option(_) => self,
            other => Self::Option(Box::new(other)),
        }
    }

    /// The type behind options.
    pub(crate) fn required(&self) -> &Self {
        match self {
            Self::Option(inner) => inner.required(),
            other => other,
        }
    }

    /// The type of what an answer may hold several of, or none.
    pub(crate) fn item(&self) -> &Self {
        match self {
            Self::Option(inner) | Self::List(inner) => inner.item(),
            other => other,
        }
    }

    pub(crate) fn is_optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }

    /// Whether it is made of what a selection set selects.
    pub(crate) fn has_selection(&self) -> bool {
        match self {
            Self::Shape(_) | Self::Fragment(_) | Self::Connection(_) => true,
            Self::Option(inner) | Self::List(inner) | Self::Boxed(inner) => inner.has_selection(),
            Self::Path(_) | Self::Enum(_) | Self::Input(_) => false,
        }
    }
}

/// How the scalars of the schema are mapped.
#[derive(Debug, Clone)]
pub(crate) struct Scalars {
    paths: BTreeMap<String, String>,
    fallback: String,
}

impl Scalars {
    /// `paths` are those of the schema's own scalars; `fallback` is any JSON
    /// value.
    pub(crate) fn new(paths: BTreeMap<String, String>, fallback: String) -> Self {
        Self { paths, fallback }
    }

    fn path(&self, scalar: &str) -> String {
        if let Some(path) = self.paths.get(scalar) {
            return path.clone();
        }
        match scalar {
            "ID" | "String" => "String".to_owned(),
            // 64 bits, so that a server which is generous with its Ints does
            // not make a whole answer unreadable.
            "Int" => "i64".to_owned(),
            "Float" => "f64".to_owned(),
            "Boolean" => "bool".to_owned(),
            _ => self.fallback.clone(),
        }
    }
}

/// What every part of a model is built from.
struct Context<'a> {
    schema: &'a Valid<Schema>,
    document: &'a ExecutableDocument,
    client: &'a Directives,
    scalars: &'a Scalars,
    docs: Docs<'a>,
    possible: Possible,
    nullability: Nullability,
    keys: Keys,
    /// The names that fragments choose for themselves.
    fragments: BTreeMap<Name, Chosen>,
}

/// What building one part leaves for the whole.
struct Findings {
    used: inputs::Used,
    refused: Refused,
}

/// What becomes of a checked set.
pub(crate) struct Built {
    /// What will be printed, or the names that queries choose and that cannot be given.
    pub(crate) model: Result<Model, Diagnostics>,
    /// What lints have to judge.
    pub(crate) findings: Vec<Finding>,
}

/// Turns a checked set into what will be printed. `page_size` is what counts
/// where a connection has none.
pub(crate) fn build(
    checked: &Checked,
    sources: &[Source],
    scalars: &Scalars,
    page_size: u64,
) -> Built {
    let schema = &checked.schema;
    let client = &checked.client;
    let mut refused = Refused::default();
    let context = Context {
        schema,
        document: &checked.document,
        client,
        scalars,
        docs: Docs::new(&checked.document.sources, sources),
        possible: Possible::of(schema),
        nullability: Nullability::of(schema, client),
        keys: keys::of_fragments(schema, &checked.document),
        fragments: selections::chosen_names(&checked.document, client, &mut refused),
    };
    let mut findings = Findings {
        used: inputs::Used::new(schema, client, &mut refused),
        refused,
    };
    let fragments = selections::fragments(&context, &mut findings);
    let mut operations = operations::build(&context, page_size, &mut findings);
    pagination::find(&mut operations, &fragments);
    lookup::find(&context, &mut operations);
    let unreachable = rest::find(&context, schema, &mut operations, &fragments, page_size);
    let (enums, inputs) = inputs::build(schema, scalars, findings.used);
    Built {
        model: findings
            .refused
            .into_diagnostics(&checked.document.sources)
            .into_result(Model {
                operations,
                fragments,
                enums,
                inputs,
            }),
        findings: unreachable,
    }
}
