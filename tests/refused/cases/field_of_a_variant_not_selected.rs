//! What a query does not select of one type of a union cannot be read.

use buildkite_client::queries::fragments::build_summary::BuildCreator;

fn email(creator: &BuildCreator) -> Option<&str> {
    match creator {
        BuildCreator::User(user) => Some(&user.email),
        _ => None,
    }
}

fn main() {}
