//! What the server said: status, headers and the whole body.

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use std::time::Duration;

use super::limits::{self, Limits};

/// A whole answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn limits(&self) -> Limits {
        Limits::from_headers(&self.headers)
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        self.text("x-request-id").map(str::to_owned)
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.text(CONTENT_TYPE.as_str())
    }

    pub(crate) fn location(&self) -> Option<&str> {
        self.text(LOCATION.as_str())
    }

    /// How long the server asks to wait, where it says so in seconds.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        limits::seconds(&self.headers, RETRY_AFTER.as_str())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
