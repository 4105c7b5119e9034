//! Points as generated code counts them: those that the query compiler tells.

use std::path::Path;

use buildkite_client::{Maybe, Operation, queries};
use buildkite_codegen::{Config, Explained};

use crate::garden::*;

fn garden() -> Explained {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/codegen/tests/compile/shapes");
    Config::new()
        .root(folder)
        .schema_file("schema.graphql")
        .queries("queries")
        .explain()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn shipped() -> Explained {
    Config::new()
        .root(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .queries("queries")
        .explain()
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[track_caller]
fn same<O: Operation>(explained: &Explained, operation: &O, expected: u64) {
    let variables = serde_json::to_value(operation.variables()).unwrap();
    let told = explained
        .operation(operation.name())
        .unwrap()
        .complexity(variables.as_object().unwrap());
    assert_eq!(operation.requested_complexity(), Some(told), "{variables}");
    assert_eq!(told, expected, "{variables}");
    // Through a reference as well.
    assert_eq!((&operation).requested_complexity(), Some(told));
}

#[test]
fn variables_of_every_kind_count() {
    let garden = garden();
    let costs = Costs::new(10, true);
    same(&garden, &costs, 10 * (3 * 2 + 5) + 502 + 17 + 4);
    same(&garden, &costs.clone().plants(0), 10 * 11 + 10 + 17 + 4);
    same(
        &garden,
        &costs.clone().plants(Maybe::Null).last(1),
        10 * 7 + 502 + 17 + 4,
    );
    same(
        &garden,
        &costs.clone().plants(8).last(20).owner(false),
        10 * 43 + 44 + 17 + 4,
    );
    same(
        &garden,
        &costs.clone().plants(8).deep(true),
        10 * 21 + 10 + 4,
    );
    same(
        &garden,
        &costs.clone().plants(8).deep(Maybe::Null),
        10 * 21 + 20 + 17 + 4,
    );
    same(&garden, &Costs::new(-1, false).plants(1), 10 + 4);
    same(
        &garden,
        &costs.plants(1).requested_complexity_(2),
        110 + 10 + 31 + 4,
    );
    same(
        &garden,
        &Costs::new(i64::MAX, false).plants(i64::MAX),
        u64::MAX,
    );

    let costs = CostsByDefault::new();
    same(&garden, &costs, 3 + 500 * 8 + 2 + 3 * 8);
    same(&garden, &costs.clone().first(2).deep(false), 3 + 2 * 8);
    same(&garden, &costs.first(2).plants(1), 3 + 2 * 4 + 2 + 3 * 5);
}

#[test]
fn shipped_operations_know_what_they_cost() {
    let shipped = shipped();
    let builds = queries::RecentBuilds::new("acme-inc/web");
    same(&shipped, &builds, 104);
    same(&shipped, &builds.clone().first(500), 1_004);
    same(&shipped, &builds.first(Maybe::Null), 1_004);
    let pipelines = queries::PipelinesWithBuilds::new("acme-inc");
    same(&shipped, &pipelines, 284);
    same(
        &shipped,
        &pipelines.first(500).builds_per_pipeline(100),
        102_004,
    );
    let build = queries::BuildWithJobs::new("acme-inc/web/1");
    same(&shipped, &build.clone().with_annotations(true), 414 + 43);
    same(&shipped, &build, 414);
    same(&shipped, &queries::CurrentViewer::new(), 55);
}

#[test]
fn foreign_operations_need_not_know() {
    struct Foreign;

    impl Operation for Foreign {
        type Variables = ();
        type Data = ();

        fn kind(&self) -> buildkite_client::OperationKind {
            buildkite_client::OperationKind::Query
        }

        fn name(&self) -> &'static str {
            "Foreign"
        }

        fn document(&self) -> &'static str {
            "query Foreign { __typename }"
        }

        fn variables(&self) -> &() {
            &()
        }
    }

    assert_eq!(Foreign.requested_complexity(), None);
}
