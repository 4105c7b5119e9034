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
        Ok(true) => OperationKind::Query,
        Ok(false) | Err(Unclear) => OperationKind::Mutation,
    }
}

/// The text is no document, as far as it was looked at.
struct Unclear;

/// Whether there is an operation that may be meant, and all such are queries.
fn only_queries(document: &str, name: &str) -> Result<bool, Unclear> {
    let mut tokens = Tokens(document);
    let (mut found, mut only_queries) = (false, true);
    while let Some(definition) = definition(&mut tokens)? {
        let Some(is_query) = definition.is_query else {
            continue;
        };
        if name.is_empty() || definition.name == name {
            found = true;
            only_queries &= is_query;
        }
    }
    Ok(found && only_queries)
}

/// The outline of one definition.
struct Definition<'a> {
    /// `None` for what is no operation.
    is_query: Option<bool>,
    /// Empty where it has none.
    name: &'a str,
}

/// The next definition; `None` at the end of the document.
fn definition<'a>(tokens: &mut Tokens<'a>) -> Result<Option<Definition<'a>>, Unclear> {
    let is_query = match tokens.next()? {
        Token::End => return Ok(None),
        Token::Open('{') => {
            skip_to_the_end(tokens, vec!['}'])?;
            return Ok(Some(Definition {
                is_query: Some(true),
                name: "",
            }));
        }
        Token::Name("query") => Some(true),
        Token::Name("mutation" | "subscription") => Some(false),
        Token::Name("fragment") => None,
        _ => return Err(Unclear),
    };
    let (name, open) = match tokens.next()? {
        Token::Name(name) => (name, Vec::new()),
        Token::Open(bracket) => ("", vec![closing(bracket)]),
        // A directive, or something that the skipping refuses.
        Token::Other => ("", Vec::new()),
        Token::Close(_) | Token::End => return Err(Unclear),
    };
    skip_to_the_end(tokens, open)?;
    Ok(Some(Definition { is_query, name }))
}

/// Skips what is left of a definition: up to the end of the first braces that
/// lie in no other brackets. `open` holds the brackets that wait to be closed.
fn skip_to_the_end(tokens: &mut Tokens<'_>, mut open: Vec<char>) -> Result<(), Unclear> {
    loop {
        match tokens.next()? {
            Token::Open(bracket) => open.push(closing(bracket)),
            Token::Close(bracket) => {
                if open.pop() != Some(bracket) {
                    return Err(Unclear);
                }
                if open.is_empty() && bracket == '}' {
                    return Ok(());
                }
            }
            Token::Name(_) | Token::Other => {}
            Token::End => return Err(Unclear),
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
    /// The next token.
    fn next(&mut self) -> Result<Token<'a>, Unclear> {
        self.skip_ignored();
        let Some(first) = self.0.chars().next() else {
            return Ok(Token::End);
        };
        Ok(match first {
            '{' | '(' | '[' => {
                self.0 = &self.0[1..];
                Token::Open(first)
            }
            '}' | ')' | ']' => {
                self.0 = &self.0[1..];
                Token::Close(first)
            }
            '"' => {
                self.skip_string()?;
                Token::Other
            }
            '!' | '$' | '&' | '.' | ':' | '=' | '@' | '|' => {
                self.0 = &self.0[1..];
                Token::Other
            }
            '_' | 'a'..='z' | 'A'..='Z' => Token::Name(self.take(is_of_a_name)),
            '-' | '0'..='9' => {
                self.take(|c| is_of_a_name(c) || matches!(c, '-' | '+' | '.'));
                Token::Other
            }
            _ => return Err(Unclear),
        })
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
    fn skip_string(&mut self) -> Result<(), Unclear> {
        let (mut rest, quotes) = match self.0.strip_prefix("\"\"\"") {
            Some(rest) => (rest, "\"\"\""),
            None => (&self.0[1..], "\""),
        };
        let is_block = quotes.len() == 3;
        loop {
            if let Some(after) = rest.strip_prefix(quotes) {
                self.0 = after;
                return Ok(());
            }
            if let Some(after) = rest.strip_prefix("\\\"\"\"")
                && is_block
            {
                rest = after;
                continue;
            }
            let mut characters = rest.chars();
            match characters.next() {
                None => return Err(Unclear),
                Some('\n' | '\r') if !is_block => return Err(Unclear),
                Some('\\') if !is_block => {
                    characters.next();
                }
                Some(_) => {}
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
