//! Which operations can be paged through, and along which path.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::Value;
use apollo_compiler::executable;
use apollo_compiler::{Name, Node};

use super::node_id::NodeId;
use super::{Fragment, Operation, RustType, ShapeKind, Shapes};

/// Which way an operation walks its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

/// What is read of the end of a page.
pub(super) struct End {
    pub(super) has_more: bool,
    pub(super) cursor: bool,
}

/// How a connection field is paged.
#[derive(Debug, Default)]
pub(crate) struct Paging {
    after: Option<Name>,
    before: Option<Name>,
    first: Option<Name>,
    last: Option<Name>,
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
            first: variable("first"),
            last: variable("last"),
            ..Self::default()
        }
    }

    /// Notes that this field of `pageInfo` is read.
    pub(crate) fn reads(&mut self, field: &Name) {
        self.read.insert(field.clone());
    }

    /// The variable that says how many rows a page has.
    fn size(&self, direction: Direction) -> Option<&Name> {
        match direction {
            Direction::Forward => self.first.as_ref(),
            Direction::Backward => self.last.as_ref(),
        }
    }

    /// Whether the query reads that there are more rows this way, and where they begin.
    pub(super) fn reads_end(&self, direction: Direction) -> End {
        let (more, cursor) = match direction {
            Direction::Forward => ("hasNextPage", "endCursor"),
            Direction::Backward => ("hasPreviousPage", "startCursor"),
        };
        End {
            has_more: self.read.contains(more),
            cursor: self.read.contains(cursor),
        }
    }

    /// The direction and its cursor variable, where all is there that it needs.
    pub(super) fn way(&self) -> Option<(Direction, &Name)> {
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
    /// The variable that says how many rows a page has, where it says nothing else.
    pub(crate) size: Option<Name>,
    /// From `data` to the connection.
    pub(crate) path: Vec<Step>,
    pub(crate) node: RustType,
    /// The module of the node's type: an operation's own or a fragment's.
    pub(crate) node_module: Option<Name>,
    /// What leads from a node to its `id`.
    pub(crate) node_id: Option<NodeId>,
}

/// Where a path leads in the answer.
fn place(path: &[Step]) -> Vec<String> {
    path.iter()
        .filter_map(|step| match step {
            Step::Field { key, .. } => key.clone(),
            Step::Variant { rust_name, .. } => Some(rust_name.clone()),
        })
        .collect()
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
    let mut cursors = Cursors::new(fragments);
    for operation in operations {
        let mut search = Search {
            fragments,
            cursors: &mut cursors,
            usable: operation
                .variables
                .iter()
                .filter(|variable| variable.is_cursor())
                .map(|variable| &variable.name)
                .collect(),
            visited: BTreeSet::new(),
            path: Vec::new(),
            found: Vec::new(),
        };
        search.visit(&operation.shapes, None, &operation.shapes.root);
        let mut found = search.found;
        // Between several connections the plainly named variable decides:
        // `$after` beside `$annotationsAfter`. Else nobody can choose.
        if found.len() > 1 {
            found.retain(|pagination| is_plain(&pagination.cursor));
        }
        operation.pagination = match &found[..] {
            [only] => Some(only.clone()),
            _ => None,
        };
        if let Some(mut pagination) = operation.pagination.take() {
            let is_size = |name: &Name| {
                let mut variables = operation.variables.iter();
                variables.any(|variable| variable.name == *name && variable.is_page_size())
                    && operation.is_used_once(name)
            };
            pagination.size = pagination.size.filter(is_size);
            pagination.node_id = NodeId::of(
                fragments,
                &operation.shapes,
                pagination.node_module.as_ref(),
                &pagination.node,
            );
            operation.pagination = Some(pagination);
        }
    }
}

/// The node of a connection, and the module of its type. A fragment on a connection is
/// a connection.
pub(super) fn connection<'a>(
    fragments: &'a BTreeMap<Name, Fragment>,
    module: Option<&'a Name>,
    ty: &'a RustType,
) -> Option<(&'a RustType, Option<&'a Name>)> {
    match ty.required() {
        RustType::Connection(node) => Some((node, module)),
        RustType::Fragment(name) => {
            let fragment = fragments.get(name)?;
            connection(fragments, Some(name), &fragment.shapes.root)
        }
        _ => None,
    }
}

/// A name that chooses between several connections.
fn is_plain(cursor: &Name) -> bool {
    matches!(cursor.as_str(), "after" | "before")
}

/// The cursor variables of the connections that a fragment reaches without passing
/// through a list; each fragment is looked at once.
struct Cursors<'a> {
    fragments: &'a BTreeMap<Name, Fragment>,
    known: BTreeMap<&'a Name, BTreeSet<&'a Name>>,
}

impl<'a> Cursors<'a> {
    fn new(fragments: &'a BTreeMap<Name, Fragment>) -> Self {
        Self {
            fragments,
            known: BTreeMap::new(),
        }
    }

    fn of_fragment(&mut self, name: &'a Name) -> &BTreeSet<&'a Name> {
        if !self.known.contains_key(name) {
            let mut cursors = BTreeSet::new();
            if let Some(fragment) = self.fragments.get(name) {
                self.collect(&fragment.shapes, &fragment.shapes.root, &mut cursors);
            }
            self.known.insert(name, cursors);
        }
        &self.known[name]
    }

    fn collect(&mut self, shapes: &'a Shapes, ty: &'a RustType, cursors: &mut BTreeSet<&'a Name>) {
        match ty.required() {
            RustType::Fragment(name) => cursors.extend(self.of_fragment(name).iter().copied()),
            RustType::Shape(id) => match &shapes.get(*id).kind {
                ShapeKind::Struct(structure) => {
                    for field in &structure.fields {
                        if connection(self.fragments, None, &field.ty).is_some() {
                            let way = field.paging.as_ref().and_then(Paging::way);
                            cursors.extend(way.map(|(_, cursor)| cursor));
                        } else {
                            self.collect(shapes, &field.ty, cursors);
                        }
                    }
                    for spread in &structure.spreads {
                        cursors.extend(self.of_fragment(&spread.fragment).iter().copied());
                    }
                    if let Some(on) = &structure.on
                        && let ShapeKind::Enum(variants) = &shapes.get(on.shape).kind
                    {
                        for variant in variants {
                            self.collect(shapes, &variant.content, cursors);
                        }
                    }
                }
                ShapeKind::Enum(variants) => {
                    for variant in variants {
                        self.collect(shapes, &variant.content, cursors);
                    }
                }
            },
            _ => {}
        }
    }
}

/// Finds the connections of one operation that its variables walk.
///
/// Fragments that spread others twice lead to exponentially many places, so it only
/// goes where there is something that can still make a difference.
struct Search<'a, 'c> {
    fragments: &'a BTreeMap<Name, Fragment>,
    cursors: &'c mut Cursors<'a>,
    /// The variables that can carry a cursor.
    usable: BTreeSet<&'a Name>,
    /// Fragments, and the places where they were.
    visited: BTreeSet<(Vec<String>, &'a Name)>,
    path: Vec<Step>,
    /// One for each place: a page that several fragments read is still one, and the
    /// first has it.
    found: Vec<Pagination>,
}

impl<'a> Search<'a, '_> {
    /// Whether one more connection with this cursor could change the outcome.
    fn matters(&self, cursor: &Name) -> bool {
        let plain = self.found.iter().filter(|found| is_plain(&found.cursor));
        plain.count() < 2
            && self.usable.contains(cursor)
            && (is_plain(cursor) || self.found.len() < 2)
    }

    fn visit_fragment(&mut self, name: &'a Name) {
        let Some(fragment) = self.fragments.get(name) else {
            return;
        };
        let cursors = self.cursors.of_fragment(name).clone();
        if cursors.into_iter().any(|cursor| self.matters(cursor))
            && self.visited.insert((place(&self.path), name))
        {
            self.visit(&fragment.shapes, Some(name), &fragment.shapes.root);
        }
    }

    /// Visits everything that is reached without passing through a list.
    fn visit(&mut self, shapes: &'a Shapes, module: Option<&'a Name>, ty: &'a RustType) {
        match ty.required() {
            RustType::Fragment(name) => self.visit_fragment(name),
            RustType::Shape(id) => match &shapes.get(*id).kind {
                ShapeKind::Struct(structure) => {
                    for field in &structure.fields {
                        self.path.push(Step::Field {
                            rust_name: field.rust_name.clone(),
                            key: Some(field.key.clone()),
                            optional: field.ty.is_optional(),
                        });
                        if let Some((node, node_module)) =
                            connection(self.fragments, module, &field.ty)
                        {
                            let way = field.paging.as_ref().and_then(Paging::way);
                            if let Some((direction, cursor)) = way
                                && self.matters(cursor)
                                && !self.is_found()
                            {
                                self.found.push(Pagination {
                                    direction,
                                    cursor: cursor.clone(),
                                    size: field
                                        .paging
                                        .as_ref()
                                        .and_then(|paging| paging.size(direction))
                                        .cloned(),
                                    node_id: None,
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
                        self.visit_fragment(&spread.fragment);
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

    /// Whether the connection at this place is known.
    fn is_found(&self) -> bool {
        let here = place(&self.path);
        self.found.iter().any(|found| place(&found.path) == here)
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
