//! A setter that is called again takes the same type as before.

use buildkite_client::queries::RecentBuilds;

fn main() {
    let _ = RecentBuilds::new("acme-inc/web").first(20).first("20");
}
