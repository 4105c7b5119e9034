//! A point in time is no text.

use buildkite_client::queries::RecentBuilds;

fn main() {
    let _ = RecentBuilds::new("acme-inc/web").created_at_from("2026-01-01");
}
