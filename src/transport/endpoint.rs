//! Which addresses a token may be sent to, and how they appear in messages.

use reqwest::Url;
use url::Host;

use crate::{Error, ErrorKind};

/// Reads an endpoint and refuses those to which a token must not be sent.
pub(crate) fn parse_endpoint(text: &str) -> Result<Url, Error> {
    // The text itself stays out of all messages: a URL may carry secrets.
    let url = Url::parse(text).map_err(|source| {
        refused("the endpoint is not a URL; it looks like https://graphql.buildkite.com/v1")
            .with_source(source)
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the endpoint carries a user name or password; the token alone authenticates",
        ));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refused(
            "the endpoint is plain http, which would send the token over the network in the \
             clear; use https (http is accepted for this machine only: localhost, 127.0.0.1, [::1])",
        )),
        _ => Err(refused("the endpoint is not an https URL")),
    }
}

/// The URL without query and fragment, for messages.
pub(crate) fn display_url(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn refused(message: &'static str) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    //! Accepted and refused endpoints.

    use super::*;

    #[test]
    fn https_and_loopback_are_accepted() {
        for endpoint in [
            "https://graphql.buildkite.com/v1",
            "https://proxy.example:8443/buildkite?tenant=1",
            "http://127.0.0.1:4000/v1",
            "http://127.8.9.10/v1",
            "http://[::1]:4000/v1",
            "http://localhost:4000/v1",
            "HTTP://LOCALHOST/v1",
        ] {
            assert!(parse_endpoint(endpoint).is_ok(), "{endpoint}");
        }
    }

    #[test]
    fn others_are_refused_without_being_printed() {
        for endpoint in [
            "",
            "graphql.buildkite.com/v1",
            "http://graphql.buildkite.com/hidden",
            "http://localhost.example/hidden",
            "http://127.0.0.1.example/hidden",
            "http://10.0.0.1/hidden",
            "http://0.0.0.0/hidden",
            "https://hidden@graphql.buildkite.com/v1",
            "https://:hidden@graphql.buildkite.com/v1",
            "ftp://localhost/hidden",
            "file:///hidden",
        ] {
            let error = parse_endpoint(endpoint).expect_err(endpoint);
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(!format!("{error} {error:?}").contains("hidden"), "{error}");
        }
    }

    #[test]
    fn messages_show_neither_query_nor_fragment() {
        let url = Url::parse("https://example.com/v1?key=hidden#hidden").unwrap();
        assert_eq!(display_url(&url), "https://example.com/v1");
    }
}
