//! What to do about a mistake: the last line of a report.
//!
//! The front end says what is wrong and where. It knows the names that were
//! meant, but not which of them is near to what was written.

use std::fmt;

use apollo_compiler::ast::DirectiveLocation;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Schema};

use crate::possible::possible_types;

/// How alike two names must be (Jaro-Winkler, 1 is equal) to ask "did you
/// mean".
const NEAR: f64 = 0.8;

/// How many names are listed when none is near.
const LISTED: usize = 12;

/// Advice for a mistake, by the front end's name for it; a syntax error has
/// none.
///
/// The names in question are the quoted parts of its message. Where the front
/// end has advice of its own that is as good, there is none here.
pub(crate) fn advice(
    schema: &Schema,
    document: &ExecutableDocument,
    kind: Option<&str>,
    message: &str,
) -> Option<String> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some(kind) = kind else {
        return Some(syntax(message));
    };
    match (kind, &quoted[..]) {
        ("UndefinedField", [ty, field]) => Some(fields(schema, ty, field)),
        ("UndefinedArgument", [argument, coordinate]) => Some(names_or(
            argument,
            &arguments_of(schema, coordinate),
            "its arguments are",
            "it takes no arguments: remove this one",
        )),
        ("UndefinedEnumValue", [value, ty]) => {
            let values: Vec<_> = schema
                .get_enum(ty)
                .into_iter()
                .flat_map(|ty| ty.values.keys())
                .collect();
            Some(names_or(value, &values, "its values are", REMOVE))
        }
        ("UndefinedInputValue", [field, ty]) => {
            let fields: Vec<_> = schema
                .get_input_object(ty)
                .into_iter()
                .flat_map(|ty| ty.fields.keys())
                .collect();
            Some(names_or(field, &fields, "its fields are", REMOVE))
        }
        (
            "UndefinedDefinition"
            | "UndefinedTypeInInlineFragmentTypeCondition"
            | "UndefinedTypeInNamedFragmentTypeCondition",
            names,
        ) => Some(
            names
                .iter()
                // Where a fragment is named as well, the type comes behind it.
                .next_back()
                .and_then(|ty| near(ty, schema.types.keys()))
                .unwrap_or_else(|| "use a type of the schema".to_owned()),
        ),
        ("UndefinedFragment", [fragment]) => Some(
            near(fragment, document.fragments.keys()).unwrap_or_else(|| {
                format!("define it in any query file: `fragment {fragment} on TheType {{ … }}`")
            }),
        ),
        ("UndefinedDirective", [directive]) => Some(directives(schema, directive)),
        ("UndefinedVariable", [variable]) => Some(variables(document, variable)),
        ("UnusedVariable", [variable]) => Some(format!(
            "use `{variable}` in the operation, or remove its declaration"
        )),
        ("UnusedFragment", [fragment]) => Some(format!(
            "spread it in an operation, `...{fragment}`, or remove it"
        )),
        ("MissingSubselection", _) => Some(selection(schema, &quoted)),
        // `Type.field` or `field(argument:)`.
        ("RequiredArgument" | "RequiredField", [missing, ..]) => {
            let missing = missing.rsplit(['.', '(']).next()?;
            let name = missing.trim_end_matches([':', ')']);
            Some(format!("give it a value: `{name}: …`"))
        }
        ("DisallowedVariableUsage", [variable, _, _, ty]) => Some(format!(
            "declare the variable as it is used: `{}: {ty}`",
            dollar(variable)
        )),
        ("UnsupportedValueType", _) => {
            let ty = message.strip_prefix("expected value of type ")?;
            Some(value(schema, ty.split(',').next()?))
        }
        _ => Some(general(kind).to_owned()),
    }
}

const REMOVE: &str = "remove it";

/// Advice that needs no names.
fn general(kind: &str) -> &'static str {
    match kind {
        "OperationNameCollision" | "FragmentNameCollision" => {
            "rename one of them: all query files share one name space"
        }
        "UndefinedField" | "UndefinedArgument" | "UndefinedInputValue" => REMOVE,
        "SubselectionOnScalarType" | "SubselectionOnEnumType" => {
            "remove the `{ … }` behind it: it is a value, not an object"
        }
        "ConflictingFieldType" | "ConflictingFieldArgument" | "ConflictingFieldName" => {
            "give one of them an alias: `other: field`"
        }
        "UndefinedRootOperation" => {
            "the schema has no such operations: check its `schema { … }` block"
        }
        "TypeSystemDefinition" => {
            "move it to the schema: query files hold operations and fragments"
        }
        "UniqueArgument" | "UniqueVariable" | "UniqueInputValue" | "UniqueDirective" => {
            "remove one of them"
        }
        "UnsupportedLocation" => "remove it, or put it where the schema allows it",
        "InvalidFragmentTarget" => "use an object type, an interface or a union",
        "InvalidFragmentSpread" => {
            "remove it: a value here is never of this type, so that nothing would be selected"
        }
        "RecursiveFragmentDefinition" => {
            "break the circle: select the inner fields without the fragment, as deep as they are needed"
        }
        "VariableInputType" | "InputType" => {
            "use a scalar, an enum or an input type: objects come back, they are not sent"
        }
        "IntCoercionError" => "GraphQL's `Int` has 32 bits: give a smaller number",
        "FloatCoercionError" => "give a number that 64 bits can hold",
        "RecursionError" | "DeeplyNestedType" => {
            "nest less: split the operation, or ask for the inner objects by their `id`"
        }
        "UnsupportedValueType" => "give a value of the type that is expected",
        "DisallowedVariableUsage" => "declare the variable with the type that is expected",
        "RequiredArgument" | "RequiredField" => "give it a value",
        _ => "change it so that the rule of GraphQL is kept",
    }
}

fn syntax(message: &str) -> String {
    let quote = "a quoted text ends on its own line; longer text stands between `\"\"\"`";
    let message = message.to_lowercase();
    if message.contains("limit") || message.contains("recursion") {
        "nest less: split the operation, or ask for the inner objects by their `id`"
    } else if message.contains("expected definition") {
        "begin each definition with `query`, `mutation` or `fragment`: `query Viewer { viewer { id } }`"
    } else if message.contains("unterminated") {
        quote
    } else if message.contains("eof") || message.contains("r_curly") || message.contains('}') {
        "check that every bracket is closed: `{ … }`, `( … )`, `[ … ]`"
    } else {
        "check the text in front of this place, too: a mistake may begin there"
    }
    .to_owned()
}

/// The fields that a type has, or what to do where there is no such field.
fn fields(schema: &Schema, ty: &str, field: &str) -> String {
    if let Some(near) = near(field, fields_of(schema, ty).into_iter()) {
        return near;
    }
    let is_object = schema.get_object(ty).is_some();
    let having: Vec<Name> = possible_types(schema, ty)
        .into_iter()
        .filter(|object| !is_object && schema.type_field(object, field).is_ok())
        .collect();
    if let [first, rest @ ..] = &having[..] {
        let others = match rest.len() {
            0 => String::new(),
            1 => format!(", and `{}` has it, too", rest[0]),
            more => format!(", and {more} other types have it, too"),
        };
        return format!("only some types have it: `... on {first} {{ {field} }}`{others}");
    }
    names_or(
        field,
        &fields_of(schema, ty),
        "its fields are",
        "it has no fields of its own: select on its types, `... on TheType { … }`",
    )
}

/// An example of what to select.
fn selection(schema: &Schema, quoted: &[&str]) -> String {
    let ty = quoted
        .iter()
        .rev()
        .find(|name| schema.types.contains_key(**name));
    let leaf = ty.and_then(|ty| {
        let fields = fields_of(schema, ty);
        let id = fields.iter().find(|name| **name == "id").copied();
        id.or_else(|| fields.first().copied())
    });
    let leaf = leaf.map_or("__typename", Name::as_str);
    format!("select at least one field of it: `{{ {leaf} }}`")
}

fn directives(schema: &Schema, directive: &str) -> String {
    let known: Vec<_> = schema
        .directive_definitions
        .values()
        .filter(|definition| {
            definition
                .locations
                .iter()
                .any(|&place| is_in_queries(place))
        })
        .map(|definition| &definition.name)
        .collect();
    let names = names_or(
        directive.trim_start_matches('@'),
        &known,
        "the directives for queries are",
        REMOVE,
    );
    names.replace(" `", " `@")
}

fn is_in_queries(place: DirectiveLocation) -> bool {
    matches!(
        place,
        DirectiveLocation::Query
            | DirectiveLocation::Mutation
            | DirectiveLocation::Field
            | DirectiveLocation::FragmentDefinition
            | DirectiveLocation::FragmentSpread
            | DirectiveLocation::InlineFragment
            | DirectiveLocation::VariableDefinition
    )
}

fn variables(document: &ExecutableDocument, variable: &str) -> String {
    let declared = document
        .operations
        .iter()
        .flat_map(|operation| &operation.variables)
        .map(|declared| &declared.name);
    near(variable.trim_start_matches('$'), declared).map_or_else(
        || {
            format!(
                "declare it behind the operation's name: `({}: TheType)`",
                dollar(variable)
            )
        },
        |near| near.replace("mean `", "mean `$"),
    )
}

fn dollar(variable: &str) -> String {
    format!("${}", variable.trim_start_matches('$'))
}

/// How a value of a type is written.
fn value(schema: &Schema, ty: &str) -> String {
    let named = ty.trim_matches(['[', ']', '!']);
    match schema.types.get(named) {
        Some(ExtendedType::Enum(definition)) => {
            let values: Vec<_> = definition.values.keys().collect();
            format!("give one of its values, without quotes: {}", list(&values))
        }
        Some(ExtendedType::InputObject(definition)) => {
            let fields: Vec<_> = definition.fields.keys().collect();
            format!(
                "give an object with the fields {}: `{{name: value}}`",
                list(&fields)
            )
        }
        _ => match named {
            "Int" => "give a whole number, without quotes".to_owned(),
            "Float" => "give a number, without quotes".to_owned(),
            "Boolean" => "give `true` or `false`, without quotes".to_owned(),
            "String" | "ID" => "give a text in quotes".to_owned(),
            _ => format!("give a value of type `{ty}`"),
        },
    }
}

fn fields_of<'a>(schema: &'a Schema, ty: &str) -> Vec<&'a Name> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => object.fields.keys().collect(),
        Some(ExtendedType::Interface(interface)) => interface.fields.keys().collect(),
        _ => Vec::new(),
    }
}

fn arguments_of<'a>(schema: &'a Schema, coordinate: &str) -> Vec<&'a Name> {
    let arguments = if let Some((ty, field)) = coordinate.split_once('.') {
        schema
            .type_field(ty, field)
            .map(|field| &field.arguments)
            .ok()
    } else {
        schema
            .directive_definitions
            .get(coordinate.trim_start_matches('@'))
            .map(|directive| &directive.arguments)
    };
    arguments
        .into_iter()
        .flatten()
        .map(|argument| &argument.name)
        .collect()
}

/// "Did you mean", or else a list of what there is, or else what to do where
/// there is nothing.
fn names_or(written: &str, known: &[&Name], what: &str, none: &str) -> String {
    near(written, known.iter().copied()).unwrap_or_else(|| {
        if known.is_empty() {
            none.to_owned()
        } else {
            format!("{what} {}", list(known))
        }
    })
}

fn list(known: &[&Name]) -> String {
    let mut listed: Vec<String> = known
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect();
    if known.len() > LISTED {
        listed.push(format!("and {} more", known.len() - LISTED));
    }
    listed.join(", ")
}

/// "Did you mean", where a known name is near to what was written.
pub(crate) fn near<'a, N: AsRef<str> + Ord + fmt::Display + ?Sized + 'a>(
    written: &str,
    known: impl Iterator<Item = &'a N>,
) -> Option<String> {
    let written = written.to_lowercase();
    known
        .map(|name| {
            (
                strsim::jaro_winkler(&written, &name.as_ref().to_lowercase()),
                name,
            )
        })
        .filter(|(likeness, _)| *likeness >= NEAR)
        // Of equally near names the first in the alphabet, so that the advice
        // is the same in every run.
        .max_by(|(a, a_name), (b, b_name)| a.total_cmp(b).then(b_name.cmp(a_name)))
        .map(|(_, name)| format!("did you mean `{name}`?"))
}
