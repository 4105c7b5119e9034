//! `bkq schema`: reading schemas, printing and comparing them.

mod diff;
mod git;
mod print;
mod source;

pub(crate) use diff::{FAILED as DIFF_FAILED, diff};
pub(crate) use print::print;
