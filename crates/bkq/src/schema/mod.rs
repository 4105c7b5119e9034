//! `bkq schema`: reading schemas, printing, comparing, pulling and refreshing them.

mod diff;
mod file;
mod git;
mod live;
mod paths;
mod print;
mod pull;
mod refresh;
mod source;

pub(crate) use diff::diff;
pub(crate) use print::print;
pub(crate) use pull::{Metadata, pull};
pub(crate) use refresh::refresh;

/// The exit code of `diff` and `pull` when there is no verdict, for whatever reason. Lower
/// ones are verdicts, also 3, which says that queries break.
pub(crate) const NO_VERDICT: u8 = 4;
