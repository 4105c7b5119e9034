//! There is a setter for each variable, and for nothing else.

use buildkite_client::queries::RecentBuilds;

fn main() {
    let _ = RecentBuilds::new("acme-inc/web").frist(20);
}
