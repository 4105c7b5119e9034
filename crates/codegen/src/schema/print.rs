//! Canonical SDL, printed from a validated schema.
//!
//! The layout is the one that `printSchema` of graphql-js gives a
//! lexicographically sorted schema, so that the snapshot can be reproduced and
//! checked with other tools. Three things differ: the `schema` block is always
//! there, lines without content hold no blanks, and the definition of `@oneOf`
//! is printed where a type uses it, because not every parser knows it yet.
//! Natural order is its order, too.

use std::cmp::Ordering;

use apollo_compiler::ast::Value;
use apollo_compiler::schema::{
    Component, ComponentName, Directive, DirectiveDefinition, EnumType, ExtendedType,
    FieldDefinition, InputObjectType, InputValueDefinition, ScalarType, SchemaDefinition,
    UnionType,
};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};

use super::literal::{write_description, write_value};

/// The scalars that every schema has.
pub(super) const BUILT_IN_SCALARS: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

/// The directives that the specification defines.
pub(super) const SPECIFIED_DIRECTIVES: [&str; 5] =
    ["deprecated", "include", "oneOf", "skip", "specifiedBy"];

/// The reason that a deprecation has when none is given.
pub(super) const DEFAULT_REASON: &str = "No longer supported";

const INDENT: &str = "  ";

/// What is printed and what is left out.
///
/// ```
/// use buildkite_codegen::schema::{self, PrintOptions};
///
/// let sdl = r#""Where it starts." type Query { a: Int }"#;
/// let bare = schema::print_sdl(sdl, PrintOptions::new().descriptions(false))?;
/// assert!(!bare.contains("Where it starts"));
/// # Ok::<(), schema::SchemaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct PrintOptions {
    descriptions: bool,
}

impl PrintOptions {
    /// Everything is printed, descriptions included.
    pub const fn new() -> Self {
        Self { descriptions: true }
    }

    /// Whether descriptions are printed. They are by default.
    pub const fn descriptions(mut self, print: bool) -> Self {
        self.descriptions = print;
        self
    }
}

impl Default for PrintOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Prints a schema as canonical SDL, ending in a line break.
///
/// ```
/// use apollo_compiler::Schema;
/// use buildkite_codegen::schema::{self, PrintOptions};
///
/// let parsed = Schema::parse_and_validate("type Query { a: Int }", "a.graphql").unwrap();
/// assert_eq!(
///     schema::print_schema(&parsed, PrintOptions::new()),
///     "schema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}\n"
/// );
/// ```
#[must_use]
pub fn print_schema(schema: &Valid<Schema>, options: PrintOptions) -> String {
    let mut printer = Printer {
        out: String::new(),
        options,
    };
    printer.schema(schema);
    printer.out
}

struct Printer {
    out: String,
    options: PrintOptions,
}

impl Printer {
    fn schema(&mut self, schema: &Schema) {
        self.schema_definition(&schema.schema_definition);

        let uses_one_of = schema.types.values().any(|ty| ty.directives().has("oneOf"));
        let mut directives: Vec<_> = schema
            .directive_definitions
            .values()
            .filter(|directive| match directive.name.as_str() {
                "oneOf" => uses_one_of,
                name => !SPECIFIED_DIRECTIVES.contains(&name),
            })
            .collect();
        directives.sort_by(|a, b| natural(&a.name, &b.name));
        for directive in directives {
            self.out.push('\n');
            self.directive_definition(directive);
        }

        let mut types: Vec<_> = schema
            .types
            .values()
            .filter(|ty| !ty.name().starts_with("__"))
            .collect();
        types.sort_by(|a, b| natural(a.name(), b.name()));
        for ty in types {
            if !BUILT_IN_SCALARS.contains(&ty.name().as_str()) {
                self.out.push('\n');
                self.type_definition(ty);
            } else if !ty.directives().is_empty() {
                // The definition goes without saying, what was added to it does not.
                self.out.push_str("\nextend scalar ");
                self.out.push_str(ty.name());
                self.applied(ty.directives().iter());
                self.out.push('\n');
            }
        }
    }

    fn schema_definition(&mut self, definition: &SchemaDefinition) {
        self.description(definition.description.as_ref(), "");
        self.out.push_str("schema");
        self.applied(definition.directives.iter());
        self.out.push_str(" {\n");
        for (operation, root) in [
            ("query", &definition.query),
            ("mutation", &definition.mutation),
            ("subscription", &definition.subscription),
        ] {
            if let Some(root) = root {
                self.out.push_str(INDENT);
                self.out.push_str(operation);
                self.out.push_str(": ");
                self.out.push_str(root);
                self.out.push('\n');
            }
        }
        self.out.push_str("}\n");
    }

    fn directive_definition(&mut self, directive: &DirectiveDefinition) {
        self.description(directive.description.as_ref(), "");
        self.out.push_str("directive @");
        self.out.push_str(&directive.name);
        self.arguments(&directive.arguments, "");
        if directive.repeatable {
            self.out.push_str(" repeatable");
        }
        let mut locations: Vec<_> = directive
            .locations
            .iter()
            .map(|location| location.name())
            .collect();
        locations.sort_unstable();
        self.joined(" on ", " | ", &locations);
        self.out.push('\n');
    }

    fn type_definition(&mut self, ty: &ExtendedType) {
        match ty {
            ExtendedType::Scalar(scalar) => self.scalar(scalar),
            ExtendedType::Object(object) => {
                self.description(object.description.as_ref(), "");
                self.heading("type ", &object.name);
                self.implements(object.implements_interfaces.iter());
                self.applied(object.directives.iter());
                self.fields(object.fields.values());
            }
            ExtendedType::Interface(interface) => {
                self.description(interface.description.as_ref(), "");
                self.heading("interface ", &interface.name);
                self.implements(interface.implements_interfaces.iter());
                self.applied(interface.directives.iter());
                self.fields(interface.fields.values());
            }
            ExtendedType::Union(union) => self.union(union),
            ExtendedType::Enum(enumeration) => self.enumeration(enumeration),
            ExtendedType::InputObject(input) => self.input_object(input),
        }
    }

    fn scalar(&mut self, scalar: &ScalarType) {
        self.description(scalar.description.as_ref(), "");
        self.heading("scalar ", &scalar.name);
        self.applied(scalar.directives.iter());
        self.out.push('\n');
    }

    fn union(&mut self, union: &UnionType) {
        self.description(union.description.as_ref(), "");
        self.heading("union ", &union.name);
        self.applied(union.directives.iter());
        let members = sorted_names(union.members.iter());
        self.joined(" = ", " | ", &members);
        self.out.push('\n');
    }

    fn enumeration(&mut self, enumeration: &EnumType) {
        self.description(enumeration.description.as_ref(), "");
        self.heading("enum ", &enumeration.name);
        self.applied(enumeration.directives.iter());
        let mut values: Vec<_> = enumeration.values.values().collect();
        values.sort_by(|a, b| natural(&a.value, &b.value));
        self.block(&values, |printer, value, first| {
            printer.member_description(value.description.as_ref(), INDENT, first);
            printer.out.push_str(INDENT);
            printer.out.push_str(&value.value);
            printer.applied(value.directives.iter());
        });
    }

    fn input_object(&mut self, input: &InputObjectType) {
        self.description(input.description.as_ref(), "");
        self.heading("input ", &input.name);
        self.applied(input.directives.iter());
        let mut fields: Vec<_> = input.fields.values().collect();
        fields.sort_by(|a, b| natural(&a.name, &b.name));
        self.block(&fields, |printer, field, first| {
            printer.member_description(field.description.as_ref(), INDENT, first);
            printer.out.push_str(INDENT);
            printer.input_value(field);
        });
    }

    fn fields<'a>(&mut self, fields: impl Iterator<Item = &'a Component<FieldDefinition>>) {
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by(|a, b| natural(&a.name, &b.name));
        self.block(&fields, |printer, field, first| {
            printer.member_description(field.description.as_ref(), INDENT, first);
            printer.out.push_str(INDENT);
            printer.out.push_str(&field.name);
            printer.arguments(&field.arguments, INDENT);
            printer.out.push_str(": ");
            printer.out.push_str(&field.ty.to_string());
            printer.applied(field.directives.iter());
        });
    }

    /// Arguments go on one line unless one of them has a description to show.
    fn arguments(&mut self, arguments: &[Node<InputValueDefinition>], indent: &str) {
        if arguments.is_empty() {
            return;
        }
        let mut arguments: Vec<_> = arguments.iter().collect();
        arguments.sort_by(|a, b| natural(&a.name, &b.name));
        let described = |argument: &&Node<InputValueDefinition>| argument.description.is_some();
        self.out.push('(');
        if self.options.descriptions && arguments.iter().any(described) {
            let inner = format!("{indent}{INDENT}");
            self.out.push('\n');
            for (index, argument) in arguments.iter().enumerate() {
                self.member_description(argument.description.as_ref(), &inner, index == 0);
                self.out.push_str(&inner);
                self.input_value(argument);
                self.out.push('\n');
            }
            self.out.push_str(indent);
        } else {
            for (index, argument) in arguments.iter().enumerate() {
                if index > 0 {
                    self.out.push_str(", ");
                }
                self.input_value(argument);
            }
        }
        self.out.push(')');
    }

    fn input_value(&mut self, value: &InputValueDefinition) {
        self.out.push_str(&value.name);
        self.out.push_str(": ");
        self.out.push_str(&value.ty.to_string());
        if let Some(default) = &value.default_value {
            self.out.push_str(" = ");
            write_value(&mut self.out, default);
        }
        self.applied(value.directives.iter());
    }

    /// The directives applied to a definition.
    fn applied<'a, D>(&mut self, directives: impl Iterator<Item = &'a D>)
    where
        D: AsRef<Directive> + 'a,
    {
        for directive in directives {
            let directive = directive.as_ref();
            self.out.push_str(" @");
            self.out.push_str(&directive.name);
            let mut arguments: Vec<_> = directive
                .arguments
                .iter()
                .filter(|argument| {
                    let is_default = directive.name == "deprecated"
                        && matches!(&*argument.value, Value::String(text) if text == DEFAULT_REASON);
                    !is_default
                })
                .collect();
            arguments.sort_by(|a, b| natural(&a.name, &b.name));
            for (index, argument) in arguments.iter().enumerate() {
                self.out.push_str(if index == 0 { "(" } else { ", " });
                self.out.push_str(&argument.name);
                self.out.push_str(": ");
                write_value(&mut self.out, &argument.value);
            }
            if !arguments.is_empty() {
                self.out.push(')');
            }
        }
    }

    fn heading(&mut self, keyword: &str, name: &str) {
        self.out.push_str(keyword);
        self.out.push_str(name);
    }

    fn implements<'a>(&mut self, interfaces: impl Iterator<Item = &'a ComponentName>) {
        self.joined(" implements ", " & ", &sorted_names(interfaces));
    }

    fn joined(&mut self, opening: &str, separator: &str, names: &[&str]) {
        if !names.is_empty() {
            self.out.push_str(opening);
            self.out.push_str(&names.join(separator));
        }
    }

    /// Members in braces, a line each; `print` is told which one is the first.
    fn block<T>(&mut self, members: &[T], mut print: impl FnMut(&mut Self, &T, bool)) {
        if !members.is_empty() {
            self.out.push_str(" {\n");
            for (index, member) in members.iter().enumerate() {
                print(self, member, index == 0);
                self.out.push('\n');
            }
            self.out.push('}');
        }
        self.out.push('\n');
    }

    /// Sets a member that has a description apart from the one before it.
    fn member_description(&mut self, text: Option<&Node<str>>, indent: &str, first: bool) {
        if text.is_some() && self.options.descriptions && !first {
            self.out.push('\n');
        }
        self.description(text, indent);
    }

    fn description(&mut self, text: Option<&Node<str>>, indent: &str) {
        if let Some(text) = text
            && self.options.descriptions
        {
            write_description(&mut self.out, text, indent);
        }
    }
}

fn sorted_names<'a>(names: impl Iterator<Item = &'a ComponentName>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.map(|component| component.name.as_str()).collect();
    names.sort_by(|a, b| natural(a, b));
    names
}

/// Natural order of two names: character by character, but runs of digits are
/// compared as numbers.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (Some(x), Some(y)) = (left.first(), right.first()) else {
            return left.len().cmp(&right.len());
        };
        let (step_left, step_right) = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (x, y) = (number(left), number(right));
            // Without leading zeros the longer number is the larger one.
            let order = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if order.is_ne() {
                return order;
            }
            (x.len(), y.len())
        } else if x == y {
            (1, 1)
        } else {
            return x.cmp(y);
        };
        left = left.get(step_left..).unwrap_or_default();
        right = right.get(step_right..).unwrap_or_default();
    }
}

/// The digits that are read as one number: a zero stands for itself, so that
/// `01` and `1` stay apart.
fn number(text: &[u8]) -> &[u8] {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = if text.first() == Some(&b'0') {
        1
    } else {
        digits
    };
    text.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_in_natural_order() {
        let mut names = [
            "b", "SHA1024", "a10", "A", "a01", "SHA256", "a", "a2", "a1b", "_",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "A", "SHA256", "SHA1024", "_", "a", "a01", "a1b", "a2", "a10", "b"
            ]
        );
    }

    proptest! {
        /// A total order, or sorting would depend on the order that came in.
        #[test]
        fn natural_order_is_total(a in "[a-b0-2]{0,6}", b in "[a-b0-2]{0,6}", c in "[a-b0-2]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le());
            }
        }
    }
}
