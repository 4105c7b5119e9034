//! One change: where it is, what it was, what it is, and what is said about it.

use std::fmt;

use apollo_compiler::Schema;
use apollo_compiler::coordinate::{
    SchemaCoordinate, SchemaCoordinateLookup, TypeAttributeCoordinate,
};
use apollo_compiler::validation::Valid;
use serde::{Serialize, Serializer};

use super::kind::{ChangeKind, ChangeSeverity};

/// One difference between two schemas.
///
/// ```
/// use buildkite_codegen::schema::{self, diff};
///
/// let old = schema::load("type Query { pipeline(slug: ID): String }", "old.graphql")?;
/// let new = schema::load("type Query { pipeline(slug: ID!): String }", "new.graphql")?;
/// let diff = diff::compare(&old, &new);
/// let change = &diff.changes()[0];
/// assert_eq!(change.kind(), diff::ChangeKind::ArgChangedKind);
/// assert_eq!(change.severity(), diff::ChangeSeverity::Breaking);
/// assert_eq!(change.coordinate().to_string(), "Query.pipeline(slug:)");
/// assert_eq!((change.before(), change.after()), (Some("ID"), Some("ID!")));
/// assert_eq!(
///     change.message(),
///     "the argument `Query.pipeline(slug:)` was `ID` and is `ID!` now"
/// );
/// # Ok::<(), schema::SchemaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub(super) kind: ChangeKind,
    pub(super) coordinate: SchemaCoordinate,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) message: String,
}

impl Change {
    /// What sort of change it is.
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// How much it matters, which its kind decides.
    pub fn severity(&self) -> ChangeSeverity {
        self.kind.severity()
    }

    /// Where it is, in the notation of the specification: `Build.state`,
    /// `Query.build(slug:)`, `BuildStates.PASSED`, `@include(if:)`.
    ///
    /// Members of a union, interfaces of a type and locations of a directive have no
    /// coordinate of their own. The change is at what has them, and they are in
    /// [`before`](Self::before) or [`after`](Self::after). A root operation is at its
    /// type.
    pub fn coordinate(&self) -> &SchemaCoordinate {
        &self.coordinate
    }

    /// What the kind is about, in the old schema: a type, a default value, a reason, the
    /// name of a member. `None` where there was nothing.
    pub fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// What the kind is about, in the new schema. `None` where there is nothing any more.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// What happened, in a line without a full stop.
    ///
    /// Everything that comes from a schema stands between backticks, and there are no
    /// others: texts of a schema have an apostrophe in their place, are cut when they are
    /// long, and have their control characters escaped. [`before`](Self::before) and
    /// [`after`](Self::after) have them unchanged.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line, counted from 1, on which a schema that was read from SDL has what was
    /// changed; of what it does not have, what it would be part of.
    ///
    /// Of a schema that was read from an introspection answer it is a line of nothing.
    ///
    /// ```
    /// use buildkite_codegen::schema::{self, diff};
    ///
    /// let old = schema::load("type Query { a: Int b: Int }", "old.graphql")?;
    /// let new = schema::load("\"\"\"Text\"\"\"\ntype Query {\n  a: Int!\n}", "new.graphql")?;
    /// let diff = diff::compare(&old, &new);
    /// let lines: Vec<_> = diff.changes().iter().map(|change| change.line_in(&new)).collect();
    /// assert_eq!(lines, [Some(3), Some(2)]);
    /// # Ok::<(), schema::SchemaError>(())
    /// ```
    pub fn line_in(&self, schema: &Valid<Schema>) -> Option<usize> {
        let mut next = Some(self.coordinate.clone());
        while let Some(coordinate) = next {
            if let Ok(found) = coordinate.lookup(schema) {
                return line(&found, schema);
            }
            next = holder(&coordinate);
        }
        None
    }
}

/// What something is part of.
fn holder(coordinate: &SchemaCoordinate) -> Option<SchemaCoordinate> {
    Some(match coordinate {
        SchemaCoordinate::Type(_) | SchemaCoordinate::Directive(_) => return None,
        SchemaCoordinate::TypeAttribute(attribute) => attribute.type_coordinate().into(),
        SchemaCoordinate::FieldArgument(argument) => TypeAttributeCoordinate {
            ty: argument.ty.clone(),
            attribute: argument.field.clone(),
        }
        .into(),
        SchemaCoordinate::DirectiveArgument(argument) => argument.directive_coordinate().into(),
    })
}

fn line(found: &SchemaCoordinateLookup<'_>, schema: &Schema) -> Option<usize> {
    // The whole definition would begin at its description.
    let name = match found {
        SchemaCoordinateLookup::Type(ty) => ty.name(),
        SchemaCoordinateLookup::Directive(directive) => &directive.name,
        SchemaCoordinateLookup::Field(field) => &field.name,
        SchemaCoordinateLookup::InputField(field) => &field.name,
        SchemaCoordinateLookup::EnumValue(value) => &value.value,
        SchemaCoordinateLookup::Argument(argument) => &argument.name,
        _ => return None,
    };
    Some(name.location()?.line_column(&schema.sources)?.line)
}

/// The message.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[derive(Serialize)]
struct Json<'a> {
    kind: ChangeKind,
    severity: ChangeSeverity,
    coordinate: String,
    message: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json {
            kind: self.kind,
            severity: self.severity(),
            coordinate: self.coordinate.to_string(),
            message: &self.message,
            before: self.before(),
            after: self.after(),
        }
        .serialize(serializer)
    }
}
