//! Where connections stand in the types of an operation.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;

use crate::model::node_id::NodeId;
use crate::model::pagination::connection;
use crate::model::{Field, Fragment, Operation, RustType, ShapeId, ShapeKind, Shapes};

/// A connection, as the field of a type.
pub(super) struct Place<'a> {
    /// The fragment in whose module the type is, where it is not the operation's.
    pub(super) module: Option<&'a Name>,
    pub(super) shape: ShapeId,
    pub(super) shapes: &'a Shapes,
    /// The response keys that lead to the type, within its module.
    pub(super) path: &'a [String],
    pub(super) index: usize,
    pub(super) field: &'a Field,
    /// Whether it is reached through a list somewhere.
    pub(super) in_list: bool,
    /// What leads from one of its rows to its `id`.
    pub(super) node_id: Option<NodeId>,
}

/// The connections of an operation but for the one that it pages through itself: each
/// once, in the order of the types.
pub(super) fn places<'a>(
    fragments: &'a BTreeMap<Name, Fragment>,
    operation: &'a Operation,
) -> Vec<Place<'a>> {
    let mut search = Search {
        fragments,
        operation,
        visited: BTreeSet::new(),
        found: BTreeMap::new(),
    };
    search.ty(None, &operation.shapes.root, false);
    let found = search.found;
    found
        .into_iter()
        .filter_map(|((module, shape, index), in_list)| {
            let shapes = shapes_of(fragments, operation, module);
            let shape_of = shapes.get(shape);
            let ShapeKind::Struct(structure) = &shape_of.kind else {
                return None;
            };
            let field = structure.fields.get(index)?;
            let rows = connection(fragments, module, &field.ty);
            Some(Place {
                module,
                shape,
                shapes,
                path: &shape_of.path,
                index,
                field,
                in_list,
                node_id: rows.and_then(|(node, node_module)| {
                    NodeId::of(fragments, &operation.shapes, node_module, node)
                }),
            })
        })
        .collect()
}

fn shapes_of<'a>(
    fragments: &'a BTreeMap<Name, Fragment>,
    operation: &'a Operation,
    module: Option<&Name>,
) -> &'a Shapes {
    let fragment = module.and_then(|name| fragments.get(name));
    fragment.map_or(&operation.shapes, |fragment| &fragment.shapes)
}

/// A type, by its module.
type TypeOf<'a> = (Option<&'a Name>, ShapeId);

struct Search<'a> {
    fragments: &'a BTreeMap<Name, Fragment>,
    operation: &'a Operation,
    /// Types, outside of lists and inside: each is looked at once.
    visited: BTreeSet<(TypeOf<'a>, bool)>,
    found: BTreeMap<(Option<&'a Name>, ShapeId, usize), bool>,
}

impl<'a> Search<'a> {
    fn ty(&mut self, module: Option<&'a Name>, ty: &'a RustType, in_list: bool) {
        match ty {
            RustType::Option(inner) | RustType::Boxed(inner) => self.ty(module, inner, in_list),
            RustType::List(inner) | RustType::Connection(inner) => self.ty(module, inner, true),
            RustType::Fragment(name) => {
                if let Some((name, fragment)) = self.fragments.get_key_value(name) {
                    self.ty(Some(name), &fragment.shapes.root, in_list);
                }
            }
            RustType::Shape(id) => self.shape(module, *id, in_list),
            RustType::Path(_) | RustType::Enum(_) | RustType::Input(_) => {}
        }
    }

    fn shape(&mut self, module: Option<&'a Name>, id: ShapeId, in_list: bool) {
        if !self.visited.insert(((module, id), in_list)) {
            return;
        }
        let shapes = shapes_of(self.fragments, self.operation, module);
        match &shapes.get(id).kind {
            ShapeKind::Struct(structure) => {
                for (index, field) in structure.fields.iter().enumerate() {
                    if !field.written.is_empty() && (in_list || !self.is_paged(field)) {
                        *self.found.entry((module, id, index)).or_default() |= in_list;
                    }
                    self.ty(module, &field.ty, in_list);
                }
                for spread in &structure.spreads {
                    if let Some((name, fragment)) = self.fragments.get_key_value(&spread.fragment) {
                        self.ty(Some(name), &fragment.shapes.root, in_list);
                    }
                }
                if let Some(on) = &structure.on {
                    self.shape(module, on.shape, in_list);
                }
            }
            ShapeKind::Enum(variants) => {
                for variant in variants {
                    self.ty(module, &variant.content, in_list);
                }
            }
        }
    }

    /// Whether the operation itself pages through a connection outside of lists.
    fn is_paged(&self, field: &Field) -> bool {
        let own = self.operation.pagination.as_ref();
        let way = field.paging.as_ref().and_then(|paging| paging.way());
        own.zip(way)
            .is_some_and(|(own, (_, cursor))| own.cursor == *cursor)
    }
}
