//! A mutation has no pages.

use buildkite_client::queries::CreateBuild;
use buildkite_client::queries::types::BuildCreateInput;
use buildkite_client::{Client, Error};

async fn page(client: &Client, input: BuildCreateInput) -> Result<(), Error> {
    let mut pages = client.paginate(CreateBuild::new(input)).pages();
    pages.try_next().await?;
    Ok(())
}

fn main() {}
