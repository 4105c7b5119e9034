//! Texts of a schema, made fit to stand in a message of one line.

use apollo_compiler::ast::DirectiveList;

use super::super::literal::write_string;
use super::super::print::DEFAULT_REASON;

/// How many characters of a text are shown.
const SHOWN: usize = 200;

/// A text from a schema between backticks, with none inside and not too long. Control
/// characters must have been escaped.
pub(super) fn code(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{}`", shown.replace('`', "'"))
}

/// A text from a schema in quotes, and all that between backticks.
pub(super) fn quoted(text: &str) -> String {
    let mut literal = String::new();
    write_string(&mut literal, text);
    code(&literal)
}

/// The reason of a deprecation, or `None` where something is not deprecated.
pub(super) fn deprecation(directives: &DirectiveList) -> Option<&str> {
    let deprecated = directives.get("deprecated")?;
    let reason = deprecated.specified_argument_by_name("reason");
    Some(
        reason
            .and_then(|reason| reason.as_str())
            .unwrap_or(DEFAULT_REASON),
    )
}

/// That something which is gone was announced to go.
pub(super) fn removed(
    what: &str,
    coordinate: &impl std::fmt::Display,
    old: &DirectiveList,
) -> String {
    match deprecation(old) {
        None => format!("{what} `{coordinate}` was removed"),
        Some(reason) => {
            let reason = quoted(reason);
            format!("{what} `{coordinate}`, which was deprecated, was removed: {reason}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_backticks() {
        assert_eq!(quoted("use `b`\n\u{1b}[2J"), r#"`"use 'b'\n\u001B[2J"`"#);
        let long = code(&"é".repeat(300));
        assert_eq!(long.chars().count(), SHOWN + 3);
        assert!(long.ends_with("é…`"));
    }
}
