//! Which Rust types are others: by the places in the queries that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::effect::{Name, Place};
use super::places::Places;
use super::schema_types;
use super::sides::Side;
use super::sites::Sites;
use crate::model::{Field, Fragment, Model, RustType, Shape, ShapeKind, Shapes, Struct};

/// A place whose Rust type is another, and what is said about it.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) site: Option<usize>,
    /// The place that the difference comes from, where that is in another definition.
    pub(super) origin: Option<usize>,
    /// What of the schema it is about, where the place alone does not tell.
    pub(super) coordinate: Option<String>,
    pub(super) message: String,
}

impl Changed {
    pub(super) fn new(site: Option<usize>, message: String) -> Self {
        Self {
            site,
            origin: None,
            coordinate: None,
            message,
        }
    }

    /// A difference in the types of a definition that comes from a site, be it in a fragment
    /// whose fields are part of a type of its own there.
    pub(super) fn within(
        sites: &Sites,
        definition: &Name,
        origin: Option<usize>,
        message: String,
    ) -> Self {
        let whole = sites.whole(&definition.0, definition.1);
        let is_own = sites.is_same_definition(origin, whole);
        Self {
            site: if is_own { origin } else { whole },
            origin: origin.filter(|_| !is_own),
            ..Self::new(None, message)
        }
    }
}

/// Everything whose Rust type is another, where `whole` has what breaks as well.
pub(super) fn changed(sites: &Sites, whole: &Side, old: &Side, new: &Side) -> Vec<Changed> {
    let mut changed = fields(sites, old, new);
    changed.extend(roots(sites, old, new));
    changed.extend(variables(sites, old, new));
    changed.extend(schema_types::changed(sites, whole, old, new));
    changed
}

/// What stands at a place: several types where it is part of several variants.
type Signatures = BTreeMap<(Name, Place), Vec<Signature>>;

/// A field in Rust, as far as it does not have places of its own.
#[derive(Debug, PartialEq, Eq)]
struct Signature {
    key: String,
    rust_name: String,
    ty: String,
    content: Option<Content>,
}

/// What a type is made of beside fields.
#[derive(Debug, Default, PartialEq, Eq)]
struct Content {
    /// Fragments, and whether they may be left out.
    spreads: Vec<String>,
    /// The names of variants, with the types behind them and what they hold.
    variants: Option<Vec<(String, Vec<String>)>>,
}

fn fields(sites: &Sites, old: &Side, new: &Side) -> Vec<Changed> {
    let (before, after) = (signatures(old), signatures(new));
    let mut changed = Vec::new();
    let mut come_or_gone = Vec::new();
    let within = |(definition, place): &(Name, Place), message| {
        Changed::within(sites, definition, sites.at(place), message)
    };
    for (at, old) in &before {
        match (after.get(at), old.first()) {
            (Some(new), _) if old == new => {}
            (Some(new), _) => changed.push(within(at, difference(old, new))),
            (None, Some(old)) => {
                let message = format!("`{}` is not there any more", old.key);
                come_or_gone.push(within(at, message));
            }
            (None, None) => {}
        }
    }
    for (at, new) in &after {
        if let (None, Some(new)) = (before.get(at), new.first()) {
            let message = format!("`{}` is there now: `{}`", new.key, new.ty);
            come_or_gone.push(within(at, message));
        }
    }
    // What is around them says it all.
    let others: BTreeSet<_> = changed.iter().filter_map(|change| change.site).collect();
    let definition = |site: usize| sites.all[site].definition;
    let definitions: BTreeSet<_> = others.iter().copied().map(definition).collect();
    come_or_gone.retain(|change| {
        let Some(site) = change.site else {
            return true;
        };
        match change.origin {
            Some(_) => !definitions.contains(&definition(site)),
            None => !sites.around(site).any(|site| others.contains(&site)),
        }
    });
    changed.extend(come_or_gone);
    changed
}

fn difference(old: &[Signature], new: &[Signature]) -> String {
    let pairs = || old.iter().zip(new);
    if let Some((old, new)) = pairs().find(|(old, new)| old.ty != new.ty) {
        return format!("`{}` was `{}` and is `{}` now", new.key, old.ty, new.ty);
    }
    if let Some((old, new)) = pairs().find(|(old, new)| old.rust_name != new.rust_name) {
        return format!(
            "`{}` was called `{}` and is `{}` now",
            new.key, old.rust_name, new.rust_name
        );
    }
    let key = new.first().or(old.first()).map_or("", |field| &field.key);
    match pairs().find_map(|(old, new)| variants(old.content.as_ref()?, new.content.as_ref()?)) {
        Some(difference) => format!("`{key}` {difference}"),
        None => format!("the types of `{key}` are others"),
    }
}

/// How the variants of a type differ.
fn variants(old: &Content, new: &Content) -> Option<String> {
    let (Some(before), Some(after)) = (&old.variants, &new.variants) else {
        return match (&old.variants, &new.variants) {
            (None, Some(_)) => Some("is told apart by `__typename` now".to_owned()),
            (Some(_), None) => Some("is not told apart by `__typename` any more".to_owned()),
            _ => None,
        };
    };
    let missing = |these: &[(String, Vec<String>)], those: &[(String, Vec<String>)]| {
        let names = these.iter().flat_map(|(_, types)| types);
        let is_known = |ty: &String| those.iter().any(|(_, types)| types.contains(ty));
        let names: Vec<_> = names.filter(|ty| !is_known(ty)).map(code).collect();
        names.join(", ")
    };
    let (added, removed) = (missing(after, before), missing(before, after));
    Some(match (added.as_str(), removed.as_str()) {
        ("", "") => "has other variants".to_owned(),
        (added, "") => format!("has a variant for {added} now"),
        ("", removed) => format!("has no variant for {removed} any more"),
        (added, removed) => format!("has a variant for {added} now, and none for {removed}"),
    })
}

fn code(text: &String) -> String {
    format!("`{text}`")
}

fn signatures(side: &Side) -> Signatures {
    let mut signatures = Signatures::new();
    let places = Places::of(&side.checked.document.sources);
    for (definition, shapes) in modules(&side.model) {
        for shape in &shapes.types {
            if let ShapeKind::Struct(structure) = &shape.kind {
                for field in &structure.fields {
                    note(&mut signatures, &definition, field, shapes, &places);
                }
            }
        }
    }
    signatures
}

fn note(
    signatures: &mut Signatures,
    definition: &Name,
    field: &Field,
    shapes: &Shapes,
    places: &Places<'_>,
) {
    let Some(place) = field.places.first().and_then(|at| places.start(*at)) else {
        return;
    };
    let at = signatures.entry((definition.clone(), place)).or_default();
    at.push(Signature {
        key: field.key.clone(),
        rust_name: field.rust_name.clone(),
        ty: written(&field.ty, shapes),
        content: shape_of(&field.ty, shapes).map(|shape| content(shape, shapes)),
    });
}

/// The types of each definition: every one has a module of its own.
pub(super) fn modules(model: &Model) -> impl Iterator<Item = (Name, &Shapes)> {
    let operations = model.operations.iter();
    let operations = operations.map(|operation| {
        let name = operation.graphql_name.to_string();
        ((name, false), &operation.shapes)
    });
    let fragments = model.fragments.values();
    let fragments =
        fragments.map(|fragment| ((fragment.graphql_name.to_string(), true), &fragment.shapes));
    operations.chain(fragments)
}

/// The type of what is selected, if it has one of its own in this module.
fn shape_of<'a>(ty: &RustType, shapes: &'a Shapes) -> Option<&'a Shape> {
    match ty {
        RustType::Shape(id) => Some(shapes.get(*id)),
        RustType::Option(inner)
        | RustType::List(inner)
        | RustType::Boxed(inner)
        | RustType::Connection(inner) => shape_of(inner, shapes),
        RustType::Path(_) | RustType::Enum(_) | RustType::Input(_) | RustType::Fragment(_) => None,
    }
}

fn content(shape: &Shape, shapes: &Shapes) -> Content {
    match &shape.kind {
        ShapeKind::Enum(variants) => Content {
            spreads: Vec::new(),
            variants: Some(
                variants
                    .iter()
                    .map(|variant| {
                        let types = variant.typenames.iter().map(ToString::to_string).collect();
                        let holds = written(&variant.content, shapes);
                        (format!("{}({holds})", variant.rust_name), types)
                    })
                    .collect(),
            ),
        },
        ShapeKind::Struct(Struct { spreads, on, .. }) => {
            let on = on.as_ref().map(|on| content(shapes.get(on.shape), shapes));
            Content {
                spreads: spreads
                    .iter()
                    .map(|spread| {
                        format!(
                            "{}: {} {}",
                            spread.rust_name, spread.fragment, spread.optional
                        )
                    })
                    .collect(),
                variants: on.and_then(|on| on.variants),
            }
        }
    }
}

/// A type as it is shown: without the modules that it lies in.
pub(super) fn written(ty: &RustType, shapes: &Shapes) -> String {
    match ty {
        RustType::Path(path) => path.rsplit("::").next().unwrap_or(path).trim().to_owned(),
        RustType::Enum(name) | RustType::Input(name) => name.clone(),
        RustType::Shape(id) => shapes.get(*id).rust_name.clone(),
        RustType::Fragment(name) => name.to_string(),
        RustType::Option(inner) => format!("Option<{}>", written(inner, shapes)),
        RustType::List(inner) => format!("Vec<{}>", written(inner, shapes)),
        RustType::Boxed(inner) => format!("Box<{}>", written(inner, shapes)),
        RustType::Connection(inner) => format!("Connection<{}>", written(inner, shapes)),
    }
}

/// Operations and fragments whose own type is another, and not only that of a field inside.
fn roots(sites: &Sites, old: &Side, new: &Side) -> Vec<Changed> {
    let mut changed = Vec::new();
    for before in &old.model.operations {
        if let Some(after) = new.operation(&before.graphql_name) {
            let site = sites.whole(&before.graphql_name, false);
            changed.extend(root(site, &before.shapes, &after.shapes, "the answer"));
        }
    }
    for (name, before) in &old.model.fragments {
        let after: Option<&Fragment> = new.model.fragments.get(name);
        if let Some(after) = after {
            let site = sites.whole(name, true);
            let what = format!("the fragment `{name}`");
            changed.extend(root(site, &before.shapes, &after.shapes, &what));
        }
    }
    changed
}

fn root(site: Option<usize>, old: &Shapes, new: &Shapes, what: &str) -> Option<Changed> {
    let of = |shapes: &Shapes| {
        let shape = shape_of(&shapes.root, shapes);
        shape
            .map(|shape| content(shape, shapes))
            .unwrap_or_default()
    };
    let (before, after) = (of(old), of(new));
    if before == after && written(&old.root, old) == written(&new.root, new) {
        return None;
    }
    let message = match variants(&before, &after) {
        Some(difference) => format!("{what} {difference}"),
        None => format!("the type of {what} is another"),
    };
    Some(Changed::new(site, message))
}

/// Variables that are written in another type.
fn variables(sites: &Sites, old: &Side, new: &Side) -> Vec<Changed> {
    let none = Shapes::none();
    let mut changed = Vec::new();
    for before in &old.model.operations {
        let Some(after) = new.operation(&before.graphql_name) else {
            continue;
        };
        for (old, new) in before.variables.iter().zip(&after.variables) {
            let (was, is) = (written(&old.input.ty, &none), written(&new.input.ty, &none));
            if was != is {
                changed.push(Changed::new(
                    sites.variable(before.graphql_name.as_str(), old.name.as_str()),
                    format!("`${}` was `{was}` and is `{is}` now", old.name),
                ));
            }
        }
    }
    changed
}

/// The sites whose types are told apart in Rust, so that another type comes as `Other`.
pub(super) fn told_apart(sites: &Sites, side: &Side) -> BTreeSet<usize> {
    let of_fields = signatures(side)
        .into_iter()
        .filter(|(_, signatures)| {
            let contents = signatures.iter().filter_map(|one| one.content.as_ref());
            contents.clone().any(|content| content.variants.is_some())
        })
        .filter_map(|((_, place), _)| sites.at(&place));
    let of_fragments = side.model.fragments.values().filter_map(|fragment| {
        let shape = shape_of(&fragment.shapes.root, &fragment.shapes)?;
        content(shape, &fragment.shapes).variants?;
        sites.whole(&fragment.graphql_name, true)
    });
    of_fields.chain(of_fragments).collect()
}
