//! What the queries mention of a schema, place by place.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{
    Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition,
};
use apollo_compiler::coordinate::SchemaCoordinate;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::parser::{SourceMap, SourceSpan};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::effect::{Definition, Place};
use crate::check::Checked;
use crate::client;
use crate::frame::span;

/// All places of a set that mention something of the schema.
#[derive(Debug)]
pub(super) struct Sites {
    pub(super) definitions: Vec<Definition>,
    pub(super) sites: Vec<Site>,
}

/// A place that mentions something of the schema.
#[derive(Debug)]
pub(super) struct Site {
    /// The place of its definition in [`Sites::definitions`].
    pub(super) definition: usize,
    /// The site around it.
    pub(super) around: Option<usize>,
    /// Where it is shown.
    pub(super) place: Place,
    start: Place,
    /// Line and column behind its last character.
    end: (usize, usize),
    /// What it mentions, in the notation of schema coordinates.
    pub(super) coordinates: BTreeSet<String>,
    pub(super) what: What,
}

/// What stands at a place.
#[derive(Debug)]
pub(super) enum What {
    /// A whole operation or fragment.
    Definition,
    /// A variable where it is declared.
    Variable(Name),
    Field {
        parent: Name,
        name: Name,
        /// The type behind lists and non-nulls.
        ty: Name,
        given: Given,
    },
    /// An input object that is written out.
    Object {
        ty: Name,
        given: BTreeSet<Name>,
    },
    /// A directive of the server's.
    Directive {
        name: Name,
        given: Given,
    },
    Spread(Name),
    /// An argument, a value, a type condition.
    Part,
}

/// The arguments that are given, and the variable where it is one that may be left out.
pub(super) type Given = BTreeMap<Name, Option<Name>>;

impl Site {
    pub(super) fn spreads_any_of(&self, fragments: &BTreeSet<String>) -> bool {
        matches!(&self.what, What::Spread(name) if fragments.contains(name.as_str()))
    }

    /// Whether it gives what a coordinate is of: then that has a site of its own, which says
    /// more.
    pub(super) fn gives(&self, coordinate: &SchemaCoordinate) -> bool {
        match (&self.what, coordinate) {
            (What::Field { given, .. }, SchemaCoordinate::FieldArgument(argument)) => {
                matches!(given.get(&argument.argument), Some(None))
            }
            (What::Directive { given, .. }, SchemaCoordinate::DirectiveArgument(argument)) => {
                matches!(given.get(&argument.argument), Some(None))
            }
            (What::Object { given, .. }, SchemaCoordinate::TypeAttribute(field)) => {
                given.contains(&field.attribute)
            }
            _ => false,
        }
    }

    /// Whether there is something of it in Rust that can be deprecated.
    pub(super) fn is_in_rust(&self) -> bool {
        matches!(self.what, What::Variable(_) | What::Field { .. })
    }

    fn contains(&self, place: &Place) -> bool {
        let at = (place.line, place.column);
        self.start.path == place.path && (self.start.line, self.start.column) <= at && at < self.end
    }

    /// Longer where there is more inside.
    fn extent(&self) -> (usize, usize) {
        let lines = self.end.0 - self.start.line;
        let columns = match lines {
            0 => self.end.1 - self.start.column,
            _ => self.end.1,
        };
        (lines, columns)
    }
}

impl Sites {
    pub(super) fn of(checked: &Checked) -> Self {
        let (schema, document) = (&checked.schema, &checked.document);
        let users = users(document);
        let mut search = Search {
            schema,
            client: &checked.client,
            sources: &document.sources,
            optional: BTreeSet::new(),
            found: Self {
                definitions: Vec::new(),
                sites: Vec::new(),
            },
        };
        let mut operations: Vec<_> = document.operations.named.values().collect();
        operations.sort_by(|a, b| a.name.cmp(&b.name));
        for operation in operations {
            search.operation(operation);
        }
        let mut fragments: Vec<_> = document.fragments.values().collect();
        fragments.sort_by(|a, b| a.name.cmp(&b.name));
        for fragment in fragments {
            let users: Vec<_> = users.get(&fragment.name).into_iter().flatten().collect();
            search.optional = users
                .iter()
                .flat_map(|user| optional(user))
                .cloned()
                .collect();
            let mut used_by: Vec<_> = users.iter().filter_map(|user| user.name.as_ref()).collect();
            used_by.sort();
            search.definition(
                Definition {
                    name: fragment.name.to_string(),
                    used_by: Some(used_by.into_iter().map(Name::to_string).collect()),
                },
                fragment.location(),
                fragment.name.location(),
                &fragment.selection_set.ty,
            );
            let around = search.last();
            search.directives(&fragment.directives, around);
            search.selections(&fragment.selection_set, around);
        }
        search.found
    }

    /// The innermost site around a place.
    pub(super) fn at(&self, place: &Place) -> Option<usize> {
        self.sites
            .iter()
            .enumerate()
            .filter(|(_, site)| site.contains(place))
            .min_by_key(|(index, site)| (site.extent(), usize::MAX - index))
            .map(|(index, _)| index)
    }

    /// The sites inside of one.
    pub(super) fn inside(&self, site: usize) -> Vec<usize> {
        // What is inside comes behind.
        let mut inside = Vec::new();
        for (index, one) in self.sites.iter().enumerate().skip(site + 1) {
            let around = one.around;
            if around == Some(site) || around.is_some_and(|around| inside.contains(&around)) {
                inside.push(index);
            } else if one.definition != self.sites[site].definition {
                break;
            }
        }
        inside
    }

    /// The sites around one, the nearest first.
    pub(super) fn around(&self, site: usize) -> impl Iterator<Item = usize> {
        let around = |site: &usize| self.sites[*site].around;
        std::iter::successors(around(&site), around)
    }

    /// The definition that a place is in.
    pub(super) fn definition_at(&self, place: &Place) -> Option<usize> {
        self.at(place).map(|site| self.sites[site].definition)
    }

    /// The site that is a whole definition.
    pub(super) fn whole(&self, name: &str, is_fragment: bool) -> Option<usize> {
        self.sites.iter().position(|site| {
            let definition = &self.definitions[site.definition];
            matches!(site.what, What::Definition)
                && definition.name == name
                && definition.is_fragment() == is_fragment
        })
    }

    /// Where an operation declares a variable.
    pub(super) fn variable(&self, operation: &str, variable: &str) -> Option<usize> {
        self.sites.iter().position(|site| {
            let definition = &self.definitions[site.definition];
            matches!(&site.what, What::Variable(name) if name == variable)
                && definition.name == operation
                && !definition.is_fragment()
        })
    }

    /// The lines and columns of a definition, from its first character to behind its last.
    pub(super) fn extent_of(&self, definition: usize) -> Option<(&Place, (usize, usize))> {
        self.sites
            .iter()
            .find(|site| site.definition == definition && matches!(site.what, What::Definition))
            .map(|site| (&site.start, site.end))
    }
}

/// The operations that reach each fragment.
fn users(document: &ExecutableDocument) -> BTreeMap<Name, Vec<&Node<Operation>>> {
    let mut users: BTreeMap<Name, Vec<_>> = BTreeMap::new();
    for operation in document.operations.named.values() {
        let mut reached = BTreeSet::new();
        reach(document, &operation.selection_set, &mut reached);
        for fragment in reached {
            users.entry(fragment.clone()).or_default().push(operation);
        }
    }
    users
}

/// Collects the fragments that a selection set reaches.
fn reach<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    reached: &mut BTreeSet<&'a Name>,
) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => reach(document, &field.selection_set, reached),
            Selection::InlineFragment(inline) => reach(document, &inline.selection_set, reached),
            Selection::FragmentSpread(spread) => {
                if reached.insert(&spread.fragment_name)
                    && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                {
                    reach(document, &fragment.selection_set, reached);
                }
            }
        }
    }
}

/// The variables that callers may leave out, so that a default of the schema counts.
fn optional(operation: &Operation) -> impl Iterator<Item = &Name> {
    let variables = operation.variables.iter();
    variables
        .filter(|variable| !variable.ty.is_non_null() && variable.default_value.is_none())
        .map(|variable| &variable.name)
}

/// An input type, and all that can be part of its values: coordinates of types and of input
/// fields.
fn inputs_of(schema: &Schema, name: &Name) -> BTreeSet<String> {
    let mut coordinates = BTreeSet::new();
    let mut to_see = vec![name];
    while let Some(name) = to_see.pop() {
        if !coordinates.insert(name.to_string()) {
            continue;
        }
        if let Some(input) = schema.get_input_object(name) {
            for field in input.fields.values() {
                coordinates.insert(format!("{name}.{}", field.name));
                to_see.push(field.ty.inner_named_type());
            }
        }
    }
    coordinates
}

struct Search<'a> {
    schema: &'a Schema,
    client: &'a client::Directives,
    sources: &'a SourceMap,
    /// The variables that callers may leave out.
    optional: BTreeSet<Name>,
    found: Sites,
}

impl Search<'_> {
    fn operation(&mut self, operation: &Node<Operation>) {
        let Some(name) = &operation.name else {
            return;
        };
        self.optional = optional(operation).cloned().collect();
        self.definition(
            Definition {
                name: name.to_string(),
                used_by: None,
            },
            operation.location(),
            name.location(),
            &operation.selection_set.ty,
        );
        let around = self.last();
        self.directives(&operation.directives, around);
        for variable in &operation.variables {
            self.variable(variable, around);
        }
        self.selections(&operation.selection_set, around);
    }

    fn definition(
        &mut self,
        definition: Definition,
        location: Option<SourceSpan>,
        name: Option<SourceSpan>,
        ty: &Name,
    ) {
        self.found.definitions.push(definition);
        let coordinates = BTreeSet::from([ty.to_string()]);
        self.site(location, name, None, coordinates, What::Definition);
    }

    fn variable(&mut self, variable: &Node<VariableDefinition>, around: Option<usize>) {
        let site = self.site(
            variable.location(),
            variable.name.location(),
            around,
            inputs_of(self.schema, variable.ty.inner_named_type()),
            What::Variable(variable.name.clone()),
        );
        if let Some(default) = &variable.default_value {
            self.value(&variable.ty, default, site);
        }
        self.directives(&variable.directives, site);
    }

    fn selections(&mut self, set: &SelectionSet, around: Option<usize>) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => self.field(field, &set.ty, around),
                Selection::InlineFragment(inline) => {
                    let mut coordinates = BTreeSet::from([set.ty.to_string()]);
                    coordinates.extend(inline.type_condition.iter().map(Name::to_string));
                    let condition = inline.type_condition.as_ref().and_then(Name::location);
                    let site = self.site(
                        inline.location(),
                        condition.or(inline.location()),
                        around,
                        coordinates,
                        What::Part,
                    );
                    self.directives(&inline.directives, site);
                    self.selections(&inline.selection_set, site);
                }
                Selection::FragmentSpread(spread) => {
                    let site = self.site(
                        spread.location(),
                        spread.fragment_name.location(),
                        around,
                        BTreeSet::from([set.ty.to_string()]),
                        What::Spread(spread.fragment_name.clone()),
                    );
                    self.directives(&spread.directives, site);
                }
            }
        }
    }

    fn field(&mut self, field: &Node<Field>, parent: &Name, around: Option<usize>) {
        let ty = field.definition.ty.inner_named_type();
        let mut coordinates = BTreeSet::from([ty.to_string()]);
        if !field.name.starts_with("__") {
            coordinates.insert(format!("{parent}.{}", field.name));
        }
        let site = self.site(
            field.location(),
            field.name.location(),
            around,
            coordinates,
            What::Field {
                parent: parent.clone(),
                name: field.name.clone(),
                ty: ty.clone(),
                given: self.given(&field.arguments),
            },
        );
        let coordinate = format!("{parent}.{}", field.name);
        self.arguments(
            &field.definition.arguments,
            &field.arguments,
            &coordinate,
            site,
        );
        self.directives(&field.directives, site);
        self.selections(&field.selection_set, site);
    }

    fn given(&self, arguments: &[Node<Argument>]) -> Given {
        arguments
            .iter()
            .map(|argument| {
                let variable = argument.value.as_variable();
                let variable = variable.filter(|name| self.optional.contains(*name));
                (argument.name.clone(), variable.cloned())
            })
            .collect()
    }

    /// `holder` is the coordinate of what has the arguments.
    fn arguments(
        &mut self,
        definitions: &[Node<InputValueDefinition>],
        arguments: &[Node<Argument>],
        holder: &str,
        around: Option<usize>,
    ) {
        for argument in arguments {
            let coordinates = BTreeSet::from([format!("{holder}({}:)", argument.name)]);
            let site = self.site(
                argument.location(),
                argument.name.location(),
                around,
                coordinates,
                What::Part,
            );
            let definition = definitions
                .iter()
                .find(|definition| definition.name == argument.name);
            if let Some(definition) = definition {
                self.value(&definition.ty, &argument.value, site);
            }
        }
    }

    fn value(&mut self, ty: &Type, value: &Node<Value>, around: Option<usize>) {
        let named = ty.inner_named_type();
        match value.as_ref() {
            Value::List(items) => {
                for item in items {
                    self.value(ty, item, around);
                }
            }
            Value::Enum(name) => {
                let coordinates = BTreeSet::from([format!("{named}.{name}")]);
                let location = value.location();
                self.site(location, location, around, coordinates, What::Part);
            }
            Value::Object(fields) => {
                let Some(ExtendedType::InputObject(input)) = self.schema.types.get(named) else {
                    return;
                };
                let input = input.clone();
                let location = value.location();
                let site = self.site(
                    location,
                    location,
                    around,
                    BTreeSet::from([named.to_string()]),
                    What::Object {
                        ty: named.clone(),
                        given: fields.iter().map(|(name, _)| name.clone()).collect(),
                    },
                );
                for (name, value) in fields {
                    let place = SourceSpan::recompose(name.location(), value.location());
                    let coordinates = BTreeSet::from([format!("{named}.{name}")]);
                    let field = self.site(place, name.location(), site, coordinates, What::Part);
                    if let Some(definition) = input.fields.get(name) {
                        self.value(&definition.ty, value, field);
                    }
                }
            }
            _ => {}
        }
    }

    fn directives(&mut self, directives: &DirectiveList, around: Option<usize>) {
        for directive in directives {
            if self.client.has(&directive.name) {
                continue;
            }
            let coordinate = format!("@{}", directive.name);
            let site = self.site(
                directive.location(),
                directive.name.location(),
                around,
                BTreeSet::from([coordinate.clone()]),
                What::Directive {
                    name: directive.name.clone(),
                    given: self.given(&directive.arguments),
                },
            );
            let schema = self.schema;
            if let Some(definition) = schema.directive_definitions.get(&directive.name) {
                self.arguments(
                    &definition.arguments,
                    &directive.arguments,
                    &coordinate,
                    site,
                );
            }
        }
    }

    /// Notes a site of the newest definition, with the place where it is shown.
    fn site(
        &mut self,
        location: Option<SourceSpan>,
        shown: Option<SourceSpan>,
        around: Option<usize>,
        coordinates: BTreeSet<String>,
        what: What,
    ) -> Option<usize> {
        let (path, span) = span(self.sources, location?)?;
        let start = Place {
            path: path.to_owned(),
            line: span.line,
            column: span.column,
        };
        self.found.sites.push(Site {
            definition: self.found.definitions.len() - 1,
            around,
            place: shown
                .and_then(|shown| place(self.sources, shown))
                .unwrap_or_else(|| start.clone()),
            start,
            end: (span.end_line, span.end_column),
            coordinates,
            what,
        });
        self.last()
    }

    fn last(&self) -> Option<usize> {
        self.found.sites.len().checked_sub(1)
    }
}

/// Where something begins.
pub(super) fn place(sources: &SourceMap, location: SourceSpan) -> Option<Place> {
    let (path, span) = span(sources, location)?;
    Some(Place {
        path: path.to_owned(),
        line: span.line,
        column: span.column,
    })
}
