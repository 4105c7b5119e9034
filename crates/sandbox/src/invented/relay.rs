//! Connections in the form that Relay's specification gives them.

use std::rc::Rc;

use apollo_compiler::Schema;
use apollo_compiler::ast::Type;
use apollo_compiler::resolvers::{FieldError, ResolveInfo, ResolvedValue};

use super::Object;
use crate::connection::{Connection, Key};
use crate::world::chance::{draw, mix};

/// The arguments that choose a page. All others choose the rows.
pub(super) const PAGE_ARGUMENTS: [&str; 4] = ["first", "last", "after", "before"];

/// What an object is of a connection.
pub(super) enum Part {
    /// Not a part of one.
    Whole,
    /// A page, with the places of its rows.
    Page(Rc<Connection<'static>>),
    /// A row.
    Edge { cursor: String },
    /// Where the page stands.
    PageInfo(Rc<Connection<'static>>),
}

/// Whether an object type is a connection: it has `pageInfo` and rows.
pub(super) fn is_connection(schema: &Schema, name: &str) -> bool {
    let Some(object) = schema.get_object(name) else {
        return false;
    };
    let field = |name: &str| object.fields.get(name).map(|field| &field.ty);
    let is_paged = field("pageInfo").is_some_and(|ty| {
        schema
            .get_object(ty.inner_named_type())
            .is_some_and(|info| info.fields.contains_key("hasNextPage"))
    });
    let is_flat = |ty: &Type| ty.is_list() && !ty.item_type().is_list();
    let has_edges = field("edges").is_some_and(|ty| {
        is_flat(ty)
            && schema
                .get_object(ty.inner_named_type())
                .is_some_and(|edge| edge.fields.contains_key("node"))
    });
    is_paged && (has_edges || field("nodes").is_some_and(is_flat))
}

/// The value of a field that has a meaning in connections.
pub(super) fn field<'a>(
    object: &Object<'a>,
    info: &ResolveInfo<'_>,
    ty: &'a Type,
) -> Option<Result<ResolvedValue<'a>, FieldError>> {
    let named = ty.inner_named_type().as_str();
    let leaf = match (&object.part, info.field_name()) {
        (Part::Page(page), "count" | "totalCount") if named == "Int" => page.count().into(),
        (Part::PageInfo(page), "hasNextPage") if named == "Boolean" => page.has_next().into(),
        (Part::PageInfo(page), "hasPreviousPage") if named == "Boolean" => {
            page.has_previous().into()
        }
        (Part::PageInfo(page), "startCursor") if named == "String" => page.start_cursor().into(),
        (Part::PageInfo(page), "endCursor") if named == "String" => page.end_cursor().into(),
        (Part::Edge { cursor }, "cursor") if named == "String" => cursor.as_str().into(),
        (Part::Edge { .. }, "node") => {
            return Some(object.run.value(ty, info, draw(object.hash, "node", &[])));
        }
        (Part::Page(page), "pageInfo") => {
            return Some(Ok(ResolvedValue::object(Object {
                run: object.run,
                type_name: named,
                hash: object.hash,
                part: Part::PageInfo(Rc::clone(page)),
            })));
        }
        (Part::Page(page), "nodes") if ty.is_list() => {
            let rows: Result<Vec<_>, _> = places(page)
                .map(|(_, place)| {
                    let hash = draw(row(object.hash, place), "node", &[]);
                    object.run.value(ty.item_type(), info, hash)
                })
                .collect();
            return Some(rows.map(ResolvedValue::list));
        }
        (Part::Page(page), "edges") if ty.is_list() => {
            let rows = places(page).map(|(key, place)| Object {
                run: object.run,
                type_name: named,
                hash: row(object.hash, place),
                part: Part::Edge {
                    cursor: page.cursor(key),
                },
            });
            let rows: Vec<_> = rows.map(ResolvedValue::object).collect();
            return Some(Ok(ResolvedValue::list(rows)));
        }
        _ => return None,
    };
    Some(Ok(ResolvedValue::Leaf(leaf)))
}

/// The places of a page's rows, which are their keys.
fn places<'p>(page: &'p Connection<'_>) -> impl Iterator<Item = (&'p Key, u64)> {
    page.rows().iter().map(|(key, _)| {
        let place = u64::try_from(key.number()).unwrap_or(u64::MAX);
        (key, place)
    })
}

fn row(connection: u64, place: u64) -> u64 {
    mix(connection ^ mix(place))
}
