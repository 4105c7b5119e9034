//! Text that people wrote for GraphQL, made safe for rustdoc.
//!
//! What is Markdown stays Markdown. What rustdoc would take for its own, links
//! to Rust items, HTML and code to test, becomes plain text.

/// The lines of a description or comment.
pub(crate) fn markdown<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut safe = Vec::new();
    let mut fence: Option<&str> = None;
    // A carriage return alone ends a line of GraphQL, and may not stand in a
    // doc comment.
    for line in lines.into_iter().flat_map(|text| text.split(['\n', '\r'])) {
        let line = line.trim_end();
        let text = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| text.starts_with(mark));
        match (fence, mark) {
            (Some(open), Some(close)) if open == close => {
                fence = None;
                safe.push(close.to_owned());
            }
            (Some(_), _) => safe.push(printable(line).collect()),
            (None, Some(open)) => {
                fence = Some(open);
                // Else rustdoc would compile it as Rust.
                safe.push(format!("{open}text"));
            }
            // What is indented further would be code, too.
            (None, None) if indentation(line) >= 4 => safe.push(inline(text)),
            (None, None) => safe.push(inline(line)),
        }
    }
    safe.extend(fence.map(str::to_owned));
    safe
}

fn indentation(line: &str) -> usize {
    line.chars()
        .take_while(|c| c.is_whitespace())
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum()
}

/// Leaves out what cannot be seen, and what would reorder the text around it,
/// which rustc refuses.
pub(crate) fn printable(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .filter(|&c| !is_reordering(c) && (c == '\t' || !c.is_control()))
}

/// The characters of Unicode that change the direction of text.
pub(crate) fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn inline(line: &str) -> String {
    let line: String = printable(line).collect();
    let mut safe = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(code) = code_span(rest) {
            safe.push_str(code);
            code.len()
        } else if let Some(link) = link(rest) {
            safe.push_str(link);
            link.len()
        } else if let Some(address) = address(rest) {
            safe.push('<');
            safe.push_str(address);
            safe.push('>');
            address.len()
        } else {
            if matches!(first, '[' | ']' | '<' | '>' | '`') {
                safe.push('\\');
            }
            safe.push(first);
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    safe
}

/// A code span at the start of the text, with its backticks.
fn code_span(text: &str) -> Option<&str> {
    let content = text.trim_start_matches('`');
    let ticks = text.len() - content.len();
    if ticks == 0 {
        return None;
    }
    let mut from = 0;
    while let Some(found) = content[from..].find('`') {
        let start = from + found;
        let run = content[start..].len() - content[start..].trim_start_matches('`').len();
        if run == ticks {
            return Some(&text[..ticks + start + run]);
        }
        from = start + run;
    }
    None
}

/// A link to the web at the start of the text.
fn link(text: &str) -> Option<&str> {
    let label = text.strip_prefix('[')?;
    let end = label.find(['[', ']', '<', '>', '`'])?;
    let target = label[end..].strip_prefix("](")?;
    address(target)?;
    let close = target.find([')', '<', '>', ' '])?;
    target[close..]
        .starts_with(')')
        .then(|| &text[..=1 + end + 2 + close])
}

/// The address of a web page at the start of the text.
fn address(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | ')' | ']' | '\\'))
        .unwrap_or(text.len());
    Some(text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        markdown([text])
    }

    #[test]
    fn links_and_tags_become_text() {
        assert_eq!(of("a [b] of <T>"), [r"a \[b\] of \<T\>"]);
        assert_eq!(of("`Vec<T>` and ``a`[b]``"), ["`Vec<T>` and ``a`[b]``"]);
        assert_eq!(of("lone ` of <T>"), [r"lone \` of \<T\>"]);
    }

    #[test]
    fn addresses_are_links() {
        assert_eq!(
            of("see https://a.example/b?c, or [d](https://e.example)."),
            ["see <https://a.example/b?c>, or [d](https://e.example)."]
        );
        assert_eq!(of("[a](b)"), [r"\[a\](b)"]);
    }

    #[test]
    fn code_is_not_tested() {
        assert_eq!(of("    let a = 1;"), ["let a = 1;"]);
        assert_eq!(of("```rust\n<T>\n```"), ["```text", "<T>", "```"]);
        assert_eq!(of("```\nopen"), ["```text", "open", "```"]);
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(of("a\rb\u{202e}c\u{0}"), ["a", "bc"]);
    }
}
