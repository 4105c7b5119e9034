//! A build script that compiles against what the API has now. It is told by its environment
//! where everything is, as cargo tells it, and by its argument how many milliseconds the
//! schema may take.

use std::time::Duration;

use buildkite_codegen::Config;

fn main() {
    let config = Config::new().queries("queries").live_schema();
    let limit = std::env::args().nth(1);
    match limit.and_then(|limit| limit.parse().ok()) {
        Some(limit) => config.live_schema_timeout(Duration::from_millis(limit)),
        None => config,
    }
    .compile();
}
