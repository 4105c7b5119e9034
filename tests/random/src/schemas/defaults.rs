//! Default values, each in one of the ways to write it.

use super::model::{Kind, Model, named};
use crate::chance::Chance;

/// A value that a type takes, if one is found.
pub(crate) fn value(model: &Model, ty: &str, chance: &mut Chance) -> Option<String> {
    at_depth(model, ty, chance, 0)
}

fn at_depth(model: &Model, ty: &str, chance: &mut Chance, depth: usize) -> Option<String> {
    if let Some(nullable) = ty.strip_suffix('!') {
        return not_null(model, nullable, chance, depth);
    }
    if chance.percent(10) {
        return Some("null".to_owned());
    }
    not_null(model, ty, chance, depth)
}

fn not_null(model: &Model, ty: &str, chance: &mut Chance, depth: usize) -> Option<String> {
    if depth > 4 {
        return None;
    }
    if let Some(item) = ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')) {
        // One value stands for a list of one.
        if chance.percent(30) && item != named(item) {
            return not_null(model, item.trim_end_matches('!'), chance, depth + 1);
        }
        let items: Option<Vec<_>> = (0..chance.below(3))
            .map(|_| at_depth(model, item, chance, depth + 1))
            .collect();
        return items.map(|items| format!("[{}]", items.join(", ")));
    }
    let choices: &[&str] = match ty {
        "Boolean" => &["true", "false"],
        "Float" => &["1", "1.0", "1e0", "2.5", "25e-1"],
        "ID" => &["1", "\"1\"", "\"a\"", "\"01\""],
        "Int" => &["0", "1", "-7"],
        "String" => &["\"\"", "\"a\"", "\"\"\"a\"\"\"", "\"\\u0061\""],
        own => return of_own(model, own, chance, depth),
    };
    chance.pick(choices).map(|text| (*text).to_owned())
}

fn of_own(model: &Model, ty: &str, chance: &mut Chance, depth: usize) -> Option<String> {
    match model.types.get(ty)? {
        Kind::Scalar => {
            let choices = ["1", "1.0", "\"a\"", "a", "true", "null"];
            chance.pick(&choices).map(|text| (*text).to_owned())
        }
        Kind::Enum(values) => {
            let values: Vec<_> = values.iter().collect();
            chance.pick(&values).map(|value| (*value).clone())
        }
        Kind::Input(input) => {
            let mut fields = Vec::new();
            let only = input.is_one_of.then(|| chance.below(input.fields.len()));
            for (index, (name, taken)) in input.fields.iter().enumerate() {
                let is_required = taken.ty.ends_with('!') && taken.default.is_none();
                let is_wanted =
                    only.map_or_else(|| is_required || chance.percent(40), |only| only == index);
                if is_wanted {
                    let value = match &taken.default {
                        // What would be there anyhow.
                        Some(default) if chance.percent(50) => default.clone(),
                        _ => at_depth(model, &taken.ty, chance, depth + 1)?,
                    };
                    fields.push(format!("{name}: {value}"));
                }
            }
            Some(format!("{{{}}}", fields.join(", ")))
        }
        Kind::Object(_) | Kind::Interface(_) | Kind::Union(_) => None,
    }
}
