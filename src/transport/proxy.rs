//! Which proxy requests go through, if any.

use std::fmt;

use reqwest::Url;

use crate::{Error, ErrorKind};

/// Which proxy requests go through. One that was not asked for is not used: it sees where
/// requests go, and when.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    #[default]
    None,
    Url(String),
    Environment,
}

impl Proxy {
    pub(super) fn apply(
        self,
        http: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, Error> {
        match self {
            Self::None => Ok(http.no_proxy()),
            // What reqwest does by itself.
            Self::Environment => Ok(http),
            Self::Url(url) => {
                // Another scheme would go past the proxy without a word.
                let is_proxy = Url::parse(&url)
                    .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
                match reqwest::Proxy::all(&url) {
                    Ok(proxy) if is_proxy => Ok(http.no_proxy().proxy(proxy)),
                    // Neither the URL nor the source is shown: it may hold a password.
                    _ => Err(Error::new(
                        ErrorKind::Config,
                        "the proxy is no URL of `http` or `https`; it should look like \
                         `http://proxy.example:8080`",
                    )),
                }
            }
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Url(_) => "Url",
            Self::Environment => "Environment",
        })
    }
}
