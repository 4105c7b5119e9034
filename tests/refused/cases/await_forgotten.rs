//! Nothing is sent before it is awaited.

use buildkite_client::Client;
use buildkite_client::queries::CurrentViewer;

fn is_somebody(client: &Client) -> bool {
    let answer = client.execute(CurrentViewer::new());
    answer.data().viewer.is_some()
}

fn main() {}
