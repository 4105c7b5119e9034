//! What time it is.

use std::env::{self, VarError};

use jiff::Timestamp;

use crate::report::Failure;

/// By which builds are made reproducible: the seconds since 1970 that are "now".
const FIXED: &str = "SOURCE_DATE_EPOCH";

/// The time, to the second.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place of the command that reads the environment"
    )]
    let fixed = env::var(FIXED);
    let seconds = match fixed {
        Err(VarError::NotPresent) => Some(Timestamp::now().as_second()),
        Ok(text) if text.is_empty() => Some(Timestamp::now().as_second()),
        Ok(text) => text.parse().ok(),
        Err(VarError::NotUnicode(_)) => None,
    };
    let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.ok_or_else(|| {
        Failure::new("cannot tell the time")
            .because(format!("{FIXED} is set, and is no number of seconds"))
            .hint("unset it, or set it to the seconds since 1970, as `date +%s` prints them")
    })
}
