//! `graphql_client`, in both directions.

use buildkite_client::interop::{Backward, ForeignOperation, Forward, GraphqlClient, Paged};
use buildkite_client::queries::{PipelineBySlug, RecentBuilds};
use buildkite_client::relay::{Connection, Items, PageInfo, Pages};
use buildkite_client::{Client, ErrorKind, Operation, OperationKind};
use buildkite_sandbox::Sandbox;
use futures_util::TryStreamExt;
use graphql_client::GraphQLQuery;
use serde_json::{Value, json};

use crate::in_graphql_client::{
    CreateBuild, FailedBuilds, Pipelines, PipelinesBackward, create_build, failed_builds,
    pipelines, pipelines_backward,
};
use crate::queries::PipelineSlugs;
use crate::server::{Reply, Server};
use crate::{ORGANIZATION, PIPELINE, sandbox, slugs};

/// What users of `graphql_client` write: generic over the operation, and with
/// an HTTP client of their own.
async fn post<Q: GraphQLQuery>(sandbox: &Sandbox, variables: Q::Variables) -> Q::ResponseData {
    let answer: graphql_client::Response<Q::ResponseData> = reqwest::Client::new()
        .post(sandbox.url())
        .bearer_auth(sandbox.token())
        .json(&Q::build_query(variables))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer.errors, None);
    answer.data.unwrap()
}

fn variables() -> pipelines::Variables {
    pipelines::Variables {
        organization: ORGANIZATION.to_owned(),
        first: Some(4),
        after: None,
    }
}

fn slug(pipeline: pipelines::PipelinesOrganizationPipelinesEdgesNode) -> String {
    pipeline.slug
}

fn forward(
    variables: pipelines::Variables,
) -> Paged<GraphqlClient<Pipelines>, pipelines::PipelinesOrganizationPipelinesEdgesNode, Forward> {
    GraphqlClient::<Pipelines>::new(variables).forward(
        |data| {
            let pipelines = data.organization?.pipelines?;
            let info = pipelines
                .page_info
                .map(|info| PageInfo::forward(info.has_next_page, info.end_cursor));
            let rows = pipelines
                .edges
                .map(|edges| edges.into_iter().map(|edge| edge?.node));
            Some(Connection::new(info, rows).with_count(pipelines.count))
        },
        |variables| &mut variables.after,
    )
}

fn backward() -> Paged<GraphqlClient<PipelinesBackward>, String, Backward> {
    GraphqlClient::<PipelinesBackward>::new(pipelines_backward::Variables {
        organization: ORGANIZATION.to_owned(),
        last: Some(4),
        before: None,
    })
    .backward(
        |data| {
            let pipelines = data.organization?.pipelines?;
            let info = pipelines
                .page_info
                .map(|info| PageInfo::backward(info.has_previous_page, info.start_cursor));
            let rows = pipelines.edges.map(|edges| {
                edges
                    .into_iter()
                    .map(|edge| edge?.node.map(|pipeline| pipeline.slug))
            });
            Some(Connection::new(info, rows))
        },
        |variables| &mut variables.before,
    )
}

#[tokio::test]
async fn compiled_operations_are_queries_of_graphql_client() {
    let (sandbox, bk) = sandbox().await;
    let op = RecentBuilds::new(PIPELINE).first(3);
    let data = post::<RecentBuilds>(&sandbox, op.clone()).await;
    assert_eq!(&data, bk.execute(op).await.unwrap().data());

    let op = PipelineSlugs::new(ORGANIZATION).first(3);
    let data = post::<PipelineSlugs>(&sandbox, op.clone()).await;
    assert_eq!(&data, bk.execute(&op).await.unwrap().data());

    // Round: a compiled operation as if it were none.
    let answer = bk.execute(GraphqlClient::<PipelineSlugs>::new(op)).await;
    assert_eq!(&data, answer.unwrap().data());
}

#[test]
fn the_body_of_a_compiled_operation() {
    let op = PipelineBySlug::new(PIPELINE);
    let body = PipelineBySlug::build_query(op.clone());
    assert_eq!(
        serde_json::to_value(body).unwrap(),
        json!({
            "query": op.document(),
            "variables": {"pipeline": PIPELINE},
            "operationName": "PipelineBySlug",
        })
    );
}

#[tokio::test]
async fn a_query_of_graphql_client_executes() {
    let (_sandbox, bk) = sandbox().await;
    let op = PipelineSlugs::new(ORGANIZATION).first(4);
    let own = bk.execute(op).await.unwrap().into_data();
    let own = own.organization.unwrap().pipelines.unwrap();

    let answer = bk
        .execute(GraphqlClient::<Pipelines>::new(variables()))
        .await
        .unwrap();
    let foreign = answer.into_data().organization.unwrap().pipelines.unwrap();
    assert_eq!(Some(foreign.count), own.count());
    let rows: Vec<_> = foreign.edges.into_iter().flatten().flatten().collect();
    assert_eq!(rows.len(), 4);
    for (own, edge) in own.nodes().zip(rows) {
        let foreign = edge.node.unwrap();
        assert_eq!(own.slug, foreign.slug);
        assert_eq!(Some(own.created_at), foreign.created_at);
    }
}

#[tokio::test]
async fn enums_scalars_and_unknown_types() {
    let (_sandbox, bk) = sandbox().await;
    let query = GraphqlClient::<FailedBuilds>::new(failed_builds::Variables {
        pipeline: PIPELINE.to_owned(),
        state: Some(vec![failed_builds::BuildStates::FAILED]),
        from: Some(jiff::Timestamp::UNIX_EPOCH),
    });
    let data = bk.execute(query).await.unwrap().into_data();
    let builds = data.pipeline.unwrap().builds.unwrap().edges.unwrap();
    assert_eq!(builds.len(), 3);
    for build in builds {
        let state = build.unwrap().node.unwrap().state;
        assert_eq!(state, failed_builds::BuildStates::FAILED);
    }

    // A type that came after the schema.
    let server = Server::always(Reply::json(
        &json!({"data": {"pipeline": {"builds": {"edges": [
            {"node": {"state": "FAILED", "createdBy": {"__typename": "Robot"}}}
        ]}}}}),
    ));
    let query = GraphqlClient::<FailedBuilds>::new(failed_builds::Variables {
        pipeline: PIPELINE.to_owned(),
        state: None,
        from: None,
    });
    assert!(server.client().execute(query).await.is_ok());
    assert_eq!(
        server.requests()[0].json()["variables"],
        json!({"pipeline": PIPELINE})
    );
}

#[tokio::test]
async fn errors_are_those_of_the_client() {
    let (sandbox, _) = sandbox().await;
    let bk = Client::builder()
        .endpoint(sandbox.url())
        .token("wrong")
        .build()
        .unwrap();
    let error = bk
        .execute(GraphqlClient::<Pipelines>::new(variables()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(error.operation(), Some("Pipelines"));
    assert!(error.to_string().starts_with("query Pipelines: "));

    let server = Server::always(Reply::json(&json!({
        "data": {"organization": null},
        "errors": [{"message": "boom", "path": ["organization"]}],
    })));
    let query = GraphqlClient::<Pipelines>::new(variables());
    let error = server.client().execute(query.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Graphql);
    let partial: Value = error.partial_data().unwrap().unwrap();
    assert_eq!(partial, json!({"organization": null}));
    let answer = server.client().execute(query).allow_partial_data().await;
    assert_eq!(answer.unwrap().errors().len(), 1);

    let server = Server::always(Reply::json(&json!({"data": {"organization": 1}})));
    let query = GraphqlClient::<Pipelines>::new(variables());
    let error = server.client().execute(query).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.path(), Some("organization"));
}

#[tokio::test]
async fn a_mutation_is_one_although_a_query_stands_before_it() {
    let (_sandbox, bk) = sandbox().await;
    let pipeline = bk.execute(PipelineBySlug::new(PIPELINE)).await.unwrap();
    let variables = |id: &str| create_build::Variables {
        input: create_build::BuildCreateInput {
            pipeline_id: id.to_owned(),
            branch: Some("main".to_owned()),
            commit: Some("HEAD".to_owned()),
            author: None,
            client_mutation_id: None,
            env: None,
            message: None,
            meta_data: None,
        },
    };
    let id = pipeline.pipeline.as_ref().unwrap().id.clone();
    let mutation = GraphqlClient::<CreateBuild>::new(variables(&id));
    assert_eq!(mutation.kind(), OperationKind::Mutation);
    let data = bk.execute(mutation).await.unwrap().into_data();
    let build = data.build_create.unwrap().build.unwrap();
    assert_eq!(build.branch, "main");

    // It is not to be sent twice; the query in the same document may be.
    let server = Server::always(Reply::status(502, &[], ""));
    let mutation = GraphqlClient::<CreateBuild>::new(variables(&id));
    let error = server.client().execute(mutation).await.unwrap_err();
    assert!(error.may_have_been_sent() && !error.is_retryable());
    let query = GraphqlClient::<Pipelines>::new(crate::graphql_client_operations::variables());
    let error = server.client().execute(query).await.unwrap_err();
    assert!(error.is_retryable());
}

#[tokio::test]
async fn forward_to_the_end() {
    let (_sandbox, bk) = sandbox().await;
    let expected = slugs(&bk).await;
    let mut items = bk.paginate(forward(variables())).items();
    let mut found = Vec::new();
    while let Some(pipeline) = items.try_next().await.unwrap() {
        found.push(slug(pipeline));
        assert_eq!(items.fetched_pages(), found.len().div_ceil(4));
        assert_eq!(
            items.total_count(),
            Some(i64::try_from(expected.len()).unwrap())
        );
    }
    assert_eq!(found, expected);

    let limited: Vec<_> = bk
        .paginate(forward(variables()))
        .limit(5)
        .items()
        .map_ok(slug)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(limited, expected[..5]);
}

#[tokio::test]
async fn backward_to_the_start() {
    let (_sandbox, bk) = sandbox().await;
    let mut expected = slugs(&bk).await;
    expected.reverse();
    let found: Vec<_> = bk.paginate(backward()).items().try_collect().await.unwrap();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn pages_are_connections() {
    let (_sandbox, bk) = sandbox().await;
    let page = bk
        .paginate(forward(variables()))
        .pages()
        .try_next()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(page.connection().unwrap().nodes().count(), 4);
    assert!(page.data().clone().into_answer().is_none());
    assert_eq!(
        page.into_data()
            .into_connection()
            .unwrap()
            .into_nodes()
            .len(),
        4
    );

    // Executed, not paged through, it is the operation that it was made of.
    let answer = bk.execute(forward(variables())).await.unwrap().into_data();
    assert!(answer.connection().is_none());
    assert!(answer.into_answer().unwrap().organization.is_some());
}

#[test]
fn streams_can_be_sent_and_moved() {
    fn free<T: Send + Unpin + 'static>(_: &T) {}
    let bk = Client::builder().token("token").build().unwrap();
    let items: Items<_> = bk.paginate(forward(variables())).items();
    free(&items);
    let pages: Pages<_> = bk.paginate(forward(variables())).pages();
    free(&pages);
}

/// An answer with one row.
fn page(info: &Value, edges: &Value) -> Value {
    json!({"data": {"organization": {"pipelines": {"count": 9, "pageInfo": info, "edges": edges}}}})
}

#[tokio::test]
async fn the_checks_are_those_of_compiled_operations() {
    let row = json!([{"node": {"slug": "a", "createdAt": null}}]);
    let again = json!({"hasNextPage": true, "endCursor": "c1"});
    let last = json!({"hasNextPage": false, "endCursor": "c1"});
    let nameless = json!({"hasNextPage": true, "endCursor": null});
    for (body, kind, rows, says) in [
        (
            page(&again, &row),
            ErrorKind::Pagination,
            1,
            "page 2: cursor \"c1\" comes back a second time",
        ),
        (
            page(&nameless, &row),
            ErrorKind::Pagination,
            0,
            "page 1: `hasNextPage` is true but `endCursor` is null",
        ),
        (
            page(&Value::Null, &row),
            ErrorKind::Decode,
            0,
            "page 1: `pageInfo` is null",
        ),
        (
            page(&last, &Value::Null),
            ErrorKind::Decode,
            0,
            "page 1: the server answered null in place of the rows",
        ),
        (
            json!({"data": {"organization": null}}),
            ErrorKind::NotFound,
            0,
            "page 1: the connection, or something on the way to it, is null",
        ),
    ] {
        let server = Server::always(Reply::json(&body));
        let mut items = server.client().paginate(forward(variables())).items();
        for _ in 0..rows {
            assert!(items.try_next().await.unwrap().is_some());
        }
        let error = items.try_next().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.path(), None);
        assert!(error.to_string().contains(says), "{error}");
        assert!(items.try_next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_a_page_cost_comes_with_it() {
    let info = json!({"hasNextPage": false, "endCursor": null});
    let headers = [
        ("ratelimit-complexity-requested", "12"),
        ("ratelimit-complexity-actual", "3"),
    ];
    let body = page(&info, &json!([])).to_string();
    let server = Server::always(Reply::status(200, &headers, &body));
    let mut pages = server.client().paginate(forward(variables())).pages();
    let page = pages.try_next().await.unwrap().unwrap();
    let cost = page.complexity().unwrap();
    assert_eq!((cost.requested, cost.actual), (12, 3));
    assert_eq!(pages.total_count(), Some(9));
}

#[tokio::test]
async fn rows_that_are_null_are_counted() {
    let info = json!({"hasNextPage": false, "endCursor": null});
    let rows = json!([null, {"node": null}, {"node": {"slug": "a", "createdAt": null}}]);
    let server = Server::always(Reply::json(&page(&info, &rows)));
    let mut items = server.client().paginate(forward(variables())).items();
    assert_eq!(items.try_next().await.unwrap().unwrap().slug, "a");
    assert!(items.try_next().await.unwrap().is_none());
    assert_eq!(items.null_rows(), 2);
}

#[tokio::test]
async fn the_cursor_one_starts_with_counts() {
    let info = json!({"hasNextPage": true, "endCursor": "c1"});
    let server = Server::always(Reply::json(&page(&info, &json!([]))));
    let start = pipelines::Variables {
        after: Some("c1".to_owned()),
        ..variables()
    };
    let error = server
        .client()
        .paginate(forward(start))
        .items()
        .try_next()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(server.requests()[0].variable("after"), "c1");
    assert_eq!(server.requests()[0].variable("first"), 4);
}
