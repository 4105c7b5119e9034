//! Operations: their variables, their document, and the types of their data.

use apollo_compiler::Name;
use apollo_compiler::ast::Value;
use apollo_compiler::executable::{self, OperationType};

use super::chosen::{Of, TARGET_NAME, chosen};
use super::inputs::{InputField, Presence, declared, input_type};
use super::names::{self, Member, Scope};
use super::pagination::Pagination;
use super::rest::Rest;
use super::{Context, Findings, RustType, Shapes, selections};
use crate::cost::formula::Formula;
use crate::cost::known::Defaults;
use crate::cost::plan::Planner;
use crate::document::{self, Lookup};

/// A named query or mutation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) graphql_name: Name,
    pub(crate) rust_name: String,
    pub(crate) module: String,
    pub(crate) is_mutation: bool,
    pub(crate) docs: Vec<String>,
    pub(crate) variables: Vec<Variable>,
    /// What is sent.
    pub(crate) document: String,
    pub(crate) shapes: Shapes,
    pub(crate) pagination: Option<Pagination>,
    /// How it looks up many IDs, where it looks up one.
    pub(crate) lookup: Option<Lookup>,
    /// The points that it requests, by its variables.
    pub(crate) complexity: Formula,
    /// What reads the rest of its connections.
    pub(crate) rests: Vec<Rest>,
}

impl Operation {
    /// Whether a variable stands in one place of the document only, and that place in one
    /// of the answer: a fragment that is spread twice is two.
    pub(crate) fn is_used_once(&self, variable: &Name) -> bool {
        let variable = format!("${variable}");
        // Once where it is declared.
        if mentions(&self.document, &variable) != 2 {
            return false;
        }
        let definitions: Vec<&str> = self.document.split("\n\n").collect();
        let (operation, fragments) = match &definitions[..] {
            [operation, fragments @ ..] => (*operation, fragments),
            [] => return false,
        };
        if mentions(operation, &variable) == 2 {
            return true;
        }
        let mut around = variable;
        // There are no circles, but no more steps than fragments in any case.
        for _ in fragments {
            let mut holders = fragments.iter().filter(|text| mentions(text, &around) > 0);
            let name = holders
                .next()
                .and_then(|text| text.strip_prefix("fragment "))
                .and_then(|text| text.split_whitespace().next());
            let Some(name) = name else { return false };
            around = format!("...{name}");
            if mentions(&self.document, &around) != 1 {
                return false;
            }
            if mentions(operation, &around) == 1 {
                return true;
            }
        }
        false
    }
}

/// How often a name stands in a text, together with the mark before it.
fn mentions(text: &str, marked: &str) -> usize {
    let is_whole = |rest: &str| !rest.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric());
    let places = text.match_indices(marked);
    places
        .filter(|(place, _)| is_whole(&text[place + marked.len()..]))
        .count()
}

/// A variable of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: Name,
    pub(crate) input: InputField,
    /// The default, where it is a number.
    pub(crate) default: Option<i64>,
}

impl Variable {
    /// Whether a cursor can be put into it.
    pub(crate) fn is_cursor(&self) -> bool {
        self.is(&RustType::Path("String".to_owned()))
    }

    /// Whether a number of rows can be put into it.
    pub(crate) fn is_page_size(&self) -> bool {
        self.is(&RustType::Path("i64".to_owned()))
    }

    fn is(&self, ty: &RustType) -> bool {
        self.input.ty == *ty
    }
}

pub(super) fn build(
    context: &Context<'_>,
    page_size: u64,
    findings: &mut Findings,
) -> Vec<Operation> {
    let Context {
        schema,
        document,
        client,
        ..
    } = *context;
    let mut sorted: Vec<_> = document.operations.named.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    // Beside an operation stands the type of its answer.
    let mut types = Scope::of_types(["Data"]);
    // Operations are re-exported beside the modules that hold the rest.
    let mut modules = Scope::with_reserved(["fragments", "operations", "types"], "_operation");
    let mut planner = Planner::new(schema, document);
    let definitions: Vec<_> = sorted
        .iter()
        .map(|(name, operation)| {
            let directives = operation.directives.iter().map(|directive| &**directive);
            let refused = &mut findings.refused;
            names::Definition {
                graphql_name: name,
                chosen: chosen(client, TARGET_NAME, directives, Of::Type, refused),
                suffix: match operation.operation_type {
                    OperationType::Mutation => "Mutation",
                    _ => "Query",
                },
            }
        })
        .collect();
    let rust_names = names::definitions(&definitions, &mut types, &mut findings.refused);
    sorted
        .into_iter()
        .zip(rust_names)
        .map(|((name, operation), rust_name)| {
            let module = modules.claim(names::snake(&rust_name));
            let variables = variables(context, operation, findings);
            Operation {
                graphql_name: name.clone(),
                module,
                is_mutation: operation.operation_type == OperationType::Mutation,
                docs: context.docs.above(operation.location()),
                variables,
                document: document::print(schema, document, client, operation),
                shapes: selections::data(context, operation, &rust_name, findings),
                pagination: None,
                lookup: None,
                rests: Vec::new(),
                complexity: Formula::of(
                    &planner.plan(operation),
                    Defaults::of(operation, page_size),
                ),
                rust_name,
            }
        })
        .collect()
}

fn variables(
    context: &Context<'_>,
    operation: &executable::Operation,
    findings: &mut Findings,
) -> Vec<Variable> {
    let members: Vec<_> = operation
        .variables
        .iter()
        .map(|variable| {
            let directives = variable.directives.iter().map(|directive| &**directive);
            let refused = &mut findings.refused;
            Member::new(
                &variable.name,
                format!("the variable `${}`", variable.name),
                chosen(
                    context.client,
                    TARGET_NAME,
                    directives,
                    Of::Variable,
                    refused,
                ),
            )
        })
        .collect();
    let rust_names = names::members(&members, &mut findings.refused);
    operation
        .variables
        .iter()
        .zip(rust_names)
        .map(|(variable, rust_name)| Variable {
            name: variable.name.clone(),
            default: match variable.default_value.as_deref() {
                Some(Value::Int(number)) => number.as_str().parse().ok(),
                _ => None,
            },
            input: InputField {
                key: variable.name.to_string(),
                rust_name,
                ty: input_type(
                    context.schema,
                    context.scalars,
                    &variable.ty,
                    &mut findings.used,
                ),
                presence: Presence::of(&variable.ty, variable.default_value.is_some()),
                declared: declared(&variable.ty, variable.default_value.as_deref()),
                description: None,
                deprecated: None,
            },
        })
        .collect()
}
