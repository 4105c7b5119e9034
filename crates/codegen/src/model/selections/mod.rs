//! Selection sets become types.
//!
//! A selection set is first taken apart into *leaves*: the fields and spreads
//! in it, each with the type conditions and the `@include`s and `@skip`s that
//! stand around it. For any concrete object type it is then plain which leaves
//! apply, and that decides everything:
//!
//! - what applies to every possible type becomes a struct,
//! - what applies to some becomes an enum over `__typename`,
//! - where there is both, the struct has the enum as its field `on`.

mod connections;
pub(super) mod keys;
mod leaves;

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast;
use apollo_compiler::executable::{self, SelectionSet};
use apollo_compiler::schema::{ExtendedType, FieldDefinition};
use apollo_compiler::{ExecutableDocument, Name, Node};

use self::leaves::{Leaf, LeafKind, Part, leaves_of, sole_spread};
use super::chosen::{Chosen, Of, Refused, TARGET_NAME, TARGET_TYPE, chosen};
use super::inputs::deprecation;
use super::names::{self, Candidate, Member, Scope};
use super::{
    Context, Field, Findings, Fragment, On, RustType, Shape, ShapeId, ShapeKind, Shapes, Spread,
    Struct, Variant,
};
use crate::client::Directives;

/// The names that fragments choose for themselves.
pub(super) fn chosen_names(
    document: &ExecutableDocument,
    client: &Directives,
    refused: &mut Refused,
) -> BTreeMap<Name, Chosen> {
    let mut names = BTreeMap::new();
    for (name, fragment) in &document.fragments {
        let directives = fragment.directives.iter().map(|directive| &**directive);
        if let Some(chosen) = chosen(client, TARGET_NAME, directives, Of::Type, refused) {
            names.insert(name.clone(), chosen);
        }
    }
    names
}

/// Builds all fragments of a document, by name.
pub(super) fn fragments(
    context: &Context<'_>,
    findings: &mut Findings,
) -> BTreeMap<Name, Fragment> {
    let mut sorted: Vec<_> = context.document.fragments.values().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut types = Scope::of_types([]);
    let mut modules = Scope::default();
    let definitions: Vec<_> = sorted
        .iter()
        .map(|fragment| names::Definition {
            graphql_name: &fragment.name,
            chosen: context.fragments.get(&fragment.name).cloned(),
            suffix: "Fragment",
        })
        .collect();
    let rust_names = names::definitions(&definitions, &mut types, &mut findings.refused);
    sorted
        .into_iter()
        .zip(rust_names)
        .map(|(fragment, rust_name)| {
            let built = Fragment {
                graphql_name: fragment.name.clone(),
                module: modules.claim(names::snake(&rust_name)),
                docs: context.docs.above(fragment.location()),
                shapes: Builder::new(context, findings).build(
                    &fragment.selection_set,
                    &rust_name,
                    &[],
                ),
                keys: context.keys[&fragment.name].clone(),
                rust_name,
            };
            (fragment.name.clone(), built)
        })
        .collect()
}

/// Builds the types of an operation's `data`.
pub(super) fn data(
    context: &Context<'_>,
    operation: &executable::Operation,
    operation_name: &str,
    findings: &mut Findings,
) -> Shapes {
    Builder::new(context, findings).build(&operation.selection_set, "Data", &[operation_name])
}

/// Marks a step in a path that leads to a variant, not to a response key.
const VARIANT: char = '…';

/// Builds the types of one module.
struct Builder<'a, 'f> {
    context: &'a Context<'a>,
    findings: &'f mut Findings,
    shapes: Vec<Shape>,
    candidates: Vec<Candidate>,
}

impl<'a, 'f> Builder<'a, 'f> {
    fn new(context: &'a Context<'a>, findings: &'f mut Findings) -> Self {
        Self {
            context,
            findings,
            shapes: Vec::new(),
            candidates: Vec::new(),
        }
    }

    /// The root type keeps `root_name`; all others find theirs around it.
    fn build(mut self, set: &'a SelectionSet, root_name: &str, reserved: &[&str]) -> Shapes {
        let part = Part {
            set,
            optional: false,
        };
        let root = self.selection(&[part], &set.ty, &[]);
        let root_id = match &root {
            RustType::Shape(id) => Some(*id),
            _ => None,
        };
        let mut taken = vec![root_name];
        taken.extend(reserved);
        // The root is named apart: it may not lose its name to a clash.
        let mut others = self.candidates;
        let refused = &mut self.findings.refused;
        let mut names = if let Some(ShapeId(index)) = root_id {
            others.remove(index);
            let mut names = names::types(&others, &taken, refused);
            names.insert(index, root_name.to_owned());
            names
        } else {
            names::types(&others, &taken, refused)
        };
        let mut types = self.shapes;
        for (shape, name) in types.iter_mut().zip(names.drain(..)) {
            shape.rust_name = name;
        }
        Shapes { root, types }
    }

    /// The type of a composite field, or of a whole fragment or operation.
    fn selection(&mut self, parts: &[Part<'a>], parent: &Name, path: &[String]) -> RustType {
        let mut leaves = Vec::new();
        for part in parts {
            leaves_of(
                self.context.document,
                part.set,
                part.optional,
                &[],
                &mut leaves,
            );
        }
        self.type_of_leaves(leaves, parent, path)
    }

    fn type_of_leaves(
        &mut self,
        leaves: Vec<Leaf<'a>>,
        parent: &Name,
        path: &[String],
    ) -> RustType {
        let possible = self.context.possible.types(parent);
        let (common, some): (Vec<_>, Vec<_>) = leaves
            .into_iter()
            // An object inside an interface inside another object is legal,
            // and never there.
            .filter(|leaf| possible.iter().any(|ty| self.applies(&leaf.conditions, ty)))
            .map(|mut leaf| {
                // A condition that every possible type meets is none.
                leaf.conditions.retain(|condition| {
                    !possible.is_subset(self.context.possible.types(condition))
                });
                leaf
            })
            .partition(|leaf| leaf.conditions.is_empty());

        if some.is_empty() {
            if let Some(fragment) = sole_spread(&common) {
                return RustType::Fragment(fragment.clone());
            }
            if let Some(connection) = self.connection(&common, parent, path) {
                return connection;
            }
            return RustType::Shape(self.structure(&common, None, parent, path));
        }
        if common.iter().all(Leaf::is_plain_typename) {
            return RustType::Shape(self.variants(&some, possible, parent, parent, path));
        }
        RustType::Shape(self.structure(&common, Some((&some, possible)), parent, path))
    }

    /// Whether an object of this type meets all conditions.
    fn applies(&self, conditions: &[&Name], ty: &Name) -> bool {
        conditions
            .iter()
            .all(|condition| self.context.possible.types(condition).contains(ty))
    }

    /// Keeps a place for a type, so that types come in the order of the query.
    fn reserve(&mut self, graphql_type: &Name, short: String, path: &[String]) -> ShapeId {
        let id = ShapeId(self.shapes.len());
        self.shapes.push(Shape {
            rust_name: String::new(),
            graphql_types: vec![graphql_type.clone()],
            path: path
                .iter()
                .filter(|key| !key.starts_with(VARIANT))
                .cloned()
                .collect(),
            kind: ShapeKind::Enum(Vec::new()),
            keys: BTreeSet::new(),
        });
        // A variant is not named after itself, what is inside it may be.
        let around = match path {
            [around @ .., last] if last.starts_with(VARIANT) => around,
            _ => path,
        };
        self.candidates.push(Candidate {
            short,
            path: around
                .iter()
                .filter(|key| !matches!(key.as_str(), "edges" | "node" | "nodes"))
                .cloned()
                .collect(),
            chosen: None,
        });
        id
    }

    fn structure(
        &mut self,
        common: &[Leaf<'a>],
        some: Option<(&[Leaf<'a>], &BTreeSet<Name>)>,
        parent: &Name,
        path: &[String],
    ) -> ShapeId {
        let id = self.reserve(parent, names::camel(parent), path);
        let mut keys = BTreeSet::new();

        let mut by_key: Vec<(&'a Name, Vec<&Leaf<'a>>)> = Vec::new();
        let mut by_fragment: Vec<(&'a Name, bool)> = Vec::new();
        for leaf in common {
            match leaf.kind {
                LeafKind::Field(field) => {
                    let key = field.response_key();
                    match by_key.iter_mut().find(|(present, _)| *present == key) {
                        Some((_, leaves)) => leaves.push(leaf),
                        None => by_key.push((key, vec![leaf])),
                    }
                }
                LeafKind::Spread(spread) => {
                    let name = &spread.fragment_name;
                    match by_fragment.iter_mut().find(|(present, _)| *present == name) {
                        Some((_, optional)) => *optional &= leaf.optional,
                        None => by_fragment.push((name, leaf.optional)),
                    }
                }
            }
        }
        let mut rust_names = self
            .members(&by_key, &by_fragment, some.is_some())
            .into_iter();
        let mut next_name = || rust_names.next().unwrap_or_default();

        let mut fields = Vec::new();
        for (key, leaves) in by_key {
            keys.insert(key.to_string());
            fields.push(self.field(key, &leaves, parent, path, next_name()));
        }
        let mut spreads = Vec::new();
        for (fragment, optional) in by_fragment {
            keys.extend(self.context.keys[fragment].iter().cloned());
            spreads.push(Spread {
                fragment: fragment.clone(),
                rust_name: next_name(),
                optional,
            });
        }
        let on = some.map(|(some, possible)| {
            let name = Name::new_unchecked(&format!("{parent}On"));
            let shape = self.variants(some, possible, parent, &name, path);
            keys.extend(self.shapes[shape.0].keys.iter().cloned());
            On {
                rust_name: next_name(),
                shape,
            }
        });

        let shape = &mut self.shapes[id.0];
        shape.kind = ShapeKind::Struct(Struct {
            fields,
            spreads,
            on,
        });
        shape.keys = keys;
        id
    }

    /// The names of a struct's fields: own ones, fragments, and `on`.
    fn members(
        &mut self,
        by_key: &[(&'a Name, Vec<&Leaf<'a>>)],
        by_fragment: &[(&'a Name, bool)],
        has_on: bool,
    ) -> Vec<String> {
        let mut members = Vec::new();
        for (key, leaves) in by_key {
            let directives = leaves.iter().flat_map(|leaf| leaf.directives());
            let refused = &mut self.findings.refused;
            members.push(Member::new(
                key,
                format!("the field `{key}`"),
                chosen(
                    self.context.client,
                    TARGET_NAME,
                    directives,
                    Of::Field,
                    refused,
                ),
            ));
        }
        for (name, _) in by_fragment {
            let mut member = Member::new(name, format!("the fragment `{name}`"), None);
            // Named like its type.
            if let Some(chosen) = self.context.fragments.get(*name) {
                member.plain = names::snake(&chosen.name);
            }
            members.push(member);
        }
        members.extend(has_on.then(|| {
            let shown = "the field that tells the types apart".to_owned();
            Member::new("on", shown, None)
        }));
        names::members(&members, &mut self.findings.refused)
    }

    fn field(
        &mut self,
        key: &Name,
        leaves: &[&Leaf<'a>],
        parent: &Name,
        path: &[String],
        rust_name: String,
    ) -> Field {
        let fields: Vec<_> = leaves
            .iter()
            .filter_map(|leaf| match leaf.kind {
                LeafKind::Field(field) => Some((field, leaf.optional)),
                LeafKind::Spread(_) => None,
            })
            .collect();
        let (first, _) = fields[0];
        let always = fields.iter().any(|(_, optional)| !optional);
        // An object knows its own field better than an interface around it.
        // Types that share a variant have no type of that name.
        let (owner, definition): (&Name, &'a FieldDefinition) =
            match self.context.schema.type_field(parent, &first.name) {
                Ok(definition) => (parent, &definition.node),
                Err(_) => (leaves[0].parent, &first.definition),
            };
        let promised = self.context.nullability.ty(owner, definition);
        let is_required = fields.iter().any(|(field, _)| self.is_required(field));
        let answered = if is_required {
            promised.clone().non_null()
        } else {
            promised.clone()
        };

        let mut path = path.to_vec();
        path.push(key.to_string());
        let parts: Vec<_> = fields
            .iter()
            .map(|&(field, optional)| Part {
                set: &field.selection_set,
                // One selection alone is there whenever the field is.
                optional: optional && fields.len() > 1,
            })
            .collect();
        let mut ty = self.output_type(&answered, &parts, &path);
        self.name_type(&ty, fields.iter().map(|&(field, _)| field));
        if !always {
            ty = ty.optional();
        }
        let is_paged = self.is_paged(&definition.ty);
        let paging = is_paged.then(|| self.paging(first, &parts));
        let written = fields.iter().filter(|_| is_paged);

        let mut coordinate = format!("{owner}.{}: {}", first.name, definition.ty);
        if *promised != definition.ty {
            coordinate.push_str(" @semanticNonNull");
        }
        if is_required {
            coordinate.push_str(" @required");
        }
        Field {
            key: key.to_string(),
            rust_name,
            ty,
            places: fields
                .iter()
                .filter_map(|(field, _)| field.name.location())
                .collect(),
            may_be_left_out: !always,
            nullable: !answered.is_non_null(),
            coordinate,
            description: definition.description.as_ref().map(ToString::to_string),
            deprecated: deprecation(&definition.directives),
            paging,
            written: written.map(|&(field, _)| field.clone()).collect(),
            is_partly_conditional: fields.len() > 1 && fields.iter().any(|(_, optional)| *optional),
        }
    }

    /// Whether a null here is an error by the query's own wish.
    fn is_required(&self, field: &executable::Field) -> bool {
        self.context.client.has("required") && field.directives.has("required")
    }

    /// Gives the type of a selection the name that the query chooses for it.
    fn name_type<'d>(
        &mut self,
        ty: &RustType,
        fields: impl Iterator<Item = &'d Node<executable::Field>>,
    ) {
        let directives = fields.flat_map(|field| field.directives.iter());
        let Some(chosen) = chosen(
            self.context.client,
            TARGET_TYPE,
            directives.map(|directive| &**directive),
            Of::Type,
            &mut self.findings.refused,
        ) else {
            return;
        };
        let (what, help) = match ty.item() {
            RustType::Shape(id) => {
                self.candidates[id.0].chosen = Some(chosen);
                return;
            }
            RustType::Fragment(name) => (
                format!("the selection is the fragment `{name}`, which has its own name"),
                format!(
                    "name the fragment: `fragment {name} on … @targetName(name: \"{}\")`",
                    chosen.name
                ),
            ),
            RustType::Connection(_) => (
                "all connections have the same type".to_owned(),
                "name the type of the rows: put `@targetType` on `node` or `nodes`".to_owned(),
            ),
            _ => (
                "`@targetType` names what a selection becomes, and there is none here".to_owned(),
                "remove it, or name the field with `@targetName`".to_owned(),
            ),
        };
        self.findings.refused.push(chosen.location, what, help);
    }

    fn output_type(&mut self, ty: &ast::Type, parts: &[Part<'a>], path: &[String]) -> RustType {
        let rust = match ty {
            ast::Type::Named(name) | ast::Type::NonNullNamed(name) => {
                match self.context.schema.types.get(name) {
                    Some(ExtendedType::Enum(_)) => RustType::Enum(self.findings.used.mention(name)),
                    Some(
                        ExtendedType::Object(_)
                        | ExtendedType::Interface(_)
                        | ExtendedType::Union(_),
                    ) => self.selection(parts, name, path),
                    _ => RustType::Path(self.context.scalars.path(name)),
                }
            }
            ast::Type::List(item) | ast::Type::NonNullList(item) => {
                RustType::List(Box::new(self.output_type(item, parts, path)))
            }
        };
        if ty.is_non_null() {
            rust
        } else {
            rust.optional()
        }
    }

    /// The enum over `__typename` for leaves that apply to some types only.
    fn variants(
        &mut self,
        some: &[Leaf<'a>],
        possible: &BTreeSet<Name>,
        parent: &Name,
        name: &Name,
        path: &[String],
    ) -> ShapeId {
        let id = self.reserve(parent, names::camel(name), path);
        let mentioned: BTreeSet<&Name> = some
            .iter()
            .flat_map(|leaf| leaf.conditions.iter().copied())
            .collect();

        // Types to which the same leaves apply share a variant, unless the
        // query names them.
        let mut named = Vec::new();
        let mut alike: Vec<(Vec<usize>, Vec<Name>)> = Vec::new();
        for ty in possible {
            let applying: Vec<usize> = (0..some.len())
                .filter(|&index| self.applies(&some[index].conditions, ty))
                .collect();
            if applying.is_empty() {
                continue;
            }
            if mentioned.contains(ty) {
                named.push((applying, ty.clone()));
                continue;
            }
            match alike.iter_mut().find(|(leaves, _)| *leaves == applying) {
                Some((_, types)) => types.push(ty.clone()),
                None => alike.push((applying, vec![ty.clone()])),
            }
        }
        // In the order in which the query speaks of them.
        named.sort_by_key(|(applying, ty)| {
            let first = some.iter().position(|leaf| leaf.conditions.contains(&ty));
            (first.unwrap_or(applying[0]), ty.clone())
        });

        let mut scope = Scope::with_reserved(["Other", "Self"], "Type");
        let mut keys = BTreeSet::from(["__typename".to_owned()]);
        let mut variants = Vec::new();
        let groups = named
            .into_iter()
            .map(|(applying, ty)| (applying, vec![ty.clone()], vec![ty], false))
            .chain(alike.into_iter().map(|(applying, types)| {
                let innermost: BTreeSet<&Name> = applying
                    .iter()
                    .filter_map(|&index| some[index].conditions.last().copied())
                    .collect();
                (
                    applying,
                    innermost.into_iter().cloned().collect(),
                    types,
                    true,
                )
            }))
            .collect::<Vec<_>>();
        for (applying, named, typenames, shared) in groups {
            let name = Name::new_unchecked(&named.join("And"));
            let leaves: Vec<Leaf<'a>> = applying
                .iter()
                .map(|&index| Leaf {
                    conditions: Vec::new(),
                    ..some[index].clone()
                })
                .collect();
            let content = if let Some(fragment) = sole_spread(&leaves) {
                keys.extend(self.context.keys[fragment].iter().cloned());
                RustType::Fragment(fragment.clone())
            } else {
                let mut path = path.to_vec();
                path.push(format!("{VARIANT}{name}"));
                let shape = self.structure(&leaves, None, &name, &path);
                self.shapes[shape.0].graphql_types = named;
                keys.extend(self.shapes[shape.0].keys.iter().cloned());
                RustType::Shape(shape)
            };
            variants.push(Variant {
                rust_name: scope.claim(names::camel(&name)),
                typenames,
                shared,
                content,
            });
        }

        let shape = &mut self.shapes[id.0];
        shape.kind = ShapeKind::Enum(variants);
        shape.keys = keys;
        id
    }
}
