//! Random selection sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use apollo_compiler::Name;
use apollo_compiler::ast::{FieldDefinition, Type};

use crate::chance::Chance;
use crate::types::Types;
use crate::values::{Place, Purpose, value};
use crate::variables::{Pool, Sometimes};

/// Aliases that mean something in Rust, in the generated code or in neither.
const ALIASES: [&str; 20] = [
    "type", "self", "crate", "on", "other", "Other", "fooBar", "foo_bar", "_id", "value", "key",
    "map", "partial", "data", "async", "edges", "node", "id", "typename", "SHOUTED",
];

/// Fields that every schema has at its root. They are fixed: from there the whole
/// schema could be reached.
const INTROSPECTION: [&str; 2] = [
    "__type(name: \"Int\") { name kind }",
    "__schema { queryType { name } }",
];

/// A part of a selection set.
#[derive(Debug, Clone)]
pub(crate) enum Selection {
    Field {
        alias: Option<String>,
        name: Name,
        arguments: String,
        directives: String,
        inside: Option<(Name, Vec<Selection>)>,
    },
    Inline {
        on: Option<Name>,
        directives: String,
        inside: Vec<Selection>,
    },
    Spread {
        name: String,
        directives: String,
    },
    Fixed(&'static str),
}

/// A selection set as text, over several lines.
pub(crate) fn print(set: &[Selection], indent: usize, text: &mut String) {
    text.push_str("{\n");
    for selection in set {
        let margin = "  ".repeat(indent + 1);
        text.push_str(&margin);
        // Writing to a string cannot fail.
        let inside = match selection {
            Selection::Field {
                alias,
                name,
                arguments,
                directives,
                inside,
            } => {
                if let Some(alias) = alias {
                    let _ = write!(text, "{alias}: ");
                }
                let _ = write!(text, "{name}{arguments}{directives}");
                inside.as_ref().map(|(_, inside)| inside)
            }
            Selection::Inline {
                on,
                directives,
                inside,
            } => {
                text.push_str("...");
                if let Some(on) = on {
                    let _ = write!(text, " on {on}");
                }
                text.push_str(directives);
                Some(inside)
            }
            Selection::Spread { name, directives } => {
                let _ = write!(text, "...{name}{directives}");
                None
            }
            Selection::Fixed(fixed) => {
                text.push_str(fixed);
                None
            }
        };
        if let Some(inside) = inside {
            text.push(' ');
            print(inside, indent + 1, text);
        }
        text.push('\n');
    }
    text.push_str(&"  ".repeat(indent));
    text.push('}');
}

/// What a fragment offers to those who spread it.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    pub(crate) name: String,
    pub(crate) on: Name,
    pub(crate) text: String,
    /// The variables and fragments that it uses, directly or through others.
    pub(crate) variables: BTreeSet<usize>,
    pub(crate) spreads: BTreeSet<usize>,
}

/// What a response key stands for in a group, so that selections of it merge.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    field: Name,
    arguments: String,
    shape: String,
}

/// Arguments that a field was given before.
#[derive(Debug, Clone)]
struct Arguments {
    text: String,
    variables: BTreeSet<usize>,
}

/// Writes the selection sets of a group of operations and fragments.
pub(crate) struct Writer<'t> {
    pub(crate) types: &'t Types,
    pub(crate) chance: Chance,
    pub(crate) pool: Pool,
    pub(crate) fragments: Vec<Fragment>,
    /// The fragments that the definition at hand spreads.
    pub(crate) spread: BTreeSet<usize>,
    /// How many more fields it may have.
    pub(crate) budget: usize,
    meanings: BTreeMap<String, Meaning>,
    arguments: BTreeMap<String, Arguments>,
}

impl<'t> Writer<'t> {
    pub(crate) fn new(types: &'t Types, chance: Chance) -> Self {
        Self {
            types,
            chance,
            pool: Pool::default(),
            fragments: Vec::new(),
            spread: BTreeSet::new(),
            budget: 0,
            meanings: BTreeMap::new(),
            arguments: BTreeMap::new(),
        }
    }

    /// Starts a definition of at most this many fields, or somewhat more.
    pub(crate) fn start(&mut self, budget: usize) {
        self.budget = budget;
        self.pool.used.clear();
        self.spread.clear();
    }

    /// A selection set on a type.
    pub(crate) fn selection_set(&mut self, on: &Name, depth: usize) -> Vec<Selection> {
        let mut set = Vec::new();
        if self.types.is_connection(on) && self.chance.percent(60) {
            self.page(on, depth, &mut set);
            return set;
        }
        // Now and then nothing but a fragment.
        if self.chance.percent(10) {
            set.extend(self.spread(on));
        }
        if set.is_empty() {
            for _ in 0..=self.chance.below(4) {
                self.add(on, depth, &mut set);
            }
        }
        if set.is_empty() {
            set.push(typename(None));
        }
        set
    }

    fn add(&mut self, on: &Name, depth: usize, set: &mut Vec<Selection>) {
        match self.chance.below(100) {
            0..52 => set.extend(self.some_field(on, depth)),
            52..57 => {
                let directives = self.directives(10);
                set.push(Selection::Field {
                    alias: None,
                    name: apollo_compiler::name!("__typename"),
                    arguments: String::new(),
                    directives,
                    inside: None,
                });
            }
            57..59 => {
                let alias = self.key(
                    "kindOf",
                    &apollo_compiler::name!("__typename"),
                    "",
                    "String!",
                );
                set.push(typename(Some(alias.unwrap_or_else(|| "kindOf".to_owned()))));
            }
            59..76 => set.extend(self.inline(on, depth)),
            76..90 => set.extend(self.spread(on)),
            90..92 if self.is_query_root(on) => {
                set.extend(
                    self.chance
                        .pick(&INTROSPECTION)
                        .copied()
                        .map(Selection::Fixed),
                );
            }
            _ => self.again(on, depth, set),
        }
    }

    fn is_query_root(&self, on: &Name) -> bool {
        self.types
            .schema
            .schema_definition
            .query
            .as_ref()
            .is_some_and(|query| query.name == *on)
    }

    /// A page in the form that can be paged through.
    fn page(&mut self, on: &Name, depth: usize, set: &mut Vec<Selection>) {
        let mut parts = vec!["pageInfo"];
        if self.types.field(on, "count").is_some() && self.chance.percent(40) {
            parts.push("count");
        }
        let has_nodes = self.types.field(on, "nodes").is_some() && self.chance.percent(60);
        parts.push(if has_nodes { "nodes" } else { "edges" });
        if self.chance.percent(20) {
            parts.reverse();
        }
        for part in parts {
            let Some(field) = self.types.field(on, part) else {
                continue;
            };
            let inside = field.ty.inner_named_type();
            let inside_set = match part {
                "pageInfo" => self.some_of(
                    inside,
                    &["hasNextPage", "endCursor", "hasPreviousPage", "startCursor"],
                ),
                "edges" => {
                    let mut edge = Vec::new();
                    if self.chance.percent(30) {
                        edge.extend(self.some_of(inside, &["cursor"]));
                    }
                    if let Some(node) = self.types.field(inside, "node") {
                        edge.extend(self.field(node, depth.saturating_sub(1), None));
                    }
                    edge
                }
                _ => {
                    set.extend(self.field(field, depth, None));
                    continue;
                }
            };
            set.extend(self.field(field, depth, Some(inside_set)));
        }
        if set.is_empty() {
            set.push(typename(None));
        }
    }

    fn some_of(&mut self, on: &Name, names: &[&str]) -> Vec<Selection> {
        let mut set = Vec::new();
        for name in names {
            if let Some(field) = self.types.field(on, name)
                && (set.is_empty() || self.chance.percent(60))
            {
                set.extend(self.field(field, 0, None));
            }
        }
        if set.is_empty() {
            set.push(typename(None));
        }
        set
    }

    fn some_field(&mut self, on: &Name, depth: usize) -> Option<Selection> {
        let is_leaf = |ty: &Type| !self.types.is_composite(ty.inner_named_type());
        let fields: Vec<&FieldDefinition> = self
            .types
            .fields(on)
            .into_iter()
            .filter(|field| self.types.is_inhabited(field.ty.inner_named_type()))
            .filter(|field| is_leaf(&field.ty) || (depth > 0 && self.budget > 0))
            .collect();
        // What leads on is rarer than what does not, in most schemas.
        let leading: Vec<_> = fields
            .iter()
            .filter(|field| !is_leaf(&field.ty))
            .copied()
            .collect();
        let from = if self.chance.percent(35) && !leading.is_empty() {
            &leading
        } else {
            &fields
        };
        let field = *self.chance.pick(from)?;
        self.field(field, depth, None)
    }

    /// A field, with what is selected of it if that is decided already.
    fn field(
        &mut self,
        field: &FieldDefinition,
        depth: usize,
        inside: Option<Vec<Selection>>,
    ) -> Option<Selection> {
        let arguments = self.arguments(field)?;
        let shape = self.types.shape(&field.ty);
        let wanted = if inside.is_none() && self.chance.percent(15) {
            let alias = self.chance.pick(&ALIASES).copied().unwrap_or("alias");
            alias.to_owned()
        } else {
            field.name.to_string()
        };
        let key = self.key(&wanted, &field.name, &arguments, &shape)?;
        self.budget = self.budget.saturating_sub(1);
        let named = field.ty.inner_named_type();
        let inside = if self.types.is_composite(named) {
            let set = inside.unwrap_or_else(|| self.selection_set(named, depth.saturating_sub(1)));
            Some((named.clone(), set))
        } else {
            None
        };
        Some(Selection::Field {
            alias: (key != field.name.as_str()).then_some(key),
            name: field.name.clone(),
            arguments,
            directives: self.directives(8),
            inside,
        })
    }

    /// A response key that stands for this in the whole group: the wanted one, or
    /// another.
    fn key(&mut self, wanted: &str, field: &Name, arguments: &str, shape: &str) -> Option<String> {
        let meaning = Meaning {
            field: field.clone(),
            arguments: arguments.to_owned(),
            shape: shape.to_owned(),
        };
        let mut key = wanted.to_owned();
        for number in 2..50 {
            match self.meanings.get(&key) {
                None => {
                    self.meanings.insert(key.clone(), meaning);
                    return Some(key);
                }
                Some(present) if *present == meaning => return Some(key),
                // Legal where no object is of both types; validation knows.
                Some(present) if present.shape == meaning.shape && self.chance.percent(10) => {
                    return Some(key);
                }
                Some(_) => key = format!("{wanted}{number}"),
            }
        }
        None
    }

    fn arguments(&mut self, field: &FieldDefinition) -> Option<String> {
        if field.arguments.is_empty() {
            return Some(String::new());
        }
        let declared: Vec<_> = field.arguments.iter().map(ToString::to_string).collect();
        let place = format!("{}({})", field.name, declared.join(", "));
        if let Some(known) = self.arguments.get(&place)
            && self.chance.percent(60)
        {
            self.pool.used.extend(&known.variables);
            return Some(known.text.clone());
        }
        let before = std::mem::take(&mut self.pool.used);
        let mut given = Vec::new();
        for argument in &field.arguments {
            let purpose = Purpose::of(&argument.name);
            if purpose == Purpose::Cursor && argument.ty.is_non_null() {
                return None;
            }
            let percent = if purpose == Purpose::Any { 40 } else { 50 };
            if !argument.is_required() && !self.chance.percent(percent) {
                continue;
            }
            let place = Place {
                ty: &argument.ty,
                has_default: argument.default_value.is_some(),
                purpose,
                is_only_one: false,
            };
            let mut variables = Sometimes {
                pool: &mut self.pool,
                types: self.types,
                percent: 35,
            };
            let value = value(self.types, &mut self.chance, &place, 3, &mut variables);
            given.push(format!(
                "{}: {}",
                argument.name,
                value.to_literal(&mut self.chance)
            ));
        }
        if self.chance.percent(30) {
            given.reverse();
        }
        let text = if given.is_empty() {
            String::new()
        } else {
            format!("({})", given.join(", "))
        };
        let variables = std::mem::replace(&mut self.pool.used, before);
        self.pool.used.extend(&variables);
        self.arguments.insert(
            place,
            Arguments {
                text: text.clone(),
                variables,
            },
        );
        Some(text)
    }

    fn inline(&mut self, on: &Name, depth: usize) -> Option<Selection> {
        let condition = match self.chance.below(10) {
            0..2 => None,
            2..3 => Some(on.clone()),
            _ => self.chance.pick(self.types.overlapping(on)).cloned(),
        };
        let inside_of = condition.clone().unwrap_or_else(|| on.clone());
        // Conditions may nest, though not for ever.
        if self.budget == 0 {
            return None;
        }
        self.budget -= 1;
        let inside = self.selection_set(&inside_of, depth);
        Some(Selection::Inline {
            on: condition,
            directives: self.directives(15),
            inside,
        })
    }

    fn spread(&mut self, on: &Name) -> Option<Selection> {
        let overlapping = self.types.overlapping(on);
        let fitting: Vec<usize> = (0..self.fragments.len())
            .filter(|&index| overlapping.contains(&self.fragments[index].on))
            .collect();
        let index = *self.chance.pick(&fitting)?;
        let fragment = &self.fragments[index];
        self.spread.insert(index);
        self.spread.extend(&fragment.spreads);
        self.pool.used.extend(&fragment.variables);
        let name = fragment.name.clone();
        Some(Selection::Spread {
            name,
            directives: self.directives(15),
        })
    }

    /// Selects once more what is selected already, with something else inside.
    fn again(&mut self, on: &Name, depth: usize, set: &mut Vec<Selection>) {
        let fields: Vec<Selection> = set
            .iter()
            .filter(|selection| matches!(selection, Selection::Field { .. }))
            .cloned()
            .collect();
        let Some(Selection::Field {
            alias,
            name,
            arguments,
            inside,
            ..
        }) = self.chance.pick(&fields).cloned()
        else {
            return;
        };
        let inside = match inside {
            Some((named, same)) if self.chance.percent(10) || self.budget == 0 => {
                Some((named, same))
            }
            Some((named, _)) => {
                self.budget = self.budget.saturating_sub(1);
                let set = self.selection_set(&named, depth.saturating_sub(1));
                Some((named, set))
            }
            None => None,
        };
        let again = Selection::Field {
            alias,
            name,
            arguments,
            directives: self.directives(20),
            inside,
        };
        if self.chance.percent(60) {
            set.push(again);
        } else {
            let condition = match self.chance.below(3) {
                0 => None,
                _ => Some(on.clone()),
            };
            set.push(Selection::Inline {
                on: condition,
                directives: self.directives(20),
                inside: vec![again],
            });
        }
    }

    /// `@include` or `@skip`, this often.
    fn directives(&mut self, percent: usize) -> String {
        let mut text = String::new();
        if !self.chance.percent(percent) {
            return text;
        }
        let which: &[&str] = match self.chance.below(8) {
            0..4 => &["include"],
            4..7 => &["skip"],
            _ => &["skip", "include"],
        };
        for directive in which {
            let condition = match self.chance.below(6) {
                0 => "true".to_owned(),
                1 => "false".to_owned(),
                _ => format!("${}", self.pool.condition(self.types, &mut self.chance)),
            };
            let _ = write!(text, " @{directive}(if: {condition})");
        }
        text
    }
}

fn typename(alias: Option<String>) -> Selection {
    Selection::Field {
        alias,
        name: apollo_compiler::name!("__typename"),
        arguments: String::new(),
        directives: String::new(),
        inside: None,
    }
}
