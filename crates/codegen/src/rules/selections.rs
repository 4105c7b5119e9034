//! Fields, and the fragments that are spread among them.

use apollo_compiler::ast::{
    DirectiveList, DirectiveLocation, Field, FragmentDefinition, FragmentSpread, InlineFragment,
    OperationDefinition, OperationType, Selection,
};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name, Node, Schema};

use super::uses::{Owner, Slot, Spread, Uses};
use super::{Set, title};
use crate::advice::{
    did_you_mean, enumerate, example_selection, fields_of, is_leaf, its, list, what_a_type_is,
};
use crate::diagnostic::Diagnostic;
use crate::frame::and_there;
use crate::near::near;
use crate::possible::{is_abstract, possible_types};

/// A path is worth telling if it has so many fields above the place.
const DEEP: usize = 3;

/// A walk through one definition.
pub(super) struct Walk<'a, 'o> {
    pub(super) set: &'o Set<'a>,
    pub(super) found: &'o mut Vec<Diagnostic>,
    pub(super) uses: Uses<'a>,
    /// What is walked through: "query Viewer".
    root: String,
    /// The fields above the place.
    path: Vec<&'a Name>,
}

impl<'a, 'o> Walk<'a, 'o> {
    fn new(set: &'o Set<'a>, root: String, found: &'o mut Vec<Diagnostic>) -> Self {
        Self {
            set,
            found,
            uses: Uses::default(),
            root,
            path: Vec::new(),
        }
    }

    pub(super) fn operation(
        set: &'o Set<'a>,
        operation: &'a OperationDefinition,
        found: &'o mut Vec<Diagnostic>,
    ) -> Uses<'a> {
        let place = match operation.operation_type {
            OperationType::Query => DirectiveLocation::Query,
            OperationType::Mutation => DirectiveLocation::Mutation,
            OperationType::Subscription => DirectiveLocation::Subscription,
        };
        let mut walk = Self::new(set, title(operation), found);
        for variable in &operation.variables {
            walk.directives(&variable.directives, DirectiveLocation::VariableDefinition);
            if let Some(default) = &variable.default_value {
                let slot = Slot {
                    owner: Owner::Variable,
                    name: &variable.name,
                };
                walk.value(slot, &variable.ty, default);
            }
        }
        walk.directives(&operation.directives, place);
        // A subscription is reported as a whole.
        let root = set
            .root(operation)
            .filter(|_| place != DirectiveLocation::Subscription);
        walk.selections(root, &operation.selection_set);
        walk.uses
    }

    pub(super) fn fragment(
        set: &'o Set<'a>,
        fragment: &'a FragmentDefinition,
        found: &'o mut Vec<Diagnostic>,
    ) -> Uses<'a> {
        let mut walk = Self::new(set, format!("fragment {}", fragment.name), found);
        walk.directives(&fragment.directives, DirectiveLocation::FragmentDefinition);
        let ty = walk.condition(&fragment.type_condition);
        walk.selections(ty, &fragment.selection_set);
        walk.uses
    }

    /// Directives with nothing around them that could use a variable.
    pub(super) fn directives_alone(
        set: &'o Set<'a>,
        directives: &'a DirectiveList,
        place: DirectiveLocation,
        found: &'o mut Vec<Diagnostic>,
    ) {
        Self::new(set, String::new(), found).directives(directives, place);
    }

    /// `parent` is unknown below another mistake: there, only uses are counted.
    fn selections(&mut self, parent: Option<&'a Name>, selections: &'a [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.field(parent, field),
                Selection::FragmentSpread(spread) => self.spread(parent, spread),
                Selection::InlineFragment(inline) => self.inline(parent, inline),
            }
        }
    }

    fn field(&mut self, parent: Option<&'a Name>, field: &'a Field) {
        self.directives(&field.directives, DirectiveLocation::Field);
        if field.name != "__typename"
            && let Some(alias) = field.alias.as_ref().filter(|alias| **alias == "__typename")
        {
            self.found.push(self.set.report(
                "reserved_name",
                alias.location(),
                "no other field may be called `__typename` in an answer",
                "this alias",
                "choose another alias: answers are told apart by their `__typename`",
            ));
        }
        let schema = self.set.schema;
        let known = parent.and_then(|parent| {
            let definition = schema.type_field(parent, &field.name).ok();
            if definition.is_none() {
                let report = self.unknown_field(parent, field);
                self.found.push(report);
            }
            Some((parent, definition?))
        });
        let Some((parent, definition)) = known else {
            self.arguments_of_unknown(&field.arguments);
            self.path.push(&field.name);
            self.selections(None, &field.selection_set);
            self.path.pop();
            return;
        };
        let owner = Owner::Field {
            ty: parent,
            field: &definition.name,
        };
        self.arguments(
            owner,
            &definition.arguments,
            &field.arguments,
            field.name.location(),
        );
        let ty = definition.ty.inner_named_type();
        self.path.push(&field.name);
        if is_leaf(schema, ty) {
            if !field.selection_set.is_empty() {
                self.found.push(self.set.report(
                    "selection_on_leaf",
                    field.name.location(),
                    &format!("`{owner}` is a value of type `{ty}`, which has no fields"),
                    "no fields can be selected of it",
                    "remove the `{ … }` behind it",
                ));
            }
            self.selections(None, &field.selection_set);
        } else {
            if field.selection_set.is_empty() {
                let report = self.missing_selection(owner, field, ty);
                self.found.push(report);
            }
            self.selections(Some(ty), &field.selection_set);
        }
        self.path.pop();
    }

    fn missing_selection(&self, owner: Owner<'_>, field: &Field, ty: &Name) -> Diagnostic {
        let schema = self.set.schema;
        let arguments = if field.arguments.is_empty() {
            ""
        } else {
            "(…)"
        };
        self.set.report(
            "missing_selection",
            field.name.location(),
            &format!(
                "`{owner}` is {} of type `{ty}`, and no field of it is selected",
                what_a_type_is(schema, ty)
            ),
            "without `{ … }`",
            &format!(
                "say what you need of it: `{}{arguments} {}`",
                field.name,
                example_selection(schema, ty)
            ),
        )
    }

    fn unknown_field(&self, parent: &Name, field: &Field) -> Diagnostic {
        let report = self.set.report(
            "unknown_field",
            field.name.location(),
            &format!("type `{parent}` has no field `{}`", field.name),
            &format!("not a field of `{parent}`"),
            &instead_of_field(self.set.schema, parent, field),
        );
        if self.path.len() < DEEP {
            return report;
        }
        let path: Vec<_> = self.path.iter().map(|name| name.as_str()).collect();
        report.note(format!("it is in `{}`, at `{}`", self.root, path.join(".")))
    }

    fn spread(&mut self, parent: Option<&'a Name>, spread: &'a Node<FragmentSpread>) {
        self.directives(&spread.directives, DirectiveLocation::FragmentSpread);
        let name = &spread.fragment_name;
        self.uses.spreads.push(Spread {
            fragment: name,
            location: spread.location(),
        });
        let Some(fragment) = self.set.fragments.get(name.as_str()) else {
            if !self.set.hidden.may_define_fragment(name) {
                let known = self.set.fragments.keys().copied();
                let known = known.chain(self.set.hidden.fragments());
                let ty = parent.map_or("TheType", Name::as_str);
                let help = match near(name, known)[..] {
                    [meant, ..] => format!("did you mean `{meant}`?"),
                    [] => format!("define it in any query file: `fragment {name} on {ty} {{ … }}`"),
                };
                self.found.push(self.set.report(
                    "unknown_fragment",
                    spread.location(),
                    &format!("there is no fragment `{name}`"),
                    "no such fragment",
                    &help,
                ));
            }
            return;
        };
        if let Some(report) = self.impossible(parent, &fragment.type_condition, spread.location()) {
            let condition = &fragment.type_condition;
            self.found.push(and_there(
                report,
                self.set.sources,
                condition.location(),
                &format!("`{name}` is on `{condition}`"),
            ));
        }
    }

    fn inline(&mut self, parent: Option<&'a Name>, inline: &'a Node<InlineFragment>) {
        self.directives(&inline.directives, DirectiveLocation::InlineFragment);
        let Some(condition) = &inline.type_condition else {
            self.selections(parent, &inline.selection_set);
            return;
        };
        let ty = self.condition(condition);
        if let Some(report) = self.impossible(parent, condition, condition.location()) {
            self.found.push(report);
        }
        self.selections(ty, &inline.selection_set);
    }

    /// The type that a fragment is on, if it can be on it.
    fn condition(&mut self, condition: &'a Name) -> Option<&'a Name> {
        let schema = self.set.schema;
        let has_fields = |name: &&Name| is_composite(schema, name);
        if !schema.types.contains_key(condition) {
            let known = schema.types.keys().filter(has_fields);
            let help = did_you_mean(condition, known, "").unwrap_or_else(|| {
                "use an object type, an interface or a union of the schema".to_owned()
            });
            self.found.push(self.set.report(
                "unknown_type",
                condition.location(),
                &format!("the schema has no type `{condition}`"),
                "no such type",
                &help,
            ));
            return None;
        }
        if has_fields(&condition) {
            return Some(condition);
        }
        self.found.push(self.set.report(
            "fragment_on_leaf",
            condition.location(),
            &format!(
                "a fragment cannot be on `{condition}`, which is {} without fields to select",
                what_a_type_is(schema, condition)
            ),
            "this type",
            "use an object type, an interface or a union",
        ));
        None
    }

    /// A fragment on a type that is never there.
    fn impossible(
        &self,
        parent: Option<&Name>,
        condition: &Name,
        location: Option<SourceSpan>,
    ) -> Option<Diagnostic> {
        let schema = self.set.schema;
        let parent = parent?;
        if parent == condition || !is_composite(schema, condition) {
            return None;
        }
        let here = possible_types(schema, parent);
        if !here.is_disjoint(&possible_types(schema, condition)) {
            return None;
        }
        let help = if is_abstract(schema, parent) {
            format!(
                "a `{parent}` is one of {}",
                list(here.iter().map(ToString::to_string))
            )
        } else {
            format!("remove it, or use a fragment on `{parent}`")
        };
        Some(self.set.report(
            "impossible_spread",
            location,
            &format!("a `{parent}` is never a `{condition}`, so that nothing would be selected"),
            &format!("never there in a `{parent}`"),
            &help,
        ))
    }
}

fn is_composite(schema: &Schema, ty: &str) -> bool {
    schema.get_object(ty).is_some() || is_abstract(schema, ty)
}

/// What to select instead of a field that is not there.
fn instead_of_field(schema: &Schema, parent: &Name, field: &Field) -> String {
    let name = &field.name;
    let behind = if field.selection_set.is_empty() {
        ""
    } else {
        " { … }"
    };
    if let Some(help) = in_rows(schema, parent, name, behind) {
        return help;
    }
    if let Some(kind) = other_root(schema, parent, name) {
        return format!("`{name}` is a {kind}: begin the operation with `{kind}`");
    }
    let fields = fields_of(schema, parent);
    if let Some(help) = did_you_mean(name, fields.iter().copied(), "") {
        return help;
    }
    if is_abstract(schema, parent) {
        let having: Vec<_> = possible_types(schema, parent)
            .into_iter()
            .filter(|object| schema.type_field(object, name).is_ok())
            .map(|object| object.to_string())
            .collect();
        if let [first, rest @ ..] = &having[..] {
            let write =
                format!("only some types have it: write `... on {first} {{ {name}{behind} }}`");
            let others: Vec<_> = rest
                .iter()
                .take(4)
                .map(|other| format!("`{other}`"))
                .collect();
            let others = match rest.len() {
                0 => return write,
                1..=4 => enumerate(others, "and"),
                more => format!("{more} other types"),
            };
            return format!("{write}; {others} can be asked in the same way");
        }
    }
    if fields.is_empty() {
        return "it has no fields of its own: select on its types, `... on TheType { … }`"
            .to_owned();
    }
    its("field", fields.iter().map(ToString::to_string))
}

/// The rows of a connection are two steps away, which is easily forgotten.
fn in_rows(schema: &Schema, parent: &Name, name: &Name, behind: &str) -> Option<String> {
    let inner = |ty: &str, field: &str| {
        let definition = schema.type_field(ty, field).ok()?;
        Some(definition.ty.inner_named_type())
    };
    let has = |ty: &Name| schema.type_field(ty, name).is_ok();
    if let Some(node) = inner(parent, "node").filter(|node| has(node)) {
        return Some(format!(
            "`{name}` is a field of `{node}`: write `node {{ {name}{behind} }}`"
        ));
    }
    let edge = inner(parent, "edges")?;
    let node = inner(edge, "node")?;
    if has(node) {
        return Some(format!(
            "`{name}` is a field of `{node}`, of which this is a list in pages: write `edges {{ node {{ {name}{behind} }} }}`"
        ));
    }
    let is_for_rows =
        ["nodes", "node", "items", "rows", "results", "data"].contains(&name.as_str());
    (is_for_rows && schema.type_field(parent, "nodes").is_err())
        .then(|| "write `edges { node { … } }`".to_owned())
}

/// The other kind of operation that has the field.
fn other_root(schema: &Schema, parent: &Name, field: &Name) -> Option<&'static str> {
    let definition = &schema.schema_definition;
    let query = definition.query.as_ref().map(|root| &root.name);
    let mutation = definition.mutation.as_ref().map(|root| &root.name);
    let (other, kind) = if query == Some(parent) {
        (mutation?, "mutation")
    } else if mutation == Some(parent) {
        (query?, "query")
    } else {
        return None;
    };
    schema.type_field(other, field).is_ok().then_some(kind)
}
