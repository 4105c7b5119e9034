//! Turning GraphQL names into Rust names that do not clash.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

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

/// Type names that stand for something else in the code around them.
const RESERVED_TYPES: [&str; 22] = [
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
pub(crate) struct Scope(BTreeSet<String>);

impl Scope {
    pub(crate) fn with_reserved<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(str::to_owned).collect())
    }

    pub(crate) fn of_types<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut scope = Self::with_reserved(RESERVED_TYPES);
        scope.0.extend(names.into_iter().map(str::to_owned));
        scope
    }

    /// The name itself where it is free, else with the first number that is.
    pub(crate) fn claim(&mut self, name: String) -> String {
        if self.0.insert(name.clone()) {
            return name;
        }
        let mut number = 2;
        loop {
            let numbered = format!("{name}{number}");
            if self.0.insert(numbered.clone()) {
                return numbered;
            }
            number += 1;
        }
    }
}

/// Names operations or fragments, in their order. Those whose names only differ
/// in how they are spelled are all numbered: if one kept the plain name, adding
/// another could silently take it over.
pub(crate) fn definitions(names: &[&str], scope: &mut Scope) -> Vec<String> {
    let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *wanted.entry(camel(name)).or_default() += 1;
    }
    let mut given: BTreeMap<String, usize> = BTreeMap::new();
    names
        .iter()
        .map(|name| {
            let plain = camel(name);
            if wanted[&plain] == 1 {
                return scope.claim(plain);
            }
            let number = given.entry(plain.clone()).or_default();
            *number += 1;
            scope.claim(format!("{plain}{number}"))
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
}

/// Names all types of a module: short where one type alone wants the short
/// name, with as much of the path in front as tells them apart elsewhere.
///
/// All types that want the same name give it up, so that a name never moves
/// from one type to another when a selection is added.
pub(crate) fn types(candidates: &[Candidate], reserved: &[&str]) -> Vec<String> {
    let mut scope = Scope::of_types(reserved.iter().copied());
    let mut by_short: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        by_short.entry(&candidate.short).or_default().push(index);
    }

    let mut names = vec![String::new(); candidates.len()];
    let mut clashing = Vec::new();
    for (short, indexes) in by_short {
        match indexes[..] {
            [only] if !scope.0.contains(short) => names[only] = scope.claim(short.to_owned()),
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
                    !scope.0.contains(&name) && seen.insert(name)
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
        }
    }

    #[test]
    fn a_clash_is_told_apart_by_as_little_of_the_path_as_possible() {
        let names = types(
            &[
                candidate("Pipeline", &["pipeline"]),
                candidate("User", &["pipeline", "builds", "createdBy"]),
                candidate("User", &["pipeline", "createdBy"]),
                candidate("Build", &["pipeline", "builds"]),
            ],
            &["Data"],
        );
        assert_eq!(
            names,
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
        assert_eq!(
            definitions(&["GetBuild", "Viewer", "getBuild"], &mut scope),
            ["GetBuild1", "Viewer", "GetBuild2"]
        );
    }

    #[test]
    fn a_reserved_name_is_given_up() {
        let names = types(
            &[
                candidate("Data", &["pipeline"]),
                candidate("Option", &["option"]),
            ],
            &["Data"],
        );
        assert_eq!(names, ["PipelineData", "Option2"]);
    }
}
