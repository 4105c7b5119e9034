//! Queries of the crate `cynic` on `buildkite_client`.
//!
//! ```text
//! cargo run -p with_cynic
//! ```

use std::error::Error;

use buildkite_client::Client;
use buildkite_client::interop::ForeignOperation;
use buildkite_client::relay::Connection;
use buildkite_sandbox::Sandbox;
use cynic::QueryBuilder;

use queries::{Pipelines, Variables};

/// The query, written in Rust.
mod queries {
    use buildkite_client::interop::cynic::{PageInfo, schema};
    use buildkite_client::scalars::DateTime;

    #[derive(cynic::QueryVariables, Clone)]
    pub(crate) struct Variables {
        pub(crate) organization: cynic::Id,
        pub(crate) after: Option<String>,
    }

    #[derive(cynic::QueryFragment)]
    #[cynic(graphql_type = "Query", variables = "Variables")]
    pub(crate) struct Pipelines {
        #[arguments(slug: $organization)]
        pub(crate) organization: Option<Organization>,
    }

    #[derive(cynic::QueryFragment)]
    #[cynic(variables = "Variables")]
    pub(crate) struct Organization {
        pub(crate) name: String,
        #[arguments(first: 10, after: $after)]
        pub(crate) pipelines: Option<PipelineConnection>,
    }

    #[derive(cynic::QueryFragment)]
    pub(crate) struct PipelineConnection {
        pub(crate) count: i32,
        pub(crate) page_info: Option<PageInfo>,
        pub(crate) edges: Option<Vec<Option<PipelineEdge>>>,
    }

    #[derive(cynic::QueryFragment)]
    pub(crate) struct PipelineEdge {
        pub(crate) node: Option<Pipeline>,
    }

    #[derive(cynic::QueryFragment)]
    pub(crate) struct Pipeline {
        pub(crate) slug: String,
        pub(crate) created_at: Option<DateTime>,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let bk = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()?;

    let pipelines = Pipelines::build(Variables {
        organization: "acme-inc".into(),
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
            let rows = pipelines
                .edges
                .map(|edges| edges.into_iter().map(|edge| edge?.node));
            Some(Connection::new(pipelines.page_info, rows).with_count(pipelines.count.into()))
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
    Ok(())
}
