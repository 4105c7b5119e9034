//! Which Rust types are others: by the places in the queries that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::parser::SourceMap;

use super::effect::Place;
use super::sides::Side;
use super::sites::{Sites, What, place};
use crate::model::{
    EnumType, Field, Fragment, InputField, InputType, Model, Operation, Presence, RustType, Shape,
    ShapeKind, Shapes, Struct,
};

/// A place whose Rust type is another, and what is said about it.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) site: Option<usize>,
    /// What of the schema it is about, where the place alone does not tell.
    pub(super) coordinate: Option<String>,
    pub(super) message: String,
}

impl Changed {
    fn new(site: Option<usize>, message: String) -> Self {
        Self {
            site,
            coordinate: None,
            message,
        }
    }
}

/// Everything whose Rust type is another.
pub(super) fn changed(sites: &Sites, old: &Side, new: &Side) -> Vec<Changed> {
    let mut changed = fields(sites, old, new);
    changed.extend(roots(sites, old, new));
    changed.extend(variables(sites, &old.model, &new.model));
    changed.extend(enums(sites, &old.model, &new.model));
    changed.extend(inputs(sites, &old.model, &new.model));
    changed
}

/// What stands at a place: several types where it is part of several variants.
type Signatures = BTreeMap<(String, Place), Vec<Signature>>;

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
    for (at, old) in &before {
        let site = sites.at(&at.1);
        match (after.get(at), old.first()) {
            (Some(new), _) if old == new => {}
            (Some(new), _) => changed.push(Changed::new(site, difference(old, new))),
            (None, Some(old)) => {
                let message = format!("`{}` is not there any more", old.key);
                come_or_gone.push(Changed::new(site, message));
            }
            (None, None) => {}
        }
    }
    for (at, new) in &after {
        if let (None, Some(new)) = (before.get(at), new.first()) {
            let message = format!("`{}` is there now: `{}`", new.key, new.ty);
            come_or_gone.push(Changed::new(sites.at(&at.1), message));
        }
    }
    // What is around them says it all.
    let others: BTreeSet<_> = changed.iter().filter_map(|change| change.site).collect();
    come_or_gone.retain(|change| {
        let mut around = change.site.into_iter().flat_map(|site| sites.around(site));
        !around.any(|site| others.contains(&site))
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
    let sources = &side.checked.document.sources;
    for (module, shapes) in modules(&side.model) {
        for shape in &shapes.types {
            if let ShapeKind::Struct(structure) = &shape.kind {
                for field in &structure.fields {
                    note(&mut signatures, &module, field, shapes, sources);
                }
            }
        }
    }
    signatures
}

fn note(
    signatures: &mut Signatures,
    module: &str,
    field: &Field,
    shapes: &Shapes,
    sources: &SourceMap,
) {
    let Some(place) = field.places.first().and_then(|at| place(sources, *at)) else {
        return;
    };
    let at = signatures.entry((module.to_owned(), place)).or_default();
    at.push(Signature {
        key: field.key.clone(),
        rust_name: field.rust_name.clone(),
        ty: written(&field.ty, shapes),
        content: shape_of(&field.ty, shapes).map(|shape| content(shape, shapes)),
    });
}

/// Fragments and operations have name spaces of their own.
fn modules(model: &Model) -> impl Iterator<Item = (String, &Shapes)> {
    let operations = model.operations.iter();
    let operations = operations.map(|operation| (operation.module.clone(), &operation.shapes));
    let fragments = model.fragments.values();
    let fragments =
        fragments.map(|fragment| (format!("fragments/{}", fragment.module), &fragment.shapes));
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
fn written(ty: &RustType, shapes: &Shapes) -> String {
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
        let after = operation(&new.model, before.graphql_name.as_str());
        if let Some(after) = after {
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

fn operation<'a>(model: &'a Model, name: &str) -> Option<&'a Operation> {
    model
        .operations
        .iter()
        .find(|operation| operation.graphql_name == name)
}

/// Variables that are written in another type.
fn variables(sites: &Sites, old: &Model, new: &Model) -> Vec<Changed> {
    let none = Shapes::none();
    let mut changed = Vec::new();
    for before in &old.operations {
        let Some(after) = operation(new, before.graphql_name.as_str()) else {
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

/// Enums that are read or sent, and have other values.
fn enums(sites: &Sites, old: &Model, new: &Model) -> Vec<Changed> {
    let mut changed = Vec::new();
    for before in &old.enums {
        let name = &before.graphql_name;
        let Some(after) = new.enums.iter().find(|ty| ty.graphql_name == *name) else {
            continue;
        };
        for (these, those, what) in [
            (before, after, "has lost the value"),
            (after, before, "has the new value"),
        ] {
            for value in only_in(these, those) {
                let message = format!("`{name}` {what} `{value}`");
                changed.extend(at_all(sites, name, value, &message));
            }
        }
    }
    changed
}

fn only_in<'a>(these: &'a EnumType, those: &EnumType) -> Vec<&'a str> {
    let values = these.variants.iter().map(|variant| variant.value.as_str());
    let is_known = |value: &str| those.variants.iter().any(|variant| variant.value == value);
    values.filter(|value| !is_known(value)).collect()
}

/// Input objects that have other fields.
fn inputs(sites: &Sites, old: &Model, new: &Model) -> Vec<Changed> {
    let none = Shapes::none();
    let mut changed = Vec::new();
    for before in &old.inputs {
        let name = &before.graphql_name;
        let Some(after) = new.inputs.iter().find(|ty| ty.graphql_name == *name) else {
            continue;
        };
        if before.one_of != after.one_of {
            let message = if after.one_of {
                format!("`{name}` is an enum now, of which one variant is given")
            } else {
                format!("`{name}` is a struct now, of which any fields are given")
            };
            changed.extend(at_all(sites, name, "", &message));
        }
        for (field, message) in input(before, after, &none) {
            changed.extend(at_all(sites, name, field, &message));
        }
    }
    changed
}

/// The fields that differ, and how.
fn input<'a>(old: &'a InputType, new: &'a InputType, none: &Shapes) -> Vec<(&'a str, String)> {
    let name = &old.graphql_name;
    let mut differences = Vec::new();
    for before in &old.fields {
        let key = before.key.as_str();
        let after = new.fields.iter().find(|field| field.key == key);
        let difference = match after {
            None => Some(format!("`{name}` has no field `{key}` any more")),
            Some(after) => input_field(before, after, none)
                .map(|difference| format!("`{name}.{key}` {difference}")),
        };
        differences.extend(difference.map(|difference| (key, difference)));
    }
    for after in &new.fields {
        let key = after.key.as_str();
        if !old.fields.iter().any(|field| field.key == key) {
            let difference = match after.presence {
                Presence::Required => format!("`{name}` has to be given `{key}` now"),
                _ => format!("`{name}` has the new field `{key}`, which may be left out"),
            };
            differences.push((key, difference));
        }
    }
    differences
}

fn input_field(old: &InputField, new: &InputField, none: &Shapes) -> Option<String> {
    let (was, is) = (written(&old.ty, none), written(&new.ty, none));
    if was != is {
        Some(format!("was `{was}` and is `{is}` now"))
    } else if old.presence != new.presence {
        Some(now(new.presence).to_owned())
    } else if old.rust_name != new.rust_name {
        Some(format!(
            "was called `{}` and is `{}` now",
            old.rust_name, new.rust_name
        ))
    } else {
        None
    }
}

fn now(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "has to be given now",
        Presence::Defaulted => "may be left out now, and may not be null",
        Presence::Nullable => "may be left out or null now",
    }
}

/// The same at every place that has something of a type in Rust. `attribute` is the value or
/// field of it that is another.
fn at_all(sites: &Sites, ty: &str, attribute: &str, message: &str) -> Vec<Changed> {
    let coordinate = match attribute {
        "" => ty.to_owned(),
        attribute => format!("{ty}.{attribute}"),
    };
    let all = sites.sites.iter().enumerate();
    all.filter(|(_, site)| match &site.what {
        What::Field { ty: selected, .. } => selected == ty,
        What::Variable(_) => site.coordinates.contains(ty),
        _ => false,
    })
    .map(|(index, _)| Changed {
        site: Some(index),
        coordinate: Some(coordinate.clone()),
        message: message.to_owned(),
    })
    .collect()
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
