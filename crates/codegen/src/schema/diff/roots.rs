//! Where operations start.

use apollo_compiler::schema::ComponentName;

use super::named::of_type;
use super::{ChangeKind, Comparison};

impl Comparison<'_> {
    pub(super) fn roots(&mut self) {
        let (old, new) = (&self.old.schema_definition, &self.new.schema_definition);
        self.root("queries", old.query.as_ref(), new.query.as_ref());
        self.root("mutations", old.mutation.as_ref(), new.mutation.as_ref());
        let (old, new) = (old.subscription.as_ref(), new.subscription.as_ref());
        self.root("subscriptions", old, new);
    }

    fn root(&mut self, operations: &str, old: Option<&ComponentName>, new: Option<&ComponentName>) {
        let (kind, at, message) = match (old, new) {
            (Some(old), None) => (
                ChangeKind::RootOperationRemoved,
                old,
                format!("there are no {operations} any more: they started at `{old}`"),
            ),
            (None, Some(new)) => (
                ChangeKind::RootOperationAdded,
                new,
                format!("there are {operations} now: they start at `{new}`"),
            ),
            (Some(old), Some(new)) if old != new => (
                ChangeKind::RootOperationChanged,
                old,
                format!("{operations} started at `{old}` and start at `{new}` now"),
            ),
            _ => return,
        };
        let text = |root: Option<&ComponentName>| root.map(ToString::to_string);
        self.found(kind, of_type(&at.name), text(old), text(new), message);
    }
}
