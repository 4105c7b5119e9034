//! Variables that the operations and fragments of a group share.

use std::collections::BTreeSet;

use apollo_compiler::ast::Type;

use crate::chance::Chance;
use crate::types::Types;
use crate::values::{Constant, Place, Purpose, Value, Variables, value};

/// How deep the values of variables are.
const DEPTH: usize = 3;

/// Names that mean something in Rust, in the generated code or in neither.
const NAMES: [&str; 24] = [
    "first",
    "after",
    "type",
    "self",
    "new",
    "fooBar",
    "_under",
    "crate",
    "async",
    "name",
    "document",
    "value",
    "serializer",
    "id",
    "match",
    "HTTPServer",
    "with2Digits",
    "default",
    "gen",
    "data",
    "operation",
    "key",
    "map",
    "clone",
];

/// A variable, declared alike wherever it is used.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) default: Option<Value>,
    pub(crate) purpose: Purpose,
    /// Whether it stands where null is no value.
    pub(crate) never_null: bool,
}

impl Variable {
    fn has_default(&self) -> bool {
        self.default
            .as_ref()
            .is_some_and(|value| *value != Value::Null)
    }

    /// Whether it may stand in a place.
    fn fits(&self, place: &Place<'_>) -> bool {
        if self.purpose != place.purpose {
            return false;
        }
        if !place.ty.is_non_null() && !place.is_only_one {
            return is_assignable(&self.ty, place.ty);
        }
        if self.ty.is_non_null() {
            return is_assignable(&self.ty, place.ty);
        }
        let takes_default = self.has_default() || place.has_default;
        !place.is_only_one && takes_default && is_assignable(&self.ty, &nullable(place.ty))
    }
}

/// Whether every value of a type is one of another type.
fn is_assignable(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::NonNullNamed(a), Type::NonNullNamed(b) | Type::Named(b))
        | (Type::Named(a), Type::Named(b)) => a == b,
        (Type::NonNullList(a), Type::NonNullList(b) | Type::List(b))
        | (Type::List(a), Type::List(b)) => is_assignable(a, b),
        _ => false,
    }
}

fn nullable(ty: &Type) -> Type {
    ty.clone().nullable()
}

/// The variables of a group, and those that the definition at hand uses.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    pub(crate) all: Vec<Variable>,
    pub(crate) used: BTreeSet<usize>,
}

impl Pool {
    /// A variable for a condition.
    pub(crate) fn condition(&mut self, types: &Types, chance: &mut Chance) -> String {
        let ty = Type::NonNullNamed(apollo_compiler::name!("Boolean"));
        let place = Place {
            ty: &ty,
            has_default: false,
            purpose: Purpose::Any,
            is_only_one: false,
        };
        self.fitting(types, chance, &place)
    }

    /// A variable for this place: one that there is, or a new one.
    fn fitting(&mut self, types: &Types, chance: &mut Chance, place: &Place<'_>) -> String {
        let fitting: Vec<usize> = (0..self.all.len())
            .filter(|&index| self.all[index].fits(place))
            .collect();
        let index = match chance.pick(&fitting) {
            Some(&index) if chance.percent(70) => index,
            _ => {
                self.all.push(self.declare(types, chance, place));
                self.all.len() - 1
            }
        };
        let variable = &mut self.all[index];
        if place.ty.is_non_null() && !variable.ty.is_non_null() {
            variable.never_null = true;
        }
        self.used.insert(index);
        variable.name.clone()
    }

    fn declare(&self, types: &Types, chance: &mut Chance, place: &Place<'_>) -> Variable {
        let must = place.ty.is_non_null();
        let exact = if place.is_only_one {
            place.ty.clone().non_null()
        } else {
            place.ty.clone()
        };
        let (ty, wants_default) = if place.is_only_one || place.purpose == Purpose::Cursor {
            (exact, false)
        } else if must && place.has_default && chance.percent(30) {
            (nullable(place.ty), chance.percent(30))
        } else if must && chance.percent(30) {
            (nullable(place.ty), true)
        } else if !must && chance.percent(25) {
            (exact.non_null(), chance.percent(30))
        } else {
            (exact, chance.percent(25))
        };
        let default = wants_default.then(|| {
            let default = Place {
                // The default of what must not be null is not null.
                ty: if must { place.ty } else { &ty },
                has_default: false,
                purpose: place.purpose,
                is_only_one: false,
            };
            value(types, chance, &default, DEPTH - 1, &mut Constant)
        });
        Variable {
            name: self.free_name(chance),
            ty,
            default,
            purpose: place.purpose,
            never_null: false,
        }
    }

    fn free_name(&self, chance: &mut Chance) -> String {
        let wanted = chance.pick(&NAMES).copied().unwrap_or("first");
        let is_taken = self.all.iter().any(|variable| variable.name == wanted);
        if is_taken || chance.percent(40) {
            format!("v{}", self.all.len())
        } else {
            wanted.to_owned()
        }
    }
}

/// A pool that is asked now and then.
pub(crate) struct Sometimes<'p> {
    pub(crate) pool: &'p mut Pool,
    pub(crate) types: &'p Types,
    pub(crate) percent: usize,
}

impl Variables for Sometimes<'_> {
    fn instead(&mut self, chance: &mut Chance, place: &Place<'_>) -> Option<String> {
        // A cursor has to be a variable for an operation to be paged.
        let percent = match place.purpose {
            Purpose::Cursor if !place.ty.is_non_null() => 80,
            Purpose::Cursor => 0,
            _ => self.percent,
        };
        chance
            .percent(percent)
            .then(|| self.pool.fitting(self.types, chance, place))
    }
}

/// How much of the variables is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// Only what is required.
    Least,
    /// Everything.
    Most,
    /// Some, and some of it null.
    Some,
}

/// Values for variables, of those that are given.
pub(crate) fn values(
    types: &Types,
    chance: &mut Chance,
    variables: &[&Variable],
    given: Given,
) -> Vec<(usize, Value)> {
    let mut values = Vec::new();
    for (index, variable) in variables.iter().enumerate() {
        let is_required = variable.ty.is_non_null() && variable.default.is_none();
        let is_wanted = match given {
            Given::Least => false,
            Given::Most => variable.purpose != Purpose::Cursor,
            Given::Some => chance.percent(60),
        };
        if !is_required && !is_wanted {
            continue;
        }
        // A default stands in for null only where nothing is given.
        let ty = if variable.never_null || given == Given::Most {
            variable.ty.clone().non_null()
        } else {
            variable.ty.clone()
        };
        let place = Place {
            ty: &ty,
            has_default: false,
            purpose: variable.purpose,
            is_only_one: false,
        };
        let depth = if given == Given::Least { 0 } else { DEPTH };
        values.push((index, value(types, chance, &place, depth, &mut Constant)));
    }
    values
}
