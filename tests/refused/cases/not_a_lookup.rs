//! Many IDs for a query that does not look one thing up.

use buildkite_client::Client;
use buildkite_client::queries::RecentBuilds;

fn look_up(bk: &Client) {
    let found = bk.nodes(RecentBuilds::new("acme-inc/web"), ["acme-inc/web"]);
    println!("{found:?}");
}

fn main() {}
