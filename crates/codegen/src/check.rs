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
use apollo_compiler::parser::{FileId, Parser, SourceSpan};
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
use crate::syntax::{self, EXTEND, Holds, plain, text_at};

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
        Err(invalid) => return Err(schema_syntax(&invalid.errors, path).into()),
    };
    let mut diagnostics = Diagnostics::default();
    let mut builder = client::define(&document, extent)?;
    let mut extensions = Vec::new();
    for overlay in overlays.iter().filter(|overlay| !is_blank(&overlay.text)) {
        match parse_overlay(overlay) {
            Ok(overlay) => {
                let mistakes = client::check_extensions(&document, &overlay);
                if mistakes.is_empty() {
                    builder = builder.add_ast(&overlay);
                }
                diagnostics.extend(mistakes);
                extensions.push(overlay);
            }
            Err(mistake) => diagnostics.push(mistake),
        }
    }
    let (mut schema, mut errors) = match builder.build() {
        Ok(schema) => (schema, Vec::new()),
        Err(invalid) => (invalid.partial, vec![invalid.errors]),
    };
    define_one_of(&mut schema);
    for extension in &extensions {
        diagnostics.extend(rules::directives_of_extensions(&schema, extension));
    }
    client::check_fields(&schema, &mut diagnostics);
    let schema = match schema.validate() {
        Ok(schema) => schema,
        Err(invalid) => {
            errors.push(invalid.errors);
            Valid::assume_valid(invalid.partial)
        }
    };
    let mistakes = schema_mistakes(&errors, &schema, path, &diagnostics);
    diagnostics.extend(mistakes);
    if diagnostics.is_empty() && !errors.is_empty() {
        return Err(schema_report("the schema is not valid", path).into());
    }
    if diagnostics.is_empty() && schema.schema_definition.query.is_none() {
        return Err(schema_report("the schema has no queries", path).into());
    }
    diagnostics.into_result(schema)
}

/// Reads a client schema as far as it is GraphQL.
fn parse_overlay(overlay: &Source) -> Result<Document, Diagnostic> {
    match Document::parse(&overlay.text, &overlay.path) {
        Ok(document) => gaps::find(overlay).map_or(Ok(document), Err),
        Err(invalid) => Err(match first(&invalid.errors) {
            Some(error) => syntax::mistake(&error, Holds::Extensions),
            None => Diagnostic::new("the client schema is not GraphQL")
                .of_rule("invalid_schema")
                .at(&overlay.path)
                .help(EXTEND),
        }),
    }
}

/// Of several syntax errors the first one counts: what comes behind it is
/// guesswork.
fn first(errors: &DiagnosticList) -> Option<FrontEndDiagnostic<'_, DiagnosticData>> {
    errors
        .iter()
        .min_by_key(|error| error.error.location().map(|location| location.offset()))
}

fn schema_syntax(errors: &DiagnosticList, path: &Path) -> Diagnostic {
    match first(errors) {
        Some(error) => schema_mistake(&error, None, path),
        None => schema_report("the schema is not valid", path),
    }
}

/// What the front end finds wrong with a schema; `path` is where its main text
/// is. Of a client schema with a mistake that is `known` nothing more is said:
/// it would be the same in other words.
fn schema_mistakes(
    errors: &[DiagnosticList],
    schema: &Schema,
    path: &Path,
    known: &Diagnostics,
) -> Vec<Diagnostic> {
    let reported: BTreeSet<_> = known
        .iter()
        .filter_map(Diagnostic::path)
        .filter(|known| *known != path)
        .collect();
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    for error in errors.iter().flat_map(DiagnosticList::iter) {
        let mistake = schema_mistake(&error, Some(schema), path);
        if !mistake.path().is_some_and(|path| reported.contains(path))
            && !mistakes.contains(&mistake)
        {
            mistakes.push(mistake);
        }
    }
    mistakes
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
            EXTEND
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
    let mut too_deep = BTreeMap::new();
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
            Some(Remark::TooDeep) => {
                too_deep.insert(place, location);
            }
            Some(Remark::Rule | Remark::Unused) | None => {}
        }
    }
    diagnostics.extend(syntax::too_deep_at(&sources, too_deep.into_values()));
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
                    match first(&invalid.errors) {
                        Some(error) => diagnostics.push(syntax::mistake(&error, Holds::Queries)),
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
