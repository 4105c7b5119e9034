//! What the environment says: the one place of the command that reads it.

use std::env::{self, VarError};

use jiff::Timestamp;

use crate::report::Failure;

/// By which builds are made reproducible: the seconds since 1970 that are "now".
const FIXED: &str = "SOURCE_DATE_EPOCH";

/// How the names of variables end that hold secrets.
const SECRET: [&str; 4] = ["_TOKEN", "_SECRET", "_PASSWORD", "_KEY"];

/// What is shorter is no secret, and would be found everywhere.
const SHORTEST_SECRET: usize = 8;

/// The time, to the second.
pub(crate) fn now() -> Result<Timestamp, Failure> {
    let seconds = match variable(FIXED) {
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

/// The values of these variables, and of all others whose names say that they are secret.
/// The longest first, so that none is left as a part of another.
pub(crate) fn secrets(named: &[&str]) -> Vec<String> {
    let mut secrets: Vec<_> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| {
            let is_secret = SECRET.iter().any(|ending| name.ends_with(ending));
            (is_secret || named.contains(&name.as_str())) && value.len() >= SHORTEST_SECRET
        })
        .map(|(_, value)| value)
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    secrets
}

fn variable(name: &str) -> Result<String, VarError> {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place of the command that reads the environment"
    )]
    env::var(name)
}
