//! What is wrong with a set of queries, as a person or a program reads it.

mod excerpt;
mod json;
mod render;
mod style;

use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use excerpt::{Excerpt, Span};
use render::Part;
pub use style::ReportStyle;

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The set compiles all the same.
    Warning,
    /// The set does not compile.
    Error,
}

/// One mistake, with its place.
///
/// `Display` prints the whole report in plain text: the message, the place,
/// an excerpt of the file where there is one, and what to do. No line is wider
/// than 96 columns, unless the path of a file is: of what is longer the
/// beginning is shown, or the part around the place. [`Diagnostics`] prints
/// several, in colour where that is wanted, or as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic(Box<Report>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    severity: Severity,
    code: &'static str,
    /// The lint that found it, by its name.
    lint: Option<&'static str>,
    message: String,
    path: Option<PathBuf>,
    span: Option<Span>,
    help: Option<String>,
    note: Option<String>,
    /// The place of the mistake, and behind it other places that matter.
    excerpts: Vec<Excerpt>,
}

impl Diagnostic {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Report {
            severity: Severity::Error,
            code: "invalid",
            lint: None,
            message: message.into(),
            path: None,
            span: None,
            help: None,
            note: None,
            excerpts: Vec::new(),
        }))
    }

    /// The rule that is broken; see [`code`](Self::code).
    pub(crate) fn of_rule(mut self, code: &'static str) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.0.path = Some(path.to_path_buf());
        self
    }

    pub(crate) fn at_place(mut self, line: usize, column: usize) -> Self {
        self.0.span = Some(Span::at(line, column));
        self
    }

    pub(crate) fn at_span(mut self, span: Span) -> Self {
        self.0.span = Some(span);
        self
    }

    /// The line of the place, and what is there.
    pub(crate) fn excerpt(mut self, line: &str, label: &'static str) -> Self {
        if let Some(span) = self.0.span {
            self.0.excerpts.push(Excerpt::of_line(span, line, label));
        }
        self
    }

    /// Shows a place: first that of the mistake, then others that matter.
    pub(crate) fn showing(mut self, excerpt: Excerpt) -> Self {
        self.0.excerpts.push(excerpt);
        self
    }

    /// What to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// What else there is to know.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.0.note = Some(note.into());
        self
    }

    /// Lets the set compile all the same.
    pub(crate) fn warning(mut self) -> Self {
        self.0.severity = Severity::Warning;
        self
    }

    /// Makes it a finding of a lint.
    pub(crate) fn of_lint(mut self, name: &'static str, severity: Severity) -> Self {
        self.0.lint = Some(name);
        self.0.code = name;
        self.0.severity = severity;
        self
    }

    /// Whether it ends the build.
    pub fn severity(&self) -> Severity {
        self.0.severity
    }

    /// The name of the rule that is broken. It stays the same when messages are
    /// worded anew, so that programs can tell mistakes apart by it.
    ///
    /// Of a lint it is the name of the lint. The others are:
    ///
    /// | code | what is wrong |
    /// |---|---|
    /// | `syntax_error` | the file stops to be GraphQL here |
    /// | `recursion_limit` | too deep to be read |
    /// | `anonymous_operation` | an operation has no name |
    /// | `duplicate_operation`, `duplicate_fragment` | two have the same name |
    /// | `type_definition` | a type is defined in a query file |
    /// | `subscription` | subscriptions cannot be compiled |
    /// | `unknown_operation` | the schema has no mutations |
    /// | `unknown_field`, `unknown_argument`, `unknown_type`, `unknown_directive`, `unknown_enum_value`, `unknown_input_field` | the schema has nothing of this name |
    /// | `unknown_fragment`, `unknown_variable` | nothing of this name is declared |
    /// | `missing_argument`, `missing_input_field` | something required is not given |
    /// | `missing_selection` | no field of an object is selected |
    /// | `selection_on_leaf` | fields are selected of a value that has none |
    /// | `duplicate_argument`, `duplicate_input_field`, `duplicate_variable`, `duplicate_directive` | given twice |
    /// | `wrong_value` | a value does not fit its type |
    /// | `wrong_variable_type` | a variable does not fit where it is used |
    /// | `output_type_variable` | a variable is declared with a type that only comes back |
    /// | `not_exactly_one` | an input takes exactly one of its fields |
    /// | `misplaced_directive` | a directive stands where it cannot |
    /// | `fragment_cycle` | a fragment spreads itself |
    /// | `fragment_on_leaf` | a fragment is on a type without fields |
    /// | `impossible_spread` | a fragment is on a type that is never there |
    /// | `conflicting_fields` | two fields want the same name in an answer |
    /// | `client_directive` | a directive of the client's own is used as the server's, or its types are |
    /// | `chosen_name` | a name that a query chooses cannot be given |
    /// | `reserved_name` | a field is called `__typename` in an answer |
    /// | `empty_file`, `not_utf8`, `unreadable_file` | a query file cannot be read |
    /// | `passed_over` | a file looks like a query file and is not read; a warning |
    /// | `missing_folder`, `unreadable_folder`, `empty_folder`, `no_folder` | there are no query files |
    /// | `unreadable_schema`, `invalid_schema` | the schema cannot be used |
    /// | `live_schema` | the schema cannot be pulled, or the server answered with something else |
    /// | `invalid_lints_file` | `lints.toml` cannot be read, or says what it cannot say |
    /// | `invalid_option` | an option of [`Config`](crate::Config) cannot be used |
    /// | `output` | the code cannot be written |
    /// | `invalid` | a rule of GraphQL that has no name here, or a bug in this crate |
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The name of the lint that found it; `None` for what breaks a rule of
    /// GraphQL or of this compiler, which nobody can allow.
    pub fn lint(&self) -> Option<&'static str> {
        self.0.lint
    }

    /// What is wrong, in one sentence.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it.
    pub fn help_text(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The file, relative to the crate that is built.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The line, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.span.map(|span| span.line)
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.span.map(|span| span.column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::report(self, ReportStyle::Plain))
    }
}

/// How many reports are printed; a reader mends the first ones first.
const PRINTED: usize = 50;

/// Everything that is wrong with a set of queries, ordered by file and place.
///
/// `Display` prints the reports in plain text, a blank line between them. Of
/// more than 50 it prints the first 50, errors before warnings, and says how
/// many there are; [`iter`](Self::iter) and [`to_json`](Self::to_json) have all
/// of them.
///
/// It is [`Serialize`](serde::Serialize), in the form of
/// [`to_json`](Self::to_json).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(others);
    }

    /// These and others, in order.
    pub(crate) fn with(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self.sort();
        self
    }

    /// Adds a note to the last one.
    pub(crate) fn noting(mut self, note: &str) -> Self {
        if let Some(last) = self.0.pop() {
            self.0.push(last.note(note));
        }
        self
    }

    fn sort(&mut self) {
        // Stable: reports of one place stay in the order they were found.
        self.0
            .sort_by(|a, b| (&a.0.path, a.0.span).cmp(&(&b.0.path, b.0.span)));
    }

    /// `value` where nothing is wrong, not even a warning.
    pub(crate) fn into_result<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.sort();
        Err(self)
    }

    /// Whether the set does not compile; else all are warnings.
    pub fn has_errors(&self) -> bool {
        self.iter()
            .any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Prints the reports as `Display` does, in a style.
    ///
    /// ```
    /// use std::io;
    ///
    /// use buildkite_codegen::{Config, ReportStyle};
    ///
    /// let config = Config::new().root("no such place").queries("queries");
    /// let diagnostics = config.generate().unwrap_err();
    /// // In colour where a person reads it.
    /// eprintln!("{}", diagnostics.render(ReportStyle::of(&io::stderr())));
    /// assert_eq!(diagnostics.render(ReportStyle::Plain), diagnostics.to_string());
    /// ```
    pub fn render(&self, style: ReportStyle) -> String {
        let parts: Vec<_> = self.parts(style).map(|part| part.text).collect();
        parts.join("\n\n")
    }

    /// What is printed, one after the other.
    pub(crate) fn parts(&self, style: ReportStyle) -> impl Iterator<Item = Part> {
        render::parts(self, style)
    }

    /// All mistakes as a JSON array, for editors and other programs.
    ///
    /// Every element has all of these keys, and later versions keep them:
    ///
    /// | key | value |
    /// |---|---|
    /// | `severity` | `"error"` or `"warning"` |
    /// | `code` | a [`Diagnostic::code`] |
    /// | `lint` | the lint's name, or null |
    /// | `message` | what is wrong |
    /// | `help` | what to do about it, or null |
    /// | `note` | what else there is to know, or null |
    /// | `file` | the path relative to the crate, with `/`, or null |
    /// | `line`, `column` | where it begins, counted from 1, columns in characters; or null |
    /// | `end_line`, `end_column` | where it ends, the column behind the last character; or null |
    /// | `related` | other places: an array of objects with `message`, `file`, `line`, `column`, `end_line` and `end_column` |
    ///
    /// ```
    /// use buildkite_codegen::Config;
    ///
    /// let config = Config::new().root("no such place").queries("queries");
    /// let json = config.generate().unwrap_err().to_json();
    /// assert!(json.contains(r#""code":"missing_folder""#), "{json}");
    /// ```
    pub fn to_json(&self) -> String {
        json::array(self)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(ReportStyle::Plain))
    }
}

impl std::error::Error for Diagnostics {}
