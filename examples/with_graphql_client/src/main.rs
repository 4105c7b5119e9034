//! Queries of the crate `graphql_client` on `buildkite_client`.
//!
//! ```text
//! cargo run -p with_graphql_client
//! ```

use std::error::Error;

use buildkite_client::Client;
use buildkite_client::interop::{ForeignOperation, GraphqlClient};
use buildkite_client::queries::RecentBuilds;
use buildkite_client::relay::{Connection, PageInfo};
use buildkite_sandbox::Sandbox;
use graphql_client::GraphQLQuery;

// The derive of `graphql_client`, without a copy of the schema.
buildkite_client::graphql_query! {
    #[graphql(query_path = "queries/pipelines.graphql")]
    struct Pipelines;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let bk = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()?;

    let pipelines = GraphqlClient::<Pipelines>::new(pipelines::Variables {
        organization: "acme-inc".to_owned(),
        after: None,
    });

    // One page, as it is.
    let answer = bk.execute(&pipelines).await?;
    if let Some(organization) = &answer.organization {
        println!("{}", organization.name);
    }

    // All pages: where the connection is, and where its cursor goes.
    let pipelines = pipelines.forward(
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
    );
    let mut rows = bk.paginate(pipelines).items();
    while let Some(pipeline) = rows.try_next().await? {
        let created = pipeline.created_at.map(|at| at.strftime("%F").to_string());
        println!("  {:<20} {}", pipeline.slug, created.unwrap_or_default());
    }
    println!(
        "{} pipelines on {} pages",
        rows.total_count().unwrap_or_default(),
        rows.fetched_pages()
    );

    // Where code asks for a `GraphQLQuery`, a compiled operation is one.
    println!(
        "\n{}",
        first_line::<RecentBuilds>(RecentBuilds::new("acme-inc/web"))
    );
    Ok(())
}

/// Code of a service that takes any query of `graphql_client`.
fn first_line<Q: GraphQLQuery>(variables: Q::Variables) -> String {
    let body = Q::build_query(variables);
    let line = body.query.lines().next().unwrap_or_default();
    format!("{}: {line}", body.operation_name)
}
