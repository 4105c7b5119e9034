//! `bkq schema`: reading schemas, printing, comparing and pulling them.

mod diff;
mod file;
mod git;
mod live;
mod print;
mod pull;
mod source;

pub(crate) use diff::diff;
pub(crate) use print::print;
pub(crate) use pull::pull;

/// The exit code of `diff` and `pull` when there is no verdict, for whatever reason. Lower
/// ones are verdicts, also 3, which is kept for changes that break the queries at hand.
pub(crate) const NO_VERDICT: u8 = 4;
