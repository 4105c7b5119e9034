//! Turning GraphQL names into Rust names that do not clash.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use super::chosen::{Chosen, Refused};

/// The Rust name of a field, variable or module.
///
/// Leading underscores are kept, so that `_id` stays apart from `id`.
pub(crate) fn snake(name: &str) -> String {
    let rest = name.trim_start_matches('_');
    let underscores = &name[..name.len() - rest.len()];
    let snake = rest.to_snake_case();
    if underscores == "__" || snake.is_empty() {
        // `__typename` and its like belong to GraphQL itself.
        return if snake.is_empty() {
            "underscore".to_owned()
        } else {
            snake
        };
    }
    format!("{underscores}{snake}")
}

/// The Rust name of a type or variant.
pub(crate) fn camel(name: &str) -> String {
    let camel = name.to_upper_camel_case();
    match camel.chars().next() {
        Some(first) if !first.is_ascii_digit() => camel,
        Some(_) => format!("V{camel}"),
        None => "Underscore".to_owned(),
    }
}

/// Whether an identifier would have to be raw, in the newest edition.
pub(crate) fn is_keyword(name: &str) -> bool {
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

/// Whether a type of this name would not stand for something else in the code
/// around it.
pub(crate) fn is_free_type(name: &str) -> bool {
    !RESERVED_TYPES.contains(&name)
}

/// Type names that stand for something else in the code around them.
const RESERVED_TYPES: [&str; 23] = [
    "D",
    "E",
    "M",
    "S",
    "V",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "IntoIterator",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Result",
    "Self",
    "Some",
    "String",
    "Vec",
];

/// A name space: hands out each name once.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
    reserved: BTreeSet<String>,
    /// What a reserved name is told apart by.
    suffix: &'static str,
}

impl Scope {
    /// Names that nothing may have: what wants one gets the suffix behind it.
    pub(crate) fn with_reserved<'a>(
        names: impl IntoIterator<Item = &'a str>,
        suffix: &'static str,
    ) -> Self {
        Self {
            taken: BTreeSet::new(),
            reserved: names.into_iter().map(str::to_owned).collect(),
            suffix,
        }
    }

    /// For types, beside others of these names.
    pub(crate) fn of_types<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::with_reserved(RESERVED_TYPES.into_iter().chain(names), "Selection")
    }

    fn has(&self, name: &str) -> bool {
        self.taken.contains(name) || self.reserved.contains(name)
    }

    /// Takes a name as it is; whether it was free.
    pub(crate) fn take(&mut self, name: &str) -> bool {
        !self.reserved.contains(name) && self.taken.insert(name.to_owned())
    }

    /// The name itself where it is free, else with the suffix or the first
    /// number that is.
    pub(crate) fn claim(&mut self, name: String) -> String {
        let suffix = self.suffix;
        self.claim_with(name, suffix)
    }

    pub(crate) fn claim_with(&mut self, mut name: String, suffix: &str) -> String {
        if self.reserved.contains(&name) {
            name.push_str(suffix);
        }
        if self.take(&name) {
            return name;
        }
        let mut number = 2;
        loop {
            let numbered = format!("{name}{number}");
            if self.take(&numbered) {
                return numbered;
            }
            number += 1;
        }
    }
}

/// An operation or fragment, or an enum or input.
#[derive(Debug)]
pub(crate) struct Definition<'a> {
    pub(crate) graphql_name: &'a str,
    pub(crate) chosen: Option<Chosen>,
    /// What it is, in camel case: tells it apart from a reserved name.
    pub(crate) suffix: &'static str,
}

impl Definition<'_> {
    /// What reports call it.
    fn shown(&self) -> String {
        format!("the {} `{}`", snake(self.suffix), self.graphql_name)
    }
}

/// Names operations or fragments, in their order. Those whose names only differ
/// in how they are spelled are all numbered: if one kept the plain name, adding
/// another could silently take it over.
pub(crate) fn definitions(
    definitions: &[Definition<'_>],
    scope: &mut Scope,
    refused: &mut Refused,
) -> Vec<String> {
    claim_chosen(definitions, scope, refused);
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for definition in definitions {
        if definition.chosen.is_none() {
            *wanted.entry(camel(definition.graphql_name)).or_default() += 1;
        }
    }
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    definitions
        .iter()
        .map(|definition| {
            if let Some(chosen) = &definition.chosen {
                return chosen.name.clone();
            }
            let plain = camel(definition.graphql_name);
            if wanted[&plain] == 1 {
                return scope.claim_with(plain, definition.suffix);
            }
            let number = given.entry(plain.clone()).or_default();
            *number += 1;
            scope.claim(format!("{plain}{number}"))
        })
        .collect()
}

/// Claims all chosen names; one that another definition has is refused.
pub(crate) fn claim_chosen(
    definitions: &[Definition<'_>],
    scope: &mut Scope,
    refused: &mut Refused,
) {
    let mut owners: BTreeMap<String, &Definition<'_>> = definitions
        .iter()
        .filter(|definition| definition.chosen.is_none())
        .map(|definition| (camel(definition.graphql_name), definition))
        .collect();
    for definition in definitions {
        let Some(chosen) = &definition.chosen else {
            continue;
        };
        if let Some(owner) = owners.get(&chosen.name) {
            refused.taken(chosen, &owner.shown());
        } else if scope.take(&chosen.name) {
            owners.insert(chosen.name.clone(), definition);
        } else {
            refused.taken(chosen, "another type beside it");
        }
    }
}

/// A field or variable that gets a name of its own in a struct.
#[derive(Debug)]
pub(crate) struct Member {
    /// What reports call it.
    pub(crate) shown: String,
    /// What it is called in Rust where nothing else is.
    pub(crate) plain: String,
    pub(crate) chosen: Option<Chosen>,
}

impl Member {
    pub(crate) fn new(graphql_name: &str, shown: String, chosen: Option<Chosen>) -> Self {
        Self {
            shown,
            plain: snake(graphql_name),
            chosen,
        }
    }
}

/// Names the members of a struct, in their order.
pub(crate) fn members(members: &[Member], refused: &mut Refused) -> Vec<String> {
    let mut scope = Scope::default();
    let mut owners: BTreeMap<&str, &Member> = members
        .iter()
        .filter(|member| member.chosen.is_none())
        .map(|member| (member.plain.as_str(), member))
        .collect();
    for member in members {
        let Some(chosen) = &member.chosen else {
            continue;
        };
        if let Some(owner) = owners.get(chosen.name.as_str()) {
            refused.taken(chosen, &owner.shown);
        } else {
            scope.take(&chosen.name);
            owners.insert(&chosen.name, member);
        }
    }
    members
        .iter()
        .map(|member| match &member.chosen {
            Some(chosen) => chosen.name.clone(),
            None => scope.claim(member.plain.clone()),
        })
        .collect()
}

/// What a type is named after.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// The name where nothing else wants it.
    pub(crate) short: String,
    /// Response keys that lead to the type, the outermost first, without those
    /// that every connection has.
    pub(crate) path: Vec<String>,
    /// The name that the query chooses for it.
    pub(crate) chosen: Option<Chosen>,
}

/// Names all types of a module: as they choose, else short where one type alone wants the short
/// name, with as much of the path in front as tells them apart elsewhere.
///
/// All types that want the same name give it up, so that a name never moves
/// from one type to another when a selection is added.
pub(crate) fn types(
    candidates: &[Candidate],
    reserved: &[&str],
    refused: &mut Refused,
) -> Vec<String> {
    let mut scope = Scope::of_types(reserved.iter().copied());
    let mut names = vec![String::new(); candidates.len()];
    let mut by_short: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        match &candidate.chosen {
            None => by_short.entry(&candidate.short).or_default().push(index),
            Some(chosen) => {
                if !scope.take(&chosen.name) {
                    refused.taken(chosen, "another type of the same answer");
                }
                names[index].clone_from(&chosen.name);
            }
        }
    }

    let mut clashing = Vec::new();
    for (short, indexes) in by_short {
        match indexes[..] {
            [only] if !scope.has(short) => names[only] = scope.claim(short.to_owned()),
            _ => clashing.push(indexes),
        }
    }
    for indexes in clashing {
        let longest = indexes
            .iter()
            .map(|&index| candidates[index].path.len())
            .max()
            .unwrap_or_default();
        let depth = (1..=longest)
            .find(|&depth| {
                let mut seen = BTreeSet::new();
                indexes.iter().all(|&index| {
                    let name = with_path(&candidates[index], depth);
                    !scope.has(&name) && seen.insert(name)
                })
            })
            .unwrap_or(longest);
        for index in indexes {
            names[index] = scope.claim(with_path(&candidates[index], depth));
        }
    }
    names
}

/// The short name behind the last `depth` keys of the path.
fn with_path(candidate: &Candidate, depth: usize) -> String {
    let from = candidate.path.len().saturating_sub(depth);
    let mut name: String = candidate.path[from..]
        .iter()
        .map(|key| camel(key))
        .collect();
    // `pipeline { … }` of type `Pipeline` needs its name only once.
    if !name.ends_with(&candidate.short) {
        name.push_str(&candidate.short);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_underscores_tell_names_apart() {
        assert_eq!(snake("id"), "id");
        assert_eq!(snake("_id"), "_id");
        assert_eq!(snake("__typename"), "typename");
        assert_eq!(snake("metaData"), "meta_data");
        assert_eq!(snake("authorizedIPAddress"), "authorized_ip_address");
        assert_eq!(snake("_"), "underscore");
    }

    #[test]
    fn enum_values_become_camel_case() {
        assert_eq!(camel("RUNNING"), "Running");
        assert_eq!(camel("LINUX_AMD64_2X4"), "LinuxAmd642x4");
        assert_eq!(camel("_1ST"), "V1st");
        assert_eq!(camel("_"), "Underscore");
    }

    fn candidate(short: &str, path: &[&str]) -> Candidate {
        Candidate {
            short: short.to_owned(),
            path: path.iter().map(|&key| key.to_owned()).collect(),
            chosen: None,
        }
    }

    fn names(candidates: &[Candidate]) -> Vec<String> {
        types(candidates, &["Data"], &mut Refused::default())
    }

    #[test]
    fn a_clash_is_told_apart_by_as_little_of_the_path_as_possible() {
        assert_eq!(
            names(&[
                candidate("Pipeline", &["pipeline"]),
                candidate("User", &["pipeline", "builds", "createdBy"]),
                candidate("User", &["pipeline", "createdBy"]),
                candidate("Build", &["pipeline", "builds"]),
            ]),
            [
                "Pipeline",
                "BuildsCreatedByUser",
                "PipelineCreatedByUser",
                "Build"
            ]
        );
    }

    #[test]
    fn names_that_differ_only_in_spelling_are_all_numbered() {
        let mut scope = Scope::of_types([]);
        let spelled = ["GetBuild", "Viewer", "getBuild"].map(|graphql_name| Definition {
            graphql_name,
            chosen: None,
            suffix: "Query",
        });
        assert_eq!(
            definitions(&spelled, &mut scope, &mut Refused::default()),
            ["GetBuild1", "Viewer", "GetBuild2"]
        );
    }

    #[test]
    fn a_reserved_name_is_given_up() {
        assert_eq!(
            names(&[
                candidate("Data", &["pipeline"]),
                candidate("Option", &["option"]),
            ]),
            ["PipelineData", "OptionSelection"]
        );
    }
}
