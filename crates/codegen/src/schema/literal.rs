//! GraphQL literals as text: strings, block strings and values.

use std::fmt::Write as _;

use apollo_compiler::ast::Value;

/// Longer descriptions than this get lines of their own between the quotes.
const LONG_LINE: usize = 70;

/// Writes a string literal in double quotes. Control characters are escaped,
/// including those above ASCII, which terminals and editors may act upon.
pub(super) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Writes a description and the line break after it, as a block string where
/// that gives the same text back and as an ordinary string otherwise.
/// `indent` is put before every line that has something on it.
pub(super) fn write_description(out: &mut String, text: &str, indent: &str) {
    out.push_str(indent);
    if !survives_block_string(text) {
        write_string(out, text);
        out.push('\n');
        return;
    }
    let escaped = text.replace("\"\"\"", "\\\"\"\"");
    let one_line = !text.contains('\n');
    let ends_in_triple_quote = escaped.ends_with("\\\"\"\"");
    // A quote or a backslash at the end would run into the closing quotes.
    let closing_on_own_line = !one_line
        || text.chars().count() > LONG_LINE
        || text.ends_with(['"', '\\'])
        || ends_in_triple_quote;
    // White space at the start of the first line is kept only directly after
    // the opening quotes, since on later lines it counts as indentation.
    let opening_on_own_line = closing_on_own_line && !(one_line && text.starts_with([' ', '\t']));

    out.push_str("\"\"\"");
    for (index, line) in escaped.split('\n').enumerate() {
        if index > 0 || opening_on_own_line {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(indent);
            }
        }
        out.push_str(line);
    }
    if closing_on_own_line {
        out.push('\n');
        out.push_str(indent);
    }
    out.push_str("\"\"\"\n");
}

/// Whether reading a block string with this content gives exactly this text:
/// the reader drops common indentation and blank lines at both ends, and turns
/// every kind of line break into `\n`.
fn survives_block_string(text: &str) -> bool {
    let printable = |character: char| {
        matches!(character, '\t' | '\n') || (character >= ' ' && character != '\r')
    };
    if !text.chars().all(printable) {
        return false;
    }
    if text.is_empty() {
        return true;
    }
    let blank = |line: &str| line.trim_start_matches([' ', '\t']).is_empty();
    let indented = |line: &str| line.starts_with([' ', '\t']);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let last = text.rsplit('\n').next().unwrap_or_default();
    if blank(first) || blank(last) {
        return false;
    }
    let several = text.contains('\n');
    let all_indented = text.split('\n').filter(|line| !blank(line)).all(indented);
    !(several && all_indented)
}

/// Writes a value on one line. Numbers keep the spelling that they came with,
/// and the fields of objects keep their order.
pub(super) fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Boolean(true) => out.push_str("true"),
        Value::Boolean(false) => out.push_str("false"),
        Value::Enum(name) => out.push_str(name),
        Value::String(text) => write_string(out, text),
        Value::Int(number) => out.push_str(number.as_str()),
        Value::Float(number) => out.push_str(number.as_str()),
        Value::Variable(name) => {
            out.push('$');
            out.push_str(name);
        }
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (name, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(name);
                out.push_str(": ");
                write_value(out, value);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::Schema;
    use proptest::prelude::*;

    use super::*;

    fn described(text: &str) -> String {
        let mut out = String::new();
        write_description(&mut out, text, "");
        out
    }

    #[test]
    fn strings_are_escaped() {
        let mut out = String::new();
        write_string(
            &mut out,
            "a \"b\" \\ \t\n\r\u{8}\u{c}\u{0}\u{7f}\u{9f} é 🚀",
        );
        assert_eq!(out, r#""a \"b\" \\ \t\n\r\b\f\u0000\u007F\u009F é 🚀""#);
    }

    #[test]
    fn descriptions_take_the_plainest_form_that_keeps_them() {
        assert_eq!(described("Short."), "\"\"\"Short.\"\"\"\n");
        assert_eq!(described(""), "\"\"\"\"\"\"\n");
        assert_eq!(described("a\n\nb"), "\"\"\"\na\n\nb\n\"\"\"\n");
        assert_eq!(described("says \"hi\""), "\"\"\"\nsays \"hi\"\n\"\"\"\n");
        assert_eq!(described("a \"\"\" b"), "\"\"\"a \\\"\"\" b\"\"\"\n");
        assert_eq!(described(" lead"), "\"\"\" lead\"\"\"\n");
        assert_eq!(described("  both\n  lines"), "\"  both\\n  lines\"\n");
        assert_eq!(described("tail\n"), "\"tail\\n\"\n");
        assert_eq!(described("a\r\nb"), "\"a\\r\\nb\"\n");
    }

    #[test]
    fn indented_descriptions_leave_no_blanks_at_line_ends() {
        let mut out = String::new();
        write_description(&mut out, "a\n\nb", "  ");
        assert_eq!(out, "  \"\"\"\n  a\n\n  b\n  \"\"\"\n");
    }

    proptest! {
        /// What is written is what a parser reads back, at any indentation.
        #[test]
        fn descriptions_come_back(text in "[ \t\n\r\"\\\\a-c\u{0}\u{7}\u{b}\u{7f}é🚀]{0,90}") {
            let mut sdl = String::new();
            write_description(&mut sdl, &text, "");
            sdl.push_str("type Query {\n");
            write_description(&mut sdl, &text, "  ");
            sdl.push_str("  a(\n");
            write_description(&mut sdl, &text, "    ");
            sdl.push_str("    b: String = ");
            write_string(&mut sdl, &text);
            sdl.push_str("\n  ): Int\n}\n");

            let schema = Schema::parse_and_validate(sdl.as_str(), "described.graphql")
                .map_err(|failure| TestCaseError::fail(format!("{}\n{sdl:?}", failure.errors)))?;
            let query = schema.get_object("Query").expect("the type");
            let field = &query.fields["a"];
            let argument = &field.arguments[0];
            prop_assert_eq!(query.description.as_deref(), Some(text.as_str()));
            prop_assert_eq!(field.description.as_deref(), Some(text.as_str()));
            prop_assert_eq!(argument.description.as_deref(), Some(text.as_str()));
            let default = argument.default_value.as_ref().and_then(|value| value.as_str());
            prop_assert_eq!(default, Some(text.as_str()));
        }
    }
}
