//! Only what reads a connection's cursors can be paged through.

use buildkite_client::Client;
use buildkite_client::queries::CurrentViewer;

fn page(client: &Client) {
    let _ = client.paginate(CurrentViewer::new());
}

fn main() {}
