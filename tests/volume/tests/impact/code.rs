//! Generated code, without what is only read by people, and apart from it what it costs.

use std::collections::{BTreeMap, BTreeSet};

use buildkite_codegen::Generated;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::case::Name;

/// The function that counts points.
const COMPLEXITY: &str = "requested_complexity";

pub(crate) struct Code {
    definitions: BTreeMap<Name, Vec<String>>,
    complexities: BTreeMap<Name, String>,
    /// Enums and inputs by their Rust names.
    types: BTreeMap<String, Vec<String>>,
}

impl Code {
    pub(crate) fn of(generated: &Generated) -> Self {
        let mut code = Self {
            definitions: BTreeMap::new(),
            complexities: BTreeMap::new(),
            types: BTreeMap::new(),
        };
        for (path, text) in generated.files() {
            let folder = path.parent().and_then(|folder| folder.file_name());
            let folder = folder.map(|folder| folder.to_string_lossy());
            match folder.as_deref() {
                Some("operations") => {
                    let (_, name) = text
                        .split_once("pub const NAME: &'static str = \"")
                        .unwrap();
                    let name = (name.split('"').next().unwrap().to_owned(), false);
                    let mut counts = String::new();
                    let words = words(text, &mut counts);
                    code.complexities.insert(name.clone(), counts);
                    code.definitions.insert(name, words);
                }
                Some("fragments") => {
                    let module = path.file_stem().unwrap().to_string_lossy();
                    let words = words(text, &mut String::new());
                    code.definitions.insert((letters(&module), true), words);
                }
                _ if path.ends_with("types.rs") => code.types(text),
                _ => {}
            }
        }
        code
    }

    fn types(&mut self, text: &str) {
        let lines: Vec<_> = text.lines().collect();
        let is_start = |line: &&str| {
            line.starts_with("/// The schema's enum `")
                || line.starts_with("/// The schema's input `")
        };
        let starts: Vec<_> = (0..lines.len())
            .filter(|at| is_start(&lines[*at]))
            .collect();
        for (place, start) in starts.iter().enumerate() {
            let end = starts.get(place + 1).copied().unwrap_or(lines.len());
            let text = lines[*start..end].join("\n");
            let words = words(&text, &mut String::new());
            let name = words
                .iter()
                .position(|word| word == "struct" || word == "enum");
            self.types.insert(words[name.unwrap() + 1].clone(), words);
        }
    }

    /// The first difference in the code of a definition, or in that of a type of the schema
    /// that it uses.
    pub(crate) fn difference(&self, other: &Self, name: &Name) -> Option<String> {
        let (before, after) = (self.definition(name), other.definition(name));
        differs(before, after).or_else(|| {
            let mut used = self.used(before);
            used.extend(other.used(after));
            let none = Vec::new();
            let of = |code: &Self, ty: &str| code.types.get(ty).unwrap_or(&none).clone();
            used.iter()
                .find_map(|ty| differs(&of(self, ty), &of(other, ty)))
        })
    }

    /// The code that counts an operation's points.
    pub(crate) fn complexity(&self, name: &Name) -> &str {
        &self.complexities[name]
    }

    fn definition(&self, name: &Name) -> &Vec<String> {
        if name.1 {
            &self.definitions[&(letters(&name.0), true)]
        } else {
            &self.definitions[name]
        }
    }

    /// The types of the schema that code uses, directly or through others.
    fn used(&self, code: &[String]) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        let mut to_see = vec![code];
        while let Some(code) = to_see.pop() {
            for part in code.windows(4) {
                if let [types, colon, other, ty] = part
                    && types == "types"
                    && colon == ":"
                    && other == ":"
                    && let Some(code) = self.types.get(ty)
                    && used.insert(ty.clone())
                {
                    to_see.push(code);
                }
            }
        }
        used
    }
}

/// What a fragment's name and that of its module have in common.
fn letters(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

fn differs(before: &[String], after: &[String]) -> Option<String> {
    if before == after {
        return None;
    }
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let near = |words: &[String]| {
        let end = words.len().min(same + 12);
        words[same.saturating_sub(12)..end].join(" ")
    };
    Some(format!("`{}` became `{}`", near(before), near(after)))
}

/// The tokens of code without docs and deprecations, and what counts points apart.
fn words(text: &str, counts: &mut String) -> Vec<String> {
    let mut words = Vec::new();
    write(text.parse().unwrap(), &mut words, counts);
    words
}

fn write(tokens: TokenStream, words: &mut Vec<String>, counts: &mut String) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_word = |at: usize, word: &str| matches!(tokens.get(at), Some(TokenTree::Ident(ident)) if ident == word);
    let mut at = 0;
    let mut counts_points = false;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' && is_for_people(tokens.get(at)) => {
                at += 1;
            }
            TokenTree::Group(group) => {
                let is_body = counts_points && group.delimiter() == Delimiter::Brace;
                if is_body {
                    counts_points = false;
                    // Derived operations come later, and cost what they are derived from.
                    if counts.is_empty() {
                        *counts = group.to_string();
                    }
                    continue;
                }
                let [open, close] = match group.delimiter() {
                    Delimiter::Parenthesis => ["(", ")"],
                    Delimiter::Brace => ["{", "}"],
                    Delimiter::Bracket => ["[", "]"],
                    Delimiter::None => ["", ""],
                };
                words.push(open.to_owned());
                write(group.stream(), words, counts);
                words.push(close.to_owned());
            }
            other => {
                counts_points |= is_word(at - 1, "fn") && is_word(at, COMPLEXITY);
                words.push(other.to_string());
            }
        }
    }
}

/// Whether an attribute is one of docs or of deprecation.
fn is_for_people(attribute: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = attribute else {
        return false;
    };
    let name = group.stream().into_iter().next();
    matches!(name, Some(TokenTree::Ident(name)) if name == "doc" || name == "deprecated")
}
