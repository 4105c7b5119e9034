//! Which of the known names was meant: "did you mean".

use std::collections::BTreeSet;

/// How many names are proposed at most.
const PROPOSED: usize = 3;

/// How much worse than the best one a name may be to be proposed beside it.
const AS_GOOD: f64 = 0.05;

/// What Relay's arguments are called elsewhere.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "first",
        &[
            "limit",
            "count",
            "top",
            "take",
            "per_page",
            "page_size",
            "size",
            "max",
        ],
    ),
    ("after", &["offset", "page", "cursor", "start"]),
];

/// The known names that may have been meant, the likeliest first.
///
/// A name is near if it is the same but for case and underscores, has the same
/// words in another order or number, has all words of the other and one or two
/// more, begins with the same long word, or is a few typing mistakes away.
pub(crate) fn near<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found: Vec<(f64, &str)> = known
        .into_iter()
        .filter_map(|name| Some((likeness(written, name)?, name)))
        .collect();
    // Of equally near names the first in the alphabet, so that the advice is
    // the same in every run.
    found.sort_by(|(a, a_name), (b, b_name)| b.total_cmp(a).then(a_name.cmp(b_name)));
    let best = found.first().map_or(0.0, |(likeness, _)| *likeness);
    found
        .into_iter()
        .take_while(|(likeness, _)| *likeness + AS_GOOD >= best)
        .take(PROPOSED)
        .map(|(_, name)| name)
        .collect()
}

/// How like two names are, up to 1; `None` if they are not.
fn likeness(written: &str, known: &str) -> Option<f64> {
    let written_words = words(written);
    let known_words = words(known);
    let written = written_words.concat();
    let known = known_words.concat();
    if written == known {
        return Some(1.0);
    }
    let is_synonym = |(name, synonyms): &(&str, &[&str])| {
        *name == known
            && synonyms
                .iter()
                .any(|synonym| words(synonym) == written_words)
    };
    if SYNONYMS.iter().any(is_synonym) {
        return Some(0.9);
    }
    let longer = written.chars().count().max(known.chars().count());
    let typos = strsim::osa_distance(&written, &known);
    let by_typos = (typos <= allowed_typos(longer) && typos < longer.min(written.len()))
        .then(|| 1.0 - ratio(typos, longer));
    by_words(&written_words, &known_words)
        .into_iter()
        .chain(by_typos)
        .max_by(f64::total_cmp)
}

/// How many mistakes are made in typing a name of this length.
fn allowed_typos(length: usize) -> usize {
    match length {
        0..=2 => 0,
        3..=5 => 1,
        6..=8 => 2,
        _ => 3,
    }
}

fn by_words(in_order: &[String], known_in_order: &[String]) -> Option<f64> {
    let set = |words: &[String]| -> BTreeSet<String> {
        words.iter().map(|word| singular(word).to_owned()).collect()
    };
    let (written, known) = (set(in_order), set(known_in_order));
    if written == known {
        return Some(0.97);
    }
    let (fewer, more) = if written.len() < known.len() {
        (&written, &known)
    } else {
        (&known, &written)
    };
    // A word of one or two letters is part of too many names.
    let says_something = fewer.iter().any(|word| word.len() > 2) || *fewer == known;
    let extra = more.len() - fewer.len();
    let by_parts =
        (fewer.is_subset(more) && says_something && (1..=2).contains(&extra) && !fewer.is_empty())
            .then(|| 0.9 - 0.1 * ratio(extra, more.len()));
    // Two names about the same thing: `createdAfter`, `createdAtFrom`.
    let about = |words: &[String]| {
        words
            .first()
            .filter(|word| words.len() > 1 && word.len() > 4)
            .cloned()
    };
    let is_about_same = about(in_order).is_some() && about(in_order) == about(known_in_order);
    by_parts.or(is_about_same.then_some(0.83))
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

/// The words of a name in camel case, snake case or capitals, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    let chars: Vec<char> = name.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            is_open = false;
            continue;
        }
        let is_after_small = index > 0 && !chars[index - 1].is_uppercase();
        let is_before_small = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (is_after_small || is_before_small) {
            is_open = false;
        }
        if !is_open {
            words.push(String::new());
        }
        is_open = true;
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

fn ratio(part: usize, whole: usize) -> f64 {
    // Names are short.
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    float(part) / float(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &[&str] = &[
        "id",
        "uuid",
        "slug",
        "name",
        "url",
        "createdAt",
        "createdBy",
        "archivedAt",
        "builds",
        "branches",
        "defaultBranch",
        "description",
        "steps",
        "teams",
        "visibility",
        "nextBuildNumber",
        "skipIntermediateBuilds",
        "cancelIntermediateBuilds",
        "webhookURL",
        "repository",
    ];

    #[test]
    fn what_was_meant_is_proposed_first() {
        for (written, meant) in [
            // Spelling of words.
            ("created_at", "createdAt"),
            ("CreatedAt", "createdAt"),
            ("createdat", "createdAt"),
            ("webhook_url", "webhookURL"),
            ("webhookUrl", "webhookURL"),
            ("URL", "url"),
            // Order and number of words.
            ("atCreated", "createdAt"),
            ("branchDefault", "defaultBranch"),
            ("build", "builds"),
            ("team", "teams"),
            ("visibilities", "visibility"),
            // More or fewer words.
            ("pipelineSlug", "slug"),
            ("pipeline_name", "name"),
            ("pipelineId", "id"),
            ("intermediateBuildsSkip", "skipIntermediateBuilds"),
            ("nextBuild", "nextBuildNumber"),
            ("archived", "archivedAt"),
            ("webhook", "webhookURL"),
            ("pipelineRepository", "repository"),
            ("createdOrChanged", "createdAt"),
            // Typing.
            ("createdOn", "createdAt"),
            ("naem", "name"),
            ("slgu", "slug"),
            ("sulg", "slug"),
            ("desription", "description"),
            ("visiblity", "visibility"),
            ("reposiotry", "repository"),
            ("bulids", "builds"),
            ("uiid", "uuid"),
        ] {
            let found = near(written, PIPELINE.iter().copied());
            assert_eq!(found.first(), Some(&meant), "{written}: {found:?}");
        }
    }

    #[test]
    fn what_is_not_near_is_not_proposed() {
        for written in [
            "zebra", "surname", "owner", "x", "i", "state", "commit", "sleep", "at", "by",
            "updated", "email",
        ] {
            let found = near(written, PIPELINE.iter().copied());
            assert!(found.is_empty(), "{written}: {found:?}");
        }
        assert!(near("", PIPELINE.iter().copied()).is_empty());
    }

    #[test]
    fn names_that_are_as_good_are_proposed_together() {
        assert_eq!(
            near("created", ["createdBy", "createdAt", "id"]),
            ["createdAt", "createdBy"]
        );
        assert_eq!(near("state", ["states", "stateAt"]), ["states"]);
        assert_eq!(near("ab", ["ab", "AB"]), ["AB", "ab"]);
    }

    #[test]
    fn what_other_languages_call_it_is_understood() {
        let arguments = ["first", "after", "last", "before", "state"];
        assert_eq!(near("limit", arguments), ["first"]);
        assert_eq!(near("perPage", arguments), ["first"]);
        assert_eq!(near("page_size", arguments), ["first"]);
        assert_eq!(near("cursor", arguments), ["after"]);
        assert_eq!(near("offset", arguments), ["after"]);
        assert_eq!(near("states", arguments), ["state"]);
    }

    #[test]
    fn values_are_near_in_any_case() {
        let states = ["RUNNING", "PASSED", "FAILED", "CANCELED"];
        assert_eq!(near("passed", states), ["PASSED"]);
        assert_eq!(near("Cancelled", states), ["CANCELED"]);
        assert_eq!(near("FAIL", states), ["FAILED"]);
        assert!(near("DONE", states).is_empty());
    }

    #[test]
    fn words_are_told_apart() {
        assert_eq!(words("webhookURLPath2"), ["webhook", "url", "path2"]);
        assert_eq!(words("SCREAMING_CASE"), ["screaming", "case"]);
        assert_eq!(words("_id"), ["id"]);
    }
}
