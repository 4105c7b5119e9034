//! Setters take what the schema takes.

use buildkite_client::queries::RecentBuilds;

fn main() {
    let _ = RecentBuilds::new("acme-inc/web").first("20"); //~ E0277
    let _ = RecentBuilds::new("acme-inc/web").frist(20); //~ E0599
}
