//! Rules of GraphQL that the front end does not check.

use std::collections::BTreeMap;

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Type, Value};
use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::InputObjectType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

/// A place where a rule is broken.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) location: Option<SourceSpan>,
    pub(crate) message: String,
    pub(crate) label: &'static str,
    pub(crate) help: String,
}

/// Everything that is wrong, each place once, in the order of the files.
pub(crate) fn check(schema: &Schema, document: &ExecutableDocument) -> Vec<Broken> {
    let mut found = BTreeMap::new();
    for operation in document.operations.iter() {
        let mut rules = Rules {
            schema,
            document,
            operation,
            visited: Vec::new(),
            found: &mut found,
        };
        rules.operation();
    }
    found.into_values().collect()
}

struct Rules<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    /// Fragments of this operation.
    visited: Vec<&'a Name>,
    /// By place: operations may share a fragment, and with it a mistake.
    found: &'a mut BTreeMap<(String, usize), Broken>,
}

impl<'a> Rules<'a> {
    fn operation(&mut self) {
        self.directives(&self.operation.directives);
        for variable in &self.operation.variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                self.value(&variable.ty, default);
            }
        }
        self.selections(&self.operation.selection_set);
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    if field.response_key() == "__typename" && field.name != "__typename" {
                        self.break_rule(
                            field.alias.as_ref().and_then(Name::location),
                            "no other field may be called `__typename` in an answer".to_owned(),
                            "this alias",
                            "choose another alias: answers are told apart by their `__typename`"
                                .to_owned(),
                        );
                    }
                    self.arguments(&field.definition.arguments, &field.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && !self.visited.contains(&&fragment.name)
                    {
                        self.visited.push(&fragment.name);
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives {
            if let Some(definition) = self.schema.directive_definitions.get(&directive.name) {
                self.arguments(&definition.arguments, &directive.arguments);
            }
        }
    }

    fn arguments(
        &mut self,
        definitions: &'a [Node<InputValueDefinition>],
        arguments: &'a [Node<Argument>],
    ) {
        for argument in arguments {
            let definition = definitions
                .iter()
                .find(|definition| definition.name == argument.name);
            if let Some(definition) = definition {
                self.value(&definition.ty, &argument.value);
            }
        }
    }

    fn value(&mut self, ty: &Type, value: &'a Node<Value>) {
        match value.as_ref() {
            Value::List(items) => {
                for item in items {
                    self.value(ty.item_type(), item);
                }
            }
            Value::Object(fields) => self.object(ty.inner_named_type(), value, fields),
            _ => {}
        }
    }

    fn object(&mut self, ty: &Name, value: &Node<Value>, fields: &'a [(Name, Node<Value>)]) {
        for (index, (name, _)) in fields.iter().enumerate() {
            if fields[..index].iter().any(|(before, _)| before == name) {
                self.break_rule(
                    name.location(),
                    format!("the input field `{name}` is given twice"),
                    "given again",
                    "remove one of them: nobody says which of them counts".to_owned(),
                );
            }
        }
        let Some(input) = self.schema.get_input_object(ty) else {
            return;
        };
        if input.directives.has("oneOf") {
            self.one_of(input, value, fields);
        }
        for (name, value) in fields {
            if let Some(field) = input.fields.get(name) {
                self.value(&field.ty, value);
            }
        }
    }

    fn one_of(
        &mut self,
        input: &InputObjectType,
        value: &Node<Value>,
        fields: &[(Name, Node<Value>)],
    ) {
        let ty = &input.name;
        match fields {
            [(name, only)] => match only.as_ref() {
                Value::Null => self.break_rule(
                    only.location(),
                    format!("`{ty}.{name}` must not be null, for it is the only field given"),
                    "null",
                    format!("give a value for `{name}`, or another field of `{ty}`"),
                ),
                Value::Variable(variable) if self.is_nullable(variable) => self.break_rule(
                    only.location(),
                    format!("`{ty}.{name}` must not be null, but `${variable}` may be"),
                    "a variable that may be null",
                    format!("declare the variable with `!` behind its type: `${variable}: T!`"),
                ),
                _ => {}
            },
            _ => self.break_rule(
                value.location(),
                format!(
                    "`{ty}` takes exactly one field, and {} are given",
                    fields.len()
                ),
                "not exactly one field",
                format!(
                    "give exactly one of {}",
                    input
                        .fields
                        .keys()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            ),
        }
    }

    fn is_nullable(&self, variable: &Name) -> bool {
        self.operation
            .variables
            .iter()
            .any(|declared| declared.name == *variable && !declared.ty.is_non_null())
    }

    fn break_rule(
        &mut self,
        location: Option<SourceSpan>,
        message: String,
        label: &'static str,
        help: String,
    ) {
        let place = location.map_or_else(Default::default, |location| {
            let path = self
                .document
                .sources
                .get(&location.file_id())
                .map(|file| file.path().display().to_string());
            (path.unwrap_or_default(), location.offset())
        });
        self.found.entry(place).or_insert(Broken {
            location,
            message,
            label,
            help,
        });
    }
}
