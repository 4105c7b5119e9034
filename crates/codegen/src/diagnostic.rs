//! What is wrong with a set of queries, as a person or a program reads it.

use std::fmt;
use std::path::{Path, PathBuf};

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
/// an excerpt of the file where there is one, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic(Box<Report>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    severity: Severity,
    /// The lint that found it, by its name.
    lint: Option<&'static str>,
    message: String,
    path: Option<PathBuf>,
    place: Option<(usize, usize)>,
    help: Option<String>,
    /// The line of the place, and what is there.
    excerpt: Option<(String, &'static str)>,
    /// A report that the GraphQL front end has framed on the source.
    framed: Option<String>,
}

impl Diagnostic {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Report {
            severity: Severity::Error,
            lint: None,
            message: message.into(),
            path: None,
            place: None,
            help: None,
            excerpt: None,
            framed: None,
        }))
    }

    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.0.path = Some(path.to_path_buf());
        self
    }

    pub(crate) fn at_place(mut self, line: usize, column: usize) -> Self {
        self.0.place = Some((line, column));
        self
    }

    /// The line of the place, and what is there.
    pub(crate) fn excerpt(mut self, line: &str, label: &'static str) -> Self {
        self.0.excerpt = Some((line.to_owned(), label));
        self
    }

    /// What to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Makes it a finding of a lint.
    pub(crate) fn of_lint(mut self, name: &'static str, severity: Severity) -> Self {
        self.0.lint = Some(name);
        self.0.severity = severity;
        self
    }

    pub(crate) fn framed(mut self, report: String) -> Self {
        self.0.framed = Some(report);
        self
    }

    /// Whether it ends the build.
    pub fn severity(&self) -> Severity {
        self.0.severity
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

    /// The file, relative to the crate that is built.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The line, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.map(|(line, _)| line)
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.place.map(|(_, column)| column)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heading = match self.0.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        if let Some(report) = &self.0.framed {
            // The front end calls everything an error.
            let report = report.strip_prefix("Error").unwrap_or(report);
            return write!(f, "{heading}{}", report.trim_end());
        }
        write!(f, "{heading}: {}", self.0.message)?;
        let path = self.0.path.as_deref().unwrap_or(Path::new("")).display();
        if let (Some((line, column)), Some((excerpt, label))) =
            (self.0.place, self.0.excerpt.as_ref())
        {
            // Framed as the front end does it.
            let number = line.to_string();
            let margin = " ".repeat(number.len());
            let before = " ".repeat(column.saturating_sub(1));
            write!(f, "\n {margin} ╭─[ {path}:{line}:{column} ]")?;
            write!(f, "\n {margin} │\n {number} │ {excerpt}")?;
            write!(
                f,
                "\n {margin} │ {before}┬\n {margin} │ {before}╰── {label}"
            )?;
            if let Some(help) = &self.0.help {
                write!(f, "\n {margin} │ \n {margin} │ Help: {help}")?;
            }
            return write!(f, "\n{}╯", "─".repeat(number.len() + 2));
        }
        if self.0.path.is_some() {
            write!(f, "\n   ──▶ {path}")?;
        }
        if let Some((line, column)) = self.0.place {
            write!(f, ":{line}:{column}")?;
        }
        if let Some(help) = &self.0.help {
            write!(f, "\n   Help: {help}")?;
        }
        Ok(())
    }
}

/// Everything that is wrong with a set of queries, ordered by file and place.
///
/// `Display` prints all reports, a blank line between them.
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

    fn sort(&mut self) {
        // Stable: reports of one place stay in the order they were found.
        self.0
            .sort_by(|a, b| (&a.0.path, a.0.place).cmp(&(&b.0.path, b.0.place)));
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
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
