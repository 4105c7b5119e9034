//! Why a schema could not be read or printed.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why a schema could not be read or printed.
///
/// [`Display`](fmt::Display) says what is wrong and what to do about it in one
/// line. Where there is more to show, such as a position in the JSON text or
/// framed diagnostics over SDL, it is in [`source`](Error::source) and not
/// repeated here. A program that lays these parts out itself takes them from
/// [`problem`](SchemaError::problem) and [`hint`](SchemaError::hint).
///
/// ```
/// use buildkite_codegen::schema::{self, PrintOptions, SchemaErrorKind};
///
/// let page = "<!DOCTYPE html><title>Sign in</title>";
/// let error = schema::print_introspection(page, PrintOptions::new()).unwrap_err();
/// assert_eq!(error.kind(), SchemaErrorKind::Html);
/// assert_eq!(error.problem(), "this is an HTML page, not a schema");
/// ```
#[derive(Debug)]
pub struct SchemaError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: SchemaErrorKind,
    problem: String,
    hint: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The sorts of [`SchemaError`], for callers that act on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SchemaErrorKind {
    /// There is no text at all.
    Empty,
    /// The text is an HTML page: a sign-in form, a proxy's error.
    Html,
    /// The text is neither complete nor correct JSON.
    NotJson,
    /// The JSON is not laid out as GraphQL introspection is.
    Malformed,
    /// The server answered the introspection query with errors.
    ErrorAnswer,
    /// The JSON is a GraphQL answer, but `__schema` is not in it.
    NoSchema,
    /// The schema names no type for queries.
    NoQueryRoot,
    /// Two types have the same name.
    DuplicateType,
    /// Something is named that the schema does not define.
    UnknownType,
    /// A type reference cannot be followed to its end or contradicts the type
    /// that it names.
    BrokenTypeReference,
    /// A part is absent that its kind must have, such as the fields of an
    /// object type.
    MissingPart,
    /// A name that GraphQL's grammar does not allow.
    InvalidName,
    /// A default value that is not a GraphQL literal.
    InvalidDefault,
    /// SDL without a `schema` block in which the default names would make a
    /// root of a type called `Subscription`.
    AmbiguousRoots,
    /// The schema breaks a rule of the GraphQL specification; the diagnostics
    /// are in the error's source.
    Invalid,
}

impl SchemaError {
    #[cold]
    pub(super) fn new(
        kind: SchemaErrorKind,
        problem: impl Into<String>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            problem: problem.into(),
            hint: hint.into(),
            source: None,
        }))
    }

    pub(super) fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What sort of failure it is.
    pub fn kind(&self) -> SchemaErrorKind {
        self.0.kind
    }

    /// What is wrong, without advice.
    pub fn problem(&self) -> &str {
        &self.0.problem
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        &self.0.hint
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.0.problem, self.0.hint)
    }
}

impl Error for SchemaError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
