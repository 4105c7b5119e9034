//! Proxies: the one that was set, that of the environment where it was asked for, and
//! none otherwise.

use buildkite_client::{Client, ClientBuilder, ErrorKind, RetryPolicy};

use crate::support::child;
use crate::support::operations::Forward;
use crate::support::server::{Reply, Server, TOKEN};

/// Nobody is there, so that only a proxy can answer.
const ENDPOINT: &str = "https://graphql.invalid/v1";

fn builder() -> ClientBuilder {
    let builder = Client::builder().token(TOKEN).endpoint(ENDPOINT);
    builder.retry(RetryPolicy::none())
}

/// A proxy that leads nowhere.
fn proxy() -> Server {
    Server::always(Reply::status(502, &[], "no way"))
}

/// What came to the proxy: where somebody wanted to go, and never the token.
fn asked(proxy: &Server) -> Vec<String> {
    let requests = proxy.requests();
    for request in &requests {
        assert_eq!(request.header("authorization"), None);
        assert!(!format!("{request:?}").contains(TOKEN));
    }
    requests.into_iter().map(|request| request.line).collect()
}

#[tokio::test]
async fn the_one_that_was_set_is_asked_for_a_tunnel() {
    let proxy = proxy();
    let url = proxy.url();
    let bk = builder()
        .proxy(url.trim_end_matches("/v1"))
        .build()
        .unwrap();
    let error = bk.execute(Forward::new("a/b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(asked(&proxy), ["CONNECT graphql.invalid:443 HTTP/1.1"]);
}

#[tokio::test]
async fn what_is_on_this_machine_is_reached_without() {
    let proxy = proxy();
    let server = Server::always(Reply::status(401, &[], "{}"));
    let bk = server.builder().proxy(proxy.url()).build().unwrap();
    let error = bk.execute(Forward::new("a/b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(asked(&proxy).is_empty());
}

#[test]
fn what_is_no_url_is_refused_and_not_shown() {
    for secret in [
        "http://user:secret@[nonsense",
        "ftp://user:secret@127.0.0.1:1",
        "user:secret",
    ] {
        let builder = builder().proxy(secret);
        assert!(!format!("{builder:?}").contains("secret"));
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("http://proxy.example:8080"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[tokio::test]
async fn the_environment_is_asked_only_where_that_is_wanted() {
    if let Some(task) = child::task() {
        let builder = match task.as_str() {
            "ask" => builder().proxy_from_env(),
            _ => builder(),
        };
        let error = builder.build().unwrap().execute(Forward::new("a/b")).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Connect);
        return;
    }
    for (task, expected) in [("ask", 1), ("do not ask", 0)] {
        let proxy = proxy();
        let name = "proxy::the_environment_is_asked_only_where_that_is_wanted";
        let mut command = child::command(name, task);
        command
            .env("HTTPS_PROXY", proxy.url())
            .env_remove("NO_PROXY");
        let status = command.env_remove("no_proxy").status().unwrap();
        assert!(status.success());
        assert_eq!(asked(&proxy).len(), expected, "{task}");
    }
}
