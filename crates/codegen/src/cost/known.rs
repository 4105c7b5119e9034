//! Points as numbers, where the variables are known.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::ast::Value as AstValue;
use apollo_compiler::executable::Operation;
use serde_json::{Map, Value};

use super::condition::Condition;
use super::points::Algebra;
use crate::relay::{PageSize, Size};

/// The defaults of conditions, and what counts where a page has no size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defaults {
    conditions: BTreeMap<Name, bool>,
    /// The rows of a connection without a page size.
    pub(crate) assumed: u64,
}

impl Defaults {
    pub(crate) fn of(operation: &Operation, assumed: u64) -> Self {
        let conditions = operation
            .variables
            .iter()
            .filter_map(|variable| match variable.default_value.as_deref() {
                Some(AstValue::Boolean(value)) => Some((variable.name.clone(), *value)),
                _ => None,
            })
            .collect();
        Self {
            conditions,
            assumed,
        }
    }

    /// The default of a variable that is a condition.
    pub(crate) fn condition(&self, name: &Name) -> Option<bool> {
        self.conditions.get(name).copied()
    }
}

/// Variables with their values, as they are sent.
pub(crate) struct Known<'a> {
    pub(crate) variables: &'a Map<String, Value>,
    pub(crate) defaults: &'a Defaults,
}

impl Known<'_> {
    /// The larger of `first` and `last`, and which of them it is.
    pub(crate) fn size<'s>(&self, page: &'s PageSize) -> (u64, Option<&'s Size>) {
        page.sizes()
            .filter_map(|size| Some((self.rows(size)?, size)))
            .max_by_key(|(rows, _)| *rows)
            .map_or((self.defaults.assumed, None), |(rows, size)| {
                (rows, Some(size))
            })
    }

    fn rows(&self, size: &Size) -> Option<u64> {
        match size {
            Size::Literal(rows) => Some(*rows),
            Size::Variable { name, default } => match self.variables.get(name.as_str()) {
                None => *default,
                Some(value) => value.as_u64().or_else(|| value.as_i64().map(|_| 0)),
            },
        }
    }

    pub(crate) fn holds(&self, condition: &Condition) -> bool {
        condition.holds(|name| {
            self.variables
                .get(name.as_str())
                .and_then(Value::as_bool)
                .or_else(|| self.defaults.condition(name))
        })
    }
}

impl Algebra for Known<'_> {
    type Value = u64;

    fn constant(&mut self, points: u64) -> u64 {
        points
    }

    fn add(&mut self, a: &u64, b: &u64) -> u64 {
        a.saturating_add(*b)
    }

    fn page(&mut self, size: &PageSize) -> u64 {
        self.size(size).0
    }

    fn times(&mut self, page: &u64, each: &u64) -> u64 {
        page.saturating_mul(*each)
    }

    fn larger(&mut self, a: &u64, b: &u64) -> u64 {
        *a.max(b)
    }

    fn when(&mut self, condition: &Condition, value: &u64) -> u64 {
        if self.holds(condition) { *value } else { 0 }
    }
}
