//! How long it takes to turn 10, 100 and 500 operations into Rust: no rustc, no
//! cargo, the three libraries called as libraries.
//!
//! Build scripts and derives run unoptimised unless a profile says otherwise,
//! so run it both with and without `--release`.

#![allow(clippy::print_stdout, reason = "a bench talks to whoever runs it")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use buildkite_benches::family;
use buildkite_benches::{Candidate, compare, time};
use buildkite_codegen::Config;
use graphql_client_codegen::{
    CodegenMode, GraphQLClientCodegenOptions, generate_module_token_stream_from_string,
};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-codegen");
    // `cynic` finds schemas where cargo tells build scripts and derives to look.
    #[allow(clippy::disallowed_methods, reason = "set by the line below")]
    if std::env::var_os("OUT_DIR").is_none() {
        fs::create_dir_all(&folder)?;
        let status = Command::new(std::env::current_exe()?)
            .env("OUT_DIR", folder.canonicalize()?)
            .status()?;
        return if status.success() {
            Ok(())
        } else {
            Err(status.to_string().into())
        };
    }
    cynic_codegen::register_schema("buildkite").from_sdl(buildkite_schema::SDL)?;
    let schema =
        apollo_compiler::Schema::parse_and_validate(buildkite_schema::SDL, "schema.graphql")
            .map_err(|errors| errors.to_string())?;

    let optimised = if cfg!(debug_assertions) {
        "unoptimised"
    } else {
        "optimised"
    };
    println!("milliseconds, {optimised}, median of {ROUNDS} rounds");
    println!(
        "{:>10} {:>17} {:>15} {:>15}",
        "operations", "buildkite-codegen", "graphql_client", "cynic"
    );
    for count in [10, 100, 500] {
        let operations = family::operations(count);
        let queries = folder.join(format!("ours-{count}"));
        family::write(&queries, &operations)?;
        let texts: Vec<_> = operations
            .iter()
            .map(|operation| {
                (
                    operation.name.clone(),
                    family::for_graphql_client(operation),
                )
            })
            .collect();
        let derives = derives(&family::for_cynic(&operations, &schema)?)?;
        // A candidate that fails early would look fast.
        assert!(derives.iter().all(|derive| with_cynic(derive).is_some()));
        assert!(
            texts
                .iter()
                .all(|(name, text)| with_graphql_client(name, text).is_some())
        );
        Config::new().root(&queries).queries("queries").generate()?;
        let mut candidates = [
            Candidate::new("buildkite-codegen", || {
                time(|| {
                    Config::new()
                        .root(&queries)
                        .queries("queries")
                        .generate()
                        .map(|generated| generated.lines())
                })
            }),
            Candidate::new("graphql_client", || {
                time(|| {
                    texts
                        .iter()
                        .filter_map(|(name, text)| with_graphql_client(name, text))
                        .count()
                })
            }),
            Candidate::new("cynic", || {
                time(|| derives.iter().filter_map(with_cynic).count())
            }),
        ];
        print!("{count:>10}");
        let medians = compare(&mut candidates, ROUNDS);
        let ours = medians[0].1;
        for ((_, median), width) in medians.iter().zip([17, 15, 15]) {
            print!(" {:>width$}", cell(*median, ours));
        }
        println!();
    }
    Ok(())
}

fn cell(time: Duration, base: Duration) -> String {
    format!(
        "{:.1} ({:.2})",
        time.as_secs_f64() * 1e3,
        time.as_secs_f64() / base.as_secs_f64()
    )
}

fn with_graphql_client(name: &str, text: &str) -> Option<String> {
    let mut options = GraphQLClientCodegenOptions::new(CodegenMode::Cli);
    options.set_operation_name(name.to_owned());
    options.set_response_derives("Debug,Clone,PartialEq".to_owned());
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/buildkite.graphql");
    let tokens = generate_module_token_stream_from_string(text, Path::new(schema), options);
    tokens.ok().map(|tokens| tokens.to_string())
}

/// One `derive` of `cynic`.
struct Derive {
    name: String,
    input: syn::DeriveInput,
}

/// What rustc hands to the derives: parsed outside of what is measured.
fn derives(code: &family::CynicCode) -> Result<Vec<Derive>, Box<dyn Error>> {
    let mut derives = Vec::new();
    for text in code
        .operations
        .iter()
        .map(|(_, text)| text)
        .chain([&code.shared])
    {
        for item in syn::parse_file(text)?.items {
            let input: syn::DeriveInput = match item {
                syn::Item::Struct(item) => item.into(),
                syn::Item::Enum(item) => item.into(),
                _ => continue,
            };
            let attribute = input
                .attrs
                .iter()
                .find(|attribute| attribute.path().is_ident("derive"));
            let name = attribute
                .map(|attribute| quote::quote!(#attribute).to_string())
                .unwrap_or_default();
            derives.push(Derive { name, input });
        }
    }
    Ok(derives)
}

fn with_cynic(derive: &Derive) -> Option<String> {
    let input = &derive.input;
    let derived = if derive.name.contains("QueryFragment") {
        cynic_codegen::fragment_derive::fragment_derive(input).ok()
    } else if derive.name.contains("InlineFragments") {
        cynic_codegen::inline_fragments_derive::inline_fragments_derive(input).ok()
    } else if derive.name.contains("QueryVariables") {
        cynic_codegen::query_variables_derive::query_variables_derive(input).ok()
    } else if derive.name.contains("InputObject") {
        cynic_codegen::input_object_derive::input_object_derive(input).ok()
    } else {
        cynic_codegen::enum_derive::enum_derive(input).ok()
    };
    derived
        .map(|tokens| tokens.to_string())
        .filter(|text| !text.contains("compile_error"))
}
