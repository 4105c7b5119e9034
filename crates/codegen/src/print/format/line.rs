//! All tokens on one line, with marks where it may be cut.

use std::fmt::Write as _;
use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree, token_stream};

use super::doc::doc_comment;

/// All tokens, and where they may be cut.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// In the order of their places.
    pub(super) marks: Vec<Mark>,
    /// Where the last word starts.
    word: usize,
    /// Whether the tokens are those of a macro, where every comma may matter.
    in_macro: bool,
}

/// A place in the line at which it may be cut.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
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

/// What was written since the last cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Statement {
    /// Nothing, or only who sees it.
    Start,
    /// The head of an item, whose body is cut.
    Item,
    Other,
}

/// What a content turned out to be.
#[derive(Debug, Default)]
struct Written {
    /// Whether it is cut even if it would fit.
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
    /// Writes the items of a file.
    pub(super) fn new(tokens: TokenStream) -> Self {
        let mut line = Self::default();
        Content::new(&mut line, tokens, Inside::Block).write();
        line
    }

    fn space(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    fn may_be_cut(&mut self) {
        self.marks.push(Mark::Cut {
            at: self.text.len(),
        });
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

/// The content of a file or group while it is written.
struct Content<'a> {
    line: &'a mut Line,
    tokens: Peekable<token_stream::IntoIter>,
    inside: Inside,
    last: Last,
    written: Written,
    statement: Statement,
    /// Whether the brackets that follow are those of an attribute.
    is_attribute: bool,
    closure_is_open: bool,
    /// How many angle brackets are open, in which nothing is cut.
    angles: usize,
}

impl<'a> Content<'a> {
    fn new(line: &'a mut Line, tokens: TokenStream, inside: Inside) -> Self {
        Self {
            line,
            tokens: tokens.into_iter().peekable(),
            inside,
            last: match inside {
                Inside::Block => Last::Spaced,
                Inside::List => Last::Tight,
            },
            written: Written::default(),
            statement: match inside {
                Inside::Block => Statement::Start,
                Inside::List => Statement::Other,
            },
            is_attribute: false,
            closure_is_open: false,
            angles: 0,
        }
    }

    fn write(mut self) -> Written {
        while let Some(token) = self.tokens.next() {
            self.written.ends = End::Token;
            self.last = match token {
                TokenTree::Ident(ident) => {
                    self.space();
                    self.line.word = self.line.text.len();
                    // Writing to a string does not fail.
                    let _ = write!(self.line.text, "{ident}");
                    if self.statement == Statement::Start {
                        self.statement = starts_with(&self.line.text[self.line.word..]);
                    }
                    Last::Word
                }
                TokenTree::Literal(literal) => {
                    self.space();
                    self.line.word = self.line.text.len();
                    let _ = write!(self.line.text, "{literal}");
                    if self.statement == Statement::Start {
                        self.statement = Statement::Other;
                    }
                    Last::Word
                }
                TokenTree::Group(group) => self.group(&group),
                TokenTree::Punct(first) => {
                    let (operator, length) = self.operator(&first);
                    self.punctuation(&operator[..length])
                }
            };
        }
        self.written
    }

    fn space(&mut self) {
        if self.last != Last::Tight {
            self.line.space();
        }
    }

    fn group(&mut self, group: &Group) -> Last {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::Brace => ('{', '}'),
            Delimiter::None => {
                let inner = Content::new(self.line, group.stream(), Inside::List).write();
                self.written.hard |= inner.hard;
                return Last::Word;
            }
        };
        if self.is_attribute
            && self.line.text.ends_with('#')
            && let Some(doc) = doc_comment(group.stream())
        {
            self.line.text.pop();
            self.line.text.push_str("///");
            self.line.text.push_str(&doc);
            self.line.may_be_cut();
            self.is_attribute = false;
            self.written.hard = true;
            return Last::Spaced;
        }
        let is_brace = open == '{';
        let is_called = !is_brace
            && match self.last {
                Last::Bang | Last::Closed => true,
                Last::Word => !self.line.ends_with_keyword(),
                Last::ClosedBrace | Last::Tight | Last::Spaced => false,
            };
        // All braces but those of `use a::{b, c}`.
        let is_block = is_brace && self.last != Last::Tight;
        if !is_called {
            self.space();
        }
        self.line.text.push(open);
        let start = self.line.text.len();
        let mark = self.line.marks.len();
        // Takes its place until the other end is known.
        self.line.may_be_cut();
        let outer = self.line.in_macro;
        self.line.in_macro |= self.last == Last::Bang;
        let inside = if is_block {
            Inside::Block
        } else {
            Inside::List
        };
        let inner = Content::new(self.line, group.stream(), inside).write();
        // On one line only the tuple of one keeps it.
        let comma = inner.ends == End::Comma
            && (open != '(' || is_called || inner.commas > 1)
            && !self.line.in_macro;
        self.line.in_macro = outer;
        let is_empty = self.line.text.len() == start;
        if comma {
            self.line.text.pop();
            self.line.marks.pop();
        }
        if is_block && !is_empty {
            self.line.text.push(' ');
        }
        let hard = inner.hard || is_brace && !is_empty && self.statement == Statement::Item;
        let ends_with_group = match inner.ends {
            End::Brace => true,
            End::Group => inner.commas == 0,
            End::Token | End::Comma => false,
        };
        self.line.marks[mark] = Mark::Open {
            at: start,
            close: self.line.marks.len(),
            hard,
            hugs: !is_brace && ends_with_group,
            comma,
            is_brace,
        };
        self.line.marks.push(Mark::Close {
            at: self.line.text.len(),
        });
        self.line.text.push(close);

        self.written.hard |= hard;
        self.written.ends = if is_brace { End::Brace } else { End::Group };
        if is_brace && self.statement == Statement::Item {
            self.statement = Statement::Other;
        }
        let ends = self.is_attribute || is_brace && ends_statement(self.tokens.peek());
        self.is_attribute = false;
        if self.inside == Inside::Block && ends {
            self.line.may_be_cut();
            self.statement = Statement::Start;
            self.written.hard = true;
            Last::Spaced
        } else if is_brace {
            Last::ClosedBrace
        } else {
            Last::Closed
        }
    }

    /// The operator that starts with a character, and its length.
    fn operator(&mut self, first: &Punct) -> ([char; 3], usize) {
        let mut operator = [first.as_char(), '\0', '\0'];
        let mut length = 1;
        let mut spacing = first.spacing();
        while spacing == Spacing::Joint
            && length < operator.len()
            && let Some(TokenTree::Punct(next)) = self.tokens.peek()
            && continues(operator[length - 1], next.as_char())
        {
            operator[length] = next.as_char();
            length += 1;
            spacing = next.spacing();
            self.tokens.next();
        }
        (operator, length)
    }

    fn punctuation(&mut self, operator: &[char]) -> Last {
        let before = self.last;
        match operator {
            [','] => {
                self.line.text.push(',');
                if self.angles == 0 {
                    self.line.may_be_cut();
                    self.written.commas += 1;
                    self.written.ends = End::Comma;
                }
                return Last::Spaced;
            }
            [';'] => {
                self.line.text.push(';');
                self.line.may_be_cut();
                self.angles = 0;
                if self.inside == Inside::Block {
                    self.written.hard = true;
                    self.statement = Statement::Start;
                }
                return Last::Spaced;
            }
            ['|'] if self.closure_is_open => {
                self.closure_is_open = false;
                self.line.text.push('|');
                return Last::Spaced;
            }
            ['|'] if !matches!(before, Last::Tight | Last::Spaced) => {
                self.line.marks.push(Mark::Bar {
                    at: self.line.text.len(),
                });
            }
            _ => {}
        }
        let is_behind_operand = match before {
            Last::Word => !self.line.ends_with_keyword(),
            Last::Closed => true,
            Last::ClosedBrace | Last::Tight | Last::Spaced | Last::Bang => false,
        };
        let is_tight_before = match operator {
            ['.' | '?' | ':' | '>'] => true,
            ['<'] => is_behind_operand || self.line.text.ends_with("impl"),
            ['!'] | [':', ':'] | ['.', '.', ..] => is_behind_operand,
            _ => false,
        };
        if !is_tight_before {
            self.space();
        }
        self.line.text.extend(operator);
        match operator {
            ['.' | '<' | '#' | '\''] | [':', ':'] | ['.', '.', ..] => {
                self.angles += usize::from(operator == ['<']);
                self.is_attribute |= operator == ['#'];
                Last::Tight
            }
            ['?'] => Last::Closed,
            ['>'] => {
                self.angles = self.angles.saturating_sub(1);
                Last::Closed
            }
            ['!'] if is_behind_operand => Last::Bang,
            ['!'] => Last::Tight,
            ['|'] if matches!(before, Last::Tight | Last::Spaced) => {
                self.closure_is_open = true;
                Last::Tight
            }
            ['&' | '*' | '-'] if !is_behind_operand => Last::Tight,
            ['=', '>'] if self.inside == Inside::Block => {
                // An arm of a `match`.
                self.written.hard = true;
                if !is_braces(self.tokens.peek()) {
                    self.line.marks.push(Mark::Arrow {
                        at: self.line.text.len(),
                    });
                }
                Last::Spaced
            }
            _ => Last::Spaced,
        }
    }
}

fn starts_with(word: &str) -> Statement {
    match word {
        "async" | "const" | "pub" => Statement::Start,
        "enum" | "fn" | "impl" | "mod" | "struct" | "trait" => Statement::Item,
        _ => Statement::Other,
    }
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
