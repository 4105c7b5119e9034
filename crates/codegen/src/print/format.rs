//! Tokens as text that people can read.
//!
//! Made for the code that is printed here, and for speed in builds that are not
//! optimised, in which most build scripts run: all tokens are written once, on
//! one line, with marks where it may be cut. Then only what does not fit is cut.

use std::fmt::Write as _;
use std::ops::Range;

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Where lines are cut, if they can be.
const WIDTH: usize = 100;
const INDENT: &str = "    ";

/// Formats the items of a file.
pub(super) fn format(tokens: TokenStream) -> String {
    let mut line = Line::default();
    line.tokens(tokens, Inside::Block);
    let mut lines = Lines {
        text: &line.text,
        marks: &line.marks,
        out: String::with_capacity(line.text.len() * 2),
        line_start: 0,
    };
    lines.block(0..line.text.len(), 0..line.marks.len(), 0);
    lines.out.push('\n');
    lines.out
}

/// A place in the line at which it may be cut.
#[derive(Debug, Clone, Copy)]
enum Mark {
    /// A delimiter opens just before.
    Open {
        at: usize,
        /// Index of the mark of its other end.
        close: usize,
        /// Whether the content is cut even if it would fit.
        hard: bool,
        /// Whether the content ends with a group, which is cut instead.
        hugs: bool,
        /// Whether a comma stands behind the last element where it is cut.
        comma: bool,
        is_brace: bool,
    },
    /// The delimiter closes just behind.
    Close { at: usize },
    /// Between two statements, items, arms, or elements of a list.
    Cut { at: usize },
    /// Before the next one of several patterns.
    Bar { at: usize },
    /// Between the pattern of an arm and what is not a block.
    Arrow { at: usize },
}

/// What was written last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Word,
    /// What may stand right before a parenthesis: `)`, `]` or `>`.
    Closed,
    ClosedBrace,
    /// Something which the next token follows without a space.
    Tight,
    /// Something which a space follows.
    Spaced,
    /// The exclamation mark of a macro.
    Bang,
}

/// Of what the tokens are the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Braces, or a file.
    Block,
    /// Parentheses or brackets.
    List,
}

/// All tokens on one line.
#[derive(Debug, Default)]
struct Line {
    text: String,
    marks: Vec<Mark>,
    /// Where the last word starts.
    word: usize,
    /// Whether the tokens are those of a macro, where every comma may matter.
    in_macro: bool,
}

/// What a content turned out to be.
#[derive(Debug, Default)]
struct Written {
    hard: bool,
    commas: usize,
    ends: End,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum End {
    #[default]
    Token,
    Comma,
    Group,
    Brace,
}

impl Line {
    fn tokens(&mut self, tokens: TokenStream, inside: Inside) -> Written {
        let mut written = Written::default();
        let mut last = match inside {
            Inside::Block => Last::Spaced,
            Inside::List => Last::Tight,
        };
        // Since the last cut: whether this declares an item, whose body is cut.
        let mut is_item = false;
        let mut is_head = inside == Inside::Block;
        let mut is_attribute = false;
        let mut closure_is_open = false;
        // How many angle brackets are open, in which nothing is cut.
        let mut angles = 0_usize;
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let mut end = End::Token;
            match token {
                TokenTree::Ident(ident) => {
                    if !matches!(last, Last::Tight) {
                        self.space();
                    }
                    self.word = self.text.len();
                    // Writing to a string does not fail.
                    let _ = write!(self.text, "{ident}");
                    if is_head {
                        let word = &self.text[self.word..];
                        is_item = declares_item(word);
                        is_head = matches!(word, "pub" | "const" | "async");
                    }
                    last = Last::Word;
                }
                TokenTree::Literal(literal) => {
                    if !matches!(last, Last::Tight) {
                        self.space();
                    }
                    self.word = self.text.len();
                    let _ = write!(self.text, "{literal}");
                    is_head = false;
                    last = Last::Word;
                }
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ('(', ')'),
                        Delimiter::Bracket => ('[', ']'),
                        Delimiter::Brace => ('{', '}'),
                        Delimiter::None => {
                            let inner = self.tokens(group.stream(), Inside::List);
                            written.hard |= inner.hard;
                            last = Last::Word;
                            continue;
                        }
                    };
                    if is_attribute
                        && self.text.ends_with('#')
                        && let Some(doc) = doc_comment(group.stream())
                    {
                        self.text.pop();
                        self.text.push_str("///");
                        self.text.push_str(&doc);
                        is_attribute = false;
                        written.hard = true;
                        last = Last::Spaced;
                        self.cut();
                        continue;
                    }
                    let is_brace = open == '{';
                    let is_tight = match last {
                        Last::Tight => true,
                        Last::Bang | Last::Closed => !is_brace,
                        Last::Word => !is_brace && !self.ends_with_keyword(),
                        Last::ClosedBrace | Last::Spaced => false,
                    };
                    if !is_tight {
                        self.space();
                    }
                    self.text.push(open);
                    let mark = self.marks.len();
                    self.marks.push(Mark::Cut { at: 0 });
                    let start = self.text.len();
                    let is_call = is_tight && last != Last::Tight;
                    let outer = self.in_macro;
                    self.in_macro |= last == Last::Bang;
                    // All braces but those of `use a::{b, c}`.
                    let is_padded = is_brace && last != Last::Tight;
                    let content = if is_padded {
                        Inside::Block
                    } else {
                        Inside::List
                    };
                    let inner = self.tokens(group.stream(), content);
                    let is_empty = self.text.len() == start;
                    // On one line only the tuple of one keeps it.
                    let comma = inner.ends == End::Comma
                        && (open != '(' || is_call || inner.commas > 1)
                        && !self.in_macro;
                    self.in_macro = outer;
                    if comma {
                        self.text.pop();
                        self.marks.pop();
                    }
                    let hard = inner.hard || is_brace && is_item && !is_empty;
                    written.hard |= hard;
                    if is_padded && !is_empty {
                        self.text.push(' ');
                    }
                    self.marks[mark] = Mark::Open {
                        at: start,
                        close: self.marks.len(),
                        hard,
                        hugs: !is_brace
                            && (inner.ends == End::Brace
                                || inner.ends == End::Group && inner.commas == 0),
                        comma,
                        is_brace,
                    };
                    self.marks.push(Mark::Close {
                        at: self.text.len(),
                    });
                    self.text.push(close);
                    (last, end) = if is_brace {
                        (Last::ClosedBrace, End::Brace)
                    } else {
                        (Last::Closed, End::Group)
                    };
                    let is_over = inside == Inside::Block
                        && (is_attribute || is_brace && ends_statement(tokens.peek()));
                    if is_over {
                        self.cut();
                        is_head = true;
                        last = Last::Spaced;
                        written.hard = true;
                    }
                    is_item &= !is_brace;
                    is_attribute = false;
                }
                TokenTree::Punct(first) => {
                    let mut operator = [first.as_char(), '\0', '\0'];
                    let mut length = 1;
                    let mut spacing = first.spacing();
                    while spacing == Spacing::Joint
                        && length < operator.len()
                        && let Some(TokenTree::Punct(next)) = tokens.peek()
                        && continues(operator[length - 1], next.as_char())
                    {
                        operator[length] = next.as_char();
                        length += 1;
                        spacing = next.spacing();
                        tokens.next();
                    }
                    let before = last;
                    last = match &operator[..length] {
                        [','] => {
                            self.text.push(',');
                            if angles == 0 {
                                self.cut();
                                written.commas += 1;
                                end = End::Comma;
                            }
                            Last::Spaced
                        }
                        [';'] => {
                            self.text.push(';');
                            self.cut();
                            angles = 0;
                            if inside == Inside::Block {
                                written.hard = true;
                                is_item = false;
                                is_head = true;
                            }
                            Last::Spaced
                        }
                        ['.'] => {
                            self.text.push('.');
                            Last::Tight
                        }
                        ['?'] => {
                            self.text.push('?');
                            Last::Closed
                        }
                        [':'] => {
                            self.text.push(':');
                            Last::Spaced
                        }
                        [':', ':'] => {
                            if self.starts_path(before) {
                                self.space();
                            }
                            self.text.push_str("::");
                            Last::Tight
                        }
                        ['<'] => {
                            let is_generic = before == Last::Word
                                && (!self.ends_with_keyword() || self.text.ends_with("impl"));
                            if before != Last::Tight && !is_generic {
                                self.space();
                            }
                            self.text.push('<');
                            angles += 1;
                            Last::Tight
                        }
                        ['>'] => {
                            self.text.push('>');
                            angles = angles.saturating_sub(1);
                            Last::Closed
                        }
                        ['!'] => {
                            let is_macro = before == Last::Word && !self.ends_with_keyword();
                            if !is_macro && before != Last::Tight {
                                self.space();
                            }
                            self.text.push('!');
                            if is_macro { Last::Bang } else { Last::Tight }
                        }
                        ['#'] => {
                            if before != Last::Tight {
                                self.space();
                            }
                            self.text.push('#');
                            is_attribute = true;
                            Last::Tight
                        }
                        ['|'] if closure_is_open => {
                            closure_is_open = false;
                            self.text.push('|');
                            Last::Spaced
                        }
                        ['|'] if matches!(before, Last::Tight | Last::Spaced) => {
                            closure_is_open = true;
                            if before != Last::Tight {
                                self.space();
                            }
                            self.text.push('|');
                            Last::Tight
                        }
                        ['|'] => {
                            self.marks.push(Mark::Bar {
                                at: self.text.len(),
                            });
                            self.text.push_str(" |");
                            Last::Spaced
                        }
                        ['&' | '*' | '-'] if self.ends_with_operand(before) => {
                            self.space();
                            self.text.push(operator[0]);
                            Last::Spaced
                        }
                        ['.', '.', ..] if self.ends_with_operand(before) => {
                            self.text.extend(&operator[..length]);
                            Last::Tight
                        }
                        ['&' | '*' | '\'' | '-'] | ['.', '.', ..] => {
                            if before != Last::Tight {
                                self.space();
                            }
                            self.text.extend(&operator[..length]);
                            Last::Tight
                        }
                        operator => {
                            if before != Last::Tight {
                                self.space();
                            }
                            self.text.extend(operator);
                            if inside == Inside::Block && operator == ['=', '>'] {
                                // An arm of a `match`.
                                written.hard = true;
                                if !is_braces(tokens.peek()) {
                                    self.marks.push(Mark::Arrow {
                                        at: self.text.len(),
                                    });
                                }
                            }
                            Last::Spaced
                        }
                    };
                }
            }
            written.ends = end;
        }
        written
    }

    fn space(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn cut(&mut self) {
        self.marks.push(Mark::Cut {
            at: self.text.len(),
        });
    }

    fn starts_path(&self, before: Last) -> bool {
        match before {
            Last::Tight | Last::Closed | Last::Bang => false,
            Last::Word => self.ends_with_keyword(),
            _ => true,
        }
    }

    /// Whether an operator that follows takes what was written last.
    fn ends_with_operand(&self, before: Last) -> bool {
        match before {
            Last::Word => !self.ends_with_keyword(),
            Last::Closed => true,
            Last::ClosedBrace | Last::Tight | Last::Spaced | Last::Bang => false,
        }
    }

    /// Whether the last word is one behind which an expression or type starts.
    fn ends_with_keyword(&self) -> bool {
        matches!(
            &self.text[self.word..],
            "as" | "const"
                | "dyn"
                | "else"
                | "for"
                | "if"
                | "impl"
                | "in"
                | "let"
                | "match"
                | "mut"
                | "return"
                | "use"
                | "where"
                | "while"
        )
    }
}

/// Behind this, the braces that follow are the body of an item.
fn declares_item(word: &str) -> bool {
    matches!(word, "enum" | "fn" | "impl" | "mod" | "struct" | "trait")
}

/// Whether two characters are one operator. Angle brackets stay apart.
fn continues(first: char, second: char) -> bool {
    matches!(
        (first, second),
        (':', ':')
            | ('.', '.')
            | ('|', '|')
            | ('&', '&')
            | ('-' | '=', '>')
            | (
                '.' | '=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '|' | '&',
                '='
            )
    )
}

/// Whether braces end a statement, item or arm, seen from what follows them.
fn ends_statement(next: Option<&TokenTree>) -> bool {
    match next {
        None => false,
        Some(TokenTree::Punct(punct)) => {
            !matches!(punct.as_char(), ',' | ';' | '.' | '?' | '=' | '|')
        }
        Some(TokenTree::Ident(ident)) => ident != "else" && ident != "as",
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
    }
}

fn is_braces(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

/// The line of a doc comment, where an attribute is one.
fn doc_comment(attribute: TokenStream) -> Option<String> {
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

/// The line, cut.
struct Lines<'a> {
    text: &'a str,
    marks: &'a [Mark],
    out: String,
    line_start: usize,
}

impl Lines<'_> {
    /// A content whose elements stand on lines of their own.
    fn block(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        let mut from = span.start;
        let mut first = marks.start;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { close, .. } => close + 1,
                Mark::Cut { at } => {
                    self.element(from..at, first..index, indent);
                    from = at;
                    first = index + 1;
                    first
                }
                Mark::Close { .. } | Mark::Bar { .. } | Mark::Arrow { .. } => index + 1,
            };
        }
        self.element(from..span.end, first..marks.end, indent);
    }

    fn element(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        let text = &self.text[span.clone()];
        let trimmed = text.trim_start_matches(' ');
        if trimmed.is_empty() {
            return;
        }
        let start = span.start + text.len() - trimmed.len();
        let end = start + trimmed.trim_end_matches(' ').len();
        if !self.out.is_empty() {
            // Items stand apart.
            if indent == 0 && ["}", ");", "};"].iter().any(|end| self.out.ends_with(end)) {
                self.out.push('\n');
            }
            self.new_line(indent);
        }
        self.statement(start..end, marks, indent);
    }

    fn statement(&mut self, span: Range<usize>, marks: Range<usize>, indent: usize) {
        if self.column() + span.len() <= WIDTH && !self.any_hard(marks.clone()) {
            self.out.push_str(&self.text[span]);
            return;
        }
        let cuts_bars = self
            .last_bar(marks.clone())
            .is_some_and(|bar| self.column() + (bar - span.start) > WIDTH);
        let mut from = span.start;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open {
                    at,
                    close,
                    hard,
                    hugs,
                    comma,
                    ..
                } => {
                    self.out.push_str(&self.text[from..at]);
                    let end = self.end(close);
                    let tail = self.next_break(close + 1..marks.end).unwrap_or(span.end);
                    let fits = !hard && self.column() + (tail - at) <= WIDTH;
                    from = if fits || at == end {
                        self.out.push_str(&self.text[at..end]);
                        end
                    } else if hugs {
                        at
                    } else {
                        self.block(at..end, index + 1..close, indent + 1);
                        if comma {
                            self.out.push(',');
                        }
                        self.new_line(indent);
                        end
                    };
                    if from == at && hugs {
                        index + 1
                    } else {
                        close + 1
                    }
                }
                Mark::Bar { at } if cuts_bars => {
                    self.out.push_str(&self.text[from..at]);
                    self.new_line(indent);
                    from = at + 1;
                    index + 1
                }
                Mark::Arrow { at } => {
                    self.out.push_str(&self.text[from..at]);
                    from = at;
                    let fits_below = (indent + 1) * INDENT.len() + span.end - at <= WIDTH;
                    if fits_below && !self.any_hard(index + 1..marks.end) {
                        // Otherwise what did not fit was the pattern.
                        if self.column() + span.end - at > WIDTH {
                            self.new_line(indent + 1);
                            from = at + 1;
                        }
                        self.out.push_str(&self.text[from..span.end]);
                        return;
                    }
                    index + 1
                }
                Mark::Close { .. } | Mark::Cut { .. } | Mark::Bar { .. } => index + 1,
            };
        }
        self.out.push_str(&self.text[from..span.end]);
    }

    fn new_line(&mut self, indent: usize) {
        self.out.push('\n');
        self.line_start = self.out.len();
        for _ in 0..indent {
            self.out.push_str(INDENT);
        }
    }

    fn column(&self) -> usize {
        self.out.len() - self.line_start
    }

    /// Where the delimiter with this mark closes.
    fn end(&self, close: usize) -> usize {
        match self.marks[close] {
            Mark::Close { at } => at,
            _ => self.text.len(),
        }
    }

    fn any_hard(&self, marks: Range<usize>) -> bool {
        self.next_hard(marks).is_some()
    }

    /// Where the next group opens that is cut in any case.
    fn next_hard(&self, marks: Range<usize>) -> Option<usize> {
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { at, hard: true, .. } => return Some(at),
                Mark::Open { close, .. } => close + 1,
                _ => index + 1,
            };
        }
        None
    }

    /// Where a line that is cut can end at the latest.
    fn next_break(&self, marks: Range<usize>) -> Option<usize> {
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open {
                    at, hard, is_brace, ..
                } if hard || is_brace => return Some(at),
                Mark::Arrow { at } => return Some(at),
                Mark::Open { close, .. } => close + 1,
                _ => index + 1,
            };
        }
        None
    }

    fn last_bar(&self, marks: Range<usize>) -> Option<usize> {
        let mut last = None;
        let mut index = marks.start;
        while index < marks.end {
            index = match self.marks[index] {
                Mark::Open { close, .. } => close + 1,
                Mark::Bar { at } => {
                    last = Some(at);
                    index + 1
                }
                _ => index + 1,
            };
        }
        last
    }
}

#[cfg(test)]
mod tests;
