//! Anything as a query file: a report or code, and no panic.

#![no_main]

use std::cell::RefCell;

use buildkite_codegen::Config;
use libfuzzer_sys::{Corpus, fuzz_target};
use tempfile::TempDir;

const GARDEN: &str = include_str!("../../crates/codegen/tests/compile/shapes/schema.graphql");
/// Buildkite's schema takes ten times as long, so it gets one input in this many.
const RARE: usize = 16;

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

fuzz_target!(|query: &[u8]| -> Corpus {
    FOLDER.with_borrow_mut(|folder| {
        let folder = folder.get_or_insert_with(|| tempfile::tempdir().expect("a folder"));
        std::fs::create_dir_all(folder.path().join("queries")).expect("a folder");
        std::fs::write(folder.path().join("queries/a.graphql"), query).expect("a file");
        let mut config = Config::new().root(folder.path()).queries("queries");
        let sum: usize = query.iter().map(|&byte| usize::from(byte)).sum();
        if !sum.is_multiple_of(RARE) {
            config = config.schema_text(GARDEN, "garden.graphql");
        }
        match config.generate() {
            Ok(_) => Corpus::Keep,
            Err(diagnostics) => {
                let report = diagnostics.to_string();
                assert!(!report.contains("bug in buildkite-codegen"), "{report}");
                Corpus::Keep
            }
        }
    })
});
