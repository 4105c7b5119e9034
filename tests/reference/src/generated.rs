//! Random operations, as they are and bent.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use apollo_compiler::ast::{Argument, Definition, Document, Field, IntValue, Selection, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{ExtendedType, Implementers};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node, name};
use random::{Chance, Set};

use crate::bent::bend;
use crate::known::Known;
use crate::operation::Operation;
use crate::syntax::{each_field, each_value};

/// A schema, and its fields that take pages.
pub(crate) struct Schema {
    sdl: &'static str,
    pub(crate) valid: Valid<apollo_compiler::Schema>,
    pub(crate) implementers: HashMap<Name, Implementers>,
    /// The names of fields that take the size of a page, on whatever type they are.
    pub(crate) paged: BTreeSet<Name>,
}

impl Schema {
    pub(crate) fn read(sdl: &'static str) -> Result<Self, Box<dyn Error>> {
        let schema = apollo_compiler::Schema::parse_and_validate(sdl, "schema.graphql")
            .map_err(|invalid| invalid.errors.to_string())?;
        let mut paged = BTreeSet::new();
        let mut others = BTreeSet::new();
        for ty in schema.types.values() {
            let fields = match ty {
                ExtendedType::Object(object) => &object.fields,
                ExtendedType::Interface(interface) => &interface.fields,
                _ => continue,
            };
            for (name, field) in fields {
                let takes_size = field.argument_by_name("first").is_some();
                let names = if takes_size { &mut paged } else { &mut others };
                names.insert(name.clone());
            }
        }
        paged.retain(|name| !others.contains(name));
        Ok(Self {
            sdl,
            implementers: schema.implementers_map(),
            valid: schema,
            paged,
        })
    }

    fn accepts(&self, document: &str) -> bool {
        ExecutableDocument::parse_and_validate(&self.valid, document, "operation.graphql").is_ok()
    }
}

/// Operations with made-up values, for a sandbox that answers whatever is asked.
pub(crate) fn any(
    schema: &Schema,
    seed: u64,
    operations: usize,
) -> Result<Vec<Operation>, Box<dyn Error>> {
    let set = Set::generate(schema.sdl, seed, operations)?;
    let mut chance = Chance::new(seed);
    let mut made = Vec::new();
    for operation in &set.operations {
        for call in &operation.calls {
            let sent = Operation {
                name: operation.name.clone(),
                document: operation.document.clone(),
                wanted: Some(operation.name.clone()),
                variables: call.json.clone(),
            };
            made.extend(bend(schema, &sent, &mut chance));
            made.push(sent);
        }
    }
    Ok(made)
}

/// Queries whose roots lead to what there is.
pub(crate) fn real(
    schema: &Schema,
    known: &Known,
    seed: u64,
    operations: usize,
) -> Result<Vec<Operation>, Box<dyn Error>> {
    // About one in six is a mutation, and some do not stay valid.
    let set = Set::generate(schema.sdl, seed, operations * 2)?;
    let mut chance = Chance::new(seed);
    let mut made = Vec::new();
    let mut taken = 0;
    for operation in &set.operations {
        if operation.text.starts_with("mutation") || taken == operations {
            continue;
        }
        let mut real = Real {
            schema,
            known,
            variables: Vec::new(),
        };
        let Some(document) = real.document(&operation.document) else {
            continue;
        };
        taken += 1;
        for call in &operation.calls {
            let mut variables = call.json.clone();
            for (name, value) in &real.variables {
                variables[name.as_str()] = value.as_str().into();
            }
            let sent = Operation {
                name: operation.name.clone(),
                document: document.clone(),
                wanted: Some(operation.name.clone()),
                variables,
            };
            made.extend(bend(schema, &sent, &mut chance));
            made.push(sent);
        }
    }
    if taken < operations {
        return Err(format!("only {taken} queries of {operations} are valid").into());
    }
    Ok(made)
}

/// Puts what there is where made-up values would find nothing, and keeps pages small.
struct Real<'s> {
    schema: &'s Schema,
    known: &'s Known,
    /// The variables that stand for something that there is.
    variables: Vec<(Name, String)>,
}

impl Real<'_> {
    fn document(&mut self, text: &str) -> Option<String> {
        let mut document = Document::parse(text, "operation.graphql").ok()?;
        let fragments = fragments(&document);
        each_field(&mut document, &mut |field, is_root| {
            let choice = fingerprint(field);
            if is_root {
                self.find(field, &fragments, choice);
            }
            self.limit(field, choice);
        });
        forget_unused(&mut document);
        let text = document.to_string();
        self.schema.accepts(&text).then_some(text)
    }

    /// The same for the same arguments, so that what merged still merges.
    fn find(&mut self, field: &mut Field, fragments: &Fragments, choice: usize) {
        let Some((argument, mut value)) = self.known.one(&field.name, choice) else {
            return;
        };
        if field.name == "node" {
            let mut types = Vec::new();
            conditions(&field.selection_set, fragments, &mut types);
            let types: Vec<&str> = types.iter().map(Name::as_str).collect();
            value = self.known.node_of(&types, choice).unwrap_or(value);
        }
        let mut given = field.arguments.iter_mut();
        match given.find(|given| given.name == *argument) {
            Some(given) => match &*given.value {
                Value::Variable(name) => self.variables.push((name.clone(), value.to_owned())),
                _ => given.make_mut().value = Node::new(Value::String(value.to_owned())),
            },
            None => field
                .arguments
                .push(given_argument(argument, Value::String(value.to_owned()))),
        }
    }

    /// Where nothing is said a page has 500 rows, and whatever else is said leaves hardly
    /// one.
    fn limit(&self, field: &mut Field, choice: usize) {
        if !self.schema.paged.contains(&field.name) {
            return;
        }
        let is_size = |given: &Node<Argument>| given.name == "first" || given.name == "last";
        if !choice.is_multiple_of(4) {
            field.arguments.retain(is_size);
        }
        if !choice.is_multiple_of(16) && !field.arguments.iter().any(is_size) {
            let size = i32::try_from(1 + choice % 3).unwrap_or(1);
            let size = Value::Int(IntValue::from(size));
            field.arguments.push(given_argument("first", size));
        }
    }
}

/// The type conditions of fragments, and what they select.
type Fragments = BTreeMap<Name, (Name, Vec<Selection>)>;

fn fragments(document: &Document) -> Fragments {
    let definitions = document.definitions.iter();
    let fragments = definitions.filter_map(|definition| match definition {
        Definition::FragmentDefinition(fragment) => Some((
            fragment.name.clone(),
            (
                fragment.type_condition.clone(),
                fragment.selection_set.clone(),
            ),
        )),
        _ => None,
    });
    fragments.collect()
}

/// The types on which something is selected.
fn conditions(set: &[Selection], fragments: &Fragments, types: &mut Vec<Name>) {
    for selection in set {
        let (condition, inside) = match selection {
            Selection::InlineFragment(inline) => {
                (inline.type_condition.as_ref(), &inline.selection_set)
            }
            Selection::FragmentSpread(spread) => match fragments.get(&spread.fragment_name) {
                Some((condition, inside)) => (Some(condition), inside),
                None => continue,
            },
            Selection::Field(_) => continue,
        };
        types.extend(condition.cloned());
        conditions(inside, fragments, types);
    }
}

/// Takes out the declarations of variables that nothing uses any more.
fn forget_unused(document: &mut Document) {
    let mut used = BTreeSet::new();
    each_value(document, &mut |value| {
        if let Value::Variable(name) = value {
            used.insert(name.clone());
        }
    });
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition {
            let variables = &mut operation.make_mut().variables;
            variables.retain(|variable| used.contains(&variable.name));
        }
    }
}

/// A number that follows from a field and its arguments.
fn fingerprint(field: &Field) -> usize {
    let mix = |sum: usize, byte| sum * 31 % 65_521 + usize::from(byte);
    let arguments = field.arguments.iter();
    let written = arguments.map(|given| format!("{}: {}", given.name, given.value));
    written.fold(field.name.len(), |sum, text| text.bytes().fold(sum, mix))
}

pub(crate) fn given_argument(name: &str, value: Value) -> Node<Argument> {
    Node::new(Argument {
        name: Name::new(name).unwrap_or(name!("first")),
        value: Node::new(value),
    })
}
