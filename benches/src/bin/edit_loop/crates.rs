//! The crates that are edited and checked.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use buildkite_benches::family::{self, Operation};

/// Whether `cynic` reads its schema in the form that it has for large ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rkyv {
    On,
    Off,
}

/// What the others need to send what they generate; the runtime of
/// `buildkite-client` brings it along.
const REQWEST: &str = "reqwest = { version = \"0.13.5\", default-features = false, \
    features = [\"rustls\", \"http2\", \"gzip\"] }\n";

/// A crate of its own, and how it is edited.
pub(crate) struct Project {
    pub(crate) name: &'static str,
    pub(crate) folder: PathBuf,
    /// The file with the first operation.
    file: PathBuf,
    /// A field of it, and one that takes its place.
    fields: [&'static str; 2],
}

impl Project {
    fn new(root: &Path, folder: &Path, name: &'static str, dependencies: &str) -> io::Result<Self> {
        let folder = folder.join(name.replace(", ", "-"));
        for part in ["src", "queries"] {
            fs::create_dir_all(folder.join(part))?;
        }
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let package = format!(
            "[package]\nname = \"edited\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [workspace]\n\n{dependencies}"
        );
        fs::write(folder.join("Cargo.toml"), package)?;
        Ok(Self {
            name,
            folder,
            file: PathBuf::new(),
            fields: ["scheduledAt", "failingAt"],
        })
    }

    fn write(&self, path: &str, text: &str) -> io::Result<()> {
        fs::write(self.folder.join(path), text)
    }

    /// Selects another field in the first operation.
    pub(crate) fn edit(&self, round: usize) -> Result<(), Box<dyn Error>> {
        let [mut from, mut to] = self.fields;
        if round % 2 == 1 {
            (from, to) = (to, from);
        }
        let path = self.folder.join(&self.file);
        let text = fs::read_to_string(&path)?;
        if !text.contains(from) {
            return Err(format!("{} does not select {from}", path.display()).into());
        }
        fs::write(path, text.replace(from, to))?;
        Ok(())
    }
}

pub(crate) fn with_buildkite_client(
    root: &Path,
    folder: &Path,
    operations: &[Operation],
) -> Result<Project, Box<dyn Error>> {
    let dependencies = format!(
        "[dependencies]\nbuildkite-client = {{ path = '{}' }}\n\n\
         [build-dependencies]\nbuildkite-codegen = {{ path = '{}' }}\n",
        root.display(),
        root.join("crates/codegen").display()
    );
    let mut project = Project::new(root, folder, "buildkite-client", &dependencies)?;
    project.write(
        "build.rs",
        "fn main() {\n    buildkite_codegen::compile(\"queries\");\n}\n",
    )?;
    project.write("src/lib.rs", "buildkite_client::include_queries!();\n")?;
    project.write("queries/fragments.graphql", family::fragments())?;
    for operation in operations {
        let path = format!("queries/{}.graphql", operation.name);
        project.write(&path, &operation.text)?;
    }
    project.file = format!("queries/{}.graphql", operations[0].name).into();
    Ok(project)
}

pub(crate) fn with_graphql_client(
    root: &Path,
    folder: &Path,
    operations: &[Operation],
) -> Result<Project, Box<dyn Error>> {
    let dependencies = format!(
        "[dependencies]\n{REQWEST}\
         graphql_client = \"0.16\"\n\
         jiff = {{ version = \"1\", default-features = false, features = [\"std\", \"serde\"] }}\n\
         serde = \"1\"\n"
    );
    let mut project = Project::new(root, folder, "graphql_client", &dependencies)?;
    project.write("schema.graphql", buildkite_schema::SDL)?;
    let mut library = "pub type DateTime = jiff::Timestamp;\n".to_owned();
    for operation in operations {
        let path = format!("queries/{}.graphql", operation.name);
        project.write(&path, &family::for_graphql_client(operation))?;
        write!(
            library,
            "#[derive(graphql_client::GraphQLQuery)]\n\
             #[graphql(schema_path = \"schema.graphql\", query_path = {path:?}, \
             response_derives = \"Debug,Clone,PartialEq\", \
             variables_derives = \"Debug,Clone,PartialEq\")]\n\
             pub struct {};\n",
            operation.name
        )?;
    }
    project.write("src/lib.rs", &library)?;
    project.file = format!("queries/{}.graphql", operations[0].name).into();
    Ok(project)
}

pub(crate) fn with_cynic(
    root: &Path,
    folder: &Path,
    operations: &[Operation],
    rkyv: Rkyv,
) -> Result<Project, Box<dyn Error>> {
    let (name, features) = match rkyv {
        Rkyv::On => ("cynic, rkyv", "\"rkyv\""),
        Rkyv::Off => ("cynic", ""),
    };
    let dependencies = format!(
        "[dependencies]\n{REQWEST}\
         cynic = {{ version = \"3.14\", features = [{features}] }}\n\
         jiff = {{ version = \"1\", default-features = false, features = [\"std\", \"serde\"] }}\n\n\
         [build-dependencies]\n\
         cynic-codegen = {{ version = \"3.14\", default-features = false, features = [{features}] }}\n"
    );
    let mut project = Project::new(root, folder, name, &dependencies)?;
    project.write("schema.graphql", buildkite_schema::SDL)?;
    project.write(
        "build.rs",
        "fn main() {\n    cynic_codegen::register_schema(\"buildkite\")\n        \
         .from_sdl_file(\"schema.graphql\")\n        .unwrap();\n}\n",
    )?;
    let schema =
        apollo_compiler::Schema::parse_and_validate(buildkite_schema::SDL, "schema.graphql")
            .map_err(|errors| errors.to_string())?;
    let code = family::for_cynic(operations, &schema)?;
    let mut library = "#[cynic::schema(\"buildkite\")]\npub mod schema {}\n\
        cynic::impl_scalar!(jiff::Timestamp, schema::DateTime);\n\
        pub mod shared;\n"
        .to_owned();
    project.write("src/shared.rs", &code.shared)?;
    for (module, text) in &code.operations {
        project.write(&format!("src/{module}.rs"), text)?;
        writeln!(library, "pub mod {module};")?;
    }
    project.write("src/lib.rs", &library)?;
    let (first, _) = code.operations.first().ok_or("no operations")?;
    project.file = format!("src/{first}.rs").into();
    project.fields = ["scheduled_at", "failing_at"];
    Ok(project)
}
