//! The file of levels and limits, `lints.toml`.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Lint;
use super::settings::{Level, Settings};
use crate::advice;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::source;

/// The rule that a mistake in the file breaks.
const INVALID: &str = "invalid_lints_file";

/// The numbers that the file can set.
const LIMITS: [&str; 4] = ["complexity", "window", "nesting", "page_size"];

/// Reads a file into the settings. What is wrong with it is reported, and the
/// rest counts.
pub(crate) fn read(
    path: &Path,
    shown: &Path,
    settings: &mut Settings,
    diagnostics: &mut Diagnostics,
) {
    let text = fs::read(path)
        .map_err(|error| {
            let what = if error.kind() == io::ErrorKind::NotFound {
                "there is no such file of lints".to_owned()
            } else {
                format!("the file of lints cannot be read: {error}")
            };
            Diagnostic::new(what)
                .of_rule(INVALID)
                .help("check the path, which is relative to the crate, and its permissions")
        })
        .and_then(|bytes| source::decode(&bytes));
    match text {
        Ok(text) => {
            let mut reader = Reader {
                text: &text,
                shown,
                settings,
                diagnostics,
            };
            reader.file();
        }
        Err(diagnostic) => diagnostics.push(diagnostic.at(shown)),
    }
}

struct Reader<'a> {
    text: &'a str,
    shown: &'a Path,
    settings: &'a mut Settings,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn file(&mut self) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                self.report(
                    error.span().unwrap_or_default(),
                    format!("the file is not TOML: {}", one_line(error.message())),
                    "not TOML",
                    "write it like this: `[lints]`, and below it lines such as `deprecated = \"deny\"`",
                );
                return;
            }
        };
        for (key, value) in table.get_ref() {
            let (name, span) = (key.get_ref(), key.span());
            match (name.as_ref(), value.get_ref()) {
                ("lints", DeValue::Table(lints)) => self.lints(lints),
                ("limits", DeValue::Table(limits)) => self.limits(limits),
                ("lints" | "limits", _) => self.report(
                    value.span(),
                    format!("`{name}` is not a table"),
                    "not a table",
                    format!("write `[{name}]` on a line of its own, and its settings below"),
                ),
                _ => self.report(
                    span,
                    format!("there is no table `{name}`"),
                    "not known",
                    did_you_mean(name, &["lints", "limits"]),
                ),
            }
        }
    }

    fn lints(&mut self, lints: &DeTable<'_>) {
        for (key, value) in lints {
            let name = key.get_ref();
            let lint = Lint::ALL.into_iter().find(|lint| name == lint.name());
            if lint.is_none() {
                self.report(
                    key.span(),
                    format!("there is no lint `{name}`"),
                    "not known",
                    did_you_mean(name, &Lint::ALL.map(Lint::name)),
                );
            }
            let level = self.level(name, value);
            if let (Some(lint), Some(level)) = (lint, level) {
                self.settings.set(lint, level);
            }
        }
    }

    fn level(&mut self, lint: &str, value: &Spanned<DeValue<'_>>) -> Option<Level> {
        let DeValue::String(written) = value.get_ref() else {
            self.report(
                value.span(),
                format!("the level of `{lint}` is not text"),
                "not text",
                format!("write `{lint} = \"warn\"`, or \"allow\" or \"deny\""),
            );
            return None;
        };
        let level = Level::ALL.into_iter().find(|(level, _)| level == written);
        if level.is_none() {
            self.report(
                value.span(),
                format!("there is no level `{written}`"),
                "not a level",
                did_you_mean(written, &Level::ALL.map(|(level, _)| level)),
            );
        }
        level.map(|(_, level)| level)
    }

    fn limits(&mut self, limits: &DeTable<'_>) {
        for (key, value) in limits {
            let name = key.get_ref();
            let limits = &mut self.settings.limits;
            // No points at all is a limit, too. But each operation has a level,
            // and each page a row.
            let (limit, least) = match name.as_ref() {
                "complexity" => (&mut limits.complexity, 0),
                "window" => (&mut limits.window, 0),
                "nesting" => (&mut limits.nesting, 1),
                "page_size" => (&mut limits.page_size, 1),
                _ => {
                    self.report(
                        key.span(),
                        format!("there is no limit `{name}`"),
                        "not known",
                        did_you_mean(name, &LIMITS),
                    );
                    continue;
                }
            };
            let number = match value.get_ref() {
                DeValue::Integer(number) => {
                    i128::from_str_radix(number.as_str(), number.radix()).ok()
                }
                _ => None,
            };
            let usual = *limit;
            match number.map(|number| (number < i128::from(least), u64::try_from(number))) {
                Some((false, Ok(number))) => *limit = number,
                Some((true, _)) => self.report(
                    value.span(),
                    format!("the limit `{name}` is at least {least}"),
                    "too small",
                    format!("write a greater number, such as the usual `{name} = {usual}`"),
                ),
                Some((false, Err(_))) | None => self.report(
                    value.span(),
                    format!("the limit `{name}` is not a whole number"),
                    "not a whole number",
                    format!("write it in digits, such as the usual `{name} = {usual}`"),
                ),
            }
        }
    }

    fn report(
        &mut self,
        span: Range<usize>,
        message: String,
        label: &'static str,
        help: impl Into<String>,
    ) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let place = Span::between(self.text, span.start, span.end);
        let line = self.text.get(line_start..).unwrap_or_default();
        self.diagnostics.push(
            Diagnostic::new(message)
                .at(self.shown)
                .of_rule(INVALID)
                .at_span(place)
                .excerpt(line.lines().next().unwrap_or_default(), label)
                .help(help),
        );
    }
}

fn did_you_mean(written: &str, known: &[&str]) -> String {
    advice::near(written, known.iter().copied()).unwrap_or_else(|| {
        let known: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
        format!("write one of {}", known.join(", "))
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
