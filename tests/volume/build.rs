//! Writes random operations for three schemas, compiles them, and writes for each
//! operation the calls that the tests make.
//!
//! `VOLUME_SEED` and `VOLUME_OPERATIONS` choose which and how many.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use buildkite_codegen::Config;
use random::{Named, Set};

/// The schema that has every shape.
const GARDEN: &str = "../../crates/codegen/tests/compile/shapes/schema.graphql";

/// A schema that nests what may be nested.
const NESTED: &str = "schemas/nested.graphql";

/// The operations for each schema of a run that nobody asked more of.
const OPERATIONS: usize = 24;

/// The lints that random operations cannot heed.
const LINTS: [&str; 9] = [
    "complexity_over_limit",
    "complexity_over_window",
    "cursor_unwired",
    "deprecated",
    "nesting_too_deep",
    "page_info_unread",
    "page_size_missing",
    "rest_unreachable",
    "useless_selection",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    for schema in [GARDEN, NESTED] {
        println!("cargo::rerun-if-changed={schema}");
    }
    let seed = number("VOLUME_SEED")?.unwrap_or(1);
    let operations = number("VOLUME_OPERATIONS")?.map_or(Ok(OPERATIONS), usize::try_from)?;
    let folder = PathBuf::from(variable("OUT_DIR").ok_or("there is no OUT_DIR")?);
    for (name, schema) in [
        ("buildkite", buildkite_schema::SDL.to_owned()),
        ("garden", fs::read_to_string(GARDEN)?),
        ("nested", fs::read_to_string(NESTED)?),
    ] {
        let folder = folder.join(name);
        let set = Set::generate(&schema, seed, operations)?;
        fs::create_dir_all(&folder)?;
        write_queries(&set, &folder.join("queries"))?;
        write(&folder.join("schema.graphql"), &schema)?;
        Config::new()
            .root(&folder)
            .schema_text(&schema, format!("{name}.graphql"))
            .queries("queries")
            .compile_to(folder.join("compiled"), &mut io::stdout())?;
        let types = fs::read_to_string(folder.join("compiled/queries/types.rs"));
        if let Ok(types) = types {
            write(&folder.join("calls.rs"), &calls(&set, &folder, &types)?)?;
        }
        println!("cargo::rustc-env=VOLUME_ATTEMPTS_{}={}", name, set.attempts);
    }
    println!("cargo::rustc-env=VOLUME_CHOSEN={seed} {operations}");
    Ok(())
}

/// A number from the environment, where it is set.
fn number(name: &str) -> Result<Option<u64>, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed={name}");
    let Some(text) = variable(name) else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    let number = text.parse();
    number
        .map(Some)
        .map_err(|_| format!("{name} has to be a number, but is {text:?}").into())
}

#[allow(
    clippy::disallowed_methods,
    reason = "build scripts are told by their environment what to do"
)]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name)
}

fn write_queries(set: &Set, folder: &Path) -> Result<(), Box<dyn Error>> {
    let operations = set.operations.iter().map(|operation| {
        let path = folder.join(format!("{}.graphql", operation.name));
        (path, operation.text.as_str())
    });
    let fragments = set.fragments.iter().map(|(name, text)| {
        let path = folder.join("fragments").join(format!("{name}.graphql"));
        (path, text.as_str())
    });
    let files: Vec<_> = operations.chain(fragments).collect();
    fs::create_dir_all(folder.join("fragments"))?;
    for part in [folder, &folder.join("fragments")] {
        for entry in fs::read_dir(part)? {
            let path = entry?.path();
            let is_query = path.extension() == Some(OsStr::new("graphql"));
            if is_query && !files.iter().any(|(current, _)| *current == path) {
                fs::remove_file(path)?;
            }
        }
    }
    for (path, text) in files {
        write(&path, text)?;
    }
    // What is unlikely to be meant is what this is about.
    let levels = LINTS.map(|lint| format!("{lint} = \"allow\"\n")).concat();
    write(&folder.join("lints.toml"), &format!("[lints]\n{levels}"))?;
    Ok(())
}

/// Writes what is not there already, so that nothing is compiled again for nothing.
fn write(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text)
}

/// A function that gives every operation with its calls.
fn calls(set: &Set, folder: &Path, types: &str) -> Result<String, Box<dyn Error>> {
    let mut missing = Vec::new();
    let operations = compiled_operations(&folder.join("compiled/queries/operations"))?;
    let path = |named: Named<'_>| match named {
        Named::Operation(name) => {
            let found = operations
                .iter()
                .find(|(text, _)| text.contains(&format!("&'static str = \"{name}\";")));
            let rust = found
                .and_then(|(text, _)| declared_after(text, ""))
                .unwrap_or("Missing");
            format!("operations::{rust}")
        }
        Named::Type(name) => {
            let input = declared_after(types, &format!("The schema's input `{name}`."));
            let found =
                input.or_else(|| declared_after(types, &format!("The schema's enum `{name}`.")));
            format!("types::{}", found.unwrap_or("Missing"))
        }
    };
    let mut functions = String::new();
    let mut list = String::new();
    for (number, operation) in set.operations.iter().enumerate() {
        let rust = path(Named::Operation(&operation.name));
        if rust.ends_with("::Missing") {
            missing.push(operation.name.clone());
        }
        let document = &operation.document;
        let conditional: Vec<_> = operation.conditional.iter().collect();
        writeln!(
            functions,
            "fn call_{number}() -> Case {{ case::<{rust}>({document:?}, &{conditional:?}, &["
        )?;
        for call in &operation.calls {
            let expression = set.rust(operation, call, &path);
            writeln!(
                functions,
                "    ({expression}, {:?}),",
                call.json.to_string()
            )?;
        }
        writeln!(functions, "]) }}")?;
        write!(list, "call_{number}, ")?;
    }
    if !missing.is_empty() {
        return Err(format!("these operations were not compiled: {}", missing.join(", ")).into());
    }
    Ok(format!(
        "pub const CASES: &[fn() -> Case] = &[{list}];\n{functions}"
    ))
}

fn compiled_operations(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut operations = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        operations.push((fs::read_to_string(&path)?, path));
    }
    Ok(operations)
}

/// The name of the struct or enum that is declared first after a text.
fn declared_after<'t>(rust: &'t str, text: &str) -> Option<&'t str> {
    let after = &rust[rust.find(text)?..];
    let lines = after.lines();
    let mut names = lines.filter_map(|line| {
        line.strip_prefix("pub struct ")
            .or_else(|| line.strip_prefix("pub enum "))
    });
    let name = names.next()?;
    name.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
}
