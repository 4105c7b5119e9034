//! An answer has the data of the operation that was executed.

use buildkite_client::queries::{CurrentViewer, recent_builds};
use buildkite_client::{Client, Error};

async fn builds(client: &Client) -> Result<(), Error> {
    let answer = client.execute(CurrentViewer::new()).await?;
    let _ = &answer.data().pipeline;
    let _: recent_builds::Data = answer.into_data();
    Ok(())
}

fn main() {}
