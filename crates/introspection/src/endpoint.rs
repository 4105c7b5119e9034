//! Which addresses are asked, and how they appear in messages.

use url::{Host, Url};

use crate::{IntrospectionError, IntrospectionErrorKind};

const LOOKS_LIKE: &str = "it should look like https://graphql.buildkite.com/v1";

/// Reads an endpoint and refuses those to which a token must not be sent.
pub(crate) fn parse(text: &str) -> Result<Url, IntrospectionError> {
    // The text itself stays out of all messages: a URL may carry secrets.
    let url = Url::parse(text)
        .map_err(|source| refused("the endpoint is not a URL", LOOKS_LIKE).with_source(source))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(
            "the endpoint carries a user name or password",
            "leave it out of the URL; the token alone authenticates",
        ));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refused(
            "the endpoint is plain http, which would send the token over the network in the clear",
            "use https; http is accepted for this machine only: localhost, 127.0.0.1, [::1]",
        )),
        _ => Err(refused("the endpoint is not an https URL", LOOKS_LIKE)),
    }
}

/// The URL without what may be secret in it, for messages.
pub(crate) fn display(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail for URLs that cannot have either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
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

fn refused(message: &'static str, hint: &'static str) -> IntrospectionError {
    IntrospectionError::new(IntrospectionErrorKind::Endpoint, message, hint)
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
            assert!(parse(endpoint).is_ok(), "{endpoint}");
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
            let error = parse(endpoint).expect_err(endpoint);
            assert_eq!(error.kind(), IntrospectionErrorKind::Endpoint);
            let text = format!("{error} {} {error:?}", error.hint());
            assert!(!text.contains("hidden"), "{text}");
        }
    }

    #[test]
    fn messages_show_nothing_that_may_be_secret() {
        let url = Url::parse("https://hidden:hidden@example.com/v1?key=hidden#hidden").unwrap();
        assert_eq!(display(&url), "https://example.com/v1");
    }
}
