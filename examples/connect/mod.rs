//! A client for the examples: Buildkite's where a token is set, else one for a
//! sandbox that is started in this process.

use std::error::Error;

use buildkite_client::Client;
use buildkite_sandbox::Sandbox;

/// The client, and the sandbox that lives as long as it is kept.
pub(crate) async fn connect() -> Result<(Client, Option<Sandbox>), Box<dyn Error>> {
    if std::env::var_os("BUILDKITE_API_TOKEN").is_some() {
        return Ok((Client::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    eprintln!(
        "BUILDKITE_API_TOKEN is not set: this is the sandbox at {}\n",
        sandbox.url()
    );
    let client = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token())
        .build()?;
    Ok((client, Some(sandbox)))
}
