//! Deriving the operation that reads the rest of a connection.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::{Argument, DirectiveList, Type, Value, VariableDefinition};
use apollo_compiler::executable::{self, Field, InlineFragment, OperationType, SelectionSet};
use apollo_compiler::schema::FieldDefinition;
use apollo_compiler::{Name, Node, name};

use super::find::Place;
use super::reason::Reason;
use super::{Given, Rows};
use crate::document;
use crate::model::inputs::{InputField, Presence, declared};
use crate::model::names::{self, Scope};
use crate::model::node_id::NodeId;
use crate::model::operations::Variable;
use crate::model::pagination::connection;
use crate::model::{Context, Direction, Fragment, Operation, RustType};
use crate::relay;

/// The field `node(id:)` of the schema.
pub(super) struct Root {
    query: Name,
    node: Node<FieldDefinition>,
}

impl Root {
    pub(super) fn of(context: &Context<'_>) -> Option<Self> {
        let query = context.schema.schema_definition.query.as_ref()?;
        let node = context.schema.type_field(&query.name, "node").ok()?;
        let is_id = |ty: &Type| matches!(ty, Type::NonNullNamed(name) if name == "ID");
        let id = node.argument_by_name("id")?;
        let alone = node
            .arguments
            .iter()
            .all(|argument| argument.name == "id" || !argument.is_required());
        (is_id(&id.ty) && alone && !node.ty.is_list()).then(|| Self {
            query: query.name.clone(),
            node: node.node.clone(),
        })
    }
}

/// A follow-up before it has a name.
pub(super) struct Derived {
    pub(super) sent: executable::Operation,
    pub(super) rust_name: String,
    pub(super) method: String,
    pub(super) parent_type: Name,
    pub(super) id: Vec<String>,
    pub(super) direction: Direction,
    pub(super) node: RustType,
    pub(super) node_module: Option<Name>,
    pub(super) variables: Vec<Variable>,
    pub(super) given: Vec<Given>,
    pub(super) cursor: Name,
    pub(super) size: Option<Name>,
}

/// What a follow-up is derived from.
pub(super) struct Source<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) root: &'a Root,
    pub(super) fragments: &'a BTreeMap<Name, Fragment>,
    pub(super) operation: &'a Operation,
    pub(super) definition: &'a executable::Operation,
    pub(super) place: &'a Place<'a>,
}

/// The arguments that lead one way.
struct Way {
    direction: Direction,
    size: &'static str,
    cursor: &'static str,
}

impl Source<'_> {
    pub(super) fn derive(&self) -> Result<Derived, Reason> {
        let field = self.place.field;
        let written = field.written.first().ok_or(Reason::Unread)?;
        let way = way(written)?;
        let paging = field.paging.as_ref().ok_or(Reason::Unread)?;
        let end = paging.reads_end(way.direction);
        if !end.has_more {
            return Err(Reason::Unread);
        }
        let Some(cursor_definition) = written.definition.argument_by_name(way.cursor) else {
            return Err(Reason::NoCursor {
                argument: way.cursor,
            });
        };
        if !end.cursor {
            return Err(Reason::Unread);
        }
        let Some((node, node_module)) = connection(self.fragments, self.place.module, &field.ty)
        else {
            return Err(Reason::OwnType);
        };
        if field.written.len() > 1 && field.is_partly_conditional {
            return Err(Reason::PartlyConditional);
        }
        let parent_type = self.parent_type()?;
        let id = self.id(&parent_type)?;

        let text = RustType::Path("String".to_owned());
        let number = RustType::Path("i64".to_owned());
        if self.plain(&cursor_definition.ty) != Some(text.clone()) {
            return Err(Reason::Arguments);
        }
        let size_definition = written.definition.argument_by_name(way.size);
        let rows = match relay::given(written, way.size) {
            None => Rows::Unsaid,
            Some(Value::Null) => Rows::Null,
            Some(Value::Int(rows)) => {
                Rows::Literal(rows.as_str().parse().map_err(|_| Reason::Arguments)?)
            }
            Some(Value::Variable(name)) if self.is_page_size(name) => Rows::Variable(name.clone()),
            Some(_) => return Err(Reason::Arguments),
        };
        if let Some(size) = size_definition {
            let is_number = self.plain(&size.ty) == Some(number.clone());
            if !is_number || size.ty.is_non_null() && matches!(rows, Rows::Unsaid | Rows::Null) {
                return Err(Reason::Arguments);
            }
        }

        let mut inner = Field::new(written.name.clone(), written.definition.clone())
            .with_alias(name!("connection"));
        inner.directives.extend(
            written
                .directives
                .iter()
                .filter(|directive| !matches!(directive.name.as_str(), "include" | "skip"))
                .cloned(),
        );
        for argument in &written.arguments {
            if argument.name != way.size && argument.name != way.cursor {
                inner.arguments.push(argument.clone());
            }
        }
        inner.selection_set = SelectionSet::new(written.selection_set.ty.clone());
        for written in &field.written {
            let selections = written.selection_set.selections.iter().cloned();
            inner.selection_set.selections.extend(selections);
        }

        let used = document::variables(self.context.document, &inner);
        let copied: Vec<_> = self
            .definition
            .variables
            .iter()
            .filter(|variable| used.contains(&variable.name))
            .collect();
        let mut own = OwnNames::beside(&copied, &self.operation.variables);
        let mut variables = Vec::new();
        let mut sent = Vec::new();
        let mut given = Vec::new();
        let mut add = |wanted: &str, ty: Node<Type>, rust: &RustType, value: Given| {
            let (name, rust_name) = own.claim(wanted);
            variables.push(Variable {
                name: name.clone(),
                input: InputField {
                    key: name.to_string(),
                    rust_name,
                    ty: rust.clone(),
                    presence: Presence::of(&ty, false),
                    declared: declared(&ty, None),
                    description: None,
                    deprecated: None,
                },
                default: None,
            });
            sent.push(Node::new(VariableDefinition {
                name: name.clone(),
                ty,
                default_value: None,
                directives: DirectiveList::default(),
            }));
            given.push(value);
            name
        };
        let id_variable = add(
            "id",
            Node::new(Type::NonNullNamed(name!("ID"))),
            &text,
            Given::Id,
        );
        let size_variable = size_definition.map(|definition| {
            let ty = definition.ty.clone();
            let name = add(
                way.size,
                Node::new((*ty).clone()),
                &number,
                Given::PageSize(rows),
            );
            inner.arguments.push(argument(way.size, &name));
            name
        });
        let cursor_variable = {
            let ty = Node::new((*cursor_definition.ty).clone());
            add(way.cursor, ty, &text, Given::Cursor)
        };
        inner.arguments.push(argument(way.cursor, &cursor_variable));
        for variable in copied {
            let known = self.operation.variables.iter();
            let Some(known) = known.clone().find(|known| known.name == variable.name) else {
                // A variable that the operation has has a field.
                return Err(Reason::Arguments);
            };
            variables.push(known.clone());
            sent.push(variable.clone());
            given.push(Given::Copied);
        }

        let mut on_type = InlineFragment::with_type_condition(parent_type.clone());
        on_type.selection_set.push(inner);
        let mut node_field = Field::new(name!("node"), self.root.node.clone());
        node_field.arguments.push(argument("id", &id_variable));
        node_field.selection_set.push(on_type);
        let mut selection_set = SelectionSet::new(self.root.query.clone());
        selection_set.push(node_field);
        Ok(Derived {
            sent: executable::Operation {
                operation_type: OperationType::Query,
                name: None,
                variables: sent,
                directives: DirectiveList::default(),
                selection_set,
            },
            rust_name: String::new(),
            method: String::new(),
            parent_type,
            id,
            direction: way.direction,
            node: node.clone(),
            node_module: node_module.cloned(),
            variables,
            given,
            cursor: cursor_variable,
            size: size_variable,
        })
    }

    /// The type around the connection, where `node(id:)` returns it.
    fn parent_type(&self) -> Result<Name, Reason> {
        let parent = self.place.shapes.get(self.place.shape);
        let [ty] = &parent.graphql_types[..] else {
            return Err(Reason::SharedVariant);
        };
        let possible = &self.context.possible;
        let objects = possible.types(ty);
        let nodes = possible.types(self.root.node.ty.inner_named_type());
        if objects.is_empty() || !objects.is_subset(nodes) {
            return Err(Reason::NoNode { ty: ty.clone() });
        }
        Ok(ty.clone())
    }

    /// The fields that lead from the value around the connection to its `id`.
    fn id(&self, ty: &Name) -> Result<Vec<String>, Reason> {
        let shape = RustType::Shape(self.place.shape);
        let found = NodeId::of(
            self.fragments,
            &self.operation.shapes,
            self.place.module,
            &shape,
        );
        match found {
            Some(NodeId::Fields(fields)) => Ok(fields),
            Some(NodeId::Types { .. }) => Err(Reason::UncertainId { ty: ty.clone() }),
            None if self.place.shapes.get(self.place.shape).keys.contains("id") => {
                Err(Reason::UncertainId { ty: ty.clone() })
            }
            None => Err(Reason::NoId { ty: ty.clone() }),
        }
    }

    /// The Rust type of a scalar.
    fn plain(&self, ty: &Type) -> Option<RustType> {
        (!ty.is_list()).then(|| {
            let path = self.context.scalars.path(ty.inner_named_type());
            RustType::Path(path)
        })
    }

    fn is_page_size(&self, variable: &Name) -> bool {
        let mut variables = self.operation.variables.iter();
        variables.any(|known| known.name == *variable && known.is_page_size())
    }
}

/// Which way a connection is read.
fn way(field: &Field) -> Result<Way, Reason> {
    let has = |argument: &str| relay::given(field, argument).is_some();
    let backward = has("last") || has("before");
    let forward = has("first") || has("after");
    match (forward, backward) {
        (true, true) => Err(Reason::BothWays),
        (false, true) => Ok(Way {
            direction: Direction::Backward,
            size: "last",
            cursor: "before",
        }),
        (_, false) => Ok(Way {
            direction: Direction::Forward,
            size: "first",
            cursor: "after",
        }),
    }
}

fn argument(argument: &str, variable: &Name) -> Node<Argument> {
    Node::new(Argument {
        name: Name::new_unchecked(argument),
        value: Node::new(Value::Variable(variable.clone())),
    })
}

/// Names for the variables that a follow-up adds to those that it copies.
struct OwnNames {
    graphql: Scope,
    rust: Scope,
}

impl OwnNames {
    fn beside(copied: &[&Node<VariableDefinition>], known: &[Variable]) -> Self {
        let mut own = Self {
            graphql: Scope::default(),
            rust: Scope::default(),
        };
        let copied: BTreeSet<_> = copied.iter().map(|variable| &variable.name).collect();
        for variable in known.iter().filter(|known| copied.contains(&known.name)) {
            own.graphql.take(&variable.name);
            own.rust.take(&variable.input.rust_name);
        }
        own
    }

    fn claim(&mut self, wanted: &str) -> (Name, String) {
        let name = self.graphql.claim(wanted.to_owned());
        let rust_name = self.rust.claim(names::snake(&name));
        (Name::new_unchecked(&name), rust_name)
    }
}
