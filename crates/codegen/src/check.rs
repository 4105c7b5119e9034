//! Holding schema and queries against GraphQL's rules.
//!
//! Parsing and validation are [`apollo_compiler`]'s. What is added here are the
//! rules of a *set* of files: one name space, and no operation without a name.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use apollo_compiler::diagnostic::{Color, Diagnostic as FrontEndDiagnostic, ToCliReport as _};
use apollo_compiler::executable::OperationType;
use apollo_compiler::parser::{FileId, Parser, SourceSpan};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Schema, ast};

use crate::advice;
use crate::client;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::frame::{frame, place};
use crate::lints::{self, Allowed, Finding, Lint, Settings};
use crate::rules;
use crate::schema::one_of;
use crate::source::{Files, Source, is_blank};

/// A set of operations and fragments that keeps every rule.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) schema: Valid<Schema>,
    pub(crate) document: Valid<ExecutableDocument>,
    pub(crate) client: client::Directives,
    /// Fragments and variables without a use, which the lints judge. Such
    /// variables are no longer in the document: a server would refuse them.
    pub(crate) unused: Vec<Finding>,
    pub(crate) allowed: Allowed,
}

/// Reads a schema with what the client adds to it: its own directives, and the
/// extensions in `overlays`.
pub(crate) fn schema(
    base: &Source,
    extent: client::Extent,
    overlays: &[Source],
) -> Result<Valid<Schema>, Diagnostics> {
    let path = &base.path;
    if is_blank(&base.text) {
        return Err(schema_report("the schema is empty", path).into());
    }
    let document = match ast::Document::parse(&base.text, path) {
        Ok(document) => document,
        Err(invalid) => return Err(schema_mistakes(&invalid.errors, None, path)),
    };
    let mut diagnostics = Diagnostics::default();
    let mut builder = client::define(Schema::builder().add_ast(&document), &document, extent)?;
    for overlay in overlays {
        match ast::Document::parse(&overlay.text, &overlay.path) {
            Ok(document) => {
                client::check_extensions(&document, &mut diagnostics);
                builder = builder.add_ast(&document);
            }
            Err(invalid) => {
                diagnostics = diagnostics.with(schema_mistakes(&invalid.errors, None, path));
            }
        }
    }
    let (mut schema, errors) = match builder.build() {
        Ok(schema) => (schema, None),
        Err(invalid) => (invalid.partial, Some(invalid.errors)),
    };
    if let Some(errors) = &errors {
        diagnostics = diagnostics.with(schema_mistakes(errors, Some(&schema), path));
    }
    define_one_of(&mut schema);
    let schema = match schema.validate() {
        Ok(schema) => schema,
        Err(invalid) => {
            let mistakes = schema_mistakes(&invalid.errors, Some(&invalid.partial), path);
            return Err(diagnostics.with(mistakes));
        }
    };
    if schema.schema_definition.query.is_none() {
        return Err(diagnostics.with(schema_report("the schema has no queries", path).into()));
    }
    client::check_fields(&schema, &mut diagnostics);
    diagnostics.into_result(schema)
}

/// What is wrong with a schema; `path` is where its main text is.
fn schema_mistakes(errors: &DiagnosticList, schema: Option<&Schema>, path: &Path) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    let is_syntax = |error: &DiagnosticData| error.unstable_error_name().is_none();
    match errors.iter().find(|error| is_syntax(error.error)) {
        // What comes behind it is guesswork.
        Some(error) => diagnostics.push(schema_mistake(&error, schema, path)),
        None => {
            for error in errors.iter() {
                diagnostics.push(schema_mistake(&error, schema, path));
            }
        }
    }
    match diagnostics.into_result(()) {
        Err(diagnostics) => diagnostics,
        Ok(()) => schema_report("the schema is not valid", path).into(),
    }
}

fn define_one_of(schema: &mut Schema) {
    let definition = one_of::definition();
    schema
        .directive_definitions
        .entry(definition.name.clone())
        .or_insert_with(|| definition.into());
}

fn schema_mistake(
    error: &FrontEndDiagnostic<'_, DiagnosticData>,
    schema: Option<&Schema>,
    path: &Path,
) -> Diagnostic {
    let Some(location) = error.error.location() else {
        return schema_report(&error.error.to_string(), path);
    };
    let file = error.sources.get(&location.file_id());
    if file.is_some_and(|file| file.path() == path) {
        return from_front_end(
            error,
            Some("mend the schema, or print it anew from the server's introspection answer"),
        );
    }
    let near = schema.and_then(|schema| {
        let known = match error.error.unstable_error_name()? {
            "UndefinedDirective" => schema.directive_definitions.keys().collect::<Vec<_>>(),
            "OrphanTypeExtension" => schema.types.keys().collect(),
            _ => return None,
        };
        advice::near(&quoted(error.error, 0)?, known.into_iter())
    });
    let help = near.unwrap_or_else(|| {
        "extend types of the schema with the client's directives: `extend type TheType @semanticNonNullField(name: \"field\")`"
            .to_owned()
    });
    from_front_end(error, Some(&help))
}

fn schema_report(message: &str, path: &Path) -> Diagnostic {
    Diagnostic::new(message).at(path).help(
        "give a whole schema in GraphQL's schema definition language, with a `schema { query: … }` block",
    )
}

pub(crate) fn check(
    schema: Valid<Schema>,
    files: &Files,
    settings: &Settings,
    mut diagnostics: Diagnostics,
) -> Result<Checked, Diagnostics> {
    let mut errors = DiagnosticList::new(schema.sources.clone());
    let mut parser = Parser::new();
    let mut builder = ExecutableDocument::builder(Some(&schema), &mut errors);
    for source in &files.sources {
        parser.parse_into_executable_builder(source.text.as_str(), &source.path, &mut builder);
    }
    let document = builder.build();
    let hidden = Hidden::by(&schema, &errors, files);
    refuse_operations(&document, &errors, &mut diagnostics);
    let client = client::Directives::of(&schema);
    let broken = rules::check(&schema, &document);
    for broken in broken.into_iter().chain(client::check(&document, &client)) {
        diagnostics.push(frame(
            &document.sources,
            broken.location,
            &broken.message,
            broken.label,
            &broken.help,
        ));
    }

    let (document, invalid) = match document.validate(&schema) {
        Ok(document) => (document, None),
        Err(invalid) => (Valid::assume_valid(invalid.partial), Some(invalid.errors)),
    };
    let found = invalid.iter().flat_map(DiagnosticList::iter);
    let mut is_first = BTreeSet::new();
    let mut unused = Vec::new();
    let mut is_valid = true;
    for error in errors.iter().chain(found) {
        let lint = unused_lint(error.error);
        is_valid &= lint.is_some();
        if hidden.is_consequence(error.error, &mut is_first) {
            continue;
        }
        let advice = advice::advice(
            &schema,
            &document,
            error.error.unstable_error_name(),
            &message(&error),
        );
        let Some((lint, on)) = lint else {
            diagnostics.push(from_front_end(&error, advice.as_deref()));
            continue;
        };
        let advice = advice.unwrap_or_default() + &lint.or_allow(on);
        unused.push(Finding {
            lint,
            places: error.error.location().into_iter().collect(),
            report: from_front_end(&error, Some(&advice)),
        });
    }
    if diagnostics.is_empty() && !is_valid {
        // Nothing is hidden without something that hides it. Still, better said
        // twice than not at all.
        for error in errors
            .iter()
            .chain(invalid.iter().flat_map(DiagnosticList::iter))
        {
            diagnostics.push(from_front_end(&error, None));
        }
    }
    let mut allowed = Allowed::of(&document, &client);
    if !diagnostics.is_empty() {
        let unused = lints::judge(&mut allowed, &unused, settings);
        return Err(diagnostics.with(unused));
    }
    let document = Valid::assume_valid(without_unused(document.into_inner(), &unused));
    Ok(Checked {
        schema,
        document,
        client,
        unused,
        allowed,
    })
}

/// The lint that decides about an error of the front end, and what has to carry
/// an `@allow`.
fn unused_lint(error: &DiagnosticData) -> Option<(Lint, &'static str)> {
    match error.unstable_error_name() {
        Some("UnusedFragment") => Some((Lint::UnusedFragment, "on the fragment")),
        Some("UnusedVariable") => Some((Lint::UnusedVariable, "on the variable")),
        _ => None,
    }
}

/// The document without variables that are not used. A fragment without a use
/// stays: it is not sent.
fn without_unused(mut document: ExecutableDocument, unused: &[Finding]) -> ExecutableDocument {
    let places: BTreeSet<_> = unused
        .iter()
        .filter(|finding| finding.lint == Lint::UnusedVariable)
        .flat_map(|finding| finding.places.iter().copied().map(Place))
        .collect();
    if places.is_empty() {
        return document;
    }
    for operation in document.operations.named.values_mut() {
        operation.make_mut().variables.retain(|variable| {
            !variable
                .location()
                .is_some_and(|location| places.contains(&Place(location)))
        });
    }
    document
}

/// The message, or the whole report where only that has the names in question.
fn message(error: &FrontEndDiagnostic<'_, DiagnosticData>) -> String {
    match error.error.unstable_error_name() {
        Some("MissingSubselection") => error.to_report(Color::Never).into_string(),
        _ => error.error.to_string(),
    }
}

/// Refuses what GraphQL allows and this compiler does not. The front end leaves
/// some of it out of the document, and says so in its own words.
fn refuse_operations(
    document: &ExecutableDocument,
    errors: &DiagnosticList,
    diagnostics: &mut Diagnostics,
) {
    let mut nameless = BTreeSet::new();
    let mut subscriptions = BTreeSet::new();
    for operation in document.operations.iter() {
        if operation.operation_type == OperationType::Subscription {
            subscriptions.extend(operation.location().map(Place));
        } else if operation.name.is_none() {
            nameless.extend(operation.location().map(Place));
        }
    }
    for error in errors.iter() {
        let location = error.error.location().map(Place);
        if is_nameless(error.error) {
            nameless.extend(location);
        } else if is_subscription(error.error) {
            subscriptions.extend(location);
        }
    }
    for place in nameless.difference(&subscriptions) {
        diagnostics.push(frame(
            &document.sources,
            Some(place.0),
            "the operation has no name",
            "this operation",
            "name it, unlike any other in the query files: its Rust module is named after it, as in `query RecentBuilds { … }`",
        ));
    }
    for place in subscriptions {
        diagnostics.push(frame(
            &document.sources,
            Some(place.0),
            "subscriptions cannot be compiled",
            "a subscription",
            "the client sends queries and mutations over HTTP: poll with a query instead",
        ));
    }
}

fn is_nameless(error: &DiagnosticData) -> bool {
    error.unstable_error_name() == Some("AmbiguousAnonymousOperation")
}

fn is_subscription(error: &DiagnosticData) -> bool {
    error.unstable_error_name() == Some("UndefinedRootOperation")
        && error.to_string().contains("subscription")
}

/// A name in a message.
fn quoted(error: &DiagnosticData, index: usize) -> Option<String> {
    let message = error.to_string();
    message.split('`').nth(2 * index + 1).map(str::to_owned)
}

/// A place in the order of files and texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(SourceSpan);

impl Place {
    fn key(self) -> (FileId, usize) {
        (self.0.file_id(), self.0.offset())
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// What a mistake hides is not there to be found: a file that cannot be read
/// or parsed hides its fragments, an unknown field all that is selected of it.
/// What would then be said to be missing or unused only distracts.
struct Hidden<'a> {
    schema: &'a Schema,
    /// Texts that may define fragments which were not understood.
    texts: Vec<&'a str>,
    /// Whether there may be others that nobody could read.
    unknown: bool,
    /// Where each file stops to be GraphQL: what comes behind is guesswork.
    not_parsed: BTreeMap<FileId, usize>,
    /// Where something was left out of the document.
    left_out: Vec<SourceSpan>,
}

impl<'a> Hidden<'a> {
    fn by(schema: &'a Schema, errors: &DiagnosticList, files: &'a Files) -> Self {
        let mut not_parsed = BTreeMap::new();
        let mut broken_paths = BTreeSet::new();
        let mut left_out = Vec::new();
        for error in errors.iter() {
            let Some(location) = error.error.location() else {
                continue;
            };
            left_out.push(location);
            let file = error.sources.get(&location.file_id());
            broken_paths.extend(file.map(|file| file.path()));
            if error.error.unstable_error_name().is_none() {
                let first = not_parsed.entry(location.file_id()).or_insert(usize::MAX);
                *first = location.offset().min(*first);
            }
        }
        let undecoded = files.undecoded.iter().map(String::as_str);
        let unparsed = files
            .sources
            .iter()
            .filter(|source| broken_paths.contains(source.path.as_path()))
            .map(|source| source.text.as_str());
        Self {
            schema,
            texts: undecoded.chain(unparsed).collect(),
            unknown: files.has_unread,
            not_parsed,
            left_out,
        }
    }

    fn is_consequence(&self, error: &DiagnosticData, is_first: &mut BTreeSet<FileId>) -> bool {
        let location = error.location();
        let kind = error.unstable_error_name();
        if let Some(location) = location
            && let Some(&first) = self.not_parsed.get(&location.file_id())
        {
            // Of several syntax errors the first one counts, once.
            return kind.is_some()
                || location.offset() > first
                || !is_first.insert(location.file_id());
        }
        match kind {
            Some("UndefinedFragment") => {
                self.unknown || quoted(error, 0).is_some_and(|name| self.defines_fragment(&name))
            }
            Some("UnusedFragment") => {
                self.unknown || !self.texts.is_empty() || !self.left_out.is_empty()
            }
            Some("UnusedVariable") => {
                self.unknown
                    || !self.texts.is_empty()
                    || location.is_some_and(|location| {
                        self.left_out
                            .iter()
                            .any(|place| place.file_id() == location.file_id())
                    })
            }
            Some("MissingSubselection") => {
                location.is_some_and(|location| self.holds_left_out(location))
            }
            // A variable fits nowhere if there is no such type, or not as an
            // input.
            Some("DisallowedVariableUsage") => quoted(error, 1)
                .and_then(|ty| self.schema.types.get(ty.trim_matches(['[', ']', '!'])))
                .is_none_or(|ty| !ty.is_input_type()),
            // A fragment on what has no fields is a mistake in itself.
            Some("UndefinedField") => quoted(error, 0)
                .and_then(|ty| self.schema.types.get(ty.as_str()))
                .is_some_and(ExtendedType::is_leaf),
            // These are said in other words.
            _ => is_nameless(error) || is_subscription(error),
        }
    }

    fn holds_left_out(&self, location: SourceSpan) -> bool {
        self.left_out.iter().any(|place| {
            place.file_id() == location.file_id()
                && location.offset() < place.offset()
                && place.offset() < location.end_offset()
        })
    }

    fn defines_fragment(&self, name: &str) -> bool {
        self.texts
            .iter()
            .flat_map(|text| text.split("fragment").skip(1))
            .filter_map(|behind| behind.trim_start().strip_prefix(name))
            .any(|behind| !behind.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric()))
    }
}

/// Takes over a report that is already framed on the source, with advice where
/// there is some.
fn from_front_end(
    error: &FrontEndDiagnostic<'_, DiagnosticData>,
    advice: Option<&str>,
) -> Diagnostic {
    let mut report = error.to_report(Color::Never);
    if let Some(advice) = advice {
        report.with_help(advice);
    }
    let mut message = error.error.to_string();
    // Advice for users of the front end.
    let mut report = report.into_string().replace(", or use `parse_mixed()`", "");
    if error.error.unstable_error_name().is_none() {
        message = plain(&message);
        report = plain(&report);
    }
    let diagnostic = Diagnostic::new(message).framed(report);
    place(diagnostic, error.sources, error.error.location())
}

/// Names tokens as they are written.
fn plain(text: &str) -> String {
    let mut text = text.replace("got EOF", "but the file ends");
    for (token, written) in [
        ("L_CURLY", "`{`"),
        ("R_CURLY", "`}`"),
        ("L_PAREN", "`(`"),
        ("R_PAREN", "`)`"),
        ("L_BRACK", "`[`"),
        ("R_BRACK", "`]`"),
    ] {
        text = text.replace(&format!("expected {token}"), &format!("expected {written}"));
    }
    text
}
