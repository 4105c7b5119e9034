//! What is executed was compiled from a file.

use buildkite_client::{Client, Error};

async fn viewer(client: &Client) -> Result<(), Error> {
    client.execute("{ viewer { id } }").await?;
    Ok(())
}

fn main() {}
