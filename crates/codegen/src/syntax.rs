//! What is said where a file stops to be GraphQL, or is too deep to be read.

use apollo_compiler::diagnostic::{Diagnostic as FrontEndDiagnostic, ToCliReport as _};
use apollo_compiler::parser::{SourceMap, SourceSpan};
use apollo_compiler::validation::DiagnosticData;
use apollo_parser::{Lexer, TokenKind};

use crate::diagnostic::Diagnostic;
use crate::frame::frame;

/// What a file is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Operations and fragments.
    Queries,
    /// A client schema's extensions of types.
    Extensions,
}

/// What a client schema is for.
pub(crate) const EXTEND: &str = "extend types of the schema with the client's directives: `extend type TheType @semanticNonNullField(name: \"field\")`";

pub(crate) fn text_at(sources: &SourceMap, span: SourceSpan) -> Option<&str> {
    let text = sources.get(&span.file_id())?.source_text();
    text.get(span.offset()..span.end_offset())
}

/// What is nested too deep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nested {
    Selections,
    Fragments,
    Values,
    Types,
}

impl Nested {
    /// What is at a place, by the text in front of it and the text there.
    fn at(before: &str, there: &str) -> Self {
        if there.starts_with("fragment") {
            return Self::Fragments;
        }
        let name_of_type = before
            .trim_end_matches(|c: char| c == '[' || c.is_whitespace())
            .strip_suffix(':')
            .map(|before| {
                before
                    .trim_end()
                    .trim_end_matches(|c: char| c == '_' || c.is_ascii_alphanumeric())
            });
        if name_of_type.is_some_and(|before| before.ends_with('$')) {
            Self::Types
        } else if is_in_parentheses(before) {
            Self::Values
        } else {
            Self::Selections
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Selections => (
                "the operation is nested too deep to be checked",
                "nest less: split the operation, or ask for the inner objects by their `id`",
            ),
            Self::Fragments => (
                "fragments are spread inside of each other too deep to be checked",
                "spread them beside each other, or split the operation",
            ),
            Self::Values => (
                "the value is nested too deep to be checked",
                "nest its lists and objects less",
            ),
            Self::Types => (
                "the type is nested too deep to be checked",
                "write fewer lists around it: `[` and `]`",
            ),
        }
    }
}

/// Whether a text ends between `(` and `)`, where values and types stand.
fn is_in_parentheses(text: &str) -> bool {
    let mut open = 0_usize;
    for token in Lexer::new(text).flatten() {
        match token.kind() {
            TokenKind::LParen => open += 1,
            TokenKind::RParen => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open > 0
}

/// The places that the front end does not look below, but for those that only
/// follow from others: where fragments are spread too deep, all that spread
/// them are, too; and what has no place is about the same text as what has one.
pub(crate) fn too_deep_at(
    sources: &SourceMap,
    places: impl IntoIterator<Item = Option<SourceSpan>>,
) -> Vec<Diagnostic> {
    let mut found: Vec<_> = places
        .into_iter()
        .map(|place| (place, nested_at(sources, place)))
        .collect();
    if found.iter().any(|(_, nested)| *nested == Nested::Fragments) {
        found.retain(|(_, nested)| *nested != Nested::Selections);
    } else if found.iter().any(|(place, _)| place.is_some()) {
        found.retain(|(place, _)| place.is_some());
    }
    found
        .into_iter()
        .map(|(place, _)| too_deep(sources, place))
        .collect()
}

fn nested_at(sources: &SourceMap, place: Option<SourceSpan>) -> Nested {
    place
        .and_then(|span| {
            let text = sources.get(&span.file_id())?.source_text();
            Some(Nested::at(
                text.get(..span.offset())?,
                text.get(span.offset()..)?,
            ))
        })
        .unwrap_or(Nested::Selections)
}

fn too_deep(sources: &SourceMap, location: Option<SourceSpan>) -> Diagnostic {
    let (message, help) = nested_at(sources, location).words();
    frame(sources, location, message, "too deep", help).of_rule("recursion_limit")
}

/// A mistake that the parser has found.
pub(crate) fn mistake(error: &FrontEndDiagnostic<'_, DiagnosticData>, holds: Holds) -> Diagnostic {
    let message = plain(&error.error.to_string());
    let location = error.error.location();
    let said = message.strip_prefix("syntax error: ").unwrap_or(&message);
    let said = said.split(", got ").next().unwrap_or(said);
    if said.contains("limit reached") {
        return too_deep(error.sources, location);
    }
    let found = location
        .and_then(|span| text_at(error.sources, span))
        .and_then(|text| text.split_whitespace().next())
        .filter(|found| found.chars().count() <= 20);
    let behind = location
        .and_then(|span| {
            let text = error.sources.get(&span.file_id())?.source_text();
            text.get(span.end_offset()..)
        })
        .unwrap_or_default();
    let (what, help) = in_plain_words(said, found, behind, holds);
    let what = match found {
        Some(found) if what.starts_with("expected") => format!("{what}, found `{found}`"),
        _ => what,
    };
    frame(
        error.sources,
        location,
        &format!("syntax error: {what}"),
        "here",
        help,
    )
    .of_rule("syntax_error")
}

/// What the parser says, for those who do not know its words, and what to do.
fn in_plain_words(
    said: &str,
    found: Option<&str>,
    behind: &str,
    holds: Holds,
) -> (String, &'static str) {
    let own = |what: &str, help| (what.to_owned(), help);
    if said.contains("the file ends") || (said.contains("expected `}`") && found.is_none()) {
        return (
            said.to_owned(),
            "check that every bracket is closed: `{ … }`, `( … )`, `[ … ]`",
        );
    }
    if holds == Holds::Extensions
        && let Some(what) = of_extension(said)
    {
        return own(what, EXTEND);
    }
    if said.contains("Const context") {
        return own(
            match holds {
                Holds::Queries => "a variable cannot stand in the default of another",
                Holds::Extensions => "a client schema has no variables",
            },
            "write the value itself",
        );
    }
    if said.starts_with("Unexpected character") && found.is_some_and(begins_with_a_quote) {
        return own(
            "a text stands in double quotes",
            "write it between `\"` and `\"`, the straight ones",
        );
    }
    if said.contains("Fragment Name cannot be") {
        return if is_word(behind, "on") {
            own(
                "a fragment may not be called `on`",
                "choose another name: behind the name `on` says which type it is about",
            )
        } else {
            own(
                "the fragment has no name",
                "write one in front of `on`: `fragment TheName on TheType { … }`",
            )
        };
    }
    if said.contains("unterminated string") {
        return own(
            "a text is not closed",
            "close it with `\"` on the same line; longer text stands between `\"\"\"`",
        );
    }
    if said.contains("at least one Selection") {
        return own(
            "nothing is selected between `{` and `}`",
            "select at least one field, such as `id`, or remove the brackets",
        );
    }
    if found.is_some_and(|found| found.starts_with('=')) {
        return own(
            "an argument is given with a colon, not with `=`",
            "write `name: value`",
        );
    }
    if said.contains("expected a Variable Definition") {
        return own(
            "the name of a variable begins with `$`",
            "write `$name: TheType` to declare a variable",
        );
    }
    if said.contains("expected an Argument") {
        return own(
            "expected an argument",
            "write arguments as `name: value`, and no brackets where there are none",
        );
    }
    if said.contains("expected definition") || said.contains("OperationDefinition") {
        let (expected, begin) = match holds {
            Holds::Queries => (
                "expected `query`, `mutation` or `fragment`",
                "begin each definition with one of them: `query Viewer { viewer { id } }`; nothing else can stand in a query file",
            ),
            Holds::Extensions => ("expected `extend`", EXTEND),
        };
        return own(
            expected,
            match found {
                Some("}" | ")" | "]") => {
                    "a bracket in front of this closes too much, or this one is too many: remove it"
                }
                _ => begin,
            },
        );
    }
    let said = match said.strip_prefix("Unexpected character") {
        Some(character) => format!("unexpected character{character}"),
        None => said.replace("expected a Name", "expected a name"),
    };
    (
        said,
        "check the text in front of this place, too: a mistake may begin there",
    )
}

/// What the parser says of an extension that is none.
fn of_extension(said: &str) -> Option<&'static str> {
    if said.contains("at least one Selection") {
        Some("a client schema extends types, it selects nothing")
    } else if said.contains("Invalid Type System Extension") {
        Some("expected a type behind `extend`")
    } else if said.contains("expected an Implements Interface") {
        Some("nothing is said of the type")
    } else if said.contains("Field Definition") || said.contains("Value Definition") {
        Some("expected directives, and no `{ … }`")
    } else {
        None
    }
}

/// Whether what is written here is quoted as elsewhere.
fn begins_with_a_quote(found: &str) -> bool {
    found.starts_with(['\'', '`', '´', '‘', '’', '‚', '“', '”', '„', '«', '»'])
}

/// Whether a text begins with this word.
fn is_word(text: &str, word: &str) -> bool {
    text.trim_start()
        .strip_prefix(word)
        .is_some_and(|behind| !behind.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric()))
}

/// Names tokens as they are written.
pub(crate) fn plain(text: &str) -> String {
    let mut text = text.replace("got EOF", "but the file ends");
    for (token, written) in [
        ("L_CURLY", "`{`"),
        ("R_CURLY", "`}`"),
        ("L_PAREN", "`(`"),
        ("R_PAREN", "`)`"),
        ("L_BRACK", "`[`"),
        ("R_BRACK", "`]`"),
    ] {
        text = text.replace(&format!("expected {token}"), &format!("expected {written}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_is_told_by_the_text_in_front() {
        for (before, nested) in [
            ("{ a { b ", Nested::Selections),
            ("query A($a: Int = 1) { a(b: 1) { b ", Nested::Selections),
            ("# (\n{ a(b: \")\", c: \"\\\"\") { b ", Nested::Selections),
            (
                "{ a(b: \"\"\"( \"\\\"\"\" (\"\"\") { b ",
                Nested::Selections,
            ),
            ("{ a(b: [[", Nested::Values),
            ("query A($a: Int = [[", Nested::Values),
            ("query A($a: Int = 1, $b: {a: [", Nested::Values),
            ("{ a(b: \")\" # )\n c: ", Nested::Values),
            ("query A($a_1: [ [", Nested::Types),
            ("query A($a: ", Nested::Types),
        ] {
            assert_eq!(Nested::at(before, "[ … "), nested, "{before}");
        }
        assert_eq!(Nested::at("{ a ...A }", "fragment A"), Nested::Fragments);
    }
}
