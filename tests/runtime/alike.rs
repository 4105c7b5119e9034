//! The client and `buildkite-introspection` take the same endpoints and tokens: the rules stand
//! in both, since build scripts want no client, and the client nothing of a build.

use buildkite_client::Client;
use buildkite_introspection::Introspection;

#[test]
fn endpoints() {
    for endpoint in [
        "https://graphql.buildkite.com/v1",
        "https://proxy.example:8443/buildkite?tenant=1#part",
        "http://127.0.0.1:4000/v1",
        "http://127.8.9.10/v1",
        "http://[::1]:4000/v1",
        "http://LOCALHOST:4000/v1",
        "http://[::ffff:127.0.0.1]/v1",
        "http://0.0.0.0/v1",
        "http://10.0.0.1/v1",
        "http://localhost.example/v1",
        "http://graphql.buildkite.com/v1",
        "https://user@graphql.buildkite.com/v1",
        "https://:password@graphql.buildkite.com/v1",
        "ftp://localhost/v1",
        "file:///v1",
        "graphql.buildkite.com/v1",
        "https://",
        "",
    ] {
        let client = Client::builder()
            .token("bkua_0123456789")
            .endpoint(endpoint);
        let (client, introspection) = (client.build(), Introspection::new(endpoint));
        assert_eq!(client.is_ok(), introspection.is_ok(), "{endpoint}");
    }
}

#[test]
fn tokens() {
    let long = "x".repeat(100_000);
    for token in [
        "bkua_0123456789",
        "x",
        "",
        " ",
        " bkua_1",
        "bkua_1\n",
        "bkua\t1",
        "bkuä",
        "bkua\u{7f}",
        "\"",
        &long,
    ] {
        let client = Client::builder().token(token).build();
        let endpoint = "https://graphql.buildkite.com/v1";
        let introspection = Introspection::new(endpoint)
            .expect("an endpoint")
            .token(token);
        assert_eq!(client.is_ok(), introspection.is_ok(), "{token:?}");
    }
}
