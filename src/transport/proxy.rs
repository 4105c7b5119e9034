//! Which proxy requests go through, if any.

use std::fmt;

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
            Self::Url(url) => match reqwest::Proxy::all(&url) {
                Ok(proxy) => Ok(http.no_proxy().proxy(proxy)),
                // Neither the URL nor the source is shown: it may hold a password.
                Err(_) => Err(Error::new(
                    ErrorKind::Config,
                    "the proxy is no URL; it should look like `http://proxy.example:8080`",
                )),
            },
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
