//! Attributes that are doc comments.

use proc_macro2::{TokenStream, TokenTree};

/// The line of a doc comment, where an attribute is one.
pub(super) fn doc_comment(attribute: TokenStream) -> Option<String> {
    let mut tokens = attribute.into_iter();
    match tokens.next() {
        Some(TokenTree::Ident(name)) if name == "doc" => {}
        _ => return None,
    }
    let (Some(TokenTree::Punct(_)), Some(TokenTree::Literal(text)), None) =
        (tokens.next(), tokens.next(), tokens.next())
    else {
        return None;
    };
    let line = unquoted(&text.to_string())?;
    // Four slashes are no doc comment.
    let is_line = !line.contains('\n') && !line.contains('\r') && !line.starts_with('/');
    is_line.then_some(line)
}

/// What stands between the quotes of a string literal.
fn unquoted(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let raw = raw.trim_matches('#');
        return Some(raw.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let escaped = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut tail = rest[at + 1..].chars();
        text.push(match tail.next()? {
            escape @ ('"' | '\'' | '\\') => escape,
            't' => '\t',
            // Others do not belong into a comment.
            _ => return None,
        });
        rest = tail.as_str();
    }
    text.push_str(rest);
    Some(text)
}
