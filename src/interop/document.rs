//! Whether a document that came from elsewhere reads or changes things.
//!
//! Only the outline of the document is looked at: keywords, names and brackets,
//! with comments and strings out of the way. Whatever is unclear counts as a
//! mutation, because a mutation is never sent twice.

use crate::OperationKind;

/// The kind of the operation that `document` runs under the name `name`, which
/// is empty where none is sent.
///
/// It is a query only where that is certain: every bracket of the document
/// closes, and all operations that may be meant are queries.
pub(super) fn kind(document: &str, name: &str) -> OperationKind {
    match only_queries(document, name) {
        Some(true) => OperationKind::Query,
        _ => OperationKind::Mutation,
    }
}

/// Whether everything that may be meant is a query; `None` where the document
/// is not one or nothing in it is meant.
fn only_queries(document: &str, name: &str) -> Option<bool> {
    let mut tokens = Tokens(document);
    let mut verdict = None;
    while let Some(definition) = definition(&mut tokens)? {
        let Some(is_query) = definition.is_query else {
            continue;
        };
        if name.is_empty() || definition.name == name {
            verdict = Some(is_query && verdict.unwrap_or(true));
        }
    }
    verdict
}

/// The outline of one definition.
struct Definition<'a> {
    /// `None` for what is no operation.
    is_query: Option<bool>,
    /// Empty where it has none.
    name: &'a str,
}

/// The next definition; `Some(None)` at the end of the document, `None` where
/// there is something else.
fn definition<'a>(tokens: &mut Tokens<'a>) -> Option<Option<Definition<'a>>> {
    let is_query = match tokens.next()? {
        Token::End => return Some(None),
        Token::Open('{') => {
            skip_to_the_end(tokens, vec!['}'])?;
            return Some(Some(Definition {
                is_query: Some(true),
                name: "",
            }));
        }
        Token::Name("query") => Some(true),
        Token::Name("mutation" | "subscription") => Some(false),
        Token::Name("fragment") => None,
        _ => return None,
    };
    let (name, open) = match tokens.next()? {
        Token::Name(name) => (name, Vec::new()),
        Token::Open(bracket) => ("", vec![closing(bracket)]),
        // A directive, or something that the skipping refuses.
        Token::Other => ("", Vec::new()),
        Token::Close(_) | Token::End => return None,
    };
    skip_to_the_end(tokens, open)?;
    Some(Some(Definition { is_query, name }))
}

/// Skips what is left of a definition: up to the end of the first braces that
/// lie in no other brackets. `open` holds the brackets that wait to be closed.
fn skip_to_the_end(tokens: &mut Tokens<'_>, mut open: Vec<char>) -> Option<()> {
    loop {
        match tokens.next()? {
            Token::Open(bracket) => open.push(closing(bracket)),
            Token::Close(bracket) => {
                if open.pop() != Some(bracket) {
                    return None;
                }
                if open.is_empty() && bracket == '}' {
                    return Some(());
                }
            }
            Token::Name(_) | Token::Other => {}
            Token::End => return None,
        }
    }
}

const fn closing(bracket: char) -> char {
    match bracket {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// What matters of a token.
enum Token<'a> {
    Name(&'a str),
    Open(char),
    Close(char),
    /// A number, a string, or any other punctuation.
    Other,
    End,
}

/// The text that has not been read yet.
struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    /// The next token; `None` where the text is no GraphQL.
    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_ignored();
        let Some(first) = self.0.chars().next() else {
            return Some(Token::End);
        };
        match first {
            '{' | '(' | '[' => {
                self.0 = &self.0[1..];
                Some(Token::Open(first))
            }
            '}' | ')' | ']' => {
                self.0 = &self.0[1..];
                Some(Token::Close(first))
            }
            '"' => self.skip_string(),
            '!' | '$' | '&' | '.' | ':' | '=' | '@' | '|' => {
                self.0 = &self.0[1..];
                Some(Token::Other)
            }
            '_' | 'a'..='z' | 'A'..='Z' => Some(Token::Name(self.take(is_of_a_name))),
            '-' | '0'..='9' => {
                self.take(|c| is_of_a_name(c) || matches!(c, '-' | '+' | '.'));
                Some(Token::Other)
            }
            _ => None,
        }
    }

    /// Blanks, line ends, commas, the byte order mark, and comments.
    fn skip_ignored(&mut self) {
        loop {
            self.0 = self
                .0
                .trim_start_matches([' ', '\t', '\r', '\n', ',', '\u{feff}']);
            if !self.0.starts_with('#') {
                return;
            }
            let end = self.0.find(['\n', '\r']).unwrap_or(self.0.len());
            self.0 = &self.0[end..];
        }
    }

    /// The text up to the first character that is not part of it.
    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'a str {
        let end = self.0.find(|c| !is_part(c)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    /// A string, which starts here.
    fn skip_string(&mut self) -> Option<Token<'a>> {
        let (text, quotes) = match self.0.strip_prefix("\"\"\"") {
            Some(text) => (text, "\"\"\""),
            None => (self.0.get(1..)?, "\""),
        };
        let mut rest = text;
        loop {
            if let Some(after) = rest.strip_prefix(quotes) {
                self.0 = after;
                return Some(Token::Other);
            }
            let mut characters = rest.chars();
            match characters.next()? {
                '\\' if quotes.len() == 3 => {
                    if let Some(after) = rest.strip_prefix("\\\"\"\"") {
                        rest = after;
                        continue;
                    }
                }
                '\\' => {
                    characters.next()?;
                }
                '\n' | '\r' if quotes.len() == 1 => return None,
                _ => {}
            }
            rest = characters.as_str();
        }
    }
}

const fn is_of_a_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests;
