//! Reading YAML, and so JSON, which is a part of it.

use serde::de::DeserializeOwned;

/// Reads a value. Only `true` and `false` are Booleans, so that a branch may be called
/// `on`.
///
/// # Errors
///
/// What is wrong, and in which line and column.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| error.without_snippet().to_string())
}
