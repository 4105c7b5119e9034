//! Holding the queries of the options against two schemas.

use std::path::Path;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;

use super::Config;
use crate::check;
use crate::cost::Explained;
use crate::diagnostic::Diagnostics;
use crate::impact::{self, Impact, Queries, Side};
use crate::lints;
use crate::model::{self, Built};
use crate::schema::diff::SchemaDiff;
use crate::schema::{PrintOptions, print_schema};
use crate::source::Source;

impl Config {
    /// Finds what the changes from one schema to another do to the queries: which stop to
    /// compile, become other Rust types, cost other points, mean something else.
    ///
    /// `diff` has the changes that effects are traced back to, and comes from
    /// [`diff::compare`](crate::schema::diff::compare) with the same schemas. The schema of
    /// the options is not looked at, but whether it is Buildkite's: if no other was named,
    /// what is known of Buildkite's nulls and limits counts for both schemas.
    ///
    /// # Errors
    ///
    /// Everything because of which the queries do not compile with the old schema.
    pub fn impact(
        &self,
        old: &Valid<Schema>,
        new: &Valid<Schema>,
        diff: &SchemaDiff,
    ) -> Result<Impact, Diagnostics> {
        let root = self.root_folder();
        let mut diagnostics = Diagnostics::default();
        let style = self.read_style(&mut diagnostics);
        let files = self.read_files(&root, &mut diagnostics);
        let settings = self.read_lints(&root, &files, &mut diagnostics);
        let overlays = self.read_overlays(&root)?;
        let queries = Queries {
            files,
            settings,
            overlays,
        };
        diagnostics.into_result(())?;
        impact::find(old, new, diff, queries, &style, &|schema, queries| {
            self.compile_against(schema, queries)
        })
    }

    fn compile_against(
        &self,
        schema: &Valid<Schema>,
        queries: &Queries,
    ) -> Result<Side, Diagnostics> {
        let base = Source {
            path: Path::new("the schema").to_owned(),
            text: print_schema(schema, PrintOptions::new()),
        };
        let schema = check::schema(&base, self.extent(), &queries.overlays)?;
        let mut diagnostics = Diagnostics::default();
        let scalars = self.read_scalars(&schema, &mut diagnostics);
        let (files, settings) = (&queries.files, &queries.settings);
        let checked = check::check(schema, files, settings, diagnostics)?;
        let page_size = settings.limits.page_size;
        let Built { model, findings } = model::build(&checked, &files.sources, &scalars, page_size);
        Ok(Side {
            model: model?,
            explained: Explained::new(&checked.schema, &checked.document, page_size),
            found: lints::run(&checked, settings, findings),
            checked,
        })
    }
}
