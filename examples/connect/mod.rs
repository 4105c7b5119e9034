//! A client for the examples: Buildkite's where a token is set, else one for a
//! sandbox that is started in this process.

use std::error::Error;

use buildkite_client::{Client, ClientBuilder};
use buildkite_sandbox::Sandbox;

/// The client, set up further by `change`, and the sandbox that lives as long as it is
/// kept.
pub(crate) async fn connect(
    change: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<(Client, Option<Sandbox>), Box<dyn Error>> {
    if std::env::var_os("BUILDKITE_API_TOKEN").is_some() {
        return Ok((change(Client::builder_from_env()?).build()?, None));
    }
    let sandbox = Sandbox::start().await?;
    eprintln!(
        "BUILDKITE_API_TOKEN is not set: this is the sandbox at {}\n",
        sandbox.url()
    );
    let builder = Client::builder()
        .endpoint(sandbox.url())
        .token(sandbox.token());
    Ok((change(builder).build()?, Some(sandbox)))
}
