//! Tokens as text that people can read.
//!
//! Made for the code that is printed here, and for speed in builds that are not
//! optimised, in which most build scripts run: all tokens are written once, on
//! one line, with marks where it may be cut. Then only what does not fit is cut.

mod cut;
mod doc;
mod line;

use proc_macro2::TokenStream;

/// Formats the items of a file.
pub(super) fn format(tokens: TokenStream) -> String {
    cut::cut(&line::Line::new(tokens))
}

#[cfg(test)]
mod tests;
