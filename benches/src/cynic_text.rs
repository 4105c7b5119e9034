//! GraphQL as the Rust that a user of `cynic` would write for it. Knows no more
//! of GraphQL than the operations of the bench use.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "not measured, and easier to read"
)]

use std::collections::BTreeSet;

use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Schema};
use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::family::CynicCode;

/// Prints all operations and fragments of a document.
pub(crate) fn print(schema: &Schema, document: &ExecutableDocument) -> CynicCode {
    let mut used = BTreeSet::new();
    let mut shared = "use super::schema;\n".to_owned();
    for fragment in document.fragments.values() {
        let mut module = Module {
            schema,
            // Its own types are told apart by its name.
            prefix: fragment.name.to_string(),
            elsewhere: "",
            variables: "",
            used: &mut used,
            text: String::new(),
        };
        module.structure(&fragment.name, &fragment.selection_set);
        shared.push_str(&module.text);
    }
    let mut operations = Vec::new();
    for operation in document.operations.named.values() {
        let name = operation.name.as_deref().unwrap_or_default();
        let mut module = Module {
            schema,
            prefix: String::new(),
            elsewhere: "shared::",
            variables: if operation.variables.is_empty() {
                ""
            } else {
                ", variables = \"Variables\""
            },
            used: &mut used,
            text: "#[allow(unused_imports)]\nuse super::{schema, shared};\n".to_owned(),
        };
        if !operation.variables.is_empty() {
            let mut fields = String::new();
            for variable in &operation.variables {
                let ty = module.leaf(&variable.ty);
                fields.push_str(&format!("pub {}: {ty},\n", variable.name.to_snake_case()));
            }
            module.text.push_str(&format!(
                "#[derive(cynic::QueryVariables, Debug, Clone)]\npub struct Variables {{\n{fields}}}\n"
            ));
        }
        module.structure(name, &operation.selection_set);
        operations.push((name.to_snake_case(), module.text));
    }
    while let Some(name) = used.pop_first() {
        shared.push_str(&schema_type(schema, &name));
    }
    CynicCode { shared, operations }
}

fn schema_type(schema: &Schema, name: &str) -> String {
    match schema.types.get(name) {
        Some(ExtendedType::Enum(ty)) => {
            let variants: String = ty
                .values
                .keys()
                .map(|value| format!("{},\n", value.to_upper_camel_case()))
                .collect();
            format!(
                "#[derive(cynic::Enum, Debug, Clone, PartialEq)]\n#[cynic(schema = \"buildkite\")]\n\
                 pub enum {name} {{\n{variants}#[cynic(fallback)]\nOther(String),\n}}\n"
            )
        }
        Some(ExtendedType::InputObject(ty)) => {
            let fields: String = ty
                .fields
                .values()
                .map(|field| {
                    let ty = wrapped(&field.ty, &scalar(field.ty.inner_named_type()));
                    format!("pub {}: {ty},\n", field.name.to_snake_case())
                })
                .collect();
            format!(
                "#[derive(cynic::InputObject, Debug, Clone, PartialEq)]\n#[cynic(schema = \"buildkite\")]\n\
                 pub struct {name} {{\n{fields}}}\n"
            )
        }
        _ => String::new(),
    }
}

/// The types of one operation or fragment.
struct Module<'a> {
    schema: &'a Schema,
    prefix: String,
    /// Where shared types are found.
    elsewhere: &'static str,
    /// What a struct says of variables.
    variables: &'static str,
    /// Enums and inputs.
    used: &'a mut BTreeSet<String>,
    text: String,
}

impl Module<'_> {
    fn structure(&mut self, name: &str, set: &SelectionSet) {
        let mut fields = String::new();
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let inner = if field.selection_set.is_empty() {
                        self.named(field.definition.ty.inner_named_type())
                    } else {
                        self.child(&field.selection_set)
                    };
                    if !field.arguments.is_empty() {
                        let arguments: Vec<_> = field
                            .arguments
                            .iter()
                            .map(|argument| format!("{}: {}", argument.name, argument.value))
                            .collect();
                        fields.push_str(&format!("#[arguments({})]\n", arguments.join(", ")));
                    }
                    let ty = wrapped(&field.definition.ty, &inner);
                    fields.push_str(&format!("pub {}: {ty},\n", field.name.to_snake_case()));
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &spread.fragment_name;
                    fields.push_str(&format!(
                        "#[cynic(spread)]\npub {}: {}{fragment},\n",
                        fragment.to_snake_case(),
                        self.elsewhere
                    ));
                }
                Selection::InlineFragment(_) => {}
            }
        }
        self.text.push_str(&format!(
            "#[derive(cynic::QueryFragment, Debug, Clone, PartialEq)]\n\
             #[cynic(schema = \"buildkite\", graphql_type = \"{}\"{})]\n\
             pub struct {name} {{\n{fields}}}\n",
            set.ty, self.variables
        ));
    }

    /// The type of what is selected of an object or union.
    fn child(&mut self, set: &SelectionSet) -> String {
        if let [Selection::FragmentSpread(only)] = &set.selections[..]
            && self.schema.get_object(&set.ty).is_some()
        {
            return format!("{}{}", self.elsewhere, only.fragment_name);
        }
        let name = format!("{}{}", self.prefix, set.ty);
        if self.schema.get_object(&set.ty).is_some() {
            self.structure(&name, set);
            return name;
        }
        let variants: String = set
            .selections
            .iter()
            .filter_map(|selection| match selection {
                Selection::FragmentSpread(spread) => Some(&spread.fragment_name),
                _ => None,
            })
            .map(|fragment| format!("{fragment}({}{fragment}),\n", self.elsewhere))
            .collect();
        self.text.push_str(&format!(
            "#[derive(cynic::InlineFragments, Debug, Clone, PartialEq)]\n\
             #[cynic(schema = \"buildkite\", graphql_type = \"{}\")]\n\
             pub enum {name} {{\n{variants}#[cynic(fallback)]\nOther(String),\n}}\n",
            set.ty
        ));
        name
    }

    fn leaf(&mut self, ty: &Type) -> String {
        let inner = self.named(ty.inner_named_type());
        wrapped(ty, &inner)
    }

    fn named(&mut self, name: &str) -> String {
        match self.schema.types.get(name) {
            Some(ExtendedType::Enum(_) | ExtendedType::InputObject(_)) => {
                self.used.insert(name.to_owned());
                format!("{}{name}", self.elsewhere)
            }
            _ => scalar(name),
        }
    }
}

fn scalar(name: &str) -> String {
    match name {
        "ID" => "cynic::Id",
        "Int" => "i32",
        "Boolean" => "bool",
        "DateTime" => "jiff::Timestamp",
        _ => "String",
    }
    .to_owned()
}

fn wrapped(ty: &Type, inner: &str) -> String {
    match ty {
        Type::Named(_) => format!("Option<{inner}>"),
        Type::NonNullNamed(_) => inner.to_owned(),
        Type::List(item) => format!("Option<Vec<{}>>", wrapped(item, inner)),
        Type::NonNullList(item) => format!("Vec<{}>", wrapped(item, inner)),
    }
}
