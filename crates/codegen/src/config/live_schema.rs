//! The options of a build that wants the schema of now.

use std::time::Duration;

use super::{Config, SchemaSource};

impl Config {
    /// Compiles against the schema that Buildkite's API has now, instead of the snapshot
    /// that comes with this crate.
    ///
    /// The schema is pulled by introspection, as the environment says:
    ///
    /// | variable | |
    /// |---|---|
    /// | `BUILDKITE_API_TOKEN` | the API token; required |
    /// | `BUILDKITE_GRAPHQL_URL` | the endpoint, if it is not `https://graphql.buildkite.com/v1` |
    /// | `BUILDKITE_LIVE_SCHEMA` | any text; another one than in the last build pulls again |
    ///
    /// If that fails the build fails and says why: nothing stands in for the schema, neither
    /// the snapshot nor what an earlier build pulled.
    ///
    /// ```no_run
    /// // build.rs
    /// buildkite_codegen::Config::new()
    ///     .queries("queries")
    ///     .live_schema()
    ///     .compile();
    /// ```
    ///
    /// # When it is pulled
    ///
    /// Whenever the build script runs: in the first build, when a query or another input is
    /// edited, when one of the last two variables changes, and after a build that failed.
    /// In between cargo asks nobody, works offline, and compiles nothing: a schema that has
    /// changed since then is not seen. Set `BUILDKITE_LIVE_SCHEMA` to the date or the commit
    /// to look at it then. Every such run compiles the crate anew, whether the schema has
    /// changed or not, because cargo does so wherever a build script has run; but files
    /// whose text is the same are not written again.
    ///
    /// Profiles and clippy have build scripts of their own, which pull for themselves.
    /// `cargo check`, `build` and `test` of one profile share theirs.
    ///
    /// # What is left behind
    ///
    /// The schema, in canonical form, is in `OUT_DIR/live-schema/schema.graphql`. Nothing is
    /// written anywhere else. The token is written nowhere, and another one compiles nothing
    /// again. Cargo keeps the other two variables in its `target` folder, so that no secret
    /// should be in them.
    pub fn live_schema(mut self) -> Self {
        self.schema = SchemaSource::Live;
        self
    }

    /// How long [`live_schema`](Self::live_schema) may wait for the schema, repetitions
    /// included; 60 seconds unless set.
    pub fn live_schema_timeout(mut self, limit: Duration) -> Self {
        self.live_schema_timeout = Some(limit);
        self
    }
}
