//! GraphQL's rules for a set of operations and fragments, checked with what it
//! takes to say what was meant.
//!
//! The front end validates as well, and has the last word on whether a set is
//! accepted. Here every rule knows the types at its place, so that a report can
//! name them, and a mistake is reported once: nothing is said about what only
//! follows from another mistake.

mod arguments;
mod conflicts;
mod directives;
mod extensions;
mod fragments;
mod names;
mod selections;
mod uses;
mod values;
mod variables;

use std::collections::BTreeMap;

use apollo_compiler::ast::{
    Definition, Document, FragmentDefinition, OperationDefinition, OperationType,
};
use apollo_compiler::parser::{SourceMap, SourceSpan};
use apollo_compiler::{Name, Node, Schema};

pub(crate) use conflicts::Conflict;
pub(crate) use extensions::directives_of_extensions;
use selections::Walk;
use uses::Uses;

use crate::diagnostic::Diagnostic;
use crate::frame::frame;
use crate::lints::Finding;

/// A place where a rule is broken.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) location: Option<SourceSpan>,
    pub(crate) message: String,
    pub(crate) label: &'static str,
    pub(crate) help: String,
}

/// What was found in a set.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) broken: Vec<Diagnostic>,
    /// Fragments and variables without a use, which lints judge.
    pub(crate) unused: Vec<Finding>,
}

/// What is checked: all files that are GraphQL.
pub(crate) struct Set<'a> {
    schema: &'a Schema,
    sources: &'a SourceMap,
    hidden: &'a Hidden<'a>,
    operations: Vec<&'a Node<OperationDefinition>>,
    /// By name; of several the first.
    fragments: BTreeMap<&'a str, &'a Node<FragmentDefinition>>,
    /// Those whose name was taken.
    again: Vec<&'a Node<FragmentDefinition>>,
    /// What query files cannot hold.
    others: Vec<&'a Definition>,
}

/// What may be in files that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Hidden<'a> {
    /// Texts that may define and use fragments.
    pub(crate) texts: Vec<&'a str>,
    /// Whether there may be others that nobody could read.
    pub(crate) has_unread: bool,
}

impl Hidden<'_> {
    /// Whether a use may be in there.
    fn may_use(&self) -> bool {
        self.has_unread || !self.texts.is_empty()
    }

    fn may_define_fragment(&self, name: &str) -> bool {
        self.has_unread || self.fragments().any(|known| known == name)
    }

    /// The names of what looks like a fragment.
    fn fragments(&self) -> impl Iterator<Item = &str> {
        self.texts
            .iter()
            .flat_map(|text| text.split("fragment").skip(1))
            .map(|behind| {
                let name = behind.trim_start();
                let end = name.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
                &name[..end.unwrap_or(name.len())]
            })
    }
}

impl<'a> Set<'a> {
    pub(crate) fn new(
        schema: &'a Schema,
        sources: &'a SourceMap,
        documents: &'a [Document],
        hidden: &'a Hidden<'a>,
    ) -> Self {
        let mut set = Self {
            schema,
            sources,
            hidden,
            operations: Vec::new(),
            fragments: BTreeMap::new(),
            again: Vec::new(),
            others: Vec::new(),
        };
        for definition in documents.iter().flat_map(|document| &document.definitions) {
            match definition {
                Definition::OperationDefinition(operation) => set.operations.push(operation),
                Definition::FragmentDefinition(fragment) => {
                    let first = set.fragments.entry(&fragment.name).or_insert(fragment);
                    if first.location() != fragment.location() {
                        set.again.push(fragment);
                    }
                }
                other => set.others.push(other),
            }
        }
        set
    }

    /// Everything that is wrong, in no order, and what has no use.
    pub(crate) fn check(&self) -> Checked {
        let mut found = Vec::new();
        let mut unused = Vec::new();
        names::check(self, &mut found);
        let operations: Vec<_> = self
            .operations
            .iter()
            .map(|operation| (*operation, Walk::operation(self, operation, &mut found)))
            .collect();
        let fragments: BTreeMap<&str, Uses<'_>> = self
            .fragments
            .iter()
            .map(|(name, fragment)| (*name, Walk::fragment(self, fragment, &mut found)))
            .collect();
        for fragment in &self.again {
            Walk::fragment(self, fragment, &mut found);
        }
        fragments::check(self, &fragments, &mut found);
        variables::check(self, &operations, &fragments, &mut found);
        if !self.hidden.may_use() {
            fragments::unused(self, &operations, &fragments, &mut unused);
            variables::unused(self, &operations, &fragments, &mut unused);
        }
        Checked {
            broken: found,
            unused,
        }
    }

    /// Explains a conflict that the front end has found at a place.
    pub(crate) fn conflict(&self, location: Option<SourceSpan>, kind: Conflict) -> Diagnostic {
        conflicts::explain(self, location, kind)
    }

    fn report(
        &self,
        rule: &'static str,
        location: Option<SourceSpan>,
        message: &str,
        label: &str,
        help: &str,
    ) -> Diagnostic {
        frame(self.sources, location, message, label, help).of_rule(rule)
    }

    /// The type that an operation begins with.
    fn root(&self, operation: &OperationDefinition) -> Option<&'a Name> {
        let definition = &self.schema.schema_definition;
        match operation.operation_type {
            OperationType::Query => definition.query.as_ref(),
            OperationType::Mutation => definition.mutation.as_ref(),
            OperationType::Subscription => definition.subscription.as_ref(),
        }
        .map(|root| &root.name)
    }
}

/// An operation as it is written: "query Viewer".
fn title(operation: &OperationDefinition) -> String {
    let kind = operation.operation_type.name();
    match &operation.name {
        Some(name) => format!("{kind} {name}"),
        None => kind.to_owned(),
    }
}
