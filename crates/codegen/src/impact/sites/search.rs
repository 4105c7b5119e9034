//! Walks through the queries, and notes what each place mentions.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{
    Argument, DirectiveList, InputValueDefinition, OperationType, Type, Value, VariableDefinition,
};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::{Given, Site, What};
use crate::check::Checked;
use crate::client;
use crate::impact::effect::Definition;
use crate::impact::places::Places;
use crate::relay;

/// What is found, in the order of the walk: what is inside comes behind.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) definitions: Vec<Definition>,
    pub(super) sites: Vec<Site>,
}

/// All places that mention something.
pub(super) fn find(checked: &Checked) -> Found {
    let (schema, document) = (&checked.schema, &checked.document);
    let users = users(document);
    let mut search = Search {
        schema,
        document,
        places: Places::of(&document.sources),
        client: &checked.client,
        optional: BTreeSet::new(),
        found: Found::default(),
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
    document: &'a ExecutableDocument,
    places: Places<'a>,
    client: &'a client::Directives,
    /// The variables that callers may leave out.
    optional: BTreeSet<Name>,
    found: Found,
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
                    // A spread is a condition, too.
                    let mut coordinates = BTreeSet::from([set.ty.to_string()]);
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    coordinates.extend(fragment.map(|it| it.type_condition().to_string()));
                    let site = self.site(
                        spread.location(),
                        spread.fragment_name.location(),
                        around,
                        coordinates,
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
        if relay::is_connection(self.schema, &field.definition.ty)
            && let Some(site) = site
        {
            self.found.sites[site].implied = self.paging(&coordinate);
        }
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
            let definition = definitions
                .iter()
                .find(|definition| definition.name == argument.name);
            // What is written must be of the type, whatever becomes of that.
            let mut coordinates = BTreeSet::from([format!("{holder}({}:)", argument.name)]);
            coordinates.extend(definition.map(|it| it.ty.inner_named_type().to_string()));
            let site = self.site(
                argument.location(),
                argument.name.location(),
                around,
                coordinates,
                What::Part,
            );
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
                    let mut coordinates = BTreeSet::from([format!("{named}.{name}")]);
                    let definition = input.fields.get(name);
                    coordinates.extend(definition.map(|it| it.ty.inner_named_type().to_string()));
                    let field = self.site(place, name.location(), site, coordinates, What::Part);
                    if let Some(definition) = definition {
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

    /// What a connection relies on: arguments that may not be given, and the field by way of
    /// which the rows are read that are behind those that come along.
    fn paging(&self, connection: &str) -> Vec<String> {
        let arguments = ["first", "after", "last", "before"];
        let arguments = arguments.map(|name| format!("{connection}({name}:)"));
        let query = self.schema.root_operation(OperationType::Query);
        let node = query.map(|query| [format!("{query}.node"), format!("{query}.node(id:)")]);
        arguments
            .into_iter()
            .chain(node.into_iter().flatten())
            .collect()
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
        let start = self.places.start(location?)?;
        let end = self.places.end(location?)?;
        self.found.sites.push(Site {
            definition: self.found.definitions.len() - 1,
            around,
            place: shown
                .and_then(|shown| self.places.start(shown))
                .unwrap_or_else(|| start.clone()),
            start,
            end,
            coordinates,
            implied: Vec::new(),
            what,
        });
        self.last()
    }

    fn last(&self) -> Option<usize> {
        self.found.sites.len().checked_sub(1)
    }
}
