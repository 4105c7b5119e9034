//! Holding schema and queries against GraphQL's rules.
//!
//! Parsing and validation are [`apollo_compiler`]'s: what it does not accept is
//! refused. What it refuses is said in the words of [`rules`], which know more
//! about the place, and of a *set* of files: one name space, and no operation
//! without a name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::{Diagnostic as FrontEndDiagnostic, ToCliReport as _};
use apollo_compiler::parser::{FileId, Parser, SourceMap, SourceSpan};
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, Valid};
use apollo_compiler::{ExecutableDocument, Schema};

use crate::advice;
use crate::client;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::frame::frame;
use crate::gaps;
use crate::lints::{self, Allowed, Finding, Lint, Settings};
use crate::rules::{self, Broken, Conflict, Hidden};
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
    let document = match Document::parse(&base.text, path) {
        Ok(document) => document,
        Err(invalid) => return Err(schema_mistakes(&invalid.errors, None, path)),
    };
    let mut diagnostics = Diagnostics::default();
    let mut builder = client::define(Schema::builder().add_ast(&document), &document, extent)?;
    for overlay in overlays {
        match Document::parse(&overlay.text, &overlay.path) {
            Ok(overlay) => {
                client::check_extensions(&document, &overlay, &mut diagnostics);
                builder = builder.add_ast(&overlay);
            }
            Err(invalid) => {
                diagnostics = diagnostics.with(schema_mistakes(&invalid.errors, None, path));
            }
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
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
    let location = error.error.location();
    let message = plain(&error.error.to_string());
    let Some(span) = location else {
        return schema_report(&message, path);
    };
    let written = text_at(error.sources, span).unwrap_or_default();
    let name = written.trim_start_matches(['@', '[']);
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
    let name = &name[..end.unwrap_or(name.len())];
    let near = schema.and_then(|schema| match error.error.unstable_error_name()? {
        "UndefinedDefinition" => advice::did_you_mean(name, schema.types.keys(), ""),
        "UndefinedDirective" => {
            advice::did_you_mean(name, schema.directive_definitions.keys(), "@")
        }
        _ => None,
    });
    let file = error.sources.get(&span.file_id());
    let help = near.unwrap_or_else(|| {
        if file.is_some_and(|file| file.path() == path) {
            "mend the schema, or print it anew from the server's introspection answer"
        } else {
            "extend types of the schema with the client's directives: `extend type TheType @semanticNonNullField(name: \"field\")`"
        }
        .to_owned()
    });
    let message = match error.error.unstable_error_name() {
        Some("UndefinedDefinition") => format!("the schema has no type `{name}`"),
        Some("UndefinedDirective") => format!("there is no directive `@{name}`"),
        _ => message,
    };
    frame(error.sources, location, &message, "here", &help).of_rule("invalid_schema")
}

fn text_at(sources: &SourceMap, span: SourceSpan) -> Option<&str> {
    let text = sources.get(&span.file_id())?.source_text();
    text.get(span.offset()..span.end_offset())
}

fn schema_report(message: &str, path: &Path) -> Diagnostic {
    Diagnostic::new(message)
        .of_rule("invalid_schema")
        .at(path)
        .help(
            "give a whole schema in GraphQL's schema definition language, with a `schema { query: … }` block",
        )
}

pub(crate) fn check(
    schema: Valid<Schema>,
    files: &Files,
    settings: &Settings,
    mut diagnostics: Diagnostics,
) -> Result<Checked, Diagnostics> {
    let parsed = Parsed::new(files, &mut diagnostics);
    // One list for all files, which knows all of them.
    let mut errors = DiagnosticList::new(schema.sources.clone());
    let mut builder = ExecutableDocument::builder(Some(&schema), &mut errors);
    for document in &parsed.documents {
        builder.add_ast_document(document, true);
    }
    let document = builder.build();
    let sources = document.sources.clone();
    let set = rules::Set::new(&schema, &sources, &parsed.documents, &parsed.hidden);
    let rules::Checked { broken, unused } = set.check();
    let client = client::Directives::of(&schema);
    let misused: Vec<_> = client::check(&document, &client)
        .into_iter()
        .map(|broken| {
            let Broken {
                location,
                message,
                label,
                help,
            } = broken;
            frame(&sources, location, &message, label, &help).of_rule("client_directive")
        })
        .collect();
    // A variable where none can be is not also of the wrong type.
    diagnostics.extend(broken.into_iter().filter(|broken| {
        let place = |report: &Diagnostic| {
            (
                report.path().map(Path::to_owned),
                report.line(),
                report.column(),
            )
        };
        !misused
            .iter()
            .any(|misused| place(misused) == place(broken))
    }));
    diagnostics.extend(misused);
    let (document, invalid) = match document.validate(&schema) {
        Ok(document) => (document, None),
        Err(invalid) => (Valid::assume_valid(invalid.partial), Some(invalid.errors)),
    };
    let refused = || {
        errors
            .iter()
            .chain(invalid.iter().flat_map(DiagnosticList::iter))
    };
    // Of the conflicts at one place the most important one.
    let mut conflicts: BTreeMap<(FileId, usize), (Conflict, Option<SourceSpan>)> = BTreeMap::new();
    for error in refused() {
        let location = error.error.location();
        let place = location.map(key);
        match error.error.unstable_error_name().map(Remark::of) {
            Some(Remark::Conflict(kind)) => {
                if let Some(place) = place {
                    let found = conflicts.entry(place).or_insert((kind, location));
                    found.0 = found.0.min(kind);
                }
            }
            Some(Remark::TooDeep) => diagnostics.push(too_deep(&sources, location)),
            Some(Remark::Rule | Remark::Unused) | None => {}
        }
    }
    for (kind, location) in conflicts.into_values() {
        diagnostics.push(set.conflict(location, kind));
    }
    if diagnostics.is_empty() {
        // Whatever the front end refuses and the rules here do not know. Better
        // said in its words than not at all.
        for error in refused().filter(|error| !is_unused(error.error)) {
            let message = plain(&error.error.to_string());
            diagnostics.push(frame(
                &sources,
                error.error.location(),
                &message,
                "here",
                "change it so that the rule of GraphQL is kept",
            ));
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

/// What is made of a remark of the front end.
enum Remark {
    Conflict(Conflict),
    TooDeep,
    /// The lints have the say.
    Unused,
    /// The rules here say it better.
    Rule,
}

impl Remark {
    fn of(name: &str) -> Self {
        match name {
            "ConflictingFieldName" => Self::Conflict(Conflict::Field),
            "ConflictingFieldArgument" => Self::Conflict(Conflict::Arguments),
            "ConflictingFieldType" => Self::Conflict(Conflict::Type),
            "UnusedFragment" | "UnusedVariable" => Self::Unused,
            "RecursionError" | "RecursionLimitError" | "DeeplyNestedType" => Self::TooDeep,
            _ => Self::Rule,
        }
    }
}

fn is_unused(error: &DiagnosticData) -> bool {
    let remark = error.unstable_error_name().map(Remark::of);
    matches!(remark, Some(Remark::Unused))
}

/// The document without variables that are not used. A fragment without a use
/// stays: it is not sent.
fn without_unused(mut document: ExecutableDocument, unused: &[Finding]) -> ExecutableDocument {
    let places: BTreeSet<_> = unused
        .iter()
        .filter(|finding| finding.lint == Lint::UnusedVariable)
        .flat_map(|finding| finding.places.iter().map(|place| key(*place)))
        .collect();
    if places.is_empty() {
        return document;
    }
    for operation in document.operations.named.values_mut() {
        operation.make_mut().variables.retain(|variable| {
            !variable
                .location()
                .is_some_and(|location| places.contains(&key(location)))
        });
    }
    document
}

/// A place in the order of files and texts.
fn key(place: SourceSpan) -> (FileId, usize) {
    (place.file_id(), place.offset())
}

const NEST_LESS: &str =
    "nest less: split the operation, or ask for the inner objects by their `id`";

fn too_deep(sources: &SourceMap, location: Option<SourceSpan>) -> Diagnostic {
    frame(
        sources,
        location,
        "the operation is nested too deep to be checked",
        "too deep",
        NEST_LESS,
    )
    .of_rule("recursion_limit")
}

/// The files of a set as far as they are GraphQL.
struct Parsed<'a> {
    documents: Vec<Document>,
    hidden: Hidden<'a>,
}

impl<'a> Parsed<'a> {
    fn new(files: &'a Files, diagnostics: &mut Diagnostics) -> Self {
        let mut parser = Parser::new();
        let mut documents = Vec::new();
        let mut texts: Vec<&str> = files.undecoded.iter().map(String::as_str).collect();
        for source in &files.sources {
            match parser.parse_ast(source.text.as_str(), &source.path) {
                Ok(document) => match gaps::find(source) {
                    None => documents.push(document),
                    Some(gap) => {
                        texts.push(&source.text);
                        diagnostics.push(gap);
                    }
                },
                Err(invalid) => {
                    texts.push(&source.text);
                    // Of several syntax errors the first one counts: what comes
                    // behind it is guesswork.
                    let place = |error: &FrontEndDiagnostic<'_, DiagnosticData>| {
                        error.error.location().map(|location| location.offset())
                    };
                    match invalid.errors.iter().min_by_key(place) {
                        Some(error) => diagnostics.push(syntax(&error)),
                        None => diagnostics.push(
                            Diagnostic::new("the file is not GraphQL")
                                .of_rule("syntax_error")
                                .at(&source.path)
                                .help("write a `query`, `mutation` or `fragment` into it"),
                        ),
                    }
                }
            }
        }
        Self {
            documents,
            hidden: Hidden {
                texts,
                has_unread: files.has_unread,
            },
        }
    }
}

fn syntax(error: &FrontEndDiagnostic<'_, DiagnosticData>) -> Diagnostic {
    let message = plain(&error.error.to_string());
    let lower = message.to_lowercase();
    let location = error.error.location();
    if lower.contains("limit") || lower.contains("recursion") {
        return too_deep(error.sources, location);
    }
    let said = message.strip_prefix("syntax error: ").unwrap_or(&message);
    let said = said.split(", got ").next().unwrap_or(said);
    let found = location
        .and_then(|span| text_at(error.sources, span))
        .and_then(|text| text.split_whitespace().next())
        .filter(|found| found.chars().count() <= 20);
    let (what, help) = in_plain_words(said, found);
    let what = match found {
        Some(found) if what.starts_with("expected") => format!("{what}, found `{found}`"),
        _ => what,
    };
    frame(
        error.sources,
        location,
        &format!("syntax error: {what}"),
        "here",
        help,
    )
    .of_rule("syntax_error")
}

/// What the parser says, for those who do not know its words, and what to do.
fn in_plain_words(said: &str, found: Option<&str>) -> (String, &'static str) {
    let own = |what: &str, help| (what.to_owned(), help);
    if said.contains("the file ends") || (said.contains("expected `}`") && found.is_none()) {
        return (
            said.to_owned(),
            "check that every bracket is closed: `{ … }`, `( … )`, `[ … ]`",
        );
    }
    if said.contains("Const context") {
        return own(
            "a variable cannot stand in the default of another",
            "write the value itself",
        );
    }
    if said.contains("unterminated string") {
        return own(
            "a text is not closed",
            "close it with `\"` on the same line; longer text stands between `\"\"\"`",
        );
    }
    if said.contains("at least one Selection") {
        return own(
            "nothing is selected between `{` and `}`",
            "select at least one field, such as `id`, or remove the brackets",
        );
    }
    if found.is_some_and(|found| found.starts_with('=')) {
        return own(
            "an argument is given with a colon, not with `=`",
            "write `name: value`",
        );
    }
    if said.contains("expected a Variable Definition") {
        return own(
            "the name of a variable begins with `$`",
            "write `$name: TheType` to declare a variable",
        );
    }
    if said.contains("expected an Argument") {
        return own(
            "expected an argument",
            "write arguments as `name: value`, and no brackets where there are none",
        );
    }
    if said.contains("expected definition") || said.contains("OperationDefinition") {
        return own(
            "expected `query`, `mutation` or `fragment`",
            match found {
                Some("}" | ")" | "]") => {
                    "a bracket in front of this closes too much, or this one is too many: remove it"
                }
                _ => {
                    "begin each definition with one of them: `query Viewer { viewer { id } }`; nothing else can stand in a query file"
                }
            },
        );
    }
    let said = match said.strip_prefix("Unexpected character") {
        Some(character) => format!("unexpected character{character}"),
        None => said.replace("expected a Name", "expected a name"),
    };
    (
        said,
        "check the text in front of this place, too: a mistake may begin there",
    )
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
