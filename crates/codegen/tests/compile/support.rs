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
        .client_schema_file("client.graphql")
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

/// The project's own queries, as its own build compiles them.
pub(crate) fn shipped() -> Config {
    Config::new()
        .root(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .queries("queries")
}

/// The values of all text constants of this name, in order.
pub(crate) fn constants(generated: &Generated, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in generated.files() {
        let file =
            syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for item in file.items {
            let syn::Item::Impl(item) = item else {
                continue;
            };
            for item in item.items {
                if let syn::ImplItem::Const(item) = item
                    && item.ident == name
                    && let syn::Expr::Lit(literal) = item.expr
                    && let syn::Lit::Str(text) = literal.lit
                {
                    found.push(text.value());
                }
            }
        }
    }
    found
}

/// Writes files into a fresh folder.
pub(crate) fn written<P: AsRef<Path>, C: AsRef<[u8]>>(files: &[(P, C)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}
