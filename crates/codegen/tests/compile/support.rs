//! What several tests need: the invented schema, and generated code as one
//! text.

use std::fs;
use std::path::{Path, PathBuf};

use buildkite_codegen::{Config, Generated};

/// A folder beside this file.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/compile")
        .join(name)
}

/// The set that has every shape.
pub(crate) fn shapes() -> Config {
    shapes_in(&folder("shapes"))
}

/// The same set, wherever it lies.
pub(crate) fn shapes_in(root: &Path) -> Config {
    Config::new()
        .root(root)
        .schema_file("schema.graphql")
        .queries("queries")
        .scalar("Moment", "f64")
        .scalar("Url", "::std::string::String")
}

/// All files as one text: what an `include!` names stands in its place.
pub(crate) fn joined(generated: &Generated) -> String {
    let mut files = generated.files();
    let mut text = files.next().unwrap().1.to_owned();
    for (path, content) in files {
        let include = format!("include!(\"{}\");", path.display());
        assert_eq!(text.matches(&include).count(), 1, "{include}");
        text = text.replace(&include, &format!("\n{content}"));
    }
    text
}

/// Writes files into a fresh folder.
pub(crate) fn written<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}
