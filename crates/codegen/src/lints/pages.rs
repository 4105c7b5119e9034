//! `page_size_missing`, `page_info_unread` and `cursor_unwired`: connections that
//! cost too much, are cut without notice, or cannot be read to the end.

use std::collections::BTreeSet;

use apollo_compiler::ast::Value;
use apollo_compiler::executable::{Field, Operation, OperationType};
use apollo_compiler::{ExecutableDocument, Name, Node};

use super::{Finding, Lint};
use crate::cost::plan::{Plan, PlannedField, SetId};
use crate::frame::frame;
use crate::relay::given;

pub(crate) fn find(
    document: &ExecutableDocument,
    operation: &Operation,
    plan: &Plan,
    findings: &mut Vec<Finding>,
) {
    let mut search = Search {
        document,
        operation,
        plan,
        visited: BTreeSet::new(),
        findings,
    };
    search.set(plan.root(), Around::Nothing);
}

/// Whether the operation can page something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Around {
    Nothing,
    /// Something inside a list has a next page in each of its items.
    List,
}

struct Search<'a> {
    document: &'a ExecutableDocument,
    operation: &'a Operation,
    plan: &'a Plan,
    visited: BTreeSet<(SetId, Around)>,
    findings: &'a mut Vec<Finding>,
}

/// Which way a connection is read.
struct Way {
    size: &'static str,
    cursor: &'static str,
    /// The fields of `pageInfo`.
    has_more: &'static str,
    reached: &'static str,
}

const FORWARD: Way = Way {
    size: "first",
    cursor: "after",
    has_more: "hasNextPage",
    reached: "endCursor",
};

const BACKWARD: Way = Way {
    size: "last",
    cursor: "before",
    has_more: "hasPreviousPage",
    reached: "startCursor",
};

impl Search<'_> {
    fn set(&mut self, id: SetId, around: Around) {
        if !self.visited.insert((id, around)) {
            return;
        }
        for field in self.plan.get(id).alternatives.iter().flatten() {
            if field.page_size.is_some() {
                self.connection(field, around);
            }
            let around = if field.ty.is_list() {
                Around::List
            } else {
                around
            };
            for id in &field.below {
                self.set(*id, around);
            }
        }
    }

    fn connection(&mut self, field: &PlannedField, around: Around) {
        let (Some(size), Some(written)) = (&field.page_size, field.written.first()) else {
            return;
        };
        let read: Vec<_> = self.fields_below(field).collect();
        if !read
            .iter()
            .any(|field| matches!(field.name(), "edges" | "nodes"))
        {
            return;
        }
        let page_info: BTreeSet<_> = read
            .iter()
            .filter(|field| field.name() == "pageInfo")
            .flat_map(|page_info| self.fields_below(page_info))
            .map(|field| field.name().to_owned())
            .collect();
        let way = match (&size.first, &size.last) {
            (None, Some(_)) => BACKWARD,
            (None, None) if !takes(written, "first") && takes(written, "last") => BACKWARD,
            _ => FORWARD,
        };
        let coordinate = format!("{}.{}", field.parent, field.name());
        let can_be_paged = takes(written, way.cursor);
        let mut wanted = vec![way.has_more];
        if can_be_paged {
            wanted.push(way.reached);
        }
        let page_info_text = format!("pageInfo {{ {} }}", wanted.join(" "));
        let missing: Vec<_> = wanted
            .iter()
            .filter(|field| !page_info.contains(**field))
            .collect();
        let has_size = size.sizes().next().is_some();

        if !has_size && takes(written, way.size) {
            let and = if missing.is_empty() {
                String::new()
            } else {
                format!(" and `{page_info_text}`")
            };
            self.report(
                Lint::PageSizeMissing,
                field,
                &format!("`{coordinate}` is read without a page size"),
                "counts as the largest page that there is",
                &format!("add `{}: 50`{and}", way.size),
            );
        }
        if !missing.is_empty() {
            let (what, ends) = if page_info.contains(way.has_more) {
                (
                    "where the next page begins",
                    "cannot go on where the page ends",
                )
            } else {
                ("whether there are more", "may be cut, and nobody sees it")
            };
            self.report(
                Lint::PageInfoUnread,
                field,
                &format!("rows of `{coordinate}` are read, but not {what}"),
                ends,
                &format!("add `{page_info_text}`"),
            );
        }
        let is_wired = matches!(given(written, way.cursor), Some(Value::Variable(_)));
        if has_size
            && can_be_paged
            && !is_wired
            && page_info.contains(way.reached)
            && around == Around::Nothing
            && self.operation.operation_type == OperationType::Query
        {
            let variable = self.free_variable(way.cursor, field);
            self.report(
                Lint::CursorUnwired,
                field,
                &format!(
                    "`{coordinate}` tells where the next page begins, and nothing asks for it"
                ),
                "stays on one page",
                &format!(
                    "declare `${variable}: String` in the operation and add `{}: ${variable}`",
                    way.cursor
                ),
            );
        }
    }

    fn fields_below<'f>(
        &'f self,
        field: &'f PlannedField,
    ) -> impl Iterator<Item = &'f PlannedField> {
        field
            .below
            .iter()
            .flat_map(|id| self.plan.get(*id).alternatives.iter().flatten())
    }

    /// A variable for a cursor that the operation does not have yet.
    fn free_variable(&self, cursor: &str, field: &PlannedField) -> String {
        let is_free = |name: &str| {
            !self
                .operation
                .variables
                .iter()
                .any(|variable| variable.name == name)
        };
        if is_free(cursor) {
            return cursor.to_owned();
        }
        let (start, rest) = cursor.split_at(1);
        format!("{}{}{rest}", field.response_key(), start.to_uppercase())
    }

    fn report(&mut self, lint: Lint, field: &PlannedField, message: &str, label: &str, help: &str) {
        let places: Vec<_> = field
            .written
            .iter()
            .filter_map(|field| field.alias.as_ref().unwrap_or(&field.name).location())
            .collect();
        let help = format!("{help}{}", lint.or_allow("on the field"));
        self.findings.push(Finding {
            lint,
            report: frame(
                &self.document.sources,
                places.first().copied(),
                message,
                label,
                &help,
            ),
            places,
        });
    }
}

/// Whether a field has an argument of this name.
fn takes(field: &Node<Field>, argument: &str) -> bool {
    let is_named = |name: &Name| name == argument;
    field
        .definition
        .arguments
        .iter()
        .any(|definition| is_named(&definition.name))
}
