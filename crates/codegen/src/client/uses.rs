//! What a query may do with the client's directives.

use apollo_compiler::ast::{Directive, DirectiveList, Value};
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Node};

use super::Directives;
use crate::rules::Broken;

/// Everything that only servers could understand, or only the client: none of
/// these directives is sent, with all that they need.
pub(crate) fn check(document: &ExecutableDocument, client: &Directives) -> Vec<Broken> {
    let mut uses = Uses {
        client,
        broken: Vec::new(),
    };
    for operation in document.operations.iter() {
        uses.directives(&operation.directives);
        for variable in &operation.variables {
            uses.directives(&variable.directives);
            let ty = variable.ty.inner_named_type();
            if client.has_type(ty) {
                uses.broken.push(Broken {
                    location: ty.location(),
                    message: format!("`{ty}` is a type that no server knows"),
                    label: "for directives only",
                    help: "variables are sent: declare this one with a type of the server's schema"
                        .to_owned(),
                });
            }
        }
        uses.selections(&operation.selection_set);
    }
    for fragment in document.fragments.values() {
        uses.directives(&fragment.directives);
        uses.selections(&fragment.selection_set);
    }
    uses.broken
}

struct Uses<'a> {
    client: &'a Directives,
    broken: Vec<Broken>,
}

impl Uses<'_> {
    fn selections(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => self.selections(&field.selection_set),
                Selection::InlineFragment(inline) => self.selections(&inline.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn directives(&mut self, directives: &DirectiveList) {
        for directive in directives {
            if !self.client.has(&directive.name) {
                continue;
            }
            self.action(directive);
            for argument in &directive.arguments {
                if let Some(variable) = variable_in(&argument.value) {
                    self.broken.push(Broken {
                        location: variable.location(),
                        message: format!(
                            "`@{}` takes no variables: it is read when the query is compiled",
                            directive.name
                        ),
                        label: "a variable",
                        help: "write the value itself".to_owned(),
                    });
                }
            }
        }
    }
}

impl Uses<'_> {
    /// A null that would change the answer silently.
    fn action(&mut self, directive: &Directive) {
        let action = directive.specified_argument_by_name("action");
        let Some((place, action)) = action.and_then(|value| Some((value, value.as_enum()?))) else {
            return;
        };
        if directive.name == "required" && self.client.other_actions.contains(action) {
            self.broken.push(Broken {
                location: place.location(),
                message: format!("`@required` cannot do `{action}` on a null, only `THROW`"),
                label: "not compiled",
                help: "write `action: THROW` to make a null an error, or leave the directive away and handle it"
                    .to_owned(),
            });
        }
    }
}

fn variable_in(value: &Node<Value>) -> Option<&Node<Value>> {
    match value.as_ref() {
        Value::Variable(_) => Some(value),
        Value::List(items) => items.iter().find_map(variable_in),
        Value::Object(fields) => fields.iter().find_map(|(_, value)| variable_in(value)),
        _ => None,
    }
}
