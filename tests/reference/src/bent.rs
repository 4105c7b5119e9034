//! Operations that are no longer what they were: mostly wrong, now and then not.
//!
//! Nobody knows beforehand which of them are to be refused. The two have to agree.

use apollo_compiler::ast::{Definition, Document, IntValue, Value};
use apollo_compiler::name;
use random::Chance;
use serde_json::{Value as Json, json};

use crate::generated::{Schema, given_argument};
use crate::operation::Operation;
use crate::syntax::each_field;

/// One in this many operations is sent bent, too.
const BENT: usize = 2;

/// The operation with one thing changed, now and then.
pub(crate) fn bend(
    schema: &Schema,
    operation: &Operation,
    chance: &mut Chance,
) -> Option<Operation> {
    if chance.below(BENT) > 0 {
        return None;
    }
    let mut bent = operation.clone();
    let how = match chance.below(12) {
        0 => {
            bent.wanted = Some("Nobody".to_owned());
            "under an unknown name"
        }
        1..6 if has_variables(&bent) => bend_variables(&mut bent.variables, chance)?,
        _ => {
            let mut document = Document::parse(&operation.document, "operation.graphql").ok()?;
            let how = bend_document(schema, &mut document, chance)?;
            bent.document = document.to_string();
            how
        }
    };
    bent.name = format!("{}, {how}", bent.name);
    Some(bent)
}

fn has_variables(operation: &Operation) -> bool {
    matches!(&operation.variables, Json::Object(variables) if !variables.is_empty())
}

fn bend_variables(variables: &mut Json, chance: &mut Chance) -> Option<&'static str> {
    let Json::Object(given) = variables else {
        return None;
    };
    let names: Vec<String> = given.keys().cloned().collect();
    let name = chance.pick(&names)?;
    if chance.percent(20) {
        given.remove(name);
        return Some("without a variable");
    }
    bend_value(given.get_mut(name)?, chance);
    Some("with another value")
}

/// Changes a value, or one inside of it.
fn bend_value(value: &mut Json, chance: &mut Chance) {
    let goes_deeper = chance.percent(70);
    match value {
        Json::Array(items) if goes_deeper && !items.is_empty() => {
            let place = chance.below(items.len());
            bend_value(&mut items[place], chance);
            return;
        }
        Json::Object(fields) if goes_deeper && !fields.is_empty() => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = chance.pick(&names).cloned().unwrap_or_default();
            match chance.below(4) {
                0 => {
                    fields.remove(&name);
                }
                1 => {
                    fields.insert("surplus".to_owned(), json!(1));
                }
                _ => bend_value(&mut fields[&name], chance),
            }
            return;
        }
        _ => {}
    }
    let before = value.take();
    *value = match chance.below(11) {
        0 => Json::Null,
        1 => json!(3),
        2 => json!(2_147_483_648_u32),
        3 => json!(0.5),
        4 => json!(true),
        5 => json!("nothing of the kind"),
        6 => json!({}),
        7 => json!([]),
        8 => json!([before]),
        9 => json!([null]),
        _ => match before {
            Json::Array(items) => items.into_iter().next().unwrap_or_default(),
            Json::String(text) => json!([text, text]),
            other => json!(other.to_string()),
        },
    };
}

fn bend_document(
    schema: &Schema,
    document: &mut Document,
    chance: &mut Chance,
) -> Option<&'static str> {
    let way = chance.below(10);
    match way {
        0 => {
            let fragment = |one: &Definition| matches!(one, Definition::FragmentDefinition(_));
            let place = document.definitions.iter().position(fragment)?;
            document.definitions.remove(place);
            return Some("without a fragment");
        }
        1 => {
            for definition in &mut document.definitions {
                if let Definition::OperationDefinition(operation) = definition {
                    operation.make_mut().variables.pop()?;
                }
            }
            return Some("without the declaration of a variable");
        }
        _ => {}
    }
    let mut fields = 0;
    each_field(document, &mut |field, _| {
        fields += usize::from(way < 4 || schema.paged.contains(&field.name));
    });
    let chosen = chance.below(fields);
    let mut at = 0;
    let mut how = None;
    each_field(document, &mut |field, _| {
        if way >= 4 && !schema.paged.contains(&field.name) {
            return;
        }
        at += 1;
        if at - 1 != chosen {
            return;
        }
        how = Some(match way {
            2 => {
                field.name = name!("nothing");
                "with an unknown field"
            }
            3 => {
                field.arguments.push(given_argument("surplus", Value::Null));
                "with an unknown argument"
            }
            4..7 => {
                field.arguments.retain(|given| given.name != "first");
                let size = Value::Int(IntValue::from(-1));
                field.arguments.push(given_argument("first", size));
                "with a page of less than nothing"
            }
            _ => {
                field.arguments.retain(|given| given.name != "after");
                let cursor = Value::String("nowhere".to_owned());
                field.arguments.push(given_argument("after", cursor));
                "with a cursor of nobody"
            }
        });
    });
    how
}
