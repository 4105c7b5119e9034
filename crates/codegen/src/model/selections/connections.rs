//! Selections that the runtime's connection type can hold, and how they are
//! paged.

use std::collections::BTreeSet;

use apollo_compiler::ast;
use apollo_compiler::executable::{self, SelectionSet};
use apollo_compiler::{Name, Node};

use super::Builder;
use super::leaves::{Leaf, LeafKind, Part, leaves_of};
use crate::model::RustType;
use crate::model::chosen::{TARGET_NAME, TARGET_TYPE};
use crate::model::pagination::Paging;

impl<'a> Builder<'a, '_> {
    /// The runtime's connection type, where the selection is one that it can
    /// hold: `count`, `pageInfo`, `edges` with `cursor` and `node`, `nodes`,
    /// under their own names.
    pub(super) fn connection(
        &mut self,
        leaves: &[Leaf<'a>],
        parent: &Name,
        path: &[String],
    ) -> Option<RustType> {
        let object = self.context.schema.get_object(parent)?;
        object.fields.get("pageInfo")?;
        let top = self.spread_out(leaves)?;
        // Rows that are asked for in both ways are two lists of different rows.
        let has = |key| top.iter().any(|(field, _)| field.name == key);
        if has("edges") && has("nodes") {
            return None;
        }
        let mut node_parts = Vec::new();
        let mut node_fields: Vec<(&Node<executable::Field>, &[&str])> = Vec::new();
        for (field, optional) in top {
            let ty = &field.definition.ty;
            match field.name.as_str() {
                _ if self.is_special(field) => return None,
                "count" if is_plain(ty, "Int") => {}
                "pageInfo" if !ty.is_list() => {
                    for (field, _) in self.spread_out_set(&field.selection_set)? {
                        let ty = &field.definition.ty;
                        match field.name.as_str() {
                            _ if self.is_special(field) => return None,
                            "hasNextPage" | "hasPreviousPage" if is_plain(ty, "Boolean") => {}
                            "startCursor" | "endCursor" if is_text(ty) => {}
                            _ => return None,
                        }
                    }
                }
                "edges" if is_list_of_named(ty) => {
                    for (below, optional_below) in self.spread_out_set(&field.selection_set)? {
                        match below.name.as_str() {
                            _ if self.is_special(below) => return None,
                            "cursor" if is_plain(&below.definition.ty, "String") => {}
                            "node" if !below.definition.ty.is_list() => {
                                node_fields.push((below, &["edges", "node"]));
                                node_parts.push(Part {
                                    set: &below.selection_set,
                                    optional: optional || optional_below,
                                });
                            }
                            _ => return None,
                        }
                    }
                }
                "nodes" if is_list_of_named(ty) => {
                    node_fields.push((field, &["nodes"]));
                    node_parts.push(Part {
                        set: &field.selection_set,
                        optional,
                    });
                }
                _ => return None,
            }
        }
        let &(node, via) = node_fields.last()?;
        // A single selection is there whenever its node is.
        if let [part] = &mut node_parts[..] {
            part.optional = false;
        }
        let named = node.definition.ty.inner_named_type();
        if node.selection_set.is_empty() {
            return None;
        }
        let mut path = path.to_vec();
        path.extend(via.iter().map(|key| (*key).to_owned()));
        let ty = self.output_type(&ast::Type::NonNullNamed(named.clone()), &node_parts, &path);
        self.name_type(&ty, node_fields.iter().map(|&(field, _)| field));
        Some(RustType::Connection(Box::new(ty)))
    }

    /// Whether a query asks of a field what the runtime's type cannot give: a
    /// name of its own, or an error where it is null.
    fn is_special(&self, field: &executable::Field) -> bool {
        let has = |name| self.context.client.has(name) && field.directives.has(name);
        let is_row = matches!(field.name.as_str(), "node" | "nodes");
        has(TARGET_NAME)
            || has(TARGET_TYPE) && !is_row
            || self.is_required(field) && !field.definition.ty.is_non_null()
    }

    /// Whether a field of this type leads to one page of something.
    pub(super) fn is_paged(&self, ty: &ast::Type) -> bool {
        !ty.is_list()
            && self
                .context
                .schema
                .get_object(ty.inner_named_type())
                .is_some_and(|object| object.fields.contains_key("pageInfo"))
    }

    pub(super) fn paging(&self, field: &Node<executable::Field>, parts: &[Part<'a>]) -> Paging {
        let mut paging = Paging::of(field);
        for part in parts {
            for (field, _) in self.spread_out_set(part.set).unwrap_or_default() {
                if field.name == "pageInfo" {
                    for (field, _) in self
                        .spread_out_set(&field.selection_set)
                        .unwrap_or_default()
                    {
                        paging.reads(&field.name);
                    }
                }
            }
        }
        paging
    }

    fn spread_out_set(&self, set: &'a SelectionSet) -> Option<Vec<Found<'a>>> {
        let mut found = Vec::new();
        self.collect_set(set, false, &mut BTreeSet::new(), &mut found)?;
        Some(found)
    }

    /// The fields of leaves with all spreads resolved; `None` where one has an
    /// alias.
    fn spread_out(&self, leaves: &[Leaf<'a>]) -> Option<Vec<Found<'a>>> {
        let mut found = Vec::new();
        self.collect(leaves, false, &mut BTreeSet::new(), &mut found)?;
        Some(found)
    }

    fn collect_set(
        &self,
        set: &'a SelectionSet,
        optional: bool,
        visited: &mut BTreeSet<&'a Name>,
        found: &mut Vec<Found<'a>>,
    ) -> Option<()> {
        // What depends on the type is not for the runtime's types.
        self.context.schema.get_object(&set.ty)?;
        let mut leaves = Vec::new();
        leaves_of(self.context.document, set, optional, &[], &mut leaves);
        leaves.retain(|leaf| self.applies(&leaf.conditions, &set.ty));
        self.collect(&leaves, optional, visited, found)
    }

    /// A fragment that is spread again adds nothing. Following it each time
    /// would take forever where fragments spread others twice, those others
    /// twice, and so on.
    fn collect(
        &self,
        leaves: &[Leaf<'a>],
        optional: bool,
        visited: &mut BTreeSet<&'a Name>,
        found: &mut Vec<Found<'a>>,
    ) -> Option<()> {
        for leaf in leaves {
            let optional = optional || leaf.optional;
            match leaf.kind {
                LeafKind::Field(field) if field.alias.as_ref().is_none_or(|a| *a == field.name) => {
                    found.push((field, optional));
                }
                LeafKind::Field(_) => return None,
                LeafKind::Spread(spread) => {
                    let fragment = self.context.document.fragments.get(&spread.fragment_name)?;
                    if visited.insert(&spread.fragment_name) {
                        self.collect_set(&fragment.selection_set, optional, visited, found)?;
                    }
                }
            }
        }
        Some(())
    }
}

/// A field, and whether it may be left out.
type Found<'a> = (&'a Node<executable::Field>, bool);

/// Whether a field is a leaf of this type that is never null.
fn is_plain(ty: &ast::Type, name: &str) -> bool {
    matches!(ty, ast::Type::NonNullNamed(named) if named == name)
}

fn is_text(ty: &ast::Type) -> bool {
    !ty.is_list() && ty.inner_named_type() == "String"
}

fn is_list_of_named(ty: &ast::Type) -> bool {
    ty.is_list() && !ty.item_type().is_list()
}
