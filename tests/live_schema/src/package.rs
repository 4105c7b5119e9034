//! A package whose build script is run as cargo runs it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::TOKEN;

/// What cargo is told of all inputs.
pub(crate) const INPUTS: &str = "\
cargo::rerun-if-env-changed=BUILDKITE_GRAPHQL_URL
cargo::rerun-if-env-changed=BUILDKITE_LIVE_SCHEMA
cargo::rerun-if-changed=queries
";

pub(crate) struct Package {
    source: TempDir,
    out: TempDir,
}

impl Package {
    /// A package with one query.
    pub(crate) fn with(query: &str) -> Self {
        let source = tempfile::tempdir().expect("a folder");
        fs::create_dir(source.path().join("queries")).expect("a folder");
        let package = Self {
            source,
            out: tempfile::tempdir().expect("a folder"),
        };
        package.write(query);
        package
    }

    pub(crate) fn write(&self, query: &str) {
        fs::write(self.source.path().join("queries/query.graphql"), query).expect("a file");
    }

    /// Runs the build script, and returns what cargo is told.
    ///
    /// Whatever comes of it, the script writes nothing into the package, and the token
    /// nowhere.
    pub(crate) fn build(&self, environment: &[(&str, &str)], limit: Option<u64>) -> String {
        let before = files(self.source.path());
        let mut script = Command::new(env!("CARGO_BIN_EXE_live_schema_build_script"));
        script
            .args(limit.map(|limit| limit.to_string()))
            .current_dir(self.source.path())
            .env("CARGO_MANIFEST_DIR", self.source.path())
            .env("OUT_DIR", self.out.path());
        for variable in ["API_TOKEN", "GRAPHQL_URL", "LIVE_SCHEMA"] {
            script.env_remove(format!("BUILDKITE_{variable}"));
        }
        script.envs(environment.iter().copied());
        let output = script.output().expect("a build script that runs");
        let told = String::from_utf8(output.stdout).expect("text");
        let said = String::from_utf8(output.stderr).expect("text");
        // A failure is what cargo is told; the script itself does not fail.
        assert!(output.status.success() && said.is_empty(), "{said}");
        assert_eq!(files(self.source.path()), before);
        assert!(!told.contains(TOKEN), "{told}");
        for (path, text) in files(self.out.path()) {
            assert!(!text.contains(TOKEN), "{}", path.display());
        }
        told
    }

    /// [`build`](Self::build) with the token and this server.
    pub(crate) fn build_against(&self, url: &str) -> String {
        self.build(&environment(url), None)
    }

    /// The text of a file that the script wrote.
    pub(crate) fn written(&self, path: &str) -> String {
        fs::read_to_string(self.out.path().join(path)).expect(path)
    }

    /// All that the script wrote.
    pub(crate) fn all_written(&self) -> BTreeMap<PathBuf, String> {
        files(self.out.path())
    }

    /// When each file was written.
    pub(crate) fn times(&self) -> BTreeMap<PathBuf, SystemTime> {
        let paths = self.all_written().into_keys();
        paths
            .map(|path| {
                let file = fs::metadata(self.out.path().join(&path)).expect("a file");
                (path, file.modified().expect("a time"))
            })
            .collect()
    }
}

/// The token, and the server to ask.
pub(crate) fn environment(url: &str) -> [(&str, &str); 2] {
    [
        ("BUILDKITE_API_TOKEN", TOKEN),
        ("BUILDKITE_GRAPHQL_URL", url),
    ]
}

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_path_buf();
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}
