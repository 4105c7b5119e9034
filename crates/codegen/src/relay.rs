//! Relay's shape in a schema: what is a connection, and how large its pages are.

use apollo_compiler::ast::{Type, Value, VariableDefinition};
use apollo_compiler::executable::Field;
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use apollo_compiler::{Name, Schema};

/// Whether a field of this type leads to one page of something.
pub(crate) fn is_connection(schema: &Schema, ty: &Type) -> bool {
    let fields = match schema.types.get(ty.inner_named_type()) {
        Some(ExtendedType::Object(object)) => &object.fields,
        Some(ExtendedType::Interface(interface)) => &interface.fields,
        _ => return false,
    };
    !ty.is_list()
        && fields.contains_key("pageInfo")
        && (fields.contains_key("edges") || fields.contains_key("nodes"))
}

/// How many rows a page may have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PageSize {
    pub(crate) first: Option<Size>,
    pub(crate) last: Option<Size>,
}

/// A number of rows, as a query gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Size {
    /// One below 0 is 0.
    Literal(u64),
    Variable {
        name: Name,
        /// What counts where the variable is not given.
        default: Option<u64>,
    },
}

impl PageSize {
    /// The page size of a connection field; `declared` knows the operation's variables.
    pub(crate) fn of<'a>(
        field: &Field,
        definition: &FieldDefinition,
        declared: impl Fn(&Name) -> Option<&'a VariableDefinition>,
    ) -> Self {
        let size = |argument: &str| {
            let in_schema = definition
                .argument_by_name(argument)
                .and_then(|argument| argument.default_value.as_deref());
            match given(field, argument) {
                Some(Value::Variable(name)) => {
                    let variable = declared(name);
                    let own = variable.and_then(|variable| variable.default_value.as_deref());
                    // What is required is given in any case.
                    let may_be_left_out = variable.is_none_or(|it| !it.ty.is_non_null());
                    let default = own.or(in_schema.filter(|_| may_be_left_out));
                    Some(Size::Variable {
                        name: name.clone(),
                        default: default.and_then(rows),
                    })
                }
                Some(value) => rows(value).map(Size::Literal),
                None => in_schema.and_then(rows).map(Size::Literal),
            }
        };
        Self {
            first: size("first"),
            last: size("last"),
        }
    }

    /// What is said of it: of `first` and of `last`.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = &Size> {
        self.first.iter().chain(&self.last)
    }
}

/// The value of an argument that stands in the query.
pub(crate) fn given<'a>(field: &'a Field, argument: &str) -> Option<&'a Value> {
    field
        .arguments
        .iter()
        .find(|given| given.name == argument)
        .map(|given| given.value.as_ref())
}

/// A number of rows; `None` where it is none, such as null.
fn rows(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => {
            let text = number.as_str();
            // Longer than any number is as large as a number can be.
            Some(match text.strip_prefix('-') {
                Some(_) => 0,
                None => text.parse().unwrap_or(u64::MAX),
            })
        }
        _ => None,
    }
}
