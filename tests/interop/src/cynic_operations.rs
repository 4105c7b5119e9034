//! Operations of `cynic` on the client.

use buildkite_client::interop::{ForeignOperation, Forward, Paged};
use buildkite_client::queries::{self, PipelineBySlug};
use buildkite_client::relay::Connection;
use buildkite_client::{ErrorKind, Operation, OperationKind};
use cynic::{MutationBuilder, QueryBuilder};
use futures_util::TryStreamExt;
use serde_json::json;

use crate::in_cynic::{
    BuildCreateInput, BuildCreator, CreateVariables, CynicCreateBuild, CynicPipelines, Pipeline,
    Variables,
};
use crate::server::{Reply, Server};
use crate::{ORGANIZATION, PIPELINE, sandbox, slugs};

type Pipelines = cynic::Operation<CynicPipelines, Variables>;

fn operation() -> Pipelines {
    CynicPipelines::build(Variables {
        organization: ORGANIZATION.into(),
        first: Some(4),
        after: None,
        from: Some(jiff::Timestamp::UNIX_EPOCH),
        team: Some("acme-inc/everyone".into()),
    })
}

fn forward(operation: Pipelines) -> Paged<Pipelines, Pipeline, Forward> {
    operation.forward(
        |data| {
            let pipelines = data.organization?.pipelines?;
            let rows = pipelines
                .edges
                .map(|edges| edges.into_iter().map(|edge| edge?.node));
            Some(Connection::new(pipelines.page_info, rows))
        },
        |variables| &mut variables.after,
    )
}

#[tokio::test]
async fn a_query_of_cynic_executes() {
    let (_sandbox, bk) = sandbox().await;
    let mut operation = operation();
    operation.variables.team = None;
    assert_eq!(operation.kind(), OperationKind::Query);
    assert_eq!(operation.name(), "CynicPipelines");
    let answer = bk.execute(operation).await.unwrap();
    let rows = answer.into_data().organization.unwrap().pipelines.unwrap();
    let rows: Vec<_> = rows.edges.into_iter().flatten().flatten().collect();
    let own = bk.execute(queries::Pipelines::new(ORGANIZATION)).await;
    let own = own.unwrap().into_data().organization.unwrap().pipelines;
    assert_eq!(rows.len(), 4);
    for (own, edge) in own.unwrap().nodes().zip(rows) {
        let pipeline = edge.node.unwrap();
        assert_eq!(pipeline.slug, own.slug);
        assert_eq!(pipeline.created_at, Some(own.created_at));
        let visibility = format!("{:?}", pipeline.visibility).to_uppercase();
        assert_eq!(visibility, own.visibility.to_string());
        let yaml = pipeline.steps.unwrap().yaml.unwrap();
        assert!(!yaml.0.is_empty());
    }
}

#[tokio::test]
async fn what_is_sent_is_what_cynic_sends() {
    let server = Server::always(Reply::json(&json!({"data": {"organization": null}})));
    let bk = server.client();
    bk.execute(operation()).await.unwrap();
    let mut nameless = operation();
    nameless.operation_name = None;
    bk.execute(&nameless).await.unwrap();
    let inlined = cynic::Operation::<String, ()>::new("{ viewer { id } }".to_owned(), ());
    // The answer does not fit, but the request was made.
    bk.execute(&inlined).await.unwrap_err();
    let sent: Vec<_> = server.requests().into_iter().map(|r| r.body).collect();
    assert_eq!(
        sent,
        [
            serde_json::to_vec(&operation()).unwrap(),
            serde_json::to_vec(&nameless).unwrap(),
            serde_json::to_vec(&inlined).unwrap(),
        ]
    );
    assert!(String::from_utf8_lossy(&sent[0]).contains("\"operationName\""));
    assert!(!String::from_utf8_lossy(&sent[1]).contains("operationName"));
}

#[tokio::test]
async fn errors_without_a_name() {
    let server = Server::always(Reply::status(502, &[], ""));
    let query = cynic::Operation::<String, ()>::new("{ viewer { id } }".to_owned(), ());
    let error = server.client().execute(query).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(error.operation(), None);
    assert!(
        error.to_string().starts_with("query: status 502"),
        "{error}"
    );
}

#[tokio::test]
async fn a_mutation_executes_and_is_one() {
    let (_sandbox, bk) = sandbox().await;
    let pipeline = bk.execute(PipelineBySlug::new(PIPELINE)).await.unwrap();
    let mutation = || {
        CynicCreateBuild::build(CreateVariables {
            input: BuildCreateInput {
                pipeline: pipeline.pipeline.as_ref().unwrap().id.as_str().into(),
                branch: Some("main".to_owned()),
                commit: Some("HEAD".to_owned()),
            },
        })
    };
    assert_eq!(mutation().kind(), OperationKind::Mutation);
    let data = bk.execute(mutation()).await.unwrap().into_data();
    let build = data.build_create.unwrap().build.unwrap();
    assert_eq!(build.branch, "main");
    match build.created_by.unwrap() {
        BuildCreator::User(user) => assert!(!user.name.is_empty()),
        BuildCreator::Other => unreachable!("a user created it"),
    }

    let server = Server::always(Reply::status(502, &[], ""));
    let error = server.client().execute(mutation()).await.unwrap_err();
    assert!(error.may_have_been_sent() && !error.is_retryable());
}

#[tokio::test]
async fn forward_to_the_end() {
    let (_sandbox, bk) = sandbox().await;
    let mut operation = operation();
    operation.variables.team = None;
    let found: Vec<_> = bk
        .paginate(forward(operation))
        .items()
        .map_ok(|pipeline| pipeline.slug)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found, slugs(&bk).await);
}

#[tokio::test]
async fn a_cursor_that_comes_back() {
    let server = Server::always(Reply::json(
        &json!({"data": {"organization": {"pipelines": {
            "pageInfo": {"hasNextPage": true, "hasPreviousPage": false, "startCursor": null, "endCursor": "c1"},
            "edges": [],
        }}}}),
    ));
    let mut items = server.client().paginate(forward(operation())).items();
    let error = items.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(server.requests()[1].variable("after"), "c1");
    assert_eq!(server.requests()[1].variable("team"), "acme-inc/everyone");
}

#[tokio::test]
async fn pages_fit_and_rows_that_move_come_once() {
    // Never more than two rows, and the last of a page is the first of the next.
    let server = Server::start(|_, request| {
        if request
            .variable("first")
            .as_i64()
            .is_none_or(|rows| rows > 2)
        {
            let message = "Query has complexity of 60000, which exceeds max complexity of 50000";
            return Reply::json(&json!({"errors": [{"message": message}]}));
        }
        let start = request.variable("after");
        let start = start.as_str().map_or(0, |cursor| cursor.parse().unwrap());
        let rows = [start, start + 1].map(|row: u8| {
            json!({"node": {"slug": row.to_string(), "createdAt": null, "visibility": "PUBLIC", "steps": null}})
        });
        Reply::json(&json!({"data": {"organization": {"pipelines": {
            "pageInfo": {
                "hasNextPage": start < 4, "hasPreviousPage": false, "startCursor": null,
                "endCursor": (start + 1).to_string(),
            },
            "edges": rows,
        }}}}))
    });
    let pipelines = forward(operation())
        .page_size(|variables| &mut variables.first)
        .row_id(|pipeline| &pipeline.slug);
    let mut items = server.client().paginate(pipelines).items();
    let mut found = Vec::new();
    while let Some(pipeline) = items.try_next().await.unwrap() {
        found.push(pipeline.slug);
    }
    assert_eq!(found, ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(items.duplicate_rows(), 4);
    assert_eq!(items.progress().page_size, Some(2));
    assert_eq!(server.requests()[0].variable("first"), 4);
}
