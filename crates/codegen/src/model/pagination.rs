//! Which operations can be paged through, and along which path.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::Value;
use apollo_compiler::executable;
use apollo_compiler::{Name, Node};

use super::{Fragment, Operation, RustType, ShapeKind, Shapes};

/// Which way an operation walks its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// How a connection field is paged.
#[derive(Debug, Default)]
pub(crate) struct Paging {
    after: Option<Name>,
    before: Option<Name>,
    /// The fields of `pageInfo` that are read.
    read: BTreeSet<Name>,
}

impl Paging {
    pub(crate) fn of(field: &Node<executable::Field>) -> Self {
        let variable = |argument: &str| match field.specified_argument_by_name(argument)?.as_ref() {
            Value::Variable(name) => Some(name.clone()),
            _ => None,
        };
        let has = |argument: &str| field.specified_argument_by_name(argument).is_some();
        // `last` with `after` reads the end of what follows and skips the rows
        // between: no next page ever holds them.
        Self {
            after: variable("after").filter(|_| !has("last")),
            before: variable("before").filter(|_| !has("first")),
            ..Self::default()
        }
    }

    /// Notes that this field of `pageInfo` is read.
    pub(crate) fn reads(&mut self, field: &Name) {
        self.read.insert(field.clone());
    }

    /// The direction and its cursor variable, where all is there that it needs.
    fn way(&self) -> Option<(Direction, &Name)> {
        let reads = |fields: [&str; 2]| fields.iter().all(|field| self.read.contains(*field));
        if let Some(after) = &self.after
            && reads(["hasNextPage", "endCursor"])
        {
            return Some((Direction::Forward, after));
        }
        if let Some(before) = &self.before
            && reads(["hasPreviousPage", "startCursor"])
        {
            return Some((Direction::Backward, before));
        }
        None
    }
}

/// The one connection that an operation can be paged through.
#[derive(Debug, Clone)]
pub(crate) struct Pagination {
    pub(crate) direction: Direction,
    /// The variable that carries the cursor.
    pub(crate) cursor: Name,
    /// From `data` to the connection.
    pub(crate) path: Vec<Step>,
    pub(crate) node: RustType,
    /// The module of the node's type: an operation's own or a fragment's.
    pub(crate) node_module: Option<Name>,
}

impl Pagination {
    /// Where the connection stands in the answer.
    fn place(&self) -> Vec<String> {
        self.path
            .iter()
            .filter_map(|step| match step {
                Step::Field { key, .. } => key.clone(),
                Step::Variant { rust_name, .. } => Some(rust_name.clone()),
            })
            .collect()
    }
}

/// One step from a value to one inside it.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A field of a struct; `key` is missing where it is no response key.
    Field {
        rust_name: String,
        key: Option<String>,
        optional: bool,
    },
    /// A variant of an enum, whose name is printed behind that of the type.
    Variant {
        ty: RustType,
        module: Option<Name>,
        rust_name: String,
        /// Whether several types share the variant.
        shared: bool,
    },
}

/// Finds for every operation the connection that it can be paged through.
pub(crate) fn find(operations: &mut [Operation], fragments: &BTreeMap<Name, Fragment>) {
    for operation in operations {
        let mut found = Vec::new();
        let mut search = Search {
            fragments,
            path: Vec::new(),
            found: &mut found,
        };
        search.visit(&operation.shapes, None, &operation.shapes.root);
        found.retain(|pagination| {
            operation
                .variables
                .iter()
                .any(|variable| variable.name == pagination.cursor && variable.is_cursor())
        });
        // One page that several fragments read is still one: the first has it.
        let mut seen = BTreeSet::new();
        found.retain(|pagination| seen.insert(pagination.place()));
        // Between several connections the plainly named variable decides:
        // `$after` beside `$annotationsAfter`. Else nobody can choose.
        if found.len() > 1 {
            found.retain(|pagination| matches!(pagination.cursor.as_str(), "after" | "before"));
        }
        operation.pagination = match &found[..] {
            [only] => Some(only.clone()),
            _ => None,
        };
    }
}

struct Search<'a> {
    fragments: &'a BTreeMap<Name, Fragment>,
    path: Vec<Step>,
    found: &'a mut Vec<Pagination>,
}

impl<'a> Search<'a> {
    /// Visits everything that is reached without passing through a list.
    fn visit(&mut self, shapes: &'a Shapes, module: Option<&'a Name>, ty: &'a RustType) {
        match ty.required() {
            RustType::Fragment(name) => {
                if let Some(fragment) = self.fragments.get(name) {
                    self.visit(&fragment.shapes, Some(name), &fragment.shapes.root);
                }
            }
            RustType::Shape(id) => match &shapes.get(*id).kind {
                ShapeKind::Struct(structure) => {
                    for field in &structure.fields {
                        self.path.push(Step::Field {
                            rust_name: field.rust_name.clone(),
                            key: Some(field.key.clone()),
                            optional: field.ty.is_optional(),
                        });
                        if let Some((node, node_module)) = self.connection(module, &field.ty) {
                            let way = field.paging.as_ref().and_then(Paging::way);
                            if let Some((direction, cursor)) = way {
                                self.found.push(Pagination {
                                    direction,
                                    cursor: cursor.clone(),
                                    path: self.path.clone(),
                                    node: node.clone(),
                                    node_module: node_module.cloned(),
                                });
                            }
                        } else {
                            self.visit(shapes, module, &field.ty);
                        }
                        self.path.pop();
                    }
                    for spread in &structure.spreads {
                        self.path.push(Step::Field {
                            rust_name: spread.rust_name.clone(),
                            key: None,
                            optional: spread.optional,
                        });
                        if let Some(fragment) = self.fragments.get(&spread.fragment) {
                            self.visit(
                                &fragment.shapes,
                                Some(&spread.fragment),
                                &fragment.shapes.root,
                            );
                        }
                        self.path.pop();
                    }
                    if let Some(on) = &structure.on {
                        self.path.push(Step::Field {
                            rust_name: on.rust_name.clone(),
                            key: None,
                            optional: false,
                        });
                        self.variants(shapes, module, &RustType::Shape(on.shape));
                        self.path.pop();
                    }
                }
                ShapeKind::Enum(_) => self.variants(shapes, module, ty.required()),
            },
            _ => {}
        }
    }

    /// The node of a connection, and the module of its type. A fragment on a
    /// connection is a connection.
    fn connection(
        &self,
        module: Option<&'a Name>,
        ty: &'a RustType,
    ) -> Option<(&'a RustType, Option<&'a Name>)> {
        match ty.required() {
            RustType::Connection(node) => Some((node, module)),
            RustType::Fragment(name) => {
                let fragment = self.fragments.get(name)?;
                self.connection(Some(name), &fragment.shapes.root)
            }
            _ => None,
        }
    }

    fn variants(&mut self, shapes: &'a Shapes, module: Option<&'a Name>, ty: &RustType) {
        let RustType::Shape(id) = ty else { return };
        let ShapeKind::Enum(variants) = &shapes.get(*id).kind else {
            return;
        };
        for variant in variants {
            self.path.push(Step::Variant {
                ty: ty.clone(),
                module: module.cloned(),
                rust_name: variant.rust_name.clone(),
                shared: variant.shared,
            });
            self.visit(shapes, module, &variant.content);
            self.path.pop();
        }
    }
}
