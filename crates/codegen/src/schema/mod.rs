//! Reading and printing schemas: introspection answers and SDL in, canonical SDL out.
//! [`diff`] compares two of them.
//!
//! The canonical text depends on what the schema says and on nothing else, so
//! that two snapshots differ only where the schemas do:
//!
//! - The `schema { … }` block always comes first and names every root. Without
//!   it a type that happens to be called `Subscription` would become a root.
//! - Directive definitions follow, then types. Everything that has a name is
//!   sorted by it, in natural order: character by character, except that runs
//!   of digits are compared as numbers, so `SHA256` comes before `SHA1024`.
//!   Directives applied to a definition keep the order in which they were
//!   written, since it may mean something.
//! - Definitions that the specification gives to every schema are left out.
//! - Comments are not part of a schema and are dropped; descriptions are kept
//!   unless [`PrintOptions::descriptions`] says otherwise.
//!
//! Printing a canonical text again gives the same bytes, and whatever is
//! printed has been parsed and validated once more before it is handed out.
//!
//! ```
//! use buildkite_codegen::schema::{self, PrintOptions};
//!
//! let sdl = "type Query { pipeline(slug: ID!, archived: Boolean = false): String }";
//! assert_eq!(
//!     schema::print_sdl(sdl, PrintOptions::new())?,
//!     "schema {
//!   query: Query
//! }
//!
//! type Query {
//!   pipeline(archived: Boolean = false, slug: ID!): String
//! }
//! "
//! );
//! # Ok::<(), schema::SchemaError>(())
//! ```

pub mod diff;
mod error;
mod introspection;
mod literal;
pub(crate) mod one_of;
mod print;

use std::path::Path;

use apollo_compiler::Schema;
use apollo_compiler::ast;
use apollo_compiler::validation::{DiagnosticList, Valid};

pub use error::{SchemaError, SchemaErrorKind};
pub use print::{PrintOptions, print_schema};

/// The two forms in which a schema is handed around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The JSON answer to an introspection query.
    Introspection,
    /// GraphQL's schema definition language.
    Sdl,
}

impl Format {
    /// Tells which form a text has: by its first character, and by the
    /// extension of its file where that leaves doubt.
    ///
    /// ```
    /// use buildkite_codegen::schema::Format;
    ///
    /// assert_eq!(Format::detect("{\"data\": {}}", "schema"), Format::Introspection);
    /// assert_eq!(Format::detect("type Query { a: Int }", "schema"), Format::Sdl);
    /// assert_eq!(Format::detect("truncated\"}", "schema.json"), Format::Introspection);
    /// ```
    pub fn detect(text: &str, path: impl AsRef<Path>) -> Self {
        // No SDL starts with a brace or a bracket.
        if strip_bom(text).trim_start().starts_with(['{', '[']) {
            return Self::Introspection;
        }
        let extension = path.as_ref().extension().and_then(|name| name.to_str());
        if extension.is_some_and(|name| name.eq_ignore_ascii_case("json")) {
            Self::Introspection
        } else {
            Self::Sdl
        }
    }
}

/// Reads a schema in either form and validates it. `path` names the text in
/// diagnostics and helps to tell its form; nothing is read from it.
///
/// ```
/// use buildkite_codegen::schema;
///
/// let schema = schema::load(buildkite_schema::SDL, buildkite_schema::PATH)?;
/// assert!(schema.schema_definition.subscription.is_none());
/// # Ok::<(), schema::SchemaError>(())
/// ```
pub fn load(text: &str, path: impl AsRef<Path>) -> Result<Valid<Schema>, SchemaError> {
    let path = path.as_ref();
    match Format::detect(text, path) {
        Format::Introspection => introspection::load(text),
        Format::Sdl => load_sdl(text, path),
    }
}

/// Prints a schema in either form as canonical SDL. `path` is used as in [`load`].
///
/// ```
/// use buildkite_codegen::schema::{self, PrintOptions};
///
/// let again = schema::print_text(
///     buildkite_schema::SDL,
///     buildkite_schema::PATH,
///     PrintOptions::new(),
/// )?;
/// assert!(again == buildkite_schema::SDL);
/// # Ok::<(), schema::SchemaError>(())
/// ```
pub fn print_text(
    text: &str,
    path: impl AsRef<Path>,
    options: PrintOptions,
) -> Result<String, SchemaError> {
    print_checked(&load(text, path)?, options)
}

/// Prints the answer to an introspection query as canonical SDL. Both
/// `{"data": {"__schema": …}}` and a bare `{"__schema": …}` are accepted.
///
/// The answer must be complete: a query that asks for fewer levels of `ofType`
/// than the schema's types have, or leaves deprecated elements out, cannot be
/// told from a smaller schema in every case. The usual introspection query
/// with `includeDeprecated: true` everywhere gives such an answer.
///
/// Servers that do not know newer parts of introspection (`isRepeatable`,
/// `specifiedByURL`, `isOneOf`, deprecated arguments and input fields) are
/// understood. Deprecations of directive definitions, which a few servers
/// report, have no place in the printed SDL and are left out.
///
/// ```
/// use buildkite_codegen::schema::{self, PrintOptions};
///
/// let answer = r#"{"data": {"__schema": {
///     "queryType": {"name": "Query"},
///     "types": [{
///         "kind": "OBJECT",
///         "name": "Query",
///         "interfaces": [],
///         "fields": [{
///             "name": "version",
///             "args": [],
///             "type": {"kind": "NON_NULL", "ofType": {"kind": "SCALAR", "name": "String"}}
///         }]
///     }],
///     "directives": []
/// }}}"#;
/// let sdl = schema::print_introspection(answer, PrintOptions::new())?;
/// assert!(sdl.ends_with("type Query {\n  version: String!\n}\n"));
/// # Ok::<(), schema::SchemaError>(())
/// ```
pub fn print_introspection(json: &str, options: PrintOptions) -> Result<String, SchemaError> {
    print_checked(&introspection::load(json)?, options)
}

/// Prints SDL in its canonical form; type extensions are folded into the types
/// that they extend.
///
/// ```
/// use buildkite_codegen::schema::{self, PrintOptions};
///
/// let sdl = "type Query { b: Int } extend type Query { a: Int }";
/// let canonical = schema::print_sdl(sdl, PrintOptions::new())?;
/// assert!(canonical.ends_with("type Query {\n  a: Int\n  b: Int\n}\n"));
/// # Ok::<(), schema::SchemaError>(())
/// ```
pub fn print_sdl(sdl: &str, options: PrintOptions) -> Result<String, SchemaError> {
    print_checked(&load_sdl(sdl, Path::new("schema.graphql"))?, options)
}

/// Prints and then reads the result back: a text that does not stand on its
/// own must never replace a snapshot that does.
fn print_checked(schema: &Valid<Schema>, options: PrintOptions) -> Result<String, SchemaError> {
    let text = print_schema(schema, options);
    let invalid = |diagnostics: DiagnosticList| {
        SchemaError::new(
            SchemaErrorKind::Invalid,
            "the schema cannot be printed as text that stands on its own",
            "check whether it defines one of the specification's own directives in another way",
        )
        .with_source(framed(&diagnostics))
    };
    match Schema::parse_and_validate(text.as_str(), "the canonical schema") {
        Ok(_) => Ok(text),
        Err(failure) => Err(invalid(failure.errors)),
    }
}

fn load_sdl(text: &str, path: &Path) -> Result<Valid<Schema>, SchemaError> {
    let text = strip_bom(text);
    reject_empty_and_html(text)?;
    let document = ast::Document::parse(text, path).map_err(|failure| invalid(&failure.errors))?;
    reject_ambiguous_roots(&document)?;
    validate(text, path)
}

/// Parses and validates SDL. Servers that print the built-in scalars too are
/// taken as they are: such a definition adds nothing.
fn validate(text: &str, path: &Path) -> Result<Valid<Schema>, SchemaError> {
    Schema::builder()
        .ignore_builtin_redefinitions()
        .parse(text, path)
        .build()
        .and_then(Schema::validate)
        .map_err(|failure| invalid(&failure.errors))
}

/// Without a `schema` block the default names decide which types are roots.
/// For `Query` and `Mutation` that is what everybody means; a type called
/// `Subscription` may just as well be an ordinary one, as Buildkite's is.
fn reject_ambiguous_roots(document: &ast::Document) -> Result<(), SchemaError> {
    let mut has_subscription = false;
    for definition in &document.definitions {
        match definition {
            ast::Definition::SchemaDefinition(_) => return Ok(()),
            ast::Definition::ObjectTypeDefinition(object) => {
                has_subscription |= object.name == "Subscription";
            }
            _ => {}
        }
    }
    if has_subscription {
        return Err(SchemaError::new(
            SchemaErrorKind::AmbiguousRoots,
            "there is no `schema` block, and it is not clear whether the type `Subscription` is a root",
            "add a block such as `schema { query: Query mutation: Mutation }`, and name `Subscription` \
             in it only if subscriptions start there",
        ));
    }
    Ok(())
}

fn reject_empty_and_html(text: &str) -> Result<(), SchemaError> {
    let text = text.trim_start();
    if text.is_empty() {
        return Err(SchemaError::new(
            SchemaErrorKind::Empty,
            "there is no schema in it: the text is empty",
            "check that fetching the schema succeeded, and fetch it again",
        ));
    }
    if text.starts_with("<<<<<<<") {
        return Err(SchemaError::new(
            SchemaErrorKind::Invalid,
            "there are marks in it of a merge that came to a conflict",
            "resolve the conflict: pull the schema again, which gives the whole text anew",
        ));
    }
    // Neither JSON nor SDL can start with it.
    if text.starts_with('<') {
        return Err(SchemaError::new(
            SchemaErrorKind::Html,
            "this is an HTML page, not a schema",
            "check the address and the token that it was fetched with: sign-in forms and the errors \
             of proxies look like this",
        ));
    }
    Ok(())
}

fn invalid(diagnostics: &DiagnosticList) -> SchemaError {
    let count = diagnostics.len();
    let mistakes = if count == 1 { "mistake" } else { "mistakes" };
    SchemaError::new(
        SchemaErrorKind::Invalid,
        format!("the schema is not valid GraphQL: {count} {mistakes}"),
        "correct what is marked, or fetch the schema again if nobody edited it",
    )
    .with_source(framed(diagnostics))
}

/// The diagnostics as text, without the blanks that frames leave at line ends.
fn framed(diagnostics: &DiagnosticList) -> String {
    let text = diagnostics.to_string();
    let lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Some editors and shells put a byte order mark before the text.
fn strip_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
