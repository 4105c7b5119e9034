//! What an operation costs, by the published rules: nothing for a scalar or enum, a
//! point for each object, interface and union, and what is below a connection's edges
//! once for each row.
//!
//! *Requested* is counted here, before the operation runs: pages are as large as
//! `first` or `last` says, or have 500 rows; of several types the dearest counts; fields
//! are merged as they are in the answer. *Actual* is counted while it runs, with the
//! objects and rows that there are. Introspection is free.

use apollo_compiler::ast::{DirectiveList, Value};
use apollo_compiler::collections::{HashMap, HashSet, IndexMap};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::response::{JsonMap, JsonValue};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name};

use crate::connection::MAX_PAGE;
use crate::schema::ServedSchema;

/// The points that an operation asks for.
pub(crate) fn requested(
    served: &ServedSchema,
    document: &ExecutableDocument,
    operation: &Operation,
    variables: &JsonMap,
) -> u64 {
    let mut count = Count {
        served,
        document,
        operation,
        variables,
        known: HashMap::default(),
    };
    let root = operation.object_type();
    count.below(vec![&operation.selection_set], root, None)
}

/// The rows of a connection, where its fields are counted.
type Page = Option<u64>;

struct Count<'d> {
    served: &'d ServedSchema,
    document: &'d ExecutableDocument,
    operation: &'d Operation,
    variables: &'d JsonMap,
    /// What was counted before, so that fragments which spread others twice, those
    /// others twice, and so on, take no more time than text.
    known: HashMap<(Vec<usize>, Name, Page), u64>,
}

/// Fields by the key that they have in the answer.
type Found<'d> = IndexMap<&'d Name, Vec<&'d Field>>;

impl<'d> Count<'d> {
    /// The points of everything that is selected of a value of a type.
    fn below(&mut self, mut sets: Vec<&'d SelectionSet>, parent: &Name, page: Page) -> u64 {
        let address = |set: &&SelectionSet| std::ptr::from_ref::<SelectionSet>(set).addr();
        let mut seen = HashSet::default();
        sets.retain(|set| seen.insert(address(set)));
        let key = (sets.iter().map(address).collect(), parent.clone(), page);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut dearest = 0;
        for ty in self.representatives(&sets, parent) {
            let mut found = Found::default();
            let mut spread = HashSet::default();
            for set in &sets {
                self.collect(set, &ty, &mut spread, &mut found);
            }
            let points = found
                .into_values()
                .map(|fields| self.field(&fields, &ty, page))
                .fold(0, u64::saturating_add);
            dearest = dearest.max(points);
        }
        self.known.insert(key, dearest);
        dearest
    }

    /// The points of a field with everything below it.
    fn field(&mut self, fields: &[&'d Field], parent: &Name, page: Page) -> u64 {
        let Some(first) = fields.first().filter(|field| !field.name.starts_with("__")) else {
            return 0;
        };
        let schema = &self.served.schema;
        let ty = schema
            .type_field(parent, &first.name)
            .map_or(&first.definition.ty, |definition| &definition.ty);
        let inner = ty.inner_named_type();
        if schema.types.get(inner).is_none_or(ExtendedType::is_leaf) {
            return 0;
        }
        let below = fields.iter().map(|field| &field.selection_set).collect();
        if !ty.is_list() && self.served.is_connection(inner) {
            let rows = self.rows(first);
            return self.below(below, inner, Some(rows)).saturating_add(1);
        }
        let points = self.below(below, inner, None);
        match (page, first.name.as_str()) {
            (Some(rows), "edges") => rows.saturating_mul(points).saturating_add(1),
            (Some(rows), "nodes") => rows.saturating_mul(points.saturating_add(1)),
            _ => points.saturating_add(1),
        }
    }

    /// The rows that a connection is asked for: the larger of `first` and `last`.
    fn rows(&self, field: &Field) -> u64 {
        let given = |name: &str| match field.specified_argument_by_name(name)?.as_ref() {
            Value::Int(number) => Some(match number.as_str().strip_prefix('-') {
                Some(_) => 0,
                None => number.as_str().parse().unwrap_or(u64::MAX),
            }),
            Value::Variable(name) => {
                let value = self.variable(name)?;
                value.as_u64().or_else(|| value.as_i64().map(|_| 0))
            }
            _ => None,
        };
        given("first").max(given("last")).unwrap_or(MAX_PAGE)
    }

    /// The value of a variable, as it is given or by default.
    fn variable(&self, name: &Name) -> Option<JsonValue> {
        if let Some(given) = self.variables.get(name.as_str()) {
            return Some(given.clone());
        }
        let mut variables = self.operation.variables.iter();
        let variable = variables.find(|variable| variable.name == *name)?;
        match variable.default_value.as_deref()? {
            Value::Boolean(value) => Some((*value).into()),
            Value::Int(number) => number.as_str().parse::<i64>().ok().map(Into::into),
            _ => None,
        }
    }

    /// One type for all those of which the same is selected.
    fn representatives(&self, sets: &[&'d SelectionSet], parent: &Name) -> Vec<Name> {
        let possible = self.served.possible(parent);
        if possible.len() < 2 {
            return possible.into_iter().cloned().collect();
        }
        let mut mentioned = IndexMap::default();
        let mut visited = HashSet::default();
        for set in sets {
            self.mention(set, &mut visited, &mut mentioned);
        }
        let mut seen: HashSet<Vec<bool>> = HashSet::default();
        let differs = |ty: &&Name| {
            let meets = mentioned
                .values()
                .map(|types: &Vec<&Name>| types.contains(ty));
            seen.insert(meets.collect())
        };
        possible.into_iter().filter(differs).cloned().collect()
    }

    /// The types that fragments ask for, with the object types that they stand for.
    fn mention(
        &self,
        set: &'d SelectionSet,
        visited: &mut HashSet<&'d Name>,
        mentioned: &mut IndexMap<&'d Name, Vec<&'d Name>>,
    ) {
        for selection in &set.selections {
            let (condition, inside) = match selection {
                Selection::Field(_) => continue,
                Selection::InlineFragment(inline) => {
                    (inline.type_condition.as_ref(), &inline.selection_set)
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.fragment_name;
                    match self.document.fragments.get(name) {
                        Some(fragment) if visited.insert(name) => {
                            (Some(&fragment.selection_set.ty), &fragment.selection_set)
                        }
                        _ => continue,
                    }
                }
            };
            if let Some(condition) = condition {
                let types = || self.served.possible(condition);
                mentioned.entry(condition).or_insert_with(types);
            }
            self.mention(inside, visited, mentioned);
        }
    }

    /// Collects the fields of an object type as the specification does it.
    fn collect(
        &self,
        set: &'d SelectionSet,
        ty: &Name,
        spread: &mut HashSet<&'d Name>,
        found: &mut Found<'d>,
    ) {
        for selection in &set.selections {
            if !self.is_included(selection.directives()) {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    found.entry(field.response_key()).or_default().push(field);
                }
                Selection::InlineFragment(inline) => {
                    if self.applies(inline.type_condition.as_ref(), ty) {
                        self.collect(&inline.selection_set, ty, spread, found);
                    }
                }
                Selection::FragmentSpread(named) => {
                    let name = &named.fragment_name;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && spread.insert(name)
                        && self.applies(Some(&fragment.selection_set.ty), ty)
                    {
                        self.collect(&fragment.selection_set, ty, spread, found);
                    }
                }
            }
        }
    }

    fn applies(&self, condition: Option<&Name>, ty: &Name) -> bool {
        condition.is_none_or(|condition| {
            condition == ty || self.served.possible(condition).contains(&ty)
        })
    }

    fn is_included(&self, directives: &DirectiveList) -> bool {
        let holds = |name: &str| {
            let directive = directives.get(name)?;
            match directive.specified_argument_by_name("if")?.as_ref() {
                Value::Boolean(value) => Some(*value),
                Value::Variable(name) => self.variable(name)?.as_bool(),
                _ => None,
            }
        };
        holds("include").unwrap_or(true) && !holds("skip").unwrap_or(false)
    }
}
