//! Random valid operations for any schema, and random schemas, to try the query compiler
//! on.
//!
//! [`Set::generate`] writes what people rarely write in one file, and what the
//! compiler has to cope with all the same: operations that share fragments, which
//! spread others; conditions on every kind of type, nested; one field selected
//! several times, with parts that merge; aliases, `@include` and `@skip`; arguments
//! with every kind of value, variables in any place that takes them. The same seed
//! gives the same set.
//!
//! Operations are made so that they are mostly valid: within a group of operations
//! and fragments a response key means one field with one set of arguments, and a
//! variable has one declaration. What `apollo-compiler` refuses all the same is
//! thrown away and counted.
//!
//! `apollo-smith` generates documents too, but its operations declare no variables,
//! its fragments are on objects only, and nothing in them overlaps.
//!
//! [`schemas`] bends a schema at random into others that are valid.

mod chance;
mod conditional;
mod rust;
pub mod schemas;
mod selections;
mod types;
mod values;
mod variables;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;

use apollo_compiler::{ExecutableDocument, Name, Schema};

pub use crate::chance::Chance;
use crate::selections::{Fragment, Writer, print};
use crate::types::Types;
use crate::variables::{Given, Variable, values};

/// Operations that share a name space, and the fragments that they reach.
#[derive(Debug)]
pub struct Set {
    /// The operations, sorted by name.
    pub operations: Vec<Operation>,
    /// The fragments, each with its name.
    pub fragments: Vec<(String, String)>,
    /// How many operations were made, valid or not.
    pub attempts: usize,
    types: Types,
}

/// A valid operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name in GraphQL.
    pub name: String,
    /// Its text, without fragments.
    pub text: String,
    /// Its text with the fragments that it reaches.
    pub document: String,
    /// Response keys that some `@include` or `@skip` may leave out, anywhere.
    pub conditional: BTreeSet<String>,
    /// Variables to try it with.
    pub calls: Vec<Call>,
    variables: Vec<Variable>,
}

/// Values for an operation's variables.
#[derive(Debug)]
pub struct Call {
    /// What has to be sent.
    pub json: serde_json::Value,
    values: Vec<(usize, values::Value)>,
}

/// Operations in a group, which share fragments and variables.
const GROUP: usize = 6;
/// Fragments that a group starts with.
const FRAGMENTS: usize = 5;
/// The deepest nesting of fields in an operation.
const DEPTH: usize = 4;

impl Set {
    /// Makes a number of operations for a schema.
    ///
    /// # Errors
    ///
    /// When the schema is not valid, or so few operations are valid that it must be
    /// a mistake of this crate.
    pub fn generate(schema: &str, seed: u64, operations: usize) -> Result<Self, Box<dyn Error>> {
        let schema = Schema::parse_and_validate(schema, "schema.graphql")
            .map_err(|invalid| invalid.errors.to_string())?;
        let types = Types::new(schema);
        let mut chance = Chance::new(seed);
        let mut set = Self {
            operations: Vec::new(),
            fragments: Vec::new(),
            attempts: 0,
            types,
        };
        let mut number = 0;
        while set.operations.len() < operations {
            if set.attempts > 20 * operations + 100 {
                let made = set.operations.len();
                return Err(format!("only {made} of {} operations are valid", set.attempts).into());
            }
            set.group(number, chance.split(), operations);
            number += 1;
        }
        set.operations.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(set)
    }

    fn group(&mut self, group: usize, chance: Chance, most: usize) {
        let types = &self.types;
        let mut writer = Writer::new(types, chance);
        for number in 0..FRAGMENTS {
            fragment(&mut writer, group, number);
        }
        let mut reached = BTreeSet::new();
        let mut made = Vec::new();
        for number in 0..GROUP {
            if self.operations.len() + made.len() == most {
                break;
            }
            self.attempts += 1;
            if let Some(operation) = operation(&mut writer, group, number) {
                reached.extend(writer.spread.iter().copied());
                made.push(operation);
            }
        }
        for index in reached {
            let fragment = &writer.fragments[index];
            self.fragments
                .push((fragment.name.clone(), fragment.text.clone()));
        }
        self.operations.extend(made);
    }

    /// The Rust expression that makes an operation with these values, where `names`
    /// tells the Rust path of an operation, input or enum of the generated code.
    pub fn rust(
        &self,
        operation: &Operation,
        call: &Call,
        names: &dyn Fn(Named<'_>) -> String,
    ) -> String {
        rust::operation(&self.types, operation, call, names)
    }
}

/// Something that has a Rust type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'n> {
    /// An operation, by its name in GraphQL.
    Operation(&'n str),
    /// An input or enum of the schema.
    Type(&'n str),
}

/// Adds a fragment, if it is valid.
fn fragment(writer: &mut Writer<'_>, group: usize, number: usize) {
    let composites = writer.types.composites();
    let Some(on) = writer.chance.pick(&composites).map(|on| (*on).clone()) else {
        return;
    };
    writer.start(7);
    let set = writer.selection_set(&on, DEPTH - 1);
    let name = match writer.chance.below(4) {
        0 => format!("part_{group}_{number}"),
        _ => format!("{on}Part{group}x{number}"),
    };
    let mut text = format!("fragment {name} on {on} ");
    print(&set, 0, &mut text);
    let fragment = Fragment {
        name,
        on,
        text,
        variables: writer.pool.used.clone(),
        spreads: writer.spread.clone(),
    };
    if is_valid_fragment(writer, &fragment) {
        writer.fragments.push(fragment);
    }
}

/// Whether nothing is wrong with a fragment but that nobody spreads it.
fn is_valid_fragment(writer: &Writer<'_>, fragment: &Fragment) -> bool {
    let text = with_fragments(&fragment.text, &writer.fragments, &fragment.spreads);
    let schema = &writer.types.schema;
    match ExecutableDocument::parse_and_validate(schema, text, "fragment.graphql") {
        Ok(_) => true,
        Err(invalid) => invalid.errors.iter().all(|error| {
            let message = error.error.to_string();
            message.contains("must be used in an operation")
        }),
    }
}

fn with_fragments(text: &str, fragments: &[Fragment], spread: &BTreeSet<usize>) -> String {
    let mut text = text.to_owned();
    for &index in spread {
        text.push_str("\n\n");
        text.push_str(&fragments[index].text);
    }
    text
}

/// Makes an operation, if it is valid.
fn operation(writer: &mut Writer<'_>, group: usize, number: usize) -> Option<Operation> {
    let definition = &writer.types.schema.schema_definition;
    let query = definition.query.as_ref()?;
    let (kind, root) = match &definition.mutation {
        Some(mutation) if writer.chance.percent(15) => ("mutation", mutation),
        _ => ("query", query),
    };
    let root: Name = root.name.clone();
    writer.start(12);
    let set = writer.selection_set(&root, DEPTH);
    let name = match writer.chance.below(5) {
        0 => format!("op_{group}_{number}"),
        1 => format!("SHOUTED{group}X{number}"),
        2 => format!("_getThing{group}x{number}"),
        _ => format!("Op{group}x{number}"),
    };
    let mut variables: Vec<Variable> = writer
        .pool
        .used
        .iter()
        .map(|&index| writer.pool.all[index].clone())
        .collect();
    if writer.chance.percent(50) {
        variables.reverse();
    }
    let mut text = format!("{kind} {name}");
    let declared: Vec<String> = variables
        .iter()
        .map(|variable| {
            let mut declared = format!("${}: {}", variable.name, variable.ty);
            if let Some(default) = &variable.default {
                // Writing to a string cannot fail.
                let _ = write!(declared, " = {}", default.to_literal(&mut writer.chance));
            }
            declared
        })
        .collect();
    if !declared.is_empty() {
        let _ = write!(text, "({})", declared.join(", "));
    }
    text.push(' ');
    print(&set, 0, &mut text);
    let document = with_fragments(&text, &writer.fragments, &writer.spread);
    let schema = &writer.types.schema;
    let valid =
        ExecutableDocument::parse_and_validate(schema, &document, "operation.graphql").ok()?;
    let calls = [Given::Least, Given::Most, Given::Some].map(|given| {
        let given_to: Vec<&Variable> = variables.iter().collect();
        let values = values(writer.types, &mut writer.chance, &given_to, given);
        let json = values
            .iter()
            .map(|(index, value)| (variables[*index].name.clone(), value.to_json()))
            .collect();
        Call {
            json: serde_json::Value::Object(json),
            values,
        }
    });
    Some(Operation {
        name,
        text,
        document,
        conditional: conditional::keys(&valid),
        calls: calls.into(),
        variables,
    })
}
