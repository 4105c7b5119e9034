//! What to do about a mistake: the last line of a report.
//!
//! The front end says what is wrong and where. It knows the names that were
//! meant, but not which of them is near to what was written.

use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Schema};

/// How alike two names must be (Jaro-Winkler, 1 is equal) to ask "did you
/// mean".
const NEAR: f64 = 0.8;

/// How many names are listed when none is near.
const LISTED: usize = 12;

/// Advice for a mistake, by the front end's name for it.
///
/// The names in question are the quoted parts of its message.
pub(crate) fn advice(
    schema: &Schema,
    document: &ExecutableDocument,
    kind: &str,
    message: &str,
) -> Option<String> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (kind, &quoted[..]) {
        ("UndefinedField", [ty, field]) => names(field, &fields_of(schema, ty), "its fields are"),
        ("UndefinedArgument", [argument, coordinate]) => names_or(
            argument,
            &arguments_of(schema, coordinate),
            "its arguments are",
            || "it takes no arguments: remove this one".to_owned(),
        ),
        ("UndefinedEnumValue", [value, ty]) => {
            let values: Vec<_> = schema
                .get_enum(ty)
                .into_iter()
                .flat_map(|ty| ty.values.keys())
                .collect();
            names(value, &values, "its values are")
        }
        ("UndefinedInputValue", [field, ty]) => {
            let fields: Vec<_> = schema
                .get_input_object(ty)
                .into_iter()
                .flat_map(|ty| ty.fields.keys())
                .collect();
            names(field, &fields, "its fields are")
        }
        (
            "UndefinedDefinition"
            | "UndefinedTypeInInlineFragmentTypeCondition"
            | "UndefinedTypeInNamedFragmentTypeCondition",
            [ty, ..],
        ) => near(ty, schema.types.keys()),
        ("UndefinedFragment", [fragment]) => Some(
            near(fragment, document.fragments.keys()).unwrap_or_else(|| {
                format!("define it in any query file: `fragment {fragment} on TheType {{ … }}`")
            }),
        ),
        ("UndefinedDirective", [directive]) => near(
            directive.trim_start_matches('@'),
            schema.directive_definitions.keys(),
        ),
        ("UndefinedVariable", [variable]) => Some(format!(
            "declare it behind the operation's name: `({variable}: TheType)`"
        )),
        ("UnusedVariable", [variable]) => Some(format!(
            "use `{variable}` in the operation, or remove its declaration"
        )),
        ("UnusedFragment", [fragment]) => Some(format!(
            "spread it in an operation, `...{fragment}`, or remove it"
        )),
        ("OperationNameCollision" | "FragmentNameCollision", _) => {
            Some("rename one of them: all query files share one name space".to_owned())
        }
        ("AmbiguousAnonymousOperation", _) => Some(
            "name it, unlike any other in the query files: its Rust module is named after it"
                .to_owned(),
        ),
        ("MissingSubselection", _) => Some("select at least one field of it: `{ id }`".to_owned()),
        ("RequiredArgument" | "RequiredField", [missing]) => Some(format!(
            "add `{}`",
            missing.rsplit('.').next()?.trim_end_matches(':')
        )),
        ("ConflictingFieldType" | "ConflictingFieldArgument" | "ConflictingFieldName", _) => {
            Some("give one of them an alias: `other: field`".to_owned())
        }
        ("UndefinedRootOperation", _) => {
            Some("the schema has no such operations: check its `schema { … }` block".to_owned())
        }
        ("TypeSystemDefinition", _) => Some(
            "query files hold operations and fragments; type definitions belong to the schema"
                .to_owned(),
        ),
        _ => None,
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

/// "Did you mean", or else a list of what there is.
fn names(written: &str, known: &[&Name], what: &str) -> Option<String> {
    near(written, known.iter().copied()).or_else(|| {
        if known.is_empty() {
            return None;
        }
        let mut listed: Vec<String> = known
            .iter()
            .take(LISTED)
            .map(|name| format!("`{name}`"))
            .collect();
        if known.len() > LISTED {
            listed.push(format!("and {} more", known.len() - LISTED));
        }
        Some(format!("{what} {}", listed.join(", ")))
    })
}

fn names_or(
    written: &str,
    known: &[&Name],
    what: &str,
    none: impl FnOnce() -> String,
) -> Option<String> {
    if known.is_empty() {
        return Some(none());
    }
    names(written, known, what)
}

fn near<'a>(written: &str, known: impl Iterator<Item = &'a Name>) -> Option<String> {
    let written = written.to_lowercase();
    known
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        // Of equally near names the first in the alphabet, so that the advice
        // is the same in every run.
        .max_by(|(a, a_name), (b, b_name)| a.total_cmp(b).then(b_name.cmp(a_name)))
        .map(|(_, name)| format!("did you mean `{name}`?"))
}
